//! The upsert on a native `SQLite`, also against the rule in `sondeo_survey::dedup`.

use super::*;
use crate::shard::schema::VERSIONS;
use proptest::prelude::*;
use sondeo_survey::dedup::Stored;
use std::collections::HashMap;

const DAY: i64 = 86_400_000;

fn database() -> rusqlite::Connection {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    database
}

fn answer(respondent: Option<u8>, id: u8, revision: u32) -> Submit {
    Submit {
        respondent: respondent.map(|n| hex::encode([n; 32])),
        id: Uuid::from_bytes([id; 16]),
        revision,
        metric: "nps".into(),
        scale_max: 10,
        score: u8::try_from(revision).unwrap_or_default(),
        consent: "{}".into(),
        ..Submit::default()
    }
}

#[test]
fn complete_never_goes_back_and_the_rest_is_replaced() {
    let database = database();
    let first = Submit { complete: true, comment: Some("a".into()), ..answer(Some(1), 1, 1) };
    first.run(&database, 1_000).unwrap();
    let second = Submit { complete: false, comment: None, ..answer(Some(1), 1, 2) };
    assert_eq!(second.run(&database, 2_000).unwrap().decided, Decided::Updated);
    let row = "SELECT complete, comment IS NULL, score, received_at, updated_at FROM response";
    let row: [i64; 5] = database
        .query_row(row, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))
        .unwrap();
    assert_eq!(row, [1, 1, 2, 1_000, 2_000]);
}

/// The same millisecond must not make an update look like a creation.
#[test]
fn created_and_updated_are_told_exactly() {
    let database = database();
    let outcomes = [1, 2, 2, 1].map(|n| answer(None, 1, n).run(&database, 5).unwrap().decided);
    assert_eq!(outcomes, [Decided::Created, Decided::Updated, Decided::Unchanged(2), Decided::Unchanged(2)]);
}

#[test]
fn another_answer_under_the_same_revision_is_told_and_not_written() {
    let database = database();
    let said = |comment: &str, reasons: &[&str], revision| Submit {
        comment: Some(comment.into()).filter(|text: &String| !text.is_empty()),
        reasons: reasons.iter().map(|&reason| reason.into()).collect(),
        ..answer(Some(1), 1, revision)
    };
    said("a", &["x"], 2).run(&database, 5).unwrap();
    for (sent, differs) in [
        (said("a", &["x"], 2), false),
        (said("b", &["x"], 2), true),
        (said("", &["x"], 2), true),
        (said("a", &[], 2), true),
        (Submit { score: 9, ..said("a", &["x"], 2) }, true),
        (said("b", &["x"], 1), false),
    ] {
        let got = sent.clone().run(&database, 5).unwrap();
        let expected = (Decided::Unchanged(2), 0, differs);
        assert_eq!((got.decided, got.rows_written, got.differs), expected, "{sent:?}");
    }
}

#[test]
fn a_flag_stays_and_being_verified_is_said_anew() {
    let database = database();
    let sent = |revision, flags: &[&str]| Submit {
        flags: flags.iter().map(|&flag| flag.into()).collect(),
        ..answer(Some(1), 1, revision)
    };
    for (revision, flags, expected) in [
        (1, &["verified", "repeated_source"][..], Some(r#"["repeated_source","verified"]"#)),
        (2, &[], Some(r#"["repeated_source"]"#)),
        (3, &["too_fast", "bot"], Some(r#"["repeated_source","too_fast"]"#)),
        (4, &["verified"], Some(r#"["repeated_source","too_fast","verified"]"#)),
    ] {
        sent(revision, flags).run(&database, 5).unwrap();
        let stored: Option<String> =
            database.query_row("SELECT flags FROM response", [], |row| row.get(0)).unwrap();
        assert_eq!(stored.as_deref(), expected, "{revision}");
    }
    Submit { flags: vec!["verified".into()], ..answer(Some(2), 2, 1) }.run(&database, 5).unwrap();
    answer(Some(2), 2, 2).run(&database, 5).unwrap();
    let bare = "SELECT count(*) FROM response WHERE flags IS NULL";
    assert_eq!(database.query_row(bare, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[test]
fn who_passed_no_challenge_may_revise_and_not_begin() {
    let database = database();
    let without = |id, revision| Submit { is_unchallenged: true, ..answer(Some(id), id, revision) };
    let decided = |submit: Submit| {
        let submitted = submit.run(&database, 5).unwrap();
        (submitted.decided, submitted.rows_written)
    };
    assert_eq!(decided(without(1, 1)), (Decided::Unchallenged, 0));
    assert_eq!(decided(without(1, 2)), (Decided::Unchallenged, 0));
    assert_eq!(decided(answer(Some(1), 1, 1)), (Decided::Created, 1));
    assert_eq!(decided(without(1, 1)), (Decided::Unchanged(1), 0));
    assert_eq!(decided(without(1, 2)), (Decided::Updated, 1));
}

#[derive(Debug, Clone)]
struct Step {
    respondent: Option<u8>,
    id: u8,
    revision: u32,
    later: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Steps of exactly a day hit the edge of a window.
    let later = prop_oneof![Just(0), Just(DAY), Just(DAY - 1), Just(DAY + 1), 0..3 * DAY];
    let step = (prop::option::of(0u8..3), 0u8..4, 1u32..4, later)
        .prop_map(|(respondent, id, revision, later)| Step { respondent, id, revision, later });
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// The statement that is deployed decides as the domain's rule does, and writes no more than it may.
    #[test]
    fn the_statement_is_the_rule(steps in steps(), window_days in prop::option::of(1u32..4)) {
        let database = database();
        let window = window_days.map_or(Window::Ever, Window::Days);
        let mut model: HashMap<Vec<u8>, Vec<Stored<u8>>> = HashMap::new();
        let mut now = 1_700_000_000_000;
        for Step { respondent, id, revision, later } in steps {
            now += later;
            let request = Submit { window_days, ..answer(respondent, id, revision) };
            let earlier = model.entry(request.key().unwrap()).or_default();
            let expected = dedup::decide(earlier, &id, revision, dedup::window_start(window, now));
            match expected {
                Outcome::Created => earlier.push(Stored { id, revision, received_at: now }),
                Outcome::Updated => {
                    earlier.iter_mut().filter(|stored| stored.id == id).for_each(|s| s.revision = revision);
                }
                Outcome::Unchanged(_) | Outcome::AlreadyAnswered => {}
            }
            let got = request.run(&database, now).unwrap();
            prop_assert_eq!(got.decided, Decided::from(expected));
            let stores = matches!(expected, Outcome::Created | Outcome::Updated);
            prop_assert_eq!(got.rows_written, usize::from(stores));
        }
        let kept: i64 = database.query_row("SELECT count(*) FROM response", [], |row| row.get(0)).unwrap();
        prop_assert_eq!(usize::try_from(kept).unwrap(), model.values().map(Vec::len).sum::<usize>());
    }
}

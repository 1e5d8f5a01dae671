//! Reading on a native `SQLite`.

use super::*;
use crate::shard::count::Count;
use crate::shard::schema::VERSIONS;
use crate::shard::submit::Submit;
use sondeo_survey::stats::ScoreTally;

/// Ten answers, two each millisecond from 100 on.
fn database() -> rusqlite::Connection {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    for n in 0..10u8 {
        let submit = Submit {
            id: Uuid::from_bytes([9 - n; 16]),
            respondent: (n == 0).then(|| "ab".repeat(32)),
            revision: 1,
            metric: "nps".into(),
            scale_max: 10,
            score: n,
            reasons: vec!["a;b".into(); usize::from(n % 2)],
            attributes: [(format!("plan-{}", n % 3), "pro".to_owned())].into(),
            consent: r#"{"status": "granted", "source": "site"}"#.into(),
            ..Submit::default()
        };
        submit.run(&database, 100 + i64::from(n / 2)).unwrap();
    }
    database
}

#[test]
fn pages_are_complete_and_in_order() {
    let database = database();
    let period = Period { from: 101, to: 104 };
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let lines = Page { filter: Filter::of(period), after, rows: 4 }.read(&database).unwrap();
        after = lines.last;
        seen.extend(lines.iter().map(|line| line.position().unwrap()));
        assert_eq!(seen.last().copied(), after);
        if !lines.more {
            break;
        }
    }
    let expected: Vec<_> = [(101, 6), (101, 7), (102, 4), (102, 5), (103, 2), (103, 3)]
        .map(|(time, id)| (time, Uuid::from_bytes([id; 16])))
        .into();
    assert_eq!(seen, expected);
}

#[test]
fn one_answer_reads_as_it_was_stored() {
    let database = database();
    let found = |id| Find { id: Uuid::from_bytes([id; 16]) }.run(&database, 0).unwrap();
    let line = found(9).unwrap();
    let linked = StoredResponse::read(line.as_bytes()).unwrap();
    assert_eq!(linked.respondent, Some("ab".repeat(32).into()));
    assert_eq!((linked.consent_status, linked.consent_source), (Some("granted".into()), Some("site".into())));
    let line = found(8).unwrap();
    let other = StoredResponse::read(line.as_bytes()).unwrap();
    assert_eq!((other.respondent, other.reasons), (None, vec!["a;b".into()]));
    assert!(found(77).is_none());
}

#[test]
fn counts_keep_to_the_period() {
    let database = database();
    let period = Period { from: 100, to: 101 };
    assert_eq!(counted(&database, period, Flagged::Include).answered(), 2);
}

#[test]
fn what_is_flagged_counts_as_asked() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    let sent: [&[&str]; 4] = [&[], &["verified"], &["too_fast"], &["verified", "bot"]];
    for (n, flags) in (0u8..).zip(sent) {
        let submit = Submit {
            id: Uuid::from_bytes([n; 16]),
            revision: 1,
            score: n,
            attributes: [(format!("a{n}"), "x".to_owned())].into(),
            consent: "{}".into(),
            flags: flags.iter().map(|&flag| flag.into()).collect(),
            ..Submit::default()
        };
        submit.run(&database, 1).unwrap();
    }
    let period = Period { from: 0, to: 9 };
    for (flagged, expected) in
        [(Flagged::Include, &[0u8, 1, 2, 3][..]), (Flagged::Exclude, &[0, 1]), (Flagged::Only, &[2, 3])]
    {
        assert_eq!(scores(&database, &Filter { flagged, ..Filter::of(period) }), expected, "{flagged:?}");
        let tally = counted(&database, period, flagged);
        let counted: Vec<u8> = tally.counts().filter(|(_, n)| *n > 0).map(|(score, _)| score).collect();
        assert_eq!(counted, expected, "{flagged:?}");
    }
}

fn counted(database: &rusqlite::Connection, Period { from, to }: Period, flagged: Flagged) -> ScoreTally {
    let count = Count { bounds: vec![from, to], flagged, by: None, orders_from: None };
    count.run(database, 0).unwrap().spans[0]
}

fn scores(database: &rusqlite::Connection, filter: &Filter) -> Vec<u8> {
    let lines = Page { filter: filter.clone(), after: None, rows: 99 }.read(database).unwrap();
    lines.iter().map(|line| line.read().unwrap().score).collect()
}

#[test]
fn a_filter_lets_through_what_it_says() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    let answers = [
        (0, "nps", 10, "¡Élan VITAL! 100%", "es-MX", "purchase", true),
        (6, "nps", 10, "straße, ΩMEGA", "es", "purchase", false),
        (7, "nps", 10, "a*b_c?[d]'e", "esperanto", "browse", true),
        (10, "nps", 10, "İstanbul", "ro", "browse", true),
        (3, "csat", 5, "", "", "", true),
        (4, "ces", 7, "", "", "", true),
    ];
    for (n, (score, metric, scale_max, comment, locale, touchpoint, complete)) in (0u8..).zip(answers) {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let submit = Submit {
            id: Uuid::from_bytes([n; 16]),
            revision: 1,
            score,
            metric: metric.into(),
            scale_max,
            complete,
            comment: text(comment),
            locale: text(locale),
            touchpoint: text(touchpoint),
            consent: "{}".into(),
            ..Submit::default()
        };
        submit.run(&database, 1).unwrap();
    }
    let handle =
        crate::shard::handle::Handle { id: Uuid::from_bytes([1; 16]), handled: Some(true), note: None };
    handle.run(&database, 2).unwrap();
    let all = || Filter::of(Period { from: 0, to: 9 });
    let text = |text: &str| Filter { text: Some(text.into()), ..all() };
    let segment = |name: &str| Filter { segment: Some(name.into()), ..all() };
    let locale = |tag: &str| Filter { locale: Some(tag.into()), ..all() };
    for (filter, expected) in [
        (all(), &[0, 6, 7, 10, 3, 4][..]),
        (Filter { complete: Some(false), ..all() }, &[6]),
        (Filter { handled: Some(true), ..all() }, &[6]),
        (Filter { handled: Some(false), ..all() }, &[0, 7, 10, 3, 4]),
        (Filter { touchpoint: Some("browse".into()), ..all() }, &[7, 10]),
        (segment("detractor"), &[0, 6]),
        (segment("passive"), &[7]),
        (segment("promoter"), &[10]),
        (segment("neutral"), &[3, 4]),
        (segment("nobody"), &[]),
        (locale("es"), &[0, 6]),
        (locale("es-MX"), &[0]),
        (text("éLAN vital"), &[0]),
        (text("elan"), &[]),
        (text("STRAßE"), &[6]),
        (text("ωmega"), &[6]),
        (text("A*B_C?[D]'E"), &[7]),
        (text("*"), &[7]),
        (text("%"), &[0]),
        (text("İstanbul"), &[10]),
        (Filter { complete: Some(true), touchpoint: Some("purchase".into()), ..text("ÉLAN") }, &[0]),
    ] {
        assert_eq!(scores(&database, &filter), expected, "{filter:?}");
    }
}

#[test]
fn the_names_of_attributes_are_those_of_the_answers_that_are_there() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    // An answer from before there were names.
    crate::sql::open(&database, &VERSIONS[..1]).unwrap();
    let old = "INSERT INTO response (key, id, linked, revision, writes, received_at, updated_at, metric, scale_min, \
         scale_max, score, complete, attributes, consent, gpc) VALUES (x'01', x'01', 0, 1, 1, 0, 0, 'nps', 0, 10, 5, 0, \
         '{\"old\":\"1\"}', '{}', 0)";
    database.execute(old, []).unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    let names = || {
        let mut names = AttributeNames.run(&database, 0).unwrap();
        names.sort();
        names.join(" ")
    };
    let send = |id: u8, revision, attributes: &[&str]| {
        let submit = Submit {
            id: Uuid::from_bytes([id; 16]),
            revision,
            attributes: attributes.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect(),
            consent: "{}".into(),
            ..Submit::default()
        };
        submit.run(&database, 1).unwrap().rows_written
    };
    assert_eq!(names(), "old");
    send(2, 1, &["a", "b"]);
    assert_eq!(names(), "a b old");
    assert_eq!(send(3, 1, &["b"]), 1, "a name that is known costs nothing");
    send(2, 2, &["c"]);
    assert_eq!(names(), "b c old", "nobody has a any more");
    send(3, 2, &[]);
    assert_eq!(names(), "c old");
    database.execute("DELETE FROM response WHERE received_at = 0", []).unwrap();
    assert_eq!(names(), "c");
    database.execute("DELETE FROM response", []).unwrap();
    assert_eq!(names(), "");
}

proptest::proptest! {
    /// Whatever a store holds comes out as it is.
    #[test]
    fn text_is_read_as_it_was_written(text in proptest::prelude::any::<String>()) {
        // The end of a C string is that of SQLite's JSON, too; no answer has one.
        let text = text.replace('\0', "");
        let database = rusqlite::Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        let submit = Submit {
            id: Uuid::nil(),
            revision: 1,
            comment: Some(text.clone()),
            reasons: vec![text.clone()],
            attributes: [(text.clone(), text.clone())].into(),
            consent: "{}".into(),
            ..Submit::default()
        };
        submit.run(&database, 1).unwrap();
        let filter = Filter::of(Period { from: 0, to: 9 });
        let lines = Page { filter, after: None, rows: 9 }.read(&database).unwrap();
        let read = lines.iter().next().unwrap().read().unwrap();
        proptest::prop_assert_eq!(read.comment.as_deref(), Some(text.as_str()));
        proptest::prop_assert_eq!(&*read.reasons[0], text.as_str());
        proptest::prop_assert_eq!(read.attributes.get(text.as_str()).map(|value| &**value), Some(text.as_str()));
    }
}

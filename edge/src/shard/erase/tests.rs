//! What was erased never returns, whatever was sent, repeated, revised and erased.

use super::*;
use crate::shard::outbox::Wanted;
use crate::shard::schema::VERSIONS;
use crate::shard::submit::{Decided, Submit};
use proptest::prelude::*;
use sondeo_survey::dedup::{self, Outcome, Stored};
use sondeo_survey::frequency::Window;
use std::collections::{BTreeMap, BTreeSet, HashMap};

fn database() -> rusqlite::Connection {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    database
}

fn id(n: u8) -> Uuid {
    Uuid::from_bytes([n; 16])
}

/// Each answer has a proof of its own.
fn proof(n: u8) -> String {
    hex::encode([n; 32])
}

fn answer(respondent: Option<u8>, n: u8, revision: u32) -> Submit {
    Submit {
        respondent: respondent.map(|r| hex::encode([r; 32])),
        id: id(n),
        revision,
        metric: "nps".into(),
        scale_max: 10,
        consent: "{}".into(),
        erasure_proof: Some(proof(n)),
        ..Submit::default()
    }
}

/// As the API does it where there is one Shard: until nothing waits.
fn erase_all(database: &rusqlite::Connection, respondent: u8, order: Option<&str>, now: i64) -> u32 {
    let (mut refused, mut count) = (Vec::new(), 0);
    loop {
        let hash = hex::encode([respondent; 32]);
        let subject = Subject::Respondent { hash, order: order.map(Into::into), refused };
        let erased = Erase { subject }.run(database, now).unwrap();
        count += erased.count;
        if erased.waiting.is_empty() {
            return count;
        }
        refused = erased.waiting;
    }
}

fn stored(database: &rusqlite::Connection) -> BTreeSet<Uuid> {
    rows(database).into_iter().map(|(_, id)| id).collect()
}

/// Key and id of each.
fn rows(database: &rusqlite::Connection) -> BTreeSet<(Vec<u8>, Uuid)> {
    let mut rows = database.prepare("SELECT key, id FROM response").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let read = |row: rusqlite::Result<(Vec<u8>, Vec<u8>)>| {
        row.map(|(key, id)| (key, Uuid::from_slice(&id).unwrap()))
    };
    rows.map(|row| read(row).unwrap()).collect()
}

#[test]
fn an_order_is_found_in_every_answer_and_its_number_is_not_kept() {
    let database = database();
    let about =
        |respondent, n, order: &str| Submit { order_id: Some(order.into()), ..answer(respondent, n, 1) };
    for submit in [about(Some(1), 1, "1042"), about(Some(2), 2, "1042"), about(None, 3, "1043")] {
        submit.run(&database, 5).unwrap();
    }
    let erase = |order: &str| erase_all(&database, 1, Some(order), 6);
    assert_eq!(erase("1042"), 2);
    assert_eq!(erase("1042"), 0, "a repeat is harmless");
    assert_eq!(stored(&database), [id(3)].into());
    let columns: Vec<String> = {
        let mut columns = database.prepare("SELECT name FROM pragma_table_info('erased')").unwrap();
        columns.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(columns, ["id", "proof", "met", "at"], "nothing of the order is kept");
    let again = about(Some(1), 4, "1042").run(&database, 7).unwrap();
    assert_eq!(again.decided, Decided::Created, "a later answer is a new one");
}

/// Two Shards, with answers about one order from several respondents, and some of nobody under the ids of the first's. An
/// erasure stops after any of its steps: what it has not erased is taken as ever. Repeated, all is gone, and comes back nowhere.
#[test]
fn an_erasure_that_stops_refuses_nothing_that_it_left() {
    let answers: Vec<(Option<u8>, u8)> =
        (1..10).flat_map(|n| [(Some(7), n), (None, n), (Some(n + 10), n + 10)]).collect();
    let send = |shards: &[rusqlite::Connection; 2], respondent: Option<u8>, n| {
        let order_id = respondent.is_some().then(|| "1042".into());
        let at = usize::from(shard::of(&key(respondent, n), 2));
        let submit = Submit { order_id, window_days: Some(0), ..answer(respondent, n, 1) };
        submit.run(&shards[at], 5).unwrap().decided
    };
    for steps in 0.. {
        let shards = [database(), database()];
        for (respondent, n) in &answers {
            assert_eq!(send(&shards, *respondent, *n), Decided::Created);
        }
        let is_whole = erase_order(&shards, &mut { steps });
        let there: BTreeSet<_> = shards.iter().flat_map(rows).collect();
        for (respondent, n) in &answers {
            if there.contains(&(key(*respondent, *n), id(*n))) {
                let decided = send(&shards, *respondent, *n);
                assert_eq!(decided, Decided::Unchanged(1), "{n} of {respondent:?} after {steps} steps");
            }
        }
        assert!(erase_order(&shards, &mut { i32::MAX }));
        for (respondent, n) in &answers {
            let decided = [*respondent, None].map(|respondent| send(&shards, respondent, *n));
            assert_eq!(decided, [Decided::Erased; 2], "{n} of {respondent:?} after {steps} steps");
        }
        if is_whole {
            assert!(steps > 4, "{steps}");
            return;
        }
    }
}

/// As the API does it, unless so many steps are too few.
fn erase_order(shards: &[rusqlite::Connection; 2], steps: &mut i32) -> bool {
    let mut run = |at: usize, subject| {
        *steps -= 1;
        (*steps >= 0).then(|| Erase { subject }.run(&shards[at], 6).unwrap())
    };
    let mut todo = BTreeMap::from([(0_u16, Vec::new()), (1, Vec::new())]);
    while !todo.is_empty() {
        let mut unlinked: BTreeMap<u16, Vec<Uuid>> = BTreeMap::new();
        for (here, refused) in std::mem::take(&mut todo) {
            let subject =
                Subject::Respondent { hash: hex::encode([7; 32]), order: Some("1042".into()), refused };
            let Some(Erased { waiting, .. }) = run(here.into(), subject) else { return false };
            for (number, id) in elsewhere(&waiting, here, 2) {
                unlinked.entry(number).or_default().push(id);
            }
            if !waiting.is_empty() {
                todo.insert(here, waiting);
            }
        }
        for (number, ids) in unlinked {
            if run(number.into(), Subject::Unlinked(ids)).is_none() {
                return false;
            }
        }
    }
    true
}

#[test]
fn what_waits_for_a_receiver_goes_with_its_answer() {
    let database = database();
    for n in [1, 2] {
        let notify = vec![Wanted { webhook: "w".into(), events: vec!["response.created".into()] }];
        Submit { notify, ..answer(Some(n), n, 1) }.run(&database, 5).unwrap();
    }
    assert_eq!(Erase { subject: Subject::Response(id(1)) }.run(&database, 6).unwrap().count, 1);
    let waiting: Vec<Vec<u8>> = {
        let mut rows = database.prepare("SELECT response FROM outbox").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(waiting, [id(2).as_bytes().to_vec()]);
}

#[test]
fn many_answers_go_in_several_steps() {
    let database = database();
    for n in 0..700_u32 {
        let submit =
            Submit { id: Uuid::from_u128(n.into()), order_id: Some("preview".into()), ..answer(None, 0, 1) };
        submit.run(&database, 5).unwrap();
    }
    let erase = |refused: Vec<Uuid>| {
        let subject = Subject::Respondent { hash: String::new(), order: Some("preview".into()), refused };
        let Erased { count, waiting } = Erase { subject }.run(&database, 6).unwrap();
        (count, waiting)
    };
    let (count, first) = erase(vec![]);
    assert_eq!(
        (count, first.len(), stored(&database).len()),
        (0, 500, 700),
        "none goes before it is refused"
    );
    assert_eq!(erase(vec![Uuid::max()]).0, 0, "nor for another that is");
    let (count, second) = erase(first);
    assert_eq!((count, second.len(), stored(&database).len()), (500, 200, 200));
    assert_eq!(erase(second), (200, vec![]));
}

#[test]
fn proofs_that_met_nothing_are_forgotten_in_time() {
    let database = database();
    answer(Some(7), 1, 1).run(&database, 5).unwrap();
    let forget = |respondent, n: u8, is_met| {
        let claim = Claim { key: hex::encode(key(respondent, n)), id: id(n), proof: proof(n), is_met };
        Forget { claims: vec![claim], is_trial: false }.run(&database, 10).unwrap().len()
    };
    // An answer that is here, one that is elsewhere, one of which that was said later, and two that nobody has.
    let of = [(Some(7), 1, false), (None, 1, false), (Some(7), 2, true), (None, 3, false), (None, 3, true)];
    assert_eq!(of.map(|(respondent, n, is_met)| forget(respondent, n, is_met)), [1, 0, 0, 0, 0]);
    assert_eq!([4, 5].map(|n| forget(None, n, false)), [0, 0]);
    let late = 10 + 15 * 86_400_000;
    for (now, most, gone) in [(12, 9, 0), (late, 9, 0), (late + 1, 1, 1), (late + 1, 9, 1), (i64::MAX, 9, 0)]
    {
        assert_eq!(expire(&database, now, most).unwrap(), gone, "{now}");
    }
    let sent = |n| answer(None, n, 1).run(&database, late).unwrap().decided;
    assert_eq!([1, 2, 3].map(sent), [Decided::Erased; 3]);
    assert_eq!([4, 5].map(sent), [Decided::Created; 2]);
}

#[test]
fn a_trial_only_says_what_would_go() {
    let database = database();
    answer(Some(7), 1, 1).run(&database, 5).unwrap();
    let claim = |n: u8, proof| Claim { key: hex::encode([7; 32]), id: id(n), proof, is_met: false };
    let claims = || vec![claim(1, proof(1)), claim(1, proof(2)), claim(2, proof(2))];
    let forget = |is_trial| Forget { claims: claims(), is_trial }.run(&database, 6).unwrap();
    let noted =
        || -> u32 { database.query_row("SELECT count(*) FROM erased", [], |row| row.get(0)).unwrap() };
    assert_eq!((forget(true), stored(&database), noted()), (vec![id(1)], [id(1)].into(), 0));
    assert_eq!((forget(false), stored(&database), noted()), (vec![id(1)], [].into(), 3));
}

#[test]
fn an_answer_of_the_first_version_is_kept_and_can_be_erased() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS[..1]).unwrap();
    let row = "INSERT INTO response (key, id, linked, revision, writes, received_at, updated_at, metric, scale_min, \
               scale_max, score, complete, consent, gpc) VALUES (?1, ?1, 0, 1, 1, 5, 5, 'nps', 0, 10, 9, 0, '{}', 0)";
    database.execute(row, [id(1).as_bytes()]).unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    assert_eq!(answer(None, 1, 2).run(&database, 6).unwrap().decided, Decided::Updated);
    let claim = |proof| Claim { key: hex::encode(id(1).as_bytes()), id: id(1), proof, is_met: false };
    let forget = Forget { claims: vec![claim(proof(1)), claim(String::new())], is_trial: false };
    let forgotten = forget.run(&database, 6).unwrap();
    assert!(forgotten.is_empty(), "it came without a key, and a later revision sets none");
    assert_eq!(Erase { subject: Subject::Response(id(1)) }.run(&database, 7).unwrap().count, 1);
    assert_eq!(answer(None, 1, 3).run(&database, 8).unwrap().decided, Decided::Erased);
}

#[derive(Debug, Clone)]
enum Step {
    Submit { respondent: Option<u8>, id: u8, revision: u32 },
    Erase { id: u8 },
    EraseAll { respondent: u8 },
    Forget { respondent: Option<u8>, id: u8, is_forged: bool },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (id, who) = (0u8..6, prop::option::of(0u8..3));
    let step = prop_oneof![
        5 => (who.clone(), id.clone(), 1u32..4)
            .prop_map(|(respondent, id, revision)| Step::Submit { respondent, id, revision }),
        1 => id.clone().prop_map(|id| Step::Erase { id }),
        1 => (0u8..3).prop_map(|respondent| Step::EraseAll { respondent }),
        2 => (who, id, any::<bool>())
            .prop_map(|(respondent, id, is_forged)| Step::Forget { respondent, id, is_forged }),
    ];
    prop::collection::vec(step, 1..60)
}

/// What should be there: answers by respondent or own id, and what was erased.
#[derive(Default)]
struct Model {
    rows: BTreeMap<(Vec<u8>, u8), u32>,
    erased: BTreeSet<u8>,
}

impl Model {
    fn erase(&mut self, gone: impl Fn(&(Vec<u8>, u8)) -> bool) -> u32 {
        let keys: Vec<_> = self.rows.keys().filter(|key| gone(key)).cloned().collect();
        for key in &keys {
            self.rows.remove(key);
            self.erased.insert(key.1);
        }
        u32::try_from(keys.len()).unwrap()
    }
}

fn key(respondent: Option<u8>, n: u8) -> Vec<u8> {
    respondent.map_or(id(n).as_bytes().to_vec(), |respondent| vec![respondent; 32])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever was sent, repeated, revised and erased in whatever order: what was erased is not there, is refused
    /// without a write, and leaves all else as the rule of `survey::dedup` has it.
    #[test]
    fn what_was_erased_never_returns(steps in steps()) {
        let database = database();
        let mut model = Model::default();
        for (now, step) in (1_700_000_000_000_i64..).zip(steps) {
            match step {
                Step::Submit { respondent, id, revision } => {
                    let got = answer(respondent, id, revision).run(&database, now).unwrap();
                    if model.erased.contains(&id) {
                        prop_assert_eq!((got.decided, got.rows_written), (Decided::Erased, 0));
                        continue;
                    }
                    let key = key(respondent, id);
                    let earlier: Vec<Stored<u8>> = model.rows.iter().filter(|((other, _), _)| *other == key)
                        .map(|((_, id), revision)| Stored { id: *id, revision: *revision, received_at: now }).collect();
                    let expected = dedup::decide(&earlier, &id, revision, dedup::window_start(Window::Ever, now));
                    prop_assert_eq!(got.decided, Decided::from(expected));
                    if matches!(expected, Outcome::Created | Outcome::Updated) {
                        model.rows.insert((key, id), revision);
                    }
                }
                Step::Erase { id } => {
                    let got = Erase { subject: Subject::Response(self::id(id)) }.run(&database, now).unwrap();
                    prop_assert_eq!(got.count, model.erase(|(_, other)| *other == id));
                    model.erased.insert(id);
                }
                Step::EraseAll { respondent } => {
                    let got = erase_all(&database, respondent, None, now);
                    let known: BTreeSet<u8> = model.rows.keys()
                        .filter(|(key, _)| *key == [respondent; 32]).map(|(_, n)| *n).collect();
                    // Also as nobody's, where one came so.
                    let is_gone = |(key, n): &(Vec<u8>, u8)| {
                        *key == [respondent; 32] || known.contains(n) && *key == id(*n).as_bytes()
                    };
                    prop_assert_eq!(got, model.erase(is_gone));
                }
                Step::Forget { respondent, id, is_forged } => {
                    let key = key(respondent, id);
                    let proof = if is_forged { proof(99) } else { proof(id) };
                    let claim = Claim { key: hex::encode(&key), id: self::id(id), proof, is_met: false };
                    let is_there = model.rows.contains_key(&(key.clone(), id));
                    let got = Forget { claims: vec![claim], is_trial: false }.run(&database, now).unwrap();
                    let got = u32::try_from(got.len()).unwrap();
                    if is_forged {
                        prop_assert_eq!(got, 0);
                    } else {
                        prop_assert_eq!(got, model.erase(|row| *row == (key.clone(), id)));
                        if !is_there {
                            model.erased.insert(id);
                        }
                    }
                }
            }
            let there: BTreeSet<Uuid> = model.rows.keys().map(|(_, n)| id(*n)).collect();
            prop_assert_eq!(stored(&database), there);
        }
        // Nor does it return by what a visitor's outbox still holds.
        let mut revived = HashMap::new();
        for n in &model.erased {
            for respondent in [None, Some(0), Some(1), Some(2)] {
                revived.insert((n, respondent), answer(respondent, *n, 9).run(&database, i64::MAX / 2).unwrap().decided);
            }
        }
        prop_assert!(revived.values().all(|decided| *decided == Decided::Erased), "{:?}", revived);
    }
}

//! The outbox's statements, on a native `SQLite`.

use super::*;
use crate::shard::read::deliverable;
use crate::shard::schema::VERSIONS;
use crate::shard::submit::Submit;
use rusqlite::Connection;

fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    database
}

fn wanted(webhook: &str) -> Wanted {
    Wanted { webhook: webhook.into(), events: Event::NAMES.map(|(name, _)| name.to_owned()).into() }
}

fn submit(revision: u32, complete: bool, notify: Vec<Wanted>) -> Submit {
    let id = Uuid::from_bytes([7; 16]);
    let (metric, consent) = ("nps".into(), "{}".into());
    Submit { id, revision, metric, complete, consent, notify, ..Submit::default() }
}

fn events(database: &Connection) -> Vec<String> {
    let query = "SELECT event FROM outbox ORDER BY created_at, event";
    let mut rows = database.prepare(query).unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn an_answer_is_told_when_it_is_stored_and_never_twice() {
    let database = database();
    for (at, revision, complete) in
        [(1, 1, false), (2, 1, false), (3, 2, false), (4, 4, true), (5, 3, true), (6, 5, true), (7, 6, false)]
    {
        submit(revision, complete, vec![wanted("a")]).run(&database, at).unwrap();
    }
    let told = [
        "response.created",
        "response.updated",
        "response.completed",
        "response.updated",
        "response.updated",
        "response.updated",
    ];
    assert_eq!(events(&database), told);
    let mut ids: Vec<String> = due(&database, "a", 9, 99).unwrap().into_iter().map(|due| due.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), told.len());
}

#[test]
fn an_answer_that_nobody_wants_writes_nothing_more() {
    let database = database();
    let other = Wanted { webhook: "a".into(), events: vec!["response.updated".into()] };
    for notify in [vec![], vec![other]] {
        submit(1, true, notify).run(&database, 1).unwrap();
    }
    assert_eq!(events(&database), [""; 0]);
}

/// Computed by Python's hashlib.
#[test]
fn the_id_is_pinned() {
    let id = message_id("a1b2", Uuid::from_bytes([7; 16]), 2, "response.created");
    assert_eq!(id, PINNED);
    assert!(is_id(&id) && !is_id(&id.to_uppercase()) && !is_id(&id[1..]) && !is_id(&id[..35]));
}
const PINNED: &str = "msg_845272163ea8d566862a7f7e59ae5f95";

#[test]
fn tries_spread_over_a_day_and_then_it_is_dead_until_it_is_replayed() {
    for chance in [0, 128, 255] {
        let database = database();
        submit(1, false, vec![wanted("a")]).run(&database, 0).unwrap();
        let (mut now, mut tries) = (0, 0);
        while let [waiting] = due(&database, "a", now, 9).unwrap().as_slice() {
            failed(&database, waiting, "status 500", chance, now).unwrap();
            tries += 1;
            assert!(due(&database, "a", now, 9).unwrap().is_empty());
            now = next_due(&database, "a").unwrap().unwrap_or(now);
        }
        assert_eq!(tries, WAITS.len() + 1);
        assert!((21 * HOUR..27 * HOUR).contains(&now), "{now}");
        let list = |dead| {
            let list = ListUndelivered { webhook: "a".into(), dead, after: None, most: 9 };
            list.run(&database, 0).unwrap()
        };
        let [dead] = list(true).try_into().unwrap();
        assert_eq!((dead.tries, dead.failure.as_deref(), dead.next_at), (8, Some("status 500"), None));
        assert_eq!(Replay { webhook: "a".into() }.run(&database, now + 1).unwrap(), 1);
        assert_eq!((list(true).len(), list(false).len()), (0, 1));
        assert_eq!(due(&database, "a", now + 1, 9).unwrap().len(), 1);
    }
}

#[test]
fn one_failure_rests_its_receiver_and_no_other() {
    let database = database();
    submit(1, true, vec![wanted("a"), wanted("b")]).run(&database, 0).unwrap();
    let [first, second] = due(&database, "a", 0, 9).unwrap().try_into().unwrap();
    failed(&database, &first, "no connection", 0, 0).unwrap();
    assert!(due(&database, "a", 0, 9).unwrap().is_empty());
    assert_eq!(due(&database, "b", 0, 9).unwrap().len(), 2);
    let rested = next_due(&database, "a").unwrap().unwrap();
    assert_eq!(due(&database, "a", rested, 9).unwrap().len(), 2);
    delivered(&database, &second).unwrap();
    assert_eq!(due(&database, "a", rested, 9).unwrap(), [Waiting { tries: 1, ..first }]);
    refused(&database, "b", "status 410").unwrap();
    assert_eq!(
        (due(&database, "b", 99 * HOUR, 9).unwrap(), next_due(&database, "b").unwrap()),
        (vec![], None)
    );
}

#[test]
fn what_is_gone_or_objected_to_is_told_to_nobody() {
    let database = database();
    submit(1, false, vec![wanted("a"), wanted("b")]).run(&database, 0).unwrap();
    let [Waiting { key, response, .. }] = due(&database, "a", 0, 9).unwrap().try_into().unwrap();
    let may = || deliverable(&database, &key, &response).unwrap().is_some();
    assert!(may());
    let objected = Submit { consent: r#"{"anonymous": true}"#.into(), ..submit(2, false, vec![]) };
    objected.run(&database, 1).unwrap();
    assert!(!may());
    let gpc = Submit { gpc: true, ..submit(3, false, vec![]) };
    gpc.run(&database, 2).unwrap();
    assert!(!may());
    tidy_webhooks(&database, &["a"], 0).unwrap();
    assert_eq!(due(&database, "b", 0, 9).unwrap().len(), 1, "its webhook may be newer than the list");
    tidy_webhooks(&database, &["a"], 1).unwrap();
    assert_eq!(due(&database, "a", 0, 9).unwrap().len(), 1);
    assert!(due(&database, "b", 0, 9).unwrap().is_empty(), "its webhook is gone");
    tidy_answers(&database).unwrap();
    assert_eq!(due(&database, "a", 0, 9).unwrap().len(), 1);
    database.execute_batch("DELETE FROM response").unwrap();
    assert!(!may());
    tidy_answers(&database).unwrap();
    assert!(due(&database, "a", 0, 9).unwrap().is_empty());
}

//! Sealing on a native `SQLite`, into objects in memory.

use super::*;
use crate::rpc::Command;
use crate::shard::read::{Line, Lines};
use crate::shard::schema::VERSIONS;
use crate::shard::submit::Submit;
use futures_util::FutureExt;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Objects in memory. It fails after so many calls, once; a write that fails may have been done.
#[derive(Default)]
struct Objects {
    now: RefCell<BTreeMap<String, Vec<u8>>>,
    ever: RefCell<BTreeMap<String, Vec<u8>>>,
    fails_after: Cell<Option<(u8, bool)>>,
    /// An answer that comes in while a file is being made.
    meanwhile: RefCell<Option<(Rc<rusqlite::Connection>, Submit)>>,
    clock: Cell<i64>,
}

impl Objects {
    fn call(&self, act: impl FnOnce()) -> Result<(), Error> {
        let (fails, done) = match self.fails_after.take() {
            Some((0, done)) => (true, done),
            Some((calls, done)) => {
                self.fails_after.set(Some((calls - 1, done)));
                (false, true)
            }
            None => (false, true),
        };
        if done {
            act();
        }
        if fails { Err(Error("no answer".into())) } else { Ok(()) }
    }
}

impl Store for Objects {
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
        self.call(|| {
            let before = self.ever.borrow_mut().insert(name.into(), bytes.clone());
            assert!(before.is_none_or(|before| before == bytes), "{name} is used for other bytes");
            self.now.borrow_mut().insert(name.into(), bytes);
        })
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, Error> {
        self.call(|| {})?;
        let objects = self.now.borrow();
        Ok(objects.keys().filter(|name| name.starts_with(prefix)).cloned().collect())
    }

    async fn delete(&self, names: Vec<String>) -> Result<(), Error> {
        self.call(|| self.now.borrow_mut().retain(|name, _| !names.contains(name)))
    }

    async fn pause(&self) {
        if let Some((database, answer)) = self.meanwhile.take() {
            answer.run(&*database, self.clock.get()).unwrap();
        }
    }
}

fn database() -> rusqlite::Connection {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    database
}

const SHARD: u16 = 7;
const SMALL: usize = 3;

fn sealer(store: &Objects) -> Sealer<'_, Objects> {
    Sealer { store, site: "shop", survey: "nps", shard: SHARD, rows: SMALL }
}

/// Steps until nothing is left, over whatever fails.
fn seal(database: &rusqlite::Connection, store: &Objects, now: i64) {
    while sealer(store).step(database, now).now_or_never().unwrap().unwrap_or(true) {}
}

fn answer(id: u8, revision: u32) -> Submit {
    Submit {
        id: Uuid::from_bytes([id; 16]),
        revision,
        metric: "nps".into(),
        scale_max: 10,
        comment: Some(format!("answer {id} revision {revision}")),
        consent: "{}".into(),
        ..Submit::default()
    }
}

fn rows(database: &rusqlite::Connection, day: i64) -> Lines {
    let period = Period { from: day * DAY, to: (day + 1) * DAY };
    Page { filter: Filter::of(period), after: None, rows: 1_000 }.read(database).unwrap()
}

fn file(rows: &[Line<'_>]) -> Vec<u8> {
    let (mut writer, mut file) = (table::archive(), Vec::new());
    for row in rows {
        writer.push(&record("nps", row.read().unwrap()).unwrap());
    }
    writer.finish(&mut file);
    file
}

#[test]
fn a_day_is_sealed_an_hour_after_its_end_and_keeps_its_names() {
    let (database, store) = (database(), Objects::default());
    for id in 1..=4 {
        answer(id, 1).run(&database, 20_000 * DAY + i64::from(id)).unwrap();
    }
    answer(9, 1).run(&database, 20_002 * DAY).unwrap();
    seal(&database, &store, 20_001 * DAY + GRACE - 1);
    assert!(store.now.borrow().is_empty());
    for _ in 0..2 {
        seal(&database, &store, 20_001 * DAY + GRACE);
        let folder = "responses/site=shop/survey=nps/date=2024-10-04";
        let names = [format!("{folder}/part-7-1.parquet"), format!("{folder}/part-7-2.parquet")];
        assert!(store.now.borrow().keys().eq(&names), "{:?}", store.now.borrow().keys());
    }
    // The same answer again is no change.
    answer(1, 1).run(&database, 20_001 * DAY).unwrap();
    seal(&database, &store, 20_001 * DAY + GRACE);
    assert_eq!(store.ever.borrow().len(), 2);

    // A day without a row has no file. A deletion is followed at once.
    database.execute_batch("INSERT INTO job VALUES ('archive', 5, 0), ('retention', 5, 0);").unwrap();
    database.execute_batch("DELETE FROM response WHERE received_at < 1728086400000;").unwrap();
    let due = database.run("SELECT name FROM job WHERE due_at = 0", vec![]).unwrap().rows;
    let due: Vec<_> = due.into_iter().map(|mut row| row.text().unwrap().unwrap()).collect();
    assert_eq!(due, ["archive"]);
    seal(&database, &store, 20_001 * DAY + GRACE);
    assert!(store.now.borrow().is_empty());
    seal(&database, &store, 20_003 * DAY + GRACE);
    assert_eq!(store.now.borrow().len(), 1);
}

/// A store of the first release, with an answer in it, is opened by this one and archived.
#[test]
fn an_older_store_is_archived() {
    let (database, store) = (rusqlite::Connection::open_in_memory().unwrap(), Objects::default());
    crate::sql::open(&database, &VERSIONS[..1]).unwrap();
    let answer = "INSERT INTO response (key, id, linked, revision, writes, received_at, updated_at, metric, scale_min, scale_max, \
        score, complete, consent, gpc) VALUES (?1, ?1, 0, 1, 1, 5, 5, 'nps', 0, 10, 9, 0, '{}', 0)";
    database.execute(answer, [[1_u8; 16]]).unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    seal(&database, &store, 20_000 * DAY);
    assert_eq!(
        store.now.borrow().values().next().unwrap(),
        &file(&rows(&database, 0).iter().collect::<Vec<_>>())
    );
}

#[derive(Debug, Clone)]
enum Act {
    Answer { id: u8, revision: u32, later: i64 },
    Erase { id: u8 },
    Step,
    Meanwhile { id: u8, revision: u32 },
    Fail { calls: u8, done: bool },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0_u8..12, 1_u32..4, prop_oneof![Just(0), 0..DAY])
            .prop_map(|(id, revision, later)| Act::Answer { id, revision, later }),
        1 => (0_u8..12).prop_map(|id| Act::Erase { id }),
        4 => Just(Act::Step),
        2 => (0_u8..12, 1_u32..4).prop_map(|(id, revision)| Act::Meanwhile { id, revision }),
        1 => (0_u8..4, any::<bool>()).prop_map(|(calls, done)| Act::Fail { calls, done }),
    ];
    prop::collection::vec(act, 0..60)
}

proptest! {
    /// Whatever happens between and during its steps, in the end each sealed day is there once, as it is stored.
    #[test]
    fn the_archive_is_what_is_stored(acts in acts()) {
        let (database, store) = (Rc::new(database()), Objects::default());
        let mut now = 20_000 * DAY;
        store.clock.set(now);
        for act in acts {
            match act {
                Act::Answer { id, revision, later } => {
                    now += later;
                    store.clock.set(now);
                    answer(id, revision).run(&*database, now).unwrap();
                }
                Act::Erase { id } => {
                    let id = Uuid::from_bytes([id; 16]).as_bytes().to_vec();
                    database.run("DELETE FROM response WHERE id = ?1", vec![id.into()]).unwrap();
                }
                // An error leaves the rest to a later step.
                Act::Step => drop(sealer(&store).step(&*database, now).now_or_never().unwrap()),
                Act::Meanwhile { id, revision } => {
                    store.meanwhile.replace(Some((Rc::clone(&database), answer(id, revision))));
                }
                Act::Fail { calls, done } => store.fails_after.set(Some((calls, done))),
            }
        }
        seal(&database, &store, now);
        let objects = store.now.borrow();
        let mut expected = 0;
        for day in 20_000..(now - GRACE) / DAY {
            let rows = rows(&database, day);
            let prefix = sealer(&store).prefix(day);
            let mut parts: Vec<(u32, &Vec<u8>)> = objects
                .iter()
                .filter_map(|(name, bytes)| {
                    let part = name.strip_prefix(&prefix)?.strip_suffix(".parquet")?;
                    Some((part.parse().unwrap(), bytes))
                })
                .collect();
            parts.sort_unstable();
            let parts: Vec<&Vec<u8>> = parts.into_iter().map(|(_, bytes)| bytes).collect();
            let rows: Vec<Line<'_>> = rows.iter().collect();
            let files: Vec<Vec<u8>> = rows.chunks(SMALL).map(file).collect();
            prop_assert_eq!(parts, files.iter().collect::<Vec<_>>());
            expected += files.len();
        }
        prop_assert_eq!(objects.len(), expected);
    }
}

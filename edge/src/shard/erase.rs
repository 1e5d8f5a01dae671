//! Erases answers, and remembers their ids so that no retry, late revision or second send brings one back.

use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use worker::SqlStorageValue as Value;

/// So that no stretch takes long.
const AT_ONCE: i64 = 500;

/// Whose answers, as a Shard knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Subject {
    /// The one with this id. It is refused from now on, also where it is not stored yet: it may wait in a browser.
    Response(Uuid),
    /// Those of a respondent, by the hash in hex, and those about this order, whoever gave them.
    Respondent { hash: String, order: Option<String> },
}

/// Erases.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Erase {
    pub(crate) subject: Subject,
}

/// What became of an [`Erase`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Erased {
    /// So many answers.
    pub(crate) count: u32,
    /// There may be more: send it again.
    pub(crate) more: bool,
}

impl Command for Erase {
    const PATH: &'static str = "/erase";
    type Reply = Erased;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Erased, Error> {
        let (condition, bindings, unseen) = match self.subject {
            Subject::Response(id) => ("id = ?1", vec![Value::from(id.as_bytes().to_vec())], Some(id)),
            Subject::Respondent { hash, order } => (
                "key = ?1 AND linked = 1 OR order_id = ?2",
                vec![bytes(&hash)?.into(), order.map_or(Value::Null, Into::into)],
                None,
            ),
        };
        let query = format!("SELECT key, id FROM response WHERE {condition} LIMIT {AT_ONCE}");
        let found =
            sql.run(&query, bindings)?.rows.into_iter().map(Found::read).collect::<Result<Vec<_>, _>>()?;
        let count = remove(sql, now, &found, &[])?;
        if let Some(id) = unseen {
            remember(sql, now, id, &[])?;
        }
        Ok(Erased { count, more: i64::from(count) == AT_ONCE })
    }
}

/// A visitor's proof that an answer is theirs, as a Shard takes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// The first part of the primary key, in hex.
    pub(crate) key: String,
    pub(crate) id: Uuid,
    /// SHA-256 of the erasure key, in hex.
    pub(crate) proof: String,
}

/// Erases what a visitor can prove to be theirs. An answer that is not here yet is refused when it comes with that proof.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Forget {
    pub(crate) claims: Vec<Claim>,
}

impl Command for Forget {
    const PATH: &'static str = "/forget";
    /// How many were erased.
    type Reply = u32;

    fn run(self, sql: &impl Sql, now: i64) -> Result<u32, Error> {
        let query = "SELECT erasure_proof, key, id FROM response WHERE key = ?1 AND id = ?2";
        let mut count = 0;
        for Claim { key, id, proof } in self.claims {
            let proof = bytes(&proof)?;
            let stored = sql.run(query, vec![bytes(&key)?.into(), id.as_bytes().to_vec().into()])?;
            match stored.rows.into_iter().next() {
                Some(mut row) => {
                    let stored = row.bytes()?;
                    if stored.is_some_and(|stored| bool::from(stored.ct_eq(&proof))) {
                        count += remove(sql, now, &[Found::read(row)?], &proof)?;
                    }
                }
                None => remember(sql, now, id, &proof)?,
            }
        }
        Ok(count)
    }
}

/// An answer that goes.
struct Found {
    key: Vec<u8>,
    id: Uuid,
}

impl Found {
    fn read(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            key: some(row.bytes()?)?,
            id: Uuid::from_slice(&some(row.bytes()?)?).map_err(|_| Error("a stored id is no UUID".into()))?,
        })
    }
}

/// A visitor's own `proof` is remembered with what they erased: another's answer may have the same id.
fn remove(sql: &impl Sql, now: i64, found: &[Found], proof: &[u8]) -> Result<u32, Error> {
    for Found { key, id } in found {
        let bindings = vec![key.clone().into(), id.as_bytes().to_vec().into()];
        sql.run("DELETE FROM response WHERE key = ?1 AND id = ?2", bindings)?;
    }
    found.iter().try_for_each(|found| erased(sql, now, found, proof))?;
    Ok(u32::try_from(found.len()).unwrap_or(u32::MAX))
}

/// The one place that follows up on an answer that was erased: what else a Shard has of it goes here. The archive's days
/// follow by themselves, by the trigger on deletions.
fn erased(sql: &impl Sql, now: i64, Found { key, id }: &Found, proof: &[u8]) -> Result<(), Error> {
    let bindings = vec![id.as_bytes().to_vec().into(), key.clone().into()];
    sql.run("DELETE FROM outbox WHERE response = ?1 AND key = ?2", bindings)?;
    remember(sql, now, *id, proof)
}

/// Refuses an id from now on; with a proof, only an answer that comes with it.
fn remember(sql: &impl Sql, now: i64, id: Uuid, proof: &[u8]) -> Result<(), Error> {
    let bindings = vec![id.as_bytes().to_vec().into(), proof.to_vec().into(), now.into()];
    sql.run("INSERT OR IGNORE INTO erased (id, proof, at) VALUES (?1, ?2, ?3)", bindings)?;
    Ok(())
}

fn bytes(hex: &str) -> Result<Vec<u8>, Error> {
    hex::decode(hex).map_err(|_| Error("not hex".into()))
}

#[cfg(test)]
mod tests {
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

    fn stored(database: &rusqlite::Connection) -> BTreeSet<Uuid> {
        let mut rows = database.prepare("SELECT id FROM response").unwrap();
        let ids = rows.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        ids.map(|id| Uuid::from_slice(&id.unwrap()).unwrap()).collect()
    }

    #[test]
    fn an_order_is_found_in_every_answer_and_its_number_is_not_kept() {
        let database = database();
        let about =
            |respondent, n, order: &str| Submit { order_id: Some(order.into()), ..answer(respondent, n, 1) };
        for submit in [about(Some(1), 1, "1042"), about(Some(2), 2, "1042"), about(None, 3, "1043")] {
            submit.run(&database, 5).unwrap();
        }
        let erase = |order: &str| {
            let subject = Subject::Respondent { hash: hex::encode([1; 32]), order: Some(order.into()) };
            Erase { subject }.run(&database, 6).unwrap()
        };
        assert_eq!(erase("1042"), Erased { count: 2, more: false });
        assert_eq!(erase("1042").count, 0, "a repeat is harmless");
        assert_eq!(stored(&database), [id(3)].into());
        let columns: Vec<String> = {
            let mut columns = database.prepare("SELECT name FROM pragma_table_info('erased')").unwrap();
            columns.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(columns, ["id", "proof", "at"], "nothing of the order is kept");
        let again = about(Some(1), 4, "1042").run(&database, 7).unwrap();
        assert_eq!(again.decided, Decided::Created, "a later answer is a new one");
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
            let submit = Submit {
                id: Uuid::from_u128(n.into()),
                order_id: Some("preview".into()),
                ..answer(None, 0, 1)
            };
            submit.run(&database, 5).unwrap();
        }
        let subject = Subject::Respondent { hash: String::new(), order: Some("preview".into()) };
        let step = || Erase { subject: subject.clone() }.run(&database, 6).unwrap();
        assert_eq!([step(), step()], [Erased { count: 500, more: true }, Erased { count: 200, more: false }]);
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
        let claim = |proof| Claim { key: hex::encode(id(1).as_bytes()), id: id(1), proof };
        let forget = Forget { claims: vec![claim(proof(1)), claim(String::new())] };
        assert_eq!(
            forget.run(&database, 6).unwrap(),
            0,
            "it came without a key, and a later revision sets none"
        );
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
                        let hash = hex::encode([respondent; 32]);
                        let subject = Subject::Respondent { hash, order: None };
                        let got = Erase { subject }.run(&database, now).unwrap();
                        prop_assert_eq!(got.count, model.erase(|(key, _)| *key == [respondent; 32]));
                    }
                    Step::Forget { respondent, id, is_forged } => {
                        let key = key(respondent, id);
                        let proof = if is_forged { proof(99) } else { proof(id) };
                        let claim = Claim { key: hex::encode(&key), id: self::id(id), proof };
                        let is_there = model.rows.contains_key(&(key.clone(), id));
                        let got = Forget { claims: vec![claim] }.run(&database, now).unwrap();
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
}

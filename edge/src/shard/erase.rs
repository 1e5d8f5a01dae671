//! Erases answers, and remembers their ids so that no retry, late revision or second send brings one back.

use super::outbox;
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::shard;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use worker::SqlStorageValue as Value;

const DAY: i64 = 86_400_000;
/// So that no stretch takes long.
const AT_ONCE: i64 = 500;
/// How long a proof that has met no answer is kept. An answer waits in a browser for a week at most
/// (`widget/src/loader/core.js`), by that browser's clock: twice as long, and a day.
const UNMET: i64 = 15 * DAY;

/// Whose answers, as a Shard knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Subject {
    /// The one with this id. It is refused from now on, also where it is not stored yet: it may wait in a browser.
    Response(Uuid),
    /// Those with these ids that are nobody's, which lie in the Shard that the id leads to. They are refused from now on.
    Unlinked(Vec<Uuid>),
    /// Those of a respondent, by the hash in hex, and those about this order, whoever gave them. Only such go whose ids are
    /// `refused` [`elsewhere`] already: else a retry that has become one of nobody would come back there, and after a crash
    /// nobody would know its id any more. One of nobody with such an id goes with them.
    Respondent { hash: String, order: Option<String>, refused: Vec<Uuid> },
}

/// Erases.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Erase {
    pub(crate) subject: Subject,
}

/// The ids among those that wait in a Shard that lead to another one as nobody's, and to which: there they are refused first,
/// as [`Subject::Unlinked`]. Those that lead to the Shard itself are refused when they go, as no answer may be refused that
/// is still there.
pub(crate) fn elsewhere(waiting: &[Uuid], here: u16, count: u16) -> impl Iterator<Item = (u16, Uuid)> {
    waiting
        .iter()
        .map(move |id| (shard::of(id.as_bytes(), count), *id))
        .filter(move |(number, _)| *number != here)
}

/// What became of an [`Erase`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Erased {
    /// So many answers.
    pub(crate) count: u32,
    /// Answers that are still there, until their ids are refused: some at a time.
    pub(crate) waiting: Vec<Uuid>,
}

impl Command for Erase {
    const PATH: &'static str = "/erase";
    type Reply = Erased;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Erased, Error> {
        match self.subject {
            Subject::Response(id) => {
                let bindings = vec![id.as_bytes().to_vec().into()];
                let found = ids(sql, "DELETE FROM response WHERE id = ?1 RETURNING id", bindings)?;
                remember(sql, now, id, &[], true)?;
                done(sql, found.len(), Vec::new())
            }
            Subject::Unlinked(refused) => {
                let mut count = 0;
                for id in refused {
                    count += remove(sql, id.as_bytes(), id)?;
                    remember(sql, now, id, &[], true)?;
                }
                done(sql, count, Vec::new())
            }
            Subject::Respondent { hash, order, refused } => {
                const WHOSE: &str = "key = ?1 AND linked = 1 OR order_id = ?2";
                let whose = vec![Value::from(bytes(&hash)?), order.map_or(Value::Null, Into::into)];
                let mut gone = Vec::new();
                if !refused.is_empty() {
                    let refused: Vec<String> = refused.iter().map(|id| hex::encode(id.as_bytes())).collect();
                    let delete = format!(
                        "DELETE FROM response WHERE ({WHOSE} OR key = id) AND id IN (SELECT unhex(value) FROM json_each(?3)) RETURNING id"
                    );
                    let bindings = [&whose[..], &[serde_json::to_string(&refused)?.into()]].concat();
                    gone = ids(sql, &delete, bindings)?;
                    gone.iter().try_for_each(|id| remember(sql, now, *id, &[], true))?;
                }
                let query = format!("SELECT id FROM response WHERE {WHOSE} LIMIT {AT_ONCE}");
                let waiting = ids(sql, &query, whose)?;
                done(sql, gone.len(), waiting)
            }
        }
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
    /// Whether it has met an answer, here or elsewhere.
    pub(crate) is_met: bool,
}

/// Erases what a visitor can prove to be theirs. An answer that is not here yet is refused when it comes with that proof.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Forget {
    pub(crate) claims: Vec<Claim>,
    /// Erases nothing yet, and only says what it would.
    pub(crate) is_trial: bool,
}

impl Command for Forget {
    const PATH: &'static str = "/forget";
    /// What was erased, one entry for each answer.
    type Reply = Vec<Uuid>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Vec<Uuid>, Error> {
        let query = "SELECT erasure_proof FROM response WHERE key = ?1 AND id = ?2";
        let mut proven = Vec::new();
        for Claim { key, id, proof, is_met } in self.claims {
            let (key, proof) = (bytes(&key)?, bytes(&proof)?);
            let stored = sql.run(query, vec![key.clone().into(), id.as_bytes().to_vec().into()])?;
            let Some(mut row) = stored.rows.into_iter().next() else {
                if !self.is_trial {
                    remember(sql, now, id, &proof, is_met)?;
                }
                continue;
            };
            if !row.bytes()?.is_some_and(|stored| bool::from(stored.ct_eq(&proof))) {
                continue;
            }
            proven.push(id);
            if !self.is_trial {
                remove(sql, &key, id)?;
                // Another's answer may have the same id: only that with this proof is refused.
                remember(sql, now, id, &proof, true)?;
            }
        }
        if !self.is_trial && !proven.is_empty() {
            outbox::tidy_answers(sql)?;
        }
        Ok(proven)
    }
}

/// Deletes one answer, and says how many that were.
fn remove(sql: &impl Sql, key: &[u8], id: Uuid) -> Result<usize, Error> {
    let bindings = vec![key.to_vec().into(), id.as_bytes().to_vec().into()];
    let statement = "DELETE FROM response WHERE key = ?1 AND id = ?2 RETURNING id";
    Ok(sql.run(statement, bindings)?.rows.len())
}

/// What else a Shard has of answers goes with them. The archive's days follow by themselves, by the trigger on deletions.
fn done(sql: &impl Sql, gone: usize, waiting: Vec<Uuid>) -> Result<Erased, Error> {
    if gone > 0 {
        outbox::tidy_answers(sql)?;
    }
    Ok(Erased { count: u32::try_from(gone).unwrap_or(u32::MAX), waiting })
}

/// Refuses an id from now on; with a proof, only an answer that comes with it. One that has met no answer is forgotten in
/// time.
fn remember(sql: &impl Sql, now: i64, id: Uuid, proof: &[u8], is_met: bool) -> Result<(), Error> {
    let statement = "INSERT INTO erased (id, proof, met, at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (id, proof) DO UPDATE SET met = 1 WHERE excluded.met > met";
    let bindings =
        vec![id.as_bytes().to_vec().into(), proof.to_vec().into(), i64::from(is_met).into(), now.into()];
    sql.run(statement, bindings).map(drop)
}

/// Forgets proofs that have met no answer, at most so many, and says how many it were.
pub(super) fn expire(sql: &impl Sql, now: i64, most: usize) -> Result<usize, Error> {
    let statement = "DELETE FROM erased WHERE (id, proof) IN \
         (SELECT id, proof FROM erased WHERE met = 0 AND at < ?1 LIMIT ?2) RETURNING 1";
    let before = now.saturating_sub(UNMET).max(0);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(sql.run(statement, vec![before.into(), most.into()])?.rows.len())
}

fn ids(sql: &impl Sql, statement: &str, bindings: Vec<Value>) -> Result<Vec<Uuid>, Error> {
    let rows = sql.run(statement, bindings)?.rows.into_iter();
    let read = |id: Vec<u8>| Uuid::from_slice(&id).map_err(|_| Error("a stored id is no UUID".into()));
    rows.map(|mut row| read(some(row.bytes()?)?)).collect()
}

fn bytes(hex: &str) -> Result<Vec<u8>, Error> {
    hex::decode(hex).map_err(|_| Error("not hex".into()))
}

#[cfg(test)]
mod tests;

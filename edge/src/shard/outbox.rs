//! What receivers are still to be told, written in the same stretch as the answer. It holds no word of an answer: a
//! message is made of the stored row when it is sent, so what was deleted is told to nobody.

use super::alarm::{self, Job};
use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sondeo_survey::webhook::Event;
use uuid::Uuid;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// How long a message waits after each try that failed; 24 hours in all. After one more it is dead.
const WAITS: [i64; 7] = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 6 * HOUR, 10 * HOUR];
/// How long at most a receiver's other messages wait with the one that failed.
const LONGEST_REST: i64 = 5 * MINUTE;

/// A receiver that wants an answer, and the events that it wants of it, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) webhook: String,
    pub(crate) events: Vec<String>,
}

/// A message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) webhook: String,
    /// The primary key of its answer.
    pub(crate) key: Vec<u8>,
    pub(crate) response: Vec<u8>,
    /// The event's name.
    pub(crate) event: String,
    /// When it happened.
    pub(crate) created_at: i64,
    tries: usize,
}

/// Puts in what the receivers want to know, and says how many rows that wrote. `happened` are the events of a revision
/// that was just stored under `key`.
pub(super) fn put(
    sql: &impl Sql,
    wanted: &[Wanted],
    happened: &[Event],
    key: &[u8],
    (response, revision): (Uuid, u32),
    now: i64,
) -> Result<usize, Error> {
    let statement = "INSERT OR IGNORE INTO outbox (id, webhook, key, response, event, created_at, tries, next_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6)";
    let mut written = 0;
    for Wanted { webhook, events } in wanted {
        for event in
            happened.iter().map(|event| event.name()).filter(|name| events.iter().any(|own| own == name))
        {
            let bindings = vec![
                message_id(webhook, response, revision, event).into(),
                webhook.as_str().into(),
                key.to_vec().into(),
                response.as_bytes().to_vec().into(),
                event.into(),
                now.into(),
            ];
            written += sql.run(statement, bindings)?.written;
        }
    }
    if written > 0 {
        written += alarm::due_at(sql, Job::Deliver, now)?;
    }
    Ok(written)
}

/// The same for each try of the same message, so that a receiver can tell that it has it already. Receivers keep it:
/// changing it is a migration.
fn message_id(webhook: &str, response: Uuid, revision: u32, event: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(format!("{webhook} {response} {revision} {event}")).into();
    let (half, _) = hash.split_at(16);
    format!("msg_{}", hex::encode(half))
}

/// Whether a message could have this id.
pub(crate) fn is_id(text: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.strip_prefix("msg_").is_some_and(|hash| hash.len() == 32 && hash.bytes().all(is_hex))
}

/// The messages to a receiver that are due, the longest due first, at most so many.
pub(crate) fn due(sql: &impl Sql, webhook: &str, now: i64, most: usize) -> Result<Vec<Waiting>, Error> {
    let query = "SELECT id, webhook, key, response, event, created_at, tries FROM outbox \
         WHERE webhook = ?1 AND next_at <= ?2 \
         AND NOT EXISTS (SELECT 1 FROM outbox_rest WHERE webhook = ?1 AND until > ?2) ORDER BY next_at LIMIT ?3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let found = sql.run(query, vec![webhook.into(), now.into(), most.into()])?;
    let read = |mut row: Row| {
        Ok(Waiting {
            id: some(row.text()?)?,
            webhook: some(row.text()?)?,
            key: some(row.bytes()?)?,
            response: some(row.bytes()?)?,
            event: some(row.text()?)?,
            created_at: some(row.number()?)?,
            tries: some(row.number()?)?,
        })
    };
    found.rows.into_iter().map(read).collect()
}

/// When the next message to a receiver is due.
pub(crate) fn next_due(sql: &impl Sql, webhook: &str) -> Result<Option<i64>, Error> {
    let query = "SELECT max(next_at, coalesce((SELECT until FROM outbox_rest WHERE webhook = ?1), 0)) FROM outbox \
         WHERE webhook = ?1 AND next_at IS NOT NULL ORDER BY next_at LIMIT 1";
    let due = sql.run(query, vec![webhook.into()])?.rows.into_iter().next();
    due.map(|mut row| row.number()).transpose().map(Option::flatten)
}

/// The receiver has it.
pub(crate) fn delivered(sql: &impl Sql, waiting: &Waiting) -> Result<(), Error> {
    sql.run("DELETE FROM outbox WHERE id = ?1", vec![waiting.id.as_str().into()])?;
    wake(sql, &waiting.webhook)
}

/// It did not get through: it waits, and with it for a while the others to its receiver. After the last try it is
/// dead. `chance` spreads the waits by a tenth, so that messages that failed together do not come back together.
pub(crate) fn failed(
    sql: &impl Sql,
    waiting: &Waiting,
    why: &str,
    chance: u8,
    now: i64,
) -> Result<(), Error> {
    let wait = WAITS.get(waiting.tries).map(|wait| wait * 9 / 10 + wait / 5 * i64::from(chance) / 255);
    let tries = i64::try_from(waiting.tries).unwrap_or(i64::MAX).saturating_add(1);
    let next_at = wait.map(|wait| now.saturating_add(wait));
    sql.run(
        "UPDATE outbox SET tries = ?2, next_at = ?3, failure = ?4 WHERE id = ?1 AND next_at IS NOT NULL",
        vec![waiting.id.as_str().into(), tries.into(), next_at.into(), why.into()],
    )?;
    let rest = wait.unwrap_or(LONGEST_REST).min(LONGEST_REST);
    sql.run(
        "INSERT OR REPLACE INTO outbox_rest (webhook, until) VALUES (?1, ?2)",
        vec![waiting.webhook.as_str().into(), now.saturating_add(rest).into()],
    )?;
    Ok(())
}

/// The receiver wants nothing any more: all that waits for it is dead.
pub(crate) fn refused(sql: &impl Sql, webhook: &str, why: &str) -> Result<(), Error> {
    let statement = "UPDATE outbox SET tries = tries + 1, next_at = NULL, failure = ?2 \
         WHERE webhook = ?1 AND next_at IS NOT NULL";
    sql.run(statement, vec![webhook.into(), why.into()])?;
    Ok(())
}

/// Ends a receiver's rest.
fn wake(sql: &impl Sql, webhook: &str) -> Result<(), Error> {
    sql.run("DELETE FROM outbox_rest WHERE webhook = ?1", vec![webhook.into()]).map(drop)
}

/// Removes what nobody will be told as its webhook is gone. `webhooks` were there at a time: a message of that time or later
/// may be for one that was made since.
pub(super) fn tidy_webhooks(sql: &impl Sql, webhooks: &[&str], at: i64) -> Result<(), Error> {
    let statement =
        "DELETE FROM outbox WHERE created_at < ?2 AND webhook NOT IN (SELECT value FROM json_each(?1))";
    sql.run(statement, vec![serde_json::to_string(webhooks)?.into(), at.into()]).map(drop)
}

/// Removes what nobody will be told as its answer is gone. It looks at every message, once for all answers that go
/// together: an index by answer would cost each message one more row, and most outboxes are empty.
pub(super) fn tidy_answers(sql: &impl Sql) -> Result<(), Error> {
    let statement = "DELETE FROM outbox WHERE NOT EXISTS \
         (SELECT 1 FROM response WHERE key = outbox.key AND id = outbox.response)";
    sql.run(statement, vec![]).map(drop)
}

/// A message that its receiver has not got.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Undelivered {
    pub(crate) id: String,
    pub(crate) response: Uuid,
    pub(crate) event: String,
    pub(crate) created_at: i64,
    pub(crate) tries: u32,
    /// None: it is dead.
    pub(crate) next_at: Option<i64>,
    pub(crate) failure: Option<String>,
}

/// Messages to a receiver that wait or are dead, the oldest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListUndelivered {
    pub(crate) webhook: String,
    pub(crate) dead: bool,
    /// Only those behind this one: when it was put in, and its id.
    pub(crate) after: Option<(i64, String)>,
    /// At most so many.
    pub(crate) most: u32,
}

impl Command for ListUndelivered {
    const PATH: &'static str = "/list-undelivered";
    type Reply = Vec<Undelivered>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let query = "SELECT id, response, event, created_at, tries, next_at, failure FROM outbox \
             WHERE webhook = ?1 AND (next_at IS NULL) = ?2 AND (created_at, id) > (?4, ?5) ORDER BY created_at, id LIMIT ?3";
        let (at, id) = self.after.unwrap_or_default();
        let bindings = vec![
            self.webhook.into(),
            i64::from(self.dead).into(),
            i64::from(self.most).into(),
            at.into(),
            id.into(),
        ];
        let read = |mut row: Row| {
            Ok(Undelivered {
                id: some(row.text()?)?,
                response: Uuid::from_slice(&some(row.bytes()?)?)
                    .map_err(|_| Error("a stored id is no UUID".into()))?,
                event: some(row.text()?)?,
                created_at: some(row.number()?)?,
                tries: some(row.number()?)?,
                next_at: row.number()?,
                failure: row.text()?,
            })
        };
        sql.run(query, bindings)?.all(read)
    }
}

/// Has the dead messages to a receiver tried again, from the first try on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Replay {
    pub(crate) webhook: String,
}

impl Command for Replay {
    const PATH: &'static str = "/replay";
    /// How many.
    type Reply = usize;

    fn run(self, sql: &impl Sql, now: i64) -> Result<usize, Error> {
        let statement =
            "UPDATE outbox SET tries = 0, next_at = ?2 WHERE webhook = ?1 AND next_at IS NULL RETURNING 1";
        let replayed = sql.run(statement, vec![self.webhook.as_str().into(), now.into()])?.rows.len();
        if replayed > 0 {
            wake(sql, &self.webhook)?;
            alarm::due_at(sql, Job::Deliver, now)?;
        }
        Ok(replayed)
    }
}

#[cfg(test)]
mod tests;

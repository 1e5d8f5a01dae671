//! Answers as people look through them: the newest first or the oldest, a page at a time.

use super::{Filter, LINE, PLACE};
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use worker::SqlStorageValue as Value;

/// The next answers that a filter lets through, and how many there are of them in all.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct List {
    pub(crate) filter: Filter,
    pub(crate) newest_first: bool,
    /// The last answer of the page before.
    pub(crate) after: Option<(i64, Uuid)>,
    /// At most so many.
    pub(crate) rows: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// As lines: see [`super::StoredResponse::read`].
    pub(crate) lines: Vec<String>,
    pub(crate) total: u64,
}

impl Command for List {
    const PATH: &'static str = "/list";
    type Reply = Listed;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Listed, Error> {
        let (mut condition, mut values) = self.filter.condition();
        let query = format!("SELECT count(*) FROM response WHERE {condition}");
        let counted = sql.run(&query, values.clone())?.rows.into_iter().next();
        let total = counted.map(|mut row| some(row.number()?)).transpose()?.unwrap_or_default();
        let (way, beyond) = if self.newest_first { ("DESC", "<") } else { ("", ">") };
        if let Some((time, id)) = self.after {
            condition = format!("{condition} AND (received_at, id) {beyond} (?, ?)");
            values.extend([time.into(), Value::from(id.as_bytes().to_vec())]);
        }
        values.push(i64::from(self.rows).into());
        let query = format!(
            "SELECT {LINE} FROM response WHERE {condition} ORDER BY received_at {way}, id {way} LIMIT ?"
        );
        let rows = sql.run(&query, values)?.rows.into_iter();
        let lines = rows.map(|mut row| some(row.text()?)).collect::<Result<_, _>>()?;
        Ok(Listed { lines, total })
    }
}

/// How long it took from an answer's arrival until it was handled, in milliseconds, of those handled since a time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Closing {
    pub(crate) filter: Filter,
    pub(crate) since: i64,
}

impl Command for Closing {
    const PATH: &'static str = "/closing";
    type Reply = Vec<i64>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Vec<i64>, Error> {
        let (condition, mut values) = self.filter.condition();
        values.push(self.since.into());
        let query =
            format!("SELECT handled_at - received_at FROM response WHERE {condition} AND handled_at >= ?");
        sql.run(&query, values)?.rows.into_iter().map(|mut row| some(row.number()?)).collect()
    }
}

/// What is kept of consent with an answer, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) id: Uuid,
}

impl Command for Receipt {
    const PATH: &'static str = "/receipt";
    type Reply = Option<String>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let query = format!("SELECT consent FROM response WHERE {PLACE}");
        let found = sql.run(&query, vec![Value::from(self.id.as_bytes().to_vec())])?;
        found.rows.into_iter().next().map(|mut row| some(row.text()?)).transpose()
    }
}

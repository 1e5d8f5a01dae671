//! Reads stored answers. `SQLite` writes each as a line of JSON, so that one value crosses from the store, not thirty.

mod filter;
pub(crate) mod list;
mod page;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use filter::{Filter, Flagged, Period};
pub(crate) use page::{Line, Lines, Page};
pub(super) use stream::stream;
pub(crate) use stream::{PATH as STREAM, SIZE as PART};

use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Deserializer, Serialize};
use sondeo_survey::export::Text;
use std::collections::BTreeMap;
use uuid::Uuid;
use worker::SqlStorageValue as Value;

/// A stored answer, as its line has it: the fields are those of [`LINE`], in their order.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StoredResponse<'a> {
    pub(crate) received_at: i64,
    pub(crate) id: Uuid,
    /// The respondent's hash in hex.
    #[serde(borrow)]
    pub(crate) respondent: Option<Text<'a>>,
    pub(crate) revision: u32,
    pub(crate) updated_at: i64,
    pub(crate) survey_version: Option<u32>,
    pub(crate) metric: Text<'a>,
    pub(crate) scale_min: u8,
    pub(crate) scale_max: u8,
    pub(crate) score: u8,
    #[serde(deserialize_with = "truth")]
    pub(crate) complete: bool,
    pub(crate) comment: Option<Text<'a>>,
    #[serde(deserialize_with = "or_none")]
    pub(crate) reasons: Vec<Text<'a>>,
    pub(crate) locale: Option<Text<'a>>,
    pub(crate) device: Option<Text<'a>>,
    pub(crate) page_path: Option<Text<'a>>,
    pub(crate) touchpoint: Option<Text<'a>>,
    pub(crate) order_id: Option<Text<'a>>,
    pub(crate) order_value: Option<Text<'a>>,
    pub(crate) order_currency: Option<Text<'a>>,
    #[serde(deserialize_with = "or_none")]
    pub(crate) attributes: BTreeMap<Text<'a>, Text<'a>>,
    pub(crate) consent_status: Option<Text<'a>>,
    pub(crate) consent_source: Option<Text<'a>>,
    #[serde(deserialize_with = "truth")]
    pub(crate) gpc: bool,
    #[serde(deserialize_with = "or_none")]
    pub(crate) flags: Vec<Text<'a>>,
    pub(crate) handled_at: Option<i64>,
    pub(crate) note: Option<Text<'a>>,
}

/// The runtime lets a function have 32 arguments.
const LINE: &str = "json_array(received_at, hex(id), CASE linked WHEN 1 THEN lower(hex(key)) END, revision, updated_at, \
     survey_version, metric, scale_min, scale_max, score, complete, comment, json(reasons), locale, device, page_path, \
     touchpoint, order_id, order_value, order_currency, json(attributes), consent ->> '$.status', \
     consent ->> '$.source', gpc, json(flags), handled_at, note)";

fn truth<'de, D: Deserializer<'de>>(number: D) -> Result<bool, D::Error> {
    Ok(u8::deserialize(number)? != 0)
}

/// An empty list or map is stored as null.
fn or_none<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(value: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

impl<'a> StoredResponse<'a> {
    /// Reads the line of an answer.
    pub(crate) fn read(line: &'a [u8]) -> Result<Self, Error> {
        Ok(serde_json::from_slice(line)?)
    }

    /// Its place in an export.
    pub(crate) fn position(&self) -> (i64, Uuid) {
        (self.received_at, self.id)
    }
}

/// The answer with an id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Find {
    pub(crate) id: Uuid,
}

/// Where an answer is in the table. The index is much smaller than the table, which has no order by id.
pub(super) const PLACE: &str = "(key, id) IN (SELECT key, id FROM response INDEXED BY response_by_time WHERE id = ?1 \
     ORDER BY received_at LIMIT 1)";

impl Command for Find {
    const PATH: &'static str = "/find";
    /// Its line.
    type Reply = Option<String>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let query = format!("SELECT {LINE} FROM response WHERE {PLACE}");
        let found = sql.run(&query, vec![Value::from(self.id.as_bytes().to_vec())])?;
        found.rows.into_iter().next().map(|mut row| some(row.text()?)).transpose()
    }
}

/// The line of an answer by its primary key, if it may be passed on: there is none, or none any more, where the visitor
/// objected.
pub(crate) fn deliverable(sql: &impl Sql, key: &[u8], id: &[u8]) -> Result<Option<String>, Error> {
    let query = format!(
        "SELECT {LINE} FROM response WHERE key = ?1 AND id = ?2 AND gpc = 0 \
         AND coalesce(consent ->> '$.anonymous', 0) = 0"
    );
    let found = sql.run(&query, vec![key.to_vec().into(), id.to_vec().into()])?;
    found.rows.into_iter().next().map(|mut row| some(row.text()?)).transpose()
}

/// The names of the attributes that any stored answer has.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AttributeNames;

impl Command for AttributeNames {
    const PATH: &'static str = "/attribute-names";
    type Reply = Vec<String>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        // Every row is read: a table of names would cost an answer that brings a new one a third row.
        let query = "SELECT DISTINCT pair.key FROM response, json_each(response.attributes) AS pair";
        let names = sql.run(query, vec![])?;
        names.rows.into_iter().map(|mut row| some(row.text()?)).collect()
    }
}

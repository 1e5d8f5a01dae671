//! Who did what, newest first.

use super::schema::audit;
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::limits;
use worker::SqlStorageValue as Value;

/// An entry.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its place.
    pub(crate) number: i64,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// The token's public name, or `visitor`.
    pub(crate) actor: String,
    pub(crate) action: String,
    /// A token's public name, or a site and what of it. Never anything personal.
    pub(crate) subject: String,
}

/// Entries of a site, or all.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReadAudit {
    pub(crate) site: Option<String>,
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
}

impl Command for ReadAudit {
    const PATH: &'static str = "/read-audit";
    type Reply = Vec<Entry>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Vec<Entry>, Error> {
        let condition = if self.site.is_some() { "site = ?1" } else { "?1 IS NULL" };
        let query = format!(
            "SELECT rowid, at, actor, action, subject FROM audit WHERE {condition} AND rowid < ?2 \
             ORDER BY rowid DESC LIMIT ?3"
        );
        // JavaScript's largest whole number.
        let before = self.before.unwrap_or((1 << 53) - 1);
        let limit = i64::from(self.limit.min(limits::PAGE.0 + 1));
        let bindings = vec![self.site.map_or(Value::Null, Into::into), before.into(), limit.into()];
        sql.run(&query, bindings)?.all(|mut row| {
            Ok(Entry {
                number: some(row.number()?)?,
                at: some(row.number()?)?,
                actor: some(row.text()?)?,
                action: some(row.text()?)?,
                subject: some(row.text()?)?,
            })
        })
    }
}

/// Notes what changes nothing in the Registry itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
}

impl Command for Note {
    const PATH: &'static str = "/note";
    type Reply = ();

    fn run(self, sql: &impl Sql, now: i64) -> Result<(), Error> {
        audit(sql, now, &self.actor, &self.action, &self.subject)
    }
}

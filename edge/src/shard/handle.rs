//! Notes that somebody has looked after an answer.

use super::read::PLACE;
use crate::rpc::Command;
use crate::sql::{Error, Sql};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use worker::SqlStorageValue as Value;

/// What changes: absent stays as it is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Handle {
    pub(crate) id: Uuid,
    pub(crate) handled: Option<bool>,
    /// An empty one takes the note away.
    pub(crate) note: Option<String>,
}

/// What is stored then.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handled {
    pub(crate) handled_at: Option<i64>,
    pub(crate) note: Option<String>,
}

impl Command for Handle {
    const PATH: &'static str = "/handle";
    /// None where no answer has the id.
    type Reply = Option<Handled>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Self::Reply, Error> {
        // Handled twice, it was handled the first time. What says the same again writes nothing.
        let update = format!(
            "UPDATE response SET handled_at = CASE ?2 WHEN 1 THEN coalesce(handled_at, ?4) WHEN 0 THEN NULL ELSE handled_at END, \
             note = CASE WHEN ?3 IS NULL THEN note ELSE nullif(?3, '') END \
             WHERE {PLACE} AND (?2 IS NOT NULL AND ?2 <> (handled_at IS NOT NULL) OR ?3 <> coalesce(note, ''))"
        );
        let id = Value::from(self.id.as_bytes().to_vec());
        let handled = self.handled.map_or(Value::Null, |handled| i64::from(handled).into());
        let note = self.note.map_or(Value::Null, Value::from);
        sql.run(&update, vec![id.clone(), handled, note, now.into()])?;
        let query = format!("SELECT handled_at, note FROM response WHERE {PLACE}");
        let stored = sql.run(&query, vec![id])?.rows.into_iter().next();
        stored.map(|mut row| Ok(Handled { handled_at: row.number()?, note: row.text()? })).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::schema::VERSIONS;
    use crate::shard::submit::Submit;

    #[test]
    fn an_answer_is_handled_once_and_noted_often() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        let id = Uuid::from_bytes([7; 16]);
        let submit = Submit { id, revision: 1, consent: "{}".into(), ..Submit::default() };
        submit.run(&database, 5).unwrap();
        let note = |text: &str| Some(text.to_owned());
        for (now, handled, noted, at, expected) in [
            (10, None, note("called"), None, note("called")),
            (11, Some(true), None, Some(11), note("called")),
            (12, Some(true), note("refunded"), Some(11), note("refunded")),
            (13, Some(true), None, Some(11), note("refunded")),
            (14, Some(false), None, None, note("refunded")),
            (15, None, note(""), None, None),
        ] {
            let stored = Handle { id, handled, note: noted }.run(&database, now).unwrap();
            assert_eq!(stored, Some(Handled { handled_at: at, note: expected }), "at {now}");
        }
        let before = database.total_changes();
        let other = Uuid::from_bytes([8; 16]);
        assert_eq!(Handle { id: other, handled: Some(true), note: None }.run(&database, 16).unwrap(), None);
        Handle { id, handled: Some(false), note: note("") }.run(&database, 17).unwrap();
        assert_eq!(database.total_changes(), before, "what changes nothing writes nothing");
    }
}

//! The one door to `SQLite`. The Durable Objects open it onto workerd's; the tests onto a native one, so that they run
//! the very statements that are deployed.

mod runtime;

use worker::SqlStorageValue as Value;
use worker::wasm_bindgen::JsValue;

/// A database that runs one statement at a time.
pub(crate) trait Sql {
    /// Runs a statement, or several without bindings, to its end.
    fn run(&self, sql: &str, bindings: Vec<Value>) -> Result<Ran, Error>;
}

/// What a statement gave and did.
pub(crate) struct Ran {
    /// Its rows.
    pub(crate) rows: Vec<Row>,
    /// Rows of tables and indices written: what the platform bills.
    pub(crate) written: usize,
}

impl Ran {
    /// Its only row, if it has one.
    pub(crate) fn one<T>(self, read: impl Fn(Row) -> Result<T, Error>) -> Result<Option<T>, Error> {
        self.rows.into_iter().next().map(read).transpose()
    }

    /// All its rows.
    pub(crate) fn all<T>(self, read: impl Fn(Row) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        self.rows.into_iter().map(read).collect()
    }
}

/// Why the store did not answer. Logged, never sent to a client.
#[derive(Debug)]
pub(crate) struct Error(pub(crate) String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<JsValue> for Error {
    fn from(thrown: JsValue) -> Self {
        worker::Error::from(thrown).into()
    }
}

/// Says where, not what: the message would quote the value, and that may be somebody's words.
impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("JSON: {:?} error in column {}", error.classify(), error.column()))
    }
}

impl From<postcard::Error> for Error {
    fn from(error: postcard::Error) -> Self {
        Self(format!("a message: {error}"))
    }
}

/// A row, read column by column from the left.
pub(crate) struct Row(pub(crate) std::vec::IntoIter<Value>);

impl Row {
    fn next(&mut self) -> Value {
        self.0.next().unwrap_or(Value::Null)
    }

    /// A whole number, or nothing.
    pub(crate) fn number<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, Error> {
        let number = match self.next() {
            Value::Null => return Ok(None),
            Value::Integer(number) => number,
            Value::Boolean(value) => i64::from(value),
            other => return Err(Error(format!("expected a whole number, found {}", kind(&other)))),
        };
        T::try_from(number).map(Some).map_err(|_| Error(format!("{number} is out of range")))
    }

    /// Text, or nothing.
    pub(crate) fn text(&mut self) -> Result<Option<String>, Error> {
        match self.next() {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            other => Err(Error(format!("expected text, found {}", kind(&other)))),
        }
    }

    /// Bytes, or nothing.
    pub(crate) fn bytes(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Blob(bytes) => Ok(Some(bytes)),
            other => Err(Error(format!("expected bytes, found {}", kind(&other)))),
        }
    }
}

/// A column that is never null.
pub(crate) fn some<T>(value: Option<T>) -> Result<T, Error> {
    value.ok_or_else(|| Error("expected a value, found none".into()))
}

/// The type alone: a value may be somebody's words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Boolean(_) => "a boolean",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::String(_) => "text",
        Value::Blob(_) => "bytes",
    }
}

/// Brings a store to the last of its versions: `versions` holds the statements that lead from each to the next, the first
/// from nothing to version 1. What a release has written stays as it is for ever; a change is one more version. A store
/// that a later release has written is refused.
///
/// All of it is one stretch without an await, so a crash leaves the store at the version where it was.
pub(crate) fn open(sql: &impl Sql, versions: &[&str]) -> Result<(), Error> {
    const META: &str = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT";
    sql.run(META, vec![])?;
    let stored = sql.run("SELECT value FROM meta WHERE name = 'schema_version'", vec![])?;
    let version = stored.rows.into_iter().next().map(|mut row| row.number::<usize>()).transpose()?.flatten();
    let version = version.unwrap_or(0);
    let Some(ahead) = versions.get(version..) else {
        return Err(Error(format!("the store has schema {version}, this release knows {}", versions.len())));
    };
    for step in ahead {
        sql.run(step, vec![])?;
    }
    if !ahead.is_empty() {
        let number = i64::try_from(versions.len()).unwrap_or(i64::MAX);
        sql.run("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?1)", vec![number.into()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_goes_from_version_to_version_and_never_back() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        let versions = [
            "CREATE TABLE a (x INTEGER); CREATE TABLE b (x INTEGER);",
            "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 7; DROP TABLE b;",
        ];
        open(&database, &versions[..1]).unwrap();
        database.execute_batch("INSERT INTO a (x) VALUES (1); INSERT INTO b VALUES (2);").unwrap();
        for _ in 0..2 {
            open(&database, &versions).unwrap();
            let row =
                database.query_row("SELECT x, y FROM a", [], |row| Ok([row.get::<_, i64>(0)?, row.get(1)?]));
            assert_eq!(row.unwrap(), [1, 7]);
        }
        let Error(refused) = open(&database, &versions[..1]).unwrap_err();
        assert_eq!(refused, "the store has schema 2, this release knows 1");
    }
}

#[cfg(test)]
pub(crate) mod native {
    //! `SQLite` without a Worker.

    use super::{Error, Ran, Row, Sql, Value};
    use rusqlite::types::Value as Native;

    impl Sql for rusqlite::Connection {
        fn run(&self, sql: &str, bindings: Vec<Value>) -> Result<Ran, Error> {
            let error = |error: rusqlite::Error| Error(error.to_string());
            if bindings.is_empty() && sql.contains(';') {
                self.execute_batch(sql).map_err(error)?;
                return Ok(Ran { rows: vec![], written: 0 });
            }
            let mut statement = self.prepare(sql).map_err(error)?;
            let columns = statement.column_count();
            let before = self.total_changes();
            let bindings = rusqlite::params_from_iter(bindings.into_iter().map(to_native));
            let rows = statement.query_map(bindings, |row| {
                let values = (0..columns).map(|at| row.get(at).map(from_native));
                Ok(Row(values.collect::<Result<Vec<_>, _>>()?.into_iter()))
            });
            let rows = rows.map_err(error)?.collect::<Result<_, _>>().map_err(error)?;
            let written = usize::try_from(self.total_changes() - before).unwrap_or(usize::MAX);
            Ok(Ran { rows, written })
        }
    }

    /// Numbers go in as doubles, as JavaScript has no others.
    #[allow(clippy::cast_precision_loss, reason = "the Worker stores no number over 2^53")]
    fn to_native(value: Value) -> Native {
        match value {
            Value::Null => Native::Null,
            Value::Boolean(value) => Native::Integer(value.into()),
            Value::Integer(number) => Native::Real(number as f64),
            Value::Float(number) => Native::Real(number),
            Value::String(text) => Native::Text(text),
            Value::Blob(bytes) => Native::Blob(bytes),
        }
    }

    fn from_native(value: Native) -> Value {
        match value {
            Native::Null => Value::Null,
            Native::Integer(number) => Value::Integer(number),
            Native::Real(number) => Value::Float(number),
            Native::Text(text) => Value::String(text),
            Native::Blob(bytes) => Value::Blob(bytes),
        }
    }
}

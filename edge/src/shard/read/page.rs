//! A part of what a filter lets through, in the order of an export.

use super::{Filter, LINE, StoredResponse};
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use uuid::Uuid;

/// The next answers, by time of arrival and id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) filter: Filter,
    /// The last answer that is known already.
    pub(crate) after: Option<(i64, Uuid)>,
    /// At most so many.
    pub(crate) rows: u32,
}

/// Answers as the store writes them: each a line of JSON that ends with a line break.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) bytes: Vec<u8>,
    /// The last of them.
    pub(crate) last: Option<(i64, Uuid)>,
    /// Whether there may be more after them.
    pub(crate) more: bool,
}

/// One of them, without its line break.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a>(pub(crate) &'a [u8]);

impl<'a> Line<'a> {
    /// The answer's place in an export: the first two values, without a look at the others.
    pub(crate) fn position(self) -> Result<(i64, Uuid), Error> {
        let mut parts = self.0.split(|byte| matches!(byte, b'[' | b',' | b'"'));
        let time = parts.nth(1).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let id = parts.nth(1).and_then(|hex| Uuid::try_parse_ascii(hex).ok());
        time.zip(id).ok_or_else(|| Error("a line has no position".into()))
    }

    /// The whole answer.
    pub(crate) fn read(self) -> Result<StoredResponse<'a>, Error> {
        StoredResponse::read(self.0)
    }
}

impl Lines {
    /// One after another.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        self.bytes
            .split_inclusive(|byte| *byte == b'\n')
            .filter_map(|line| line.strip_suffix(b"\n"))
            .map(Line)
    }
}

impl Page {
    /// Reads it: one text out of `SQLite`, as bytes, which nobody has to decode. Where it is too long for a text, half the
    /// rows are.
    pub(crate) fn read(&self, sql: &impl Sql) -> Result<Lines, Error> {
        let mut rows = self.rows.max(1);
        loop {
            match self.read_rows(sql, rows) {
                Err(error) if rows > 1 && is_too_big(&error) => rows = rows.div_ceil(2),
                read => return read,
            }
        }
    }

    fn read_rows(&self, sql: &impl Sql, rows: u32) -> Result<Lines, Error> {
        let mut filter = self.filter.clone();
        if let Some((time, _)) = self.after {
            // Whichever bound of the index `SQLite` takes, it begins here.
            filter.period.from = filter.period.from.max(time);
        }
        let (mut condition, mut values) = filter.condition();
        if let Some((time, id)) = self.after {
            condition += " AND (received_at, id) > (?, ?)";
            values.extend([time.into(), id.as_bytes().to_vec().into()]);
        }
        values.push(i64::from(rows).into());
        let query = format!(
            "SELECT CAST(group_concat(line, char(10)) || char(10) AS BLOB), count(*) FROM (\
             SELECT {LINE} AS line FROM response WHERE {condition} ORDER BY received_at, id LIMIT ?)"
        );
        let found = sql.run(&query, values)?.rows.into_iter().next();
        let mut found = found.ok_or_else(|| Error("no page".into()))?;
        let bytes = found.bytes()?.unwrap_or_default();
        let more = some(found.number::<u32>()?)? == rows;
        let mut lines = Lines { bytes, last: self.after, more };
        if let Some(text) = lines.bytes.strip_suffix(b"\n") {
            let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            lines.last = Some(Line(text.get(start..).unwrap_or_default()).position()?);
        }
        Ok(lines)
    }
}

fn is_too_big(error: &impl Display) -> bool {
    error.to_string().contains("too big")
}

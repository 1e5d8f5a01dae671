//! Writes a Shard's days to the archive, one part at a time.
//!
//! A day is sealed when it has been over for an hour, in UTC. A row of a sealed day that changes or goes makes the day
//! dirty: triggers see to that (`shard/schema.rs`), whoever made the change. A dirty day is written anew under new names,
//! and only then are the old files deleted. No name is ever used for other bytes.

use super::Store;
use super::table;
use crate::api::responses::record;
use crate::shard::read::{Filter, Page, Period};
use crate::sql::{Error, Sql, some};
use jiff::Timestamp;
use uuid::Uuid;

const DAY: i64 = 86_400_000;
/// Longer than any answer is under way inside the collector.
pub(crate) const GRACE: i64 = 3_600_000;
/// What a file holds at most: one group of rows, in memory while it is written.
const ROWS: usize = 50_000;
const BYTES: usize = 8 << 20;
/// Rows read in one stretch, for which answers have to wait: some 20 ms.
const PAGE: usize = 500;

/// Which Shard is archived, and where to.
pub(crate) struct Sealer<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) site: &'a str,
    pub(crate) survey: &'a str,
    pub(crate) shard: u16,
    /// Rows of a file.
    rows: usize,
}

/// A day that is being written.
struct Open {
    /// Days since 1970.
    day: i64,
    /// The parts of this time of writing begin here.
    first: u32,
    /// The part to write next.
    next: u32,
    /// The last row that is written.
    after: Option<(i64, Uuid)>,
}

/// Rows on their way into a file.
struct Part {
    /// The file with the last of its rows; none where there are no rows.
    file: Option<(Vec<u8>, (i64, Uuid))>,
    /// Whether the day ends with them.
    is_end: bool,
}

impl<'a, S: Store> Sealer<'a, S> {
    pub(crate) fn new(store: &'a S, site: &'a str, survey: &'a str, shard: u16) -> Self {
        Self { store, site, survey, shard, rows: ROWS }
    }

    /// Writes one file at most. Returns whether there was anything to do: then there may be more.
    ///
    /// It may be cut off at any await, and repeated: what was done is then found, or done again with the same result.
    pub(crate) async fn step(&self, sql: &impl Sql, now: i64) -> Result<bool, Error> {
        let Some(open) = next_day(sql, now)? else { return Ok(false) };
        let mut next = open.next;
        let part = self.part(sql, &open).await?;
        if let Some((file, (time, id))) = part.file {
            self.store.put(&self.name(open.day, next), file).await?;
            next += 1;
            let update = "UPDATE archive SET next = ?2, after_time = ?3, after_id = ?4 WHERE day = ?1";
            let id = id.as_bytes().to_vec();
            sql.run(update, vec![open.day.into(), number(next), time.into(), id.into()])?;
        }
        if part.is_end {
            // All others of this day: what was written before, and what was left by a writing that was given up.
            let current: Vec<String> = (open.first..next).map(|part| self.name(open.day, part)).collect();
            let mut old = self.store.list(&self.prefix(open.day)).await?;
            old.retain(|name| !current.contains(name));
            if !old.is_empty() {
                self.store.delete(old).await?;
            }
            sql.run("UPDATE archive SET done = 1 WHERE day = ?1", vec![open.day.into()])?;
        }
        Ok(true)
    }

    /// The next rows of a day. A row that changes meanwhile makes the day dirty, so that they are read again.
    async fn part(&self, sql: &impl Sql, open: &Open) -> Result<Part, Error> {
        let from = open.day * DAY;
        let period = Period { from, to: from + DAY };
        let (mut writer, mut after, mut is_end) = (table::archive(), open.after, false);
        while !is_end && writer.rows() < self.rows && writer.size() < BYTES {
            let rows = PAGE.min(self.rows - writer.rows());
            let rows = u32::try_from(rows).unwrap_or(u32::MAX);
            let lines = Page { filter: Filter::of(period), after, rows }.read(sql)?;
            is_end = !lines.more;
            after = lines.last;
            for line in lines.iter() {
                let record = record(self.survey, line.read()?);
                writer.push(&record.map_err(|problem| Error(format!("{problem:?}")))?);
            }
            self.store.pause().await;
        }
        let file = after.filter(|_| writer.rows() > 0).map(|last| {
            let mut file = Vec::new();
            writer.finish(&mut file);
            (file, last)
        });
        Ok(Part { file, is_end })
    }

    fn prefix(&self, day: i64) -> String {
        let date = Timestamp::from_millisecond(day * DAY).unwrap_or_default();
        let date = date.to_zoned(jiff::tz::TimeZone::UTC).date();
        format!("responses/site={}/survey={}/date={date}/part-{}-", self.site, self.survey, self.shard)
    }

    fn name(&self, day: i64, part: u32) -> String {
        format!("{}{part}.parquet", self.prefix(day))
    }
}

/// The day that is to be written or written on: the oldest that is dirty or not done, else the next that is over.
fn next_day(sql: &impl Sql, now: i64) -> Result<Option<Open>, Error> {
    let open = "SELECT day, dirty, first, next, after_time, after_id FROM archive WHERE dirty = 1 OR done = 0 \
         ORDER BY day LIMIT 1";
    if let Some(mut row) = sql.run(open, vec![])?.rows.into_iter().next() {
        let day: i64 = some(row.number()?)?;
        let is_dirty = some(row.number::<u8>()?)? == 1;
        let (first, next) = (some(row.number()?)?, some(row.number::<u32>()?)?);
        if is_dirty {
            // A part may have been written that is not noted yet, with what has changed since: its name is not used again.
            let first = next + 1;
            let again = "UPDATE archive SET dirty = 0, done = 0, first = ?2, next = ?2, after_time = NULL, \
                 after_id = NULL WHERE day = ?1";
            sql.run(again, vec![day.into(), number(first)])?;
            return Ok(Some(Open { day, first, next: first, after: None }));
        }
        let after = row.number()?.zip(row.bytes()?);
        let after = after.map(|(time, id)| Uuid::from_slice(&id).map(|id| (time, id))).transpose();
        let after = after.map_err(|_| Error("a stored id is no UUID".into()))?;
        return Ok(Some(Open { day, first, next, after }));
    }
    let oldest = "SELECT min(received_at) FROM response \
         WHERE received_at >= 86400000 * (SELECT ifnull(max(day), -1) + 1 FROM archive)";
    let oldest = sql.run(oldest, vec![])?.rows.into_iter().next();
    let Some(oldest) = oldest.map(|mut row| row.number::<i64>()).transpose()?.flatten() else {
        return Ok(None);
    };
    let day = oldest.div_euclid(DAY);
    if now < (day + 1) * DAY + GRACE {
        return Ok(None);
    }
    sql.run("INSERT INTO archive (day, dirty, done, first, next) VALUES (?1, 0, 0, 1, 1)", vec![day.into()])?;
    Ok(Some(Open { day, first: 1, next: 1, after: None }))
}

fn number(number: u32) -> worker::SqlStorageValue {
    i64::from(number).into()
}

#[cfg(test)]
mod tests;

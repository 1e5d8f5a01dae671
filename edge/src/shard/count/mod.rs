//! Counts answers for statistics. What is counted is kept in memory ([`memory`]), as `SQLite` takes a second for what takes
//! milliseconds there.

mod columns;
pub(super) mod memory;
pub(crate) mod orders;

use super::read::Flagged;
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use columns::{Columns, Shape};
use memory::Memory;
use orders::{Orders, Summing};
use serde::{Deserialize, Serialize};
use sondeo_survey::stats::ScoreTally;

/// By what answers are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Dimension {
    Touchpoint,
    Locale,
    Device,
    Path,
    Attribute(String),
}

impl Dimension {
    /// What has its value in an answer, and the name in its question mark.
    pub(in crate::shard) fn expression(&self) -> (&'static str, Option<&str>) {
        match self {
            Dimension::Touchpoint => ("touchpoint", None),
            Dimension::Locale => ("locale", None),
            Dimension::Device => ("device", None),
            Dimension::Path => ("page_path", None),
            Dimension::Attribute(name) => {
                ("(SELECT value FROM json_each(attributes) AS attribute WHERE attribute.key = ?)", Some(name))
            }
        }
    }
}

/// How many answers have which score, in spans of time and by value, and what their orders are worth. One command for all of
/// it, as each one more is as much code as what it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Count {
    /// Where the spans begin, in milliseconds since 1970, and last where the last one ends. Ascending.
    pub(crate) bounds: Vec<i64>,
    pub(crate) flagged: Flagged,
    /// Whose values are counted, in the last span.
    pub(crate) by: Option<Dimension>,
    /// From which time on orders are summed up, to the last bound.
    pub(crate) orders_from: Option<i64>,
}

/// The counts of one Shard.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counted {
    /// When the first answer came that is still there, in milliseconds since 1970.
    pub(crate) oldest: Option<i64>,
    /// One for each span.
    pub(crate) spans: Vec<ScoreTally>,
    /// The values that are there, none among them, in no order; nothing where there are more than [`MOST_VALUES`].
    pub(crate) values: Option<Vec<(Option<String>, ScoreTally)>>,
    /// Where they were asked for.
    pub(crate) orders: Option<Orders>,
}

/// Most values of one dimension in one Shard. All Shards' together must fit into the Worker's memory.
pub(crate) const MOST_VALUES: usize = 50_000;

impl Count {
    /// [`Command::run`], from memory where it can be.
    pub(super) fn counted(&self, memory: &mut Memory, sql: &impl Sql) -> Result<Counted, Error> {
        let oldest = oldest(sql)?;
        let [.., _, end] = *self.bounds else {
            return Ok(Counted { oldest, spans: Vec::new(), values: None, orders: None });
        };
        let mut counting = Counting::new(self);
        let mut summing = self.orders_from.map(|from| Summing::new(self.flagged, from..end));
        let names = match (&self.by, &mut summing) {
            // What has the orders has the scores of all answers, too.
            (None, Some(summing)) => memory.read(sql, &Shape::Orders, &mut |columns| {
                counting.add(columns);
                summing.add(columns);
            })?,
            (by, summing) => {
                let shape = by.clone().map_or(Shape::Scores, Shape::Values);
                let names = memory.read(sql, &shape, &mut |columns| counting.add(columns))?;
                if let Some(summing) = summing {
                    memory.read(sql, &Shape::Orders, &mut |columns| summing.add(columns))?;
                }
                names
            }
        };
        let values = names.map(|names| {
            let values =
                counting.values.into_iter().zip([None].into_iter().chain(names.into_iter().map(Some)));
            values.filter(|(tally, _)| tally.answered() > 0).map(|(tally, name)| (name, tally)).collect()
        });
        Ok(Counted { oldest, spans: counting.spans, values, orders: summing.map(Summing::end) })
    }
}

impl Command for Count {
    const PATH: &'static str = "/count";
    type Reply = Counted;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Counted, Error> {
        self.counted(&mut Memory::default(), sql)
    }
}

struct Counting {
    flagged: Flagged,
    bounds: Vec<i64>,
    spans: Vec<ScoreTally>,
    /// By code.
    values: Vec<ScoreTally>,
}

impl Counting {
    fn new(count: &Count) -> Self {
        let bounds: Vec<i64> = count.bounds.iter().map(|bound| columns::first_at(*bound)).collect();
        let spans = vec![ScoreTally::default(); bounds.len().saturating_sub(1)];
        Self { flagged: count.flagged, bounds, spans, values: Vec::new() }
    }

    fn add(&mut self, columns: &Columns) {
        let mut codes = columns.codes.iter();
        // Others have no codes, and where there are codes there are no others.
        for mark in columns.marks.iter().chain(&columns.others) {
            let code = codes.next();
            if !self.flagged.takes(mark.is_doubtful()) {
                continue;
            }
            // Before the first bound it is 0, and past the last one there is no span.
            let span = self.bounds.partition_point(|bound| *bound <= mark.0).checked_sub(1);
            let Some(span) = span else { continue };
            let is_last = span + 2 == self.bounds.len();
            let Some(tally) = self.spans.get_mut(span) else { continue };
            // A score that no scale has is never stored.
            let _ = tally.add(mark.score());
            let Some(code) = code.filter(|code| is_last && **code != columns::BEYOND) else { continue };
            let code = usize::try_from(*code).unwrap_or(usize::MAX);
            if code >= self.values.len() {
                self.values.resize(code.saturating_add(1), ScoreTally::default());
            }
            if let Some(tally) = self.values.get_mut(code) {
                let _ = tally.add(mark.score());
            }
        }
    }
}

/// When the first answer came that is still there.
fn oldest(sql: &impl Sql) -> Result<Option<i64>, Error> {
    let query = "SELECT received_at FROM response ORDER BY received_at LIMIT 1";
    sql.run(query, vec![])?.rows.into_iter().next().map(|mut row| some(row.number()?)).transpose()
}

#[cfg(test)]
mod tests;

//! Which answers are read.

use crate::shard::count::Dimension;
use serde::{Deserialize, Serialize};
use sondeo_survey::metric::Metric;
use std::fmt::Write;
use worker::SqlStorageValue as Value;

/// Answers received from `from` on and before `to`, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Period {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Which answers count, by their flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flagged {
    Include,
    Exclude,
    Only,
}

impl Flagged {
    /// Every choice with its name as a parameter.
    pub(crate) const NAMES: [(&'static str, Flagged); 3] =
        [("include", Flagged::Include), ("exclude", Flagged::Exclude), ("only", Flagged::Only)];

    /// Whether an answer counts that is doubtful, or is not.
    pub(in crate::shard) const fn takes(self, is_doubtful: bool) -> bool {
        match self {
            Flagged::Include => true,
            Flagged::Exclude => !is_doubtful,
            Flagged::Only => is_doubtful,
        }
    }

    /// As a condition. `verified` alone is no reason to doubt; the list is stored as `Submit` writes it.
    pub(in crate::shard) const fn condition(self) -> &'static str {
        match self {
            Flagged::Include => "1",
            Flagged::Exclude => r#"coalesce(flags, '["verified"]') = '["verified"]'"#,
            Flagged::Only => r#"coalesce(flags, '["verified"]') <> '["verified"]'"#,
        }
    }
}

/// Which answers are wanted: those for which all that is said here holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) period: Period,
    pub(crate) flagged: Flagged,
    pub(crate) complete: Option<bool>,
    pub(crate) handled: Option<bool>,
    /// A segment's name.
    pub(crate) segment: Option<String>,
    pub(crate) touchpoint: Option<String>,
    /// This language, or this and all that say more: `es` is `es-MX`, too.
    pub(crate) locale: Option<String>,
    /// What the comment holds, in small or capital letters.
    pub(crate) text: Option<String>,
    /// Whether there is a comment.
    pub(crate) commented: Option<bool>,
    pub(crate) score: Option<u8>,
    /// Exactly this value, or none: a row of the statistics.
    pub(crate) row: Option<(Dimension, Option<String>)>,
}

impl Filter {
    /// All answers of a period, flagged ones too.
    pub(crate) fn of(period: Period) -> Self {
        Self {
            period,
            flagged: Flagged::Include,
            complete: None,
            handled: None,
            segment: None,
            touchpoint: None,
            locale: None,
            text: None,
            commented: None,
            score: None,
            row: None,
        }
    }

    /// As a condition, and the values of its question marks.
    pub(super) fn condition(&self) -> (String, Vec<Value>) {
        let mut sql = format!("received_at >= ? AND received_at < ? AND {}", self.flagged.condition());
        let mut values = vec![self.period.from.into(), self.period.to.into()];
        if let Some(complete) = self.complete {
            sql += " AND complete = ?";
            values.push(i64::from(complete).into());
        }
        if let Some(handled) = self.handled {
            sql += if handled { " AND handled_at IS NOT NULL" } else { " AND handled_at IS NULL" };
        }
        if let Some(name) = &self.segment {
            let _ = write!(sql, " AND ({})", segment(name));
        }
        if let Some(touchpoint) = &self.touchpoint {
            sql += " AND touchpoint = ?";
            values.push(touchpoint.as_str().into());
        }
        if let Some(locale) = &self.locale {
            sql += " AND substr(locale || '-', 1, length(?)) = ?";
            let start = format!("{locale}-");
            values.extend([start.as_str().into(), start.as_str().into()]);
        }
        if let Some(text) = &self.text {
            let (folded, wanted) = folded("comment", text);
            let _ = write!(sql, " AND instr({folded}, ?) > 0");
            values.push(wanted.into());
        }
        if let Some(commented) = self.commented {
            sql += if commented { " AND comment IS NOT NULL" } else { " AND comment IS NULL" };
        }
        if let Some(score) = self.score {
            sql += " AND score = ?";
            values.push(i64::from(score).into());
        }
        if let Some((dimension, value)) = &self.row {
            let (expression, name) = dimension.expression();
            let _ = write!(sql, " AND {expression} IS ?");
            values.extend(name.map(Value::from));
            values.push(value.as_deref().map_or(Value::Null, Value::from));
        }
        (sql, values)
    }
}

/// The scores of a segment, on every scale that has it. Numbers and names are ours.
fn segment(name: &str) -> String {
    let mut places = Vec::new();
    for (metric_name, metric) in Metric::NAMES {
        for scale in metric.scales() {
            let is_in = |score: &u8| metric.segment(*scale, *score).name() == name;
            let mut scores = (scale.min..=scale.max).filter(is_in);
            if let Some(first) = scores.next() {
                let last = scores.next_back().unwrap_or(first);
                places.push(format!(
                    "metric = '{metric_name}' AND scale_max = {} AND score BETWEEN {first} AND {last}",
                    scale.max
                ));
            }
        }
    }
    if places.is_empty() { "0".into() } else { places.join(" OR ") }
}

/// An expression for `column` in small letters as far as it matters for `text`, and `text` in small letters. `SQLite`'s
/// `lower` knows ASCII alone, and patterns may have 50 bytes, so each other capital that `text` could match is replaced.
fn folded(column: &str, text: &str) -> (String, String) {
    let small = |c: char| {
        let mut small = c.to_lowercase();
        small.next().filter(|_| small.next().is_none()).unwrap_or(c)
    };
    let wanted: String = text.chars().map(small).collect();
    let mut expression = format!("lower({column})");
    let mut done = Vec::new();
    for c in wanted.chars().filter(|c| !c.is_ascii()) {
        let mut capital = c.to_uppercase();
        let Some(capital) = capital.next().filter(|_| capital.next().is_none()) else { continue };
        if capital != c && small(capital) == c && !done.contains(&c) {
            done.push(c);
            expression =
                format!("replace({expression}, char({}), char({}))", u32::from(capital), u32::from(c));
        }
    }
    (expression, wanted)
}

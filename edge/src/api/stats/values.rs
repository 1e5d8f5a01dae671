//! Scores by value: of a touchpoint, a locale, a device, a path or an attribute.

use super::query::invalid;
use super::score::Measured;
use crate::problem::Problem;
use crate::shard::count::orders::Orders;
use crate::shard::count::{Count, Counted};
use serde::Serialize;
use sondeo_survey::stats::ScoreTally;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Most rows; the rest is summed up.
const MOST_ROWS: usize = 100;
/// Most values that are told apart at all, so that they fit into the Worker's memory.
const MOST_VALUES: usize = 200_000;

/// The most frequent values, and the rest.
#[derive(Debug, Serialize)]
pub(crate) struct Values {
    /// By n, descending, then by value.
    pub(crate) rows: Vec<Row>,
    /// All other values, where there are any.
    pub(crate) other: Option<Other>,
}

/// One value.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Null where the answers have none.
    pub(crate) value: Option<String>,
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

/// The values that have no row of their own.
#[derive(Debug, Serialize)]
pub(crate) struct Other {
    /// How many they are.
    pub(crate) values: usize,
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

type ByValue = HashMap<Option<String>, ScoreTally>;

impl Values {
    pub(super) fn of(values: ByValue, measure: impl Fn(&ScoreTally) -> Measured) -> Self {
        // Kept in order one by one: sorting all would be ten times as much code.
        let mut first: BTreeMap<(Reverse<u64>, Option<String>), ScoreTally> = BTreeMap::new();
        let (mut rest, mut sum) = (0, ScoreTally::default());
        for (value, tally) in values {
            first.insert((Reverse(tally.answered()), value), tally);
            if first.len() > MOST_ROWS
                && let Some((_, last)) = first.pop_last()
            {
                rest += 1;
                sum = sum.merge(last);
            }
        }
        let rows =
            first.into_iter().map(|((_, value), tally)| Row { value, measured: measure(&tally) }).collect();
        let other = (rest > 0).then(|| Other { values: rest, measured: measure(&sum) });
        Self { rows, other }
    }
}

/// What the Shards count, added up.
pub(super) struct Sum {
    pub(super) spans: Vec<ScoreTally>,
    /// Where values were asked for.
    pub(super) values: Option<ByValue>,
    /// Of each Shard, where they were asked for.
    pub(super) orders: Vec<Orders>,
    pub(super) oldest: Option<i64>,
}

impl Sum {
    pub(super) fn new(count: &Count) -> Self {
        let spans = vec![ScoreTally::default(); count.bounds.len().saturating_sub(1)];
        Self { spans, values: count.by.is_some().then(HashMap::new), orders: Vec::new(), oldest: None }
    }

    /// One Shard's — 422
    pub(super) fn add(&mut self, Counted { oldest, spans, values, orders }: Counted) -> Result<(), Problem> {
        self.oldest = self.oldest.into_iter().chain(oldest).min();
        self.orders.extend(orders);
        for (sum, tally) in self.spans.iter_mut().zip(&spans) {
            *sum = sum.merge(*tally);
        }
        let Some(sum) = &mut self.values else { return Ok(()) };
        for (value, tally) in values.ok_or_else(too_many)? {
            let known = sum.entry(value).or_default();
            *known = known.merge(tally);
        }
        if sum.len() > MOST_VALUES { Err(too_many()) } else { Ok(()) }
    }
}

fn too_many() -> Problem {
    invalid("by", "has too many different values to tell apart: export the answers instead")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::metric::Metric;

    #[test]
    fn rows_are_the_most_frequent_and_nothing_is_lost() {
        let measure = |tally: &ScoreTally| Measured::of(Metric::Nps, Metric::Nps.default_scale(), tally);
        let tally = |n| ScoreTally::from_counts([0, 0, 0, 0, 0, 0, 0, 0, n, 0, 1]);
        let mut values: ByValue = (0..150).map(|n| (Some(format!("/{n:03}")), tally(n % 50))).collect();
        values.insert(None, tally(70));
        let Values { rows, other } = Values::of(values.clone(), measure);
        assert_eq!(rows.len(), MOST_ROWS);
        let order = |row: &Row| (std::cmp::Reverse(row.measured.n), row.value.clone());
        assert!(rows.is_sorted_by_key(order));
        assert_eq!((rows[0].value.as_deref(), rows[1].value.as_deref()), (None, Some("/049")));
        let other = other.unwrap();
        assert_eq!(other.values, 51);
        let n: u64 = rows.iter().map(|row| row.measured.n).sum();
        assert_eq!(n + other.measured.n, values.values().map(ScoreTally::answered).sum::<u64>());
        assert_eq!(rows.iter().map(|row| row.measured.segments.0[0].1).sum::<u64>() + 51, 151);
    }
}

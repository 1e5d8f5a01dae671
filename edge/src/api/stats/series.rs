//! Scores over time: by days, weeks or months as they are in a time zone.

use super::query::{Query, Step, invalid};
use super::score::Measured;
use crate::problem::Problem;
use crate::shard::Shards;
use crate::shard::count::Count;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

/// A day, a week or a month.
#[derive(Debug, Serialize)]
pub(crate) struct Bucket {
    /// Its first day.
    pub(crate) start: String,
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

impl Bucket {
    pub(super) fn new(start: Date, measured: Measured) -> Self {
        Self { start: start.to_string(), measured }
    }
}

/// Most buckets of a series: a year of days and some more.
const MOST: usize = 400;

impl Step {
    /// The first day of the bucket that a day is in.
    fn first(self, day: Date) -> Date {
        match self {
            Step::Day => day,
            Step::Week => {
                let since_monday = day.weekday().to_monday_zero_offset();
                day.checked_sub(i64::from(since_monday).days()).unwrap_or(day)
            }
            Step::Month => day.first_of_month(),
        }
    }

    /// The first day of the next one; nothing at the end of the calendar.
    fn next(self, first: Date) -> Option<Date> {
        let step = match self {
            Step::Day => 1.day(),
            Step::Week => 1.week(),
            Step::Month => 1.month(),
        };
        first.checked_add(step).ok()
    }
}

/// The first days of all buckets from `from` to `to`, and the moments between them, with both ends. Without `from` it begins
/// with the first answer; without any, there is no bucket. The first and the last may be parts — 422, 503
pub(super) async fn bounds(
    query: &Query,
    step: Step,
    shards: &Shards,
) -> Result<(Vec<Date>, Vec<i64>), Problem> {
    let from = if query.from.is_some() {
        query.from
    } else {
        let oldest = Count { bounds: Vec::new(), flagged: query.flagged, by: None, orders_from: None };
        super::count(shards, oldest).await?.oldest
    };
    let Some(from) = from.filter(|from| *from < query.to) else {
        return Ok((Vec::new(), vec![query.from.unwrap_or(0), query.to]));
    };
    let (mut starts, mut bounds) = (Vec::new(), vec![from]);
    let mut first = step.first(query.zone.day(from));
    loop {
        if starts.len() == MOST {
            let rule = format!(
                "is of more than {MOST} buckets: choose a shorter time by from and to, or longer buckets"
            );
            return Err(invalid("by", rule));
        }
        starts.push(first);
        let Some(next) = step.next(first) else { break };
        let beginning = query.zone.beginning(next);
        if beginning >= query.to {
            break;
        }
        bounds.push(beginning);
        first = next;
    }
    bounds.push(query.to);
    Ok((starts, bounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_begin_where_calendars_say() {
        for (step, day, first, next) in [
            (Step::Day, "2028-02-29", "2028-02-29", "2028-03-01"),
            (Step::Week, "2026-01-01", "2025-12-29", "2026-01-05"),
            (Step::Week, "2026-11-23", "2026-11-23", "2026-11-30"),
            (Step::Week, "2026-11-22", "2026-11-16", "2026-11-23"),
            (Step::Month, "2026-12-31", "2026-12-01", "2027-01-01"),
        ] {
            let [day, first, next] = [day, first, next].map(|text| text.parse::<Date>().unwrap());
            assert_eq!((step.first(day), step.next(first)), (first, Some(next)), "{step:?} {day}");
        }
    }
}

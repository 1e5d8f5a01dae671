//! What is at risk: what the orders of each segment are worth, and who orders again.

use super::score::{BySegment, Score};
use crate::shard::count::orders::{Orders, Worth};
use serde::Serialize;
use sondeo_survey::definition::Definition;
use sondeo_survey::frequency::Window;
use sondeo_survey::metric::Segment;
use sondeo_survey::stats::ShareTally;
use std::collections::BTreeMap;

/// Of the answers that are about an order.
#[derive(Debug, Serialize)]
pub(crate) struct Value {
    pub(crate) currencies: Vec<InCurrency>,
    /// By segment. Null where a respondent cannot have two orders in this survey: its window is `order` or `ever`.
    pub(crate) repeat_orders: Option<BySegment<Orderers>>,
}

/// One currency.
#[derive(Debug, Serialize)]
pub(crate) struct InCurrency {
    /// ISO 4217; null where the site named none.
    pub(crate) currency: Option<String>,
    #[serde(flatten)]
    pub(crate) all: Amount,
    pub(crate) segments: BySegment<Amount>,
}

/// The orders with a value.
#[derive(Debug, Serialize)]
pub(crate) struct Amount {
    pub(crate) count: u64,
    /// Exact, as decimal text.
    pub(crate) sum: String,
    /// Rounded to four places, as decimal text.
    pub(crate) mean: Option<String>,
}

/// The respondents whose latest answer about an order is in a segment.
#[derive(Debug, Serialize)]
pub(crate) struct Orderers {
    pub(crate) respondents: u64,
    /// Those whose answers are about several orders.
    pub(crate) repeat: u64,
    pub(crate) share: Option<Score>,
}

impl Value {
    pub(super) fn of(definition: &Definition, shards: &[Orders]) -> Self {
        let segments = definition.metric.segments().map(Segment::name);
        let segment = |score| definition.metric.segment(definition.scale, score).name();
        let mut worth: BTreeMap<Option<&str>, BTreeMap<&str, Worth>> = BTreeMap::new();
        let mut repeats: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for orders in shards {
            for (currency, scores) in &orders.value {
                let sums = worth.entry(currency.as_deref()).or_default();
                for (score, worth) in (0..).zip(scores) {
                    let sum = sums.entry(segment(score)).or_default();
                    *sum = sum.and(*worth);
                }
            }
            for (score, (respondents, repeat)) in (0..).zip(&orders.respondents) {
                let sum = repeats.entry(segment(score)).or_default();
                *sum = (sum.0 + respondents, sum.1 + repeat);
            }
        }
        let currencies = worth.into_iter().map(|(currency, sums)| {
            let of = |name: &str| sums.get(name).copied().unwrap_or_default();
            let all = segments.into_iter().fold(Worth::default(), |sum, name| sum.and(of(name)));
            let segments = BySegment(segments.map(|name| (name, of(name).into())));
            InCurrency { currency: currency.map(str::to_owned), all: all.into(), segments }
        });
        let currencies = currencies.collect();
        let repeat = |name: &'static str| {
            let (respondents, repeat) = repeats.get(name).copied().unwrap_or_default();
            let share =
                ShareTally::new(repeat, respondents).and_then(|share| Score::share("repeat_orders", share));
            (name, Orderers { respondents, repeat, share })
        };
        let is_answerable = matches!(definition.frequency.window, Window::Days(_));
        Self { currencies, repeat_orders: is_answerable.then(|| BySegment(segments.map(repeat))) }
    }
}

impl Worth {
    fn and(self, other: Self) -> Self {
        Self { count: self.count + other.count, sum: self.sum + other.sum }
    }
}

impl From<Worth> for Amount {
    fn from(Worth { count, sum }: Worth) -> Self {
        let mean = (count > 0).then(|| decimal(rounded(sum, i128::from(count))));
        Self { count, sum: decimal(sum), mean }
    }
}

/// A quotient, half away from zero.
fn rounded(sum: i128, count: i128) -> i128 {
    (2 * sum + sum.signum() * count) / (2 * count)
}

/// Ten-thousandths as text: two places or as many as it takes.
fn decimal(amount: i128) -> String {
    let (whole, rest) = (amount.unsigned_abs() / 10_000, amount.unsigned_abs() % 10_000);
    let sign = if amount < 0 { "-" } else { "" };
    let digits = format!("{rest:04}");
    let (cents, more) = digits.split_at(2);
    format!("{sign}{whole}.{cents}{}", more.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (amount, expected) in [
            (0, "0.00"),
            (1, "0.0001"),
            (-500, "-0.05"),
            (599_000, "59.90"),
            (599_010, "59.901"),
            (-12_345_678_901_234_567_890, "-1234567890123456.789"),
        ] {
            assert_eq!(decimal(amount), expected);
        }
        for (sum, count, expected) in [(10, 4, 3), (-10, 4, -3), (9, 4, 2), (-9, 4, -2), (7, 7, 1), (0, 3, 0)]
        {
            assert_eq!(rounded(sum, count), expected, "{sum}/{count}");
        }
    }
}

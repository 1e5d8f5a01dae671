//! What the answers' orders are worth, and who orders again.

use super::columns::{self, Columns};
use crate::shard::read::Flagged;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Amounts are in ten-thousandths, the smallest that are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    amount: Option<i64>,
    currency: Option<[u8; 3]>,
    /// Of the beginning of the respondent's hash: two are alike once in 2^64 pairs.
    who: Option<u64>,
    /// A hash of the order's name.
    name: u64,
}

impl Order {
    /// Amount, currency, the beginning of the respondent's hash in hex, and name, a line each; the name is last, as it may have
    /// lines itself. Nothing is computed: `SQLite` takes longer for that than Wasm.
    pub(super) const EXPRESSION: &'static str = "coalesce(order_value, '') || char(10) || coalesce(order_currency, '') || \
         char(10) || CASE linked WHEN 1 THEN hex(substr(key, 1, 8)) ELSE '' END || char(10) || order_id";

    /// From the text of the expression.
    pub(super) fn read(text: &str) -> Self {
        let mut parts = text.splitn(4, '\n');
        let mut next = || parts.next().unwrap_or_default();
        let amount = ten_thousandths(next());
        let currency = next().as_bytes().try_into().ok();
        let who = Some(next()).filter(|who| !who.is_empty()).map(digest);
        Self { amount, currency, who, name: digest(next()) }
    }
}

/// FNV-1a, of 64 bits: who makes two names alike by will hides an order of their own from a count, and no more.
fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// An amount as it is stored: digits, perhaps with a sign, and perhaps a point with one to four digits after it.
fn ten_thousandths(amount: &str) -> Option<i64> {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let scale = 10_i64.pow(4_u32.checked_sub(u32::try_from(part.len()).ok()?)?);
    let part = if part.is_empty() { 0 } else { i64::from(part.parse::<u16>().ok()?) * scale };
    let part = if whole.starts_with('-') { -part } else { part };
    whole.parse::<i64>().ok()?.checked_mul(10_000)?.checked_add(part)
}

/// What one Shard knows of orders; in arrays by score.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Orders {
    /// By currency, none among them.
    pub(crate) value: Vec<(Option<String>, [Worth; 11])>,
    /// By the score of each respondent's latest answer about an order: all respondents, and those with several orders.
    pub(crate) respondents: [(u64, u64); 11],
}

/// So many answers are about an order with a value, and the sum of those in ten-thousandths.
#[derive(Debug, Default, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Worth {
    pub(crate) count: u64,
    pub(crate) sum: i128,
}

/// What is known of one respondent.
struct Respondent {
    latest: i64,
    score: u8,
    order: u64,
    is_repeated: bool,
}

/// Hashes what is a hash already.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Sums up the orders of answers that were received in a span of time.
pub(super) struct Summing {
    flagged: Flagged,
    /// Of marks.
    span: Range<i64>,
    value: BTreeMap<Option<[u8; 3]>, [Worth; 11]>,
    respondents: HashMap<u64, Respondent, BuildHasherDefault<Same>>,
}

impl Summing {
    pub(super) fn new(flagged: Flagged, span: Range<i64>) -> Self {
        let span = columns::first_at(span.start)..columns::first_at(span.end);
        Self { flagged, span, value: BTreeMap::new(), respondents: HashMap::default() }
    }

    pub(super) fn add(&mut self, columns: &Columns) {
        if self.respondents.is_empty() {
            self.respondents.reserve(columns.orders.len());
        }
        for (mark, order) in columns.marks.iter().zip(&columns.orders) {
            if !self.flagged.takes(mark.is_doubtful()) || !self.span.contains(&mark.0) {
                continue;
            }
            let score = mark.score();
            if let Some(amount) = order.amount {
                let worth = self.value.entry(order.currency).or_default();
                if let Some(worth) = worth.get_mut(usize::from(score)) {
                    worth.count += 1;
                    worth.sum += i128::from(amount);
                }
            }
            let Some(who) = order.who else { continue };
            let new = Respondent { latest: mark.0, score, order: order.name, is_repeated: false };
            let known = self.respondents.entry(who).or_insert(new);
            known.is_repeated |= known.order != order.name;
            if mark.0 > known.latest {
                (known.latest, known.score) = (mark.0, score);
            }
        }
    }

    pub(super) fn end(self) -> Orders {
        let mut counts = [(0, 0); 11];
        for respondent in self.respondents.values() {
            if let Some((all, repeated)) = counts.get_mut(usize::from(respondent.score)) {
                *all += 1;
                *repeated += u64::from(respondent.is_repeated);
            }
        }
        let text = |code: [u8; 3]| String::from_utf8_lossy(&code).into_owned();
        let value = self.value.into_iter().map(|(code, worth)| (code.map(text), worth)).collect();
        Orders { value, respondents: counts }
    }
}

#[cfg(test)]
mod tests {
    use super::ten_thousandths;

    #[test]
    fn amounts_are_read_to_the_ten_thousandth() {
        for (amount, expected) in [
            ("59.90", Some(599_000)),
            ("59", Some(590_000)),
            ("-0.5", Some(-5_000)),
            ("-12.3456", Some(-123_456)),
            ("0.0001", Some(1)),
            ("", None),
            ("1.23456", None),
            ("1.x", None),
            ("9223372036854775807", None),
        ] {
            assert_eq!(ten_thousandths(amount), expected, "{amount}");
        }
    }
}

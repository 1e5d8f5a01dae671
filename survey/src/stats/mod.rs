//! What a set of answers says, and how sure that is: scores, response rates, and changes between two periods.
//!
//! Everything here is a pure function of counts. Shards count their own rows into a [`ScoreTally`], the
//! tallies merge in any order, and one score is computed from the sum: nothing needs the answers themselves.
//!
//! | measure | from | score | interval |
//! |---|---|---|---|
//! | NPS | [`NpsTally`] | 100 (P − D)/n | adjusted Wald |
//! | CSAT, % easy, response rate | [`ShareTally`] | 100 top/n | Wilson |
//! | CES | [`ScoreTally`] | mean | Student's t |
//!
//! | change | interval | two-sided p |
//! |---|---|---|
//! | [`nps_change`] | adjusted Wald, unpooled | of the same statistic |
//! | [`share_change`] | Newcombe's hybrid of two Wilson intervals | pooled z test |
//! | [`mean_change`] | Welch's t | of the same statistic |
//!
//! Skipped questions never enter a tally. No answers means no score: such functions return `None`, never NaN.
//! All of it supposes answers that are independent of each other, in one period and between two.

mod change;
mod distribution;
mod mean;
mod nps;
#[cfg(test)]
mod properties;
mod share;
mod tally;

pub use change::{Change, mean_change, nps_change, share_change};
pub use mean::MeanScore;
pub use nps::{NpsScore, NpsTally};
pub use share::{ShareScore, ShareTally, response_rate};
pub use tally::{HIGHEST_SCORE, ScoreOutOfRange, ScoreTally};

use serde::Serialize;

/// The confidence level of every interval in this module, as a fraction.
///
/// A constant, not a setting: scores that are shown side by side must have been measured with one yardstick.
pub const CONFIDENCE: f64 = 0.95;

/// A two-sided confidence interval at [`CONFIDENCE`], in the units of the score that it belongs to.
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::Interval;
///
/// let interval = Interval { low: -19.1, high: 65.2 };
/// assert!(interval.contains(30.0));
/// assert!(!interval.contains(70.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Lower bound, never above `high`.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies within the bounds, both included.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// `centre ± half`, cut to `[-limit, limit]`.
    fn around(centre: f64, half: f64, limit: f64) -> Self {
        Self { low: (centre - half).max(-limit), high: (centre + half).min(limit) }
    }

    /// From fractions to percent.
    fn percent(self) -> Self {
        Self { low: 100.0 * self.low, high: 100.0 * self.high }
    }
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 answers, and no survey has more")]
fn float(count: u64) -> f64 {
    count as f64
}

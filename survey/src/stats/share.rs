use serde::Serialize;

use super::{Interval, distribution::Z, float};

/// How many answers were in the part of the scale that counts, and how many were not.
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::ShareTally;
///
/// let satisfied = ShareTally { top: 74, rest: 33 }.score().ok_or("no answers")?;
/// assert!((satisfied.score - 69.158_879).abs() < 1e-6);
/// assert!((satisfied.interval.low - 59.871_509).abs() < 1e-6);
/// assert!((satisfied.interval.high - 77.118_260).abs() < 1e-6);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShareTally {
    /// Answers in the top box.
    pub top: u64,
    /// All other answers.
    pub rest: u64,
}

impl ShareTally {
    /// `top` of `answered`; `None` where that is more than all.
    #[must_use]
    pub fn new(top: u64, answered: u64) -> Option<Self> {
        Some(Self { top, rest: answered.checked_sub(top)? })
    }

    /// Counts one answer.
    pub fn add(&mut self, top: bool) {
        let count = if top { &mut self.top } else { &mut self.rest };
        *count = count.saturating_add(1);
    }

    /// The answers of both tallies.
    #[must_use]
    pub const fn merge(self, other: Self) -> Self {
        Self { top: self.top.saturating_add(other.top), rest: self.rest.saturating_add(other.rest) }
    }

    /// How many answers were counted.
    #[must_use]
    pub const fn answered(self) -> u64 {
        self.top.saturating_add(self.rest)
    }

    /// The share as a percentage with its interval; `None` without answers.
    ///
    /// # Formula
    ///
    /// ```text
    /// score    = 100 p,   p = top/n
    /// interval = 100 (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
    /// ```
    ///
    /// # Source
    ///
    /// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    /// American Statistical Association 22, 1927. No continuity correction.
    #[must_use]
    pub fn score(self) -> Option<ShareScore> {
        let score = 100.0 * self.fraction()?;
        Some(ShareScore { score, interval: self.wilson().percent() })
    }

    /// top/n.
    pub(super) fn fraction(self) -> Option<f64> {
        (self.answered() > 0).then(|| float(self.top) / (float(self.top) + float(self.rest)))
    }

    /// The Wilson interval as fractions; there must be an answer.
    pub(super) fn wilson(self) -> Interval {
        Interval { low: wilson_low(self.top, self.rest), high: 1.0 - wilson_low(self.rest, self.top) }
    }
}

/// The lower Wilson bound by way of the upper one: their product is p²/(1 + z²/n). The difference in the
/// usual form would cancel, and leave a share of none with a bound beside 0 instead of on it.
fn wilson_low(top: u64, rest: u64) -> f64 {
    let n = float(top) + float(rest);
    let (p, q) = (float(top) / n, float(rest) / n);
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * (p * q / n + Z * Z / (4.0 * n * n)).sqrt();
    p * p / (centre + half)
}

/// A share of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ShareScore {
    /// Percent, from 0 to 100.
    pub score: f64,
    /// Percent, within [0, 100]. It always contains `score`.
    pub interval: Interval,
}

/// The response rate: what part of the surveys that were shown got an answer, in percent, with its Wilson
/// interval.
///
/// `None` when nothing was shown. Exposures are counted by pings that a browser may lose, while answers are
/// stored safely, so `answered` can exceed `shown`: as an answer cannot come without an exposure, the rate is
/// then 100 %. It is a little too high whenever pings are lost.
///
/// # Formula
///
/// ```text
/// 100 answered/max(shown, answered)
/// ```
///
/// # Source
///
/// That of [`ShareTally::score`].
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::response_rate;
///
/// let rate = response_rate(382, 910).ok_or("never shown")?;
/// assert!((rate.score - 41.978_022).abs() < 1e-6);
/// assert_eq!(response_rate(0, 0), None);
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn response_rate(answered: u64, shown: u64) -> Option<ShareScore> {
    if shown == 0 {
        return None;
    }
    ShareTally { top: answered, rest: shown.saturating_sub(answered) }.score()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_is_no_share_and_more_than_all_is_no_tally() {
        assert_eq!(ShareTally::default().score(), None);
        assert_eq!(ShareTally::new(2, 1), None);
        assert_eq!(ShareTally::new(1, 3), Some(ShareTally { top: 1, rest: 2 }));
    }

    #[test]
    fn none_and_all_have_bounds_exactly_at_the_ends() {
        for n in [1, 3, 10, 12_345] {
            let none = ShareTally { top: 0, rest: n }.score().unwrap();
            assert!(none.interval.contains(0.0) && !none.interval.contains(-f64::MIN_POSITIVE));
            let all = ShareTally { top: n, rest: 0 }.score().unwrap();
            assert!(all.interval.contains(100.0) && !all.interval.contains(100.0_f64.next_up()));
        }
    }

    #[test]
    fn lost_exposure_pings_never_push_the_response_rate_over_100() {
        assert_eq!(response_rate(7, 5), ShareTally { top: 7, rest: 0 }.score());
        assert_eq!(response_rate(3, 10), ShareTally { top: 3, rest: 7 }.score());
        assert_eq!(response_rate(3, 0), None);
    }
}

use serde::Serialize;

use super::distribution::{Z, t_critical, two_sided_normal, two_sided_t};
use super::mean::Moments;
use super::{Interval, NpsTally, ScoreTally, ShareTally, float};

/// How a score moved from one period to a later one.
///
/// In the units of the score: points for NPS, percentage points for a share, points of the scale for a mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// The later score minus the earlier one.
    pub difference: f64,
    /// Of the difference. [`nps_change`] and [`share_change`] always have one; [`mean_change`] not always.
    pub interval: Option<Interval>,
    /// The probability of a difference at least this large if nothing had changed, two-sided, from 0 to 1;
    /// there whenever `interval` is. One too small for an `f64` is 0.
    pub p: Option<f64>,
}

/// The change of the Net Promoter Score; `None` when either period has no answers.
///
/// # Formula
///
/// With m and v/n' of each period as in [`NpsTally::score`], that is with the pseudo-observations:
///
/// ```text
/// difference = score(after) − score(before)                without pseudo-observations
/// interval   = m₂ − m₁ ± z s    cut to [−200, 200],        s² = v₁/n₁' + v₂/n₂'
/// p          = 2 (1 − Φ(|m₂ − m₁|/s))
/// ```
///
/// The interval excludes 0 exactly when p < 0.05. As it is centred on m₂ − m₁, a handful of answers that all
/// fall at opposite ends can leave `difference` outside it.
///
/// # Source
///
/// The variance of B. Rocks (arXiv 1601.07235), added over two independent samples.
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::{NpsTally, nps_change};
///
/// let before = NpsTally { detractors: 75, passives: 2, promoters: 46 };
/// let after = NpsTally { detractors: 174, passives: 76, promoters: 403 };
/// let change = nps_change(before, after).ok_or("no answers")?;
/// assert!((change.difference - 58.646_148).abs() < 1e-6);
/// assert!(change.p.is_some_and(|p| p < 1e-9));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn nps_change(before: NpsTally, after: NpsTally) -> Option<Change> {
    let difference = after.points()? - before.points()?;
    let (centre_before, variance_before) = before.adjusted();
    let (centre_after, variance_after) = after.adjusted();
    let centre = centre_after - centre_before;
    let error = (variance_before + variance_after).sqrt();
    Some(Change {
        difference,
        interval: Some(Interval::around(centre, Z * error, 200.0)),
        p: Some(two_sided_normal(centre / error)),
    })
}

/// The change of a share in percentage points; `None` when either period has no answers.
///
/// # Formula
///
/// With p, l and u the share and its Wilson bounds in each period:
///
/// ```text
/// difference = 100 d,   d = p₂ − p₁
/// low        = 100 (d − √((p₂ − l₂)² + (u₁ − p₁)²))
/// high       = 100 (d + √((u₂ − p₂)² + (p₁ − l₁)²))
/// p          = 2 (1 − Φ(|d|/√(p̄(1 − p̄)(1/n₁ + 1/n₂)))),   p̄ = (top₁ + top₂)/(n₁ + n₂)
/// ```
///
/// Without continuity correction: p is that of Pearson's χ² on the 2 × 2 table. Where all answers of both
/// periods are alike there is no difference, and p is 1. Interval and p are of different methods: near 0.05
/// one can see a change where the other does not. The interval lies within [−100, 100] and always contains
/// the difference.
///
/// # Source
///
/// Interval: R. G. Newcombe, "Interval Estimation for the Difference Between Independent Proportions:
/// Comparison of Eleven Methods", Statistics in Medicine 17, 1998, method 10.
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::{ShareTally, share_change};
///
/// let before = ShareTally { top: 382, rest: 528 };
/// let after = ShareTally { top: 4_776, rest: 2_340 };
/// let change = share_change(before, after).ok_or("no answers")?;
/// assert!((change.difference - 25.138_336).abs() < 1e-6);
/// assert!(change.p.is_some_and(|p| p < 1e-9));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn share_change(before: ShareTally, after: ShareTally) -> Option<Change> {
    let (p1, p2) = (before.fraction()?, after.fraction()?);
    let (wilson1, wilson2) = (before.wilson(), after.wilson());
    let difference = p2 - p1;
    let interval = Interval {
        low: (difference - (p2 - wilson2.low).hypot(wilson1.high - p1)).max(-1.0),
        high: (difference + (wilson2.high - p2).hypot(p1 - wilson1.low)).min(1.0),
    };
    Some(Change {
        difference: 100.0 * difference,
        interval: Some(interval.percent()),
        p: Some(pooled_p(before, after, difference)),
    })
}

fn pooled_p(before: ShareTally, after: ShareTally, difference: f64) -> f64 {
    let both = before.merge(after);
    if both.top == 0 || both.rest == 0 {
        return 1.0;
    }
    let n = float(both.answered());
    let variance = float(both.top) / n * (float(both.rest) / n);
    let error = (variance * (1.0 / float(before.answered()) + 1.0 / float(after.answered()))).sqrt();
    two_sided_normal(difference / error)
}

/// The change of a mean score in points of the scale; `None` when either period has no answers.
///
/// `interval` and `p` are `None` when either period has a single answer, or when neither has any spread: no
/// test of the means is defined there.
///
/// # Formula
///
/// ```text
/// difference = x̄₂ − x̄₁
/// interval   = x̄₂ − x̄₁ ± t(0.975; df) √(e₁ + e₂),   eᵢ = sᵢ²/nᵢ
/// p          = P(|T| ≥ |x̄₂ − x̄₁|/√(e₁ + e₂)),   T of Student's distribution with df degrees of freedom
/// df         = (e₁ + e₂)² / (e₁²/(n₁ − 1) + e₂²/(n₂ − 1))
/// ```
///
/// The interval excludes 0 exactly when p < 0.05, and always contains the difference.
///
/// # Source
///
/// B. L. Welch, "The Generalization of 'Student's' Problem when Several Different Population Variances are
/// Involved", Biometrika 34, 1947; the degrees of freedom are F. E. Satterthwaite's, Biometrics Bulletin 2,
/// 1946.
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::{ScoreTally, mean_change};
///
/// let before = ScoreTally::from_counts([0, 2, 5, 9, 9, 4, 1, 0, 0, 0, 0]);
/// let after = ScoreTally::from_counts([0, 0, 1, 2, 6, 9, 9, 3, 0, 0, 0]);
/// let change = mean_change(&before, &after).ok_or("no answers")?;
/// assert!((change.difference - 1.7).abs() < 1e-9);
/// assert!(change.p.is_some_and(|p| p < 1e-5));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn mean_change(before: &ScoreTally, after: &ScoreTally) -> Option<Change> {
    let (before, after) = (Moments::of(before)?, Moments::of(after)?);
    let difference = after.mean - before.mean;
    let welch = welch(&before, &after, difference);
    Some(Change { difference, interval: welch.map(|(interval, _)| interval), p: welch.map(|(_, p)| p) })
}

fn welch(before: &Moments, after: &Moments, difference: f64) -> Option<(Interval, f64)> {
    let (before, after) = (before.spread.as_ref()?, after.spread.as_ref()?);
    let square_error = before.square_error + after.square_error;
    if square_error <= 0.0 {
        return None;
    }
    let error = square_error.sqrt();
    let df = square_error.powi(2)
        / (before.square_error.powi(2) / before.df + after.square_error.powi(2) / after.df);
    let half = t_critical(df)? * error;
    let interval = Interval { low: difference - half, high: difference + half };
    Some((interval, two_sided_t(difference / error, df)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_in_either_period_is_no_change() {
        let (none, some) = (NpsTally::default(), NpsTally { detractors: 1, passives: 2, promoters: 3 });
        assert_eq!(nps_change(none, some), None);
        assert_eq!(nps_change(some, none), None);
        let (none, some) = (ShareTally::default(), ShareTally { top: 1, rest: 2 });
        assert_eq!(share_change(none, some), None);
        assert_eq!(share_change(some, none), None);
        let (none, some) = (ScoreTally::default(), ScoreTally::from_counts([1; 11]));
        assert_eq!(mean_change(&none, &some), None);
        assert_eq!(mean_change(&some, &none), None);
    }

    #[test]
    fn an_nps_change_is_cut_to_what_is_possible() {
        let before = NpsTally { detractors: 1_000_000, passives: 0, promoters: 0 };
        let after = NpsTally { detractors: 0, passives: 0, promoters: 10 };
        let interval = nps_change(before, after).and_then(|change| change.interval).unwrap();
        assert!(interval.contains(200.0) && !interval.contains(200.0_f64.next_up()));
    }

    #[test]
    fn shares_that_are_all_alike_have_not_changed() {
        for (before, after) in [((0, 5), (0, 9)), ((5, 0), (9, 0))] {
            let tally = |(top, rest)| ShareTally { top, rest };
            let change = share_change(tally(before), tally(after)).unwrap();
            assert_eq!((change.difference, change.p), (0.0, Some(1.0)));
            assert!(change.interval.unwrap().contains(0.0));
        }
    }

    #[test]
    fn means_without_spread_or_with_one_answer_have_a_difference_only() {
        let count = |score, answers| {
            let mut tally = ScoreTally::default();
            tally.add_many(score, answers).unwrap();
            tally
        };
        let bare = Some(Change { difference: 2.0, interval: None, p: None });
        assert_eq!(mean_change(&count(5, 4), &count(7, 9)), bare);
        assert_eq!(mean_change(&count(5, 1), &count(7, 1)), bare);
        let varied = count(6, 3).merge(count(7, 1));
        assert!(mean_change(&count(5, 4), &varied).unwrap().p.is_some());
        assert!(mean_change(&count(5, 1), &varied).unwrap().p.is_none());
    }
}

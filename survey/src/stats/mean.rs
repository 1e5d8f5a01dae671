use serde::Serialize;

use super::{Interval, ScoreTally, distribution::t_critical, float};

/// A mean score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanScore {
    /// In points of the scale, within its ends.
    pub mean: f64,
    /// In points of the scale; `None` for a single answer, which says nothing of the spread.
    ///
    /// With few answers it reaches beyond the ends of the scale: it is not cut there, as the width tells how
    /// little is known. Where all answers are equal it has no width, which is what the formula says of a
    /// sample without spread, not certainty.
    pub interval: Option<Interval>,
}

impl ScoreTally {
    /// The mean of the scores with its t interval; `None` without answers.
    ///
    /// # Formula
    ///
    /// ```text
    /// mean     = x̄ = Σ x / n
    /// interval = x̄ ± t(0.975; n − 1) s/√n,   s² = Σ (x − x̄)² / (n − 1)
    /// ```
    ///
    /// # Source
    ///
    /// Student, "The Probable Error of a Mean", Biometrika 6, 1908.
    ///
    /// # Examples
    ///
    /// ```
    /// use sondeo_survey::stats::ScoreTally;
    ///
    /// let effort = ScoreTally::from_counts([0, 0, 0, 0, 0, 3, 4, 9, 0, 0, 0]);
    /// let ces = effort.mean().ok_or("no answers")?;
    /// assert!((ces.mean - 6.375).abs() < 1e-9);
    /// let interval = ces.interval.ok_or("one answer")?;
    /// assert!((interval.low - 5.945_393).abs() < 1e-6);
    /// assert!((interval.high - 6.804_607).abs() < 1e-6);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn mean(&self) -> Option<MeanScore> {
        let Moments { mean, spread } = Moments::of(self)?;
        let interval = spread.and_then(|Spread { square_error, df }| {
            let half = t_critical(df)? * square_error.sqrt();
            Some(Interval { low: mean - half, high: mean + half })
        });
        Some(MeanScore { mean, interval })
    }
}

/// What a sample says of its population's mean.
pub(super) struct Moments {
    pub(super) mean: f64,
    /// `None` for a single answer.
    pub(super) spread: Option<Spread>,
}

pub(super) struct Spread {
    /// s²/n, the square of the standard error of the mean.
    pub(super) square_error: f64,
    /// n − 1.
    pub(super) df: f64,
}

impl Moments {
    /// In two passes over the buckets: the differences are taken from the mean, so nothing cancels.
    pub(super) fn of(tally: &ScoreTally) -> Option<Self> {
        let answered = tally.answered();
        if answered == 0 {
            return None;
        }
        let buckets = || tally.counts().map(|(score, count)| (f64::from(score), float(count)));
        let n: f64 = buckets().map(|(_, count)| count).sum();
        let mean = buckets().map(|(score, count)| score * count).sum::<f64>() / n;
        let spread = (answered > 1).then(|| {
            let squares: f64 = buckets().map(|(score, count)| count * (score - mean).powi(2)).sum();
            Spread { square_error: squares / (n - 1.0) / n, df: n - 1.0 }
        });
        Some(Self { mean, spread })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_is_no_mean() {
        assert_eq!(ScoreTally::default().mean(), None);
    }

    #[test]
    fn equal_answers_have_an_interval_without_width() {
        let sevens = ScoreTally::from_counts([0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
        let expected = MeanScore { mean: 7.0, interval: Some(Interval { low: 7.0, high: 7.0 }) };
        assert_eq!(sevens.mean(), Some(expected));
    }
}

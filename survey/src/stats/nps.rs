use serde::Serialize;

use super::{HIGHEST_SCORE, Interval, ScoreOutOfRange, distribution::Z, float};

/// What the adjusted Wald interval adds to (detractors, passives, promoters) before it takes the variance.
const PSEUDO: [f64; 3] = [0.75, 1.5, 0.75];

/// How many answers to an NPS question were detractors (0–6), passives (7, 8) and promoters (9, 10).
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::NpsTally;
///
/// let mut tally = NpsTally { detractors: 2, passives: 3, promoters: 4 };
/// tally.add(10)?;
/// let nps = tally.score().ok_or("no answers")?;
/// assert!((nps.score - 30.0).abs() < 1e-9);
/// assert!((nps.interval.low - -19.050_615).abs() < 1e-6);
/// assert!((nps.interval.high - 65.204_462).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NpsTally {
    /// Answers of 0–6.
    pub detractors: u64,
    /// Answers of 7 or 8.
    pub passives: u64,
    /// Answers of 9 or 10.
    pub promoters: u64,
}

impl NpsTally {
    /// Counts one answer.
    pub fn add(&mut self, score: u8) -> Result<(), ScoreOutOfRange> {
        let count = match score {
            0..=6 => &mut self.detractors,
            7 | 8 => &mut self.passives,
            9..=HIGHEST_SCORE => &mut self.promoters,
            _ => return Err(ScoreOutOfRange(score)),
        };
        *count = count.saturating_add(1);
        Ok(())
    }

    /// The answers of both tallies.
    #[must_use]
    pub const fn merge(self, other: Self) -> Self {
        Self {
            detractors: self.detractors.saturating_add(other.detractors),
            passives: self.passives.saturating_add(other.passives),
            promoters: self.promoters.saturating_add(other.promoters),
        }
    }

    /// How many answers were counted.
    #[must_use]
    pub const fn answered(self) -> u64 {
        self.detractors.saturating_add(self.passives).saturating_add(self.promoters)
    }

    /// The Net Promoter Score with its interval; `None` without answers.
    ///
    /// # Formula
    ///
    /// ```text
    /// score    = 100 (P − D)/n
    /// interval = 100 (m ± z √(v/n'))    cut to [−100, 100]
    /// n' = n + 3,   d = (D + 0.75)/n',   p = (P + 0.75)/n',   m = p − d,   v = p + d − m²
    /// ```
    ///
    /// # Source
    ///
    /// B. Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician, 2016
    /// (arXiv 1601.07235): the adjusted Wald interval with pseudo-observations (0.75, 1.5, 0.75).
    #[must_use]
    pub fn score(self) -> Option<NpsScore> {
        let score = self.points()?;
        let (centre, variance) = self.adjusted();
        Some(NpsScore { score, interval: Interval::around(centre, Z * variance.sqrt(), 100.0) })
    }

    /// 100 (P − D)/n.
    pub(super) fn points(self) -> Option<f64> {
        if self.answered() == 0 {
            return None;
        }
        let [detractors, passives, promoters] = self.floats();
        Some(100.0 * ((promoters - detractors) / (detractors + passives + promoters)))
    }

    /// Centre and squared standard error of the adjusted estimate, in points and squared points.
    pub(super) fn adjusted(self) -> (f64, f64) {
        let [detractors, passives, promoters] = self.floats();
        let [detractors, passives, promoters] =
            [detractors + PSEUDO[0], passives + PSEUDO[1], promoters + PSEUDO[2]];
        let n = detractors + passives + promoters;
        let mean = (promoters - detractors) / n;
        let variance = (promoters + detractors) / n - mean * mean;
        (100.0 * mean, 1e4 * variance / n)
    }

    fn floats(self) -> [f64; 3] {
        [float(self.detractors), float(self.passives), float(self.promoters)]
    }
}

/// A Net Promoter Score: a balance of two shares, not itself a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NpsScore {
    /// Points from −100 (all detractors) to 100 (all promoters).
    pub score: f64,
    /// In points, within [−100, 100].
    ///
    /// It is centred on the estimate that includes the pseudo-observations, so it is not symmetric about
    /// `score`, and a single answer that is not passive lies just outside it: one promoter scores 100, with a
    /// high of 98.5. From two answers on, the score is always inside.
    pub interval: Interval,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_is_no_score() {
        assert_eq!(NpsTally::default().score(), None);
    }

    #[test]
    fn every_score_falls_into_the_segment_that_the_score_tally_gives_it() {
        for score in 0..=HIGHEST_SCORE {
            let mut nps = NpsTally::default();
            nps.add(score).unwrap();
            let mut scores = super::super::ScoreTally::default();
            scores.add(score).unwrap();
            assert_eq!(nps, scores.nps());
        }
        assert_eq!(NpsTally::default().add(11), Err(ScoreOutOfRange(11)));
    }

    #[test]
    fn a_lone_promoter_lies_outside_its_interval() {
        let nps = NpsTally { detractors: 0, passives: 0, promoters: 1 }.score().unwrap();
        assert!(!nps.interval.contains(nps.score));
    }
}

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{NpsTally, ShareTally};

/// The highest score that any scale has.
pub const HIGHEST_SCORE: u8 = 10;

const BUCKETS: usize = HIGHEST_SCORE as usize + 1;

/// How many answers gave each score: all that a shard has to report about its rows.
///
/// The buckets are the scores 0…10; a scale that begins at 1 or ends before 10 leaves the others at 0.
/// Tallies merge in any order and any grouping. Counts stop at `u64::MAX` instead of wrapping.
///
/// As JSON it is the array of its 11 counts, from score 0 to score 10.
///
/// # Examples
///
/// ```
/// use sondeo_survey::stats::ScoreTally;
///
/// let mut monday = ScoreTally::default();
/// monday.add(9)?;
/// monday.add(3)?;
/// let mut tuesday = ScoreTally::default();
/// tuesday.add_many(10, 2)?;
///
/// let both = monday.merge(tuesday);
/// assert_eq!(both.answered(), 4);
/// assert_eq!(both.nps().promoters, 3);
/// # Ok::<(), sondeo_survey::stats::ScoreOutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScoreTally {
    counts: [u64; BUCKETS],
}

impl ScoreTally {
    /// A tally with `counts[score]` answers for each score.
    #[must_use]
    pub const fn from_counts(counts: [u64; BUCKETS]) -> Self {
        Self { counts }
    }

    /// Counts one answer.
    pub fn add(&mut self, score: u8) -> Result<(), ScoreOutOfRange> {
        self.add_many(score, 1)
    }

    /// Counts `answers` answers of one score, such as a row of a grouped query.
    pub fn add_many(&mut self, score: u8, answers: u64) -> Result<(), ScoreOutOfRange> {
        let count = self.counts.get_mut(usize::from(score)).ok_or(ScoreOutOfRange(score))?;
        *count = count.saturating_add(answers);
        Ok(())
    }

    /// The answers of both tallies.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self { counts: std::array::from_fn(|score| self.counts[score].saturating_add(other.counts[score])) }
    }

    /// How many answers were counted.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Each score with its number of answers, from 0 to [`HIGHEST_SCORE`], empty buckets included.
    pub fn counts(&self) -> impl Iterator<Item = (u8, u64)> {
        (0..=HIGHEST_SCORE).zip(self.counts)
    }

    /// The answers on the 0–10 scale of NPS: detractors gave 0–6, passives 7 or 8, promoters 9 or 10.
    ///
    /// # Source
    ///
    /// F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    ///
    /// # Examples
    ///
    /// ```
    /// use sondeo_survey::stats::{NpsTally, ScoreTally};
    ///
    /// let tally = ScoreTally::from_counts([1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    /// assert_eq!(tally.nps(), NpsTally { detractors: 2, passives: 2, promoters: 2 });
    /// ```
    #[must_use]
    pub fn nps(&self) -> NpsTally {
        NpsTally {
            detractors: self.within(&(0..=6)),
            passives: self.within(&(7..=8)),
            promoters: self.within(&(9..=10)),
        }
    }

    /// The answers whose score lies in `top`, against all others: CSAT's top box, or the "easy" of CES.
    ///
    /// # Examples
    ///
    /// ```
    /// use sondeo_survey::stats::{ScoreTally, ShareTally};
    ///
    /// let stars = ScoreTally::from_counts([0, 1, 0, 2, 3, 4, 0, 0, 0, 0, 0]);
    /// assert_eq!(stars.share(4..=5), ShareTally { top: 7, rest: 3 });
    /// ```
    #[must_use]
    pub fn share(&self, top: RangeInclusive<u8>) -> ShareTally {
        let inside = self.within(&top);
        ShareTally { top: inside, rest: self.answered() - inside }
    }

    fn within(&self, scores: &RangeInclusive<u8>) -> u64 {
        self.counts()
            .filter(|(score, _)| scores.contains(score))
            .fold(0, |sum, (_, count)| sum.saturating_add(count))
    }
}

/// A score above [`HIGHEST_SCORE`], which no scale has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreOutOfRange(pub u8);

impl fmt::Display for ScoreOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "score {} is above {HIGHEST_SCORE}", self.0)
    }
}

impl std::error::Error for ScoreOutOfRange {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_that_no_scale_has_is_refused_and_not_counted() {
        let mut tally = ScoreTally::default();
        assert_eq!(tally.add(11), Err(ScoreOutOfRange(11)));
        assert_eq!(tally, ScoreTally::default());
        assert_eq!(ScoreOutOfRange(11).to_string(), "score 11 is above 10");
    }

    #[test]
    fn counts_stop_at_the_top_instead_of_wrapping() {
        let full = ScoreTally::from_counts([u64::MAX; BUCKETS]);
        assert_eq!(full.merge(full), full);
        assert_eq!(full.answered(), u64::MAX);
        assert_eq!(full.share(0..=1).answered(), u64::MAX);
    }

    /// Shards of two releases exchange tallies during a deploy: another layout would be a migration.
    #[test]
    fn json_is_the_array_of_counts() {
        let tally = ScoreTally::from_counts([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3]);
        let json = serde_json::to_string(&tally).unwrap();
        assert_eq!(json, "[1,0,0,0,0,2,0,0,0,0,3]");
        assert_eq!(serde_json::from_str::<ScoreTally>(&json).unwrap(), tally);
    }
}

//! Scores by their names, and how they have moved.

use serde::{Serialize, Serializer};
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::stats::{
    self, CONFIDENCE, Interval, ScoreTally, ShareTally, mean_change, nps_change, share_change,
};

/// Under so many answers, a score says little.
const FEW: u64 = 10;

/// What some answers say.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) n: u64,
    /// Whether they are fewer than ten.
    pub(crate) too_few: bool,
    pub(crate) segments: BySegment<u64>,
    pub(crate) score: Option<Score>,
    /// Only CES has two scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) easy: Option<Score>,
}

/// Something of each segment, by its name, from the happiest down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BySegment<T>(pub(crate) [(&'static str, T); 3]);

impl<T: Serialize> Serialize for BySegment<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// `low` and `high` are missing where a single answer says nothing of the spread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Score {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) confidence: f64,
}

/// How a score has moved, in its own units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Change {
    pub(crate) difference: f64,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) p: Option<f64>,
    /// Whether chance alone would move it as far in one of twenty cases or more.
    pub(crate) within_chance: Option<bool>,
}

impl Score {
    pub(super) fn new(name: &'static str, value: f64, interval: Option<Interval>) -> Self {
        let (low, high) = (interval.map(|bounds| bounds.low), interval.map(|bounds| bounds.high));
        Self { name, value, low, high, confidence: CONFIDENCE }
    }

    /// A part of a whole in percent.
    pub(super) fn share(name: &'static str, share: ShareTally) -> Option<Self> {
        share.score().map(|share| Self::new(name, share.score, Some(share.interval)))
    }
}

impl From<stats::Change> for Change {
    fn from(change: stats::Change) -> Self {
        let (low, high) =
            (change.interval.map(|bounds| bounds.low), change.interval.map(|bounds| bounds.high));
        let within_chance = change.p.map(|p| p >= 1.0 - CONFIDENCE);
        Self { difference: change.difference, low, high, p: change.p, within_chance }
    }
}

impl Measured {
    pub(super) fn of(metric: Metric, scale: Scale, tally: &ScoreTally) -> Self {
        let happiest = || happiest(metric, scale, tally);
        let (score, easy) = match metric {
            Metric::Nps => {
                let nps = tally.nps().score();
                (nps.map(|nps| Score::new("nps", nps.score, Some(nps.interval))), None)
            }
            Metric::Csat => (Score::share("csat", happiest()), None),
            Metric::Ces => {
                let mean = tally.mean().map(|ces| Score::new("ces", ces.mean, ces.interval));
                (mean, Score::share("ces_easy", happiest()))
            }
        };
        let n = tally.answered();
        Self { n, too_few: n < FEW, segments: segments(metric, scale, tally), score, easy }
    }
}

fn segments(metric: Metric, scale: Scale, tally: &ScoreTally) -> BySegment<u64> {
    BySegment(metric.segments().map(|segment| {
        let of = tally.counts().filter(|(score, _)| metric.segment(scale, *score) == segment);
        (segment.name(), of.fold(0, |sum, (_, count)| sum + count))
    }))
}

/// Those in the happiest segment, of all.
fn happiest(metric: Metric, scale: Scale, tally: &ScoreTally) -> ShareTally {
    let BySegment([(_, top), ..]) = segments(metric, scale, tally);
    ShareTally { top, rest: tally.answered().saturating_sub(top) }
}

/// From the earlier answers to the later ones: of the score, and of the second one, which only CES has.
pub(super) fn changes(
    metric: Metric,
    scale: Scale,
    before: &ScoreTally,
    after: &ScoreTally,
) -> (Option<Change>, Option<Change>) {
    let share =
        || share_change(happiest(metric, scale, before), happiest(metric, scale, after)).map(Into::into);
    match metric {
        Metric::Nps => (nps_change(before.nps(), after.nps()).map(Into::into), None),
        Metric::Csat => (share(), None),
        Metric::Ces => (mean_change(before, after).map(Into::into), share()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(metric: Metric, counts: [u64; 11]) -> serde_json::Value {
        let tally = ScoreTally::from_counts(counts);
        serde_json::to_value(Measured::of(metric, metric.default_scale(), &tally)).unwrap()
    }

    #[test]
    fn each_metric_has_its_scores_by_name() {
        let nps = json(Metric::Nps, [1, 0, 0, 0, 0, 0, 0, 2, 0, 3, 4]);
        assert_eq!(nps["score"]["name"], "nps");
        assert_eq!(nps["score"]["value"], 60.0);
        assert_eq!(nps["segments"], serde_json::json!({"promoter": 7, "passive": 2, "detractor": 1}));
        assert_eq!(nps["too_few"], false);
        assert!(nps.get("easy").is_none());
        let csat = json(Metric::Csat, [0, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0]);
        assert_eq!((&csat["score"]["name"], &csat["score"]["value"]), (&"csat".into(), &75.0.into()));
        assert_eq!(csat["too_few"], true);
        let ces = json(Metric::Ces, [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!((&ces["score"]["name"], &ces["score"]["value"]), (&"ces".into(), &4.0.into()));
        assert_eq!((&ces["easy"]["name"], &ces["easy"]["value"]), (&"ces_easy".into(), &50.0.into()));
    }

    #[test]
    fn without_answers_there_is_no_score() {
        for (_, metric) in Metric::NAMES {
            let empty = json(metric, [0; 11]);
            assert_eq!((&empty["n"], &empty["score"]), (&0.into(), &serde_json::Value::Null));
        }
        let one = json(Metric::Ces, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(one["score"]["low"], serde_json::Value::Null);
    }

    #[test]
    fn each_metric_has_its_changes() {
        let (few, many) = (
            ScoreTally::from_counts([0, 5, 0, 0, 5, 9, 0, 0, 0, 0, 0]),
            ScoreTally::from_counts([0, 0, 1, 0, 0, 900, 0, 0, 0, 0, 0]),
        );
        for (metric, differs) in
            [(Metric::Nps, [0.0, f64::NAN]), (Metric::Csat, [26.2, f64::NAN]), (Metric::Ces, [1.3, 52.5])]
        {
            let (change, easy) = changes(metric, metric.default_scale(), &few, &many);
            for (change, differs) in [change, easy].into_iter().zip(differs) {
                assert_eq!(change.is_none(), differs.is_nan(), "{metric:?}");
                let Some(change) = change else { continue };
                assert!((change.difference - differs).abs() < 0.1, "{metric:?}: {change:?}");
                assert_eq!(change.within_chance, change.p.map(|p| p >= 0.05));
            }
        }
        let none = ScoreTally::default();
        assert_eq!(changes(Metric::Nps, Metric::Nps.default_scale(), &none, &many), (None, None));
    }
}

//! Scores, intervals and p-values against `scores.json`, which another implementation computed.

use std::collections::BTreeMap;

use serde::Deserialize;
use sondeo_survey::stats::{
    CONFIDENCE, Change, Interval, NpsTally, ScoreOutOfRange, ScoreTally, ShareTally, mean_change, nps_change,
    share_change,
};

const SCORE_TOLERANCE: f64 = 1e-9;
const P_TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    confidence: f64,
    nps: Vec<Nps>,
    nps_change: Vec<Changed<[u64; 3]>>,
    share: Vec<Share>,
    share_change: Vec<Changed<[u64; 2]>>,
    mean: Vec<Mean>,
    mean_change: Vec<Changed<Histogram>>,
}

type Histogram = BTreeMap<u8, u64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nps {
    detractors: u64,
    passives: u64,
    promoters: u64,
    score: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    top: u64,
    answered: u64,
    score: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mean {
    histogram: Histogram,
    #[serde(rename = "mean")]
    score: f64,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed<T> {
    before: T,
    after: T,
    change: f64,
    low: f64,
    high: f64,
    p: f64,
}

fn vectors() -> serde_json::Result<Vectors> {
    serde_json::from_str(include_str!("scores.json"))
}

#[track_caller]
fn assert_close(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= SCORE_TOLERANCE, "{actual} is not {expected}");
}

#[track_caller]
fn assert_interval(actual: Interval, low: f64, high: f64) {
    assert_close(actual.low, low);
    assert_close(actual.high, high);
}

impl<T> Changed<T> {
    /// A missing value is NaN here, which is close to nothing.
    ///
    /// p has to be right to six digits as well, as far down as doubles carry them.
    #[track_caller]
    fn assert_is(&self, actual: Change) {
        let nothing = Interval { low: f64::NAN, high: f64::NAN };
        assert_close(actual.difference, self.change);
        assert_interval(actual.interval.unwrap_or(nothing), self.low, self.high);
        let p = actual.p.unwrap_or(f64::NAN);
        assert!((p - self.p).abs() <= P_TOLERANCE, "p {p} is not {}", self.p);
        if self.p > f64::MIN_POSITIVE {
            assert!((p / self.p - 1.0).abs() <= P_TOLERANCE, "p {p} is not {}", self.p);
        } else {
            assert!(p <= f64::MIN_POSITIVE, "p {p} is not {}", self.p);
        }
    }
}

fn tally(histogram: &Histogram) -> Result<ScoreTally, ScoreOutOfRange> {
    let mut tally = ScoreTally::default();
    for (&score, &count) in histogram {
        tally.add_many(score, count)?;
    }
    Ok(tally)
}

#[test]
fn confidence_is_that_of_the_vectors() {
    assert_close(CONFIDENCE, vectors().unwrap().confidence);
}

#[test]
fn nps() {
    let vectors = vectors().unwrap().nps;
    assert_eq!(vectors.len(), 17);
    for v in vectors {
        let tally = NpsTally { detractors: v.detractors, passives: v.passives, promoters: v.promoters };
        let actual = tally.score().unwrap();
        assert_close(actual.score, v.score);
        assert_interval(actual.interval, v.low, v.high);
    }
}

#[test]
fn nps_changes() {
    let vectors = vectors().unwrap().nps_change;
    assert_eq!(vectors.len(), 8);
    for v in vectors {
        let tally =
            |[detractors, passives, promoters]: [u64; 3]| NpsTally { detractors, passives, promoters };
        v.assert_is(nps_change(tally(v.before), tally(v.after)).unwrap());
    }
}

#[test]
fn shares() {
    let vectors = vectors().unwrap().share;
    assert_eq!(vectors.len(), 13);
    for v in vectors {
        let actual = ShareTally::new(v.top, v.answered).and_then(ShareTally::score).unwrap();
        assert_close(actual.score, v.score);
        assert_interval(actual.interval, v.low, v.high);
    }
}

#[test]
fn share_changes() {
    let vectors = vectors().unwrap().share_change;
    assert_eq!(vectors.len(), 6);
    for v in vectors {
        let tally = |[top, answered]: [u64; 2]| ShareTally::new(top, answered).unwrap();
        v.assert_is(share_change(tally(v.before), tally(v.after)).unwrap());
    }
}

#[test]
fn means() {
    let vectors = vectors().unwrap().mean;
    assert_eq!(vectors.len(), 8);
    for v in vectors {
        let actual = tally(&v.histogram).unwrap().mean().unwrap();
        assert_close(actual.mean, v.score);
        match (v.low, v.high) {
            (Some(low), Some(high)) => assert_interval(actual.interval.unwrap(), low, high),
            bounds => assert_eq!((bounds, actual.interval), ((None, None), None)),
        }
    }
}

#[test]
fn mean_changes() {
    let vectors = vectors().unwrap().mean_change;
    assert_eq!(vectors.len(), 5);
    for v in vectors {
        v.assert_is(mean_change(&tally(&v.before).unwrap(), &tally(&v.after).unwrap()).unwrap());
    }
}

//! `GET /v1/sites/{site}/surveys/{survey}/stats`: the score, and how sure it is.

use super::period::{flagged, parameters, period};
use super::surveys;
use crate::auth;
use crate::problem::Problem;
use crate::reply;
use crate::routes::Call;
use crate::shard::count::CountScores;
use crate::shard::exposure;
use crate::shard::read::Flagged;
use futures_util::future;
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::exposure::Exposures;
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::stats::{CONFIDENCE, Interval, ScoreTally, ShareTally, response_rate};
use std::collections::BTreeMap;
use worker::Response;

#[derive(Serialize)]
struct Reply<'a> {
    survey: &'a str,
    metric: Metric,
    scale: Scale,
    n: u64,
    distribution: Vec<Bucket>,
    segments: BTreeMap<&'static str, u64>,
    score: Option<Score>,
    /// Only CES has two scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    easy: Option<Score>,
    exposures: Exposures,
    response_rate: Option<Score>,
}

#[derive(Serialize)]
struct Bucket {
    score: u8,
    count: u64,
}

/// `low` and `high` are missing where a single answer says nothing of the spread.
#[derive(Debug, PartialEq, Serialize)]
struct Score {
    name: &'static str,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    confidence: f64,
}

impl Score {
    fn new(name: &'static str, value: f64, interval: Option<Interval>) -> Self {
        let (low, high) = (interval.map(|bounds| bounds.low), interval.map(|bounds| bounds.high));
        Self { name, value, low, high, confidence: CONFIDENCE }
    }
}

/// Scores of a survey's answers, counted in the shards.
///
/// 1. The token — 401, 403
/// 2. The period, and which answers — 422
/// 3. The survey — 404, 503
/// 4. The counts of all shards — 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;
    let parameters = parameters(call)?;
    let period = period(&parameters, call.now)?;
    let flagged = flagged(&parameters, Flagged::Exclude)?;
    let (shards, definition) = surveys::shards_and_definition(call.env, &site, &survey).await?;
    let scores = CountScores { period, flagged };
    let (tallies, exposures) =
        future::try_join(shards.send_all(&scores), exposure::sum(&shards, period)).await?;
    let tally = tallies.into_iter().fold(ScoreTally::default(), ScoreTally::merge);
    Ok(reply::json(200, &summary(survey.as_str(), definition.metric, definition.scale, &tally, exposures))?)
}

fn summary<'a>(
    survey: &'a str,
    metric: Metric,
    scale: Scale,
    tally: &ScoreTally,
    exposures: Exposures,
) -> Reply<'a> {
    let mut segments: BTreeMap<_, _> = metric.segments().map(|segment| (segment.name(), 0)).into();
    let mut distribution = Vec::new();
    for (score, count) in tally.counts().filter(|(score, _)| scale.contains(*score)) {
        *segments.entry(metric.segment(scale, score).name()).or_default() += count;
        distribution.push(Bucket { score, count });
    }
    let [happiest, ..] = metric.segments();
    let n = tally.answered();
    let share = |name| {
        let top = segments.get(happiest.name()).copied().unwrap_or_default();
        ShareTally::new(top, n)?.score().map(|share| Score::new(name, share.score, Some(share.interval)))
    };
    let (score, easy) = match metric {
        Metric::Nps => {
            let nps = tally.nps().score();
            (nps.map(|nps| Score::new("nps", nps.score, Some(nps.interval))), None)
        }
        Metric::Csat => (share("csat"), None),
        Metric::Ces => (tally.mean().map(|ces| Score::new("ces", ces.mean, ces.interval)), share("ces_easy")),
    };
    let rate = response_rate(n, exposures.shown);
    let response_rate = rate.map(|rate| Score::new("response_rate", rate.score, Some(rate.interval)));
    Reply { survey, metric, scale, n, distribution, segments, score, easy, exposures, response_rate }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(metric: Metric, counts: [u64; 11]) -> serde_json::Value {
        let tally = ScoreTally::from_counts(counts);
        let exposures = Exposures { shown: 40, opened: 3, dismissed: 9 };
        serde_json::to_value(summary("s", metric, metric.default_scale(), &tally, exposures)).unwrap()
    }

    #[test]
    fn each_metric_has_its_scores_by_name() {
        let nps = json(Metric::Nps, [1, 0, 0, 0, 0, 0, 0, 2, 0, 3, 4]);
        assert_eq!(nps["score"]["name"], "nps");
        assert_eq!(nps["score"]["value"], 60.0);
        assert_eq!(nps["segments"], serde_json::json!({"promoter": 7, "passive": 2, "detractor": 1}));
        assert!(nps.get("easy").is_none());
        assert_eq!(nps["exposures"], serde_json::json!({"shown": 40, "opened": 3, "dismissed": 9}));
        assert_eq!(
            (&nps["response_rate"]["name"], &nps["response_rate"]["value"]),
            (&"response_rate".into(), &25.0.into())
        );
        let csat = json(Metric::Csat, [0, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0]);
        assert_eq!((&csat["score"]["name"], &csat["score"]["value"]), (&"csat".into(), &75.0.into()));
        assert_eq!(csat["distribution"].as_array().unwrap().len(), 5);
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
        let unseen = summary(
            "s",
            Metric::Nps,
            Metric::Nps.default_scale(),
            &ScoreTally::default(),
            Exposures::default(),
        );
        assert_eq!(unseen.response_rate, None, "nobody was asked");
        let one = json(Metric::Ces, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(one["score"]["low"], serde_json::Value::Null);
    }
}

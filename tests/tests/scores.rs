//! What the collector says of a set of answers is what the domain crate says of it.

use e2e::answer::answer;
use e2e::{collector, run};
use futures_util::future::join_all;
use serde_json::{Value, json};
use sondeo_survey::stats::{Interval, ScoreTally};

const ORIGIN: &str = "https://scores.example";

/// How often each score from 0 to 10 is given.
const NPS: [u64; 11] = [2, 0, 1, 0, 0, 3, 1, 4, 5, 7, 9];
const CSAT: [u64; 11] = [0, 2, 1, 4, 8, 11, 0, 0, 0, 0, 0];
const CES: [u64; 11] = [0, 1, 0, 2, 3, 6, 9, 5, 0, 0, 0];

async fn stats_of(metric: &str, counts: [u64; 11]) -> Value {
    let site = collector::shared().await.site(&format!("scores-{metric}"), ORIGIN, "opt_in").await;
    let survey = site.publish_metric(metric, &json!("ever")).await;
    assert_eq!(survey.stats().await["score"], Value::Null, "nobody has answered");
    let scores = (0..).zip(counts).flat_map(|(score, count)| (0..count).map(move |_| score));
    let outcomes = join_all(scores.map(async |score| survey.submit(&answer(score)).await.0)).await;
    assert!(outcomes.iter().all(|status| *status == 201));
    survey.stats().await
}

fn assert_score(stats: &Value, counts: [u64; 11], at: &str, name: &str, value: f64, interval: Interval) {
    let score = &stats[at];
    assert_eq!(stats["n"], counts.iter().sum::<u64>());
    assert_eq!(score["name"], name);
    assert_eq!(score["confidence"], 0.95);
    for (member, expected) in [("value", value), ("low", interval.low), ("high", interval.high)] {
        let got = score[member].as_f64().unwrap();
        assert!((got - expected).abs() < 1e-9, "{name} {member}: {got} and not {expected}");
    }
}

#[test]
fn nps() {
    run(async {
        let stats = stats_of("nps", NPS).await;
        let expected = ScoreTally::from_counts(NPS).nps().score().unwrap();
        assert_score(&stats, NPS, "score", "nps", expected.score, expected.interval);
        assert_eq!(stats["segments"], json!({ "promoter": 16, "passive": 9, "detractor": 7 }));
    });
}

#[test]
fn csat() {
    run(async {
        let stats = stats_of("csat", CSAT).await;
        let expected = ScoreTally::from_counts(CSAT).share(4..=5).score().unwrap();
        assert_score(&stats, CSAT, "score", "csat", expected.score, expected.interval);
        assert_eq!(stats["segments"], json!({ "satisfied": 19, "neutral": 4, "dissatisfied": 3 }));
    });
}

#[test]
fn ces() {
    run(async {
        let stats = stats_of("ces", CES).await;
        let tally = ScoreTally::from_counts(CES);
        let (mean, easy) = (tally.mean().unwrap(), tally.share(5..=7).score().unwrap());
        assert_score(&stats, CES, "score", "ces", mean.mean, mean.interval.unwrap());
        assert_score(&stats, CES, "easy", "ces_easy", easy.score, easy.interval);
        assert_eq!(stats["segments"], json!({ "easy": 20, "neutral": 3, "hard": 3 }));
    });
}

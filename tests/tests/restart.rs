//! What was acknowledged is there after a deployment and after a power cut.

use e2e::answer::{answer_about, id};
use e2e::api::Survey;
use e2e::collector::Own;
use e2e::{extent, run};
use futures_util::stream::{FuturesUnordered, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ORIGIN: &str = "https://restart.example";

#[test]
fn answers_survive_a_stop() {
    run(async {
        let mut collector = Own::start().await;
        let site = collector.api.site("stop", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        for order in ["1", "2", "3"] {
            assert_eq!(survey.submit(&answer_about(order, 9)).await.0, 201);
        }
        let before = survey.csv().await;
        collector.stop().await;
        collector.start_again().await;
        assert_eq!(survey.csv().await, before);
        assert_eq!(survey.submit(&answer_about("2", 1)).await.0, 409, "it still knows who answered");
    });
}

#[test]
fn a_copy_of_the_disk_is_a_backup() {
    run(async {
        let mut collector = Own::start().await;
        let site = collector.api.site("backup", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        assert_eq!(survey.submit(&answer_about("1", 9)).await.0, 201);
        let before = survey.csv().await;
        // A copy after a power cut has logs that no one has played back yet.
        collector.kill().await;
        let copy = collector.copy_of_disk();
        collector.start_again().await;
        assert_eq!(survey.submit(&answer_about("2", 9)).await.0, 201);
        assert_ne!(survey.csv().await, before);
        collector.stop().await;
        collector.restore(&copy);
        collector.start_again().await;
        assert_eq!(survey.csv().await, before);
        assert_eq!(survey.submit(&answer_about("2", 9)).await.0, 201, "it is as it was");
        assert_eq!(survey.submit(&answer_about("1", 9)).await.0, 409);
    });
}

#[test]
fn acknowledged_answers_survive_power_cuts() {
    run(async {
        let mut collector = Own::start().await;
        let site = collector.api.site("cut", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let mut stored = BTreeSet::new();
        for cycle in 0..extent(2, 100) {
            cut(&mut collector, &survey, cycle, &mut stored).await;
        }
    });
}

/// One power cut under load; `stored` are the answers of the cycles before, and then of this one, too.
async fn cut(collector: &mut Own, survey: &Survey, cycle: u32, stored: &mut BTreeSet<String>) {
    const ANSWERS: u32 = 200;
    const AT_ONCE: usize = 16;
    const ACKNOWLEDGED: usize = 60;
    let answers: Vec<Value> = (0..ANSWERS).map(|n| answer_about(&format!("{cycle}-{n}"), 9)).collect();
    let mut rest = answers.iter();
    let mut running = FuturesUnordered::new();
    let mut acknowledged = BTreeSet::new();
    let send = async |answer: &Value| {
        let reply = survey.request(answer.to_string()).send().await;
        (id(answer), reply.ok().map(|reply| reply.status()))
    };
    running.extend(rest.by_ref().take(AT_ONCE).map(send));
    while acknowledged.len() < ACKNOWLEDGED {
        let (id, status) = running.next().await.unwrap();
        assert_eq!(status, Some(StatusCode::CREATED));
        acknowledged.insert(id);
        running.extend(rest.next().map(send));
    }
    // The others are under way.
    collector.kill().await;
    while let Some((id, status)) = running.next().await {
        if status == Some(StatusCode::CREATED) {
            acknowledged.insert(id);
        }
    }
    collector.start_again().await;

    let rows: Vec<String> = survey.rows().await.iter().map(|row| row["response_id"].clone()).collect();
    let once: BTreeSet<String> = rows.iter().cloned().collect();
    assert_eq!(once.len(), rows.len(), "cycle {cycle}: each once");
    let lost: Vec<&String> = acknowledged.union(stored).filter(|id| !once.contains(*id)).collect();
    assert!(lost.is_empty(), "cycle {cycle}: {} acknowledged, lost {lost:?}", acknowledged.len());

    // Those that nobody acknowledged are sent again, as a widget does.
    *stored = once;
    for answer in answers.iter().take(ACKNOWLEDGED + 2 * AT_ONCE) {
        let (status, what) = survey.submit(answer).await;
        let expected = if stored.insert(id(answer)) { (201, "created") } else { (200, "unchanged") };
        assert_eq!((status, what.as_str()), expected, "cycle {cycle}");
    }
    assert_eq!(survey.rows().await.len(), stored.len(), "cycle {cycle}");
}

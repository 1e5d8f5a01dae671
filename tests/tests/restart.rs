//! What was acknowledged is there after a deployment and after a power cut.

use e2e::answer::{answer_about, id};
use e2e::collector::Own;
use e2e::run;
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
fn acknowledged_answers_survive_a_power_cut() {
    const ANSWERS: u32 = 400;
    const AT_ONCE: usize = 16;
    const ACKNOWLEDGED: usize = 120;
    run(async {
        let mut collector = Own::start().await;
        let site = collector.api.site("cut", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let answers: Vec<Value> = (0..ANSWERS).map(|n| answer_about(&n.to_string(), 9)).collect();

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

        let stored: Vec<String> = survey.rows().await.iter().map(|row| row["response_id"].clone()).collect();
        let once: BTreeSet<String> = stored.iter().cloned().collect();
        assert_eq!(once.len(), stored.len(), "each once");
        let lost: Vec<&String> = acknowledged.difference(&once).collect();
        assert!(lost.is_empty(), "{} acknowledged, lost {lost:?}", acknowledged.len());

        // Those that nobody acknowledged are sent again, as a widget does.
        for answer in answers.iter().take(ACKNOWLEDGED + 2 * AT_ONCE) {
            let (status, what) = survey.submit(answer).await;
            let known = once.contains(&id(answer));
            let expected = if known { (200, "unchanged") } else { (201, "created") };
            assert_eq!((status, what.as_str()), expected);
        }
        let rows = survey.rows().await;
        assert_eq!(rows.len(), (ACKNOWLEDGED + 2 * AT_ONCE).max(once.len()));
    });
}

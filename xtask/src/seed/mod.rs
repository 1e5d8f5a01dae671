//! Synthetic responses for the demo: always the same ones, so that seeding twice changes nothing.

mod comments;
pub mod random;
mod response;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::sleep;

use random::Random;
use response::Response;

/// How many requests are under way at once: enough to be quick, too few to be anybody's load test.
const AT_ONCE: usize = 8;

/// What the collector made of them.
#[derive(Default)]
pub struct Sent {
    created: AtomicU32,
    updated: AtomicU32,
    unchanged: AtomicU32,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [created, updated, unchanged] =
            [&self.created, &self.updated, &self.unchanged].map(|count| count.load(Ordering::Relaxed));
        write!(f, "{created} created, {updated} updated, {unchanged} unchanged")
    }
}

impl Sent {
    fn count(&self, status: &str) {
        let count = match status {
            "created" => &self.created,
            "updated" => &self.updated,
            _ => &self.unchanged,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends `count` responses through the public API, some with a comment as their second revision.
pub async fn send(collector: &str, site: &str, origin: &str, count: u32) -> Result<Arc<Sent>> {
    eprintln!("sending {count} responses…");
    let client = Client::new();
    let sent = Arc::new(Sent::default());
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    for response in responses(count) {
        if tasks.len() == AT_ONCE {
            tasks.join_next().await.context("no task")???;
        }
        let survey = format!("{collector}/v1/sites/{site}/surveys/{}", response.survey);
        let (client, origin, sent) = (client.clone(), origin.to_owned(), Arc::clone(&sent));
        tasks.spawn(async move {
            for revision in response.revisions {
                let reply = post(&client, &format!("{survey}/responses"), &origin, &revision).await?;
                let status = reply["status"].as_str().unwrap_or_default();
                sent.count(status);
                // Counts of nobody cannot tell who sends them again.
                if status == "created" {
                    post(&client, &format!("{survey}/exposures"), &origin, &response.exposures).await?;
                }
            }
            Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(sent)
}

fn responses(count: u32) -> impl Iterator<Item = Response> {
    let mut random = Random::new(0x50_4e_44_45_4f);
    (0..count).map(move |number| response::make(&mut random, number))
}

/// Posts as the widget does, and waits as long as the collector asks for. Returns what it says, if it says something.
async fn post(client: &Client, url: &str, origin: &str, body: &Value) -> Result<Value> {
    for _ in 0..20 {
        let request = client.post(url).header("origin", origin).header("content-type", "text/plain");
        let reply = request.body(body.to_string()).send().await?;
        let status = reply.status();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let after =
                reply.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            sleep(Duration::from_secs(after.unwrap_or(1))).await;
            continue;
        }
        if !status.is_success() {
            bail!("the collector answered {status} to {body}: {}", reply.text().await?);
        }
        return Ok(if status == StatusCode::NO_CONTENT { Value::Null } else { reply.json().await? });
    }
    bail!("the collector keeps refusing: it is overloaded")
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn the_same_every_time_and_never_the_same_id() {
        let bodies = || responses(500).flat_map(|r| r.revisions).map(|b| b.to_string()).collect::<Vec<_>>();
        assert_eq!(bodies(), bodies());
        let ids: HashSet<String> = responses(500).map(|r| r.revisions[0]["id"].to_string()).collect();
        assert_eq!(ids.len(), 500);
    }

    #[test]
    fn more_responses_begin_with_the_fewer() {
        let first: Vec<_> = responses(10).map(|r| r.revisions).collect();
        let more: Vec<_> = responses(20).take(10).map(|r| r.revisions).collect();
        assert_eq!(first, more);
    }

    #[test]
    fn scores_are_within_their_scales_and_look_like_a_good_shop() {
        let mut scores: HashMap<&str, Vec<u64>> = HashMap::new();
        let mut commented = 0;
        for response in responses(2_000) {
            commented += usize::from(response.revisions.len() == 2);
            scores.entry(response.survey).or_default().push(response.revisions[0]["score"].as_u64().unwrap());
        }
        for (survey, low, high) in [("post-purchase", 0, 10), ("product-page", 1, 5), ("help-article", 1, 7)]
        {
            let all = &scores[survey];
            assert!(all.len() > 200, "{survey}: {}", all.len());
            assert!(all.iter().all(|score| (low..=high).contains(score)), "{survey}");
        }
        let nps = &scores["post-purchase"];
        let share = |of: &dyn Fn(u64) -> bool| nps.iter().filter(|s| of(**s)).count() * 100 / nps.len();
        let score = share(&|s| s >= 9).cast_signed() - share(&|s| s <= 6).cast_signed();
        assert!((15..=50).contains(&score), "NPS {score}");
        assert!((300..=1_000).contains(&commented), "{commented} comments");
    }

    #[test]
    fn a_comment_is_the_second_revision_of_the_same_answer() {
        for response in responses(300) {
            for (revision, body) in (1..).zip(&response.revisions) {
                assert_eq!(body["revision"], revision);
                for same in ["id", "score", "order", "respondent", "consent", "locale"] {
                    assert_eq!(body[same], response.revisions[0][same]);
                }
            }
            assert_eq!(response.revisions.len() == 2, response.revisions.last().unwrap()["complete"] == true);
        }
    }
}

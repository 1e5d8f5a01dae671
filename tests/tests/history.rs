//! Random histories: what many clients did and were told, against what is stored afterwards.
//!
//! Clients send, repeat, revise, contradict themselves and erase at the same time, while the collector is killed under
//! them. A request without a reply may or may not have been done; everything else must hold:
//! an acknowledged revision or a later one is visible; a revision's content is what was sent under it; a respondent has one
//! answer; an answer is created once, never goes back, and goes away only where it is erased; then it never returns.

mod client;

use client::{Client, Fate};
use e2e::answer::id;
use e2e::api::Row;
use e2e::collector::Own;
use e2e::{extent, run};
use futures_util::future::{join, join_all};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::watch;
use xtask::seed::random::Random;

const ORIGIN: &str = "https://history.example";
const CLIENTS: u64 = 8;

/// What exports have shown so far: the revision of each answer.
#[derive(Default)]
struct History {
    seen: BTreeMap<String, u64>,
}

impl History {
    fn check(&mut self, rows: &[Row], clients: &[Client], seed: u64) {
        let stored: BTreeMap<&str, &Row> =
            rows.iter().map(|row| (row["response_id"].as_str(), row)).collect();
        assert_eq!(stored.len(), rows.len(), "seed {seed}: an id twice");
        let orders: BTreeSet<&str> = rows.iter().map(|row| row["order_id"].as_str()).collect();
        assert_eq!(orders.len(), rows.len(), "seed {seed}: a respondent with two answers");
        let mut known = 0;
        for answer in clients.iter().flat_map(|client| &client.answers) {
            let id = answer.first["id"].as_str().unwrap();
            let row = stored.get(id);
            assert!(answer.created <= 1, "seed {seed}: {id} was created {} times", answer.created);
            assert!(
                row.is_some() || answer.acknowledged == 0 || answer.fate != Fate::Kept,
                "seed {seed}: {id} was acknowledged and is lost"
            );
            if row.is_none() && answer.fate != Fate::Kept {
                self.seen.remove(id);
                continue;
            }
            assert_ne!(answer.fate, Fate::Erased, "seed {seed}: {id} was erased and is there");
            if answer.is_refused {
                assert!(orders.contains(answer.order.as_str()), "seed {seed}: {id} was refused for nothing");
                assert!(row.is_none(), "seed {seed}: {id} was refused and is stored");
            }
            let before = self.seen.get(id).copied().unwrap_or_default();
            let revision = row.map_or(0, |row| row["revision"].parse().unwrap());
            assert!(revision >= before, "seed {seed}: {id} went from {before} to {revision}");
            assert!(
                revision >= answer.acknowledged,
                "seed {seed}: {id} is at {revision}, not {}",
                answer.acknowledged
            );
            if let Some(row) = row {
                known += 1;
                let score: u64 = row["score"].parse().unwrap();
                assert_eq!(answer.scores.get(&revision), Some(&score), "seed {seed}: {id} at {revision}");
                assert_eq!(row["order_id"], answer.order, "seed {seed}: {id}");
                self.seen.insert(id.to_owned(), revision);
            }
        }
        assert_eq!(known, rows.len(), "seed {seed}: an answer that nobody sent");
    }
}

#[test]
fn random_histories_keep_every_promise() {
    run(async {
        let first = extent(1, std::process::id().into());
        for seed in first..first + extent(1, 12) {
            println!("seed {seed}");
            history(seed).await;
        }
    });
}

async fn history(seed: u64) {
    const STEPS: u32 = 25;
    let mut collector = Own::start().await;
    let api = collector.api.clone();
    let site = api.site("history", ORIGIN, "opt_in").await;
    let survey = site.publish_metric("nps", &json!("ever")).await;
    let mut random = Random::new(seed);
    let client = |n| Client::new(format!("c{n}"), seed * 1000 + n);
    let mut clients: Vec<Client> = (0..CLIENTS).map(client).collect();
    let mut history = History::default();
    for _ in 0..extent(3, 6) {
        // After so many requests of all clients together the collector is killed, and nobody waits for it.
        let kill_after = random.below(CLIENTS * u64::from(STEPS));
        let (count, mut counted) = watch::channel(0);
        let work = join_all(clients.iter_mut().map(async |client| {
            for _ in 0..STEPS {
                client.step(&api, &survey).await;
                count.send_modify(|done| *done += 1);
            }
        }));
        let kill = async {
            counted.wait_for(|done| *done >= kill_after).await.unwrap();
            collector.kill().await;
        };
        join(work, kill).await;
        collector.start_again().await;
        history.check(&survey.rows().await, &clients, seed);
        // An export while everything changes is whole, too: whoever was acknowledged before it is in it.
        let export = survey.rows();
        let revise = join_all(clients.iter_mut().map(|client| client.step(&api, &survey)));
        let (rows, _) = join(export, revise).await;
        let rows: BTreeSet<&str> = rows.iter().map(|row| row["response_id"].as_str()).collect();
        let kept =
            clients.iter().flat_map(|client| &client.answers).filter(|answer| answer.fate == Fate::Kept);
        let kept: BTreeSet<String> = kept.map(|answer| id(&answer.first)).collect();
        let lost = history.seen.keys().find(|id| kept.contains(*id) && !rows.contains(id.as_str()));
        assert_eq!(lost, None, "seed {seed}: an export lost one");
    }
    history.check(&survey.rows().await, &clients, seed);
}

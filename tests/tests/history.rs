//! Random histories: what many clients did and were told, against what is stored afterwards.
//!
//! Clients send, repeat, revise and contradict themselves at the same time, while the collector is killed under them. A
//! request without a reply may or may not have been done; everything else must hold:
//! an acknowledged revision or a later one is visible; a revision's content is what was sent under it; a respondent has one
//! answer; an answer is created once, never goes back, and never goes away.

use e2e::answer::{answer_about, with};
use e2e::api::{Row, Survey};
use e2e::collector::Own;
use e2e::{extent, run};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::watch;
use xtask::seed::random::Random;

const ORIGIN: &str = "https://history.example";
const CLIENTS: u64 = 8;

/// What a client does next. An operation that takes answers away would need a place in [`History::check`], too.
#[derive(Clone, Copy, Debug)]
enum Operation {
    /// A new respondent's first answer.
    Submit,
    /// The last revision of an answer once more.
    Retry,
    /// A higher revision with another score.
    Revise,
    /// The first revision of an answer, which is out of date where there are others.
    Stale,
    /// Another answer of a respondent.
    Rival,
}

const OPERATIONS: [(Operation, u64); 5] = [
    (Operation::Submit, 40),
    (Operation::Retry, 15),
    (Operation::Revise, 25),
    (Operation::Stale, 8),
    (Operation::Rival, 12),
];

/// An answer as its client knows it.
struct Answer {
    order: String,
    first: Value,
    /// The score of each revision that was sent, by revision.
    scores: BTreeMap<u64, u64>,
    /// The highest revision that the collector said is stored.
    acknowledged: u64,
    /// How often it said that it made it.
    created: u32,
    /// Whether it said that another answer stands.
    is_refused: bool,
}

impl Answer {
    fn new(order: String, score: u8) -> Self {
        let first = answer_about(&order, score);
        let scores = BTreeMap::from([(1, score.into())]);
        Self { order, first, scores, acknowledged: 0, created: 0, is_refused: false }
    }

    fn revision(&self, revision: u64) -> Value {
        with(self.first.clone(), json!({ "revision": revision, "score": self.scores[&revision] }))
    }

    async fn send(&mut self, survey: &Survey, revision: u64) {
        let Ok(reply) = survey.request(self.revision(revision).to_string()).send().await else { return };
        let status = reply.status().as_u16();
        let Ok(body) = reply.json::<Value>().await else { return };
        match (status, body["status"].as_str()) {
            (201, Some("created")) => self.created += 1,
            (200, Some("updated")) => {}
            (200, Some("unchanged")) => assert!(body["revision"].as_u64().unwrap() >= revision, "{body}"),
            (409, None) => {
                self.is_refused = true;
                return;
            }
            // Not known to be stored.
            (503, None) => return,
            other => panic!("{other:?}: {body}"),
        }
        self.acknowledged = self.acknowledged.max(body["revision"].as_u64().unwrap());
    }
}

/// One client: its respondents are nobody else's.
struct Client {
    name: String,
    random: Random,
    answers: Vec<Answer>,
}

impl Client {
    async fn step(&mut self, survey: &Survey) {
        let weights = OPERATIONS.map(|(_, weight)| weight);
        let (mut operation, _) = OPERATIONS[self.random.weighted(&weights)];
        if self.answers.is_empty() {
            operation = Operation::Submit;
        }
        let score = u8::try_from(self.random.below(11)).unwrap();
        let some = usize::try_from(self.random.below(self.answers.len().max(1) as u64)).unwrap();
        let (at, revision) = match operation {
            Operation::Submit => {
                let order = format!("{}-{}", self.name, self.answers.len());
                self.answers.push(Answer::new(order, score));
                (self.answers.len() - 1, 1)
            }
            Operation::Rival => {
                let order = self.answers[some].order.clone();
                self.answers.push(Answer::new(order, score));
                (self.answers.len() - 1, 1)
            }
            Operation::Stale => (some, 1),
            Operation::Retry => (some, *self.answers[some].scores.last_key_value().unwrap().0),
            Operation::Revise => {
                let scores = &mut self.answers[some].scores;
                let next = scores.last_key_value().unwrap().0 + 1;
                scores.insert(next, score.into());
                (some, next)
            }
        };
        self.answers[at].send(survey, revision).await;
    }
}

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
                row.is_some() || answer.acknowledged == 0,
                "seed {seed}: {id} was acknowledged and is lost"
            );
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
    let site = collector.api.site("history", ORIGIN, "opt_in").await;
    let survey = site.publish_metric("nps", &json!("order")).await;
    let mut random = Random::new(seed);
    let client =
        |n| Client { name: format!("c{n}"), random: Random::new(seed * 1000 + n), answers: Vec::new() };
    let mut clients: Vec<Client> = (0..CLIENTS).map(client).collect();
    let mut history = History::default();
    for _ in 0..extent(3, 6) {
        // After so many requests of all clients together the collector is killed, and nobody waits for it.
        let kill_after = random.below(CLIENTS * u64::from(STEPS));
        let (count, mut counted) = watch::channel(0);
        let work = join_all(clients.iter_mut().map(async |client| {
            for _ in 0..STEPS {
                client.step(&survey).await;
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
        let revise = join_all(clients.iter_mut().map(|client| client.step(&survey)));
        let (rows, _) = join(export, revise).await;
        let rows: BTreeSet<&str> = rows.iter().map(|row| row["response_id"].as_str()).collect();
        assert!(history.seen.keys().all(|id| rows.contains(id.as_str())), "seed {seed}: an export lost one");
    }
    history.check(&survey.rows().await, &clients, seed);
}

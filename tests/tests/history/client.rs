//! A client of a history: what it does, what it was told, and what it knows from that.

use e2e::answer::{answer_about, with};
use e2e::api::{Api, Survey};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;
use xtask::seed::random::Random;

/// What a client does next.
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
    /// An answer that is refused everywhere once more, as that of nobody.
    Unlinked,
    Erase(By),
}

/// What an erasure names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Response,
    Order,
    User,
    /// The visitor's own key.
    Key,
}

const OPERATIONS: [(Operation, u64); 10] = [
    (Operation::Submit, 40),
    (Operation::Retry, 20),
    (Operation::Revise, 25),
    (Operation::Stale, 10),
    (Operation::Rival, 14),
    (Operation::Unlinked, 8),
    (Operation::Erase(By::Response), 3),
    (Operation::Erase(By::Order), 3),
    (Operation::Erase(By::User), 3),
    (Operation::Erase(By::Key), 3),
];

/// Whether an answer is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Kept,
    /// An erasure had no reply, or it had one and the answer none.
    Unknown,
    Erased,
}

/// Which Shards refuse an answer's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shards {
    None,
    /// An erasure by this id had no reply.
    Some,
    All,
}

/// An answer as its client knows it.
pub struct Answer {
    pub order: String,
    pub first: Value,
    /// The score of each revision that was sent, by revision.
    pub scores: BTreeMap<u64, u64>,
    /// The highest revision that the collector said is stored.
    pub acknowledged: u64,
    /// How often it said that it made it.
    pub created: u32,
    /// Whether it said that another answer stands.
    pub is_refused: bool,
    /// Whether a request to store it had no reply.
    is_unsure: bool,
    pub fate: Fate,
    refused_by: Shards,
}

impl Answer {
    fn new(order: String, score: u8) -> Self {
        let user = json!({ "respondent": { "kind": "user", "key": order }, "erasure_key": Uuid::new_v4() });
        let first = with(answer_about(&order, score), user);
        let scores = BTreeMap::from([(1, score.into())]);
        Self {
            order,
            first,
            scores,
            acknowledged: 0,
            created: 0,
            is_refused: false,
            is_unsure: false,
            fate: Fate::Kept,
            refused_by: Shards::None,
        }
    }

    fn revision(&self, revision: u64) -> Value {
        with(self.first.clone(), json!({ "revision": revision, "score": self.scores[&revision] }))
    }

    async fn send(&mut self, survey: &Survey, revision: u64) {
        let Some((status, body)) = reply(survey.request(self.revision(revision).to_string())).await else {
            self.is_unsure = true;
            return;
        };
        match (status, body["status"].as_str()) {
            (410, None) if self.fate != Fate::Kept => {
                self.fate = Fate::Erased;
                self.refuse(false);
                return;
            }
            // Not known to be stored.
            (503, None) => {
                self.is_unsure = true;
                return;
            }
            other if self.fate == Fate::Erased => panic!("erased, and then {other:?}: {body}"),
            (201, Some("created")) => self.created += 1,
            (200, Some("updated")) => {}
            (200, Some("unchanged")) => assert!(body["revision"].as_u64().unwrap() >= revision, "{body}"),
            (409, None) => {
                self.is_refused = true;
                return;
            }
            other => panic!("{other:?}: {body}"),
        }
        // What is stored now no erasure has reached.
        (self.fate, self.is_refused, self.refused_by) = (Fate::Kept, false, Shards::None);
        self.acknowledged = self.acknowledged.max(body["revision"].as_u64().unwrap());
    }

    /// It was stored, and is refused where it would be. An erasure by order or user refuses an id elsewhere before its answer
    /// goes, so all Shards do, unless one `by_id` came by half.
    fn refuse(&mut self, by_id: bool) {
        if by_id || self.refused_by == Shards::None {
            self.refused_by = Shards::All;
        }
    }

    /// An erasure has come by; `named` is the answer that it names, if it names one.
    fn erased(&mut self, by: By, named: bool, is_done: bool) {
        let may_be_stored = self.acknowledged > 0 || self.is_unsure;
        let is_meant = if matches!(by, By::Order | By::User) { may_be_stored } else { named };
        // Whoever stood before it may be gone.
        self.is_refused = false;
        if !is_meant {
            return;
        }
        // An id is refused whether it was stored or not. An order's or user's are those of what is stored.
        let by_id = matches!(by, By::Response | By::Key);
        match (by_id, is_done) {
            (true, false) if self.refused_by == Shards::None => self.refused_by = Shards::Some,
            (true, true) => self.refuse(true),
            (false, true) if self.acknowledged > 0 => self.refuse(false),
            _ => {}
        }
        if self.fate == Fate::Erased {
            return;
        }
        let is_sure = self.acknowledged > 0 || by_id;
        self.fate = if is_done && is_sure { Fate::Erased } else { Fate::Unknown };
    }
}

/// Status and body, if both arrive.
async fn reply(request: RequestBuilder) -> Option<(u16, Value)> {
    let reply = request.send().await.ok()?;
    let status = reply.status().as_u16();
    Some((status, reply.json().await.ok()?))
}

/// One client: its respondents are nobody else's.
pub struct Client {
    name: String,
    random: Random,
    pub answers: Vec<Answer>,
}

impl Client {
    pub fn new(name: String, seed: u64) -> Self {
        Self { name, random: Random::new(seed), answers: Vec::new() }
    }

    pub async fn step(&mut self, api: &Api, survey: &Survey) {
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
            Operation::Unlinked => return self.unlinked(survey).await,
            Operation::Erase(by) => return self.erase(api, by, some).await,
            Operation::Revise => {
                let scores = &mut self.answers[some].scores;
                let next = scores.last_key_value().unwrap().0 + 1;
                scores.insert(next, score.into());
                (some, next)
            }
        };
        self.answers[at].send(survey, revision).await;
    }

    async fn unlinked(&mut self, survey: &Survey) {
        let refused: Vec<&Answer> =
            self.answers.iter().filter(|answer| answer.refused_by == Shards::All).collect();
        if refused.is_empty() {
            return;
        }
        let answer = self.random.pick(&refused);
        let unlinked = with(answer.revision(1), json!({ "signals": { "gpc": true } }));
        if let Some((status, body)) = reply(survey.request(unlinked.to_string())).await {
            assert!(matches!(status, 410 | 503), "erased, and then {status}: {body}");
        }
    }

    async fn erase(&mut self, api: &Api, by: By, at: usize) {
        let Answer { first, order, .. } = &self.answers[at];
        let (path, body) = match by {
            By::Response => ("erasures", json!({ "response": first["id"] })),
            By::Order => ("erasures", json!({ "order": order })),
            By::User => ("erasures", json!({ "user": order })),
            By::Key => {
                let respondent = &first["respondent"];
                let claim = json!({ "survey": "nps", "id": first["id"], "key": first["erasure_key"], "respondent": respondent });
                ("forget", json!([claim]))
            }
        };
        let request = api.request(Method::POST, &format!("/v1/sites/history/{path}"));
        let replied = reply(request.header("content-type", "application/json").body(body.to_string())).await;
        let is_done = match replied {
            Some((200, body)) => body["next"].is_null(),
            Some((503, _)) | None => false,
            Some(other) => panic!("{other:?}"),
        };
        let order = order.clone();
        for (n, answer) in self.answers.iter_mut().enumerate().filter(|(_, answer)| answer.order == order) {
            answer.erased(by, n == at, is_done);
        }
    }
}

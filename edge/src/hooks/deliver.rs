//! Delivers what waits in a Shard's outbox. It is deleted when its receiver has said 2xx, and not before: a receiver
//! gets each message at least once.

use super::{address, body, sign};
use crate::api::responses::record;
use crate::clock;
use crate::outward::{Post, Said, Silence};
use crate::problem::Problem;
use crate::registry::{self, webhooks::ListWebhooks, webhooks::StoredWebhook};
use crate::shard::alarm::Turn;
use crate::shard::outbox::{self, Waiting};
use crate::shard::read::{StoredResponse, deliverable};
use crate::sql::Sql;
use futures_util::future::{self, Either};
use futures_util::stream::{FuturesUnordered, StreamExt};
use sondeo_survey::webhook::Webhook;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use worker::Delay;

/// How long a receiver has.
const TIME_OUT: Duration = Duration::from_secs(10);
/// How many messages are under way at once: the runtime opens no more connections.
const AT_ONCE: usize = 6;
/// And how many of them to one receiver, so that a slow one leaves room for the others.
const AT_ONE: usize = 2;
/// How long one alarm begins with new messages. What is left is due at once.
const BEGINS_FOR: i64 = 60_000;
/// How often new messages are looked for while others are under way.
const LOOK: Duration = Duration::from_millis(250);

/// What became of a message.
enum Outcome {
    /// 2xx.
    Taken,
    /// 410: the receiver wants nothing any more.
    Gone,
    /// Anything else, in a word that may be shown.
    Failed(String),
}

/// Delivers what is due, and says when the next is.
pub(crate) async fn run(turn: &Turn<'_>) -> Result<Option<i64>, Problem> {
    let site = turn.name.site.clone();
    let started = clock::now();
    let hooks = registry::send(turn.env, &ListWebhooks { site }).await?.unwrap_or_default();
    let allowed = address::allowed(turn.env);
    let hooks = hooks.into_iter().map(|hook| Receiver::of(hook, &allowed)).collect::<Result<Vec<_>, _>>()?;
    let end = clock::now().saturating_add(BEGINS_FOR);
    let mut under_way = FuturesUnordered::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut busy: HashMap<&str, usize> = HashMap::new();
    for round in 0.. {
        if clock::now() < end {
            // Each time another receiver is the first.
            for hook in hooks.iter().cycle().skip(round % hooks.len().max(1)).take(hooks.len()) {
                let here = busy.entry(&hook.stored.id).or_default();
                // Those that are under way are still in the table.
                for waiting in outbox::due(turn.sql, &hook.stored.id, turn.now(), AT_ONE)? {
                    if *here < AT_ONE && under_way.len() < AT_ONCE && known.insert(waiting.id.clone()) {
                        *here += 1;
                        under_way.push(deliver(turn, hook, waiting));
                    }
                }
            }
        }
        if under_way.is_empty() {
            break;
        }
        let next = match future::select(under_way.next(), Delay::from(LOOK)).await {
            Either::Left((next, _)) => next,
            Either::Right(_) => continue,
        };
        if let Some((hook, waiting, outcome)) = next {
            known.remove(&waiting.id);
            busy.entry(&hook.stored.id).and_modify(|here| *here -= 1);
            settle(turn, hook, &waiting, outcome)?;
        }
    }
    // A webhook that was made meanwhile may have messages already: the next run knows it.
    let waiting = "SELECT DISTINCT webhook FROM outbox WHERE next_at IS NOT NULL AND created_at >= ?1";
    for mut row in turn.sql.run(waiting, vec![started.into()])?.rows {
        let webhook = row.text()?;
        if hooks.iter().all(|hook| Some(&hook.stored.id) != webhook.as_ref()) {
            return Ok(Some(turn.now()));
        }
    }
    let due = hooks.iter().map(|hook| outbox::next_due(turn.sql, &hook.stored.id));
    Ok(due.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().min())
}

/// A webhook that is ready to be called.
struct Receiver {
    stored: StoredWebhook,
    webhook: Webhook,
    /// Whether its address may be called.
    may: bool,
}

impl Receiver {
    fn of(stored: StoredWebhook, allowed: &str) -> Result<Self, Problem> {
        let webhook = stored.parse()?;
        let may = address::check(&webhook.url, allowed).is_some();
        Ok(Self { stored, webhook, may })
    }
}

/// Notes what became of a message.
fn settle(turn: &Turn<'_>, hook: &Receiver, waiting: &Waiting, outcome: Outcome) -> Result<(), Problem> {
    match outcome {
        Outcome::Taken => outbox::delivered(turn.sql, waiting)?,
        Outcome::Gone => outbox::refused(turn.sql, &hook.stored.id, "status 410")?,
        Outcome::Failed(why) => {
            let [chance] = crate::auth::random::<1>()?;
            outbox::failed(turn.sql, waiting, &why, chance, turn.now())?;
        }
    }
    Ok(())
}

async fn deliver<'t>(
    turn: &'t Turn<'_>,
    hook: &'t Receiver,
    waiting: Waiting,
) -> (&'t Receiver, Waiting, Outcome) {
    let outcome = attempt(turn, hook, &waiting).await.unwrap_or_else(|problem| {
        problem.log();
        Outcome::Failed("not sent: see the Worker's log".into())
    });
    (hook, waiting, outcome)
}

/// One try. What the visitor has objected to meanwhile, or what was deleted, is sent to nobody.
async fn attempt(turn: &Turn<'_>, hook: &Receiver, waiting: &Waiting) -> Result<Outcome, Problem> {
    let Some(line) = deliverable(turn.sql, &waiting.key, &waiting.response)? else {
        return Ok(Outcome::Taken);
    };
    if !hook.may {
        return Ok(Outcome::Failed("the address is not allowed".into()));
    }
    let record = record(&turn.name.survey, StoredResponse::read(line.as_bytes())?)?;
    let body = body::write(hook.webhook.format, &waiting.event, waiting.created_at, &record);
    let body = body.map_err(|error| Problem::from(crate::sql::Error::from(error)))?;
    // The receiver compares it with its own clock.
    let now = clock::now();
    let seconds = now / 1_000;
    let signature = sign::signatures(hook.stored.secrets(now), &waiting.id, seconds, &body);
    let signature =
        signature.ok_or_else(|| Problem::Internal(format!("the secret of webhook {}", hook.stored.id)))?;
    let post = Post {
        url: &hook.webhook.url,
        headers: &[
            ("Content-Type", "application/json"),
            ("User-Agent", "Sondeo"),
            ("webhook-id", &waiting.id),
            ("webhook-timestamp", &seconds.to_string()),
            ("webhook-signature", &signature),
        ],
        body: &body,
        patience: TIME_OUT,
        is_read: false,
    };
    Ok(match post.send().await? {
        Ok(Said { status: 200..=299, .. }) => Outcome::Taken,
        Ok(Said { status: 410, .. }) => Outcome::Gone,
        Ok(Said { status, .. }) => Outcome::Failed(format!("status {status}")),
        Err(Silence::NoConnection) => Outcome::Failed("no connection".into()),
        Err(Silence::TooLate) => Outcome::Failed("no reply within 10 s".into()),
    })
}

//! `/v1/sites/{site}/webhooks/{webhook}/deliveries`: what did not get through.

use super::{admin, find};
use crate::api::page::{self, Page};
use crate::api::period::parameters;
use crate::problem::{Document, Problem};
use crate::registry::surveys::{ListSurveys, StoredSurvey};
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::outbox::{ListUndelivered, Replay, Undelivered, is_id};
use crate::{clock, registry, reply};
use serde::Serialize;
use sondeo_survey::slug::Slug;
use uuid::Uuid;
use worker::{Env, Response};

/// How many Shards are asked at once for messages: each may have a whole page of them.
const AT_ONCE: u16 = 16;

#[derive(Serialize)]
struct Delivery {
    id: String,
    survey: String,
    response_id: Uuid,
    event: String,
    state: &'static str,
    created_at: String,
    tries: u32,
    next_at: Option<String>,
    failure: Option<String>,
}

impl Delivery {
    fn of(survey: &str, message: Undelivered) -> Self {
        Self {
            id: message.id,
            survey: survey.into(),
            response_id: message.response,
            event: message.event,
            state: if message.next_at.is_some() { "pending" } else { "dead" },
            created_at: clock::rfc3339(message.created_at),
            tries: message.tries,
            next_at: message.next_at.map(clock::rfc3339),
            failure: message.failure,
        }
    }
}

/// All surveys of a site with their Shards.
async fn surveys(env: &Env, site: &Slug) -> Result<Vec<(String, Shards)>, Problem> {
    let surveys = registry::send(env, &ListSurveys { site: site.to_string() }).await?;
    let shards = |survey: StoredSurvey| {
        let shards = Shards::new(env, site.as_str(), &survey.id, survey.shards);
        (survey.id, shards)
    };
    Ok(surveys.ok_or(Problem::UnknownSite)?.into_iter().map(shards).collect())
}

/// Where a page of messages ended: when the last one was put in, and its id.
fn parse_cursor(text: &str) -> Option<(i64, String)> {
    let (at, id) = text.split_once('.').filter(|(at, id)| at.len() <= 15 && is_id(id))?;
    Some((page::number(at)?, id.to_owned()))
}

/// `GET …/{webhook}/deliveries?state=pending|dead`: what did not get through, the oldest first.
///
/// 1. The token — 401, 403
/// 2. `state`, `cursor` and `limit` — 422
/// 3. The webhook — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    let dead = match parameters(call)?.get("state").map(String::as_str) {
        Some("dead") => true,
        Some("pending") | None => false,
        Some(_) => {
            return Err(Problem::invalid(Document::Parameters, "/state", "must be one of: pending, dead"));
        }
    };
    let Page { cursor, limit } = Page::read(call, parse_cursor)?;
    let webhook = find(call.env, &site, call.param("webhook")).await?.id;
    let most = limit + 1;
    let list = ListUndelivered { webhook, dead, after: cursor, most };
    let found = undelivered(call.env, &site, &list).await?;
    let list = page::list(found, limit, |(_, last)| format!("{}.{}", last.created_at, last.id));
    Ok(reply::json(200, &list.map(|(survey, message)| Delivery::of(&survey, message)))?)
}

/// Survey and message of those that a list asks for, the oldest first — 503
pub(crate) async fn undelivered(
    env: &Env,
    site: &Slug,
    list: &ListUndelivered,
) -> Result<Vec<(String, Undelivered)>, Problem> {
    let mut found: Vec<(String, Undelivered)> = Vec::new();
    for (survey, shards) in surveys(env, site).await? {
        for some in shards.parts(AT_ONCE) {
            let messages = shards.send_some(some, list).await?.into_iter().flatten();
            found.extend(messages.map(|message| (survey.clone(), message)));
            found.sort_by(|(_, a), (_, b)| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
            found.truncate(usize::try_from(list.most).unwrap_or(usize::MAX));
        }
    }
    Ok(found)
}

#[derive(Serialize)]
struct Replayed {
    replayed: usize,
}

/// `POST …/{webhook}/deliveries/replay`: the dead messages are tried again, from the first try on.
///
/// 1. The token — 401, 403
/// 2. The webhook — 404, 503
pub(crate) async fn replay(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    let webhook = find(call.env, &site, call.param("webhook")).await?.id;
    Ok(reply::json(200, &Replayed { replayed: replay_dead(call.env, &site, webhook).await? })?)
}

/// Has the dead messages of a webhook tried again, and says how many there are — 503
pub(crate) async fn replay_dead(env: &Env, site: &Slug, webhook: String) -> Result<usize, Problem> {
    let (command, mut replayed) = (Replay { webhook }, 0);
    for (_, shards) in surveys(env, site).await? {
        replayed += shards.send_all(&command).await?.into_iter().sum::<usize>();
    }
    Ok(replayed)
}

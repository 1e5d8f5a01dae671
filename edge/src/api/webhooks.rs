//! `/v1/sites/{site}/webhooks`: where answers are passed on to, and what did not get through.
//!
//! Each needs a token with `admin` on the site (401, 403): a webhook takes answers out of the collector.

use super::page::{self, Page};
use super::period::parameters;
use super::tokens::rotation;
use crate::hooks::{address, sign};
use crate::problem::{Document, Problem};
use crate::registry::surveys::{ListSurveys, StoredSurvey};
use crate::registry::webhooks::{
    AddReply, AddWebhook, ChangeWebhook, DeleteWebhook, ListWebhooks, MOST, RotateSecret, StoredWebhook,
};
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::outbox::{ListUndelivered, Replay, Undelivered, is_id};
use crate::{auth, body, clock, directory, registry, reply};
use serde::Serialize;
use sondeo_survey::access::{RotationRequest, Scope};
use sondeo_survey::slug::Slug;
use sondeo_survey::webhook::Webhook;
use uuid::Uuid;
use worker::Response;

/// How many Shards are asked at once for messages: each may have a whole page of them.
const AT_ONCE: u16 = 16;

#[derive(Serialize)]
struct View {
    id: String,
    created_at: String,
    updated_at: String,
    former_until: Option<String>,
    #[serde(flatten)]
    webhook: Webhook,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl View {
    fn of(stored: StoredWebhook, now: i64) -> Result<Self, Problem> {
        Ok(Self {
            former_until: stored.former_until(now).map(clock::rfc3339),
            webhook: stored.parse()?,
            id: stored.id,
            created_at: clock::rfc3339(stored.created_at),
            updated_at: clock::rfc3339(stored.updated_at),
            secret: None,
        })
    }

    /// With its secret, for whoever just made it.
    fn with_secret(stored: StoredWebhook, now: i64) -> Result<Self, Problem> {
        let secret = Some(stored.secret.clone());
        Ok(Self { secret, ..Self::of(stored, now)? })
    }
}

/// The site, and the public name of the administrator's token.
async fn admin(call: &Call<'_>) -> Result<(Slug, String), Problem> {
    let site = call.site()?;
    let bearer = auth::require(&call.request, call.env, call.now, Scope::Admin, site.as_str()).await?;
    Ok((site, bearer.kid))
}

/// What the body defines — 415, 413, 422
async fn read(call: &mut Call<'_>) -> Result<String, Problem> {
    let body = body::read_json(&mut call.request).await?;
    let webhook = Webhook::parse(&body).map_err(|faults| Problem::Invalid(Document::Webhook, faults))?;
    if address::check(&webhook.url, &address::allowed(call.env)).is_none() {
        return Err(Problem::invalid(Document::Webhook, "/url", address::RULE));
    }
    serde_json::to_string(&webhook).map_err(|error| Problem::Internal(error.to_string()))
}

async fn stored(call: &Call<'_>, site: &Slug) -> Result<Vec<StoredWebhook>, Problem> {
    registry::send(call.env, &ListWebhooks { site: site.to_string() }).await?.ok_or(Problem::UnknownSite)
}

async fn find(call: &Call<'_>, site: &Slug) -> Result<StoredWebhook, Problem> {
    let mut stored = stored(call, site).await?.into_iter();
    stored.find(|webhook| webhook.id == call.param("webhook")).ok_or(Problem::UnknownWebhook)
}

/// `GET /v1/sites/{site}/webhooks`
///
/// 1. The token — 401, 403
/// 2. The site — 404, 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    let views = stored(call, &site).await?.into_iter();
    let views = views.map(|webhook| View::of(webhook, call.now)).collect::<Result<_, _>>()?;
    Ok(reply::json(200, &reply::List::whole(views))?)
}

/// `POST /v1/sites/{site}/webhooks`: makes one. This reply alone shows its secret.
///
/// 1. The token — 401, 403
/// 2. The body — 415, 413, 422
/// 3. The site — 404, 503; it has not too many — 422
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let (site, actor) = admin(call).await?;
    let definition = read(call).await?;
    let id = hex::encode(auth::random::<8>()?);
    let add = AddWebhook { site: site.to_string(), id, definition, secret: sign::secret()?, actor };
    match registry::send(call.env, &add).await? {
        AddReply::UnknownSite => Err(Problem::UnknownSite),
        AddReply::TooMany => {
            let why = format!("the site has {MOST} webhooks, which is the most");
            Err(Problem::invalid(Document::Webhook, "", why))
        }
        AddReply::Done(stored) => {
            directory::forget(&site);
            Ok(reply::json(201, &View::with_secret(stored, call.now)?)?)
        }
    }
}

/// `GET /v1/sites/{site}/webhooks/{webhook}`
///
/// 1. The token — 401, 403
/// 2. The webhook — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    Ok(reply::json(200, &View::of(find(call, &site).await?, call.now)?)?)
}

/// `PUT /v1/sites/{site}/webhooks/{webhook}`: replaces it as a whole; its secret stays.
///
/// 1. The token — 401, 403
/// 2. The body — 415, 413, 422
/// 3. The webhook — 404, 503
pub(crate) async fn put(call: &mut Call<'_>) -> Result<Response, Problem> {
    let (site, actor) = admin(call).await?;
    let definition = read(call).await?;
    let change =
        ChangeWebhook { site: site.to_string(), id: call.param("webhook").into(), definition, actor };
    let stored = registry::send(call.env, &change).await?.ok_or(Problem::UnknownWebhook)?;
    directory::forget(&site);
    Ok(reply::json(200, &View::of(stored, call.now)?)?)
}

/// `POST /v1/sites/{site}/webhooks/{webhook}/rotate`: another secret, which this reply alone shows. The one of before signs,
/// too, for a while; one from before that ends at once.
///
/// 1. The token — 401, 403
/// 2. The body, if there is one — 415, 413, 422
/// 3. The webhook — 404, 503
pub(crate) async fn rotate(call: &mut Call<'_>) -> Result<Response, Problem> {
    let (site, actor) = admin(call).await?;
    let RotationRequest { overlap_seconds } = rotation(call, Document::Webhook).await?;
    let (id, secret) = (call.param("webhook").into(), sign::secret()?);
    let rotate = RotateSecret { site: site.to_string(), id, secret, overlap_seconds, actor };
    let stored = registry::send(call.env, &rotate).await?.ok_or(Problem::UnknownWebhook)?;
    Ok(reply::json(200, &View::with_secret(stored, call.now)?)?)
}

/// `DELETE /v1/sites/{site}/webhooks/{webhook}`: what waits for it is told to nobody.
///
/// 1. The token — 401, 403
/// 2. The webhook — 204, 404, 503
pub(crate) async fn delete(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, actor) = admin(call).await?;
    let delete = DeleteWebhook { site: site.to_string(), id: call.param("webhook").into(), actor };
    if !registry::send(call.env, &delete).await? {
        return Err(Problem::UnknownWebhook);
    }
    directory::forget(&site);
    let reply = Response::empty()?.with_status(204);
    reply::guard(&reply)?;
    Ok(reply)
}

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
async fn surveys(call: &Call<'_>, site: &Slug) -> Result<Vec<(String, Shards)>, Problem> {
    let surveys = registry::send(call.env, &ListSurveys { site: site.to_string() }).await?;
    let shards = |survey: StoredSurvey| {
        let shards = Shards::new(call.env, site.as_str(), &survey.id, survey.shards);
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
pub(crate) async fn deliveries(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    let dead = match parameters(call)?.get("state").map(String::as_str) {
        Some("dead") => true,
        Some("pending") | None => false,
        Some(_) => {
            return Err(Problem::invalid(Document::Parameters, "/state", "must be one of: pending, dead"));
        }
    };
    let Page { cursor, limit } = Page::read(call, parse_cursor)?;
    let webhook = find(call, &site).await?.id;
    let most = limit + 1;
    let list = ListUndelivered { webhook, dead, after: cursor, most };
    let mut found: Vec<(i64, Delivery)> = Vec::new();
    for (survey, shards) in surveys(call, &site).await? {
        for some in shards.parts(AT_ONCE) {
            let messages = shards.send_some(some, &list).await?.into_iter().flatten();
            found.extend(messages.map(|message| (message.created_at, Delivery::of(&survey, message))));
            found.sort_by(|(a, first), (b, second)| (a, &first.id).cmp(&(b, &second.id)));
            found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        }
    }
    let list = page::list(found, limit, |(at, last)| format!("{at}.{}", last.id));
    Ok(reply::json(200, &list.map(|(_, delivery)| delivery))?)
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
    let webhook = find(call, &site).await?.id;
    let (command, mut replayed) = (Replay { webhook }, 0);
    for (_, shards) in surveys(call, &site).await? {
        replayed += shards.send_all(&command).await?.into_iter().sum::<usize>();
    }
    Ok(reply::json(200, &Replayed { replayed })?)
}

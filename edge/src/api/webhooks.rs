//! `/v1/sites/{site}/webhooks`: where answers are passed on to, and what did not get through.
//!
//! Each needs a token with `admin` on the site (401, 403): a webhook takes answers out of the collector.

use super::period::parameters;
use crate::hooks::{address, sign};
use crate::problem::{Document, Problem};
use crate::registry::surveys::ListSurveys;
use crate::registry::webhooks::{
    AddReply, AddWebhook, ChangeWebhook, DeleteWebhook, ListWebhooks, MOST, StoredWebhook,
};
use crate::routes::Call;
use crate::rpc::Command;
use crate::shard::Shards;
use crate::shard::outbox::{ListUndelivered, Replay, Undelivered};
use crate::{auth, body, clock, directory, registry, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::slug::Slug;
use sondeo_survey::webhook::Webhook;
use uuid::Uuid;
use worker::Response;

/// Most messages in one reply.
const LISTED: usize = 100;

#[derive(Serialize)]
struct View {
    id: String,
    created_at: String,
    updated_at: String,
    #[serde(flatten)]
    webhook: Webhook,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl View {
    fn of(stored: StoredWebhook) -> Result<Self, Problem> {
        Ok(Self {
            webhook: stored.parse()?,
            id: stored.id,
            created_at: clock::rfc3339(stored.created_at),
            updated_at: clock::rfc3339(stored.updated_at),
            secret: None,
        })
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
    let views = stored(call, &site).await?.into_iter().map(View::of).collect::<Result<_, _>>()?;
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
            let secret = Some(stored.secret.clone());
            Ok(reply::json(201, &View { secret, ..View::of(stored)? })?)
        }
    }
}

/// `GET /v1/sites/{site}/webhooks/{webhook}`
///
/// 1. The token — 401, 403
/// 2. The webhook — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    Ok(reply::json(200, &View::of(find(call, &site).await?)?)?)
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
    Ok(reply::json(200, &View::of(stored)?)?)
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

/// Asks all Shards of all surveys of a site, a survey after the other.
async fn ask_all<C: Command>(
    call: &Call<'_>,
    site: &Slug,
    command: &C,
) -> Result<Vec<(String, Vec<C::Reply>)>, Problem> {
    let surveys = registry::send(call.env, &ListSurveys { site: site.to_string() }).await?;
    let mut replies = Vec::new();
    for survey in surveys.ok_or(Problem::UnknownSite)? {
        let shards = Shards::new(call.env, site.as_str(), &survey.id, survey.shards);
        replies.push((survey.id, shards.send_all(command).await?));
    }
    Ok(replies)
}

/// `GET …/{webhook}/deliveries?state=pending|dead`: what did not get through, the oldest first, at most [`LISTED`].
///
/// 1. The token — 401, 403
/// 2. The state — 422
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
    let webhook = find(call, &site).await?.id;
    let most = u32::try_from(LISTED).unwrap_or(u32::MAX);
    let found = ask_all(call, &site, &ListUndelivered { webhook, dead, most }).await?;
    let of = |survey: String, messages: Vec<Vec<Undelivered>>| {
        messages
            .into_iter()
            .flatten()
            .map(move |message| (message.created_at, Delivery::of(&survey, message)))
    };
    let mut found: Vec<_> = found.into_iter().flat_map(|(survey, messages)| of(survey, messages)).collect();
    found.sort_by(|(a, first), (b, second)| (a, &first.id).cmp(&(b, &second.id)));
    let items = found.into_iter().take(LISTED).map(|(_, delivery)| delivery).collect();
    Ok(reply::json(200, &reply::List::whole(items))?)
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
    let replayed = ask_all(call, &site, &Replay { webhook }).await?;
    let replayed = replayed.into_iter().flat_map(|(_, counts)| counts).sum();
    Ok(reply::json(200, &Replayed { replayed })?)
}

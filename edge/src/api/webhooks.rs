//! `/v1/sites/{site}/webhooks`: where answers are passed on to, and what did not get through.
//!
//! Each needs a token with `admin` on the site (401, 403): a webhook takes answers out of the collector.

pub(crate) mod deliveries;

use super::tokens::rotation;
use crate::hooks::{address, sign};
use crate::problem::{Document, Problem};
use crate::registry::webhooks::{
    AddReply, AddWebhook, ChangeWebhook, DeleteWebhook, ListWebhooks, MOST, RotateSecret, StoredWebhook,
};
use crate::routes::Call;
use crate::{auth, body, clock, directory, registry, reply};
use serde::Serialize;
use sondeo_survey::access::{RotationRequest, Scope};
use sondeo_survey::slug::Slug;
use sondeo_survey::webhook::Webhook;
use worker::{Env, Response};

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

/// What a document defines, checked, as it is stored — 422
pub(crate) fn define(env: &Env, document: &[u8]) -> Result<String, Problem> {
    let webhook = Webhook::parse(document).map_err(|faults| Problem::Invalid(Document::Webhook, faults))?;
    if address::check(&webhook.url, &address::allowed(env)).is_none() {
        return Err(Problem::invalid(Document::Webhook, "/url", address::RULE));
    }
    serde_json::to_string(&webhook).map_err(|error| Problem::Internal(error.to_string()))
}

/// What the body defines — 415, 413, 422
async fn read(call: &mut Call<'_>) -> Result<String, Problem> {
    let body = body::read_json(&call.request).await?;
    define(call.env, &body)
}

/// All of a site — 404, 503
pub(crate) async fn stored(env: &Env, site: &Slug) -> Result<Vec<StoredWebhook>, Problem> {
    registry::send(env, &ListWebhooks { site: site.to_string() }).await?.ok_or(Problem::UnknownSite)
}

/// One of a site — 404, 503
pub(crate) async fn find(env: &Env, site: &Slug, id: &str) -> Result<StoredWebhook, Problem> {
    let mut stored = stored(env, site).await?.into_iter();
    stored.find(|webhook| webhook.id == id).ok_or(Problem::UnknownWebhook)
}

/// A new one, with the secret that signs for it — 404, 422, 503
pub(crate) async fn add(
    env: &Env,
    site: &Slug,
    definition: String,
    actor: String,
) -> Result<StoredWebhook, Problem> {
    let id = hex::encode(auth::random::<8>()?);
    let add = AddWebhook { site: site.to_string(), id, definition, secret: sign::secret()?, actor };
    match registry::send(env, &add).await? {
        AddReply::UnknownSite => Err(Problem::UnknownSite),
        AddReply::TooMany => {
            let why = format!("the site has {MOST} webhooks, which is the most");
            Err(Problem::invalid(Document::Webhook, "", why))
        }
        AddReply::Done(stored) => {
            directory::forget(site);
            Ok(stored)
        }
    }
}

/// Another definition of one — 404, 503
pub(crate) async fn change(
    env: &Env,
    site: &Slug,
    id: &str,
    definition: String,
    actor: String,
) -> Result<StoredWebhook, Problem> {
    let change = ChangeWebhook { site: site.to_string(), id: id.into(), definition, actor };
    let stored = registry::send(env, &change).await?.ok_or(Problem::UnknownWebhook)?;
    directory::forget(site);
    Ok(stored)
}

/// Ends one: what waits for it is told to nobody — 404, 503
pub(crate) async fn end(env: &Env, site: &Slug, id: &str, actor: String) -> Result<(), Problem> {
    let delete = DeleteWebhook { site: site.to_string(), id: id.into(), actor };
    if !registry::send(env, &delete).await? {
        return Err(Problem::UnknownWebhook);
    }
    directory::forget(site);
    Ok(())
}

/// Another secret for one: steps 3 of [`rotate`] — 404, 503
pub(crate) async fn renew(
    env: &Env,
    site: &Slug,
    id: &str,
    overlap_seconds: u64,
    actor: String,
) -> Result<StoredWebhook, Problem> {
    let (id, secret) = (id.into(), sign::secret()?);
    let rotate = RotateSecret { site: site.to_string(), id, secret, overlap_seconds, actor };
    registry::send(env, &rotate).await?.ok_or(Problem::UnknownWebhook)
}

/// `GET /v1/sites/{site}/webhooks`
///
/// 1. The token — 401, 403
/// 2. The site — 404, 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    let views = stored(call.env, &site).await?.into_iter();
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
    let stored = add(call.env, &site, definition, actor).await?;
    Ok(reply::json(201, &View::with_secret(stored, call.now)?)?)
}

/// `GET /v1/sites/{site}/webhooks/{webhook}`
///
/// 1. The token — 401, 403
/// 2. The webhook — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, _) = admin(call).await?;
    Ok(reply::json(200, &View::of(find(call.env, &site, call.param("webhook")).await?, call.now)?)?)
}

/// `PUT /v1/sites/{site}/webhooks/{webhook}`: replaces it as a whole; its secret stays.
///
/// 1. The token — 401, 403
/// 2. The body — 415, 413, 422
/// 3. The webhook — 404, 503
pub(crate) async fn put(call: &mut Call<'_>) -> Result<Response, Problem> {
    let (site, actor) = admin(call).await?;
    let definition = read(call).await?;
    let stored = change(call.env, &site, call.param("webhook"), definition, actor).await?;
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
    let stored = renew(call.env, &site, call.param("webhook"), overlap_seconds, actor).await?;
    Ok(reply::json(200, &View::with_secret(stored, call.now)?)?)
}

/// `DELETE /v1/sites/{site}/webhooks/{webhook}`: what waits for it is told to nobody.
///
/// 1. The token — 401, 403
/// 2. The webhook — 204, 404, 503
pub(crate) async fn delete(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, actor) = admin(call).await?;
    end(call.env, &site, call.param("webhook"), actor).await?;
    let reply = Response::empty()?.with_status(204);
    reply::guard(&reply)?;
    Ok(reply)
}

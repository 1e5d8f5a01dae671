//! Signed links to the hosted page: made here, or by the shop itself with the site's link key.

use super::surveys::find;
use crate::directory;
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::{auth, body, clock, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::link::{self, LinkRequest};
use worker::Response;

#[derive(Serialize)]
struct Key {
    key: String,
}

#[derive(Serialize)]
struct IdentityKeys {
    key: String,
    order_key: String,
}

#[derive(Serialize)]
struct Link {
    url: String,
    expires_at: Option<String>,
}

/// `GET /v1/sites/{site}/link-key`. Whoever has it can answer for any order and any user, so it takes `admin`.
///
/// 1. The token, with `admin` — 401, 403
/// 2. The site — 404, 503
pub(crate) async fn key(call: &Call<'_>) -> Result<Response, Problem> {
    let id = call.site()?;
    auth::require(&call.request, call.env, call.now, Scope::Admin, id.as_str()).await?;
    let site = directory::site(call.env, &id, call.now).await?;
    Ok(reply::json(200, &Key { key: link::key(&site.secret) })?)
}

/// `GET /v1/sites/{site}/identity-key`, with which the site's server proves who a visitor is, and whose an order is.
///
/// 1. The token, with `admin` — 401, 403
/// 2. The site — 404, 503
pub(crate) async fn identity_key(call: &Call<'_>) -> Result<Response, Problem> {
    let id = call.site()?;
    auth::require(&call.request, call.env, call.now, Scope::Admin, id.as_str()).await?;
    let site = directory::site(call.env, &id, call.now).await?;
    let keys =
        IdentityKeys { key: link::identity_key(&site.secret), order_key: link::order_key(&site.secret) };
    Ok(reply::json(200, &keys)?)
}

/// `POST /v1/sites/{site}/surveys/{survey}/links`: a signed link. Nothing of it is kept.
///
/// 1. The token, with `survey:write` — 401, 403
/// 2. The body — 415, 413, 422
/// 3. The survey — 404, 503
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::SurveyWrite, site.as_str()).await?;
    let body = body::read_json(&call.request).await?;
    let request = LinkRequest::parse(&body).map_err(|faults| Problem::Invalid(Document::Link, faults))?;
    find(call.env, &site, &survey).await?;
    let key = link::key(&directory::site(call.env, &site, call.now).await?.secret);
    let query = request.query(&key, site.as_str(), survey.as_str(), call.now);
    let link = Link {
        url: format!("{}/h/{site}/{survey}?{query}", call.origin()?),
        expires_at: request.expires(call.now).map(|end| clock::rfc3339(end * 1000)),
    };
    Ok(reply::json(200, &link)?)
}

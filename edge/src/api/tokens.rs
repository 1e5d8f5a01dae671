//! `POST /v1/tokens`: a token for somebody else.

use crate::problem::{Document, Problem};
use crate::registry::tokens::{AddToken, StoredToken};
use crate::routes::Call;
use crate::{auth, body, registry, reply};
use serde::Serialize;
use sondeo_survey::access::{Scope, TokenRequest};
use worker::Response;

#[derive(Serialize)]
struct Reply {
    id: String,
    token: String,
    scopes: Vec<&'static str>,
    sites: Vec<String>,
    expires_at: Option<String>,
}

/// Makes a token. This reply alone shows it: only its hash is kept.
///
/// 1. The bearer's own token, with `admin` — 401, 403
/// 2. The body — 415, 413, 422
/// 3. Each site is one that the bearer reaches — 403
/// 4. The Registry — 201, 503
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let body = body::read_json(&mut call.request).await?;
    let request = TokenRequest::parse(&body).map_err(|faults| Problem::Invalid(Document::Token, faults))?;
    request.sites.iter().try_for_each(|site| bearer.may_reach(site.as_str()))?;
    let minted = auth::mint()?;
    let scopes: Vec<&str> = request.scopes.iter().map(|scope| scope.name()).collect();
    let sites: Vec<String> = request.sites.iter().map(ToString::to_string).collect();
    let token = StoredToken {
        hash: minted.hash,
        scopes: scopes.iter().map(ToString::to_string).collect(),
        sites: sites.clone(),
        expires_at: request.expires_at.map(jiff::Timestamp::as_millisecond),
    };
    registry::send(call.env, &AddToken { kid: minted.kid.clone(), token, actor: bearer.kid }).await?;
    let reply = Reply {
        id: minted.kid,
        token: minted.token,
        scopes,
        sites,
        expires_at: request.expires_at.map(|time| time.to_string()),
    };
    Ok(reply::json(201, &reply)?)
}

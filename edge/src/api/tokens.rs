//! `/v1/tokens`: tokens for others; their secrets are shown once.

use crate::auth::{Bearer, Minted};
use crate::problem::{Document, Problem};
use crate::registry::tokens::{AddToken, FindToken, ListTokens, RevokeToken, RotateToken, StoredToken};
use crate::routes::Call;
use crate::{auth, body, clock, registry, reply};
use serde::Serialize;
use sondeo_survey::access::{RotationRequest, Scope, TokenRequest};
use worker::Response;

#[derive(Serialize)]
struct Reply {
    id: String,
    token: String,
    scopes: Vec<String>,
    sites: Vec<String>,
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    former_until: Option<String>,
}

/// A token without its secret.
#[derive(Serialize)]
struct View {
    id: String,
    scopes: Vec<String>,
    sites: Vec<String>,
    created_at: String,
    expires_at: Option<String>,
    former_until: Option<String>,
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
    let Minted { token, kid, hash } = auth::mint(None)?;
    let scopes: Vec<String> = request.scopes.iter().map(|scope| scope.name().to_owned()).collect();
    let sites: Vec<String> = request.sites.iter().map(ToString::to_string).collect();
    let add = AddToken {
        kid: kid.clone(),
        hash,
        scopes: scopes.clone(),
        sites: sites.clone(),
        expires_at: request.expires_at.map(jiff::Timestamp::as_millisecond),
        actor: bearer.kid,
    };
    registry::send(call.env, &add).await?;
    let expires_at = request.expires_at.map(|time| time.to_string());
    Ok(reply::json(201, &Reply { id: kid, token, scopes, sites, expires_at, former_until: None })?)
}

/// `GET /v1/tokens`: those whose sites the bearer reaches, by when they were made.
///
/// 1. The token, with `admin` — 401, 403
/// 2. The Registry — 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let tokens = registry::send(call.env, &ListTokens {}).await?.into_iter();
    let tokens = tokens.filter(|token| has(&bearer, token)).map(|token| View {
        former_until: former_until(&token, call.now),
        id: token.kid,
        scopes: token.scopes,
        sites: token.sites,
        created_at: clock::rfc3339(token.created_at),
        expires_at: token.expires_at.map(clock::rfc3339),
    });
    Ok(reply::json(200, &reply::List::whole(tokens.collect()))?)
}

/// `DELETE /v1/tokens/{token}`: ends a token at once.
///
/// 1. The bearer's own token, with `admin` — 401, 403
/// 2. The token — 404, 503
/// 3. Each of its sites is one that the bearer reaches — 403
/// 4. The Registry — 204, 503
pub(crate) async fn delete(call: &Call<'_>) -> Result<Response, Problem> {
    let (bearer, token) = find(call).await?;
    registry::send(call.env, &RevokeToken { kid: token.kid, actor: bearer.kid }).await?;
    let reply = Response::empty()?.with_status(204);
    reply::guard(&reply)?;
    Ok(reply)
}

/// `POST /v1/tokens/{token}/rotate`: another secret under the same name. The one of before stays good for a while, one from
/// before that ends at once.
///
/// 1. The bearer's own token, with `admin` — 401, 403
/// 2. The body, if there is one — 415, 413, 422
/// 3. The token — 404, 503
/// 4. Each of its sites is one that the bearer reaches — 403
/// 5. The Registry — 200, 503
pub(crate) async fn rotate(call: &mut Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let request = rotation(call, Document::Token).await?;
    let (bearer, token) = find(call).await?;
    let Minted { token, kid, hash } = auth::mint(Some(token.kid))?;
    let rotate = RotateToken { kid, hash, overlap_seconds: request.overlap_seconds, actor: bearer.kid };
    let rotated = registry::send(call.env, &rotate).await?.ok_or(Problem::UnknownToken)?;
    let reply = Reply {
        token,
        former_until: former_until(&rotated, call.now),
        id: rotated.kid,
        scopes: rotated.scopes,
        sites: rotated.sites,
        expires_at: rotated.expires_at.map(clock::rfc3339),
    };
    Ok(reply::json(200, &reply)?)
}

/// How a secret is to be rotated; a request without a body asks for nothing in particular — 415, 413, 422
pub(super) async fn rotation(call: &mut Call<'_>, document: Document) -> Result<RotationRequest, Problem> {
    let body = if call.request.headers().has("Content-Type")? {
        body::read_json(&mut call.request).await?
    } else {
        Vec::new()
    };
    RotationRequest::parse(&body).map_err(|faults| Problem::Invalid(document, faults))
}

/// The bearer, and the token in the address.
async fn find(call: &Call<'_>) -> Result<(Bearer, StoredToken), Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let find = FindToken { kid: call.param("token").to_owned() };
    let token = registry::send(call.env, &find).await?.ok_or(Problem::UnknownToken)?;
    if has(&bearer, &token) { Ok((bearer, token)) } else { Err(Problem::Forbidden("It is for other sites")) }
}

fn has(bearer: &Bearer, token: &StoredToken) -> bool {
    // One without sites is nobody's in particular.
    let is_own = !token.sites.is_empty() && token.sites.iter().all(|site| bearer.reaches(site));
    is_own || bearer.may_reach_all().is_ok()
}

/// Until when the secret of before is good, if it still is.
fn former_until(token: &StoredToken, now: i64) -> Option<String> {
    token.former.as_ref().map(|(_, until)| *until).filter(|until| *until > now).map(clock::rfc3339)
}

//! `/v1/tokens`: tokens for others; their secrets are shown once.

use crate::auth::{Bearer, Minted};
use crate::problem::{Document, Problem};
use crate::registry::tokens::{AddToken, FindToken, ListTokens, RevokeToken, RotateToken, StoredToken};
use crate::routes::Call;
use crate::{auth, body, clock, registry, reply};
use serde::Serialize;
use sondeo_survey::access::{RotationRequest, Scope, TokenRequest};
use worker::{Env, Response};

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

impl Reply {
    fn of(token: String, stored: StoredToken, now: i64) -> Self {
        Self {
            token,
            former_until: former_until(&stored, now),
            id: stored.kid,
            scopes: stored.scopes,
            sites: stored.sites,
            expires_at: stored.expires_at.map(clock::rfc3339),
        }
    }
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
/// 2. The body — 415, 413
/// 3. What it asks for — 201, 403, 422, 503
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let body = body::read_json(&call.request).await?;
    let (token, stored) = create(call.env, &bearer, &body, call.now).await?;
    Ok(reply::json(201, &Reply::of(token, stored, call.now))?)
}

/// A new token, and what is kept of it.
///
/// 1. The request — 422
/// 2. Each site is one that the bearer reaches — 403
/// 3. The Registry — 503
pub(crate) async fn create(
    env: &Env,
    bearer: &Bearer,
    request: &[u8],
    now: i64,
) -> Result<(String, StoredToken), Problem> {
    let request = TokenRequest::parse(request).map_err(|faults| Problem::Invalid(Document::Token, faults))?;
    request.sites.iter().try_for_each(|site| bearer.may_reach(site.as_str()))?;
    let Minted { token, kid, hash } = auth::mint(None)?;
    let stored = StoredToken {
        kid,
        hash,
        former: None,
        scopes: request.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
        sites: request.sites.iter().map(ToString::to_string).collect(),
        created_at: now,
        expires_at: request.expires_at.map(jiff::Timestamp::as_millisecond),
    };
    let StoredToken { kid, hash, scopes, sites, expires_at, .. } = stored.clone();
    registry::send(env, &AddToken { kid, hash, scopes, sites, expires_at, actor: bearer.kid.clone() })
        .await?;
    Ok((token, stored))
}

/// `GET /v1/tokens`: those whose sites the bearer reaches, by when they were made.
///
/// 1. The token, with `admin` — 401, 403
/// 2. The Registry — 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let tokens = all(call.env, &bearer).await?.into_iter().map(|token| View {
        former_until: former_until(&token, call.now),
        id: token.kid,
        scopes: token.scopes,
        sites: token.sites,
        created_at: clock::rfc3339(token.created_at),
        expires_at: token.expires_at.map(clock::rfc3339),
    });
    Ok(reply::json(200, &reply::List::whole(tokens.collect()))?)
}

/// Those whose sites the bearer reaches, by when they were made — 503
pub(crate) async fn all(env: &Env, bearer: &Bearer) -> Result<Vec<StoredToken>, Problem> {
    let mut tokens = registry::send(env, &ListTokens {}).await?;
    tokens.retain(|token| has(bearer, token));
    Ok(tokens)
}

/// `DELETE /v1/tokens/{token}`: ends a token at once.
///
/// 1. The bearer's own token, with `admin` — 401, 403
/// 2. The token — 404, 503
/// 3. Each of its sites is one that the bearer reaches — 403
/// 4. The Registry — 204, 503
pub(crate) async fn delete(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    let token = find(call.env, &bearer, call.param("token")).await?;
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
    let (token, rotated) = renew(call.env, &bearer, call.param("token"), request).await?;
    Ok(reply::json(200, &Reply::of(token, rotated, call.now))?)
}

/// How a secret is to be rotated; a request without a body asks for nothing in particular — 415, 413, 422
pub(super) async fn rotation(call: &mut Call<'_>, document: Document) -> Result<RotationRequest, Problem> {
    let body = if call.request.headers().has("Content-Type")? {
        body::read_json(&call.request).await?
    } else {
        Vec::new()
    };
    RotationRequest::parse(&body).map_err(|faults| Problem::Invalid(document, faults))
}

/// Another secret for a token: steps 3 to 5.
pub(crate) async fn renew(
    env: &Env,
    bearer: &Bearer,
    kid: &str,
    request: RotationRequest,
) -> Result<(String, StoredToken), Problem> {
    let kid = find(env, bearer, kid).await?.kid;
    let Minted { token, kid, hash } = auth::mint(Some(kid))?;
    let overlap_seconds = request.overlap_seconds;
    let rotate = RotateToken { kid, hash, overlap_seconds, actor: bearer.kid.clone() };
    let rotated = registry::send(env, &rotate).await?.ok_or(Problem::UnknownToken)?;
    Ok((token, rotated))
}

/// A token by its name, if the bearer may do something about it — 404, 403, 503
pub(crate) async fn find(env: &Env, bearer: &Bearer, kid: &str) -> Result<StoredToken, Problem> {
    let token =
        registry::send(env, &FindToken { kid: kid.to_owned() }).await?.ok_or(Problem::UnknownToken)?;
    if has(bearer, &token) { Ok(token) } else { Err(Problem::Forbidden("It is for other sites")) }
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

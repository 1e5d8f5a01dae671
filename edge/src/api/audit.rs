//! `/v1/sites/{site}/audit` and `/v1/audit`: who did what.

use super::page::{self, Page};
use crate::problem::Problem;
use crate::registry::audit::ReadAudit;
use crate::routes::Call;
use crate::{auth, clock, registry, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use worker::Response;

#[derive(Serialize)]
struct View {
    at: String,
    actor: String,
    action: String,
    subject: String,
}

/// `GET /v1/sites/{site}/audit`: what was done to a site, newest first.
///
/// 1. The token, with `admin` — 401, 403
/// 2. `cursor` and `limit` — 422
/// 3. The Registry — 503
pub(crate) async fn of_site(call: &Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    auth::require(&call.request, call.env, call.now, Scope::Admin, site.as_str()).await?;
    read(call, Some(site.to_string())).await
}

/// `GET /v1/audit`: all, also what was done to tokens.
///
/// 1. The token, with `admin` on all sites — 401, 403
/// 2. As above
pub(crate) async fn of_all(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    bearer.may_reach_all()?;
    read(call, None).await
}

async fn read(call: &Call<'_>, site: Option<String>) -> Result<Response, Problem> {
    let Page { cursor, limit } =
        Page::read(call, |text| page::number::<i64>(text).filter(|number| *number < 1 << 53))?;
    let entries = registry::send(call.env, &ReadAudit { site, before: cursor, limit: limit + 1 }).await?;
    let list = page::list(entries, limit, |last| last.number.to_string());
    let list = list.map(|entry| View {
        at: clock::rfc3339(entry.at),
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
    });
    Ok(reply::json(200, &list)?)
}

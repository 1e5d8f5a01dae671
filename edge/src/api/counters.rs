//! `GET /v1/counters`

use crate::problem::Problem;
use crate::routes::Call;
use crate::{auth, counters, reply};
use sondeo_survey::access::Scope;
use worker::Response;

/// What this isolate has counted since it started; there are many isolates, and the log has the lines of all.
///
/// 1. The token, with `admin` for all sites, as it tells of all — 401, 403
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    bearer.may_reach_all()?;
    Ok(reply::json(200, &counters::now()?)?)
}

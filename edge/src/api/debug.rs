//! What only tests may ask for: nothing is here unless the variable `SONDEO_DEBUG` is `1`.

use super::period::{instant, parameters};
use super::surveys::shards;
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::{auth, reply};
use sondeo_survey::access::Scope;
use worker::{Env, Response};

/// Whether this is a collector under test.
pub(crate) fn is_on(env: &Env) -> bool {
    env.var("SONDEO_DEBUG").is_ok_and(|value| value.to_string() == "1")
}

/// `POST /debug/sites/{site}/surveys/{survey}/alarm?now=…`: all Shards run what is due at that time, as by alarm. It is
/// done when it answers, unless the alarm itself was at it.
///
/// 1. A collector under test — 404
/// 2. The token, with `admin` — 401, 403
/// 3. The survey — 404, 503
/// 4. The time — 422
pub(crate) async fn alarm(call: &Call<'_>) -> Result<Response, Problem> {
    if !is_on(call.env) {
        return Err(Problem::NotFound);
    }
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::Admin, site.as_str()).await?;
    let shards = shards(call.env, &site, &survey).await?;
    let now = match parameters(call)?.get("now") {
        None => call.now,
        Some(text) => {
            let fault = || {
                Problem::invalid(Document::Parameters, "/now", "must be a time such as 2026-01-31T10:00:00Z")
            };
            instant(text).ok_or_else(fault)?
        }
    };
    shards.run_due(now).await?;
    Ok(reply::json(200, &())?)
}

//! What only tests may ask for: nothing is here unless the variable `SONDEO_DEBUG` is `1`.

use super::period::{instant, parameters};
use super::surveys::{shards, shards_and_definition};
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::shard::fill::Fill;
use crate::{auth, reply};
use sondeo_survey::access::Scope;
use std::cell::OnceCell;
use std::collections::HashMap;
use worker::{Env, Response};

/// Whether this is a collector under test.
pub(crate) fn is_on(env: &Env) -> bool {
    thread_local! {
        static IS_ON: OnceCell<bool> = const { OnceCell::new() };
    }
    let look_up = || env.var("SONDEO_DEBUG").is_ok_and(|value| value.to_string() == "1");
    IS_ON.with(|is_on| *is_on.get_or_init(look_up))
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
    let now = time(&parameters(call)?, "now")?.unwrap_or(call.now);
    shards.run_due(now).await?;
    Ok(reply::json(200, &())?)
}

/// `POST /debug/sites/{site}/surveys/{survey}/fill?from=TIME&to=TIME&count=NUMBER&seed=NUMBER`: made-up answers, as if they
/// had come between the two times (`to` is now where it is not said). The same ones each time, so the same again fails.
///
/// 1. A collector under test — 404
/// 2. The token, with `admin` — 401, 403
/// 3. The survey — 404, 503
/// 4. The parameters — 422
/// 5. The Shards — 503
pub(crate) async fn fill(call: &Call<'_>) -> Result<Response, Problem> {
    if !is_on(call.env) {
        return Err(Problem::NotFound);
    }
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::Admin, site.as_str()).await?;
    let (shards, definition) = shards_and_definition(call.env, &site, &survey).await?;
    let parameters = parameters(call)?;
    let number = |name: &str| {
        let number = parameters.get(name).and_then(|text| text.parse::<u32>().ok());
        number.ok_or_else(|| {
            Problem::invalid(Document::Parameters, &format!("/{name}"), "must be a whole number")
        })
    };
    let (count, seed) = (number("count")?, number("seed")?);
    let to = time(&parameters, "to")?.unwrap_or(call.now);
    let from = time(&parameters, "from")?.unwrap_or(to);
    shards.fill(&Fill::new(&definition, shards.count(), count, seed, from, to)).await?;
    Ok(reply::json(200, &())?)
}

fn time(parameters: &HashMap<String, String>, name: &str) -> Result<Option<i64>, Problem> {
    let rule = "must be a time such as 2026-01-31T10:00:00Z";
    let read = |text: &String| {
        instant(text).ok_or_else(|| Problem::invalid(Document::Parameters, &format!("/{name}"), rule))
    };
    parameters.get(name).map(read).transpose()
}

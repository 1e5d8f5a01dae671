//! `GET /healthz`

use crate::archive;
use crate::problem::Problem;
use crate::registry::{self, sites::Ping};
use crate::routes::Call;
use crate::{limit, reply, rpc};
use worker::Response;

/// Whether the Worker runs and its Registry answers — 503 — and whether it has an archive, a rate limit and a jurisdiction.
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    registry::send(call.env, &Ping {}).await?;
    let archive = if archive::bucket(call.env).is_some() { "on" } else { "off" };
    let rate_limit = limit::state(call.env).name();
    let jurisdiction = rpc::jurisdiction(call.env);
    let health = serde_json::json!({
        "status": "ok", "archive": archive, "rate_limit": rate_limit, "jurisdiction": jurisdiction,
    });
    Ok(reply::json(200, &health)?)
}

//! `GET /healthz`

use crate::archive;
use crate::problem::Problem;
use crate::registry::{self, sites::Ping};
use crate::reply;
use crate::routes::Call;
use worker::Response;

/// Whether the Worker runs and its Registry answers — 503 — and whether it has an archive.
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    registry::send(call.env, &Ping {}).await?;
    let archive = if archive::bucket(call.env).is_some() { "on" } else { "off" };
    Ok(reply::json(200, &serde_json::json!({ "status": "ok", "archive": archive }))?)
}

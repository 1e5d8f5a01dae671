//! `GET /healthz`

use crate::problem::Problem;
use crate::registry::{self, sites::Ping};
use crate::reply;
use crate::routes::Call;
use worker::Response;

/// Whether the Worker runs and its Registry answers — 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    registry::send(call.env, &Ping {}).await?;
    Ok(reply::json(200, &serde_json::json!({ "status": "ok" }))?)
}

//! `GET /.well-known/gpc.json`: that this origin abides by Global Privacy Control.

use crate::problem::Problem;
use crate::reply;
use serde_json::json;
use worker::Response;

/// The day of the statement: what the specification becomes later does not change what was promised.
const LAST_UPDATE: &str = "2026-11-22";

/// The statement.
pub(crate) fn get() -> Result<Response, Problem> {
    let reply = reply::json(200, &json!({ "gpc": true, "lastUpdate": LAST_UPDATE }))?;
    reply.headers().set("Cache-Control", "public, max-age=86400")?;
    Ok(reply)
}

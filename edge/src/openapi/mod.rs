//! `GET /openapi.json`: the API as an OpenAPI 3.1 document, a file for each area of it. `edge/build.rs` makes one of them, by
//! `compose.rs`.

#[cfg(test)]
mod tests;

use crate::problem::Problem;
use worker::Response;

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

/// The document; any page may read it.
pub(crate) fn get() -> Result<Response, Problem> {
    let reply = Response::from_bytes(DOCUMENT.into())?;
    let headers = reply.headers();
    headers.set("Content-Type", "application/json")?;
    headers.set("Cache-Control", "public, max-age=300")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    headers.set("Access-Control-Allow-Origin", "*")?;
    Ok(reply)
}

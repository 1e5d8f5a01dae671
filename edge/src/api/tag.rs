//! `GET /v1/sites/{site}/tag`

use crate::problem::Problem;
use crate::routes::Call;
use crate::{auth, directory, reply};
use serde::Serialize;
use worker::Response;

#[derive(Serialize)]
struct Tags {
    /// Stays as it is.
    tag: String,
    /// Another one with every publication, and with every release of the collector.
    pinned: String,
    /// The integrity in it.
    integrity: String,
}

/// What to paste into pages.
///
/// 1. The token, of any scope — 401, 403
/// 2. The site, as the Registry has it now: what another isolate still keeps has another integrity — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let id = call.site()?;
    auth::bearer(&call.request, call.env, call.now).await?.may_reach(id.as_str())?;
    directory::forget(&id);
    let site = directory::site(call.env, &id, call.now).await?;
    let integrity = directory::integrity(directory::pinned(&id, &site).as_bytes());
    // Another address for another form, so that no cache has an older one.
    let version: String =
        integrity.chars().skip("sha256-".len()).filter(char::is_ascii_alphanumeric).take(8).collect();
    let base = format!("{}/s/{id}", call.origin()?);
    let tags = Tags {
        tag: plain(&call.origin()?, id.as_str()),
        pinned: format!(
            r#"<script async src="{base}/pinned.js?{version}" integrity="{integrity}" crossorigin="anonymous"></script>"#
        ),
        integrity,
    };
    Ok(reply::json(200, &tags)?)
}

/// The tag of a site on a collector with this origin.
pub(crate) fn plain(origin: &str, site: &str) -> String {
    format!(r#"<script async src="{origin}/s/{site}.js"></script>"#)
}

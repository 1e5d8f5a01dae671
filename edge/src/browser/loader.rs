//! `GET /s/{site}.js`, `GET /s/{site}/pinned.js`

use super::embeddable;
use crate::directory;
use crate::problem::Problem;
use crate::routes::Call;
use worker::{Headers, Response};

/// The loader with the site's live surveys inside; without any it is still a valid script that does nothing.
///
/// 1. The site, from the cache or the Registry — 404, 503
/// 2. What the browser has already — 304
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let known = call.request.headers().get("If-None-Match")?.is_some_and(|tags| matches(&tags, &site.etag));
    let reply = if known {
        Response::empty()?.with_status(304)
    } else {
        Response::from_bytes(site.script.clone().into_bytes())?
    };
    let headers = reply.headers();
    headers.set("ETag", &site.etag)?;
    describe(headers)?;
    Ok(reply)
}

/// The form of the loader for pages whose tag says its integrity: what it loads is checked, too.
///
/// 1. The site, from the cache or the Registry — 404, 503
pub(crate) async fn pinned(call: &Call<'_>) -> Result<Response, Problem> {
    let id = call.site()?;
    let site = directory::site(call.env, &id, call.now).await?;
    let reply = Response::from_bytes(directory::pinned(&id, &site).into_bytes())?;
    describe(reply.headers())?;
    Ok(reply)
}

fn describe(headers: &Headers) -> Result<(), Problem> {
    headers.set("Content-Type", "text/javascript; charset=utf-8")?;
    // A change of a survey reaches visitors within 60 s; for ten minutes more an old script beats waiting.
    headers.set("Cache-Control", "public, max-age=60, stale-while-revalidate=600")?;
    embeddable(headers)?;
    Ok(())
}

/// Weak comparison (RFC 9110 §13.1.2): a proxy that compresses weakens the tag.
fn matches(header: &str, etag: &str) -> bool {
    header.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn tags_compare_weakly() {
        for (header, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            assert_eq!(matches(header, "\"a\""), expected, "{header}");
        }
    }
}

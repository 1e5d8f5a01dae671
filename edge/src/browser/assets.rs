//! `GET /a/{hash}/{file}`

use super::{embeddable, widget};
use crate::accept;
use crate::problem::Problem;
use crate::routes::Call;
use worker::{EncodeBody, Response};

/// A file of the widget, under the hash of its build.
///
/// After an upgrade, pages with a loader up to eleven minutes old (see [`super::loader`]) ask for the old hash. They
/// get 404 and show no survey: the new card does not read an old loader's surveys for sure, and a card that breaks
/// is worse than one that waits. `no-store` keeps that answer out of caches.
///
/// 1. The hash is this build's, and the file is one of it — 404
/// 2. Brotli where the browser takes it
pub(crate) fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let file = widget::FILES.iter().find(|file| file.name == call.param("file"));
    let file = file.filter(|_| call.param("hash") == widget::HASH).ok_or(Problem::NotFound);
    let file = match file {
        Ok(file) => file,
        Err(problem) => {
            let reply = problem.reply()?;
            embeddable(reply.headers())?;
            return Ok(reply);
        }
    };
    let accepted = call.request.headers().get("Accept-Encoding")?.unwrap_or_default();
    let reply = if let Some(brotli) = file.brotli.filter(|_| accept::takes(&accepted, "br")) {
        let reply = Response::from_bytes(brotli.to_vec())?.with_encode_body(EncodeBody::Manual);
        reply.headers().set("Content-Encoding", "br")?;
        reply
    } else {
        Response::from_bytes(file.raw.to_vec())?
    };
    let headers = reply.headers();
    headers.set("Content-Type", file.media_type)?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    headers.set("Vary", "Accept-Encoding")?;
    embeddable(headers)?;
    Ok(reply)
}

/// The declarations for pages in TypeScript, as this build has them: people and tools fetch them where no hash is
/// known. As they are: not all of those tools take what is compressed.
pub(crate) fn declarations() -> Result<Response, Problem> {
    let file = widget::FILES.iter().find(|file| file.name == "sondeo.d.ts").ok_or(Problem::NotFound)?;
    let reply = Response::from_bytes(file.raw.to_vec())?;
    let headers = reply.headers();
    headers.set("Content-Type", file.media_type)?;
    headers.set("Cache-Control", "public, max-age=3600")?;
    embeddable(headers)?;
    Ok(reply)
}

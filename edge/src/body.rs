//! Reads a request's body: only types that are asked for, and never more than the limit.

use crate::incoming::Request;
use crate::problem::Problem;
use futures_util::StreamExt;

/// Checks that the body's type is one of `accepted`, whatever its parameters; `named` is how a refusal lists them.
pub(crate) fn check_type(request: &Request, accepted: &[&str], named: &'static str) -> Result<(), Problem> {
    let header = request.headers().get("Content-Type")?.unwrap_or_default();
    let essence = header.split(';').next().unwrap_or_default().trim();
    if accepted.iter().any(|media_type| essence.eq_ignore_ascii_case(media_type)) {
        Ok(())
    } else {
        Err(Problem::UnsupportedMediaType(named))
    }
}

/// A definition with the words of fifty languages is 100 KB.
const OWNERS_BYTES: usize = 256 * 1024;

/// The whole body, at most `most` bytes of it.
pub(crate) async fn read(request: &Request, most: usize) -> Result<Vec<u8>, Problem> {
    let length = request.headers().get("Content-Length")?;
    if let Some(length) = length.and_then(|length| length.parse::<usize>().ok()) {
        // HTTP delivers no more than was announced.
        return match length {
            0 => Ok(Vec::new()),
            length if length <= most => Ok(request.bytes().await?),
            _ => Err(Problem::BodyTooLarge(most)),
        };
    }
    // Without an announced length (chunked): count what comes. No stream is no body.
    let Some(mut stream) = request.stream() else { return Ok(Vec::new()) };
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk?);
        if body.len() > most {
            return Err(Problem::BodyTooLarge(most));
        }
    }
    Ok(body)
}

/// A JSON body of the owner's API.
pub(crate) async fn read_json(request: &Request) -> Result<Vec<u8>, Problem> {
    check_type(request, &["application/json"], "application/json")?;
    read(request, OWNERS_BYTES).await
}

/// Reads what was sent and not asked for, unless it is much: a reply before the end of the request resets the
/// connection, and the caller's next request on it is lost.
pub(crate) async fn drain(request: &Request) {
    if request.inner().body_used() {
        return;
    }
    let length = request.headers().get("Content-Length").ok().flatten();
    if length.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > OWNERS_BYTES) {
        return;
    }
    let Some(mut stream) = request.stream() else { return };
    let mut seen = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        seen += chunk.len();
        if seen > OWNERS_BYTES {
            return;
        }
    }
}

//! Replies of the API.

use serde::Serialize;
use worker::Response;

/// A JSON document that nobody keeps.
pub(crate) fn json(status: u16, body: &impl Serialize) -> worker::Result<Response> {
    json_as("application/json", status, body)
}

/// [`json`] under another media type.
pub(crate) fn json_as(media_type: &str, status: u16, body: &impl Serialize) -> worker::Result<Response> {
    let reply = Response::from_bytes(serde_json::to_vec(body)?)?.with_status(status);
    reply.headers().set("Content-Type", media_type)?;
    guard(&reply)?;
    Ok(reply)
}

/// What every reply of the API says: keep no copy, and take the type at its word.
pub(crate) fn guard(reply: &Response) -> worker::Result<()> {
    reply.headers().set("Cache-Control", "no-store")?;
    reply.headers().set("X-Content-Type-Options", "nosniff")
}

/// A list. `next` is null where it ends.
#[derive(Serialize)]
pub(crate) struct List<T> {
    /// What it holds.
    pub(crate) items: Vec<T>,
    /// Where it goes on.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// A list that is complete.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// The same list of other things.
    pub(crate) fn map<U>(self, other: impl Fn(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(other).collect(), next: self.next }
    }
}

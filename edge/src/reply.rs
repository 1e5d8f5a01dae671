//! Replies of the API.

use serde::Serialize;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::{Headers, Response, ResponseBody, web_sys};

/// What every reply of the API says: keep no copy, and take the type at its word.
const GUARD: [(&str, &str); 2] = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")];

#[wasm_bindgen(inline_js = r"
// An object and no list of pairs: the runtime asks for each item of a list by a call of its own.
const named = lines => Object.fromEntries(lines.split('\n').map(line => line.split('\t')));
export const headersOf = lines => new Headers(named(lines));
// Most replies have the headers of others. A reply copies them.
const known = new Map();
export const replyOf = (body, status, lines) => {
  let headers = known.get(lines);
  if (!headers) {
    headers = headersOf(lines);
    if (known.size > 99) known.clear();
    known.set(lines, headers);
  }
  return new Response(body, { status, headers });
};
")]
#[allow(unsafe_code, reason = "what the macro expands to")]
extern "C" {
    #[wasm_bindgen(catch, js_name = headersOf)]
    fn headers_of(lines: &str) -> Result<web_sys::Headers, JsValue>;
    #[wasm_bindgen(catch, js_name = replyOf)]
    fn reply_of(body: &str, status: u16, lines: &str) -> Result<web_sys::Response, JsValue>;
}

/// Headers, made in one step: each of those that are set one by one takes as long as all of these. No two of one name.
pub(crate) fn headers(pairs: &[(&str, &str)]) -> worker::Result<Headers> {
    Ok(Headers(headers_of(&lines(pairs))?))
}

fn lines(pairs: &[(&str, &str)]) -> String {
    let mut lines = String::with_capacity(256);
    for (name, value) in pairs {
        for part in [if lines.is_empty() { "" } else { "\n" }, name, "\t", value] {
            lines.push_str(part);
        }
    }
    lines
}

/// [`json`] with more headers, made in one step: for what is replied to often.
pub(crate) fn json_at_once(
    status: u16,
    body: &impl Serialize,
    more: &[(&str, &str)],
) -> worker::Result<web_sys::Response> {
    let pairs = [&[("Content-Type", "application/json")], &GUARD[..], more].concat();
    Ok(reply_of(&serde_json::to_string(body)?, status, &lines(&pairs))?)
}

/// A JSON document that nobody keeps.
pub(crate) fn json(status: u16, body: &impl Serialize) -> worker::Result<Response> {
    json_as("application/json", status, body, &[])
}

/// [`json`] under another media type, and with more headers.
pub(crate) fn json_as(
    media_type: &str,
    status: u16,
    body: &impl Serialize,
    more: &[(&str, &str)],
) -> worker::Result<Response> {
    let mut pairs = vec![("Content-Type", media_type)];
    pairs.extend(GUARD);
    pairs.extend(more);
    let reply = Response::from_body(ResponseBody::Body(serde_json::to_vec(body)?))?;
    Ok(reply.with_status(status).with_headers(headers(&pairs)?))
}

/// Adds what every reply of the API says.
pub(crate) fn guard(reply: &Response) -> worker::Result<()> {
    GUARD.iter().try_for_each(|(name, value)| reply.headers().set(name, value))
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

//! Compressed files, by the platform's own means.

use crate::incoming::Request;
use crate::problem::Problem;
use worker::js_sys::{Array, Function, Reflect, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{ReadableStream, ReadableWritablePair};
use worker::{Response, ResponseBody};

/// What the client said of it: the platform puts its own in place of that, and keeps it elsewhere.
pub(super) fn accepted(request: &Request) -> Result<Option<String>, Problem> {
    let said = Reflect::get(request.inner(), &"cf".into())
        .and_then(|cf| Reflect::get(&cf, &"clientAcceptEncoding".into()))
        .ok()
        .and_then(|said| said.as_string());
    Ok(said.or(request.headers().get("Accept-Encoding")?))
}

/// The same reply, its body compressed for good.
pub(super) fn file(reply: Response) -> Result<Response, Problem> {
    let headers = reply.headers().clone();
    let compressed = compress(reply).map_err(|error| Problem::Internal(format!("gzip: {error:?}")))?;
    Ok(Response::from_body(ResponseBody::Stream(compressed))?.with_headers(headers))
}

fn compress(reply: Response) -> Result<ReadableStream, JsValue> {
    let reply: worker::web_sys::Response = reply.into();
    let body = reply.body().ok_or("no body")?;
    let constructor = Reflect::get(&global(), &"CompressionStream".into())?;
    let constructor: &Function = constructor.dyn_ref().ok_or("no CompressionStream")?;
    let stream = Reflect::construct(constructor, &Array::of1(&"gzip".into()))?;
    let pair: ReadableWritablePair = stream.unchecked_into();
    Ok(body.pipe_through(&pair))
}

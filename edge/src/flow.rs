//! Bytes that go out or come in part by part. Either way there is one buffer in JavaScript, which serves for all parts: where
//! each part has its own, JavaScript lets them lie until they are some 32 MB. And each waits until the one before was taken.
//!
//! The larger the buffer, the less is left behind: of each part, the runtime's promises leave 1 KB where it goes out and 2 KB
//! where it comes in, which only a full collection finds.
#![allow(unsafe_code, reason = "what the macro of `wasm-bindgen` expands to")]

use futures_util::stream::{self, LocalBoxStream, StreamExt};
use worker::js_sys::{Promise, Uint8Array};
use worker::wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::ReadableStream;
use worker::{Response, ResponseBody};

#[wasm_bindgen(inline_js = r#"
export class Outflow {
  constructor(size) {
    const { readable, writable } = new IdentityTransformStream();
    this.readable = readable;
    this.writer = writable.getWriter();
    this.buffer = new Uint8Array(size);
  }
  write(bytes) {
    this.buffer.set(bytes);
    return this.writer.write(this.buffer.subarray(0, bytes.length));
  }
  get size() {
    return this.buffer.length;
  }
  close() {
    return this.writer.close();
  }
  abort(reason) {
    return this.writer.abort(reason);
  }
}
export class Inflow {
  constructor(body, size) {
    this.reader = body.getReader({ mode: "byob" });
    this.buffer = new ArrayBuffer(size);
  }
  async read() {
    const { done, value } = await this.reader.read(new Uint8Array(this.buffer));
    this.buffer = value?.buffer;
    return done ? undefined : value;
  }
  cancel() {
    this.reader.cancel().catch(() => {});
  }
}
"#)]
extern "C" {
    /// The body of a reply that is written while it is sent.
    pub(crate) type Outflow;
    /// With a buffer of so many bytes.
    #[wasm_bindgen(constructor)]
    pub(crate) fn new(size: usize) -> Outflow;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Outflow) -> usize;
    #[wasm_bindgen(method, getter)]
    fn readable(this: &Outflow) -> ReadableStream;
    /// The bytes are copied at once.
    #[wasm_bindgen(method, js_name = write)]
    fn write_part(this: &Outflow, bytes: &[u8]) -> Promise;
    #[wasm_bindgen(method)]
    fn close(this: &Outflow) -> Promise;
    #[wasm_bindgen(method)]
    fn abort(this: &Outflow, reason: &str) -> Promise;

    type Inflow;
    #[wasm_bindgen(constructor)]
    fn of(body: ReadableStream, size: usize) -> Inflow;
    #[wasm_bindgen(method)]
    fn read(this: &Inflow) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &Inflow);
}

impl Outflow {
    /// The reply with this body.
    pub(crate) fn reply(&self) -> worker::Result<Response> {
        Response::from_body(ResponseBody::Stream(self.readable()))
    }

    /// Waits until all of it was taken. Fails where nobody takes any more.
    pub(crate) async fn write(&self, bytes: &[u8]) -> Result<(), JsValue> {
        for part in bytes.chunks(self.size().max(1)) {
            JsFuture::from(self.write_part(part)).await?;
        }
        Ok(())
    }

    /// Says that this was all, or breaks off.
    pub(crate) async fn end(&self, broken: Option<String>) {
        let end = match broken {
            Some(reason) => self.abort(&reason),
            None => self.close(),
        };
        // Whoever has gone away is told nothing.
        let _ = JsFuture::from(end).await;
    }
}

/// Lets the sender know that nobody reads on.
struct Open(Inflow);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// A body's bytes, at most so many at once.
pub(crate) fn parts(body: ReadableStream, most: usize) -> LocalBoxStream<'static, worker::Result<Vec<u8>>> {
    let read = async |open: Open| {
        let part = JsFuture::from(open.0.read()).await?;
        let part = part.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
        Ok(part.map(|part| (part, open)))
    };
    stream::try_unfold(Open(Inflow::of(body, most)), read).boxed_local()
}

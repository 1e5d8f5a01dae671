//! The collector: a Worker that takes answers in, keeps them in Durable Objects, and gives them out.
//!
//! `routes` is the map; below `api` and `browser` each address has its file. The rules themselves are in
//! `sondeo_survey`; what is here speaks HTTP and SQL.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a panic ends every request of the isolate, not only its own"
    )
)]

mod accept;
mod api;
mod archive;
mod auth;
mod body;
mod browser;
mod challenge;
mod clock;
mod console;
mod counters;
mod device;
mod directory;
mod flow;
mod hooks;
mod hosted;
mod incoming;
mod limit;
mod log;
mod openapi;
mod outward;
mod problem;
mod registry;
mod reply;
mod respondent;
mod routes;
mod rpc;
mod shard;
mod sql;
mod zone;

use incoming::Request;
use worker::wasm_bindgen::{self, prelude::wasm_bindgen};
use worker::{Context, Env, event, web_sys};

/// What is ready runs by a promise. The platform's own `queueMicrotask`, which is what `wasm-bindgen` calls otherwise, goes
/// through its C++ each time; an answer has six such steps, and it took a twentieth of its time. What fails is thrown by the
/// platform's own all the same: by the event of that, `worker-build`'s script knows that Wasm has to start anew.
#[wasm_bindgen(inline_js = r"
const queue = globalThis.queueMicrotask.bind(globalThis);
const ready = Promise.resolve();
export const runByPromise = () => {
  let known, runs;
  globalThis.queueMicrotask = run => {
    if (run !== known) {
      known = run;
      runs = () => {
        try {
          run();
        } catch (error) {
          queue(() => { throw error; });
        }
      };
    }
    ready.then(runs);
  };
};
")]
#[allow(unsafe_code, reason = "what the macro expands to")]
extern "C" {
    #[wasm_bindgen(js_name = runByPromise)]
    fn run_by_promise();
}

#[event(start)]
fn start() {
    run_by_promise();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    routes::answer(request, &env, &context).await
}

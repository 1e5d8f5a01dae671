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
mod hooks;
mod hosted;
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

use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    routes::answer(request, &env, &context).await
}

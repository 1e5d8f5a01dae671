//! The Registry: one Durable Object that knows sites, surveys with their versions, tokens, and who changed what.
#![allow(unsafe_code, reason = "what the macro of the `worker` crate expands to")]

pub(crate) mod audit;
pub(crate) mod erasures;
pub(crate) mod live;
mod schema;
pub(crate) mod sites;
pub(crate) mod surveys;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
pub(crate) mod webhooks;

use crate::problem::Problem;
use crate::rpc::{self, Command};
use crate::sql;
use std::cell::Cell;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object};

/// The object.
#[durable_object(fetch)]
pub struct Registry {
    sql: SqlStorage,
    ready: Cell<bool>,
}

impl DurableObject for Registry {
    fn new(state: State, _env: Env) -> Self {
        Self { sql: state.storage().sql(), ready: Cell::new(false) }
    }

    async fn fetch(&self, _request: Request) -> worker::Result<Response> {
        Response::error("An object is called, see rpc.rs", 404)
    }
}

#[wasm_bindgen]
impl Registry {
    /// Does what a message says: see [`rpc::said`].
    #[must_use]
    pub fn call(&self, path: &str, message: &[u8]) -> JsValue {
        rpc::said(self.run(path, message))
    }
}

impl Registry {
    fn run(&self, path: &str, message: &[u8]) -> Result<Vec<u8>, sql::Error> {
        if !self.ready.get() {
            sql::open(&self.sql, &schema::VERSIONS)?;
            self.ready.set(true);
        }
        match path {
            sites::Ping::PATH => rpc::serve::<sites::Ping>(&self.sql, message),
            sites::PutSite::PATH => rpc::serve::<sites::PutSite>(&self.sql, message),
            sites::GetSite::PATH => rpc::serve::<sites::GetSite>(&self.sql, message),
            sites::ListSites::PATH => rpc::serve::<sites::ListSites>(&self.sql, message),
            surveys::PutSurvey::PATH => rpc::serve::<surveys::PutSurvey>(&self.sql, message),
            surveys::GetSurvey::PATH => rpc::serve::<surveys::GetSurvey>(&self.sql, message),
            surveys::ListSurveys::PATH => rpc::serve::<surveys::ListSurveys>(&self.sql, message),
            surveys::ListShards::PATH => rpc::serve::<surveys::ListShards>(&self.sql, message),
            surveys::ListVersions::PATH => rpc::serve::<surveys::ListVersions>(&self.sql, message),
            surveys::Publish::PATH => rpc::serve::<surveys::Publish>(&self.sql, message),
            surveys::Pause::PATH => rpc::serve::<surveys::Pause>(&self.sql, message),
            tokens::AddToken::PATH => rpc::serve::<tokens::AddToken>(&self.sql, message),
            tokens::FindToken::PATH => rpc::serve::<tokens::FindToken>(&self.sql, message),
            webhooks::ListWebhooks::PATH => rpc::serve::<webhooks::ListWebhooks>(&self.sql, message),
            webhooks::AddWebhook::PATH => rpc::serve::<webhooks::AddWebhook>(&self.sql, message),
            webhooks::ChangeWebhook::PATH => rpc::serve::<webhooks::ChangeWebhook>(&self.sql, message),
            webhooks::RotateSecret::PATH => rpc::serve::<webhooks::RotateSecret>(&self.sql, message),
            webhooks::DeleteWebhook::PATH => rpc::serve::<webhooks::DeleteWebhook>(&self.sql, message),
            tokens::ListTokens::PATH => rpc::serve::<tokens::ListTokens>(&self.sql, message),
            tokens::RevokeToken::PATH => rpc::serve::<tokens::RevokeToken>(&self.sql, message),
            tokens::RotateToken::PATH => rpc::serve::<tokens::RotateToken>(&self.sql, message),
            erasures::BeginErasure::PATH => rpc::serve::<erasures::BeginErasure>(&self.sql, message),
            erasures::NoteErasure::PATH => rpc::serve::<erasures::NoteErasure>(&self.sql, message),
            erasures::GetErasures::PATH => rpc::serve::<erasures::GetErasures>(&self.sql, message),
            audit::ReadAudit::PATH => rpc::serve::<audit::ReadAudit>(&self.sql, message),
            audit::Note::PATH => rpc::serve::<audit::Note>(&self.sql, message),
            live::GetLive::PATH => rpc::serve::<live::GetLive>(&self.sql, message),
            path => Err(sql::Error(format!("no command {path}"))),
        }
    }
}

/// Asks the Registry.
pub(crate) async fn send<C: Command>(env: &Env, command: &C) -> Result<C::Reply, Problem> {
    rpc::send(env, "REGISTRY", "registry", command).await
}

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
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object, wasm_bindgen};

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

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        if !self.ready.get() {
            if let Err(error) = sql::open(&self.sql, &schema::VERSIONS) {
                return rpc::failed(&error);
            }
            self.ready.set(true);
        }
        match request.path().as_str() {
            sites::Ping::PATH => rpc::serve::<sites::Ping>(&self.sql, request).await,
            sites::PutSite::PATH => rpc::serve::<sites::PutSite>(&self.sql, request).await,
            sites::GetSite::PATH => rpc::serve::<sites::GetSite>(&self.sql, request).await,
            sites::ListSites::PATH => rpc::serve::<sites::ListSites>(&self.sql, request).await,
            surveys::PutSurvey::PATH => rpc::serve::<surveys::PutSurvey>(&self.sql, request).await,
            surveys::GetSurvey::PATH => rpc::serve::<surveys::GetSurvey>(&self.sql, request).await,
            surveys::ListSurveys::PATH => rpc::serve::<surveys::ListSurveys>(&self.sql, request).await,
            surveys::ListShards::PATH => rpc::serve::<surveys::ListShards>(&self.sql, request).await,
            surveys::ListVersions::PATH => rpc::serve::<surveys::ListVersions>(&self.sql, request).await,
            surveys::Publish::PATH => rpc::serve::<surveys::Publish>(&self.sql, request).await,
            surveys::Pause::PATH => rpc::serve::<surveys::Pause>(&self.sql, request).await,
            tokens::AddToken::PATH => rpc::serve::<tokens::AddToken>(&self.sql, request).await,
            tokens::FindToken::PATH => rpc::serve::<tokens::FindToken>(&self.sql, request).await,
            webhooks::ListWebhooks::PATH => rpc::serve::<webhooks::ListWebhooks>(&self.sql, request).await,
            webhooks::AddWebhook::PATH => rpc::serve::<webhooks::AddWebhook>(&self.sql, request).await,
            webhooks::ChangeWebhook::PATH => rpc::serve::<webhooks::ChangeWebhook>(&self.sql, request).await,
            webhooks::RotateSecret::PATH => rpc::serve::<webhooks::RotateSecret>(&self.sql, request).await,
            webhooks::DeleteWebhook::PATH => rpc::serve::<webhooks::DeleteWebhook>(&self.sql, request).await,
            tokens::ListTokens::PATH => rpc::serve::<tokens::ListTokens>(&self.sql, request).await,
            tokens::RevokeToken::PATH => rpc::serve::<tokens::RevokeToken>(&self.sql, request).await,
            tokens::RotateToken::PATH => rpc::serve::<tokens::RotateToken>(&self.sql, request).await,
            erasures::BeginErasure::PATH => rpc::serve::<erasures::BeginErasure>(&self.sql, request).await,
            erasures::NoteErasure::PATH => rpc::serve::<erasures::NoteErasure>(&self.sql, request).await,
            erasures::GetErasures::PATH => rpc::serve::<erasures::GetErasures>(&self.sql, request).await,
            audit::ReadAudit::PATH => rpc::serve::<audit::ReadAudit>(&self.sql, request).await,
            audit::Note::PATH => rpc::serve::<audit::Note>(&self.sql, request).await,
            live::GetLive::PATH => rpc::serve::<live::GetLive>(&self.sql, request).await,
            path => rpc::failed(&sql::Error(format!("no command {path}"))),
        }
    }
}

/// Asks the Registry.
pub(crate) async fn send<C: Command>(env: &Env, command: &C) -> Result<C::Reply, Problem> {
    rpc::send(env, "REGISTRY", "registry", command).await
}

//! A Shard: one Durable Object with a part of one survey's responses, all answers of a respondent among them.
#![allow(unsafe_code, reason = "what the macro of the `worker` crate expands to")]

pub(crate) mod count;
pub(crate) mod read;
mod schema;
pub(crate) mod submit;

use crate::problem::Problem;
use crate::rpc::{self, Command};
use crate::sql;
use futures_util::future;
use std::cell::Cell;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object, wasm_bindgen};

/// The object.
#[durable_object(fetch)]
pub struct Shard {
    sql: SqlStorage,
    ready: Cell<bool>,
}

impl DurableObject for Shard {
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
            submit::Submit::PATH => rpc::serve::<submit::Submit>(&self.sql, request).await,
            read::Page::PATH => rpc::serve::<read::Page>(&self.sql, request).await,
            read::Find::PATH => rpc::serve::<read::Find>(&self.sql, request).await,
            read::AttributeNames::PATH => rpc::serve::<read::AttributeNames>(&self.sql, request).await,
            count::CountScores::PATH => rpc::serve::<count::CountScores>(&self.sql, request).await,
            path => rpc::failed(&sql::Error(format!("no command {path}"))),
        }
    }
}

/// The shards of one survey.
#[derive(Debug, Clone)]
pub(crate) struct Shards {
    env: Env,
    survey: String,
    count: u16,
}

impl Shards {
    /// `count` is fixed when a survey is created.
    pub(crate) fn new(env: &Env, site: &str, survey: &str, count: u16) -> Self {
        Self { env: env.clone(), survey: format!("{site}/{survey}"), count }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u16 {
        self.count
    }

    /// Asks one.
    pub(crate) async fn send<C: Command>(&self, shard: u16, command: &C) -> Result<C::Reply, Problem> {
        rpc::send(&self.env, "SHARD", &format!("{}/{shard}", self.survey), command).await
    }

    /// Asks all at once. One that does not answer fails the whole: a part would be taken for all.
    pub(crate) async fn send_all<C: Command>(&self, command: &C) -> Result<Vec<C::Reply>, Problem> {
        future::try_join_all((0..self.count).map(|shard| self.send(shard, command))).await
    }
}

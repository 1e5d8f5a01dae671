//! A Shard: one Durable Object with a part of one survey's responses, all answers of a respondent among them.
#![allow(unsafe_code, reason = "what the macro of the `worker` crate expands to")]

pub(crate) mod alarm;
mod archiving;
mod bulk;
pub(crate) mod count;
pub(crate) mod erase;
pub(crate) mod exposure;
pub(crate) mod fill;
mod guard;
pub(crate) mod handle;
pub(crate) mod outbox;
pub(crate) mod read;
mod retention;
pub(crate) mod schema;
pub(crate) mod submit;

use crate::problem::Problem;
use crate::rpc::{self, Command};
use crate::sql;
use alarm::{Alarm, Name, RunDue};
use count::memory::{Changed, Memory};
use futures_util::future;
use futures_util::lock::Mutex;
use guard::Guard;
use serde::{Deserialize, Serialize};
use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::web_sys::ReadableStream;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object};

/// The object.
#[durable_object(alarm)]
pub struct Shard {
    store: Rc<Store>,
}

/// What it has, and what of it outlives a call.
struct Store {
    state: State,
    env: Env,
    sql: SqlStorage,
    awake: OnceCell<(Alarm, Name)>,
    /// Held while it wakes up.
    waking: Mutex<()>,
    guard: RefCell<Guard>,
    memory: RefCell<Memory>,
}

/// The reply of a command, and whether it may have made something due.
type Done = (Result<Vec<u8>, sql::Error>, bool);

#[wasm_bindgen]
impl Shard {
    /// Does what a message says: see [`rpc::said`]. Most commands wait for nothing, and then no promise is made, nor a task.
    #[must_use]
    pub fn call(&self, path: String, message: Vec<u8>) -> JsValue {
        let store = Rc::clone(&self.store);
        let is_awake = store.awake.get().is_some() && path != RunDue::PATH;
        match is_awake.then(|| store.command(&path, &message)) {
            Some((reply, false)) => rpc::said(reply),
            done => rpc::later(async move { store.finish(done, &path, &message).await }),
        }
    }
}

impl DurableObject for Shard {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        let (awake, waking) = (OnceCell::new(), Mutex::new(()));
        let (guard, memory) = (RefCell::default(), RefCell::default());
        Self { store: Rc::new(Store { state, env, sql, awake, waking, guard, memory }) }
    }

    /// For what comes as a stream; all else is called.
    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let streamed = async {
            self.store.wake().await?;
            let message = request.bytes().await?;
            match request.path().as_str() {
                read::STREAM => read::stream(&self.store.sql, rpc::read(&message)?),
                path => Err(sql::Error(format!("no stream {path}"))),
            }
        };
        streamed.await.or_else(|error| rpc::failed(&error))
    }

    /// Never fails: the runtime gives up an alarm that does so some times.
    async fn alarm(&self) -> worker::Result<Response> {
        let Store { state, env, sql, .. } = &*self.store;
        let rung = async {
            let (alarm, name) = self.store.wake().await?;
            alarm.ring(sql, env, name).await
        };
        if let Err(error) = rung.await {
            alarm::log_asleep(&error);
            Alarm::later(&state.storage()).await?;
        }
        Response::empty()
    }
}

impl Store {
    /// What is left to do of a call, all of it where nothing is `done`. The reply of what may have made something due goes out
    /// when the alarm is on disk, too.
    async fn finish(&self, done: Option<Done>, path: &str, message: &[u8]) -> Result<Vec<u8>, sql::Error> {
        let (alarm, name) = self.wake().await?;
        if path == RunDue::PATH {
            let RunDue { now } = rpc::read(message)?;
            return alarm.run_at(&self.sql, &self.env, name, now).await.map(|()| Vec::new());
        }
        let (reply, is_due) = done.unwrap_or_else(|| self.command(path, message));
        if is_due {
            alarm.set(&self.sql).await?;
        }
        reply
    }

    /// Runs a command, in one stretch.
    fn command(&self, path: &str, message: &[u8]) -> Done {
        let sql = &self.sql;
        let mut is_due = false;
        let reply = match path {
            submit::Submit::PATH => rpc::serve_with(message, |submit: submit::Submit, now| {
                // Most answers are told to nobody.
                is_due = !submit.notify.is_empty();
                let submitted = submit.guarded(&mut self.guard.borrow_mut(), sql, now);
                self.memory.borrow_mut().after(submitted, submit::Submitted::changed)
            }),
            exposure::AddExposures::PATH => rpc::serve_with(message, |add: exposure::AddExposures, now| {
                add.guarded(&mut self.guard.borrow_mut(), sql, now)
            }),
            exposure::CountExposures::PATH => rpc::serve::<exposure::CountExposures>(sql, message),
            outbox::Replay::PATH => {
                is_due = true;
                rpc::serve::<outbox::Replay>(sql, message)
            }
            outbox::ListUndelivered::PATH => rpc::serve::<outbox::ListUndelivered>(sql, message),
            handle::Handle::PATH => rpc::serve::<handle::Handle>(sql, message),
            read::list::List::PATH => rpc::serve::<read::list::List>(sql, message),
            read::list::Closing::PATH => rpc::serve::<read::list::Closing>(sql, message),
            read::list::Receipt::PATH => rpc::serve::<read::list::Receipt>(sql, message),
            read::Find::PATH => rpc::serve::<read::Find>(sql, message),
            read::AttributeNames::PATH => rpc::serve::<read::AttributeNames>(sql, message),
            // A day that is archived is due at once.
            erase::Erase::PATH => {
                is_due = true;
                rpc::serve_with(message, |erase: erase::Erase, now| {
                    let changed = |erased: &erase::Erased| Changed::anything_if(erased.count > 0);
                    self.memory.borrow_mut().after(erase.run(sql, now), changed)
                })
            }
            erase::Forget::PATH => {
                is_due = true;
                rpc::serve_with(message, |forget: erase::Forget, now| {
                    let is_trial = forget.is_trial;
                    let changed = |gone: &Vec<_>| Changed::anything_if(!is_trial && !gone.is_empty());
                    self.memory.borrow_mut().after(forget.run(sql, now), changed)
                })
            }
            count::Count::PATH => rpc::serve_with(message, |count: count::Count, _| {
                count.counted(&mut self.memory.borrow_mut(), sql)
            }),
            fill::Fill::PATH => rpc::serve_with(message, |fill: fill::Fill, now| {
                let filled = fill.run(sql, now);
                self.memory.borrow_mut().after(filled, |()| Changed::Anything)
            }),
            Wake::PATH => rpc::serve::<Wake>(sql, message),
            path => Err(sql::Error(format!("no command {path}"))),
        };
        (reply, is_due)
    }

    async fn wake(&self) -> Result<&(Alarm, Name), sql::Error> {
        if let Some(awake) = self.awake.get() {
            return Ok(awake);
        }
        let _waking = self.waking.lock().await;
        if let Some(awake) = self.awake.get() {
            return Ok(awake);
        }
        sql::open(&self.sql, &schema::VERSIONS)?;
        let awake = Alarm::wake(&self.state, &self.sql).await?;
        Ok(self.awake.get_or_init(|| awake))
    }
}

/// Nothing but to be awake: before any command the store is opened, and the alarm set.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Wake {}

impl Command for Wake {
    const PATH: &'static str = "/wake";
    type Reply = ();

    fn run(self, _sql: &impl sql::Sql, _now: i64) -> Result<(), sql::Error> {
        Ok(())
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

    /// Asks one for all that a filter lets through, from `page` on. See [`read::Lines`].
    pub(crate) async fn stream(&self, shard: u16, page: &read::Page) -> Result<ReadableStream, Problem> {
        rpc::open(&self.env, "SHARD", &format!("{}/{shard}", self.survey), read::STREAM, page).await
    }

    /// Asks all at once. One that does not answer fails the whole: a part would be taken for all.
    pub(crate) async fn send_all<C: Command>(&self, command: &C) -> Result<Vec<C::Reply>, Problem> {
        self.send_some(0..self.count, command).await
    }

    /// [`Shards::send_all`] of some.
    pub(crate) async fn send_some<C: Command>(
        &self,
        shards: Range<u16>,
        command: &C,
    ) -> Result<Vec<C::Reply>, Problem> {
        future::try_join_all(shards.map(|shard| self.send(shard, command))).await
    }

    /// All of them, so many at once.
    pub(crate) fn parts(&self, most: u16) -> impl Iterator<Item = Range<u16>> {
        let count = self.count;
        (0..count).step_by(most.into()).map(move |from| from..from.saturating_add(most).min(count))
    }

    /// Has all of them make up their part of some answers.
    pub(crate) async fn fill(&self, fill: &fill::Fill) -> Result<(), Problem> {
        for shard in 0..self.count {
            self.send(shard, &fill::Fill { shard, ..fill.clone() }).await?;
        }
        Ok(())
    }

    /// Has all of them run what is due at a moment.
    pub(crate) async fn run_due(&self, now: i64) -> Result<(), Problem> {
        let due = &RunDue { now };
        let run = |shard| async move {
            rpc::exchange(&self.env, "SHARD", &format!("{}/{shard}", self.survey), RunDue::PATH, due).await
        };
        future::try_join_all((0..self.count).map(run)).await.map(drop)
    }
}

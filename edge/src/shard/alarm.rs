//! What a Shard does by itself. Each job says when it is next due; the object's one alarm is set to the earliest.
//!
//! A job may be cut off at any await, and may run twice: it does what is still to be done, and no more. One that fails
//! is logged, and tried again later; the others run all the same.

use super::{archiving, retention};
use crate::clock;
use crate::hooks::deliver;
use crate::problem::Problem;
use crate::sql::{self, Error, Sql, some};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use worker::{Env, SqlStorage, State, Storage, console_error};

/// The jobs, in the order in which they run where several are due. Another one is another variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    /// Tells the receivers of webhooks what they are still to be told.
    Deliver,
    /// Deletes what is older than the site keeps.
    Retention,
    /// Writes the days that are over to the archive. After the deletions, so that it follows them.
    Archive,
}

impl Job {
    const ALL: [Job; 3] = [Job::Deliver, Job::Retention, Job::Archive];

    /// As stored.
    const fn name(self) -> &'static str {
        match self {
            Job::Deliver => "deliver",
            Job::Retention => "retention",
            Job::Archive => "archive",
        }
    }

    /// When it is due in a store that has never heard of it.
    fn first(self, name: &Name, now: i64) -> Option<i64> {
        match self {
            Job::Deliver => None,
            Job::Retention => Some(name.next_night(now)),
            Job::Archive => Some(archiving::next(name, now)),
        }
    }

    /// Does what is due, and says when it is due again, if it is. What it says stands with what it saw: there must be no
    /// await between the two.
    async fn run(self, turn: &Turn<'_>) -> Result<Option<i64>, Problem> {
        match self {
            Job::Deliver => deliver::run(turn).await,
            Job::Retention => retention::run(turn).await.map(Some),
            Job::Archive => archiving::run(turn).await.map(Some),
        }
    }
}

/// What a job works with.
pub(crate) struct Turn<'a> {
    pub(crate) sql: &'a SqlStorage,
    pub(crate) env: &'a Env,
    /// Of the object that runs it.
    pub(crate) name: &'a Name,
    /// How far the clock is ahead; 0 but in tests.
    ahead: i64,
}

impl Turn<'_> {
    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        clock::now().saturating_add(self.ahead)
    }
}

/// A Shard's own name, `site/survey/shard`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) site: String,
    pub(crate) survey: String,
    pub(crate) shard: u16,
    whole: String,
}

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
/// Over how long the objects spread their nightly work.
const SPREAD: i64 = 4 * 60 * MINUTE;

impl Name {
    fn parse(whole: &str) -> Option<Self> {
        let mut parts = whole.split('/');
        let (site, survey, shard) = (parts.next()?, parts.next()?, parts.next()?);
        let shard = shard.parse().ok()?;
        let fits = !site.is_empty() && parts.next().is_none();
        fits.then(|| Self { site: site.into(), survey: survey.into(), shard, whole: whole.into() })
    }

    /// The next time after `now` that is this object's of the night: from 00:10 UTC on, each object at another moment.
    pub(super) fn next_night(&self, now: i64) -> i64 {
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(&self.whole).into();
        let moment = 10 * MINUTE + i64::from(u32::from_be_bytes([a, b, c, d])) % SPREAD;
        let today = now - now.rem_euclid(DAY) + moment;
        if today > now { today } else { today + DAY }
    }
}

/// Runs the jobs of one object.
pub(super) struct Alarm {
    storage: Storage,
    /// When the alarm will ring, if it is known to be set.
    set: Cell<Option<i64>>,
    running: Cell<bool>,
}

impl Alarm {
    /// The alarm of an object that has just woken up, set to what is due next. `state` names the object.
    pub(super) async fn wake(state: &State, sql: &SqlStorage) -> Result<(Self, Name), Error> {
        let name = own_name(sql, state.id().name())?;
        begin(sql, &name, clock::now())?;
        let storage = state.storage();
        let set = Cell::new(storage.get_alarm().await?);
        let alarm = Self { storage, set, running: Cell::new(false) };
        alarm.set(sql).await?;
        Ok((alarm, name))
    }

    /// Sets the alarm to what is due next, unless it rings before that. Call it after each change of what is due.
    pub(super) async fn set(&self, sql: &impl Sql) -> Result<(), Error> {
        // Whoever runs sets it at the end.
        if self.running.get() {
            return Ok(());
        }
        let Some(due) = next_due(sql)? else { return Ok(()) };
        if self.set.get().is_none_or(|set| due < set) {
            self.set.set(Some(due));
            self.storage.set_alarm(due.saturating_sub(clock::now()).max(0)).await?;
        }
        Ok(())
    }

    /// The alarm rings: runs what is due.
    pub(super) async fn ring(&self, sql: &SqlStorage, env: &Env, name: &Name) -> Result<(), Error> {
        self.set.set(None);
        self.run(&Turn { sql, env, name, ahead: 0 }).await.map(drop)
    }

    /// Runs what is due at a moment, until nothing is.
    pub(super) async fn run_at(
        &self,
        sql: &SqlStorage,
        env: &Env,
        name: &Name,
        now: i64,
    ) -> Result<(), Error> {
        let turn = Turn { sql, env, name, ahead: now.saturating_sub(clock::now()) };
        while self.run(&turn).await? {}
        Ok(())
    }

    /// Whether anything was due. Does nothing where it runs already.
    async fn run(&self, turn: &Turn<'_>) -> Result<bool, Error> {
        if self.running.replace(true) {
            return Ok(false);
        }
        let ran = run_due(turn).await;
        self.running.set(false);
        self.set(turn.sql).await?;
        ran
    }

    /// Rings again in five minutes, whatever is due: the object could not even say what is.
    pub(super) async fn later(storage: &Storage) -> worker::Result<()> {
        storage.set_alarm(5 * MINUTE).await
    }
}

/// What the object is called. Without an address (the alarm of an older runtime) it is what was stored when it had one.
fn own_name(sql: &impl Sql, name: Option<String>) -> Result<Name, Error> {
    let stored = sql.run("SELECT name FROM own_name", vec![])?.rows.into_iter().next();
    let stored = stored.map(|mut row| row.text()).transpose()?.flatten();
    let whole = match (stored, name) {
        (Some(stored), _) => stored,
        (None, Some(name)) => {
            sql.run("INSERT INTO own_name (name) VALUES (?1)", vec![name.as_str().into()])?;
            name
        }
        (None, None) => return Err(Error("the object has no name".into())),
    };
    Name::parse(&whole).ok_or_else(|| Error(format!("{whole} is no name of a shard")))
}

/// Notes the jobs that the store has not heard of.
fn begin(sql: &impl Sql, name: &Name, now: i64) -> Result<(), Error> {
    for job in Job::ALL {
        let known = sql.run("SELECT 1 FROM job WHERE name = ?1", vec![job.name().into()])?;
        if known.rows.is_empty() {
            let bindings = vec![job.name().into(), job.first(name, now).into()];
            sql.run("INSERT INTO job (name, due_at, failures) VALUES (?1, ?2, 0)", bindings)?;
        }
    }
    Ok(())
}

fn next_due(sql: &impl Sql) -> Result<Option<i64>, Error> {
    let due = sql.run("SELECT min(due_at) FROM job", vec![])?.rows.into_iter().next();
    due.map(|mut row| row.number()).transpose().map(Option::flatten)
}

async fn run_due(turn: &Turn<'_>) -> Result<bool, Error> {
    let mut ran = false;
    for job in Job::ALL {
        let query = "SELECT failures FROM job WHERE name = ?1 AND due_at <= ?2";
        let due = turn.sql.run(query, vec![job.name().into(), turn.now().into()])?;
        let Some(mut due) = due.rows.into_iter().next() else { continue };
        let failures: i64 = some(due.number()?)?;
        ran = true;
        let (due_at, failures) = match job.run(turn).await {
            Ok(due_at) => (due_at, 0),
            Err(problem) => {
                log(job, turn.name, &problem);
                (Some(turn.now().saturating_add(rest(failures))), failures.saturating_add(1))
            }
        };
        let bindings = vec![job.name().into(), due_at.into(), failures.into()];
        turn.sql.run("UPDATE job SET due_at = ?2, failures = ?3 WHERE name = ?1", bindings)?;
    }
    Ok(ran)
}

/// Has a job run at this time, if it would run later, and says how many rows that wrote. One that fails keeps to its rest.
pub(super) fn due_at(sql: &impl Sql, job: Job, at: i64) -> Result<usize, Error> {
    let statement =
        "UPDATE job SET due_at = ?2 WHERE name = ?1 AND failures = 0 AND (due_at IS NULL OR due_at > ?2)";
    Ok(sql.run(statement, vec![job.name().into(), at.into()])?.written)
}

/// How long a job waits after it failed: 30 s, then twice as long each time, an hour at most.
fn rest(failures: i64) -> i64 {
    (MINUTE / 2).saturating_mul(1 << failures.clamp(0, 7)).min(60 * MINUTE)
}

fn log(job: Job, name: &Name, problem: &Problem) {
    let (Problem::Unavailable(detail) | Problem::Internal(detail)) = problem else { return };
    let (job, object) = (job.name(), name.whole.as_str());
    console_error!(
        "{}",
        serde_json::json!({ "level": "error", "job": job, "object": object, "detail": detail })
    );
}

/// Logs why an object could not wake up for its alarm.
pub(super) fn log_asleep(error: &Error) {
    console_error!(
        "{}",
        serde_json::json!({ "level": "error", "job": "alarm", "detail": error.to_string() })
    );
}

/// Has an object run what is due at a moment. For tests: see [`crate::api::debug`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunDue {
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl RunDue {
    pub(super) const PATH: &'static str = "/run-due";
}

impl From<sql::Error> for Problem {
    fn from(error: sql::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::schema::VERSIONS;

    fn name(whole: &str) -> Name {
        Name::parse(whole).unwrap()
    }

    #[test]
    fn names_are_exact() {
        let parsed = name("shop/post-purchase/12");
        assert_eq!(
            (parsed.site.as_str(), parsed.survey.as_str(), parsed.shard),
            ("shop", "post-purchase", 12)
        );
        for text in ["", "shop/nps", "shop/nps/x", "shop/nps/1/2", "/nps/1"] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_night_has_one_moment_after_ten_past_midnight() {
        for shard in 0..50 {
            let name = name(&format!("shop/nps/{shard}"));
            let first = name.next_night(1_000 * DAY);
            assert!((10 * MINUTE..10 * MINUTE + SPREAD).contains(&(first - 1_000 * DAY)), "{shard}");
            assert_eq!(name.next_night(first - 1), first);
            assert_eq!(name.next_night(first), first + DAY);
        }
        assert_ne!(name("shop/nps/0").next_night(0), name("shop/nps/1").next_night(0));
    }

    #[test]
    fn rests_grow_to_an_hour() {
        let rests: Vec<i64> = [0, 1, 2, 7, 60].map(|failures| rest(failures) / 1_000).into();
        assert_eq!(rests, [30, 60, 120, 3_600, 3_600]);
    }

    /// A store of the first release, with an answer in it, is opened by this one.
    #[test]
    fn an_older_store_gets_its_name_and_its_jobs_once() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        sql::open(&database, &VERSIONS[..1]).unwrap();
        let answer = "INSERT INTO response (key, id, linked, revision, writes, received_at, updated_at, metric, scale_min, \
             scale_max, score, complete, consent, gpc) \
             VALUES (x'01', x'02', 1, 1, 1, 5, 5, 'nps', 0, 10, 9, 0, '{}', 0)";
        database.execute_batch(answer).unwrap();
        sql::open(&database, &VERSIONS).unwrap();
        let kept: i64 = database.query_row("SELECT score FROM response", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 9);

        assert_eq!(own_name(&database, None).unwrap_err().to_string(), "the object has no name");
        let shop = name("shop/nps/3");
        assert_eq!(own_name(&database, Some("shop/nps/3".into())).unwrap(), shop);
        assert_eq!(own_name(&database, None).unwrap(), shop);
        assert_eq!(next_due(&database).unwrap(), None);
        for now in [0, 7 * DAY] {
            begin(&database, &shop, now).unwrap();
            assert_eq!(next_due(&database).unwrap(), Some(shop.next_night(0)), "a later start moves nothing");
        }
    }
}

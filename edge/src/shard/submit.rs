//! Stores an answer. One statement is the whole decision of `survey::dedup`, so no other request can come between
//! the question whether the respondent has answered and the write.

use super::count::memory::Changed;
use super::guard::Guard;
use super::outbox::{self, Wanted};
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::dedup::{self, Outcome};
use sondeo_survey::frequency::Window;
use sondeo_survey::webhook::Event;
use std::collections::BTreeMap;
use std::mem::take;
use uuid::Uuid;
use worker::SqlStorageValue as Value;

/// The flag of an answer whose respondent the site has vouched for. All others are of answers that may be nobody's.
pub(crate) const VERIFIED: &str = "verified";
/// The flag of an answer whose challenge was not passed.
pub(crate) const BOT: &str = "bot";
/// The flag of an answer with a field that people do not see.
pub(crate) const HONEYPOT: &str = "honeypot";
/// The flag of an answer that came sooner than anybody can read.
pub(crate) const TOO_FAST: &str = "too_fast";

/// An answer that may be stored, as it will be.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Submit {
    /// The respondent's hash in hex; none where nobody is known.
    pub(crate) respondent: Option<String>,
    pub(crate) id: Uuid,
    pub(crate) revision: u32,
    pub(crate) survey_version: Option<u32>,
    pub(crate) metric: String,
    pub(crate) scale_min: u8,
    pub(crate) scale_max: u8,
    pub(crate) score: u8,
    pub(crate) complete: bool,
    pub(crate) comment: Option<String>,
    pub(crate) reasons: Vec<String>,
    pub(crate) locale: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) page_path: Option<String>,
    pub(crate) referrer: Option<String>,
    pub(crate) touchpoint: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) order_value: Option<String>,
    pub(crate) order_currency: Option<String>,
    pub(crate) attributes: BTreeMap<String, String>,
    /// The receipt, as JSON.
    pub(crate) consent: String,
    pub(crate) gpc: bool,
    pub(crate) flags: Vec<String>,
    pub(crate) shown_to_score_ms: Option<u32>,
    /// SHA-256 of the erasure key, in hex.
    pub(crate) erasure_proof: Option<String>,
    /// Days during which an answer stands; none is for ever.
    pub(crate) window_days: Option<u32>,
    /// Who is told, if it is stored.
    pub(crate) notify: Vec<Wanted>,
    /// Whether it may only revise a known one, as it has not passed the challenge that the site asks for.
    pub(crate) is_unchallenged: bool,
    /// Where it comes from, for one day; never written. See [`crate::limit::source`].
    pub(crate) source: Option<String>,
    /// Most answers and revisions that this object stores in a minute.
    pub(crate) most_per_minute: Option<u32>,
    /// Answers of one source that this object takes in a day without a flag.
    pub(crate) most_per_source: Option<u32>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Decided {
    /// First of its id.
    Created,
    /// A higher revision of a known id.
    Updated,
    /// Known already; the stored revision.
    Unchanged(u32),
    /// The respondent answered under another id inside the window.
    AlreadyAnswered,
    /// It is not known, and has not passed the challenge.
    Unchallenged,
    /// Too many in this minute; seconds until the next.
    Limited(u32),
    /// The answer was erased; it does not come back.
    Erased,
}

impl From<Outcome> for Decided {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Created => Self::Created,
            Outcome::Updated => Self::Updated,
            Outcome::Unchanged(revision) => Self::Unchanged(revision),
            Outcome::AlreadyAnswered => Self::AlreadyAnswered,
        }
    }
}

/// What the shard says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Submitted {
    pub(crate) decided: Decided,
    /// Rows written, of tables and indices.
    pub(crate) rows_written: usize,
    /// Whether the stored one has the revision that was sent, and another score, comment or reasons: no replay, but
    /// another answer of a visitor who went back.
    pub(crate) differs: bool,
    /// When the first revision came of an answer that was written. For the object itself.
    #[serde(skip)]
    pub(super) received_at: Option<i64>,
}

impl Submitted {
    /// What that means for what is remembered of answers.
    pub(super) fn changed(&self) -> Changed {
        self.received_at.map_or(Changed::Nothing, Changed::At)
    }
}

/// A known id may be revised; another id only where nothing of the same key is inside the window. `complete` never
/// goes back. The respondent, the time of arrival and the erasure key stay as the first revision brought them. What was
/// erased is not stored again.
///
/// A flag is never lost by a revision, but for `verified`, which is said of what is stored now. Whether an answer came with
/// a challenge, and from whom, only its first revision tells.
const UPSERT: &str = include_str!("submit/upsert.sql");

/// Whether it was erased; what of it is stored, if it is.
const WHY_NOT: &str = "
SELECT EXISTS (SELECT 1 FROM erased WHERE id = ?2 AND (proof = x'' OR proof = ?3)), revision, score, comment, reasons
FROM (SELECT 1) LEFT JOIN response ON key = ?1 AND id = ?2";

impl Submit {
    /// Where there is no respondent, the id stands for one.
    fn key(&self) -> Result<Vec<u8>, Error> {
        match &self.respondent {
            Some(hash) => hex::decode(hash).map_err(|_| Error("a respondent's hash is not hex".into())),
            None => Ok(self.id.as_bytes().to_vec()),
        }
    }

    fn proof(&self) -> Result<Value, Error> {
        let Some(proof) = &self.erasure_proof else { return Ok(Value::Null) };
        Ok(hex::decode(proof).map_err(|_| Error("an erasure key's hash is not hex".into()))?.into())
    }

    /// What the statement is run with. Texts of which nothing is asked afterwards are taken and not copied.
    fn bindings(&mut self, key: Vec<u8>, now: i64) -> Result<Vec<Value>, Error> {
        let window = self.window_days.map_or(Window::Ever, Window::Days);
        // SQLite gets its numbers from JavaScript, which knows no i64::MIN.
        let window_start = dedup::window_start(window, now).max(-1);
        let attributes = if self.attributes.is_empty() {
            Value::Null
        } else {
            serde_json::to_string(&self.attributes)?.into()
        };
        let text = |text: Option<String>| text.map_or(Value::Null, Value::from);
        let number = |number: u32| Value::from(i64::from(number));
        let flag = |flag: bool| Value::from(i64::from(flag));
        Ok(vec![
            key.into(),
            self.id.as_bytes().to_vec().into(),
            flag(self.respondent.is_some()),
            number(self.revision),
            now.into(),
            self.survey_version.map_or(Value::Null, number),
            take(&mut self.metric).into(),
            number(self.scale_min.into()),
            number(self.scale_max.into()),
            number(self.score.into()),
            flag(self.complete),
            text(self.comment.clone()),
            text(list(&self.reasons)?),
            text(self.locale.take()),
            text(self.device.take()),
            text(self.page_path.take()),
            text(self.referrer.take()),
            text(self.touchpoint.take()),
            text(self.order_id.take()),
            text(self.order_value.take()),
            text(self.order_currency.take()),
            attributes,
            take(&mut self.consent).into(),
            flag(self.gpc),
            text(list(&self.flags)?),
            self.shown_to_score_ms.map_or(Value::Null, number),
            window_start.into(),
            flag(self.is_unchallenged),
            self.proof()?,
        ])
    }
}

impl Submit {
    /// [`Command::run`], within the limits of this object.
    pub(super) fn guarded(mut self, guard: &mut Guard, sql: &impl Sql, now: i64) -> Result<Submitted, Error> {
        if let Some(limited) = guard.before(&mut self, now) {
            return Ok(limited);
        }
        let source = self.source.take();
        let submitted = self.run(sql, now)?;
        guard.after(source, submitted.decided);
        Ok(submitted)
    }
}

impl Command for Submit {
    const PATH: &'static str = "/submit";
    type Reply = Submitted;

    fn run(mut self, sql: &impl Sql, now: i64) -> Result<Submitted, Error> {
        self.flags.sort_unstable();
        let (key, id) = (self.key()?, self.id);
        let id = || Value::from(id.as_bytes().to_vec());
        // Asked only where it matters: most answers are told to nobody.
        let was_complete = !self.notify.is_empty() && self.complete && {
            let query = "SELECT 1 FROM response WHERE key = ?1 AND id = ?2 AND complete = 1";
            !sql.run(query, vec![key.clone().into(), id()])?.rows.is_empty()
        };
        let upsert = sql.run(UPSERT, self.bindings(key.clone(), now)?)?;
        let mut rows_written = upsert.written;
        if let Some(mut row) = upsert.rows.into_iter().next() {
            let first = some(row.number::<u32>()?)? == 1;
            let (decided, event) =
                if first { (Decided::Created, Event::Created) } else { (Decided::Updated, Event::Updated) };
            let completed = (self.complete && !was_complete).then_some(Event::Completed);
            let happened: Vec<Event> = [event].into_iter().chain(completed).collect();
            rows_written += outbox::put(sql, &self.notify, &happened, &key, (self.id, self.revision), now)?;
            let received_at = row.number()?;
            return Ok(Submitted { decided, rows_written, differs: false, received_at });
        }
        let unwritten = |decided| Submitted { decided, rows_written, differs: false, received_at: None };
        // Nothing was written. This only tells the reasons apart, in the same stretch without an await.
        let why = sql.run(WHY_NOT, vec![key.into(), id(), self.proof()?])?;
        let mut row = why.rows.into_iter().next().ok_or_else(|| Error("no reason".into()))?;
        if row.number()? == Some(1) {
            return Ok(unwritten(Decided::Erased));
        }
        let Some(revision) = row.number()? else {
            let decided = if self.is_unchallenged { Decided::Unchallenged } else { Decided::AlreadyAnswered };
            return Ok(unwritten(decided));
        };
        let is_same = (row.number::<u8>()?, row.text()?) == (Some(self.score), self.comment)
            && row.text()? == list(&self.reasons)?;
        let differs = revision == self.revision && !is_same;
        Ok(Submitted { differs, ..unwritten(Decided::Unchanged(revision)) })
    }
}

/// A list as it is stored; none where it is empty.
fn list(items: &[String]) -> Result<Option<String>, Error> {
    Ok((!items.is_empty()).then(|| serde_json::to_string(items)).transpose()?)
}

#[cfg(test)]
mod tests;

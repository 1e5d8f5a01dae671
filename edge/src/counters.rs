//! What became of the answers that came in, counted in this isolate. Every answer passes [`count`], whichever way it came:
//! it is counted when it comes and when it is decided, so what came is always the sum of what was decided and what is
//! being decided.

use crate::problem::Problem;
use crate::{auth, log};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Milliseconds between two lines in the log.
const LINE_EVERY: i64 = 60_000;

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A first revision was written.
    Stored,
    /// A later one was written.
    Updated,
    /// It was there already.
    Duplicate,
    /// Its sender was told why not.
    Refused(&'static str),
    /// Too many came.
    Limited,
    /// The collector could not, or its sender went away before the end.
    Failed,
}

impl From<&Problem> for Outcome {
    fn from(problem: &Problem) -> Self {
        match problem.status() {
            429 => Self::Limited,
            500.. => Self::Failed,
            _ => Self::Refused(problem.slug()),
        }
    }
}

/// The counts of one isolate since it started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counters {
    /// Names the isolate in the log.
    pub(crate) isolate: String,
    pub(crate) received: u64,
    pub(crate) stored: u64,
    pub(crate) updated: u64,
    pub(crate) duplicate: u64,
    /// By the last part of the problem's type.
    pub(crate) refused: BTreeMap<&'static str, u64>,
    pub(crate) limited: u64,
    pub(crate) failed: u64,
    /// Being decided at this moment.
    pub(crate) open: u64,
    /// What became of reports of exposures, which are no answers: `counted`, or the last part of the problem's type.
    pub(crate) exposures: BTreeMap<&'static str, u64>,
    #[serde(skip)]
    told_at: i64,
}

impl Counters {
    fn begin(&mut self) {
        self.received += 1;
        self.open += 1;
    }

    fn end(&mut self, outcome: Outcome) {
        self.open -= 1;
        *match outcome {
            Outcome::Stored => &mut self.stored,
            Outcome::Updated => &mut self.updated,
            Outcome::Duplicate => &mut self.duplicate,
            Outcome::Refused(reason) => self.refused.entry(reason).or_default(),
            Outcome::Limited => &mut self.limited,
            Outcome::Failed => &mut self.failed,
        } += 1;
    }
}

thread_local! {
    static COUNTERS: RefCell<Counters> = RefCell::new(Counters::default());
}

/// An answer that is being decided. One that is dropped undecided has failed.
struct Open(Outcome);

impl Drop for Open {
    fn drop(&mut self) {
        COUNTERS.with_borrow_mut(|counters| counters.end(self.0));
    }
}

/// Decides on an answer, and counts it.
pub(crate) async fn count<T>(
    now: i64,
    decide: impl Future<Output = Result<T, Problem>>,
    outcome: impl Fn(&T) -> Outcome,
) -> Result<T, Problem> {
    COUNTERS.with_borrow_mut(Counters::begin);
    let mut open = Open(Outcome::Failed);
    let decided = decide.await;
    open.0 = match &decided {
        Ok(taken) => outcome(taken),
        Err(problem) => problem.into(),
    };
    drop(open);
    tell(now);
    decided
}

/// Counts a report of exposures, by why it was not taken if it was not.
pub(crate) fn report(problem: Option<&Problem>) {
    let outcome = problem.map_or("counted", Problem::slug);
    COUNTERS.with_borrow_mut(|counters| *counters.exposures.entry(outcome).or_default() += 1);
}

/// The counts now.
pub(crate) fn now() -> Result<Counters, Problem> {
    COUNTERS.with_borrow_mut(|counters| {
        if counters.isolate.is_empty() {
            counters.isolate = hex::encode(auth::random::<4>()?);
        }
        Ok(counters.clone())
    })
}

/// A line in the log, at most once a minute.
fn tell(at: i64) {
    let is_due = COUNTERS.with_borrow_mut(|counters| {
        let is_due = at >= counters.told_at.saturating_add(LINE_EVERY);
        if is_due {
            counters.told_at = at;
        }
        is_due
    });
    if let (true, Ok(counters)) = (is_due, now()) {
        log::info("counters", serde_json::to_value(counters).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use sondeo_survey::consent::Refusal;

    #[test]
    fn every_answer_has_exactly_one_outcome() {
        type Decided = Result<Outcome, Problem>;
        let run = |decided: Decided| {
            let _ = count(0, async { decided }, |outcome| *outcome).now_or_never();
        };
        run(Ok(Outcome::Stored));
        run(Ok(Outcome::Updated));
        run(Ok(Outcome::Duplicate));
        run(Err(Problem::AlreadyAnswered));
        run(Err(Problem::ConsentRequired(Refusal::Denied)));
        run(Err(Problem::ConsentRequired(Refusal::NotGranted)));
        run(Err(Problem::Limited(9)));
        run(Err(Problem::Unavailable(String::new())));
        // A sender who goes away: the future is dropped half way.
        drop(count(0, std::future::pending::<Decided>(), |outcome| *outcome).now_or_never());
        for problem in [None, Some(&Problem::ForbiddenOrigin), None, Some(&Problem::Limited(9))] {
            report(problem);
        }
        let mut waiting = Box::pin(count(0, std::future::pending::<Decided>(), |outcome| *outcome));
        assert!((&mut waiting).now_or_never().is_none());
        let counted = now().unwrap();
        let expected = Counters {
            isolate: counted.isolate.clone(),
            received: 10,
            stored: 1,
            updated: 1,
            duplicate: 1,
            refused: [("already-answered", 1), ("consent-required", 2)].into(),
            limited: 1,
            failed: 2,
            open: 1,
            exposures: [("counted", 2), ("forbidden-origin", 1), ("limited", 1)].into(),
            told_at: counted.told_at,
        };
        assert_eq!(counted, expected);
        assert_eq!(counted.isolate.len(), 8);
    }
}

//! What a Shard remembers in its memory, and never writes: how many answers it stored in this minute, and how many each
//! source gave today. An object that starts anew has forgotten both, which only makes it more lenient.

use super::submit::{Decided, Submit, Submitted};
use std::collections::HashMap;

/// The flag of an answer from a source of very many.
pub(crate) const REPEATED_SOURCE: &str = "repeated_source";

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// Some 2 MB. Who comes after that today is not counted.
const MOST_SOURCES: usize = 20_000;

/// The memory.
#[derive(Debug, Default)]
pub(super) struct Guard {
    minute: i64,
    stored: u32,
    reports: u32,
    day: i64,
    sources: HashMap<String, u32>,
}

impl Guard {
    /// Before an answer is stored: how it is decided if there is no room for it, else perhaps a flag for it.
    pub(super) fn before(&mut self, submit: &mut Submit, now: i64) -> Option<Submitted> {
        self.turn(now);
        if self.day != now.div_euclid(DAY) {
            self.day = now.div_euclid(DAY);
            self.sources.clear();
        }
        if submit.most_per_minute.is_some_and(|most| self.stored >= most) {
            let decided = Decided::Limited(left(now));
            return Some(Submitted { decided, rows_written: 0, differs: false, received_at: None });
        }
        let known = submit.source.as_ref().and_then(|source| self.sources.get(source));
        if known.zip(submit.most_per_source).is_some_and(|(given, most)| *given >= most) {
            submit.flags.push(REPEATED_SOURCE.into());
        }
        None
    }

    /// Before a report of exposures is counted: seconds until there is room, where there is none. Reports have as much room
    /// as answers, and take none of theirs.
    pub(super) fn report(&mut self, most: Option<u32>, now: i64) -> Option<u32> {
        self.turn(now);
        if most.is_some_and(|most| self.reports >= most) {
            return Some(left(now));
        }
        self.reports = self.reports.saturating_add(1);
        None
    }

    /// Begins anew with each minute.
    fn turn(&mut self, now: i64) {
        if self.minute != now.div_euclid(MINUTE) {
            (self.minute, self.stored, self.reports) = (now.div_euclid(MINUTE), 0, 0);
        }
    }

    /// After an answer was decided.
    pub(super) fn after(&mut self, source: Option<String>, decided: Decided) {
        if matches!(decided, Decided::Created | Decided::Updated) {
            self.stored = self.stored.saturating_add(1);
        }
        let Some(source) = source.filter(|_| decided == Decided::Created) else { return };
        if self.sources.len() < MOST_SOURCES || self.sources.contains_key(&source) {
            let given = self.sources.entry(source).or_default();
            *given = given.saturating_add(1);
        }
    }
}

/// Seconds until the next minute.
fn left(now: i64) -> u32 {
    let left = (MINUTE - now.rem_euclid(MINUTE)).div_euclid(1000) + 1;
    u32::try_from(left).unwrap_or(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_its_limit_and_replays_are_free() {
        let mut guard = Guard::default();
        let mut send = |now, decided| {
            let mut submit = Submit { most_per_minute: Some(2), ..Submit::default() };
            if let Some(limited) = guard.before(&mut submit, now) {
                return limited.decided;
            }
            guard.after(None, decided);
            decided
        };
        let start = 1_000 * MINUTE;
        assert_eq!(send(start, Decided::Created), Decided::Created);
        assert_eq!(send(start, Decided::Unchanged(1)), Decided::Unchanged(1));
        assert_eq!(send(start, Decided::AlreadyAnswered), Decided::AlreadyAnswered);
        assert_eq!(send(start + 1, Decided::Updated), Decided::Updated);
        assert_eq!(send(start + 2_500, Decided::Created), Decided::Limited(58));
        assert_eq!(send(start + MINUTE - 1, Decided::Created), Decided::Limited(1));
        assert_eq!(send(start + MINUTE, Decided::Created), Decided::Created);
    }

    #[test]
    fn reports_have_their_own_room() {
        let mut guard = Guard::default();
        let start = 1_000 * MINUTE;
        let mut report = |now| guard.report(Some(2), now);
        assert_eq!([start, start + 1, start + 2_500].map(&mut report), [None, None, Some(58)]);
        assert_eq!(report(start + MINUTE), None);
        let mut submit = Submit { most_per_minute: Some(1), ..Submit::default() };
        assert!(guard.before(&mut submit, start + MINUTE).is_none());
        assert_eq!(guard.report(None, start + MINUTE), None);
    }

    #[test]
    fn a_source_is_flagged_from_the_answer_after_the_limit_until_the_day_ends() {
        let mut guard = Guard::default();
        let mut send = |source: &str, now, decided| {
            let source = Some(source.to_owned());
            let mut submit = Submit { source: source.clone(), most_per_source: Some(2), ..Submit::default() };
            assert!(guard.before(&mut submit, now).is_none());
            guard.after(source, decided);
            submit.flags.len()
        };
        let noon = 20_000 * DAY + DAY / 2;
        let created = [1, 2, 3, 4].map(|later| send("a", noon + later, Decided::Created));
        assert_eq!(created, [0, 0, 1, 1]);
        assert_eq!(send("b", noon, Decided::Created), 0);
        assert_eq!(
            [1, 2, 3].map(|_| send("c", noon, Decided::Updated)),
            [0, 0, 0],
            "revisions are no answers"
        );
        assert_eq!(send("a", noon + DAY / 2, Decided::Created), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let mut guard = Guard::default();
        for source in 0..MOST_SOURCES + 5 {
            guard.after(Some(source.to_string()), Decided::Created);
        }
        guard.after(Some("0".into()), Decided::Created);
        assert_eq!((guard.sources.len(), guard.sources.get("0")), (MOST_SOURCES, Some(&2)));
    }
}

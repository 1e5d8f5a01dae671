//! One respondent, one answer: the rule. The collector's upsert statement is this rule in SQL, and a test there
//! runs both side by side.

use crate::frequency::Window;

const DAY_MS: i64 = 86_400_000;

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// First of its id.
    Created,
    /// A higher revision of a known id.
    Updated,
    /// A revision that is known already, or older than the stored one, which is given.
    Unchanged(u32),
    /// The respondent answered under another id inside the window.
    AlreadyAnswered,
}

/// What is known of an earlier answer of the same respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored<Id> {
    /// Its id.
    pub id: Id,
    /// Its revision.
    pub revision: u32,
    /// When its first revision came, in milliseconds since 1970 by the collector's clock.
    pub received_at: i64,
}

/// Answers received after this time, in milliseconds since 1970, still count against a new one at `now`.
#[must_use]
pub const fn window_start(window: Window, now: i64) -> i64 {
    match window {
        Window::Order | Window::Ever => i64::MIN,
        Window::Days(days) => now.saturating_sub(days as i64 * DAY_MS),
    }
}

/// Decides on `(id, revision)` given all earlier answers of the same respondent, or, where there is no respondent,
/// of the same id.
pub fn decide<Id: PartialEq>(earlier: &[Stored<Id>], id: &Id, revision: u32, window_start: i64) -> Outcome {
    if let Some(same) = earlier.iter().find(|stored| stored.id == *id) {
        return if revision > same.revision { Outcome::Updated } else { Outcome::Unchanged(same.revision) };
    }
    if earlier.iter().any(|stored| stored.received_at > window_start) {
        return Outcome::AlreadyAnswered;
    }
    Outcome::Created
}

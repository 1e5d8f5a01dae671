//! Whether this visitor is asked now.

use crate::consent::Decision;
use crate::definition::{Frequency, Window};

/// A wait without end, as a time in milliseconds since 1970: the largest integer that a JavaScript number holds.
pub const FOREVER: i64 = 9_007_199_254_740_991;

const DAY_MS: i64 = 86_400_000;

/// How a showing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a score.
    Answered,
    /// Without one.
    Dismissed,
}

/// Why a survey stays silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Consent does not allow an answer to be kept.
    Consent,
    /// The wait after the last answer or dismissal is not over.
    Waiting,
    /// The survey has one answer per order, and the page named no order.
    NoOrder,
}

/// What is known when a trigger fires.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Now, in milliseconds since 1970.
    pub now: i64,
    /// Until when this survey (for this order, where it is per order) was told to be silent.
    pub silent_until: Option<i64>,
    /// What consent would allow.
    pub consent: Decision,
    /// Whether the page named an order.
    pub has_order: bool,
}

/// Asks, or says why not.
pub fn decide(frequency: Frequency, moment: Moment) -> Result<(), Silence> {
    if matches!(moment.consent, Decision::Refuse(_)) {
        return Err(Silence::Consent);
    }
    if frequency.window == Window::Order && !moment.has_order {
        return Err(Silence::NoOrder);
    }
    if moment.silent_until.is_some_and(|until| moment.now < until) {
        return Err(Silence::Waiting);
    }
    Ok(())
}

/// Until when the survey is silent after a showing that ended at `now`, in milliseconds since 1970.
#[must_use]
pub const fn silent_until(frequency: Frequency, ending: Ending, now: i64) -> i64 {
    let days = match (ending, frequency.window) {
        (Ending::Answered, Window::Days(days)) => days,
        (Ending::Answered, Window::Order | Window::Ever) => return FOREVER,
        (Ending::Dismissed, _) => frequency.after_dismissal_days,
    };
    now.saturating_add(days as i64 * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Refusal;

    #[test]
    fn each_rule_can_silence() {
        let frequency = |window| Frequency { window, after_dismissal_days: 7 };
        let ask = Moment { now: 1_000, silent_until: None, consent: Decision::Store, has_order: true };
        let table = [
            (frequency(Window::Order), ask, Ok(())),
            (frequency(Window::Order), Moment { has_order: false, ..ask }, Err(Silence::NoOrder)),
            (frequency(Window::Ever), Moment { has_order: false, ..ask }, Ok(())),
            (frequency(Window::Ever), Moment { silent_until: Some(1_001), ..ask }, Err(Silence::Waiting)),
            (frequency(Window::Ever), Moment { silent_until: Some(1_000), ..ask }, Ok(())),
            (frequency(Window::Ever), Moment { consent: Decision::StoreAnonymous, ..ask }, Ok(())),
            (
                frequency(Window::Ever),
                Moment { consent: Decision::Refuse(Refusal::Denied), ..ask },
                Err(Silence::Consent),
            ),
        ];
        for (frequency, moment, expected) in table {
            assert_eq!(decide(frequency, moment), expected, "{frequency:?} {moment:?}");
        }
    }

    #[test]
    fn silence_lasts_as_long_as_its_ending_says() {
        let week = 7 * DAY_MS;
        for (window, ending, expected) in [
            (Window::Order, Ending::Answered, FOREVER),
            (Window::Ever, Ending::Answered, FOREVER),
            (Window::Days(30), Ending::Answered, 5 + 30 * DAY_MS),
            (Window::Ever, Ending::Dismissed, 5 + week),
        ] {
            let frequency = Frequency { window, after_dismissal_days: 7 };
            assert_eq!(silent_until(frequency, ending, 5), expected, "{window:?} {ending:?}");
        }
    }
}

//! Whether this visitor is asked now, and how long the site is silent afterwards.

use crate::consent::Decision;
use crate::frequency::{Frequency, Window};

/// A wait without end, as a time in milliseconds since 1970: the largest integer that a JavaScript number holds.
pub const FOREVER: i64 = 9_007_199_254_740_991;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

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
    /// The survey has one answer per order, and the page named no order.
    NoOrder,
    /// An earlier answer stands.
    Waiting,
    /// The visitor closed the card a while ago, or looked away often enough.
    Resting,
    /// Another survey of the site was shown a short while ago.
    Spacing,
}

impl Silence {
    /// The reason as the debug mode names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Silence::Consent => "consent",
            Silence::NoOrder => "no-order",
            Silence::Waiting => "waiting",
            Silence::Resting => "resting",
            Silence::Spacing => "spacing",
        }
    }
}

/// What is known when a trigger fires. Times are in milliseconds since 1970; one that is not known is 0.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Now.
    pub now: i64,
    /// Until when an earlier answer to this survey (for this order, where it is per order) stands.
    pub waits_until: i64,
    /// Until when this survey rests after a dismissal.
    pub rests_until: i64,
    /// Until when no survey of the site is shown.
    pub spaced_until: i64,
    /// What consent would allow.
    pub consent: Decision,
    /// Whether the page named an order.
    pub has_order: bool,
    /// Whether the visitor or the page asked for it: a tab, a place in the page, `sondeo('show')`.
    pub is_asked_for: bool,
}

/// Asks, or says why not. Nobody is asked without consent or twice for one answer, whoever asks for it.
pub fn decide(frequency: Frequency, moment: Moment) -> Result<(), Silence> {
    if matches!(moment.consent, Decision::Refuse(_)) {
        return Err(Silence::Consent);
    }
    if frequency.window == Window::Order && !moment.has_order {
        return Err(Silence::NoOrder);
    }
    if moment.now < moment.waits_until {
        return Err(Silence::Waiting);
    }
    if moment.is_asked_for {
        return Ok(());
    }
    if moment.now < moment.rests_until {
        return Err(Silence::Resting);
    }
    if moment.now < moment.spaced_until && !frequency.ignores_spacing {
        return Err(Silence::Spacing);
    }
    Ok(())
}

/// Until when the survey is silent after a showing that ended at `now`, in milliseconds since 1970: it waits after an
/// answer and rests after a dismissal.
#[must_use]
pub const fn silent_until(frequency: Frequency, ending: Ending, now: i64) -> i64 {
    let days = match (ending, frequency.window) {
        (Ending::Answered, Window::Days(days)) => days,
        (Ending::Answered, Window::Order | Window::Ever) => return FOREVER,
        (Ending::Dismissed, _) => frequency.after_dismissal_days,
    };
    now.saturating_add(days as i64 * DAY_MS)
}

/// Whether a showing is the last that a visitor gets who does not react; `earlier` are those before it.
#[must_use]
pub const fn is_last_showing(frequency: Frequency, earlier: u32) -> bool {
    earlier.saturating_add(1) >= frequency.most_shown
}

/// Until when no survey of the site is shown after a showing at `now`, in milliseconds since 1970.
#[must_use]
pub const fn spaced_until(spacing_hours: u32, now: i64) -> i64 {
    now.saturating_add(spacing_hours as i64 * HOUR_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Refusal;
    use crate::limits;
    use proptest::prelude::*;

    const ASK: Moment = Moment {
        now: 1_000,
        waits_until: 0,
        rests_until: 0,
        spaced_until: 0,
        consent: Decision::Store,
        has_order: true,
        is_asked_for: false,
    };

    #[test]
    fn each_rule_can_silence() {
        let (order, ever) = (Frequency::of(Window::Order), Frequency::of(Window::Ever));
        let refused = Decision::Refuse(Refusal::Denied);
        let later = 1_001;
        let table = [
            (order, ASK, Ok(())),
            (order, Moment { has_order: false, ..ASK }, Err(Silence::NoOrder)),
            (ever, Moment { has_order: false, ..ASK }, Ok(())),
            (ever, Moment { waits_until: later, ..ASK }, Err(Silence::Waiting)),
            (ever, Moment { waits_until: 1_000, ..ASK }, Ok(())),
            (ever, Moment { rests_until: later, ..ASK }, Err(Silence::Resting)),
            (ever, Moment { spaced_until: later, ..ASK }, Err(Silence::Spacing)),
            (order, Moment { spaced_until: later, ..ASK }, Ok(())),
            (ever, Moment { consent: Decision::StoreAnonymous, ..ASK }, Ok(())),
            (ever, Moment { consent: refused, ..ASK }, Err(Silence::Consent)),
            (ever, Moment { rests_until: later, spaced_until: later, is_asked_for: true, ..ASK }, Ok(())),
            (ever, Moment { waits_until: later, is_asked_for: true, ..ASK }, Err(Silence::Waiting)),
            (ever, Moment { consent: refused, is_asked_for: true, ..ASK }, Err(Silence::Consent)),
        ];
        for (frequency, moment, expected) in table {
            assert_eq!(decide(frequency, moment), expected, "{frequency:?} {moment:?}");
        }
    }

    fn frequencies() -> impl Strategy<Value = Frequency> {
        let windows =
            prop_oneof![Just(Window::Order), Just(Window::Ever), (1..=limits::DAYS).prop_map(Window::Days)];
        let rest = (0..=limits::DAYS, 1..=limits::MOST_SHOWN, any::<bool>());
        (windows, rest).prop_map(|(window, (after_dismissal_days, most_shown, ignores_spacing))| Frequency {
            window,
            after_dismissal_days,
            most_shown,
            ignores_spacing,
        })
    }

    proptest! {
        /// A second question never comes before the wait that the first one's end began, and always may after it.
        #[test]
        fn what_was_ended_stays_silent_for_exactly_its_time(
            frequency in frequencies(), now in 0..4_000_000_000_000i64, after in 0..4_000_000_000_000i64,
        ) {
            let at = Moment { now: now + after, ..ASK };
            let answered = silent_until(frequency, Ending::Answered, now);
            let waits = decide(frequency, Moment { waits_until: answered, ..at });
            prop_assert_eq!(waits.is_ok(), now + after >= answered);
            let dismissed = silent_until(frequency, Ending::Dismissed, now);
            let rests = decide(frequency, Moment { rests_until: dismissed, ..at });
            prop_assert_eq!(rests.is_ok(), now + after >= dismissed);
        }

        /// Time, and being asked for, never take a question away.
        #[test]
        fn waiting_longer_never_silences(
            frequency in frequencies(), waits_until: i64, rests_until: i64, spaced_until: i64, now in 0..i64::MAX / 2,
            later in 0..i64::MAX / 2, has_order: bool,
        ) {
            let moment = Moment { now, waits_until, rests_until, spaced_until, has_order, ..ASK };
            if decide(frequency, moment).is_ok() {
                let longer = Moment { now: now + later, ..moment };
                let asked_for = Moment { is_asked_for: true, ..moment };
                prop_assert!(decide(frequency, longer).is_ok());
                prop_assert!(decide(frequency, asked_for).is_ok());
            }
        }

        #[test]
        fn a_visitor_who_looks_away_sees_the_card_so_often_and_no_more(frequency in frequencies()) {
            let shown = (0..=limits::MOST_SHOWN).take_while(|earlier| !is_last_showing(frequency, *earlier)).count() + 1;
            prop_assert_eq!(shown, usize::try_from(frequency.most_shown).unwrap());
        }
    }

    #[test]
    fn silence_lasts_as_long_as_its_ending_says() {
        for (window, ending, expected) in [
            (Window::Order, Ending::Answered, FOREVER),
            (Window::Ever, Ending::Answered, FOREVER),
            (Window::Days(30), Ending::Answered, 5 + 30 * DAY_MS),
            (Window::Ever, Ending::Dismissed, 5 + 14 * DAY_MS),
        ] {
            assert_eq!(silent_until(Frequency::of(window), ending, 5), expected, "{window:?} {ending:?}");
        }
        assert_eq!(spaced_until(24, 5), 5 + DAY_MS);
    }
}

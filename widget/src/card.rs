//! The cards on the page: opens them, listens, and passes what happens on to the right one.

use crate::page::{Data, Host, Page, join, whole};
use crate::shown::{Key, Shown};
use sondeo_survey::card::state::{Consent, Message, State, Step};
use sondeo_survey::card::{Card, Field};
use sondeo_survey::consent::Decision;
use sondeo_survey::eligibility::{self, Moment};
use sondeo_survey::look::Layout;
use sondeo_survey::response::{Evidence, Order, Page as Place, Submission, Timing};
use std::cell::RefCell;

/// How long the thank-you stands, in milliseconds.
pub const LINGER: u32 = 4_000;
/// How long the card takes to leave, in milliseconds; `.out` in card.css.
pub const LEAVE: u32 = 120;

thread_local! {
    /// The cards on the page: one over it, and any number in places that the page has for them.
    static SHOWN: RefCell<Vec<Shown>> = const { RefCell::new(Vec::new()) };
}

/// Shows `survey` in `host` if the rules allow it, and says why not.
#[allow(clippy::too_many_arguments, reason = "as `crate::open`")]
pub fn open(
    page: Page,
    host: Host,
    survey: String,
    card: Card,
    key: String,
    order: Option<Data>,
    is_asked_for: bool,
    since: f64,
) -> Option<&'static str> {
    let order_proof = order.as_ref().and_then(|order| order.maybe("proof"));
    let order =
        order.and_then(|order| Order::named(order.text("id"), order.maybe("value"), order.maybe("currency")));
    let now = whole(js_sys::Date::now());
    let frequency = card.frequency();
    let decision = page.decide(&card);
    let has_box = card.has_box(decision);
    let moment = Moment {
        now,
        waits_until: page.time("wait:", &key),
        rests_until: page.time("rest:", &key),
        spaced_until: page.time("clock", ""),
        consent: if has_box { Decision::Store } else { decision },
        has_order: order.is_some(),
        is_asked_for,
    };
    if let Err(silence) = eligibility::decide(frequency, moment) {
        return Some(silence.name());
    }
    let answer = Submission {
        id: page.random_id(),
        erasure_key: Some(page.random_id()),
        revision: 0,
        survey_version: Some(card.number(Field::Version)),
        score: 0,
        complete: false,
        comment: None,
        reasons: Vec::new(),
        locale: Some(card.field(Field::Locale).to_owned()),
        page: Place { path: page.maybe("path"), referrer: page.maybe("referrer") },
        order,
        respondent: None,
        attributes: Vec::new(),
        consent: Evidence::default(),
        signals: page.signals(),
        timing: Timing::default(),
        challenge: None,
    };
    let shown = Shown {
        since,
        state: State::new(card.scale(), if has_box { Consent::Open } else { Consent::Settled }),
        steps: card.steps(),
        comment: None,
        ticked: None,
        is_in_page: card.layout() == Layout::Inline,
        page,
        host,
        survey,
        card,
        key,
        decision: None,
        order_proof,
        answer,
    };
    // The first question may be there already.
    shown.draw(false);
    shown.page.put(&shown.host);
    shown.enter();
    if !is_asked_for {
        shown.count(now);
    }
    shown.page.emit("shown", &shown.survey, None);
    SHOWN.with(|cards| {
        if let Ok(mut cards) = cards.try_borrow_mut() {
            // The page may have taken a card away with what it lay in.
            cards.retain(|other| other.page.has(&other.host));
            cards.push(shown);
        }
    });
    None
}

/// Takes every card away.
pub fn close() {
    let cards = SHOWN.with(|cards| cards.try_borrow_mut().ok().map(|mut cards| std::mem::take(&mut *cards)));
    for card in cards.into_iter().flatten() {
        card.take_off();
    }
}

/// Runs `work` on the card of this host, if it is there and not at work already.
fn with_card(host: &Host, work: &mut dyn FnMut(&mut Shown)) {
    SHOWN.with(|cards| {
        if let Ok(mut cards) = cards.try_borrow_mut()
            && let Some(card) = cards.iter_mut().find(|card| card.host.loose_eq(host))
        {
            work(card);
        }
    });
}

/// A button of a card was pressed.
pub fn press(host: &Host, value: &str) {
    with_card(host, &mut |card| card.press(value));
}

/// A key went down in a card. Says whether that was all that it should do.
pub fn key(host: &Host, key: &Key) -> bool {
    let mut is_done = false;
    with_card(host, &mut |card| is_done = card.key(key));
    is_done
}

/// The time that a card asked for is over: it has faded, or its thanks have been read. They stay while the visitor is
/// inside.
pub fn tick(host: &Host) {
    let mut is_over = false;
    with_card(host, &mut |card| {
        if card.state.step == Step::Closed {
            is_over = true;
        } else if card.page.uses(host) {
            card.page.later(LINGER, host);
        } else {
            card.handle(Message::Lingered);
        }
    });
    if is_over {
        let gone = SHOWN.with(|cards| {
            let mut cards = cards.try_borrow_mut().ok()?;
            let at = cards.iter().position(|card| card.host.loose_eq(host))?;
            Some(cards.swap_remove(at))
        });
        if let Some(card) = gone {
            card.take_off();
        }
    }
}

/// The storage key of how often a card was shown.
pub fn count_key(key: &str) -> String {
    join(&["shown:", key])
}

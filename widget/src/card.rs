//! The cards on the page: opens them, listens, and passes what happens on to the right one.

use crate::dom::Dom;
use crate::page::{Data, Page, join, whole, window};
use crate::shown::Shown;
use crate::state::{Consent, Message, State, Step};
use sondeo_survey::card::{Card, Field};
use sondeo_survey::consent::Decision;
use sondeo_survey::eligibility::{self, Moment};
use sondeo_survey::look::Layout;
use sondeo_survey::response::{Evidence, Order, Page as Place, Submission, Timing};
use std::cell::RefCell;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, KeyboardEvent};

/// How long the thank-you stands, in milliseconds.
pub const LINGER: u32 = 4_000;
/// How long the card takes to leave, in milliseconds; `.out` in card.css.
pub const LEAVE: u32 = 120;

thread_local! {
    /// The cards on the page: one over it, and any number in places that the page has for them.
    static SHOWN: RefCell<Vec<Shown>> = const { RefCell::new(Vec::new()) };
}

/// Shows `survey` if the rules allow it, and says why not.
pub fn open(
    page: Page,
    survey: String,
    card: Card,
    key: String,
    order: Option<Data>,
    container: Option<Element>,
    is_asked_for: bool,
) -> Result<Option<&'static str>, JsValue> {
    let order_proof = order.as_ref().and_then(|order| order.maybe("proof"));
    let order =
        order.and_then(|order| Order::named(order.text("id"), order.maybe("value"), order.maybe("currency")));
    let since = js_sys::Date::now();
    let now = whole(since);
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
        return Ok(Some(silence.name()));
    }
    let is_in_page = card.layout() == Layout::Inline;
    if is_in_page && container.is_none() {
        return Ok(Some("no-place"));
    }
    let is_free = SHOWN.with(|cards| {
        cards.try_borrow_mut().is_ok_and(|mut cards| {
            // The page may have taken a card away with what it lay in.
            cards.retain(|other| other.dom.host.is_connected());
            is_in_page || cards.iter().all(|other| other.is_in_page)
        })
    });
    if !is_free {
        return Ok(Some("busy"));
    }
    // A page that declares nothing leaves the choice of light or dark to the system.
    let scheme = if page.flag("undeclared") { ";color-scheme:light dark" } else { "" };
    let dom = Dom::new(&card, scheme)?;
    let steps = card.steps();
    let answer = Submission {
        id: random_id()?,
        erasure_key: Some(random_id()?),
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
    let mut shown = Shown {
        since,
        state: State::new(card.scale(), if has_box { Consent::Open } else { Consent::Settled }),
        steps,
        comment: None,
        ticked: None,
        is_in_page,
        page,
        survey,
        card,
        key,
        decision: None,
        order_proof,
        answer,
        dom,
    };
    shown.draw(true);
    shown.page.watch(&shown.dom.root, &shown.dom.host);
    shown.dom.attach(container.map(JsCast::unchecked_into));
    shown.enter();
    if !is_asked_for {
        shown.count(now);
    }
    shown.page.emit("shown", &shown.survey, None);
    SHOWN.with(|cards| {
        if let Ok(mut cards) = cards.try_borrow_mut() {
            cards.push(shown);
        }
    });
    Ok(None)
}

/// Takes every card away.
pub fn close() {
    let cards = SHOWN.with(|cards| cards.try_borrow_mut().ok().map(|mut cards| std::mem::take(&mut *cards)));
    for card in cards.into_iter().flatten() {
        card.take_off();
    }
}

/// `crypto.randomUUID` is for secure contexts only; this works on any page.
pub fn random_id() -> Result<Uuid, JsValue> {
    let mut random = [0; 16];
    window().crypto()?.get_random_values_with_u8_array(&mut random)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// Runs `work` on the card of this host, if it is there and not at work already.
fn with_card(host: &EventTarget, work: &mut dyn FnMut(&mut Shown)) {
    SHOWN.with(|cards| {
        if let Ok(mut cards) = cards.try_borrow_mut()
            && let Some(card) = cards.iter_mut().find(|card| card.dom.host.loose_eq(host))
        {
            work(card);
        }
    });
}

/// A button of a card was pressed.
pub fn press(host: &EventTarget, value: &str) {
    with_card(host, &mut |card| card.press(value));
}

/// A key is used where this event goes. Says whether that is a card; `is_press` is when it goes down.
pub fn key(event: &KeyboardEvent, is_press: bool) -> bool {
    let mut is_ours = false;
    if let Some(target) = event.target() {
        with_card(&target, &mut |card| {
            is_ours = true;
            if is_press {
                card.key(event);
            }
        });
    }
    is_ours
}

/// The time that a card asked for is over: it has faded, or its thanks have been read. They stay while the visitor is
/// inside.
pub fn tick(host: &EventTarget) {
    let mut is_over = false;
    with_card(host, &mut |card| {
        if card.state.step == Step::Closed {
            is_over = true;
        } else if card.is_in_use() {
            card.page.later(LINGER, host);
        } else {
            card.handle(Message::Lingered);
        }
    });
    if is_over {
        let gone = SHOWN.with(|cards| {
            let mut cards = cards.try_borrow_mut().ok()?;
            let at = cards.iter().position(|card| card.dom.host.loose_eq(host))?;
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

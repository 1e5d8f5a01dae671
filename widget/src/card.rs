//! The cards on the page: opens them, listens, and passes what happens on to the right one.

use crate::dom::Dom;
use crate::page::{Data, Page, document, join, whole, window};
use crate::shown::Shown;
use crate::state::{Message, State};
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::timers::callback::Timeout;
use sondeo_survey::card::{Card, Field};
use sondeo_survey::eligibility::{self, Moment};
use sondeo_survey::look::Layout;
use sondeo_survey::response::{Evidence, Order, Page as Place, Submission, Timing};
use std::cell::{Cell, RefCell};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, KeyboardEvent};

/// How long the thank-you stands, in milliseconds.
const LINGER: u32 = 4_000;
/// How long the card takes to leave, in milliseconds; `.out` in card.css.
const LEAVE: u32 = 120;

thread_local! {
    /// The cards on the page: one over it, and any number in places that the page has for them.
    static SHOWN: RefCell<Vec<Shown>> = const { RefCell::new(Vec::new()) };
    /// Whether the last press of a key was a card's; nothing before there are listeners.
    static KEYS_TAKEN: Cell<Option<bool>> = const { Cell::new(None) };
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
    let order =
        order.and_then(|order| Order::named(order.text("id"), order.maybe("value"), order.maybe("currency")));
    let since = js_sys::Date::now();
    let now = whole(since);
    let frequency = card.frequency();
    let moment = Moment {
        now,
        waits_until: page.time("wait:", &key),
        rests_until: page.time("rest:", &key),
        spaced_until: page.time("clock", ""),
        consent: page.decide(&card),
        has_order: order.is_some(),
        is_asked_for,
    };
    if let Err(silence) = eligibility::decide(frequency, moment) {
        return Ok(Some(silence.name()));
    }
    let is_in_page = card.layout() == Layout::Inline;
    let is_free = SHOWN.with(|cards| {
        cards.try_borrow().is_ok_and(|cards| is_in_page || cards.iter().all(|other| other.is_in_page))
    });
    if !is_free {
        return Ok(Some("busy"));
    }
    // A page that declares nothing leaves the choice of light or dark to the system.
    let scheme = if page.flag("undeclared") { ";color-scheme:light dark" } else { "" };
    let dom = Dom::new(&card, scheme)?;
    let steps = card.steps();
    let (status, source) = page.evidence();
    let answer = Submission {
        id: random_id()?,
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
        consent: Evidence { status, source, tc_string: None, at: page.maybe("at") },
        signals: page.signals(),
        timing: Timing::default(),
    };
    let host: &EventTarget = &dom.host;
    let (for_clicks, for_cancel) = (host.clone(), host.clone());
    let mut listeners =
        vec![EventListener::new(&dom.root, "click", move |event| on_click(&for_clicks, event))];
    if let Some(dialog) = &dom.dialog {
        // The browser's own way to close it: Escape, or the gesture of a phone.
        listeners.push(EventListener::new(dialog, "cancel", move |_| {
            with_card(&for_cancel, &mut |card| card.handle(Message::Closed));
        }));
    }
    let mut shown = Shown {
        before: document().active_element(),
        since,
        state: State::new(card.scale()),
        steps,
        comment: None,
        is_in_page,
        page,
        survey,
        card,
        key,
        decision: None,
        answer,
        dom,
        _listeners: listeners,
    };
    shown.draw(true);
    take_keys();
    shown.dom.attach(container.map(JsCast::unchecked_into));
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

/// Keys are taken at the window, on their way down: what is typed in a card reaches no shortcut of the page. A key
/// whose press was taken is released here too, even where the press took the card away; so the listeners stay.
fn take_keys() {
    if KEYS_TAKEN.replace(Some(false)).is_some() {
        return;
    }
    for kind in ["keydown", "keyup", "keypress"] {
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let listener = EventListener::new_with_options(&window(), kind, options, move |event| {
            let is_press = kind == "keydown";
            let mut taken = !is_press && KEYS_TAKEN.get() == Some(true);
            if let Some(target) = event.target() {
                with_card(&target, &mut |card| {
                    taken = true;
                    if is_press && let Some(key) = event.dyn_ref::<KeyboardEvent>() {
                        card.key(key);
                    }
                });
            }
            if is_press {
                KEYS_TAKEN.set(Some(taken));
            }
            if taken {
                event.stop_immediate_propagation();
            }
        });
        listener.forget();
    }
}

fn on_click(host: &EventTarget, event: &web_sys::Event) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    with_card(host, &mut |card| {
        // A dialog's own area is what the browser draws around it.
        if card.dom.dialog.as_ref().is_some_and(|dialog| dialog.loose_eq(&target)) {
            card.handle(Message::Closed);
        } else if let Some(value) =
            target.closest("button").ok().flatten().and_then(|button| button.get_attribute("value"))
        {
            card.press(&value);
        }
    });
}

/// Does `job` after so many milliseconds. Boxed, so that one timer's code serves all.
fn later(milliseconds: u32, job: Box<dyn FnOnce()>) {
    Timeout::new(milliseconds, job).forget();
}

/// Takes a card away once it has faded.
pub fn leave(host: Element) {
    later(
        LEAVE,
        Box::new(move || {
            let gone = SHOWN.with(|cards| {
                let mut cards = cards.try_borrow_mut().ok()?;
                let at = cards.iter().position(|card| card.dom.host.loose_eq(&host))?;
                Some(cards.swap_remove(at))
            });
            if let Some(card) = gone {
                card.take_off();
            }
        }),
    );
}

/// Waits, and waits again while the visitor reads or is inside.
pub fn linger(host: EventTarget) {
    let look = move || {
        with_card(&host, &mut |card| {
            if card.is_in_use() {
                linger(host.clone());
            } else {
                card.handle(Message::Lingered);
            }
        });
    };
    later(LINGER, Box::new(look));
}

/// The storage key of how often a card was shown.
pub fn count_key(key: &str) -> String {
    join(&["shown:", key])
}

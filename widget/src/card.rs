//! One showing of a card: listens, passes messages to [`state::update`], draws, and runs the effects.

use crate::dom::Dom;
use crate::page::{Data, Event, Page, document, join, window};
use crate::state::{self, Focus, Message, Next, State, Step};
use crate::view::{self, NUMBERS, press};
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::timers::callback::Timeout;
use sondeo_survey::card::{Card, Field};
use sondeo_survey::consent::Decision;
use sondeo_survey::definition::Window;
use sondeo_survey::eligibility::{self, Ending, Moment};
use sondeo_survey::limits;
use sondeo_survey::response::{
    Evidence, Order, Page as Place, Respondent, RespondentKind, Submission, Timing, is_key,
};
use sondeo_survey::wire::decimal;
use std::cell::{Cell, RefCell};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FocusOptions, HtmlTextAreaElement, KeyboardEvent};

/// How long the thank-you stands, in milliseconds.
const LINGER: u32 = 4_000;
/// How long the card takes to leave, in milliseconds; `.out` in card.css.
const LEAVE: u32 = 120;

thread_local! {
    /// The card on the page: one at a time.
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
    /// Whether the last press of a key was the card's; nothing before there are listeners.
    static KEYS_TAKEN: Cell<Option<bool>> = const { Cell::new(None) };
}

struct Shown {
    page: Page,
    /// The survey's name in addresses.
    survey: String,
    card: Card,
    /// The storage key of this survey's silence.
    wait: String,
    state: State,
    /// What consent allowed when the score was sent.
    decision: Option<Decision>,
    /// What is sent, as it grows.
    answer: Submission,
    dom: Dom,
    /// When the card appeared, in milliseconds.
    since: f64,
    /// What had the focus before the card.
    before: Option<Element>,
    _clicks: EventListener,
}

/// Shows `survey` if the rules allow it and nothing is shown yet.
pub fn open(
    page: Page,
    survey: String,
    card: Card,
    wait: String,
    order: Option<Data>,
) -> Result<(), JsValue> {
    let order =
        order.and_then(|order| Order::named(order.text("id"), order.maybe("value"), order.maybe("currency")));
    let now = js_sys::Date::now();
    let moment = Moment {
        now: whole(now),
        silent_until: page.get(&wait).map(|until| whole(js_sys::parse_int(&until, 10)) * 1000),
        consent: page.decide(&card),
        has_order: order.is_some(),
    };
    let is_free = SHOWN.with(|card| card.try_borrow().is_ok_and(|card| card.is_none()));
    if eligibility::decide(card.frequency(), moment).is_err() || !is_free {
        return Ok(());
    }
    // A page that declares nothing leaves the choice of light or dark to the system.
    let scheme = if page.flag("undeclared") { ";color-scheme:light dark" } else { "" };
    let style = join(&[card.field(Field::Style), scheme]);
    let mut dom = Dom::new(card.field(Field::Locale), card.field(Field::Direction), &style)?;
    let state = State::new(card.scale());
    dom.draw(view::view(state, &card), &card);
    let clicks = EventListener::new(&dom.root, "click", on_click);
    take_keys();
    dom.attach();
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
    let shown = Shown {
        before: document().active_element(),
        since: now,
        page,
        survey,
        card,
        wait,
        state,
        decision: None,
        answer,
        dom,
        _clicks: clicks,
    };
    shown.page.tell(Event::Shown, &shown.survey);
    SHOWN.with(|slot| {
        if let Ok(mut slot) = slot.try_borrow_mut() {
            *slot = Some(shown);
        }
    });
    Ok(())
}

/// `crypto.randomUUID` is for secure contexts only; this works on any page.
fn random_id() -> Result<Uuid, JsValue> {
    let mut random = [0; 16];
    window().crypto()?.get_random_values_with_u8_array(&mut random)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// A time in milliseconds, which is far inside what both types hold exactly.
#[allow(clippy::cast_possible_truncation, reason = "times are under 2^53")]
const fn whole(time: f64) -> i64 {
    time as i64
}

/// Runs `work` on the card, if there is one and it is not at work already.
fn with_card(work: &mut dyn FnMut(&mut Shown)) {
    SHOWN.with(|card| {
        if let Ok(mut card) = card.try_borrow_mut()
            && let Some(card) = card.as_mut()
        {
            work(card);
        }
    });
}

/// Keys are taken at the window, on their way down: what is typed in the card reaches no shortcut of the page. A key
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
            with_card(&mut |card| {
                if event.target().as_ref() == Some(card.dom.host.as_ref()) {
                    taken = true;
                    if is_press && let Some(key) = event.dyn_ref::<KeyboardEvent>() {
                        card.key(key);
                    }
                }
            });
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

fn on_click(event: &web_sys::Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let button = target.and_then(|target| target.closest("button").ok().flatten());
    let Some(value) = button.and_then(|button| button.get_attribute("value")) else { return };
    with_card(&mut |card| card.press(&value));
}

impl Shown {
    fn press(&mut self, value: &str) {
        match value {
            press::CLOSE => self.handle(Message::Closed),
            press::SKIP => self.handle(Message::Finished),
            press::SEND => {
                self.answer.comment = self
                    .dom
                    .find("textarea")
                    .map(|field| field.unchecked_into::<HtmlTextAreaElement>().value())
                    .filter(|text| !text.is_empty());
                self.handle(Message::Finished);
            }
            number => {
                if let Some(score) =
                    NUMBERS.iter().position(|label| *label == number).and_then(|at| u8::try_from(at).ok())
                {
                    self.handle(Message::Chose { score, asks_more: self.card.follow_up(score).is_some() });
                }
            }
        }
    }

    fn key(&mut self, event: &KeyboardEvent) {
        let key = event.key();
        let scale = self.card.scale();
        let cell = self.state.cell;
        let in_scale = self.state.step == Step::Question
            && self.dom.root.active_element().is_some_and(|element| element.get_attribute("role").is_some());
        let forward = if self.card.field(Field::Direction) == "rtl" { "ArrowLeft" } else { "ArrowRight" };
        let to = match key.as_str() {
            "Escape" => return self.handle(Message::Closed),
            "Enter" if (event.ctrl_key() || event.meta_key()) && self.state.step == Step::FollowUp => {
                return self.press(press::SEND);
            }
            _ if !in_scale || event.ctrl_key() || event.meta_key() || event.alt_key() => return,
            "Home" => scale.min,
            "End" => scale.max,
            "ArrowDown" => cell + 1,
            sideways if sideways == forward => cell + 1,
            "ArrowUp" | "ArrowRight" | "ArrowLeft" => cell.wrapping_sub(1),
            // "1" then "0" is ten.
            "0" if cell == 1 && scale.max == 10 => 10,
            digit => {
                match NUMBERS.iter().position(|label| *label == digit).and_then(|at| u8::try_from(at).ok()) {
                    Some(number) => number,
                    None => return,
                }
            }
        };
        event.prevent_default();
        if scale.contains(to) {
            self.handle(Message::Moved(to));
        }
    }

    fn handle(&mut self, message: Message) {
        let effects = state::update(&mut self.state, message);
        if self.state.step != Step::Closed {
            self.dom.draw(view::view(self.state, &self.card), &self.card);
        }
        if let Some(complete) = effects.send {
            self.send(complete);
        }
        if let Some(ending) = effects.remember {
            if ending == Ending::Dismissed {
                self.page.tell(Event::Dismissed, &self.survey);
            }
            let until = eligibility::silent_until(self.card.frequency(), ending, whole(js_sys::Date::now()));
            let until = u32::try_from(until / 1000).unwrap_or(u32::MAX);
            self.page.set(&self.wait, &decimal(until));
        }
        if let Some(focus) = effects.focus {
            self.focus(focus);
        }
        match effects.next {
            Some(Next::Linger) => linger(),
            Some(Next::Leave) => self.leave(),
            None => {}
        }
    }

    fn focus(&self, focus: Focus) {
        let element = match focus {
            Focus::Cell => self.dom.find("[tabindex=\"0\"]"),
            // On a touch screen the focus would raise the keyboard over the question.
            Focus::Comment if self.page.flag("touch") => Some(self.dom.section.clone()),
            Focus::Comment => self.dom.find("textarea"),
            // Only where the card has the focus now: the visitor may have gone on in the page.
            Focus::Back if self.dom.root.active_element().is_none() && self.state.step == Step::Closed => {
                None
            }
            Focus::Back => self.before.clone().map(JsCast::unchecked_into),
        };
        if let Some(element) = element {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }

    fn leave(&self) {
        let _ = self.dom.section.class_list().add_1("out");
        later(
            LEAVE,
            Box::new(|| drop(SHOWN.with(|card| card.try_borrow_mut().ok().and_then(|mut card| card.take())))),
        );
    }

    fn send(&mut self, complete: bool) {
        let decision = self.page.decide(&self.card);
        let answer = &mut self.answer;
        // The first revision fixes what is kept. Consent that comes or goes later ends this answer as it stands: the
        // next revision would be stored in another place, as another answer.
        if matches!(decision, Decision::Refuse(_)) || self.decision.is_some_and(|first| first != decision) {
            return;
        }
        if self.decision.replace(decision).is_none() {
            let took = js_sys::Date::now() - self.since;
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "saturates, and is advice"
            )]
            let took = took as u32;
            answer.timing.shown_to_score_ms = (u64::from(took) <= limits::TIMING_MS).then_some(took);
            if decision == Decision::Store {
                answer.respondent = respondent(&self.page, &self.card, answer.order.as_ref());
            } else {
                // The collector would remove these. What need not travel stays here.
                answer.order = None;
                answer.page.path = None;
            }
            self.page.tell(Event::Answered, &self.survey);
        }
        answer.revision += 1;
        answer.score = self.state.score.unwrap_or_default();
        answer.complete = complete;
        (answer.consent.status, answer.consent.source) = self.page.evidence();
        answer.consent.at = self.page.maybe("at");
        let id = answer.id.hyphenated();
        self.page.send(id.encode_lower(&mut Uuid::encode_buffer()), &self.survey, &answer.to_json());
        if complete {
            self.page.tell(Event::Completed, &self.survey);
        }
    }
}

/// Who answers: the order, the site's user, or, where consent allows one, this browser.
fn respondent(page: &Page, card: &Card, order: Option<&Order>) -> Option<Respondent> {
    let (kind, key) = match (order, page.maybe("user")) {
        (Some(order), _) if card.frequency().window == Window::Order => {
            (RespondentKind::Order, order.id.clone())
        }
        (_, Some(user)) if is_key(&user) => (RespondentKind::User, user),
        _ => {
            if page.get("visitor").is_none() {
                let id = random_id().ok()?;
                page.set("visitor", id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
            }
            (RespondentKind::Visitor, page.get("visitor")?)
        }
    };
    Some(Respondent { kind, key, proof: None })
}

/// Does `job` after so many milliseconds. Boxed, so that one timer's code serves all.
fn later(milliseconds: u32, job: Box<dyn FnOnce()>) {
    Timeout::new(milliseconds, job).forget();
}

/// Waits, and waits again while the visitor reads or is inside.
fn linger() {
    let look = || {
        with_card(&mut |card| {
            if card.dom.root.active_element().is_some() || card.dom.section.matches(":hover").unwrap_or(false)
            {
                linger();
            } else {
                card.handle(Message::Lingered);
            }
        });
    };
    later(LINGER, Box::new(look));
}

//! One card on the page: turns presses and keys into messages, and runs the effects of [`state::update`].

use crate::card::{LEAVE, LINGER, count_key};
use crate::dom::Dom;
use crate::page::{Page, whole};
use crate::state::{self, Consent, Focus, Message, Next, State, Step};
use crate::view::{self, LETTERS, NUMBERS, press};
use sondeo_survey::card::{Card, Field, Steps};
use sondeo_survey::consent::Decision;
use sondeo_survey::eligibility::{self, Ending, FOREVER};
use sondeo_survey::limits;
use sondeo_survey::look::Layout;
use sondeo_survey::response::Submission;
use sondeo_survey::step::Ask;
use sondeo_survey::wire::decimal;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlTextAreaElement, KeyboardEvent};

/// A card on the page. Dropping it takes it off.
pub struct Shown {
    pub page: Page,
    /// The survey's name in addresses.
    pub survey: String,
    pub card: Card,
    /// What the survey's silence is kept under.
    pub key: String,
    pub state: State,
    pub steps: Steps,
    /// What was written, with the number of its step.
    pub comment: Option<(usize, String)>,
    /// Whether it stands in a place that the page has for it.
    pub is_in_page: bool,
    /// When the box for consent was ticked.
    pub ticked: Option<String>,
    /// What consent allowed when the score was sent.
    pub decision: Option<Decision>,
    /// The word of the site's server that the order is the visitor's.
    pub order_proof: Option<String>,
    /// What is sent, as it grows.
    pub answer: Submission,
    pub dom: Dom,
    /// When the card appeared, in milliseconds.
    pub since: f64,
}

impl Shown {
    /// Makes the card look as its state is.
    pub fn draw(&mut self, is_other_step: bool) {
        let marks = view::view(self.state, &self.card, &self.steps);
        self.dom.draw(&marks, &self.card, is_other_step);
    }

    /// One more showing: no other survey for a while, and this one not without end.
    pub fn count(&self, now: i64) {
        let until = eligibility::spaced_until(self.card.number(Field::SpacingHours), now);
        self.page.keep("clock", "", until);
        let key = count_key(&self.key);
        let earlier = self.page.get(&key).map_or(0, |count| whole(js_sys::parse_int(&count, 10)));
        let earlier = u32::try_from(earlier).unwrap_or(0);
        self.page.set(&key, &decimal(earlier.saturating_add(1)));
        if eligibility::is_last_showing(self.card.frequency(), earlier) {
            self.page.keep("rest:", &self.key, FOREVER);
        }
    }

    /// Whether the visitor reads it or is inside.
    pub fn is_in_use(&self) -> bool {
        // After a tap, touch screens leave the pointer where it was.
        self.dom.root.active_element().is_some()
            || !self.page.flag("touch") && self.dom.section.matches(":hover").unwrap_or(false)
    }

    /// A button was pressed.
    pub fn press(&mut self, value: &str) {
        let message = match value {
            press::CLOSE => Message::Closed,
            press::SEND => {
                self.write_down();
                Message::Finished
            }
            press::SKIP => {
                if self.dom.find("textarea").is_some() {
                    self.comment = None;
                }
                Message::Skipped
            }
            press::BACK => {
                self.write_down();
                Message::Back
            }
            press::AGREE => {
                self.write_down();
                self.ticked = js_sys::Date::new_0().to_iso_string().as_string();
                Message::Agreed
            }
            _ => match (index(&NUMBERS, value), index(&LETTERS, value)) {
                (Some(score), _) => Message::Chose(score),
                (_, Some(choice)) => Message::Picked(choice),
                _ => return,
            },
        };
        self.handle(message);
    }

    /// Keeps what stands in the step's field.
    fn write_down(&mut self) {
        let Step::Asked(number) = self.state.step else { return };
        let Some(field) = self.dom.find("textarea") else { return };
        let text = field.unchecked_into::<HtmlTextAreaElement>().value();
        self.comment = (!text.is_empty()).then_some((number, text));
    }

    /// A key was pressed in the card.
    pub fn key(&mut self, event: &KeyboardEvent) {
        let key = event.key();
        let asked = match self.state.step {
            Step::Asked(number) => self.steps.steps.get(number).copied(),
            _ => None,
        };
        let (scale, cell) = (self.card.scale(), self.state.cell);
        let (first, last) = match asked {
            Some(step) => (0, step.count.saturating_sub(1)),
            None => (scale.min, scale.max),
        };
        let in_radios = self
            .dom
            .root
            .active_element()
            .is_some_and(|element| element.get_attribute("role").is_some_and(|role| role == "radio"));
        let forward = if self.card.field(Field::Direction) == "rtl" { "ArrowLeft" } else { "ArrowRight" };
        let to = match key.as_str() {
            "Escape" if self.is_in_page => return,
            "Escape" => return self.handle(Message::Closed),
            "Enter"
                if (event.ctrl_key() || event.meta_key())
                    && asked.is_some_and(|step| step.ask != Ask::One) =>
            {
                // Else it would press what has the focus in the next step, too.
                event.prevent_default();
                return self.press(press::SEND);
            }
            _ if !in_radios || event.ctrl_key() || event.meta_key() || event.alt_key() => return,
            "Home" => first,
            "End" => last,
            "ArrowDown" => cell + 1,
            sideways if sideways == forward => cell + 1,
            "ArrowUp" | "ArrowRight" | "ArrowLeft" => cell.wrapping_sub(1),
            // Numbers are for the scale. "1" then "0" is ten.
            _ if asked.is_some() => return,
            "0" if cell == 1 && scale.max == 10 => 10,
            digit => match index(&NUMBERS, digit) {
                Some(number) => number,
                None => return,
            },
        };
        event.prevent_default();
        if first <= to && to <= last {
            self.handle(Message::Moved(to));
        }
    }

    /// The one way by which anything changes.
    pub fn handle(&mut self, message: Message) {
        let before = self.state;
        let effects = state::update(&mut self.state, &self.steps.steps, message);
        if before.score.is_none() && self.state.score.is_some() {
            self.time();
        }
        let is_settled = self.state.consent == Consent::Settled && before.consent == Consent::Open;
        let is_other_step = self.state.step != before.step || is_settled;
        if self.state.step != Step::Closed {
            self.draw(is_other_step);
        }
        if let Some(complete) = effects.send {
            self.send(complete);
        }
        if let Some(ending) = effects.remember {
            self.remember(ending);
        }
        if is_other_step {
            self.bring_back();
        }
        if let Some(focus) = effects.focus {
            self.focus(focus);
        }
        match effects.next {
            // What can still be used stays, and so does what has a place of its own.
            Some(Next::Linger) if self.is_in_page || !self.card.field(Field::Link).is_empty() => {}
            Some(Next::Linger) => self.page.later(LINGER, &self.dom.host),
            Some(Next::Leave) => {
                let _ = self.dom.section.class_list().add_1("out");
                self.page.later(LEAVE, &self.dom.host);
            }
            None => {}
        }
    }

    fn remember(&self, ending: Ending) {
        let until = eligibility::silent_until(self.card.frequency(), ending, whole(js_sys::Date::now()));
        if ending == Ending::Answered {
            self.page.keep("wait:", &self.key, until);
            self.page.set(&count_key(&self.key), "0");
            // The last showing had begun a rest without end.
            self.page.keep("rest:", &self.key, 0);
        } else {
            self.page.emit("dismissed", &self.survey, None);
            self.page.keep("rest:", &self.key, until);
        }
    }

    /// Puts what was written in this step earlier into its field.
    fn bring_back(&self) {
        if let Step::Asked(number) = self.state.step
            && let Some((step, text)) = &self.comment
            && *step == number
            && let Some(field) = self.dom.find("textarea")
        {
            field.unchecked_into::<HtmlTextAreaElement>().set_value(text);
        }
    }

    fn focus(&self, focus: Focus) {
        let has_touch = self.page.flag("touch");
        let cell = "[tabindex=\"0\"]";
        let element = match focus {
            Focus::Cell => self.dom.find(cell),
            // On a touch screen the focus would raise the keyboard over the question.
            Focus::Step if has_touch => Some(self.dom.section.clone()),
            Focus::Step => self.dom.find("textarea").or_else(|| self.dom.find(cell)),
            // The page of a dialog takes no focus before the dialog is gone, and a tab is not there before.
            Focus::Back if self.holds_focus() => Some(self.dom.section.clone()),
            // Only where the card has the focus now: the visitor may have gone on in the page.
            Focus::Back if self.dom.root.active_element().is_none() && self.state.step == Step::Closed => {
                None
            }
            Focus::Back => {
                // Where nothing had the focus, nothing gets it, and the card must not keep it.
                let _ = self.dom.section.blur();
                if !has_touch {
                    self.page.back(&self.dom.host);
                }
                None
            }
        };
        if let Some(element) = element {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }

    /// Whether the visitor went into the card by opening it, so that leaving it means going back.
    fn holds_focus(&self) -> bool {
        matches!(self.card.layout(), Layout::Dialog | Layout::Tab)
    }

    /// What an opened card begins with, where opening it means going into it. A dialog takes the focus by itself.
    pub fn enter(&self) {
        if self.card.layout() == Layout::Tab {
            self.focus(Focus::Step);
        }
    }

    /// Takes the card off the page.
    pub fn take_off(self) {
        self.page.emit("closed", &self.survey, None);
        if self.holds_focus() {
            self.page.back(&self.dom.host);
        }
    }

    /// Notes how long the visitor took.
    fn time(&mut self) {
        let took = js_sys::Date::now() - self.since;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and is advice"
        )]
        let took = took as u32;
        self.answer.timing.shown_to_score_ms = (u64::from(took) <= limits::TIMING_MS).then_some(took);
    }
}

fn index(words: &[&str], word: &str) -> Option<u8> {
    words.iter().position(|other| *other == word).and_then(|at| u8::try_from(at).ok())
}

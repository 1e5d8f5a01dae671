//! One card on the page: turns presses and keys into messages, and runs the effects of [`state::update`].

use crate::card::{LEAVE, LINGER, count_key};
use crate::page::{Host, Page, whole};
use sondeo_survey::card::state::{self, Consent, Focus, Message, Next, State, Step};
use sondeo_survey::card::view::{self, LETTERS, NUMBERS, press};
use sondeo_survey::card::{Card, CardStep, Field, Steps};
use sondeo_survey::consent::Decision;
use sondeo_survey::eligibility::{self, Ending, FOREVER};
use sondeo_survey::limits;
use sondeo_survey::look::Layout;
use sondeo_survey::response::Submission;
use sondeo_survey::step::Ask;
use sondeo_survey::wire::decimal;

/// What a cell or choice is that the Tab key reaches.
const CELL: &str = "[tabindex=\"0\"]";

/// A key that went down in a card.
pub struct Key<'a> {
    /// As browsers name it.
    pub name: &'a str,
    /// With Control or Meta.
    pub is_command: bool,
    pub is_alt: bool,
    /// Where one of several can be chosen.
    pub in_radios: bool,
}

/// A card on the page.
pub struct Shown {
    pub page: Page,
    pub host: Host,
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
    /// When the card appeared, in milliseconds since 1970.
    pub since: f64,
}

impl Shown {
    /// Makes the card look as its state is.
    pub fn draw(&self, is_other_step: bool) {
        let written = match (&self.comment, self.state.step) {
            (Some((step, text)), Step::Asked(number)) if *step == number => text,
            _ => "",
        };
        let view = view::view(self.state, &self.card, &self.steps, written);
        self.page.draw(&self.host, &view, is_other_step);
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

    /// A button was pressed.
    pub fn press(&mut self, value: &str) {
        let message = match value {
            press::CLOSE => Message::Closed,
            press::SEND => {
                self.write_down();
                Message::Finished
            }
            press::SKIP => {
                if self.asked().is_some_and(|step| step.ask == Ask::Comment) {
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

    /// The step that is asked now.
    fn asked(&self) -> Option<CardStep> {
        let Step::Asked(number) = self.state.step else { return None };
        self.steps.steps.get(number).copied()
    }

    /// Keeps what stands in the step's field.
    fn write_down(&mut self) {
        let Step::Asked(number) = self.state.step else { return };
        let Some(text) = self.page.written(&self.host) else { return };
        self.comment = (!text.is_empty()).then_some((number, text));
    }

    /// A key went down in the card. Says whether that was all that it should do.
    pub fn key(&mut self, &Key { name, is_command, is_alt, in_radios }: &Key) -> bool {
        let asked = self.asked();
        let (scale, cell) = (self.card.scale(), self.state.cell);
        let (first, last) = match asked {
            Some(step) => (0, step.count.saturating_sub(1)),
            None => (scale.min, scale.max),
        };
        let forward = if self.card.field(Field::Direction) == "rtl" { "ArrowLeft" } else { "ArrowRight" };
        let to = match name {
            "Escape" => {
                if !self.is_in_page {
                    self.handle(Message::Closed);
                }
                return false;
            }
            "Enter" if is_command && asked.is_some_and(|step| step.ask != Ask::One) => {
                self.press(press::SEND);
                // Else it would press what has the focus in the next step, too.
                return true;
            }
            _ if !in_radios || is_command || is_alt => return false,
            "Home" => first,
            "End" => last,
            "ArrowDown" => cell + 1,
            sideways if sideways == forward => cell + 1,
            "ArrowUp" | "ArrowRight" | "ArrowLeft" => cell.wrapping_sub(1),
            // Numbers are for the scale. "1" then "0" is ten.
            _ if asked.is_some() => return false,
            "0" if cell == 1 && scale.max == 10 => 10,
            digit => match index(&NUMBERS, digit) {
                Some(number) => number,
                None => return false,
            },
        };
        if first <= to && to <= last {
            self.handle(Message::Moved(to));
        }
        true
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
        if let Some(focus) = effects.focus {
            self.focus(focus);
        }
        match effects.next {
            // What can still be used stays, and so does what has a place of its own.
            Some(Next::Linger) if self.is_in_page || !self.card.field(Field::Link).is_empty() => {}
            Some(Next::Linger) => self.page.later(LINGER, &self.host),
            Some(Next::Leave) => {
                self.page.fade(&self.host);
                self.page.later(LEAVE, &self.host);
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

    fn focus(&self, focus: Focus) {
        let has_touch = self.page.flag("touch");
        let selector = match focus {
            Focus::Cell => CELL,
            // On a touch screen the focus would raise the keyboard over the question.
            Focus::Step if has_touch => "section",
            // The step's field or choice comes before the box.
            Focus::Step => "textarea,[tabindex=\"0\"]",
            // The page of a dialog takes no focus before the dialog is gone, and a tab is not there before.
            Focus::Back if self.holds_focus() => "section",
            // Only where the card has the focus now: the visitor may have gone on in the page.
            Focus::Back if self.state.step == Step::Closed && !self.page.inside(&self.host) => return,
            // Where nothing had the focus, nothing gets it, and the card must not keep it.
            Focus::Back => return self.page.back(&self.host, !has_touch),
        };
        self.page.focus(&self.host, selector);
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
        self.page.off(&self.host);
        self.page.emit("closed", &self.survey, None);
        if self.holds_focus() {
            self.page.back(&self.host, true);
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

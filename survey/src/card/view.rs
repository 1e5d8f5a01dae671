//! What should be seen of a card: pure functions, whose text `widget/src/loader/stage.js` makes so.
//!
//! The collector writes the first question of a card, so that a browser can draw it before Wasm is there; from then on the
//! widget writes what is seen. Both are the same lines.

use super::state::{Consent, State, Step};
use super::{Card, CardStep, Field, SEPARATOR, Steps};
use crate::limits;
use crate::look::{Layout, Look};
use crate::step::Ask;

/// Between elements: the ASCII record separator.
const NEXT: char = '\x1e';

/// An element: its name, then names and values of attributes that are always the same.
macro_rules! element {
    ($tag:literal $(, $name:literal = $value:expr)*) => { concat!($tag $(, "\x1f", $name, "\x1f", $value)*) };
}

/// What can be chosen.
#[derive(Clone, Copy)]
struct Cell {
    /// What a press of it means.
    value: &'static str,
    is_checked: bool,
    /// Whether the Tab key reaches it.
    is_reachable: bool,
}

/// The `value` of a button says what a press of it means; a score's is its number, a choice's its letter.
pub mod press {
    /// Close the card.
    pub const CLOSE: &str = "x";
    /// The step is answered.
    pub const SEND: &str = "s";
    /// Decline the step.
    pub const SKIP: &str = "k";
    /// To the step before.
    pub const BACK: &str = "z";
    /// Tick the box for consent, or empty it.
    pub const AGREE: &str = "y";
}

/// The numbers of every scale, as they are shown.
pub const NUMBERS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
/// As many letters as a step has choices; none that is also a command.
pub const LETTERS: [&str; limits::CHOICES] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "l", "m"];

/// Elements in the making: of each how deep it lies, what it says where nothing lies in it, its name, and its attributes. Its
/// parent is the last one before it that lies less deep.
struct View(String);

impl View {
    /// Adds an element; `element` is made by the macro of that name.
    #[inline(never)]
    fn add(&mut self, depth: u8, element: &str, text: &str) {
        if !self.0.is_empty() {
            self.0.push(NEXT);
        }
        self.0.push(char::from(b'0' + depth));
        self.part(text);
        self.part(element);
    }

    /// Gives the last element an attribute.
    #[inline(never)]
    fn with(&mut self, name: &str, value: &str) {
        self.part(name);
        self.part(value);
    }

    #[inline(never)]
    fn cell(&mut self, Cell { value, is_checked, is_reachable }: Cell) {
        self.with("value", value);
        self.with("aria-checked", if is_checked { "true" } else { "false" });
        self.with("tabindex", if is_reachable { "0" } else { "-1" });
    }

    fn part(&mut self, part: &str) {
        self.0.push(char::from(SEPARATOR));
        self.0.push_str(part);
    }
}

/// What stands around the content: the dialog, where it is one, the card itself, and the logo.
pub(super) fn frame(card: &Card, logo: &str) -> String {
    let mut view = View(String::new());
    let is_dialog = card.layout() == Layout::Dialog;
    if is_dialog {
        view.add(0, element!("dialog", "aria-labelledby" = "q"), NOTHING);
    }
    let depth = u8::from(is_dialog);
    view.add(depth, element!("section", "aria-labelledby" = "q", "tabindex" = "-1"), NOTHING);
    view.with("class", card.layout().name());
    view.with("style", card.field(Field::Style));
    if !logo.is_empty() {
        view.add(depth + 1, element!("img", "class" = "logo", "alt" = ""), NOTHING);
        view.with("src", logo);
    }
    view.0
}

/// The card's content: the line for announcements, which stays; the step; the box for consent, where there is one; the
/// close button, last in order. `written` is what stands in the step's field.
#[must_use]
pub fn view(state: State, card: &Card, steps: &Steps, written: &str) -> String {
    let mut view = View(String::with_capacity(2_000));
    let thanks = match (state.step, state.score) {
        (Step::Thanks, _) if state.consent == Consent::Open => card.field(Field::NoConsent),
        (Step::Thanks, Some(score)) => card.field(card.thanks(score)),
        _ => NOTHING,
    };
    view.add(0, element!("p", "role" = "status"), thanks);
    match state.step {
        Step::Question => question(&mut view, state, card, steps.icons),
        Step::Asked(number) => {
            if let Some(step) = steps.steps.get(number) {
                asked(&mut view, state, card, steps, (number, step), written);
            }
        }
        Step::Thanks if state.consent == Consent::Open => {}
        Step::Thanks if !card.field(Field::Link).is_empty() => {
            view.add(
                0,
                element!("a", "class" = "link", "target" = "_blank", "rel" = "noopener noreferrer"),
                NOTHING,
            );
            view.with("href", card.field(Field::Link));
            view.add(1, "span", card.field(Field::LinkText));
            view.add(1, element!("span", "class" = "hint"), card.field(Field::LinkHint));
        }
        Step::Thanks | Step::Closed => {}
    }
    if state.consent != Consent::Settled {
        view.add(0, BOX, card.field(Field::Agree));
        let is_checked = state.consent == Consent::Ticked;
        view.cell(Cell { value: press::AGREE, is_checked, is_reachable: true });
        let without = if state.step == Step::Thanks { NOTHING } else { card.field(Field::NoConsent) };
        view.add(0, element!("div", "id" = "w", "class" = "without"), without);
    }
    view.add(0, element!("button", "type" = "button", "class" = "close"), NOTHING);
    view.with("value", press::CLOSE);
    view.with("aria-label", card.field(Field::Close));
    view.0
}

fn question(view: &mut View, state: State, card: &Card, icons: usize) {
    let (scale, look) = (card.scale(), card.look());
    view.add(0, STEP, NOTHING);
    view.add(1, TITLE, card.field(Field::Question));
    view.add(1, element!("div", "role" = "radiogroup", "aria-labelledby" = "q"), NOTHING);
    view.with(
        "class",
        match look {
            Look::Numbers => "scale",
            Look::Stars => "scale icons stars",
            Look::Smileys => "scale icons",
            Look::Thumbs => "scale icons thumbs",
        },
    );
    for score in scale.min..=scale.max {
        let number = NUMBERS.get(usize::from(score)).copied().unwrap_or_default();
        let is_number = look == Look::Numbers;
        view.add(2, RADIO, if is_number { number } else { NOTHING });
        let label = match score {
            end if end == scale.min => card.field(Field::LowLabel),
            end if end == scale.max => card.field(Field::HighLabel),
            _ if is_number => NOTHING,
            _ => number,
        };
        if !label.is_empty() {
            view.with("aria-label", label);
        }
        let (is_checked, is_reachable) = (state.score == Some(score), state.cell == score);
        view.cell(Cell { value: number, is_checked, is_reachable });
        if !is_number {
            view.add(3, element!("svg", "viewBox" = "0 0 32 32", "aria-hidden" = "true"), NOTHING);
            view.add(4, "path", NOTHING);
            view.with("d", card.at(icons + usize::from(score - scale.min)));
        }
    }
    // The ends are in the labels of the outer cells.
    view.add(1, element!("div", "class" = "ends", "aria-hidden" = "true"), NOTHING);
    view.add(2, "span", card.field(Field::Low));
    view.add(2, "span", card.field(Field::High));
}

fn asked(
    view: &mut View,
    state: State,
    card: &Card,
    Steps { steps, places, .. }: &Steps,
    (number, step): (usize, &CardStep),
    written: &str,
) {
    view.add(0, STEP, NOTHING);
    let before = steps.iter().take(number).filter(|step| state.asks(step)).count();
    let after = steps.iter().skip(number + 1).filter(|step| state.asks(step)).count();
    let of = before + 1 + after;
    // "Step 1 of 1", "Step 1 of 2", "Step 2 of 2", … Always an element: within a step their number stays.
    let place = if of > 1 { card.at(places + of * (of - 1) / 2 + before) } else { NOTHING };
    view.add(1, element!("div", "class" = "note"), place);
    view.add(1, TITLE, card.at(step.question));
    match step.ask {
        Ask::Comment => {
            view.add(
                1,
                element!("textarea", "aria-labelledby" = "q", "rows" = "3", "maxlength" = 2_000),
                written,
            );
        }
        Ask::One => {
            view.add(
                1,
                element!("div", "class" = "choices", "role" = "radiogroup", "aria-labelledby" = "q"),
                NOTHING,
            );
        }
        Ask::Many => {
            view.add(1, element!("div", "class" = "note", "id" = "n"), card.field(Field::AllThatApply));
            view.add(
                1,
                element!("div", "class" = "choices", "role" = "group", "aria-labelledby" = "q n"),
                NOTHING,
            );
        }
    }
    for choice in 0..step.count {
        let at = usize::from(choice);
        let is_one = step.ask == Ask::One;
        view.add(2, if is_one { RADIO } else { CHECKBOX }, card.at(step.choices + 2 * at + 1));
        let value = LETTERS.get(at).copied().unwrap_or_default();
        let is_reachable = !is_one || state.cell == choice;
        view.cell(Cell { value, is_checked: state.has(step, choice), is_reachable });
    }
    view.add(1, element!("div", "class" = "acts"), NOTHING);
    if step.ask != Ask::One {
        let send = if after == 0 { Field::Send } else { Field::Next };
        act(view, "send", press::SEND, card.field(send));
    }
    act(view, "skip", press::SKIP, card.field(Field::Skip));
    act(view, "back", press::BACK, card.field(Field::Back));
}

fn act(view: &mut View, class: &str, value: &str, text: &str) {
    view.add(2, element!("button", "type" = "button"), text);
    view.with("class", class);
    view.with("value", value);
}

const NOTHING: &str = "";
const STEP: &str = element!("div", "class" = "step");
const TITLE: &str = element!("h2", "id" = "q");
const RADIO: &str = element!("button", "type" = "button", "role" = "radio");
const CHECKBOX: &str = element!("button", "type" = "button", "role" = "checkbox");
const BOX: &str =
    element!("button", "type" = "button", "role" = "checkbox", "class" = "agree", "aria-describedby" = "w");

// What the field's `maxlength` says.
const _: () = assert!(limits::COMMENT == 2_000);

//! What should be seen of a state: a pure function.

use crate::state::{Consent, State, Step};
use sondeo_survey::card::{Card, CardStep, Field, Steps};
use sondeo_survey::limits;
use sondeo_survey::look::Look;
use sondeo_survey::step::Ask;

/// An element to be seen. A view is a flat list of them: building and comparing it takes a third of a tree's code.
#[derive(Clone, Copy)]
pub struct Mark {
    /// How deep it lies; its parent is the last mark before it that lies less deep.
    pub depth: u8,
    /// The element's name.
    pub tag: &'static str,
    /// Attributes that are always the same.
    pub fixed: Fixed,
    /// What it says, where nothing lies in it.
    pub text: Text,
    /// An attribute that is a text of the card.
    pub attribute: Option<(&'static str, Text)>,
    /// Where it can be chosen.
    pub cell: Option<Cell>,
}

/// What can be chosen.
#[derive(Clone, Copy)]
pub struct Cell {
    /// What a press of it means.
    pub value: &'static str,
    pub is_checked: bool,
    /// Whether the Tab key reaches it.
    pub is_reachable: bool,
}

/// Names and values of attributes.
pub type Fixed = &'static [(&'static str, &'static str)];

/// What is to be read.
#[derive(Clone, Copy)]
pub enum Text {
    /// This.
    Is(&'static str),
    /// A field of the card, by its number.
    At(usize),
}

impl Text {
    /// The words.
    pub fn of(self, card: &Card) -> &str {
        match self {
            Text::Is(text) => text,
            Text::At(number) => card.at(number),
        }
    }
}

impl From<Field> for Text {
    fn from(field: Field) -> Self {
        Text::At(field as usize)
    }
}

const NOTHING: Text = Text::Is("");

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

/// A list of marks in the making.
struct View(Vec<Mark>);

impl View {
    #[inline(never)]
    fn mark(&mut self, depth: u8, tag: &'static str, fixed: Fixed, text: Text) {
        self.0.push(Mark { depth, tag, fixed, text, attribute: None, cell: None });
    }

    /// Adds to the last mark.
    #[inline(never)]
    fn with(&mut self, attribute: Option<(&'static str, Text)>, cell: Option<Cell>) {
        if let Some(last) = self.0.last_mut() {
            (last.attribute, last.cell) = (attribute, cell);
        }
    }
}

/// The card's content: the line for announcements, which stays; the step; the box for consent, where there is one; the
/// close button, last in order.
pub fn view(state: State, card: &Card, steps: &Steps) -> Vec<Mark> {
    let mut view = View(Vec::with_capacity(48));
    let thanks = match (state.step, state.score) {
        (Step::Thanks, _) if state.consent == Consent::Open => Field::NoConsent.into(),
        (Step::Thanks, Some(score)) => card.thanks(score).into(),
        _ => NOTHING,
    };
    view.mark(0, "p", &[("role", "status")], thanks);
    match state.step {
        Step::Question => question(&mut view, state, card, steps.icons),
        Step::Asked(number) => {
            if let Some(step) = steps.steps.get(number) {
                asked(&mut view, state, steps, (number, step));
            }
        }
        Step::Thanks if state.consent == Consent::Open => {}
        Step::Thanks if !card.field(Field::Link).is_empty() => {
            let fixed = &[("class", "link"), ("target", "_blank"), ("rel", "noopener noreferrer")];
            view.mark(0, "a", fixed, NOTHING);
            view.with(Some(("href", Field::Link.into())), None);
            view.mark(1, "span", &[], Field::LinkText.into());
            view.mark(1, "span", &[("class", "hint")], Field::LinkHint.into());
        }
        Step::Thanks | Step::Closed => {}
    }
    if state.consent != Consent::Settled {
        view.mark(0, "button", BOX, Field::Agree.into());
        let cell =
            Cell { value: press::AGREE, is_checked: state.consent == Consent::Ticked, is_reachable: true };
        view.with(None, Some(cell));
        let without = if state.step == Step::Thanks { NOTHING } else { Field::NoConsent.into() };
        view.mark(0, "div", &[("id", "w"), ("class", "without")], without);
    }
    view.mark(0, "button", &[("type", "button"), ("class", "close"), ("value", press::CLOSE)], NOTHING);
    view.with(Some(("aria-label", Field::Close.into())), None);
    view.0
}

fn question(view: &mut View, state: State, card: &Card, icons: usize) {
    let (scale, look) = (card.scale(), card.look());
    view.mark(0, "div", STEP, NOTHING);
    view.mark(1, "h2", TITLE, Field::Question.into());
    let fixed = match look {
        Look::Numbers => &SCALES[0],
        Look::Stars => &SCALES[1],
        Look::Smileys => &SCALES[2],
        Look::Thumbs => &SCALES[3],
    };
    view.mark(1, "div", fixed, NOTHING);
    for score in scale.min..=scale.max {
        let number = NUMBERS.get(usize::from(score)).copied().unwrap_or_default();
        let is_number = look == Look::Numbers;
        view.mark(2, "button", RADIO, if is_number { Text::Is(number) } else { NOTHING });
        let label = match score {
            end if end == scale.min => Some(Field::LowLabel.into()),
            end if end == scale.max => Some(Field::HighLabel.into()),
            _ => (!is_number).then_some(Text::Is(number)),
        };
        let cell =
            Cell { value: number, is_checked: state.score == Some(score), is_reachable: state.cell == score };
        view.with(label.map(|label| ("aria-label", label)), Some(cell));
        if !is_number {
            view.mark(3, "svg", &[("viewBox", "0 0 32 32"), ("aria-hidden", "true")], NOTHING);
            view.mark(4, "path", &[], NOTHING);
            view.with(Some(("d", Text::At(icons + usize::from(score - scale.min)))), None);
        }
    }
    // The ends are in the labels of the outer cells.
    view.mark(1, "div", &[("class", "ends"), ("aria-hidden", "true")], NOTHING);
    view.mark(2, "span", &[], Field::Low.into());
    view.mark(2, "span", &[], Field::High.into());
}

fn asked(
    view: &mut View,
    state: State,
    Steps { steps, places, .. }: &Steps,
    (number, step): (usize, &CardStep),
) {
    view.mark(0, "div", STEP, NOTHING);
    let before = steps.iter().take(number).filter(|step| state.asks(step)).count();
    let after = steps.iter().skip(number + 1).filter(|step| state.asks(step)).count();
    let of = before + 1 + after;
    // "Step 1 of 1", "Step 1 of 2", "Step 2 of 2", … Always an element: within a step the list keeps its length.
    let place = if of > 1 { Text::At(places + of * (of - 1) / 2 + before) } else { NOTHING };
    view.mark(1, "div", &[("class", "note")], place);
    view.mark(1, "h2", TITLE, Text::At(step.question));
    match step.ask {
        Ask::Comment => {
            let fixed = &[("aria-labelledby", "q"), ("rows", "3"), ("maxlength", COMMENT)];
            view.mark(1, "textarea", fixed, NOTHING);
        }
        Ask::One => view.mark(1, "div", &CHOICES[0], NOTHING),
        Ask::Many => {
            view.mark(1, "div", &[("class", "note"), ("id", "n")], Field::AllThatApply.into());
            view.mark(1, "div", &CHOICES[1], NOTHING);
        }
    }
    for choice in 0..step.count {
        let at = usize::from(choice);
        let is_one = step.ask == Ask::One;
        view.mark(2, "button", if is_one { RADIO } else { CHECKBOX }, Text::At(step.choices + 2 * at + 1));
        view.with(
            None,
            Some(Cell {
                value: LETTERS.get(at).copied().unwrap_or_default(),
                is_checked: state.has(step, choice),
                is_reachable: !is_one || state.cell == choice,
            }),
        );
    }
    view.mark(1, "div", &[("class", "acts")], NOTHING);
    if step.ask != Ask::One {
        let send = if after == 0 { Field::Send } else { Field::Next };
        view.mark(2, "button", &[("type", "button"), ("class", "send"), ("value", press::SEND)], send.into());
    }
    let skip = &[("type", "button"), ("class", "skip"), ("value", press::SKIP)];
    view.mark(2, "button", skip, Field::Skip.into());
    let back = &[("type", "button"), ("class", "back"), ("value", press::BACK)];
    view.mark(2, "button", back, Field::Back.into());
}

const STEP: Fixed = &[("class", "step")];
const TITLE: Fixed = &[("id", "q")];
const RADIO: Fixed = &[("type", "button"), ("role", "radio")];
const CHECKBOX: Fixed = &[("type", "button"), ("role", "checkbox")];
const BOX: Fixed = &[("type", "button"), ("role", "checkbox"), ("class", "agree"), ("aria-describedby", "w")];
static SCALES: [[(&str, &str); 3]; 4] = [
    [("class", "scale"), ("role", "radiogroup"), ("aria-labelledby", "q")],
    [("class", "scale icons stars"), ("role", "radiogroup"), ("aria-labelledby", "q")],
    [("class", "scale icons"), ("role", "radiogroup"), ("aria-labelledby", "q")],
    [("class", "scale icons thumbs"), ("role", "radiogroup"), ("aria-labelledby", "q")],
];
static CHOICES: [[(&str, &str); 3]; 2] = [
    [("class", "choices"), ("role", "radiogroup"), ("aria-labelledby", "q")],
    [("class", "choices"), ("role", "group"), ("aria-labelledby", "q n")],
];

/// `limits::COMMENT` in digits.
const COMMENT: &str = "2000";
const _: () = assert!(limits::COMMENT == 2000);

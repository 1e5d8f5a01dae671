//! What should be seen of a state: a pure function.

use crate::state::{State, Step};
use sondeo_survey::card::{Card, Field};
use sondeo_survey::limits;

/// An element to be seen. A view is a flat list of them: building and comparing it takes a third of a tree's code.
#[derive(Clone, Copy)]
pub struct Mark {
    /// How deep it lies; its parent is the last mark before it that lies less deep.
    pub depth: u8,
    /// The element's name.
    pub tag: &'static str,
    /// Attributes that it has for as long as it is there.
    pub fixed: Fixed,
    /// What it says, where nothing lies in it.
    pub text: Text,
    /// Its `aria-label`.
    pub label: Text,
    /// Where it is a cell of the scale: whether it is checked, and whether the Tab key reaches it.
    pub cell: Option<(bool, bool)>,
}

/// Names and values of attributes.
pub type Fixed = &'static [(&'static str, &'static str)];

/// What is to be read.
#[derive(Clone, Copy, PartialEq)]
pub enum Text {
    /// Nothing.
    None,
    /// A field of the card.
    Field(Field),
    /// A score.
    Number(u8),
}

impl Text {
    /// The words.
    pub fn of(self, card: &Card) -> &str {
        match self {
            Text::None => "",
            Text::Field(field) => card.field(field),
            Text::Number(number) => NUMBERS.get(usize::from(number)).copied().unwrap_or_default(),
        }
    }
}

/// The `value` of a button says what a press of it means; a score's is its label.
pub mod press {
    /// Close the card.
    pub const CLOSE: &str = "x";
    /// Send the comment.
    pub const SEND: &str = "s";
    /// Decline to comment.
    pub const SKIP: &str = "k";
}

/// The numbers of every scale, as they are shown.
pub const NUMBERS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

#[inline(never)]
fn mark(marks: &mut Vec<Mark>, depth: u8, tag: &'static str, fixed: Fixed, text: Text) {
    marks.push(Mark { depth, tag, fixed, text, label: Text::None, cell: None });
}

/// The card's content: the line for announcements, which stays; the step; the close button, last in order.
pub fn view(state: State, card: &Card) -> Vec<Mark> {
    let mut marks = Vec::new();
    let out = &mut marks;
    let thanks = if state.step == Step::Thanks { Text::Field(Field::Thanks) } else { Text::None };
    mark(out, 0, "p", &[("role", "status")], thanks);
    match state.step {
        Step::Question => {
            mark(out, 0, "div", STEP, Text::None);
            mark(out, 1, "h2", TITLE, Text::Field(Field::Question));
            mark(
                out,
                1,
                "div",
                &[("class", "scale"), ("role", "radiogroup"), ("aria-labelledby", "q")],
                Text::None,
            );
            let scale = card.scale();
            for score in scale.min..=scale.max {
                out.push(Mark {
                    depth: 2,
                    tag: "button",
                    fixed: &[("type", "button"), ("role", "radio")],
                    text: Text::Number(score),
                    label: if score == scale.min {
                        Text::Field(Field::LowLabel)
                    } else if score == scale.max {
                        Text::Field(Field::HighLabel)
                    } else {
                        Text::None
                    },
                    cell: Some((state.score == Some(score), state.cell == score)),
                });
            }
            // The ends are in the labels of the outer cells.
            mark(out, 1, "div", &[("class", "ends"), ("aria-hidden", "true")], Text::None);
            mark(out, 2, "span", &[], Text::Field(Field::Low));
            mark(out, 2, "span", &[], Text::Field(Field::High));
        }
        Step::FollowUp => {
            // Another element than the last step's, so that nothing of that one stays.
            mark(out, 0, "form", STEP, Text::None);
            let question =
                state.score.and_then(|score| card.follow_up(score)).map_or(Text::None, Text::Field);
            mark(out, 1, "h2", TITLE, question);
            mark(
                out,
                1,
                "textarea",
                &[("aria-labelledby", "q"), ("rows", "3"), ("maxlength", COMMENT)],
                Text::None,
            );
            mark(out, 1, "div", &[("class", "acts")], Text::None);
            mark(
                out,
                2,
                "button",
                &[("type", "button"), ("class", "send"), ("value", press::SEND)],
                Text::Field(Field::Send),
            );
            mark(
                out,
                2,
                "button",
                &[("type", "button"), ("class", "skip"), ("value", press::SKIP)],
                Text::Field(Field::Skip),
            );
        }
        Step::Thanks | Step::Closed => {}
    }
    mark(out, 0, "button", &[("type", "button"), ("class", "close"), ("value", press::CLOSE)], Text::None);
    if let Some(close) = out.last_mut() {
        close.label = Text::Field(Field::Close);
    }
    marks
}

const STEP: Fixed = &[("class", "step")];
const TITLE: Fixed = &[("id", "q")];

/// `limits::COMMENT` in digits.
const COMMENT: &str = "2000";
const _: () = assert!(limits::COMMENT == 2000);

//! What should be seen of a state: a pure function.

use crate::page::{Survey, join};
use crate::state::{State, Step};
use sondeo_survey::limits;

/// Something to be seen.
#[derive(Clone, PartialEq)]
pub struct Node {
    /// The element's name.
    pub tag: &'static str,
    /// Its attributes.
    pub attributes: Vec<(&'static str, &'static str)>,
    /// Its `aria-label`, unless empty.
    pub label: String,
    /// Its text, where it has no children.
    pub text: String,
    /// Its children.
    pub children: Vec<Node>,
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

fn node(
    tag: &'static str,
    attributes: &[(&'static str, &'static str)],
    text: String,
    children: Vec<Node>,
) -> Node {
    Node { tag, attributes: attributes.to_vec(), label: String::new(), text, children }
}

/// The card's content: the step, the line for announcements, and the close button, first in sight and last in order.
pub fn view(state: &State, survey: &Survey) -> Vec<Node> {
    let words = &survey.words;
    let step = match state.step {
        Step::Question => vec![
            node("h2", &[("id", "q")], words.text("question"), Vec::new()),
            node(
                "div",
                &[("class", "scale"), ("role", "radiogroup"), ("aria-labelledby", "q")],
                String::new(),
                (survey.scale.min..=survey.scale.max).map(|score| cell(score, state, survey)).collect(),
            ),
            node(
                "div",
                // The ends are in the labels of the outer cells.
                &[("class", "ends"), ("aria-hidden", "true")],
                String::new(),
                vec![
                    node("span", &[], words.text("low"), Vec::new()),
                    node("span", &[], words.text("high"), Vec::new()),
                ],
            ),
        ],
        Step::FollowUp => {
            let comment = node(
                "textarea",
                &[("aria-labelledby", "q"), ("rows", "3"), ("maxlength", COMMENT)],
                String::new(),
                Vec::new(),
            );
            vec![
                node(
                    "h2",
                    &[("id", "q")],
                    state.score.and_then(|score| survey.follow_up(score)).unwrap_or_default(),
                    Vec::new(),
                ),
                comment,
                node(
                    "div",
                    &[("class", "acts")],
                    String::new(),
                    vec![
                        button("send", press::SEND, words.text("send")),
                        button("skip", press::SKIP, words.text("skip")),
                    ],
                ),
            ]
        }
        Step::Thanks | Step::Closed => Vec::new(),
    };
    let thanks = if state.step == Step::Thanks { words.text("thanks") } else { String::new() };
    let mut close = button("close", press::CLOSE, String::new());
    close.label = words.text("close");
    vec![
        // Another step is another element, so that nothing of the last one stays, not even what was typed.
        node(
            if state.step == Step::FollowUp { "form" } else { "div" },
            &[("class", "step")],
            String::new(),
            step,
        ),
        node("p", &[("role", "status")], thanks, Vec::new()),
        close,
    ]
}

/// `limits::COMMENT` in digits; a test keeps them the same.
const COMMENT: &str = "2000";
const _: () = assert!(limits::COMMENT == 2000);

fn button(class: &'static str, press: &'static str, text: String) -> Node {
    node("button", &[("type", "button"), ("class", class), ("value", press)], text, Vec::new())
}

fn cell(score: u8, state: &State, survey: &Survey) -> Node {
    let label = NUMBERS.get(usize::from(score)).copied().unwrap_or_default();
    let checked = if state.score == Some(score) { "true" } else { "false" };
    let reachable = if state.cell == score { "0" } else { "-1" };
    let mut cell = node(
        "button",
        &[
            ("type", "button"),
            ("role", "radio"),
            ("value", label),
            ("aria-checked", checked),
            ("tabindex", reachable),
        ],
        label.to_owned(),
        Vec::new(),
    );
    let end = if score == survey.scale.min {
        survey.words.text("low")
    } else if score == survey.scale.max {
        survey.words.text("high")
    } else {
        return cell;
    };
    cell.label = join(&[label, ", ", &end]);
    cell
}

//! How often one visitor is asked.

use crate::json::Node;
use crate::limits;
use serde::Serialize;

/// How often one visitor is asked by a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Frequency {
    /// How long an answer stands.
    pub window: Window,
    /// Days of silence after the card was closed without an answer.
    pub after_dismissal_days: u32,
    /// How often the card is shown to a visitor who neither answers nor closes it.
    pub most_shown: u32,
    /// Whether the survey is shown though another one of the site was shown a short while ago.
    pub ignores_spacing: bool,
}

/// How long one respondent has one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// One answer per order.
    Order,
    /// One answer, ever.
    Ever,
    /// One answer in this many days.
    Days(u32),
}

impl Frequency {
    /// What holds where the owner says nothing: three months between two questions after an answer, two weeks after a
    /// refusal, and no fourth try with somebody who looks away. A question about an order cannot wait for a better
    /// day, so it does not make way for another survey.
    #[must_use]
    pub const fn of(window: Window) -> Self {
        let ignores_spacing = matches!(window, Window::Order);
        Self { window, after_dismissal_days: 14, most_shown: 3, ignores_spacing }
    }
}

impl Default for Frequency {
    fn default() -> Self {
        Self::of(Window::Days(90))
    }
}

/// Reads a frequency that may be absent.
pub(crate) fn read(node: &Node<'_>) -> Option<Frequency> {
    if node.is_absent() {
        return Some(Frequency::default());
    }
    node.is_object().then_some(())?;
    let number = |name, from, to: u32| {
        node.get(name).integer(from..=u64::from(to)).and_then(|number| u32::try_from(number).ok())
    };
    let window = window(&node.get("window"));
    let after_dismissal_days = number("after_dismissal_days", 0, limits::DAYS);
    let most_shown = number("most_shown", 1, limits::MOST_SHOWN);
    let ignores_spacing = node.get("ignores_spacing").boolean();
    let otherwise = Frequency::of(window?);
    Some(Frequency {
        window: otherwise.window,
        after_dismissal_days: after_dismissal_days.unwrap_or(otherwise.after_dismissal_days),
        most_shown: most_shown.unwrap_or(otherwise.most_shown),
        ignores_spacing: ignores_spacing.unwrap_or(otherwise.ignores_spacing),
    })
}

fn window(node: &Node<'_>) -> Option<Window> {
    if node.is_absent() {
        return Some(Frequency::default().window);
    }
    let days = node.get("days");
    if !days.is_absent() {
        let days = days.integer(1..=u64::from(limits::DAYS))?;
        return u32::try_from(days).ok().map(Window::Days);
    }
    node.parsed(
        |word| match word {
            "order" => Some(Window::Order),
            "ever" => Some(Window::Ever),
            _ => None,
        },
        "must be \"order\", \"ever\" or {\"days\": number}",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read_document;

    #[test]
    fn the_window_is_a_word_or_days_and_decides_what_is_left_out() {
        let order = Frequency {
            window: Window::Order,
            after_dismissal_days: 14,
            most_shown: 3,
            ignores_spacing: true,
        };
        let ever = Frequency { window: Window::Ever, ignores_spacing: false, ..order };
        let days = |days| Frequency { window: Window::Days(days), ..ever };
        for (text, expected) in [
            (r#"{"f": {"window": "order"}}"#, order),
            (r#"{"f": {"window": "ever"}}"#, ever),
            (r#"{"f": {"window": {"days": 5}}}"#, days(5)),
            (r#"{"f": {}}"#, days(90)),
            ("{}", days(90)),
            (
                r#"{"f": {"after_dismissal_days": 0, "most_shown": 1, "ignores_spacing": true}}"#,
                Frequency { after_dismissal_days: 0, most_shown: 1, ignores_spacing: true, ..days(90) },
            ),
        ] {
            let got = read_document(text.as_bytes(), |node| read(&node.get("f"))).unwrap();
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn every_fault_is_named() {
        let text = r#"{"f": {"window": "weekly", "after_dismissal_days": -1, "most_shown": 0, "ignores_spacing": 1}}"#;
        let faults = read_document(text.as_bytes(), |node| read(&node.get("f"))).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/f/window", "/f/after_dismissal_days", "/f/most_shown", "/f/ignores_spacing"]);
    }
}

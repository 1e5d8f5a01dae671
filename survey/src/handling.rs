//! What an owner says of an answer that somebody looked after.

use crate::json::{Faults, read_document};
use crate::limits;

/// What is to be stored; what is none stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handling {
    /// Whether it is done.
    pub handled: Option<bool>,
    /// What happened; an empty one takes it away.
    pub note: Option<String>,
}

impl Handling {
    /// Reads `{"handled": true, "note": "…"}`, of which either may be absent.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let (handled, note) = (node.get("handled"), node.get("note"));
            if handled.is_absent() && note.is_absent() {
                return node.fault("needs handled or note");
            }
            let handled = if handled.is_absent() { None } else { Some(handled.boolean()?) };
            let note =
                if note.is_absent() { None } else { Some(note.text(limits::NOTE).unwrap_or_default()) };
            Some(Self { handled, note })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_may_be_absent_and_both_are_bounded() {
        let long = format!(r#"{{"note": "{}"}}"#, "x".repeat(limits::NOTE + 1));
        for (body, expected) in [
            (r#"{"handled": true}"#, Some((Some(true), None))),
            (r#"{"handled": false, "note": " called \u0000"}"#, Some((Some(false), Some("called")))),
            (r#"{"note": ""}"#, Some((None, Some("")))),
            (r#"{"handled": null}"#, None),
            (r#"{"handled": 1}"#, None),
            (r#"{"note": 1}"#, None),
            ("{}", None),
            ("[]", None),
            (&long, None),
        ] {
            let parsed = Handling::parse(body.as_bytes()).ok();
            let parsed = parsed.as_ref().map(|handling| (handling.handled, handling.note.as_deref()));
            assert_eq!(parsed, expected, "{body}");
        }
    }
}

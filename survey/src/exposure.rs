//! What came before an answer, or in place of one: how often a survey was shown, opened and dismissed. Counts of nobody:
//! there is no field that could tell who, where or in which browser.

use crate::json::{Faults, read_document};
use crate::limits;
use serde::{Deserialize, Serialize};

/// How often each of them happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposures {
    /// The question was drawn.
    pub shown: u64,
    /// Of these, somebody had asked for it: by its tab, or by a button of the page.
    pub opened: u64,
    /// A visitor sent it away without an answer.
    pub dismissed: u64,
}

impl Exposures {
    /// One showing.
    pub const SHOWN: Self = Self { shown: 1, opened: 0, dismissed: 0 };

    /// The sum of both.
    #[must_use]
    pub const fn merge(self, other: Self) -> Self {
        Self {
            shown: self.shown.saturating_add(other.shown),
            opened: self.opened.saturating_add(other.opened),
            dismissed: self.dismissed.saturating_add(other.dismissed),
        }
    }
}

/// What a page reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    survey_version: Option<u32>,
    /// What happened since its last report.
    pub exposures: Exposures,
}

impl Report {
    /// Reads a report. At least one count must be there.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let version = node.get("survey_version").integer(1..=u64::from(u32::MAX));
            let names = ["shown", "opened", "dismissed"];
            let [shown, opened, dismissed] =
                names.map(|name| node.get(name).integer(1..=limits::EXPOSURES).unwrap_or(0));
            if names.into_iter().all(|name| node.get(name).is_absent()) {
                return node.fault("must have at least one of: shown, opened, dismissed");
            }
            let survey_version = version.and_then(|version| version.try_into().ok());
            Some(Self { survey_version, exposures: Exposures { shown, opened, dismissed } })
        })
    }

    /// The version that it is about. One that is not known counts as the live one: a collector may hear of a publication
    /// after a page does, and nobody can have counts of versions kept that never were.
    #[must_use]
    pub fn version(&self, live: u32) -> u32 {
        self.survey_version.map_or(live, |version| version.min(live))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_counts_and_nothing_else_is_read() {
        let parse = |text: &str| Report::parse(text.as_bytes());
        for (text, counts, version) in [
            (r#"{"shown": 1}"#, [1, 0, 0], 3),
            (r#"{"survey_version": 2, "shown": 1, "opened": 1}"#, [1, 1, 0], 2),
            (r#"{"survey_version": null, "shown": null, "dismissed": 10.0}"#, [0, 0, 10], 3),
            (r#"{"survey_version": 4294967295, "opened": 2, "respondent": "me"}"#, [0, 2, 0], 3),
        ] {
            let report = parse(text).unwrap();
            let Exposures { shown, opened, dismissed } = report.exposures;
            assert_eq!(([shown, opened, dismissed], report.version(3)), (counts, version), "{text}");
        }
        for (text, expected) in [
            ("", vec![""]),
            ("[]", vec![""]),
            ("{}", vec![""]),
            (r#"{"survey_version": 3, "shown": null}"#, vec![""]),
            (r#"{"shown": 0}"#, vec!["/shown"]),
            (r#"{"shown": 11, "opened": -1, "dismissed": 1.5}"#, vec!["/shown", "/opened", "/dismissed"]),
            (r#"{"shown": "1"}"#, vec!["/shown"]),
            (r#"{"shown": 1, "survey_version": 0}"#, vec!["/survey_version"]),
        ] {
            let faults = parse(text).unwrap_err();
            let pointers: Vec<String> = faults.0.into_iter().map(|fault| fault.pointer).collect();
            assert_eq!(pointers, expected, "{text}");
        }
    }
}

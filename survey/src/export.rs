//! What an analyst gets of a response: one set of names for CSV, NDJSON and every later format.

use crate::metric::{Metric, Scale};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A stored response with everything that is known of it. The fields are the columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "documented once, in docs/API.md")]
pub struct Record {
    pub response_id: String,
    pub survey: String,
    pub survey_version: Option<u32>,
    pub metric: Metric,
    pub scale_min: u8,
    pub scale_max: u8,
    pub score: u8,
    pub segment: &'static str,
    pub comment: Option<String>,
    pub reasons: Vec<String>,
    pub complete: bool,
    pub received_at: String,
    pub updated_at: String,
    pub locale: Option<String>,
    pub device: Option<String>,
    pub page_path: Option<String>,
    pub touchpoint: Option<String>,
    pub order_id: Option<String>,
    pub order_value: Option<String>,
    pub order_currency: Option<String>,
    pub respondent: Option<String>,
    pub verified: bool,
    pub consent_status: String,
    pub consent_source: String,
    pub gpc: bool,
    pub flags: Vec<String>,
    pub handled_at: Option<String>,
    pub revision: u32,
    #[serde(flatten, serialize_with = "prefixed")]
    pub attributes: BTreeMap<String, String>,
}

/// The columns that every export has.
pub const COLUMNS: [&str; 28] = [
    "response_id",
    "survey",
    "survey_version",
    "metric",
    "scale_min",
    "scale_max",
    "score",
    "segment",
    "comment",
    "reasons",
    "complete",
    "received_at",
    "updated_at",
    "locale",
    "device",
    "page_path",
    "touchpoint",
    "order_id",
    "order_value",
    "order_currency",
    "respondent",
    "verified",
    "consent_status",
    "consent_source",
    "gpc",
    "flags",
    "handled_at",
    "revision",
];

/// The column of an attribute.
#[must_use]
pub fn attribute_column(name: &str) -> String {
    format!("attr_{name}")
}

fn prefixed<S: serde::Serializer>(
    attributes: &BTreeMap<String, String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().map(|(name, value)| (attribute_column(name), value)))
}

impl Record {
    /// The segment's name for a score.
    #[must_use]
    pub const fn segment_of(metric: Metric, scale: Scale, score: u8) -> &'static str {
        metric.segment(scale, score).name()
    }

    /// A record to try the columns with. Some of its texts a spreadsheet would compute.
    #[must_use]
    pub fn example() -> Self {
        Self {
            response_id: "0193a7c2-0000-7000-8000-000000000000".into(),
            survey: "post-purchase".into(),
            survey_version: Some(3),
            metric: Metric::Nps,
            scale_min: 0,
            scale_max: 10,
            score: 9,
            segment: "promoter",
            comment: Some("\t=1+1".into()),
            reasons: vec!["price".into(), "delivery".into()],
            complete: true,
            received_at: "2026-01-31T10:00:00Z".into(),
            updated_at: "2026-01-31T10:00:05Z".into(),
            locale: None,
            device: None,
            page_path: Some("/thanks".into()),
            touchpoint: None,
            order_id: Some("-1042".into()),
            order_value: Some("-5.00".into()),
            order_currency: Some("EUR".into()),
            respondent: None,
            verified: false,
            consent_status: "granted".into(),
            consent_source: "site".into(),
            gpc: false,
            flags: vec![],
            handled_at: None,
            revision: 2,
            attributes: BTreeMap::from([("plan".into(), "+pro".into())]),
        }
    }

    /// The cells of a CSV row: [`COLUMNS`], then the attributes named. Absent is empty; a list is joined by `;`.
    #[must_use]
    pub fn cells<'a>(&'a self, attributes: &[String]) -> Vec<Cow<'a, str>> {
        let text = |value: &'a Option<String>| value.as_deref().map_or(Cow::Borrowed(""), inert);
        let plain = |value: &'a Option<String>| Cow::Borrowed(value.as_deref().unwrap_or_default());
        let boolean = |value| Cow::Borrowed(if value { "true" } else { "false" });
        let number = |value: u32| Cow::Owned(value.to_string());
        let list = |values: &[String]| Cow::Owned(inert(&values.join(";")).into_owned());
        let mut cells = vec![
            Cow::Borrowed(self.response_id.as_str()),
            Cow::Borrowed(self.survey.as_str()),
            self.survey_version.map_or(Cow::Borrowed(""), number),
            Cow::Borrowed(self.metric.name()),
            number(self.scale_min.into()),
            number(self.scale_max.into()),
            number(self.score.into()),
            Cow::Borrowed(self.segment),
            text(&self.comment),
            list(&self.reasons),
            boolean(self.complete),
            Cow::Borrowed(self.received_at.as_str()),
            Cow::Borrowed(self.updated_at.as_str()),
            plain(&self.locale),
            plain(&self.device),
            text(&self.page_path),
            text(&self.touchpoint),
            text(&self.order_id),
            // An amount is digits, so a leading minus is a number and no formula.
            plain(&self.order_value),
            plain(&self.order_currency),
            plain(&self.respondent),
            boolean(self.verified),
            Cow::Borrowed(self.consent_status.as_str()),
            Cow::Borrowed(self.consent_source.as_str()),
            boolean(self.gpc),
            list(&self.flags),
            plain(&self.handled_at),
            number(self.revision),
        ];
        cells.extend(
            attributes
                .iter()
                .map(|name| self.attributes.get(name).map_or(Cow::Borrowed(""), |value| inert(value))),
        );
        cells
    }
}

/// Text that no spreadsheet takes for a formula: an apostrophe goes before a leading `=`, `+`, `-` or `@` (also in
/// full width), with or without white space in front of it, and before a leading tab or line break (OWASP, "CSV
/// Injection").
///
/// ```
/// use sondeo_survey::export::inert;
/// assert_eq!(inert(" =HYPERLINK(\"…\")"), "' =HYPERLINK(\"…\")");
/// assert_eq!(inert("fine"), "fine");
/// ```
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    let invisible = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}');
    let formula = text
        .trim_start_matches(invisible)
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if formula || text.starts_with(['\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_the_same_names() {
        let json = serde_json::to_value(Record::example()).unwrap();
        let mut names: Vec<&str> = COLUMNS.to_vec();
        names.push("attr_plan");
        names.sort_unstable();
        let mut keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, names);
        assert_eq!(Record::example().cells(&["plan".into()]).len(), names.len());
    }

    #[test]
    fn a_row_reads_as_documented() {
        let row = Record::example().cells(&["plan".into(), "other".into()]).join("|");
        assert_eq!(
            row,
            "0193a7c2-0000-7000-8000-000000000000|post-purchase|3|nps|0|10|9|promoter|'\t=1+1|price;delivery|true|\
             2026-01-31T10:00:00Z|2026-01-31T10:00:05Z|||/thanks||'-1042|-5.00|EUR||false|granted|site|false|||2|'+pro|"
        );
    }

    #[test]
    fn no_text_is_a_formula() {
        for (text, safe) in [
            ("=1", false),
            ("+1", false),
            ("-1", false),
            ("@a", false),
            ("  =1", false),
            ("\u{a0}\u{feff}=1", false),
            ("\tx", false),
            ("\rx", false),
            ("＝1", false),
            ("1=1", true),
            ("", true),
            ("'=1", true),
            ("—", true),
        ] {
            assert_eq!(inert(text) == text, safe, "{text:?}");
        }
    }
}

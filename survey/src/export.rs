//! What an analyst gets of a response: one set of names for all formats.

mod text;
mod time;

pub use text::Text;
pub use time::{Time, WallTime};

use crate::metric::{Metric, Scale};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A stored response with everything that is known of it. The fields are the columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "documented once, in docs/API.md")]
pub struct Record<'a> {
    pub response_id: Uuid,
    pub survey: &'a str,
    pub survey_version: Option<u32>,
    pub metric: Metric,
    pub scale_min: u8,
    pub scale_max: u8,
    pub score: u8,
    pub segment: &'static str,
    pub comment: Option<Text<'a>>,
    pub reasons: Vec<Text<'a>>,
    pub complete: bool,
    pub received_at: Time,
    pub updated_at: Time,
    pub locale: Option<Text<'a>>,
    pub device: Option<Text<'a>>,
    pub page_path: Option<Text<'a>>,
    pub touchpoint: Option<Text<'a>>,
    pub order_id: Option<Text<'a>>,
    pub order_value: Option<Text<'a>>,
    pub order_currency: Option<Text<'a>>,
    pub respondent: Option<Text<'a>>,
    pub verified: bool,
    pub consent_status: Text<'a>,
    pub consent_source: Text<'a>,
    pub gpc: bool,
    pub flags: Vec<Text<'a>>,
    pub handled_at: Option<Time>,
    pub revision: u32,
    #[serde(flatten)]
    pub local: Option<Local>,
    #[serde(flatten, serialize_with = "prefixed")]
    pub attributes: BTreeMap<Text<'a>, Text<'a>>,
}

/// Both times by the clocks of a zone that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "documented once, in docs/API.md")]
pub struct Local {
    #[serde(rename = "received_at_local")]
    pub received_at: WallTime,
    #[serde(rename = "updated_at_local")]
    pub updated_at: WallTime,
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

/// The columns of [`Local`], after the others.
pub const LOCAL_COLUMNS: [&str; 2] = ["received_at_local", "updated_at_local"];

/// The column of an attribute.
#[must_use]
pub fn attribute_column(name: &str) -> String {
    format!("attr_{name}")
}

fn prefixed<S: serde::Serializer>(
    attributes: &BTreeMap<Text<'_>, Text<'_>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(attributes.iter().map(|(name, value)| (attribute_column(name), value)))
}

impl Record<'_> {
    /// The segment's name for a score.
    #[must_use]
    pub const fn segment_of(metric: Metric, scale: Scale, score: u8) -> &'static str {
        metric.segment(scale, score).name()
    }

    /// A record to try the columns with. Some of its texts a spreadsheet would compute.
    #[must_use]
    pub fn example() -> Record<'static> {
        Record {
            response_id: Uuid::from_u128(0x0193_a7c2_0000_7000_8000_0000_0000_0000),
            survey: "post-purchase",
            survey_version: Some(3),
            metric: Metric::Nps,
            scale_min: 0,
            scale_max: 10,
            score: 9,
            segment: "promoter",
            comment: Some("\t=1+1".into()),
            reasons: vec!["price".into(), "delivery".into()],
            complete: true,
            received_at: Time(1_769_853_600_000),
            updated_at: Time(1_769_853_605_001),
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
            local: None,
            attributes: BTreeMap::from([("plan".into(), "+pro".into())]),
        }
    }

    /// Gives the cells of a CSV row to `cell`, one after another: [`COLUMNS`], [`LOCAL_COLUMNS`] where they are asked for,
    /// then the attributes named. Absent is empty; a list is joined by `;`.
    pub fn cells(&self, attributes: &[String], mut cell: impl FnMut(&str)) {
        let mut id = [0; 36];
        cell(self.response_id.hyphenated().encode_lower(&mut id));
        cell(self.survey);
        match self.survey_version {
            Some(number) => decimal(number, &mut cell),
            None => cell(""),
        }
        cell(self.metric.name());
        decimal(self.scale_min.into(), &mut cell);
        decimal(self.scale_max.into(), &mut cell);
        decimal(self.score.into(), &mut cell);
        cell(self.segment);
        text(self.comment.as_ref(), &mut cell);
        list(&self.reasons, &mut cell);
        cell(truth(self.complete));
        self.received_at.with(&mut cell);
        self.updated_at.with(&mut cell);
        cell(self.locale.as_deref().unwrap_or_default());
        cell(self.device.as_deref().unwrap_or_default());
        text(self.page_path.as_ref(), &mut cell);
        text(self.touchpoint.as_ref(), &mut cell);
        text(self.order_id.as_ref(), &mut cell);
        // An amount is digits, so a leading minus is a number and no formula.
        cell(self.order_value.as_deref().unwrap_or_default());
        cell(self.order_currency.as_deref().unwrap_or_default());
        cell(self.respondent.as_deref().unwrap_or_default());
        cell(truth(self.verified));
        cell(&self.consent_status);
        cell(&self.consent_source);
        cell(truth(self.gpc));
        list(&self.flags, &mut cell);
        match self.handled_at {
            Some(time) => time.with(&mut cell),
            None => cell(""),
        }
        decimal(self.revision, &mut cell);
        if let Some(local) = self.local {
            local.received_at.with(&mut cell);
            local.updated_at.with(&mut cell);
        }
        for name in attributes {
            text(self.attributes.get(name.as_str()), &mut cell);
        }
    }
}

fn text(text: Option<&Text<'_>>, cell: &mut impl FnMut(&str)) {
    cell(text.map_or(Cow::Borrowed(""), |text| inert(text)).as_ref());
}

fn list(items: &[Text<'_>], cell: &mut impl FnMut(&str)) {
    match items {
        [] => cell(""),
        [first, rest @ ..] => {
            let joined = rest.iter().fold(first.to_string(), |joined, item| joined + ";" + item);
            cell(inert(&joined).as_ref());
        }
    }
}

const fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// A number's digits, without an allocation.
fn decimal(mut number: u32, cell: &mut impl FnMut(&str)) {
    let mut digits = [b'0'; 10];
    let mut first = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10).to_le_bytes()[0];
        number /= 10;
        first -= 1;
        if number == 0 {
            break;
        }
    }
    cell(digits.get(first..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default());
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
    // Most text begins with a letter or a digit, and is looked at no further.
    if text.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return Cow::Borrowed(text);
    }
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

    fn cells(record: &Record, attributes: &[String]) -> Vec<String> {
        let mut cells = Vec::new();
        record.cells(attributes, |cell| cells.push(cell.to_owned()));
        cells
    }

    #[test]
    fn every_format_has_the_same_names() {
        let local = Local { received_at: WallTime(0), updated_at: WallTime(1) };
        let record = Record { local: Some(local), ..Record::example() };
        let json = serde_json::to_value(&record).unwrap();
        let mut names: Vec<&str> = COLUMNS.into_iter().chain(LOCAL_COLUMNS).collect();
        names.push("attr_plan");
        names.sort_unstable();
        let mut keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, names);
        assert_eq!(cells(&record, &["plan".into()]).len(), names.len());
        assert_eq!(json["updated_at_local"], "1970-01-01T00:00:00.001");
    }

    #[test]
    fn a_row_reads_as_documented() {
        let row = cells(&Record::example(), &["plan".into(), "other".into()]).join("|");
        assert_eq!(
            row,
            "0193a7c2-0000-7000-8000-000000000000|post-purchase|3|nps|0|10|9|promoter|'\t=1+1|price;delivery|true|\
             2026-01-31T10:00:00.000Z|2026-01-31T10:00:05.001Z|||/thanks||'-1042|-5.00|EUR||false|granted|site|false|||2|'+pro|"
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

//! Writes an answer as JSON, in the fewest bytes of code.

use crate::response::{Respondent, Submission};
use uuid::Uuid;

/// Writes the members of JSON objects. serde's way costs the widget 2 KB of brotli more, and JavaScript's
/// `JSON.stringify` is at the mercy of a page that gives its prototypes a `toJSON`.
struct Writer(String);

impl Writer {
    fn name(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.string(name);
        self.0.push(':');
    }

    fn string(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.0.push('\\'),
                // Other control characters than these two mean nothing in any field.
                '\n' | '\t' => {
                    self.0.push_str(if c == '\n' { "\\n" } else { "\\t" });
                    continue;
                }
                '\0'..='\x1f' => continue,
                _ => {}
            }
            self.0.push(c);
        }
        self.0.push('"');
    }

    #[inline(never)]
    fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.name(name);
            self.string(value);
        }
    }

    #[inline(never)]
    fn uuid(&mut self, name: &str, value: Option<Uuid>) {
        if let Some(value) = value {
            self.text(name, Some(value.hyphenated().encode_lower(&mut Uuid::encode_buffer())));
        }
    }

    fn respondent(&mut self, respondent: &Respondent) {
        self.open("respondent");
        self.text("kind", Some(respondent.kind.name()));
        self.text("key", Some(&respondent.key));
        self.text("proof", respondent.proof.as_deref());
        self.close();
    }

    fn number(&mut self, name: &str, value: Option<u32>) {
        if let Some(value) = value {
            self.name(name);
            self.0.push_str(&decimal(value));
        }
    }

    #[inline(never)]
    fn flag(&mut self, name: &str, value: bool) {
        self.name(name);
        self.0.push_str(if value { "true" } else { "false" });
    }

    #[inline(never)]
    fn open(&mut self, name: &str) {
        self.name(name);
        self.0.push('{');
    }

    #[inline(never)]
    fn close(&mut self) {
        self.0.push('}');
    }
}

/// A number in digits; the standard library's formatting is ten times as large.
#[must_use]
pub fn decimal(mut value: u32) -> String {
    let mut text = String::new();
    loop {
        // A digit is one byte, so the start stays a boundary.
        text.insert(0, char::from(b'0' + (value % 10) as u8));
        value /= 10;
        if value == 0 {
            return text;
        }
    }
}

impl Submission {
    /// The answer as JSON, as it goes over the wire.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Writer(String::from("{"));
        out.uuid("id", Some(self.id));
        out.uuid("erasure_key", self.erasure_key);
        out.number("revision", Some(self.revision));
        out.number("survey_version", self.survey_version);
        out.number("score", Some(self.score.into()));
        out.flag("complete", self.complete);
        out.text("comment", self.comment.as_deref());
        if !self.reasons.is_empty() {
            out.name("reasons");
            for (at, reason) in self.reasons.iter().enumerate() {
                out.0.push(if at == 0 { '[' } else { ',' });
                out.string(reason);
            }
            out.0.push(']');
        }
        out.text("locale", self.locale.as_deref());
        out.open("page");
        out.text("path", self.page.path.as_deref());
        out.text("referrer", self.page.referrer.as_deref());
        out.close();
        if let Some(order) = &self.order {
            out.open("order");
            out.text("id", Some(&order.id));
            out.text("value", order.value.as_deref());
            out.text("currency", order.currency.as_deref());
            out.close();
        }
        if let Some(respondent) = &self.respondent {
            out.respondent(respondent);
        }
        if !self.attributes.is_empty() {
            out.open("attributes");
            for (name, value) in &self.attributes {
                out.text(name, Some(value));
            }
            out.close();
        }
        out.open("consent");
        out.text("status", Some(self.consent.status.name()));
        out.text("source", Some(self.consent.source.name()));
        out.text("tc_string", self.consent.tc_string.as_deref());
        out.text("at", self.consent.at.as_deref());
        out.close();
        out.open("signals");
        out.flag("gpc", self.signals.gpc);
        out.flag("dnt", self.signals.dnt);
        out.close();
        out.open("timing");
        out.number("shown_to_score_ms", self.timing.shown_to_score_ms);
        out.close();
        out.close();
        out.0
    }

    /// What the browser keeps, so that it can have the answer erased: a [`Claim`](crate::erasure::Claim).
    #[must_use]
    pub fn claim(&self, survey: &str) -> String {
        let mut out = Writer(String::from("{"));
        out.text("survey", Some(survey));
        out.uuid("id", Some(self.id));
        out.uuid("key", self.erasure_key);
        if let Some(respondent) = &self.respondent {
            out.respondent(respondent);
        }
        out.close();
        out.0
    }
}

//! Webhooks: where a site has its answers passed on to, which of them, and in which form.

use crate::json::{Faults, Node, read_document};
use crate::limits;
use crate::metric::Metric;
use crate::response::{is_amount, is_currency};
use crate::slug::Slug;
use serde::{Serialize, Serializer};

/// What happens to a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// Its first revision was stored.
    Created,
    /// A higher revision was stored.
    Updated,
    /// The first revision that the visitor was done with was stored.
    Completed,
}

impl Event {
    /// Every event with its name on the wire.
    pub const NAMES: [(&'static str, Event); 3] = [
        ("response.created", Event::Created),
        ("response.updated", Event::Updated),
        ("response.completed", Event::Completed),
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Event::Created => "response.created",
            Event::Updated => "response.updated",
            Event::Completed => "response.completed",
        }
    }

    /// The event of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, event)| event)
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What a receiver reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The event, its time and the response.
    #[default]
    Json,
    /// One text, as Slack's incoming webhooks take it.
    Slack,
}

impl Format {
    /// Every format with its name on the wire.
    pub const NAMES: [(&'static str, Format); 2] = [("json", Format::Json), ("slack", Format::Slack)];
}

/// A webhook as its owner defines it. Whether its address may be called is for the collector to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Where it is.
    pub url: String,
    /// What it is told of; at least one.
    pub events: Vec<Event>,
    /// Of which answers.
    #[serde(skip_serializing_if = "Rule::is_empty")]
    pub rule: Rule,
    /// How.
    pub format: Format,
}

/// What an answer must be; all of it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Rule {
    /// The name of its segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<&'static str>,
    /// Bounds of its score, both included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Scores>,
    /// Bounds of its order's value, both included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The surveys that count; none are all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub survey: Vec<Slug>,
}

/// See [`Rule::score`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// The lowest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u8>,
    /// The highest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u8>,
}

/// See [`Rule::value`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    /// The lowest, as decimal text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The highest, as decimal text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The only currency that counts: amounts of others are not converted.
    pub currency: String,
}

/// What a rule asks of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The survey's name.
    pub survey: &'a str,
    /// The segment's name.
    pub segment: &'a str,
    /// The score.
    pub score: u8,
    /// The order's value and currency.
    pub value: Option<(&'a str, &'a str)>,
}

impl Webhook {
    /// Reads a webhook.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let url = node.get("url").required().parsed(
                |text| is_address(text).then(|| text.to_owned()),
                "must be an address of at most 2,000 characters, such as https://crm.example/sondeo",
            );
            let list = node.get("events").required();
            let items = list.items(Event::NAMES.len());
            if items.is_empty() && list.is_array() {
                list.fault::<()>("must name at least one event");
            }
            let mut events: Vec<Event> = items.iter().filter_map(|item| item.one_of(&Event::NAMES)).collect();
            events.sort_by_key(|event| event.name());
            events.dedup();
            let rule = rule(&node.get("rule"));
            let format = node.get("format").one_of(&Format::NAMES).unwrap_or_default();
            Some(Self { url: url?, events, rule, format })
        })
    }
}

/// The shape of an address: nothing that a parser of addresses would drop or rewrite.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text.len() <= limits::URL
        && rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
}

fn rule(node: &Node<'_>) -> Rule {
    if node.is_absent() || !node.is_object() {
        return Rule::default();
    }
    let segments =
        Metric::NAMES.map(|(_, metric)| metric.segments().map(|segment| (segment.name(), segment.name())));
    let segment = node.get("segment").one_of(segments.as_flattened());
    let surveys = node.get("survey").items(limits::ENTRIES);
    let survey = surveys.iter().filter_map(|item| item.parsed(Slug::parse, Slug::RULE)).collect();
    Rule { segment, score: scores(&node.get("score")), value: value(&node.get("value")), survey }
}

fn scores(node: &Node<'_>) -> Option<Scores> {
    if node.is_absent() || !node.is_object() {
        return None;
    }
    let bound = |name| node.get(name).integer(0..=10).and_then(|score| u8::try_from(score).ok());
    Some(Scores { min: bound("min"), max: bound("max") })
}

fn value(node: &Node<'_>) -> Option<Value> {
    if node.is_absent() || !node.is_object() {
        return None;
    }
    let bound = |name| {
        let node = node.get(name);
        if node.is_absent() {
            return None;
        }
        // Text as it stands: a number alone is rewritten.
        let text = if node.is_text() { node.raw_text()?.to_owned() } else { node.scalar(0)? };
        if is_amount(&text) { Some(text) } else { node.fault("must be an amount, such as 100 or \"59.90\"") }
    };
    let (min, max) = (bound("min"), bound("max"));
    let currency = node.get("currency").required().parsed(
        |text| is_currency(text).then(|| text.to_owned()),
        "must be an ISO 4217 code of three capital letters, such as EUR",
    );
    Some(Value { min, max, currency: currency? })
}

impl Rule {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an answer is one that the receiver wants.
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let segment = self.segment.is_none_or(|segment| segment == facts.segment);
        let survey =
            self.survey.is_empty() || self.survey.iter().any(|survey| survey.as_str() == facts.survey);
        let score = self.score.is_none_or(|Scores { min, max }| {
            min.is_none_or(|min| facts.score >= min) && max.is_none_or(|max| facts.score <= max)
        });
        segment && survey && score && self.value.as_ref().is_none_or(|value| value.holds(facts.value))
    }
}

impl Value {
    fn holds(&self, order: Option<(&str, &str)>) -> bool {
        let Some((amount, currency)) = order else { return false };
        let Some(amount) = ten_thousandths(amount).filter(|_| currency == self.currency) else {
            return false;
        };
        let bound = |text: &Option<String>| text.as_deref().and_then(ten_thousandths);
        bound(&self.min).is_none_or(|min| amount >= min) && bound(&self.max).is_none_or(|max| amount <= max)
    }
}

/// A decimal amount, exactly.
fn ten_thousandths(text: &str) -> Option<i64> {
    if !is_amount(text) {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<4}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(rest: &str) -> Result<Webhook, Faults> {
        Webhook::parse(
            format!(r#"{{"url": "https://a.example/x", "events": ["response.created"]{rest}}}"#).as_bytes(),
        )
    }

    #[test]
    fn what_is_written_reads_back() {
        for rest in [
            "",
            r#", "format": "slack""#,
            r#", "rule": {"segment": "detractor", "score": {"max": 6}, "value": {"min": 100, "currency": "EUR"}, "survey": ["nps"]}"#,
        ] {
            let webhook = webhook(rest).unwrap();
            assert_eq!(Webhook::parse(&serde_json::to_vec(&webhook).unwrap()).unwrap(), webhook, "{rest}");
        }
    }

    #[test]
    fn every_fault_is_reported() {
        let text = br#"{"events": ["response.created", "x"], "format": "xml", "rule":
            {"segment": "happy", "score": {"min": 11}, "value": {"min": "1e3"}, "survey": ["A"]}}"#;
        let faults = Webhook::parse(text).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/url",
            "/events/1",
            "/rule/segment",
            "/rule/survey/0",
            "/rule/score/min",
            "/rule/value/min",
            "/rule/value/currency",
            "/format",
        ];
        let mut sorted = pointers.clone();
        sorted.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
        assert!(Webhook::parse(br#"{"url": "https://a.example", "events": []}"#).is_err());
    }

    #[test]
    fn all_of_a_rule_must_hold() {
        let facts = Facts { survey: "nps", segment: "detractor", score: 6, value: Some(("100.00", "EUR")) };
        for (rule, holds) in [
            ("{}", true),
            (r#"{"segment": "detractor"}"#, true),
            (r#"{"segment": "passive"}"#, false),
            (r#"{"score": {"max": 6}}"#, true),
            (r#"{"score": {"max": 5}}"#, false),
            (r#"{"score": {"min": 6, "max": 6}}"#, true),
            (r#"{"score": {"min": 7}}"#, false),
            (r#"{"value": {"min": 100, "currency": "EUR"}}"#, true),
            (r#"{"value": {"min": "100.0001", "currency": "EUR"}}"#, false),
            (r#"{"value": {"max": "99.9999", "currency": "EUR"}}"#, false),
            (r#"{"value": {"min": 9, "currency": "EUR"}}"#, true),
            (r#"{"value": {"min": 9, "currency": "USD"}}"#, false),
            (r#"{"survey": ["csat", "nps"]}"#, true),
            (r#"{"survey": ["csat"]}"#, false),
            (r#"{"segment": "detractor", "score": {"max": 5}}"#, false),
        ] {
            let webhook = webhook(&format!(r#", "rule": {rule}"#)).unwrap();
            assert_eq!(webhook.rule.holds(&facts), holds, "{rule}");
        }
        let value = webhook(r#", "rule": {"value": {"min": -5, "currency": "EUR"}}"#).unwrap().rule;
        assert!(value.holds(&Facts { value: Some(("-4.50", "EUR")), ..facts }));
        assert!(!value.holds(&Facts { value: Some(("-5.01", "EUR")), ..facts }));
        assert!(!value.holds(&Facts { value: None, ..facts }), "no order has no value");
    }
}

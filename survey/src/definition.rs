//! A survey as its owner defines it.

use crate::json::{Faults, Node, read_document};
use crate::limits;
use crate::locale::Locale;
use crate::metric::{Metric, Scale, Segment};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is asked, in which words, when, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Shown in the console.
    pub title: String,
    /// What is measured.
    pub metric: Metric,
    /// The numbers that may be chosen.
    pub scale: Scale,
    /// The place in the customer's journey that this survey measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// The language of a visitor whose own is not in `wording`.
    pub default_locale: Locale,
    /// The site's own words, by language; what is left out comes from [`crate::texts`].
    pub wording: BTreeMap<Locale, Wording>,
    /// Any of these opens the survey.
    pub triggers: Vec<Trigger>,
    /// How often one visitor is asked.
    pub frequency: Frequency,
}

/// A site's own words in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Wording {
    /// The question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The label of the lowest score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// The label of the highest score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// What is asked after the score, by segment. Left out: the built-in follow-ups. Given: a segment that is not
    /// in it gets none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<BTreeMap<Segment, String>>,
    /// The last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thanks: Option<String>,
}

/// What opens a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "on", rename_all = "lowercase")]
pub enum Trigger {
    /// This long after the page was opened.
    Delay {
        /// Seconds.
        seconds: u32,
    },
    /// `sondeo('event', name, …)`.
    Event {
        /// The event's name.
        name: String,
    },
}

/// How often one visitor is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Frequency {
    /// How long an answer stands.
    pub window: Window,
    /// Days of silence after the card was closed without an answer.
    pub after_dismissal_days: u32,
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

impl Definition {
    /// Reads a definition.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| read(&node))
    }
}

/// Reads a definition that is part of a larger document.
pub(crate) fn read(node: &Node<'_>) -> Option<Definition> {
    if !node.is_object() {
        return None;
    }
    let title = node.get("title").required_text(limits::NAME);
    let metric = node.get("metric").required().one_of(&Metric::NAMES);
    let scale = metric.and_then(|metric| scale(&node.get("scale"), metric));
    let touchpoint = node.get("touchpoint").text(limits::NAME);
    let locale = node.get("default_locale").parsed(Locale::parse, Locale::RULE);
    let wording = wordings(&node.get("wording"), metric);
    let triggers = node.get("triggers").required();
    let triggers: Vec<Trigger> = triggers.items(limits::ENTRIES).iter().filter_map(trigger).collect();
    let frequency = frequency(&node.get("frequency"));
    Some(Definition {
        title: title?,
        metric: metric?,
        scale: scale?,
        touchpoint,
        default_locale: locale.or_else(|| Locale::parse("en"))?,
        wording,
        triggers,
        frequency: frequency?,
    })
}

fn scale(node: &Node<'_>, metric: Metric) -> Option<Scale> {
    if node.is_absent() {
        return Some(metric.default_scale());
    }
    node.is_object().then_some(())?;
    let (min, max) = (node.get("min").required().integer(0..=10), node.get("max").required().integer(0..=10));
    let (min, max) = (min?, max?);
    metric
        .scales()
        .iter()
        .copied()
        .find(|scale| (u64::from(scale.min), u64::from(scale.max)) == (min, max))
        .or_else(|| {
            let allowed: Vec<String> =
                metric.scales().iter().map(|scale| format!("{}–{}", scale.min, scale.max)).collect();
            node.fault(format!("is no scale of {}; it has {}", metric.name(), allowed.join(", ")))
        })
}

fn wordings(node: &Node<'_>, metric: Option<Metric>) -> BTreeMap<Locale, Wording> {
    let mut wordings = BTreeMap::new();
    if node.is_absent() {
        return wordings;
    }
    for (tag, node) in node.members(limits::ENTRIES) {
        let Some(locale) = Locale::parse(tag) else {
            node.fault::<()>(Locale::RULE);
            continue;
        };
        if !node.is_object() {
            continue;
        }
        let follow_up = node.get("follow_up");
        let wording = Wording {
            question: node.get("question").text(limits::WORDING),
            low: node.get("low").text(limits::WORDING),
            high: node.get("high").text(limits::WORDING),
            follow_up: (!follow_up.is_absent()).then(|| follow_ups(&follow_up, metric)),
            thanks: node.get("thanks").text(limits::WORDING),
        };
        wordings.insert(locale, wording);
    }
    wordings
}

fn follow_ups(node: &Node<'_>, metric: Option<Metric>) -> BTreeMap<Segment, String> {
    let segments = metric.map(Metric::segments).into_iter().flatten().collect::<Vec<_>>();
    let mut follow_ups = BTreeMap::new();
    for (name, node) in node.members(limits::ENTRIES) {
        match segments.iter().find(|segment| segment.name() == name) {
            Some(segment) => {
                if let Some(text) = node.text(limits::WORDING) {
                    follow_ups.insert(*segment, text);
                }
            }
            None if metric.is_some() => {
                let names: Vec<&str> = segments.iter().map(|segment| segment.name()).collect();
                node.fault::<()>(format!("is no segment of this metric; it has {}", names.join(", ")));
            }
            None => {}
        }
    }
    follow_ups
}

fn trigger(node: &Node<'_>) -> Option<Trigger> {
    node.is_object().then_some(())?;
    let read: fn(&Node<'_>) -> Option<Trigger> =
        node.get("on").required().one_of(&[("delay", delay as fn(&Node<'_>) -> _), ("event", event)])?;
    read(node)
}

fn delay(node: &Node<'_>) -> Option<Trigger> {
    let seconds = node.get("seconds").required().integer(0..=u64::from(limits::DELAY_SECONDS))?;
    Some(Trigger::Delay { seconds: u32::try_from(seconds).ok()? })
}

fn event(node: &Node<'_>) -> Option<Trigger> {
    Some(Trigger::Event { name: node.get("name").required_text(limits::NAME)? })
}

/// Three months between two questions after an answer, two weeks after a refusal.
const FREQUENCY: Frequency = Frequency { window: Window::Days(90), after_dismissal_days: 14 };

fn frequency(node: &Node<'_>) -> Option<Frequency> {
    if node.is_absent() {
        return Some(FREQUENCY);
    }
    node.is_object().then_some(())?;
    let days = |node: Node<'_>, from| {
        node.integer(from..=u64::from(limits::DAYS)).and_then(|days| u32::try_from(days).ok())
    };
    let window = node.get("window");
    let window = if window.is_absent() {
        Some(FREQUENCY.window)
    } else if window.get("days").is_absent() {
        window.parsed(
            |word| match word {
                "order" => Some(Window::Order),
                "ever" => Some(Window::Ever),
                _ => None,
            },
            "must be \"order\", \"ever\" or {\"days\": number}",
        )
    } else {
        days(window.get("days"), 1).map(Window::Days)
    };
    let rest = node.get("after_dismissal_days");
    let rest = if rest.is_absent() { Some(FREQUENCY.after_dismissal_days) } else { days(rest, 0) };
    Some(Frequency { window: window?, after_dismissal_days: rest? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"title": "After purchase", "metric": "csat", "scale": {"min": 1, "max": 7},
        "touchpoint": "purchase", "default_locale": "es",
        "wording": {"es": {"question": "¿Qué tal?", "low": "Mal", "high": "Bien",
                           "follow_up": {"dissatisfied": "¿Por qué?"}, "thanks": "Gracias"}, "en": {}},
        "triggers": [{"on": "delay", "seconds": 20}, {"on": "event", "name": "purchase"}],
        "frequency": {"window": {"days": 30}, "after_dismissal_days": 3}}"#;

    #[test]
    fn what_is_written_reads_back() {
        for text in [FULL, r#"{"title": "T", "metric": "nps", "triggers": []}"#] {
            let definition = Definition::parse(text.as_bytes()).unwrap();
            let written = serde_json::to_vec(&definition).unwrap();
            assert_eq!(Definition::parse(&written).unwrap(), definition);
        }
    }

    #[test]
    fn the_window_is_a_word_or_days() {
        for (text, expected) in
            [(r#""order""#, Window::Order), (r#""ever""#, Window::Ever), (r#"{"days": 5}"#, Window::Days(5))]
        {
            let text =
                format!(r#"{{"title":"T","metric":"nps","triggers":[],"frequency":{{"window":{text}}}}}"#);
            let definition = Definition::parse(text.as_bytes()).unwrap();
            assert_eq!(definition.frequency, Frequency { window: expected, ..FREQUENCY });
        }
    }

    #[test]
    fn every_fault_is_reported() {
        let text = r#"{"metric": "ces", "scale": {"min": 0, "max": 10},
            "wording": {"xx-": {}, "en": {"question": 5, "follow_up": {"promoter": "Why?"}}},
            "triggers": [{"on": "telepathy"}, {"on": "delay", "seconds": -1}, 7],
            "frequency": {"window": "weekly"}}"#;
        let faults = Definition::parse(text.as_bytes()).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/title",
            "/scale",
            "/wording/en/question",
            "/wording/en/follow_up/promoter",
            "/wording/xx-",
            "/triggers/0/on",
            "/triggers/1/seconds",
            "/triggers/2",
            "/frequency/window",
        ];
        assert_eq!(pointers, expected);
    }
}

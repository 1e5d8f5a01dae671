//! A survey as its owner defines it.

use crate::audience::{self, Audience};
use crate::frequency::{self, Frequency};
use crate::json::{Faults, Node, read_document};
use crate::limits;
use crate::locale::Locale;
use crate::look::{Layout, Look};
use crate::metric::{Metric, Scale};
use crate::step::{self, Step};
use crate::theme;
use crate::trigger::{self, Trigger};
use crate::wording::{self, Wording};
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
    /// How the scale is drawn.
    pub look: Look,
    /// Where the question stands.
    pub layout: Layout,
    /// The place in the customer's journey that this survey measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// The language of a visitor whose own is not in `wording`.
    pub default_locale: Locale,
    /// The site's own words, by language; what is left out comes from [`crate::texts`].
    pub wording: BTreeMap<Locale, Wording>,
    /// What is asked after the score; left out, a comment, in words that fit the segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Step>>,
    /// An address that is offered beside the thanks: to everyone or to no one, as reviews must not be picked by score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether its card asks for consent where nobody has said anything; left out, as the site does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_consent: Option<bool>,
    /// Any of these opens the survey.
    pub triggers: Vec<Trigger>,
    /// Who is asked.
    #[serde(skip_serializing_if = "Audience::is_everybody")]
    pub audience: Audience,
    /// How often one visitor is asked.
    pub frequency: Frequency,
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
    let look = metric.zip(scale).and_then(|(metric, scale)| look(&node.get("look"), metric, scale));
    let layout = node.get("layout").one_of(&Layout::NAMES).unwrap_or_default();
    let touchpoint = node.get("touchpoint").text(limits::NAME);
    let locale = node.get("default_locale").parsed(Locale::parse, Locale::RULE);
    let steps = step::read(&node.get("steps"), metric, scale);
    let wording = wording::read(&node.get("wording"), metric, steps.as_deref().unwrap_or_default());
    let link = node.get("link").parsed(
        |text| theme::is_address(text).then(|| text.to_owned()),
        "must be an address that begins with https://, of at most 300 characters, without spaces",
    );
    let ask_consent = node.get("ask_consent").boolean();
    let triggers = node.get("triggers").required();
    let triggers: Vec<Trigger> = triggers.items(limits::ENTRIES).iter().filter_map(trigger::read).collect();
    let audience = audience::read(&node.get("audience"));
    let frequency = frequency::read(&node.get("frequency"));
    Some(Definition {
        title: title?,
        metric: metric?,
        scale: scale?,
        look: look?,
        layout,
        touchpoint,
        default_locale: locale.or_else(|| Locale::parse("en"))?,
        wording,
        steps,
        link,
        ask_consent,
        triggers,
        audience,
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

fn look(node: &Node<'_>, metric: Metric, scale: Scale) -> Option<Look> {
    let looks = Look::of(metric, scale);
    if node.is_absent() {
        return looks.first().copied();
    }
    let look = node.one_of(&Look::NAMES)?;
    if looks.contains(&look) {
        return Some(look);
    }
    let names: Vec<&str> = looks.iter().map(|look| look.name()).collect();
    node.fault(format!("is no look of this scale; it has {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"title": "After purchase", "metric": "csat", "scale": {"min": 1, "max": 7},
        "look": "stars", "layout": "dialog", "touchpoint": "purchase", "default_locale": "es",
        "wording": {"es": {"question": "¿Qué tal?", "low": "Mal", "high": "Bien",
                           "follow_up": {"dissatisfied": "¿Por qué?"}, "thanks": "Gracias", "link": "Reseña",
                           "steps": {"reason": {"question": "¿Motivo?", "choices": {"price": "Precio"}}}},
                    "en": {"thanks": {"satisfied": "Yes!"}, "tab": "Tell us"}},
        "steps": [{"id": "reason", "ask": "many", "choices": ["price", "taste"], "when": {"scores": {"max": 3}}},
                  {"id": "why", "ask": "comment", "when": {"segments": ["dissatisfied"], "chosen": ["taste"]}}],
        "link": "https://reviews.example/shop", "ask_consent": false,
        "triggers": [{"on": "delay", "seconds": 20}, {"on": "event", "name": "purchase"}],
        "frequency": {"window": {"days": 30}, "after_dismissal_days": 3, "most_shown": 1, "ignores_spacing": true}}"#;

    #[test]
    fn what_is_written_reads_back() {
        for text in [FULL, r#"{"title": "T", "metric": "nps", "triggers": []}"#] {
            let definition = Definition::parse(text.as_bytes()).unwrap();
            let written = serde_json::to_vec(&definition).unwrap();
            assert_eq!(Definition::parse(&written).unwrap(), definition);
        }
    }

    #[test]
    fn every_fault_is_reported() {
        let text = r#"{"metric": "ces", "scale": {"min": 0, "max": 10}, "layout": "popup", "link": "javascript:alert(1)", "ask_consent": "yes",
            "wording": {"xx-": {}}, "steps": [{}],
            "triggers": [{"on": "telepathy"}, {"on": "delay", "seconds": -1}, 7],
            "frequency": {"window": "weekly"}}"#;
        let faults = Definition::parse(text.as_bytes()).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/title",
            "/scale",
            "/layout",
            "/steps/0/id",
            "/steps/0/ask",
            "/wording/xx-",
            "/link",
            "/ask_consent",
            "/triggers/0/on",
            "/triggers/1/seconds",
            "/triggers/2",
            "/frequency/window",
        ];
        assert_eq!(pointers, expected);
        let stars = br#"{"title": "T", "metric": "nps", "look": "stars", "triggers": []}"#;
        assert_eq!(Definition::parse(stars).unwrap_err().0[0].pointer, "/look");
    }
}

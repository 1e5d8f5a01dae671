//! A site's own words in one language.

use crate::json::Node;
use crate::limits;
use crate::locale::Locale;
use crate::metric::{Metric, Segment};
use crate::slug::Slug;
use crate::step::Step;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is left out comes from [`crate::texts`].
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
    /// What a comment is asked for, by segment. Left out: the built-in questions. Given: a segment that is not
    /// in it gets none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<BTreeMap<Segment, String>>,
    /// The words of the survey's steps, by the step's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub steps: BTreeMap<Slug, StepWording>,
    /// The last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Thanks>,
    /// What the survey's link says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What the tab at the edge of the page says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab: Option<String>,
}

/// A step's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StepWording {
    /// The question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What the choices say, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<Slug, String>,
}

/// The last line: one for all, or one for each segment. A segment without one gets the built-in line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "named for whom they are")]
pub enum Thanks {
    All(String),
    Each(BTreeMap<Segment, String>),
}

impl Wording {
    /// The last line for a segment.
    #[must_use]
    pub fn thanks(&self, segment: Segment) -> Option<&str> {
        match self.thanks.as_ref()? {
            Thanks::All(text) => Some(text),
            Thanks::Each(table) => table.get(&segment).map(String::as_str),
        }
    }
}

/// Reads the words of every language.
pub(crate) fn read(node: &Node<'_>, metric: Option<Metric>, steps: &[Step]) -> BTreeMap<Locale, Wording> {
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
        let text = |name| node.get(name).text(limits::WORDING);
        let follow_up = node.get("follow_up");
        let wording = Wording {
            question: text("question"),
            low: text("low"),
            high: text("high"),
            follow_up: (!follow_up.is_absent()).then(|| by_segment(&follow_up, metric)),
            steps: step_wordings(&node.get("steps"), steps),
            thanks: thanks(&node.get("thanks"), metric),
            link: node.get("link").text(limits::NAME),
            tab: node.get("tab").text(limits::TAB),
        };
        wordings.insert(locale, wording);
    }
    wordings
}

fn thanks(node: &Node<'_>, metric: Option<Metric>) -> Option<Thanks> {
    if node.is_absent() {
        None
    } else if node.is_map() {
        Some(Thanks::Each(by_segment(node, metric)))
    } else {
        node.text(limits::WORDING).map(Thanks::All)
    }
}

fn by_segment(node: &Node<'_>, metric: Option<Metric>) -> BTreeMap<Segment, String> {
    let segments: Vec<Segment> = metric.map(Metric::segments).into_iter().flatten().collect();
    let mut texts = BTreeMap::new();
    for (name, node) in node.members(limits::ENTRIES) {
        match segments.iter().find(|segment| segment.name() == name) {
            Some(segment) => {
                if let Some(text) = node.text(limits::WORDING) {
                    texts.insert(*segment, text);
                }
            }
            None if metric.is_some() => {
                let names: Vec<&str> = segments.iter().map(|segment| segment.name()).collect();
                node.fault::<()>(format!("is no segment of this metric; it has {}", names.join(", ")));
            }
            None => {}
        }
    }
    texts
}

fn step_wordings(node: &Node<'_>, steps: &[Step]) -> BTreeMap<Slug, StepWording> {
    let mut wordings = BTreeMap::new();
    if node.is_absent() {
        return wordings;
    }
    for (id, node) in node.members(limits::ENTRIES) {
        let Some(step) = steps.iter().find(|step| step.id.as_str() == id) else {
            node.fault::<()>("is no step of this survey");
            continue;
        };
        if !node.is_object() {
            continue;
        }
        let mut choices = BTreeMap::new();
        let labels = node.get("choices");
        let labels = if labels.is_absent() { Vec::new() } else { labels.members(limits::ENTRIES) };
        for (code, label) in labels {
            match step.choices.iter().find(|choice| choice.as_str() == code) {
                Some(choice) => {
                    if let Some(text) = label.text(limits::NAME) {
                        choices.insert(choice.clone(), text);
                    }
                }
                None => {
                    label.fault::<()>("is no choice of this step");
                }
            }
        }
        let question = node.get("question").text(limits::WORDING);
        wordings.insert(step.id.clone(), StepWording { question, choices });
    }
    wordings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read_document;

    #[test]
    fn every_fault_is_named() {
        let text = r#"{"steps": [{"id": "reason", "ask": "one", "choices": ["a", "b"]}], "wording": {"xx-": {}, "es": 7,
            "en": {"question": 5, "follow_up": {"promoter": "Why?"}, "thanks": {"easy": 1, "happy": ""},
                   "steps": {"why": {}, "reason": {"choices": {"c": "C", "a": 1}}}}}}"#;
        let faults = read_document(text.as_bytes(), |node| {
            let scale = Metric::Ces.default_scale();
            let steps = crate::step::read(&node.get("steps"), Some(Metric::Ces), Some(scale))?;
            Some(read(&node.get("wording"), Some(Metric::Ces), &steps))
        })
        .unwrap_err();
        let pointers: Vec<&str> =
            faults.0.iter().map(|fault| fault.pointer.trim_start_matches("/wording")).collect();
        let expected = [
            "/en/question",
            "/en/follow_up/promoter",
            "/en/steps/reason/choices/a",
            "/en/steps/reason/choices/c",
            "/en/steps/why",
            "/en/thanks/easy",
            "/en/thanks/happy",
            "/es",
            "/xx-",
        ];
        assert_eq!(pointers, expected);
    }
}

//! Surveys of a site as a file: what `cargo xtask push` reads, and what it and the console write.
//!
//! ```toml
//! site = "shop"
//!
//! [surveys.post-purchase]
//! title = "After purchase"
//! metric = "nps"
//! triggers = [{ on = "event", name = "purchase" }]
//! ```

use crate::draft::{self, Draft};
use crate::json::{Faults, read_document};
use crate::limits;
use crate::slug::Slug;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Surveys of a site, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyFile {
    /// Whose they are.
    pub site: Slug,
    /// The same as the API takes.
    pub surveys: BTreeMap<Slug, Draft>,
}

/// Most surveys of a file.
const MOST: usize = 500;

impl SurveyFile {
    /// Reads a file that was made JSON of.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            let site = node.get("site").required().parsed(Slug::parse, Slug::RULE);
            let list = node.get("surveys").required();
            let mut surveys = BTreeMap::new();
            for (name, node) in if list.is_absent() { Vec::new() } else { list.members(MOST) } {
                let name = Slug::parse(name).or_else(|| node.fault(Slug::RULE));
                let draft = if node.is_object() { draft::read(&node) } else { None };
                surveys.extend(name.zip(draft));
            }
            Some(Self { site: site?, surveys })
        })
    }

    /// As a document. Shards are named only where they are not the usual ones.
    #[must_use]
    pub fn document(&self) -> Value {
        let surveys: BTreeMap<&str, Value> =
            self.surveys.iter().map(|(name, draft)| (name.as_str(), draft.document())).collect();
        json!({ "site": self.site.as_str(), "surveys": surveys })
    }

    /// As TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        table(&mut text, "", &self.document());
        text
    }
}

impl Draft {
    /// As the API takes it.
    #[must_use]
    pub fn document(&self) -> Value {
        // By way of text, which the collector writes anyhow: another writer would be more of the Worker.
        let text = serde_json::to_string(&self.definition).unwrap_or_default();
        let mut document: Value = serde_json::from_str(&text).unwrap_or_default();
        if let (Some(shards), Some(members)) = (self.shards, document.as_object_mut())
            && shards != limits::SHARDS_DEFAULT
        {
            members.insert("shards".into(), shards.into());
        }
        document
    }
}

/// In the order in which one would write them; others follow by their names.
const ORDER: [&str; 12] = [
    "site",
    "title",
    "metric",
    "scale",
    "look",
    "layout",
    "touchpoint",
    "id",
    "ask",
    "on",
    "question",
    "low",
];

fn sorted(value: &Value) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = value.as_object().into_iter().flatten().collect();
    let place = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    members.sort_by(|(a, _), (b, _)| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
    members
}

/// Whether an object has a heading of its own; small ones stand in their line.
fn has_heading(value: &Value) -> bool {
    value.as_object().is_some_and(|members| {
        !members.is_empty() && !members.values().all(|value| value.is_number() || value.is_boolean())
    })
}

fn table(text: &mut String, path: &str, value: &Value) {
    let members = sorted(value);
    let (tables, lines): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, value)| has_heading(value));
    if !lines.is_empty() && !path.is_empty() {
        text.extend(["\n[", path, "]\n"]);
    }
    for (key, value) in lines {
        text.extend([&written(key), " = ", &line(value), "\n"]);
    }
    for (key, value) in tables {
        let separator = if path.is_empty() { "" } else { "." };
        table(text, &format!("{path}{separator}{}", written(key)), value);
    }
}

fn line(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let items: Vec<String> = items.iter().map(|item| format!("  {},\n", line(item))).collect();
            format!("[\n{}]", items.concat())
        }
        Value::Array(items) => format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => {
            let members = sorted(value);
            let members: Vec<String> = members
                .into_iter()
                .map(|(key, value)| format!("{} = {}", written(key), one_line(value)))
                .collect();
            if members.is_empty() { "{}".into() } else { format!("{{ {} }}", members.join(", ")) }
        }
        other => other.to_string(),
    }
}

/// Inside of braces TOML 1.0 has no new lines but in lists, and one style is enough.
fn one_line(value: &Value) -> String {
    line(value).replace("[\n  ", "[").replace(",\n  ", ", ").replace(",\n]", "]")
}

fn written(key: &str) -> String {
    let is_bare =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { key.to_owned() } else { quoted(key) }
}

/// JSON's escapes are TOML's, too; the one control character that JSON lets stand is in no text that was parsed.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_survey() {
        let text =
            br#"{"site": "My shop", "surveys": {"a": {"metric": "nps", "triggers": []}, "B": {}, "c": 7}}"#;
        let faults = SurveyFile::parse(text).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/site",
            "/surveys/B",
            "/surveys/B/title",
            "/surveys/B/metric",
            "/surveys/B/triggers",
            "/surveys/a/title",
            "/surveys/c",
        ];
        assert_eq!(pointers, expected);
        assert_eq!(SurveyFile::parse(b"{}").unwrap_err().0.len(), 2);
    }

    #[test]
    fn toml_is_laid_out_as_one_would_write_it() {
        let text = r#"{"site": "shop", "surveys": {"after-purchase": {"title": "After \"purchase\"\n\tby mail", "metric": "nps", "shards": 16,
            "touchpoint": "purchase", "wording": {"en": {"question": "Q", "follow_up": {}}, "pt-BR": {"low": "L"}},
            "steps": [{"id": "why", "ask": "one", "choices": ["a", "b"], "when": {"segments": ["detractor"]}}],
            "triggers": [{"on": "event", "name": "go", "where": [{"property": "x", "is": ["1"]}, {"property": "y", "at_least": 0.5}]}],
            "audience": {"urls": {"include": [{"prefix": "/shop"}]}}, "frequency": {"window": "order"}}}}"#;
        let file = SurveyFile::parse(text.as_bytes()).unwrap();
        let expected = r#"site = "shop"

[surveys.after-purchase]
title = "After \"purchase\"\n\tby mail"
metric = "nps"
scale = { max = 10, min = 0 }
look = "numbers"
layout = "corner"
touchpoint = "purchase"
default_locale = "en"
shards = 16
steps = [
  { id = "why", ask = "one", choices = ["a", "b"], when = { segments = ["detractor"] } },
]
triggers = [
  { on = "event", name = "go", where = [{ is = ["1"], property = "x" }, { at_least = 0.5, property = "y" }] },
]

[surveys.after-purchase.audience.urls]
include = [
  { prefix = "/shop" },
]

[surveys.after-purchase.frequency]
after_dismissal_days = 14
ignores_spacing = true
most_shown = 3
window = "order"

[surveys.after-purchase.wording.en]
question = "Q"
follow_up = {}

[surveys.after-purchase.wording.pt-BR]
low = "L"
"#;
        assert_eq!(file.to_toml(), expected);
        assert_eq!(SurveyFile::parse(file.document().to_string().as_bytes()).unwrap(), file);
    }
}

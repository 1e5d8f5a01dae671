//! Who is asked: conditions on the page and the visitor, and their compilation to flat rules.

pub(crate) mod filter;
mod pattern;
mod rule;

pub use filter::Filter;
pub use pattern::Pattern;
pub use rule::{Facts, Rule, Test, holds};

use crate::json::Node;
use crate::limits;
use crate::locale::Locale;
use rule::any_of;
use serde::Serialize;
use std::collections::BTreeMap;

/// Who is asked. All members that are given must hold; none is everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Audience {
    /// On which pages.
    #[serde(skip_serializing_if = "Urls::is_empty")]
    pub urls: Urls,
    /// With which devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    /// Who reads in one of these languages; `es` is also `es-MX`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locales: Vec<Locale>,
    /// Who came from one of these hosts: `*.x` is every host below `x`, empty is nowhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub referrers: Vec<String>,
    /// Whose address names one of these, by the parameter without its `utm_`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub utm: BTreeMap<String, Vec<String>>,
    /// Whether the visitor was here before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitors: Option<Visitors>,
    /// What the page said of the visitor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Filter>,
    /// How many of 100 of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_percent: Option<u8>,
}

/// On which pages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Urls {
    /// On these; none is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Pattern>,
    /// But not on these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Pattern>,
}

/// A class of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "named for what they are")]
pub enum Device {
    Mobile,
    Tablet,
    Desktop,
}

/// Whether a visitor was here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "named for what they are")]
pub enum Visitors {
    New,
    Returning,
}

const DEVICES: [(&str, Device); 3] =
    [("mobile", Device::Mobile), ("tablet", Device::Tablet), ("desktop", Device::Desktop)];
const VISITORS: [(&str, Visitors); 2] = [("new", Visitors::New), ("returning", Visitors::Returning)];
const UTM: [&str; 5] = ["source", "medium", "campaign", "term", "content"];

impl Urls {
    fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }
}

impl Audience {
    /// Whether it is everybody.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// What must hold, as flat rules. The cheap and the telling come first; the draw comes last, so that it is drawn
    /// only for those whom everything else fits.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        rules.extend(pattern::any(&self.urls.include));
        // Each by itself: a rule that fails must not be saved by another.
        rules.extend(
            self.urls
                .exclude
                .iter()
                .filter_map(|one| pattern::any(std::slice::from_ref(one)))
                .map(Rule::negated),
        );
        if !self.devices.is_empty() {
            let names = named(&DEVICES, |device| self.devices.contains(device));
            rules.push(Rule::pattern("device", any_of(names, "$")));
        }
        if !self.locales.is_empty() {
            let tags: Vec<String> = self.locales.iter().map(|tag| tag.as_str().to_lowercase()).collect();
            rules.push(Rule::pattern("language", any_of(tags.iter().map(String::as_str), "(?:-|$)")));
        }
        if !self.referrers.is_empty() {
            let hosts: Vec<String> = self.referrers.iter().map(|host| host_pattern(host)).collect();
            rules.push(Rule::pattern("referrer", format!("^(?:{})$", hosts.join("|"))));
        }
        for (name, values) in &self.utm {
            let pattern = any_of(values.iter().map(String::as_str), "$");
            rules.push(Rule::pattern(format!("utm_{name}"), pattern));
        }
        for filter in &self.attributes {
            filter.rules("attr:", &mut rules);
        }
        if let Some(visitors) = self.visitors {
            rules.push(Rule::pattern("visitor", any_of(named(&VISITORS, |kind| *kind == visitors), "$")));
        }
        if let Some(percent) = self.sample_percent.filter(|percent| *percent < 100) {
            // A draw is a whole number from 0 to 99.
            rules.push(Rule::range("draw", None, Some(f64::from(percent) - 1.0)));
        }
        rules
    }
}

fn named<T>(table: &[(&'static str, T)], wanted: impl Fn(&T) -> bool) -> Vec<&'static str> {
    table.iter().filter(|(_, value)| wanted(value)).map(|(name, _)| *name).collect()
}

fn host_pattern(host: &str) -> String {
    match host.strip_prefix("*.") {
        Some(domain) => format!(".+\\.{}", rule::escape(domain)),
        None => rule::escape(host),
    }
}

/// Reads an audience; an absent one is everybody.
pub(crate) fn read(node: &Node<'_>) -> Audience {
    if node.is_absent() || !node.is_object() {
        return Audience::default();
    }
    let urls = node.get("urls");
    let (include, exclude) = (urls.get("include"), urls.get("exclude"));
    if !urls.is_absent() {
        urls.is_object();
    }
    let list = |name| node.get(name).items(limits::ENTRIES);
    Audience {
        urls: Urls { include: pattern::read(&include), exclude: pattern::read(&exclude) },
        devices: list("devices").iter().filter_map(|node| node.one_of(&DEVICES)).collect(),
        locales: list("locales").iter().filter_map(|node| node.parsed(Locale::parse, Locale::RULE)).collect(),
        referrers: list("referrers").iter().filter_map(|node| node.parsed(host, HOST_RULE)).collect(),
        utm: utm(&node.get("utm")),
        visitors: node.get("visitors").one_of(&VISITORS),
        attributes: filter::read(&node.get("attributes")),
        sample_percent: node.get("sample_percent").integer(1..=100).and_then(|n| u8::try_from(n).ok()),
    }
}

const HOST_RULE: &str =
    "must be a host such as news.example, hosts below one such as *.news.example, or empty for no referrer";

fn host(text: &str) -> Option<String> {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_host = text.is_empty()
        || (!name.is_empty()
            && text.len() <= limits::HOST
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)));
    is_host.then(|| text.to_ascii_lowercase())
}

fn utm(node: &Node<'_>) -> BTreeMap<String, Vec<String>> {
    let mut utm = BTreeMap::new();
    if node.is_absent() {
        return utm;
    }
    for (name, node) in node.members(UTM.len()) {
        if !UTM.contains(&name) {
            node.fault::<()>(format!("must be one of: {}", UTM.join(", ")));
            continue;
        }
        let values: Vec<String> = node
            .items(limits::ENTRIES)
            .iter()
            .filter_map(|node| node.required_text(limits::ATTRIBUTE_VALUE))
            .collect();
        if !values.is_empty() {
            utm.insert(name.to_owned(), values);
        }
    }
    utm
}

#[cfg(test)]
mod tests;

//! Conditions on the properties of an event and on the attributes of a visitor.

use super::rule::{Rule, any_of};
use crate::json::Node;
use crate::limits;
use serde::Serialize;

/// A condition on one property. All its members must hold.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Filter {
    /// The property's or attribute's name.
    pub property: String,
    /// It is a number, and at least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// It is a number, and at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// It is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// It is none of these; one that is not there is none of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub is_not: Vec<String>,
    /// Whether it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
}

// JSON has no NaN.
impl Eq for Filter {}

impl Filter {
    /// The condition as rules about `prefix` and the property's name.
    pub(crate) fn rules(&self, prefix: &str, rules: &mut Vec<Rule>) {
        let fact = format!("{prefix}{}", self.property);
        if self.at_least.is_some() || self.at_most.is_some() {
            rules.push(Rule::range(&fact, self.at_least, self.at_most));
        }
        let pattern = |texts: &[String]| Rule::pattern(&fact, any_of(texts.iter().map(String::as_str), "$"));
        if !self.is.is_empty() {
            rules.push(pattern(&self.is));
        }
        if !self.is_not.is_empty() {
            rules.push(pattern(&self.is_not).negated());
        }
        match self.exists {
            // The empty pattern is found in every text.
            Some(true) => rules.push(Rule::pattern(&fact, String::new())),
            Some(false) => rules.push(Rule::pattern(&fact, String::new()).negated()),
            None => {}
        }
    }
}

/// Reads a list of conditions.
pub(crate) fn read(node: &Node<'_>) -> Vec<Filter> {
    node.items(limits::ATTRIBUTES).iter().filter_map(filter).collect()
}

fn filter(node: &Node<'_>) -> Option<Filter> {
    node.is_object().then_some(())?;
    let property = node.get("property").required_text(limits::ATTRIBUTE_NAME);
    let values = |name| -> Vec<String> {
        let node = node.get(name);
        if node.is_array() && node.items(limits::ENTRIES).is_empty() {
            node.fault::<()>("must not be empty");
        }
        node.items(limits::ENTRIES).iter().filter_map(value).collect()
    };
    let filter = Filter {
        property: property?,
        at_least: node.get("at_least").number(),
        at_most: node.get("at_most").number(),
        is: values("is"),
        is_not: values("is_not"),
        exists: node.get("exists").boolean(),
    };
    if ["at_least", "at_most", "is", "is_not", "exists"].iter().all(|name| node.get(name).is_absent()) {
        return node.fault("must have at_least, at_most, is, is_not or exists");
    }
    Some(filter)
}

/// Text, a number or a truth value, as the loader writes it.
fn value(node: &Node<'_>) -> Option<String> {
    node.scalar(limits::ATTRIBUTE_VALUE)
}

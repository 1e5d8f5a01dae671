//! Flat rules: what is left of audiences and of an event's conditions when they are compiled.
//!
//! The loader tests the same rules in `widget/src/loader/holds.js`; `survey/tests/audience.json` keeps the two alike.

use regex_lite::Regex;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::collections::BTreeMap;

/// What is known of a visitor, a page or an event. A fact that is not in it is not known.
pub type Facts = BTreeMap<String, String>;

/// One thing that must hold. As JSON `[fact, test]`; with `1` behind where the test must fail; and with another
/// `fact, test` behind that where either suffices.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The fact's name.
    pub fact: String,
    /// What it is tested with. A fact that is not known fails every test.
    pub test: Test,
    /// Whether the test must fail.
    pub negated: bool,
    /// What suffices in its place.
    pub or: Option<Box<Rule>>,
}

/// What a fact is tested with.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A regular expression that is found in it, in what regex-lite and JavaScript's `u` mode have in common.
    Pattern(String),
    /// It is a decimal number within these bounds, both included.
    Range(Option<f64>, Option<f64>),
}

/// What the tests take for a number: what a JavaScript number looks like as text.
const NUMBER: &str = r"^-?\d+(\.\d+)?(e[+-]\d+)?$";

impl Rule {
    /// A rule that a pattern is found.
    #[must_use]
    pub fn pattern(fact: impl Into<String>, pattern: String) -> Self {
        Self { fact: fact.into(), test: Test::Pattern(pattern), negated: false, or: None }
    }

    /// A rule that a number lies within bounds.
    #[must_use]
    pub fn range(fact: impl Into<String>, least: Option<f64>, most: Option<f64>) -> Self {
        Self { fact: fact.into(), test: Test::Range(least, most), negated: false, or: None }
    }

    /// The same rule, whose test must fail.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.negated = true;
        self
    }

    /// The names of the facts that it tests.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self), |rule| rule.or.as_deref()).map(|rule| rule.fact.as_str())
    }

    fn holds(&self, facts: &Facts) -> bool {
        let passes = facts.get(&self.fact).is_some_and(|value| self.test.passes(value));
        passes != self.negated || self.or.as_ref().is_some_and(|other| other.holds(facts))
    }
}

impl Test {
    fn passes(&self, value: &str) -> bool {
        match self {
            // Patterns are checked when they are written; one that does not compile matches nothing.
            Self::Pattern(pattern) => Regex::new(pattern).is_ok_and(|regex| regex.is_match(value)),
            Self::Range(least, most) => {
                let is_number = Regex::new(NUMBER).is_ok_and(|regex| regex.is_match(value));
                let number = value.parse::<f64>().ok().filter(|_| is_number);
                number.is_some_and(|number| {
                    least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
                })
            }
        }
    }
}

/// Whether every rule holds.
///
/// ```
/// use sondeo_survey::audience::{Facts, Rule, holds};
/// let rules = [Rule::pattern("device", "^(?:mobile|tablet)$".into())];
/// let facts = |device: &str| Facts::from([("device".to_owned(), device.to_owned())]);
/// assert!(holds(&rules, &facts("tablet")));
/// assert!(!holds(&rules, &facts("desktop")));
/// assert!(!holds(&rules, &Facts::new()));
/// ```
#[must_use]
pub fn holds(rules: &[Rule], facts: &Facts) -> bool {
    rules.iter().all(|rule| rule.holds(facts))
}

/// A pattern that finds exactly these texts; `then` stands behind each, before the end.
pub(super) fn any_of<'a>(texts: impl IntoIterator<Item = &'a str>, end: &str) -> String {
    let texts: Vec<String> = texts.into_iter().map(escape).collect();
    format!("^(?:{}){end}", texts.join("|"))
}

/// The pattern of a text as it stands. Only the syntax characters of JavaScript may be escaped in `u` mode.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\^$.*+?()[]{}|".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut next = Some(self);
        while let Some(Rule { fact, test, negated, or }) = next {
            list.serialize_element(fact)?;
            list.serialize_element(test)?;
            if *negated || or.is_some() {
                list.serialize_element(&u8::from(*negated))?;
            }
            next = or.as_deref();
        }
        list.end()
    }
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Pattern(pattern) => serializer.serialize_str(pattern),
            Self::Range(least, most) => [*least, *most].map(number).serialize(serializer),
        }
    }
}

/// Whole numbers without a point: `100` is shorter than `100.0`.
fn number(bound: Option<f64>) -> Option<serde_json::Number> {
    let bound = bound?;
    #[allow(clippy::cast_possible_truncation, reason = "whole and under 2^53")]
    let whole = (bound.fract() == 0.0 && bound.abs() < 9e15).then(|| (bound as i64).into());
    whole.or_else(|| serde_json::Number::from_f64(bound))
}

//! What a visitor's browser gets of a site: the loader carries it as JSON.

use crate::audience::Rule;
use crate::consent::{self, Decision, Signals, Source, Sources, Status};
use crate::definition::Definition;
use crate::frequency::Window;
use crate::look::Layout;
use crate::site::{Fallback, Site};
use crate::trigger::{On, Trigger};
use serde::Serialize;
use std::collections::BTreeSet;

/// A site and its live surveys.
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, as it stands in the script")]
pub struct Live<'a> {
    /// The site's name in addresses.
    pub site: &'a str,
    /// Folder of the widget's files.
    pub assets: String,
    /// The answers to the question of consent under which any survey may be shown, so that a page view without
    /// them loads nothing.
    pub ask: Vec<Status>,
    /// Those under which a visitor may be recognised, where a survey wants that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<Status>,
    /// Whether Do Not Track stands against that.
    #[serde(skip_serializing_if = "is_false")]
    pub dnt: bool,
    /// Whether only consent platforms are believed, and not the page.
    #[serde(skip_serializing_if = "is_false")]
    pub deaf: bool,
    /// What the TCF's word must have, where it is listened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcf: Option<LiveTcf>,
    /// Whether Consent Mode is listened to.
    #[serde(skip_serializing_if = "is_false")]
    pub gcm: bool,
    /// Whether the hosted page stands in where the card cannot run.
    #[serde(skip_serializing_if = "is_false")]
    pub fallback: bool,
    /// The challenge that comes with each card, where the site has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turnstile: Option<LiveTurnstile>,
    /// The surveys.
    pub surveys: Vec<LiveSurvey<'a>>,
    /// What opens them, survey by survey. In one list, which costs a page less than a list of each.
    pub triggers: Vec<LiveTrigger<'a>>,
    /// Whether visitors may have answered here, so that there is something to forget.
    #[serde(skip)]
    pub forgets: bool,
}

/// What a consent platform must have said.
#[derive(Debug, Serialize)]
pub struct LiveTcf {
    /// These purposes.
    pub purposes: Vec<u8>,
    /// This vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<u16>,
}

/// What a page needs to draw Turnstile's widget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LiveTurnstile {
    /// Of the site.
    pub sitekey: String,
    /// Where its script is.
    pub script: String,
}

impl LiveTcf {
    fn new(sources: &Sources) -> Option<Self> {
        let mut purposes = vec![1];
        purposes.extend(sources.purposes.iter().filter(|number| **number != 1));
        sources.has(Source::Tcf).then_some(Self { purposes, vendor: sources.vendor })
    }
}

/// A published survey. Its words travel only when it is shown, and only in the visitor's language.
#[derive(Debug, Serialize)]
pub struct LiveSurvey<'a> {
    /// Its name in addresses.
    pub id: &'a str,
    /// Where its card's text is.
    pub card: String,
    /// [`Live::ask`] of this survey, where that is less than the site's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Status>,
    /// Whom it is for, as far as a browser knows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Whether each order has an answer of its own.
    #[serde(skip_serializing_if = "is_false")]
    pub order: bool,
    /// Whether it is shown though another survey of the site was shown lately.
    #[serde(skip_serializing_if = "is_false")]
    pub free: bool,
    /// Whether a text has placeholders.
    #[serde(skip)]
    fills: bool,
}

/// A trigger as the loader takes it. `on` names the part of the loader that arms it; `event` is the core's own.
#[derive(Debug, Default, Serialize)]
pub struct LiveTrigger<'a> {
    /// Which of [`Live::surveys`] it opens.
    pub of: usize,
    /// What must happen.
    pub on: &'static str,
    /// Of an event; of the survey, where a part must know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// Of an element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<&'a str>,
    /// Percent, views or seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// What must hold of an event's data.
    #[serde(rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Rule>,
    /// Seconds until it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl<'a> LiveTrigger<'a> {
    fn new(of: usize, trigger: &'a Trigger) -> Self {
        let after = Some(trigger.after_seconds).filter(|seconds| *seconds > 0);
        let plain = Self { of, after, conditions: trigger.conditions(), ..Self::default() };
        match &trigger.on {
            On::Load => Self { on: "load", ..plain },
            // A delay is a wait after the page is there.
            On::Delay { seconds } => {
                let after =
                    Some(seconds.saturating_add(trigger.after_seconds)).filter(|seconds| *seconds > 0);
                Self { on: "load", after, ..plain }
            }
            On::Scroll { percent } => Self { on: "scroll", number: Some(u32::from(*percent)), ..plain },
            On::Exit => Self { on: "exit", ..plain },
            On::Click { selector } => Self { on: "click", selector: Some(selector), ..plain },
            On::Visible { selector } => Self { on: "visible", selector: Some(selector), ..plain },
            On::Event { name, .. } => Self { on: "event", name: Some(name), ..plain },
            On::Views { count } => Self { on: "views", number: Some(*count), ..plain },
            On::Time { seconds } => Self { on: "time", number: Some(*seconds), ..plain },
        }
    }
}

/// The event that GA4's data layer and the tag's attributes mean, too.
const PURCHASE: &str = "purchase";

fn add_triggers<'a>(triggers: &mut Vec<LiveTrigger<'a>>, of: usize, id: &'a str, definition: &'a Definition) {
    for trigger in &definition.triggers {
        triggers.push(LiveTrigger::new(of, trigger));
    }
    let mut add = |on, name| triggers.push(LiveTrigger { of, on, name, ..LiveTrigger::default() });
    let is_purchase = |trigger: &Trigger| matches!(&trigger.on, On::Event { name, .. } if name == PURCHASE);
    if definition.triggers.iter().any(is_purchase) {
        add(PURCHASE, None);
    }
    // Where the visitor asks for it: the part finds or draws the place.
    if matches!(definition.layout, Layout::Inline | Layout::Tab) {
        add(definition.layout.name(), Some(id));
    }
}

/// The parts of the loader that another part calls.
const NEEDS: [(&str, &[&str]); 7] = [
    (PURCHASE, &["layer"]),
    ("visible", &["seek"]),
    ("inline", &["seek"]),
    ("views", &["session"]),
    ("time", &["session"]),
    ("visitor", &["session", "keep"]),
    ("draw", &["keep"]),
];

/// Triggers that belong to no page: they need not know when a single-page application goes to another.
const PAGELESS: [&str; 2] = ["event", PURCHASE];

/// What a card's text depends on, for its address: another text has another address and may be kept for good.
#[must_use]
pub fn card_version(survey_version: u32, site_version: u32, build: &str) -> String {
    format!("{survey_version}.{site_version}.{build}")
}

impl<'a> Live<'a> {
    /// Composes what the loader carries. `build` is the widget's hash; `surveys` are `(id, version, definition)`.
    #[must_use]
    pub fn new(
        site: &'a str,
        settings: &'a Site,
        site_version: u32,
        build: &'a str,
        surveys: impl IntoIterator<Item = (&'a str, u32, &'a Definition)>,
    ) -> Self {
        let statuses = || Status::NAMES.into_iter().map(|(_, status)| status);
        let allowed = |asks_consent: bool| -> Vec<Status> {
            let is_allowed = |status: &Status| {
                let none = Signals::default();
                let decision = consent::decide(settings.consent_policy, *status, none, settings.honour_dnt);
                !matches!(decision, Decision::Refuse(_)) || *status == Status::Unknown && asks_consent
            };
            statuses().filter(is_allowed).collect()
        };
        let surveys: Vec<_> = surveys.into_iter().collect();
        let ask = allowed(surveys.iter().any(|(_, _, definition)| settings.asks_consent(definition)));
        let live = |(id, version, definition): (&'a str, u32, &'a Definition)| LiveSurvey {
            id,
            ask: Some(allowed(settings.asks_consent(definition)))
                .filter(|own| *own != ask)
                .unwrap_or_default(),
            card: format!("/c/{site}/{id}/{}", card_version(version, site_version, build)),
            rules: definition.audience.rules(),
            order: definition.frequency.window == Window::Order,
            free: definition.frequency.ignores_spacing,
            // JSON's own braces never stand side by side like this.
            fills: serde_json::to_string(definition).unwrap_or_default().contains("{{"),
        };
        let mut triggers = Vec::new();
        for (of, (id, _, definition)) in surveys.iter().enumerate() {
            add_triggers(&mut triggers, of, id, definition);
        }
        let surveys = surveys.into_iter().map(live).collect();
        let mut live = Self {
            site,
            assets: format!("/a/{build}/"),
            ask,
            keep: Vec::new(),
            dnt: false,
            deaf: !settings.sources.has(Source::Site),
            tcf: LiveTcf::new(&settings.sources),
            gcm: settings.sources.has(Source::Gcm),
            fallback: settings.fallback == Fallback::Hosted,
            turnstile: None,
            surveys,
            triggers,
            forgets: false,
        };
        if live.parts().contains("keep") {
            let kept = |status: &Status| {
                let none = Signals::default();
                consent::decide(settings.consent_policy, *status, none, settings.honour_dnt)
                    == Decision::Store
            };
            live.keep = statuses().filter(kept).collect();
            live.dnt = settings.honour_dnt;
        }
        live
    }

    /// The names of the loader's parts that these surveys need.
    #[must_use]
    pub fn parts(&self) -> BTreeSet<&str> {
        let mut parts = BTreeSet::new();
        if self.forgets {
            parts.insert("forget");
        }
        // The frame's address names nobody whom consent does not let be recognised.
        if self.fallback && !self.surveys.is_empty() {
            parts.insert("keep");
        }
        if (self.tcf.is_some() || self.gcm) && !self.surveys.is_empty() {
            parts.insert("platform");
        }
        for trigger in &self.triggers {
            if trigger.on != "event" {
                parts.insert(trigger.on);
            }
            if !PAGELESS.contains(&trigger.on) {
                parts.insert("pages");
            }
            if !trigger.conditions.is_empty() {
                parts.insert("holds");
            }
        }
        for survey in &self.surveys {
            if !survey.rules.is_empty() {
                parts.insert("holds");
            }
            // `utm_source` and `attr:plan` are facts of one kind each.
            let facts = survey.rules.iter().flat_map(Rule::facts);
            parts.extend(facts.filter_map(|fact| fact.split(['_', ':']).next()));
            if survey.fills {
                parts.insert("fill");
            }
        }
        for (part, needs) in NEEDS {
            if parts.contains(part) {
                parts.extend(needs.iter().copied());
            }
        }
        parts
    }
}

/// JSON that may stand inside a script: `<` cannot end a script element, and the two line separators cannot end a
/// string in old engines.
#[must_use]
pub fn to_script(live: &Live<'_>) -> String {
    serde_json::to_string(live)
        .unwrap_or_default()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests;

//! What opens a survey.

use crate::audience::{Filter, Rule, filter};
use crate::json::Node;
use crate::limits;
use serde::Serialize;

/// What opens a survey, and how long it waits then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// What must happen.
    #[serde(flatten)]
    pub on: On,
    /// Seconds from there; when they are over, everything must still hold.
    #[serde(skip_serializing_if = "is_zero")]
    pub after_seconds: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What must happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "on", rename_all = "lowercase")]
pub enum On {
    /// The page is there.
    Load,
    /// The page is there since so long.
    Delay {
        /// Seconds.
        seconds: u32,
    },
    /// The visitor has seen so much of the page, from its top.
    Scroll {
        /// Percent of its height.
        percent: u8,
    },
    /// The visitor is about to leave: the pointer goes out at the top, or a finger flicks back up.
    Exit,
    /// A click on an element, or inside it.
    Click {
        /// CSS.
        selector: String,
    },
    /// Half of an element is in view.
    Visible {
        /// CSS.
        selector: String,
    },
    /// `sondeo('event', name, …)`.
    Event {
        /// The event's name.
        name: String,
        /// What must hold of its data.
        #[serde(rename = "where", skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<Filter>,
    },
    /// This page view of the session, counted from 1.
    Views {
        /// Its number.
        count: u32,
    },
    /// The session is so old, over all its pages.
    Time {
        /// Seconds.
        seconds: u32,
    },
}

type Read = fn(&Node<'_>) -> Option<On>;

const KINDS: [(&str, Read); 9] = [
    ("load", |_| Some(On::Load)),
    ("delay", |node| Some(On::Delay { seconds: seconds(node, 0, limits::DELAY_SECONDS)? })),
    ("scroll", |node| {
        Some(On::Scroll { percent: u8::try_from(node.get("percent").required().integer(1..=100)?).ok()? })
    }),
    ("exit", |_| Some(On::Exit)),
    ("click", |node| Some(On::Click { selector: selector(node)? })),
    ("visible", |node| Some(On::Visible { selector: selector(node)? })),
    ("event", |node| {
        let conditions = filter::read(&node.get("where"));
        Some(On::Event { name: node.get("name").required_text(limits::NAME)?, conditions })
    }),
    ("views", |node| {
        let count = node.get("count").required().integer(1..=limits::VIEWS)?;
        Some(On::Views { count: u32::try_from(count).ok()? })
    }),
    ("time", |node| Some(On::Time { seconds: seconds(node, 1, limits::SESSION_SECONDS)? })),
];

/// Reads a trigger.
pub(crate) fn read(node: &Node<'_>) -> Option<Trigger> {
    node.is_object().then_some(())?;
    let after = node.get("after_seconds");
    let after = if after.is_absent() { Some(0) } else { after.integer(0..=u64::from(limits::DELAY_SECONDS)) };
    let on = node.get("on").required().one_of(&KINDS).and_then(|read| read(node));
    Some(Trigger { on: on?, after_seconds: u32::try_from(after?).ok()? })
}

fn seconds(node: &Node<'_>, least: u64, most: u32) -> Option<u32> {
    u32::try_from(node.get("seconds").required().integer(least..=u64::from(most))?).ok()
}

/// Whether a selector is one, browsers decide; one that is none never fires.
fn selector(node: &Node<'_>) -> Option<String> {
    node.get("selector").required_text(limits::SELECTOR)
}

impl Trigger {
    /// What must hold of an event's data, as flat rules about its properties.
    #[must_use]
    pub fn conditions(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        if let On::Event { conditions, .. } = &self.on {
            for condition in conditions {
                condition.rules("", &mut rules);
            }
        }
        rules
    }
}

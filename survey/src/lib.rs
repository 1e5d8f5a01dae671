//! The survey domain: what a question is, who may be asked, what an answer means and how sure a score is.
//!
//! The widget and the collector both link this crate, so a rule stands here once. It has no clock, no randomness
//! and no I/O: time and chance are arguments. Untrusted JSON is parsed once, into types that are valid by
//! construction; every fault of a document is reported, each with a JSON pointer (RFC 6901).

pub mod access;
pub mod audience;
pub mod card;
pub mod change;
pub mod consent;
pub mod dedup;
pub mod definition;
pub mod draft;
pub mod eligibility;
pub mod erasure;
pub mod export;
pub mod exposure;
pub mod file;
pub mod frequency;
pub mod handling;
mod json;
pub mod limits;
pub mod link;
pub mod live;
pub mod locale;
pub mod look;
pub mod mask;
pub mod metric;
pub mod response;
pub mod shard;
pub mod site;
pub mod slug;
pub mod stats;
pub mod step;
pub mod tcf;
pub mod texts;
pub mod theme;
pub mod trigger;
pub mod webhook;
pub mod wire;
pub mod wording;

pub use json::{Fault, Faults};

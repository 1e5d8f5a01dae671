//! Black-box tests: the real Worker under workerd, the demo shop on another origin, and real browsers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod accessibility;
mod audience;
mod checkout;
mod commands;
mod concurrency;
mod consent;
mod content_security_policy;
mod declarations;
mod dialog;
mod eligibility;
mod export;
mod guides;
mod history;
mod hosted;
mod hostile_page;
mod keyboard;
mod navigation;
mod openapi;
mod outage;
mod pause;
mod pinning;
mod purchase;
mod refusals;
mod restart;
mod retention;
mod revisions;
mod scene;
mod scores;
mod serving;
mod silence;
mod steps;
mod surveys;
mod triggers;
mod trusted_types;

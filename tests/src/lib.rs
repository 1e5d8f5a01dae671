//! What the black-box tests stand on: the real collector, a shop on another origin, and a real browser.
//!
//! One collector and one driver serve a whole run; a test has its own site, shop and browser, so that tests run side by
//! side. Nothing outlives the run, however it ends: see [`scratch`].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::missing_panics_doc, reason = "so do its tools")]

pub mod answer;
pub mod api;
pub mod browser;
pub mod card;
pub mod collector;
mod driver;
pub mod keys;
pub mod scratch;
pub mod shop;
pub mod wait;

use std::sync::LazyLock;
use tokio::runtime::Runtime;

/// One for all tests, as what they share lives in it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs a test to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

//! What the black-box tests stand on: the real collector, a shop on another origin, and a real browser.
//!
//! One collector serves a whole run; a test has its own site, shop and browser, so that tests run side by
//! side. Nothing outlives the run, however it ends: see [`scratch`].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::missing_panics_doc, reason = "so do its tools")]

pub mod answer;
pub mod api;
pub mod axe;
mod bidi;
pub mod browser;
pub mod card;
mod chromium;
pub mod cmp;
pub mod collector;
pub mod console;
mod driver;
mod firefox;
pub mod keys;
pub mod pages;
pub mod receiver;
pub mod scratch;
pub mod shop;
pub mod turnstile;
pub mod wait;

use std::sync::LazyLock;
use tokio::runtime::Runtime;
pub use xtask::setup::Engine;

/// One for all tests, as what they share lives in it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs a test to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// `long` in `cargo xtask test --faults`, else `short`: how often a test of faults does what it does.
#[must_use]
pub fn extent<T>(short: T, long: T) -> T {
    if std::env::var_os(xtask::test::FAULTS).is_some() { long } else { short }
}

/// Makes a test for each engine, `NAME::chromium` and `NAME::firefox`, of one function that takes the [`Engine`].
#[macro_export]
macro_rules! in_both {
    ($name:ident) => {
        mod $name {
            #[test]
            fn chromium() {
                super::$name($crate::Engine::Chromium);
            }

            #[test]
            fn firefox() {
                super::$name($crate::Engine::Firefox);
            }
        }
    };
}

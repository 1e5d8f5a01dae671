//! Black-box tests: the real Worker under workerd, the demo shop on another origin, and a real Chromium.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod purchase;

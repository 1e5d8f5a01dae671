//! Waiting for something that is seen, never for time to pass.

use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until the answer is the expected one.
///
/// # Panics
/// When it is another one for too long; `what` then says what was asked.
pub async fn becomes(what: &str, expected: &str, mut ask: impl AsyncFnMut() -> String) {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        if answer == expected {
            return;
        }
        assert!(Instant::now() < end, "{what} is {answer:?}, not {expected:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none in time; `what` then says what was waited for.
pub async fn until<T>(what: &str, mut ready: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ready().await {
            return found;
        }
        assert!(Instant::now() < end, "not within {} s: {what}", PATIENCE.as_secs());
        sleep(Duration::from_millis(20)).await;
    }
}

//! The collector's clock, the only one that counts.

use jiff::Timestamp;

/// Milliseconds since 1970. In a Worker it stands still between two reads from outside, so read it once a request.
pub(crate) fn now() -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "whole milliseconds, which a double holds exactly")]
    let now = worker::js_sys::Date::now() as i64;
    now
}

/// RFC 3339, UTC, with milliseconds.
pub(crate) fn rfc3339(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

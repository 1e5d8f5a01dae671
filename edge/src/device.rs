//! The class of a visitor's device: all that is kept of the user agent.

use crate::incoming::Headers;
use worker::Result;

/// `mobile`, `tablet` or `desktop`, where the browser says what it is.
pub(crate) fn class(headers: &Headers) -> Result<Option<&'static str>> {
    let agent = headers.get("User-Agent")?;
    let hint = headers.get("Sec-CH-UA-Mobile")?;
    Ok(of(agent.as_deref(), hint.as_deref()))
}

fn of(agent: Option<&str>, mobile_hint: Option<&str>) -> Option<&'static str> {
    let agent = agent.unwrap_or_default();
    let has = |word: &str| agent.contains(word);
    // An Android tablet has no "Mobile" in its name, and says ?0 to the hint, as a desktop does.
    if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
        Some("tablet")
    } else if mobile_hint == Some("?1") || has("Mobi") {
        Some("mobile")
    } else if mobile_hint == Some("?0") || has("Mozilla/") {
        Some("desktop")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn devices_by_what_they_say() {
        for (agent, hint, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Some("?0"),
                Some("desktop"),
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", None, Some("desktop")),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
                Some("?1"),
                Some("mobile"),
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Some("?0"),
                Some("tablet"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
                None,
                Some("mobile"),
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 12_0 like Mac OS X) Version/12.0 Mobile/15E148 Safari/604.1",
                None,
                Some("tablet"),
            ),
            ("curl/8.0", None, None),
        ] {
            assert_eq!(of(Some(agent), hint), expected, "{agent}");
        }
        assert_eq!(of(None, None), None);
    }
}

//! A site: who may send answers, under which policy.

use crate::consent::Policy;
use crate::json::{Faults, read_document};
use crate::limits;
use crate::locale::Locale;
use serde::Serialize;

/// The settings of one website, as its owner wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Shown in the console.
    pub name: String,
    /// Web origins whose pages may send answers, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// The legal ground of every answer.
    pub consent_policy: Policy,
    /// Whether Do Not Track is read as Global Privacy Control is.
    pub honour_dnt: bool,
    /// IANA name of the zone in which days begin.
    pub time_zone: String,
    /// Days after which an answer is deleted.
    pub retention_days: u32,
    /// The language of a visitor whose own the survey does not have.
    pub default_locale: Locale,
    /// How the card looks.
    pub theme: Theme,
}

/// How the card looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Theme {
    /// The one accent, `#rrggbb`.
    pub accent: String,
}

/// Ink blue: 7.0 to 1 on white.
const ACCENT: &str = "#1d4ed8";

impl Theme {
    /// The colour of text on the accent: ink or paper, whichever has more contrast (WCAG 2.2, relative luminance).
    /// One of the two always reaches 4.5 to 1.
    #[must_use]
    pub fn on_accent(&self) -> &'static str {
        let channel = |at: usize| {
            let byte =
                self.accent.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
            let value = f64::from(byte) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
        // Contrast with white is 1.05 / (L + 0.05), with black (L + 0.05) / 0.05.
        if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 { "#fff" } else { "#000" }
    }
}

impl Site {
    /// Reads a site's settings.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let name = node.get("name").required_text(limits::NAME);
            let origins = node.get("origins").required();
            let origins: Vec<String> = origins
                .items(limits::ENTRIES)
                .iter()
                .filter_map(|item| {
                    item.parsed(
                        |text| is_origin(text).then(|| text.to_owned()),
                        "must be a web origin: https://host or http://host:port, without path or final slash",
                    )
                })
                .collect();
            let consent_policy = node.get("consent_policy").required().one_of(&Policy::NAMES);
            let honour_dnt = node.get("honour_dnt").boolean().unwrap_or(false);
            let zone = node.get("time_zone").parsed(
                |text| is_zone(text).then(|| text.to_owned()),
                "must be an IANA time zone such as Europe/Lisbon",
            );
            let retention_days = node.get("retention_days").integer(1..=u64::from(limits::DAYS));
            let locale = node.get("default_locale").parsed(Locale::parse, Locale::RULE);
            let theme = node.get("theme");
            if !theme.is_absent() {
                theme.is_object();
            }
            let accent = theme.get("accent").parsed(
                |text| is_colour(text).then(|| text.to_ascii_lowercase()),
                "must be a colour such as #1d4ed8",
            );
            Some(Self {
                name: name?,
                origins,
                consent_policy: consent_policy?,
                honour_dnt,
                time_zone: zone.unwrap_or_else(|| "UTC".into()),
                retention_days: retention_days.and_then(|days| u32::try_from(days).ok()).unwrap_or(730),
                default_locale: locale.or_else(|| Locale::parse("en"))?,
                theme: Theme { accent: accent.unwrap_or_else(|| ACCENT.into()) },
            })
        })
    }
}

/// A serialized tuple origin (RFC 6454 §6.2) of the web; hosts in lower case, as browsers send them.
fn is_origin(text: &str) -> bool {
    let Some(authority) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_fits = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            (1..=limits::HOST).contains(&host.len())
                && host
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_'))
        }
    };
    host_fits && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port))
}

/// The shape of a zone's name; whether it exists is asked where the zone is used.
fn is_zone(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'))
}

fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.strip_prefix('#').is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        for (text, expected) in [
            ("https://shop.example", true),
            ("http://127.0.0.1:8788", true),
            ("http://[::1]:8788", true),
            ("https://shop.example/", false),
            ("https://shop.example/path", false),
            ("https://Shop.example", false),
            ("https://*.example", false),
            ("ftp://shop.example", false),
            ("https://", false),
            ("http://a:0080", false),
            ("http://a:99999", false),
            ("null", false),
        ] {
            assert_eq!(is_origin(text), expected, "{text}");
        }
    }

    #[test]
    fn every_fault_is_reported() {
        let text = br#"{"name": " ", "origins": ["https://a.example", "b"], "consent_policy": "maybe",
            "retention_days": 0, "theme": {"accent": "red"}}"#;
        let faults = Site::parse(text).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/origins/1", "/consent_policy", "/retention_days", "/theme/accent"]);
    }

    #[test]
    fn text_on_the_accent_is_legible() {
        for (accent, expected) in [
            ("#000000", "#fff"),
            ("#ffffff", "#000"),
            ("#b4532a", "#fff"),
            ("#ffd400", "#000"),
            ("#767676", "#000"),
        ] {
            assert_eq!(Theme { accent: accent.into() }.on_accent(), expected, "{accent}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let site = Site::parse(br#"{"name": "Shop", "origins": [], "consent_policy": "anonymous"}"#).unwrap();
        assert_eq!(Site::parse(&serde_json::to_vec(&site).unwrap()).unwrap(), site);
    }
}

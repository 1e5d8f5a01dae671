//! A site: who may send answers, under which policy.

use crate::consent::{Policy, Source, Sources};
use crate::definition::Definition;
use crate::json::{Faults, Node, read_document};
use crate::limits;
use crate::locale::Locale;
use crate::theme::{self, Theme};
use serde::Serialize;
use std::ops::RangeInclusive;

/// The settings of one website, as its owner wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Shown in the console.
    pub name: String,
    /// Web origins whose pages may send answers, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// The legal ground of every answer.
    pub consent_policy: Policy,
    /// Whose word on consent counts.
    #[serde(flatten)]
    pub sources: Sources,
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
    /// What happens where the card cannot run.
    pub fallback: Fallback,
    /// Hours between two surveys that a visitor did not ask for.
    pub spacing_hours: u32,
    /// Whether addresses and numbers are taken out of comments, see [`crate::mask`].
    pub mask_comments: bool,
    /// Most answers and revisions that one shard stores in a minute.
    pub responses_per_minute: u32,
    /// Answers of one survey from one address in a day after which further ones are flagged; 0 is never.
    pub responses_per_source: u32,
    /// Cloudflare Turnstile, where the site uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turnstile: Option<Turnstile>,
}

/// Cloudflare Turnstile tells people from programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turnstile {
    /// Public; its secret is the collector's own.
    pub sitekey: String,
    /// What becomes of an answer without a challenge that was passed.
    pub mode: TurnstileMode,
}

/// What becomes of an answer without a challenge that was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnstileMode {
    /// It is stored with the flag `bot`.
    Flag,
    /// It is refused.
    Require,
}

impl TurnstileMode {
    /// Every mode with its name on the wire.
    pub const NAMES: [(&'static str, TurnstileMode); 2] =
        [("flag", TurnstileMode::Flag), ("require", TurnstileMode::Require)];
}

impl Turnstile {
    fn read(node: &Node<'_>) -> Option<Self> {
        if node.is_absent() || !node.is_object() {
            return None;
        }
        let rule = "must be a sitekey: letters, digits, - and _";
        let is_key = |text: &str| {
            (1..=limits::NAME).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        let sitekey =
            node.get("sitekey").required().parsed(|text| is_key(text).then(|| text.to_owned()), rule);
        let mode = node.get("mode").required().one_of(&TurnstileMode::NAMES);
        Some(Self { sitekey: sitekey?, mode: mode? })
    }
}

/// What happens on a page that does not let the card run: its policy forbids WebAssembly, or the browser is too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fallback {
    /// Nothing is shown.
    #[default]
    Silent,
    /// The hosted page is shown in a frame.
    Hosted,
}

impl Fallback {
    /// Every fallback with its name on the wire.
    pub const NAMES: [(&'static str, Fallback); 2] =
        [("silent", Fallback::Silent), ("hosted", Fallback::Hosted)];
}

/// What a Shard takes in a minute without strain, at some 200 a second.
const PER_MINUTE: u32 = 12_000;
/// More answers of one survey than an office, a school or a kiosk gives in a day.
const PER_SOURCE: u32 = 100;
/// Between two surveys of a site: a visitor has better things to do today.
const SPACING_HOURS: u32 = 24;

impl Site {
    /// Whether this survey's card has a box to tick where nobody has said anything of consent.
    #[must_use]
    pub fn asks_consent(&self, survey: &Definition) -> bool {
        survey.ask_consent.unwrap_or(self.sources.card) && self.consent_policy == Policy::OptIn
    }

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
            let sources = sources(&node);
            let honour_dnt = node.get("honour_dnt").boolean().unwrap_or(false);
            let zone = node.get("time_zone").parsed(
                |text| is_zone(text).then(|| text.to_owned()),
                "must be an IANA time zone such as Europe/Lisbon",
            );
            let kept = u64::from(limits::RETENTION_DAYS)..=u64::from(limits::DAYS);
            let retention_days = node.get("retention_days").integer(kept);
            let locale = node.get("default_locale").parsed(Locale::parse, Locale::RULE);
            let theme = theme::read(&node.get("theme"));
            let fallback = node.get("fallback").one_of(&Fallback::NAMES).unwrap_or_default();
            let spacing = node.get("spacing_hours").integer(0..=u64::from(limits::DAYS));
            let mask_comments = node.get("mask_comments").boolean().unwrap_or(true);
            let count = |name, range: RangeInclusive<u64>| {
                node.get(name).integer(range).and_then(|number| u32::try_from(number).ok())
            };
            let per_minute = count("responses_per_minute", 1..=limits::RATE);
            let per_source = count("responses_per_source", 0..=limits::RATE);
            let turnstile = Turnstile::read(&node.get("turnstile"));
            Some(Self {
                name: name?,
                origins,
                consent_policy: consent_policy?,
                sources,
                honour_dnt,
                time_zone: zone.unwrap_or_else(|| "UTC".into()),
                retention_days: retention_days.and_then(|days| u32::try_from(days).ok()).unwrap_or(730),
                default_locale: locale.or_else(|| Locale::parse("en"))?,
                theme,
                fallback,
                spacing_hours: spacing.and_then(|hours| u32::try_from(hours).ok()).unwrap_or(SPACING_HOURS),
                mask_comments,
                responses_per_minute: per_minute.unwrap_or(PER_MINUTE),
                responses_per_source: per_source.unwrap_or(PER_SOURCE),
                turnstile,
            })
        })
    }
}

/// The purposes of the TCF, as of its version 2.2.
const PURPOSES: std::ops::RangeInclusive<u64> = 1..=11;

fn sources(node: &Node<'_>) -> Sources {
    let list = node.get("consent_from");
    let from: Vec<Source> = if list.is_absent() {
        vec![Source::Site]
    } else {
        let items = list.items(Sources::NAMES.len());
        if list.is_array() && items.is_empty() {
            list.fault::<()>("must name one at least");
        }
        items.iter().filter_map(|item| item.one_of(&Sources::NAMES)).collect()
    };
    let purposes = node.get("tcf_purposes").items(limits::ENTRIES);
    let purposes = purposes.iter().filter_map(|item| item.integer(PURPOSES));
    let purposes = purposes.filter_map(|number| u8::try_from(number).ok()).collect();
    let vendor = node.get("tcf_vendor").integer(1..=u64::from(u16::MAX));
    Sources {
        from,
        purposes,
        vendor: vendor.and_then(|number| u16::try_from(number).ok()),
        card: node.get("ask_consent").boolean().unwrap_or(false),
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
            "consent_from": ["page"], "tcf_purposes": [0, 12, 11], "tcf_vendor": 65536, "retention_days": 7, "theme": {"accent": "red"},
            "mask_comments": 1, "responses_per_minute": 0, "turnstile": {"sitekey": "a b", "mode": "off"}}"#;
        let faults = Site::parse(text).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/name",
            "/origins/1",
            "/consent_policy",
            "/consent_from/0",
            "/tcf_purposes/0",
            "/tcf_purposes/1",
            "/tcf_vendor",
            "/retention_days",
            "/theme/accent",
            "/mask_comments",
            "/responses_per_minute",
            "/turnstile/sitekey",
            "/turnstile/mode",
        ];
        assert_eq!(pointers, expected);
        let nobody = br#"{"name": "S", "origins": [], "consent_policy": "opt_in", "consent_from": []}"#;
        assert_eq!(Site::parse(nobody).unwrap_err().0[0].pointer, "/consent_from");
    }

    #[test]
    fn what_is_written_reads_back() {
        let site = Site::parse(
            br#"{"name": "Shop", "origins": [], "consent_policy": "anonymous",
            "consent_from": ["tcf", "gcm"], "tcf_purposes": [7, 8], "tcf_vendor": 755, "ask_consent": true,
            "mask_comments": false, "responses_per_source": 0, "retention_days": 8,
            "turnstile": {"sitekey": "1x00000000000000000000AA", "mode": "require"}}"#,
        )
        .unwrap();
        assert_eq!(
            (site.sources.from.len(), &*site.sources.purposes, site.sources.vendor),
            (2, &[7, 8][..], Some(755))
        );
        assert_eq!(
            (site.mask_comments, site.responses_per_minute, site.responses_per_source),
            (false, 12_000, 0)
        );
        assert_eq!(Site::parse(&serde_json::to_vec(&site).unwrap()).unwrap(), site);
    }
}

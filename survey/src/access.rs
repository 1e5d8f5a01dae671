//! Who may do what: the scopes of a token, and what an owner asks for when making one.

use crate::json::{Faults, read_document};
use crate::limits;
use crate::slug::Slug;
use jiff::Timestamp;
use serde::Serialize;

/// What a token's bearer may do on the token's sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Scope {
    /// Everything, and making tokens.
    #[serde(rename = "admin")]
    Admin,
    /// Write, publish and pause surveys.
    #[serde(rename = "survey:write")]
    SurveyWrite,
    /// Read responses and scores.
    #[serde(rename = "responses:read")]
    ResponsesRead,
    /// Erase responses.
    #[serde(rename = "responses:erase")]
    ResponsesErase,
}

impl Scope {
    /// Every scope with its name on the wire.
    pub const NAMES: [(&'static str, Scope); 4] = [
        ("admin", Scope::Admin),
        ("survey:write", Scope::SurveyWrite),
        ("responses:read", Scope::ResponsesRead),
        ("responses:erase", Scope::ResponsesErase),
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Admin => "admin",
            Scope::SurveyWrite => "survey:write",
            Scope::ResponsesRead => "responses:read",
            Scope::ResponsesErase => "responses:erase",
        }
    }

    /// The scope of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, scope)| scope)
    }

    /// Whether a bearer of `self` may do what asks for `needed`.
    #[must_use]
    pub fn covers(self, needed: Scope) -> bool {
        self == Scope::Admin || self == needed
    }
}

/// What a token is called and proves: `sondeo_{kid}_{secret}`, a public name of 8 hex digits and 256 random bits as 64.
#[derive(Clone, Copy)]
pub struct Token<'a> {
    /// All of it, which is a secret.
    pub text: &'a str,
    /// Its public name.
    pub kid: &'a str,
}

impl<'a> Token<'a> {
    /// Reads a token: hex digits in lower case, and nothing else.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (kid, secret) = text.strip_prefix("sondeo_")?.split_once('_')?;
        let is_hex = |part: &str, length| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        (is_hex(kid, 8) && is_hex(secret, 64)).then_some(Self { text, kid })
    }

    /// The token in an `Authorization` header.
    #[must_use]
    pub fn of_header(header: &'a str) -> Option<Self> {
        let (scheme, token) = header.split_once(' ')?;
        Self::parse(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
    }

    /// Writes a token: name and secret in hex.
    #[must_use]
    pub fn write(kid: &str, secret: &str) -> String {
        format!("sondeo_{kid}_{secret}")
    }
}

/// A request for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// At least one.
    pub scopes: Vec<Scope>,
    /// The sites that it is good for; it may be none.
    pub sites: Vec<Slug>,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
}

impl TokenRequest {
    /// Reads a request.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let list = node.get("scopes").required();
            let items = list.items(limits::ENTRIES);
            if items.is_empty() && !list.is_absent() && list.is_array() {
                list.fault::<()>("must name at least one scope");
            }
            let scopes = items.iter().filter_map(|item| item.one_of(&Scope::NAMES)).collect();
            let sites = node.get("sites").required().items(limits::ENTRIES);
            let sites = sites.iter().filter_map(|item| item.parsed(Slug::parse, Slug::RULE)).collect();
            let expires_at = node
                .get("expires_at")
                .parsed(|text| text.parse().ok(), "must be a time such as 2026-01-31T10:00:00Z");
            Some(Self { scopes, sites, expires_at })
        })
    }
}

/// A request for another secret of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationRequest {
    /// How long the secret of before stays good, in seconds.
    pub overlap_seconds: u64,
}

impl RotationRequest {
    /// Reads a request; an empty body asks for nothing in particular.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        let bytes = if bytes.is_empty() { b"{}" } else { bytes };
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let overlap = node.get("overlap_seconds").integer(0..=limits::OVERLAP_SECONDS);
            Some(Self { overlap_seconds: overlap.unwrap_or(limits::OVERLAP_SECONDS_DEFAULT) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_exact() {
        let (kid, secret) = ("0123abcd", "5".repeat(64));
        let token = Token::write(kid, &secret);
        for (text, fits) in [
            (token.clone(), true),
            (format!("{token}5"), false),
            (format!("{token}\n"), false),
            (Token::write(&kid.to_uppercase(), &secret), false),
            (Token::write("0123abc", &format!("{secret}5")), false),
            (Token::write(kid, &"\u{e9}".repeat(32)), false),
            (token.replacen("sondeo_", "sonde_", 1), false),
            (format!("sondeo_{kid}{secret}"), false),
            (String::new(), false),
        ] {
            assert_eq!(Token::parse(&text).map(|token| token.kid), fits.then_some(kid), "{text}");
        }
        for (header, fits) in [
            (format!("Bearer {token}"), true),
            (format!("bEARER   {token} "), true),
            (format!("Basic {token}"), false),
            (format!("Bearer{token}"), false),
            (format!("Bearer {token} {token}"), false),
            (token.clone(), false),
        ] {
            assert_eq!(
                Token::of_header(&header).map(|token| token.text),
                fits.then_some(&*token),
                "{header}"
            );
        }
    }

    #[test]
    fn only_admin_covers_another_scope() {
        for (_, held) in Scope::NAMES {
            assert_eq!(Scope::of(held.name()), Some(held));
            for (_, needed) in Scope::NAMES {
                assert_eq!(held.covers(needed), held == Scope::Admin || held == needed);
            }
        }
    }

    #[test]
    fn a_rotation_leaves_a_day() {
        let seconds =
            |text: &str| RotationRequest::parse(text.as_bytes()).map(|request| request.overlap_seconds);
        assert_eq!((seconds(""), seconds("{}")), (Ok(86_400), Ok(86_400)));
        assert_eq!(seconds(r#"{"overlap_seconds": 0}"#), Ok(0));
        for body in [r#"{"overlap_seconds": -1}"#, r#"{"overlap_seconds": 2592001}"#, "[]", "{"] {
            assert!(seconds(body).is_err(), "{body}");
        }
    }

    #[test]
    fn every_fault_is_reported() {
        let pointers = |text: &str| -> Vec<String> {
            let faults = TokenRequest::parse(text.as_bytes()).unwrap_err();
            faults.0.into_iter().map(|fault| fault.pointer).collect()
        };
        assert_eq!(pointers("{}"), ["/scopes", "/sites"]);
        assert_eq!(
            pointers(r#"{"scopes": [], "sites": ["A"], "expires_at": "soon"}"#),
            ["/scopes", "/sites/0", "/expires_at"]
        );
        assert_eq!(pointers(r#"{"scopes": "admin", "sites": []}"#), ["/scopes"]);
        assert_eq!(pointers(r#"{"scopes": ["admin", null], "sites": [null]}"#), ["/scopes/1", "/sites/0"]);
    }
}

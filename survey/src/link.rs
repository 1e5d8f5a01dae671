//! Links to the hosted page, signed by the shop: who answers, about which order, and until when the link is good.
//!
//! What stands before `&sig=` is signed as it stands in the address; what stands after it is anybody's.

use crate::consent::Status;
use crate::json::{Faults, Node, read_document};
use crate::limits;
use crate::locale::Locale;
use crate::response::{Order, is_amount, is_attribute_name, is_currency, is_key};
use form_urlencoded::Serializer;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::str::FromStr;

/// What an address says of the visitor. What does not fit is left out: an answer counts for more than what it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The order that the answer is about.
    pub order: Option<Order>,
    /// The site's own id of the visitor.
    pub user: Option<String>,
    /// The language to ask in.
    pub locale: Option<String>,
    /// What the visitor said of consent.
    pub consent: Option<Status>,
    /// What the site tells of the visitor, by name.
    pub attributes: Vec<(String, String)>,
}

/// Why a signed link is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The signature is not that of the parameters before it.
    Forged,
    /// It was good until some time ago, or until a time that cannot be read.
    Expired,
}

impl Claims {
    /// Reads the parameters of a query; of a repeated one the first.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let value = |name: &str| parameter(query, name).filter(|value| !value.is_empty());
        let text = |name: &str| value(name).filter(|text| is_key(text) && !text.contains(char::is_control));
        let order = text("order").and_then(|id| Order::named(id, value("value"), value("currency")));
        let consent = value("consent")
            .and_then(|word| Status::NAMES.into_iter().find(|(name, _)| *name == word))
            .map(|(_, status)| status);
        let mut attributes: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(name) = name.strip_prefix("attr.") else { continue };
            let fits = is_attribute_name(name)
                && !value.trim().is_empty()
                && value.chars().count() <= limits::ATTRIBUTE_VALUE
                && attributes.iter().all(|(known, _)| known != name);
            if fits && attributes.len() < limits::ATTRIBUTES {
                attributes.push((name.to_owned(), value.into_owned()));
            }
        }
        let locale = value("locale").or_else(|| value("l"));
        Self { order, user: text("user"), locale, consent, attributes }
    }

    /// What a link says, if it is signed: `None` without a signature.
    ///
    /// `query` is the address's, without the question mark and as it came; `now` is in milliseconds since 1970.
    pub fn signed(
        key: &str,
        site: &str,
        survey: &str,
        query: &str,
        now: i64,
    ) -> Result<Option<Self>, Refused> {
        let Some((signed, signature)) = split(query) else { return Ok(None) };
        let signature = hex::decode(signature).map_err(|_| Refused::Forged)?;
        let is_of = |text: &str| {
            let mac = mac(key.as_bytes(), &format!("{site}/{survey}?{text}"));
            mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
        };
        // JavaScript's `encodeURIComponent` leaves an apostrophe as it is, and the browser then encodes it (URL Standard,
        // "special-query percent-encode set"): it is the one character on which the two differ.
        if !is_of(signed) && !is_of(&signed.replace("%27", "'")) {
            return Err(Refused::Forged);
        }
        let is_good = |end: String| i64::from_str(&end).is_ok_and(|end| now / 1000 < end);
        if parameter(signed, "expires").is_none_or(is_good) {
            Ok(Some(Self::parse(signed)))
        } else {
            Err(Refused::Expired)
        }
    }
}

/// The first parameter of this name.
#[must_use]
pub fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// What is signed, and the signature.
fn split(query: &str) -> Option<(&str, &str)> {
    let (signed, rest) = match query.strip_prefix("sig=") {
        Some(rest) => ("", rest),
        None => query.split_once("&sig=")?,
    };
    Some((signed, rest.split('&').next().unwrap_or_default()))
}

/// The key of a site's links: 64 hex digits, used as text, as shops' template languages know keys as text only.
/// Shops keep it: changing how it comes about breaks every link that is under way.
#[must_use]
pub fn key(secret: &[u8]) -> String {
    hex_mac(secret, "sondeo/link/1")
}

/// The key with which a site's server proves who a visitor is: text, as that of the links.
#[must_use]
pub fn identity_key(secret: &[u8]) -> String {
    hex_mac(secret, "sondeo/identity/1")
}

/// Whether `proof` is the hex HMAC-SHA-256 of a user's id under the site's identity key. Compared in constant time.
#[must_use]
pub fn is_proof(identity_key: &str, user: &str, proof: &str) -> bool {
    let proof = hex::decode(proof).unwrap_or_default();
    mac(identity_key.as_bytes(), user).is_some_and(|mac| mac.verify_slice(&proof).is_ok())
}

/// The signature of a query that is otherwise complete.
#[must_use]
pub fn sign(key: &str, site: &str, survey: &str, query: &str) -> String {
    hex_mac(key.as_bytes(), &format!("{site}/{survey}?{query}"))
}

/// A token with which a survey's draft can be seen until `until`, in seconds since 1970.
#[must_use]
pub fn preview_token(secret: &[u8], site: &str, survey: &str, until: i64) -> String {
    format!("{until}.{}", hex_mac(secret, &preview(site, survey, until)))
}

/// Whether a token of [`preview_token`] is good at `now`, in milliseconds since 1970.
#[must_use]
pub fn is_preview_token(secret: &[u8], site: &str, survey: &str, token: &str, now: i64) -> bool {
    let Some((until, signature)) = token.split_once('.') else { return false };
    let (Ok(until), Ok(signature)) = (i64::from_str(until), hex::decode(signature)) else { return false };
    let mac = mac(secret, &preview(site, survey, until));
    now / 1000 < until && mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
}

fn preview(site: &str, survey: &str, until: i64) -> String {
    format!("sondeo/preview/1/{site}/{survey}/{until}")
}

/// `verify_slice` compares in constant time.
fn mac(key: &[u8], message: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message.as_bytes());
    Some(mac)
}

fn hex_mac(key: &[u8], message: &str) -> String {
    mac(key, message).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
}

/// A link as its owner asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRequest {
    /// What it is to say.
    pub claims: Claims,
    /// Days for which it is good; without end where none is given.
    pub expires_in_days: Option<u32>,
}

impl LinkRequest {
    /// Reads a request's body.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let amount = node.get("value").parsed(
                |text| is_amount(text).then(|| text.to_owned()),
                "must be a decimal amount as text, such as \"59.90\"",
            );
            let currency = node.get("currency").parsed(
                |text| is_currency(text).then(|| text.to_owned()),
                "must be an ISO 4217 code of three capital letters, such as EUR",
            );
            let id = key_of(&node.get("order"));
            if id.is_none() && (amount.is_some() || currency.is_some()) {
                node.get("order").required();
            }
            let days = node.get("expires_in_days").integer(1..=u64::from(limits::DAYS));
            Some(Self {
                claims: Claims {
                    order: id.map(|id| Order { id, value: amount, currency }),
                    user: key_of(&node.get("user")),
                    locale: node.get("locale").parsed(Locale::parse, Locale::RULE).map(|tag| tag.to_string()),
                    consent: node.get("consent").one_of(&Status::NAMES),
                    attributes: crate::response::attributes(&node.get("attributes")),
                },
                expires_in_days: days.and_then(|days| u32::try_from(days).ok()),
            })
        })
    }

    /// Until when the link is good, in seconds since 1970; `now` is in milliseconds.
    #[must_use]
    pub fn expires(&self, now: i64) -> Option<i64> {
        self.expires_in_days.map(|days| (now / 1000).saturating_add(i64::from(days) * 86_400))
    }

    /// The link's query, signed.
    #[must_use]
    pub fn query(&self, key: &str, site: &str, survey: &str, now: i64) -> String {
        let mut query = Serializer::new(String::new());
        let Claims { order, user, locale, consent, attributes } = &self.claims;
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        };
        add("order", order.as_ref().map(|order| order.id.as_str()));
        add("value", order.as_ref().and_then(|order| order.value.as_deref()));
        add("currency", order.as_ref().and_then(|order| order.currency.as_deref()));
        add("user", user.as_deref());
        add("locale", locale.as_deref());
        add("consent", consent.map(Status::name));
        add("expires", self.expires(now).map(|end| end.to_string()).as_deref());
        for (name, value) in attributes {
            add(&format!("attr.{name}"), Some(value));
        }
        let query = query.finish();
        let signature = sign(key, site, survey, &query);
        if query.is_empty() { format!("sig={signature}") } else { format!("{query}&sig={signature}") }
    }
}

fn key_of(node: &Node<'_>) -> Option<String> {
    let text = node.text(limits::KEY)?;
    // An address with one would say nothing: see [`Claims::parse`].
    if text.contains(char::is_control) {
        return node.fault("has a control character");
    }
    if is_key(&text) { Some(text) } else { node.fault(format!("has more than {} bytes", limits::KEY)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: [u8; 32] = [7; 32];
    const NOW: i64 = 1_800_000_000_000;

    /// Computed by Python's hmac module. Shops make proofs by themselves: these bytes never change.
    #[test]
    fn a_proof_is_pinned() {
        let key = identity_key(&SECRET);
        assert_eq!(key, "528fa44377f9ec702718f65949bf83607c005afbf7cf3e3d84a7cc926dc8fdeb");
        let proof = "6c0877613749d76ed7995b9ccfcb8df6034fedb582adfe7beceea5319eb9bb51";
        assert!(is_proof(&key, "u-77", proof));
        let upper = proof.to_uppercase();
        for (user, proof, expected) in [
            ("u-77", upper.as_str(), true),
            ("u-78", proof, false),
            ("u-77", proof.split_at(62).0, false),
            ("u-77", "", false),
            ("u-77", "zz", false),
        ] {
            assert_eq!(is_proof(&key, user, proof), expected, "{user} {proof}");
        }
    }

    /// Computed by OpenSSL and by Python's hmac module. Shops sign by themselves: these bytes never change.
    #[test]
    fn signatures_are_pinned() {
        let key = key(&SECRET);
        assert_eq!(key, "4f49f45630766e440451584732681757aa53717770b98d7d657d17054970c009");
        let query = "order=1042&value=59.90&currency=EUR&locale=es&expires=1800000001";
        assert_eq!(
            sign(&key, "shop", "post-purchase", query),
            "394987a51fac01a520815c603d98d6ea84c2f56d609ba94c179254c131d55869"
        );
        assert_eq!(
            preview_token(&SECRET, "shop", "nps", 1_800_000_001),
            "1800000001.e749b394de74e87bc0e89a01d25b9dc86a30c0defa32517a7be46d953bea6778"
        );
    }

    #[test]
    fn only_what_is_signed_counts() {
        let key = key(&SECRET);
        let sig = |query: &str| sign(&key, "shop", "nps", query);
        let read = |query: &str| Claims::signed(&key, "shop", "nps", query, NOW);
        let order = |query: &str| read(query).unwrap().unwrap().order.map(|order| order.id);
        let (one, late) = (sig("order=1"), sig("order=1&expires=1800000000"));
        assert_eq!(read("order=1&score=9"), Ok(None));
        assert_eq!(order(&format!("order=1&sig={one}&score=9&order=2&user=u")), Some("1".into()));
        assert_eq!(read(&format!("order=1&sig={one}&user=u")).unwrap().unwrap().user, None);
        assert_eq!(order(&format!("sig={}&order=2", sig(""))), None);
        for (query, expected) in [
            (format!("order=2&sig={one}"), Refused::Forged),
            (format!("order=1&user=u&sig={one}"), Refused::Forged),
            (format!("order=1&sig=x&sig={one}"), Refused::Forged),
            (format!("order=1&sig={}", one.get(..62).unwrap()), Refused::Forged),
            ("order=1&sig=".into(), Refused::Forged),
            (format!("order=1&expires=1800000000&sig={late}"), Refused::Expired),
            (format!("expires=soon&sig={}", sig("expires=soon")), Refused::Expired),
        ] {
            assert_eq!(read(&query), Err(expected), "{query}");
        }
        let apostrophe = sig("order=o'brien&attr.a=%2527");
        assert_eq!(order(&format!("order=o%27brien&attr.a=%2527&sig={apostrophe}")), Some("o'brien".into()));
        assert_eq!(order(&format!("order=o%27brien&sig={}", sig("order=o%27brien"))), Some("o'brien".into()));
        assert!(read(&format!("expires=1800000001&sig={}", sig("expires=1800000001"))).is_ok());
        let other = Claims::signed(&key, "shop", "csat", &format!("order=1&sig={one}"), NOW);
        assert_eq!(other, Err(Refused::Forged), "another survey's");
    }

    #[test]
    fn a_preview_is_for_one_survey_and_one_hour() {
        let token = preview_token(&SECRET, "shop", "nps", NOW / 1000 + 1);
        let is_good = |site, survey, token: &str, now| is_preview_token(&SECRET, site, survey, token, now);
        assert!(is_good("shop", "nps", &token, NOW));
        assert!(!is_good("shop", "nps", &token, NOW + 1000));
        assert!(!is_good("shop", "csat", &token, NOW) && !is_good("other", "nps", &token, NOW));
        let (until, signature) = token.split_once('.').unwrap();
        for wrong in [format!("9{until}.{signature}"), format!("{until}."), until.to_owned(), String::new()] {
            assert!(!is_good("shop", "nps", &wrong, NOW), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let long = "x".repeat(201);
        let claims = Claims::parse(&format!(
            "order=%20&user={long}&value=1&consent=maybe&attr.=x&attr.plan=pro&attr.plan=free&attr.long={long}"
        ));
        assert_eq!(claims, Claims { attributes: vec![("plan".into(), "pro".into())], ..Claims::default() });
        let claims = Claims::parse("order=1042&value=59,90&currency=EUR&consent=granted&l=pt-BR");
        let order = Order { id: "1042".into(), value: None, currency: Some("EUR".into()) };
        assert_eq!((claims.order, claims.consent), (Some(order), Some(Status::Granted)));
        assert_eq!(claims.locale.as_deref(), Some("pt-BR"));
    }

    #[test]
    fn every_fault_of_a_request_is_named() {
        let text = br#"{"value": "1,5", "currency": "EUR", "user": 7, "locale": "?", "consent": "yes", "expires_in_days": 0}"#;
        let tab = LinkRequest::parse(br#"{"order": "1\t2", "user": "a\tb"}"#).unwrap_err();
        let tab: Vec<String> =
            tab.0.iter().map(|fault| format!("{} {}", fault.pointer, fault.detail)).collect();
        assert_eq!(tab, ["/order has a control character", "/user has a control character"]);
        let faults = LinkRequest::parse(text).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/value", "/order", "/expires_in_days", "/user", "/locale", "/consent"]);
    }

    proptest! {
        #[test]
        fn a_link_says_what_was_asked_for(
            order in prop::option::of("[^\\p{C}]{1,30}"),
            user in prop::option::of("[ -~]{1,30}"),
            attributes in prop::collection::btree_map("[a-z&=.]{1,9}", "[^\\p{C}]{1,9}", 0..4),
            days in prop::option::of(1u32..3650),
        ) {
            let body = serde_json::json!({
                "order": order, "user": user, "attributes": attributes, "expires_in_days": days, "consent": "granted",
            });
            let Ok(request) = LinkRequest::parse(body.to_string().as_bytes()) else { return Ok(()) };
            let key = key(&SECRET);
            let query = request.query(&key, "shop", "nps", NOW);
            let read = Claims::signed(&key, "shop", "nps", &format!("{query}&score=3"), NOW);
            prop_assert_eq!(read, Ok(Some(request.claims)));
        }
    }
}

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

/// The key with which it proves that an order is the visitor's: another one, as a user may be called as an order is.
#[must_use]
pub fn order_key(secret: &[u8]) -> String {
    hex_mac(secret, "sondeo/order/1")
}

/// Whether `proof` is the hex HMAC-SHA-256 of a user's or an order's id under the site's key for it. Compared in constant
/// time.
#[must_use]
pub fn is_proof(key: &str, id: &str, proof: &str) -> bool {
    let proof = hex::decode(proof).unwrap_or_default();
    mac(key.as_bytes(), id).is_some_and(|mac| mac.verify_slice(&proof).is_ok())
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
                node.get("order").required_text(limits::KEY);
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
mod tests;

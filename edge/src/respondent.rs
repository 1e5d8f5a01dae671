//! Who answers, as a pseudonym that only this site's secret leads to.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sondeo_survey::frequency::Window;
use sondeo_survey::response::{RespondentKind, Submission};

/// HMAC-SHA-256 under the site's secret over kind, a zero byte and key. Of several surveys it is the same one, so
/// that an erasure finds a person's answers in all of them. It is stored: changing it is a migration.
pub(crate) fn hash(secret: &[u8], kind: RespondentKind, key: &str) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(kind.name().as_bytes());
    mac.update(&[0]);
    mac.update(key.as_bytes());
    Some(mac.finalize().into_bytes().into())
}

/// The respondent whose answers this survey counts. Where it is one answer an order, the order is the respondent,
/// even if the page names somebody too: one visitor may buy twice, and two may not answer for one order.
pub(crate) fn of(secret: &[u8], window: Window, answer: &Submission) -> Option<[u8; 32]> {
    let named = answer.respondent.as_ref();
    let order = answer.order.as_ref().map(|order| order.id.as_str());
    match window {
        Window::Order => {
            let named = named.filter(|respondent| respondent.kind == RespondentKind::Order);
            let order = order.or(named.map(|respondent| respondent.key.as_str()));
            order.and_then(|order| hash(secret, RespondentKind::Order, order))
        }
        Window::Ever | Window::Days(_) => {
            named.and_then(|respondent| hash(secret, respondent.kind, &respondent.key))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::metric::Scale;

    fn answer(rest: &str) -> Submission {
        let body =
            format!(r#"{{"id": "0193a7c2-0000-7000-8000-000000000001", "revision": 1, "score": 9 {rest}}}"#);
        Submission::parse(body.as_bytes(), Scale { min: 0, max: 10 }).unwrap()
    }

    /// Computed by Python's hmac module.
    #[test]
    fn the_hash_is_pinned() {
        let hash = hash(&[7; 32], RespondentKind::Order, "1042").unwrap();
        assert_eq!(hex::encode(hash), PINNED);
    }
    const PINNED: &str = "74abb9883dd6981fd25061683644d9c686892c9aed9c148471ebd43dbb997251";

    #[test]
    fn an_order_counts_before_a_person_where_the_window_is_an_order() {
        let of = |window, rest: &str| of(&[7; 32], window, &answer(rest)).map(hex::encode);
        let order = Some(PINNED.to_owned());
        let both = r#", "order": {"id": "1042"}, "respondent": {"kind": "visitor", "key": "v"}"#;
        assert_eq!(of(Window::Order, both), order);
        assert_eq!(of(Window::Order, r#", "order": {"id": "1042"}"#), order);
        assert_eq!(of(Window::Order, r#", "respondent": {"kind": "order", "key": "1042"}"#), order);
        assert_eq!(of(Window::Order, r#", "respondent": {"kind": "visitor", "key": "v"}"#), None);
        assert_ne!(of(Window::Ever, both), order);
        assert_eq!(of(Window::Ever, r#", "order": {"id": "1042"}"#), None);
        assert_eq!(of(Window::Ever, ""), None);
    }
}

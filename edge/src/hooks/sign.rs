//! Signatures of the Standard Webhooks specification, 1.0 (standardwebhooks.com).

use crate::auth;
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A new secret: 256 random bits.
pub(crate) fn secret() -> Result<String, Problem> {
    Ok(format!("{PREFIX}{}", STANDARD.encode(auth::random::<32>()?)))
}

/// What the header `webhook-signature` says: a signature by each secret, of which a receiver needs to know one.
/// `seconds` since 1970 is what `webhook-timestamp` says.
pub(super) fn signatures<'a>(
    secrets: impl Iterator<Item = &'a str>,
    id: &str,
    seconds: i64,
    body: &str,
) -> Option<String> {
    let signed = secrets.map(|secret| signature(secret, id, seconds, body));
    signed.collect::<Option<Vec<_>>>().map(|signed| signed.join(" "))
}

fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_pinned() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed =
            signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(signature("whsec_*", "", 0, ""), None);
    }

    #[test]
    fn each_secret_signs_for_itself() {
        let two = [secret().unwrap(), secret().unwrap()];
        let each = two.each_ref().map(|secret| signature(secret, "a", 1, "b").unwrap());
        assert_eq!(signatures(two.iter().map(String::as_str), "a", 1, "b"), Some(each.join(" ")));
        assert_eq!(signatures(["whsec_*", &two[0]].into_iter(), "a", 1, "b"), None);
    }

    #[test]
    fn a_new_secret_is_one_that_signs() {
        let (first, second) = (secret().unwrap(), secret().unwrap());
        assert!(signature(&first, "a", 1, "b").is_some());
        assert_ne!(first, second);
    }
}

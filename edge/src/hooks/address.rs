//! Which addresses the collector may call on a site's behalf: names in the public net, by https, on its own port.
//!
//! A name that leads to a private address cannot be told from here, as a Worker does not look names up. Cloudflare lets
//! no Worker reach one, and neither does workerd unless its configuration allows more than `public`.

use url::{Host, Url};
use worker::Env;

/// What is asked of an address, in words.
pub(crate) const RULE: &str =
    "must be https://NAME/…, with a public name (in ASCII: xn--…), without port, user and fragment";

/// Names that no public server has (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`), and what networks use besides.
const PRIVATE: [&str; 13] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "test",
    "invalid",
    "onion",
    "localdomain",
];

/// The address, if it may be called. `allowed` lists origins that may be called whatever they are.
pub(crate) fn check(text: &str, allowed: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let origin = url.origin().ascii_serialization();
    let is_allowed = allowed.split([',', ' ']).any(|allowed| !allowed.is_empty() && allowed == origin);
    (plain && (is_allowed || is_public(&url))).then_some(url)
}

fn is_public(url: &Url) -> bool {
    // The parser has made an address of every notation of one: decimal, octal, hexadecimal, with missing parts.
    let Some(Host::Domain(name)) = url.host() else { return false };
    let name = name.strip_suffix('.').unwrap_or(name);
    let Some((rest, last)) = name.rsplit_once('.') else { return false };
    url.scheme() == "https" && url.port().is_none() && !rest.is_empty() && !PRIVATE.contains(&last)
}

/// The origins that the deployment allows, separated by commas.
pub(crate) fn allowed(env: &Env) -> String {
    env.var("SONDEO_WEBHOOK_ALLOW").map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_names_by_https() {
        for (text, fits) in [
            ("https://hooks.example/services/T0/B0?x=1", true),
            ("https://hooks.example:443/", true),
            ("https://HOOKS.example", true),
            ("https://localhost.example", true),
            ("https://hooks.example./", true),
            ("https://xn--mller-kva.example/", true),
            ("https://m\u{fc}ller.example/", false),
            ("http://hooks.example/", false),
            ("ftp://hooks.example/", false),
            ("https://hooks.example:8443/", false),
            ("https://user@hooks.example/", false),
            ("https://user:secret@hooks.example/", false),
            ("https://hooks.example/#x", false),
            ("https://localhost/", false),
            ("https://localhost./", false),
            ("https://a.localhost/", false),
            ("https://LOCALHOST/", false),
            ("https://printer/", false),
            ("https://printer./", false),
            ("https://metadata.google.internal/", false),
            ("https://nas.local/", false),
            ("https://nas.home.arpa/", false),
            ("https://1.0.0.127.in-addr.arpa/", false),
            ("https://127.0.0.1/", false),
            ("https://10.1.2.3/", false),
            ("https://172.16.0.1/", false),
            ("https://192.168.1.1/", false),
            ("https://169.254.169.254/latest/meta-data/", false),
            ("https://100.64.0.1/", false),
            ("https://0.0.0.0/", false),
            ("https://0/", false),
            ("https://93.184.216.34/", false),
            ("https://2130706433/", false),
            ("https://0x7f000001/", false),
            ("https://0x7f.1/", false),
            ("https://0177.0.0.1/", false),
            ("https://127.1/", false),
            ("https://127.0.0.1./", false),
            ("https://\u{ff11}\u{ff12}\u{ff17}.0.0.1/", false),
            ("https://127\u{3002}0\u{3002}0\u{3002}1/", false),
            ("https://%31%32%37.0.0.1/", false),
            ("https://l\u{24de}calhost/", false),
            ("https://[::1]/", false),
            ("https://[::]/", false),
            ("https://[fd00::1]/", false),
            ("https://[fe80::1]/", false),
            ("https://[::ffff:127.0.0.1]/", false),
            ("https://[::ffff:7f00:1]/", false),
            ("https://[64:ff9b::7f00:1]/", false),
            ("https://[2606:2800:220:1::1]/", false),
            ("https:///x", false),
            ("//hooks.example/", false),
            ("", false),
        ] {
            assert_eq!(check(text, "").is_some(), fits, "{text}");
        }
    }

    #[test]
    fn an_allowed_origin_is_exact() {
        let allowed = "http://127.0.0.1:9000, https://crm.corp";
        for (text, fits) in [
            ("http://127.0.0.1:9000/a?b", true),
            ("https://crm.corp/a", true),
            ("http://127.0.0.1:9001/", false),
            ("https://127.0.0.1:9000/", false),
            ("http://127.0.0.1.evil.example:9000/", false),
            ("http://user@127.0.0.1:9000/", false),
            ("http://crm.corp/", false),
        ] {
            assert_eq!(check(text, allowed).is_some(), fits, "{text}");
        }
    }
}

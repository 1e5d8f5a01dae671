//! How often one address may send answers to a site. Addresses are hashed before anything else sees them.

use crate::incoming::Headers;
use crate::log;
use crate::problem::Problem;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::Sha256;
use std::cell::{Cell, OnceCell};
use std::net::IpAddr;
use worker::Env;

/// The platform's limiter, as `wrangler.toml` names it, and its period in seconds.
const BINDING: &str = "RATE_LIMIT";
const PERIOD_SECONDS: u32 = 60;

/// Whether limits are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Each address has a limit, each Shard, too.
    On,
    /// The operator has turned all limits off: `SONDEO_LIMITS` is `off`.
    Off,
    /// The runtime has no limiter, as plain workerd: only the Shards' limits hold.
    Absent,
}

impl State {
    /// Its name in `/healthz`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::On => "on",
            State::Off => "off",
            State::Absent => "no binding",
        }
    }
}

/// Whether this deployment limits. Looked up once an isolate: another deployment has others.
pub(crate) fn state(env: &Env) -> State {
    thread_local! {
        static STATE: OnceCell<State> = const { OnceCell::new() };
    }
    STATE.with(|state| *state.get_or_init(|| look_up(env)))
}

fn look_up(env: &Env) -> State {
    if env.var("SONDEO_LIMITS").is_ok_and(|value| value.to_string() == "off") {
        State::Off
    } else if env.rate_limiter(BINDING).is_ok() {
        State::On
    } else {
        State::Absent
    }
}

/// Where a request comes from, for one day, to be compared and not to be known: see [`key`]. None where the runtime does not
/// tell an address, and where nobody compares.
pub(crate) fn source(
    env: &Env,
    headers: &Headers,
    secret: &[u8],
    now: i64,
) -> worker::Result<Option<String>> {
    if state(env) == State::Off {
        return Ok(None);
    }
    let address = headers.get("CF-Connecting-IP")?.and_then(|address| address.trim().parse().ok());
    Ok(address.and_then(|address| key(secret, address, now)))
}

/// HMAC of the address under a salt that is another each day: HMAC of the date under the site's secret. The salt is nowhere,
/// as it is computed when it is needed; and what it makes is nowhere either, but in the memory of a limiter or a Shard.
/// Of an IPv6 address it is the network, within which a household's devices change theirs by themselves.
fn key(secret: &[u8], address: IpAddr, now: i64) -> Option<String> {
    let date = Offset::UTC.to_datetime(Timestamp::from_millisecond(now).ok()?).date().to_string();
    let salt = mac(secret, &[b"sondeo/salt/1/", date.as_bytes()])?;
    let key = match address.to_canonical() {
        IpAddr::V4(address) => mac(&salt, &[&address.octets()]),
        IpAddr::V6(address) => mac(&salt, &[address.octets().split_at(8).0]),
    };
    key.map(|key| hex::encode(key.split_at(16).0))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

/// Counts a request of a source — 429. A limiter that fails limits nobody.
pub(crate) async fn check(env: &Env, source: Option<&str>) -> Result<(), Problem> {
    thread_local! {
        static TOLD: Cell<bool> = const { Cell::new(false) };
    }
    let state = state(env);
    if state == State::Absent && !TOLD.replace(true) {
        log::warn("rate-limit-absent", &[("detail", "no binding RATE_LIMIT: addresses are not limited")]);
    }
    let (State::On, Some(source)) = (state, source) else { return Ok(()) };
    match env.rate_limiter(BINDING)?.limit(source.to_owned()).await {
        Ok(outcome) if !outcome.success => Err(Problem::Limited(PERIOD_SECONDS)),
        Ok(_) => Ok(()),
        Err(_) => {
            log::warn("rate-limit-failed", &[]);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_the_same_for_a_day_a_site_and_a_network() {
        let key = |secret: u8, address: &str, now| key(&[secret; 32], address.parse().unwrap(), now).unwrap();
        let noon = 1_800_000_000_000;
        let this = key(7, "203.0.113.9", noon);
        assert_eq!(this.len(), 32);
        assert_eq!(this, key(7, "203.0.113.9", noon + 3_600_000));
        assert_eq!(this, key(7, "::ffff:203.0.113.9", noon));
        for other in [
            key(7, "203.0.113.9", noon + 86_400_000),
            key(8, "203.0.113.9", noon),
            key(7, "203.0.113.10", noon),
        ] {
            assert_ne!(this, other);
        }
        let network = key(7, "2001:db8:1:2::9", noon);
        assert_eq!(network, key(7, "2001:db8:1:2:a:b:c:d", noon));
        assert_ne!(network, key(7, "2001:db8:1:3::9", noon));
    }
}

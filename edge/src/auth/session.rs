//! Sessions of the console. A session is a cookie that proves that its browser once had a token, and holds none: it is
//! `kid.expires.mac`, and the key of `mac` is the hash of that token. So nothing is stored, and a session ends with its token,
//! be it ended, over, or rotated and the secret of before no longer good.

use super::{Bearer, bootstrap_hash, hash, known};
use crate::incoming::Request;
use crate::problem::Problem;
use crate::routes::Call;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sondeo_survey::access::Token;
use std::cell::RefCell;
use subtle::ConstantTimeEq;
use worker::Env;

/// The prefix has browsers take it from this very host alone, and only with `Secure` and `Path=/`.
const COOKIE: &str = "__Host-sondeo";

/// A session's longest life: a working day.
const LONGEST_MS: i64 = 12 * 3_600_000;

/// Who is signed in.
pub(crate) struct Session {
    /// What they may do.
    pub(crate) bearer: Bearer,
    /// What each of their forms holds, so that no other page can send one.
    pub(crate) csrf: String,
}

impl Session {
    /// Whether a form has this session's token.
    pub(crate) fn sent(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

/// The cookie of a new session for who has this token: 401 where the token is not good.
pub(crate) async fn open(env: &Env, token: &str, now: i64) -> Result<String, Problem> {
    let Token { text, kid } = Token::parse(token).ok_or(Problem::Unauthorized)?;
    let hash = hash(text);
    let (_, end) = known(env, kid.to_owned(), now, |known| hash.as_slice().ct_eq(known).into()).await?;
    let end = end.unwrap_or(i64::MAX).min(now.saturating_add(LONGEST_MS));
    let seconds = end.saturating_sub(now) / 1000;
    let signed = format!("{kid}.{end}");
    let mac = mac(&hash, PURPOSE, &signed).ok_or(Problem::Unauthorized)?;
    Ok(format!("{COOKIE}={signed}.{mac}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict"))
}

/// The cookie that ends a session in its browser.
pub(crate) fn close() -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}

/// Who is signed in: 401 where nobody is.
pub(crate) async fn session(call: &Call<'_>) -> Result<Session, Problem> {
    let cookie = cookie(&call.request, COOKIE)?.ok_or(Problem::Unauthorized)?;
    let (signed, sent) = cookie.rsplit_once('.').ok_or(Problem::Unauthorized)?;
    let (kid, end) = signed.split_once('.').ok_or(Problem::Unauthorized)?;
    if end.parse::<i64>().map_or(true, |end| call.now >= end) {
        return Err(Problem::Unauthorized);
    }
    let csrf = RefCell::new(None);
    let is_good = |hash: &[u8]| {
        let is = mac(hash, PURPOSE, signed).is_some_and(|mac| mac.as_bytes().ct_eq(sent.as_bytes()).into());
        if is {
            *csrf.borrow_mut() = mac(hash, CSRF_PURPOSE, &cookie);
        }
        is
    };
    let (bearer, _) = known(call.env, kid.to_owned(), call.now, is_good).await?;
    let csrf = csrf.take().ok_or(Problem::Unauthorized)?;
    Ok(Session { bearer, csrf })
}

/// A cookie of the request.
pub(crate) fn cookie(request: &Request, name: &str) -> Result<Option<String>, Problem> {
    let header = request.headers().get("Cookie")?.unwrap_or_default();
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    Ok(pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned()))
}

/// A key for the limiter of sign-ins, for which nobody has a site's secret yet.
pub(crate) fn limiter_key(env: &Env) -> Vec<u8> {
    bootstrap_hash(env).unwrap_or_default()
}

const PURPOSE: &str = "sondeo/session/1";
const CSRF_PURPOSE: &str = "sondeo/csrf/1";

fn mac(key: &[u8], purpose: &str, text: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(purpose.as_bytes());
    mac.update(text.as_bytes());
    Some(hex::encode(mac.finalize().into_bytes()))
}

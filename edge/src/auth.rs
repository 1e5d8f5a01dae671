//! Tokens: who asks, and what they may do. Only the SHA-256 of a token is kept, and it is read from the `Authorization`
//! header alone, since addresses end up in logs.

pub(crate) mod session;

use crate::incoming::Request;
use crate::problem::Problem;
use crate::registry::{
    self,
    tokens::{FindToken, StoredToken},
};
use sha2::{Digest, Sha256};
use sondeo_survey::access::{Scope, Token};
use subtle::ConstantTimeEq;
use worker::Env;

/// The bearer of a valid token.
pub(crate) struct Bearer {
    /// The token's public name, for the audit log.
    pub(crate) kid: String,
    scopes: Vec<Scope>,
    /// `None`: all sites.
    sites: Option<Vec<String>>,
}

impl Bearer {
    /// Whether anything may be done with this site.
    pub(crate) fn reaches(&self, site: &str) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.iter().any(|own| own == site))
    }

    /// Refuses with 403 where the token has not this scope.
    pub(crate) fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.iter().any(|held| held.covers(scope)) {
            Ok(())
        } else {
            Err(Problem::Forbidden(match scope {
                Scope::Admin => "It needs the scope admin",
                Scope::SurveyWrite => "It needs the scope survey:write",
                Scope::ResponsesRead => "It needs the scope responses:read",
                Scope::ResponsesErase => "It needs the scope responses:erase",
            }))
        }
    }

    /// Refuses with 403 where the token is not for all sites, those to come among them.
    pub(crate) fn may_reach_all(&self) -> Result<(), Problem> {
        if self.sites.is_none() { Ok(()) } else { Err(Problem::Forbidden("It is not for all sites")) }
    }

    /// Refuses with 403 where the token is for other sites.
    pub(crate) fn may_reach(&self, site: &str) -> Result<(), Problem> {
        if self.reaches(site) { Ok(()) } else { Err(Problem::Forbidden("It is for other sites")) }
    }
}

/// Who sent this request: 401 without a valid token.
pub(crate) async fn bearer(request: &Request, env: &Env, now: i64) -> Result<Bearer, Problem> {
    let header = request.headers().get("Authorization")?.unwrap_or_default();
    let Token { text, kid } = Token::of_header(&header).ok_or(Problem::Unauthorized)?;
    let hash = hash(text);
    Ok(known(env, kid.to_owned(), now, |known| hash.as_slice().ct_eq(known).into()).await?.0)
}

/// The bearer of the token with this name for one of whose hashes, of those that are good now, `is_good`, and until when the
/// token is good: 401 where there is none.
async fn known(
    env: &Env,
    kid: String,
    now: i64,
    is_good: impl Fn(&[u8]) -> bool,
) -> Result<(Bearer, Option<i64>), Problem> {
    if bootstrap_hash(env).is_some_and(|hash| is_good(&hash)) {
        return Ok((Bearer { kid, scopes: vec![Scope::Admin], sites: None }, None));
    }
    let known = registry::send(env, &FindToken { kid: kid.clone() }).await?.ok_or(Problem::Unauthorized)?;
    if !known.takes(now, is_good) {
        return Err(Problem::Unauthorized);
    }
    let scopes = known.scopes.iter().filter_map(|name| Scope::of(name)).collect();
    Ok((Bearer { kid, scopes, sites: Some(known.sites) }, known.expires_at))
}

impl StoredToken {
    /// Whether `is_good` of one of the hashes that are good at this time.
    fn takes(&self, now: i64, is_good: impl Fn(&[u8]) -> bool) -> bool {
        let is = |known: &str| hex::decode(known).is_ok_and(|known| is_good(&known));
        let is_former = self.former.as_ref().is_some_and(|(known, until)| now < *until && is(known));
        (is(&self.hash) | is_former) && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The bearer, if the token has this scope on this site.
pub(crate) async fn require(
    request: &Request,
    env: &Env,
    now: i64,
    scope: Scope,
    site: &str,
) -> Result<Bearer, Problem> {
    let bearer = bearer(request, env, now).await?;
    bearer.may_reach(site)?;
    bearer.may(scope)?;
    Ok(bearer)
}

/// The SHA-256 of the first administrator's token, which the deployment brings.
fn bootstrap_hash(env: &Env) -> Option<Vec<u8>> {
    hex::decode(env.var("SONDEO_ADMIN_TOKEN_SHA256").ok()?.to_string()).ok().filter(|hash| hash.len() == 32)
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// A token that was just made.
pub(crate) struct Minted {
    /// Shown once.
    pub(crate) token: String,
    /// Its public name.
    pub(crate) kid: String,
    /// What is kept, in hex.
    pub(crate) hash: String,
}

/// Makes a token: a new one, or another secret for one with a name.
pub(crate) fn mint(kid: Option<String>) -> Result<Minted, Problem> {
    let kid = kid.map_or_else(|| random::<4>().map(hex::encode), Ok)?;
    let secret = random::<32>()?;
    let token = Token::write(&kid, &hex::encode(secret));
    let hash = hex::encode(hash(&token));
    Ok(Minted { token, kid, hash })
}

/// Random bytes for a secret.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Problem::Internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_minted_is_a_token() {
        let minted = mint(None).unwrap();
        let token = Token::parse(&minted.token).unwrap();
        assert_eq!((token.kid, hex::encode(hash(token.text))), (minted.kid.as_str(), minted.hash));
    }

    #[test]
    fn two_secrets_are_good_until_the_former_ends_and_none_after_the_token_does() {
        let (new, old, older) = ([1; 32], [2; 32], [3; 32]);
        let token = StoredToken {
            kid: "0123abcd".into(),
            hash: hex::encode(new),
            former: Some((hex::encode(old), 100)),
            scopes: vec![],
            sites: vec![],
            created_at: 0,
            expires_at: Some(200),
        };
        let takes = |token: &StoredToken, hash: [u8; 32], now| token.takes(now, |known| known == hash);
        let good = |now| [new, old, older].map(|hash| takes(&token, hash, now));
        for (now, expected) in [
            (99, [true, true, false]),
            (100, [true, false, false]),
            (199, [true, false, false]),
            (200, [false, false, false]),
        ] {
            assert_eq!(good(now), expected, "{now}");
        }
        let single = StoredToken { former: None, expires_at: None, ..token };
        assert!(takes(&single, new, i64::MAX) && !takes(&single, old, 0));
    }
}

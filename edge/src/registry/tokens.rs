//! Tokens, by their public name and their hashes.

use super::schema::audit;
use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};

/// What is kept of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredToken {
    /// Its public name.
    pub(crate) kid: String,
    /// SHA-256 of the whole token, in hex.
    pub(crate) hash: String,
    /// That of the token of before, and until when it is good.
    pub(crate) former: Option<(String, i64)>,
    /// Names of scopes.
    pub(crate) scopes: Vec<String>,
    /// The sites that it is good for.
    pub(crate) sites: Vec<String>,
    /// Milliseconds since 1970.
    pub(crate) created_at: i64,
    /// Milliseconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

const COLUMNS: &str = "kid, hash, former_hash, former_until, scopes, sites, created_at, expires_at";

impl StoredToken {
    fn read(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            kid: some(row.text()?)?,
            hash: some(row.text()?)?,
            former: row.text()?.zip(row.number()?),
            scopes: serde_json::from_str(&some(row.text()?)?)?,
            sites: serde_json::from_str(&some(row.text()?)?)?,
            created_at: some(row.number()?)?,
            expires_at: row.number()?,
        })
    }
}

/// Keeps a new token.
#[derive(Serialize, Deserialize)]
pub(crate) struct AddToken {
    pub(crate) kid: String,
    pub(crate) hash: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) sites: Vec<String>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) actor: String,
}

impl Command for AddToken {
    const PATH: &'static str = "/add-token";
    type Reply = ();

    fn run(self, sql: &impl Sql, now: i64) -> Result<(), Error> {
        sql.run(
            "INSERT INTO token (kid, hash, scopes, sites, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            vec![
                self.kid.as_str().into(),
                self.hash.into(),
                serde_json::to_string(&self.scopes)?.into(),
                serde_json::to_string(&self.sites)?.into(),
                now.into(),
                self.expires_at.into(),
            ],
        )?;
        audit(sql, now, &self.actor, "token.create", &self.kid)
    }
}

/// A token by its public name.
#[derive(Serialize, Deserialize)]
pub(crate) struct FindToken {
    pub(crate) kid: String,
}

impl Command for FindToken {
    const PATH: &'static str = "/find-token";
    type Reply = Option<StoredToken>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Option<StoredToken>, Error> {
        let found = sql.run(&format!("SELECT {COLUMNS} FROM token WHERE kid = ?1"), vec![self.kid.into()])?;
        found.one(StoredToken::read)
    }
}

/// All tokens, by when they were made.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListTokens {}

impl Command for ListTokens {
    const PATH: &'static str = "/list-tokens";
    type Reply = Vec<StoredToken>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Vec<StoredToken>, Error> {
        sql.run(&format!("SELECT {COLUMNS} FROM token ORDER BY created_at, kid"), vec![])?
            .all(StoredToken::read)
    }
}

/// Ends a token.
#[derive(Serialize, Deserialize)]
pub(crate) struct RevokeToken {
    pub(crate) kid: String,
    pub(crate) actor: String,
}

impl Command for RevokeToken {
    const PATH: &'static str = "/revoke-token";
    type Reply = ();

    fn run(self, sql: &impl Sql, now: i64) -> Result<(), Error> {
        let gone =
            sql.run("DELETE FROM token WHERE kid = ?1 RETURNING kid", vec![self.kid.as_str().into()])?;
        if gone.rows.is_empty() {
            return Ok(());
        }
        audit(sql, now, &self.actor, "token.revoke", &self.kid)
    }
}

/// Until when a secret that is rotated now stays good.
pub(super) fn until(now: i64, overlap_seconds: u64) -> i64 {
    now.saturating_add(i64::try_from(overlap_seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}

/// Gives a token another secret. That of before stays good for a while; one from before that ends at once.
#[derive(Serialize, Deserialize)]
pub(crate) struct RotateToken {
    pub(crate) kid: String,
    pub(crate) hash: String,
    pub(crate) overlap_seconds: u64,
    pub(crate) actor: String,
}

impl Command for RotateToken {
    const PATH: &'static str = "/rotate-token";
    /// The token as it is now; none where there is none.
    type Reply = Option<StoredToken>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Option<StoredToken>, Error> {
        let rotated = sql.run(
            &format!(
                "UPDATE token SET former_hash = CASE WHEN ?3 > ?4 THEN hash END, \
                 former_until = CASE WHEN ?3 > ?4 THEN ?3 END, hash = ?2 WHERE kid = ?1 \
                 RETURNING {COLUMNS}"
            ),
            vec![
                self.kid.as_str().into(),
                self.hash.into(),
                until(now, self.overlap_seconds).into(),
                now.into(),
            ],
        )?;
        let Some(rotated) = rotated.one(StoredToken::read)? else { return Ok(None) };
        audit(sql, now, &self.actor, "token.rotate", &self.kid)?;
        Ok(Some(rotated))
    }
}

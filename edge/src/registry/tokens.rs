//! Tokens, by their public name and their hash.

use super::schema::audit;
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};

/// What is kept of a token.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredToken {
    /// SHA-256 of the whole token, in hex.
    pub(crate) hash: String,
    /// Names of scopes.
    pub(crate) scopes: Vec<String>,
    /// The sites that it is good for.
    pub(crate) sites: Vec<String>,
    /// Milliseconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

/// Keeps a new token.
#[derive(Serialize, Deserialize)]
pub(crate) struct AddToken {
    pub(crate) kid: String,
    pub(crate) token: StoredToken,
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
                self.token.hash.into(),
                serde_json::to_string(&self.token.scopes)?.into(),
                serde_json::to_string(&self.token.sites)?.into(),
                now.into(),
                self.token.expires_at.into(),
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
        let query = "SELECT hash, scopes, sites, expires_at FROM token WHERE kid = ?1";
        let Some(mut row) = sql.run(query, vec![self.kid.into()])?.rows.into_iter().next() else {
            return Ok(None);
        };
        Ok(Some(StoredToken {
            hash: some(row.text()?)?,
            scopes: serde_json::from_str(&some(row.text()?)?)?,
            sites: serde_json::from_str(&some(row.text()?)?)?,
            expires_at: row.number()?,
        }))
    }
}

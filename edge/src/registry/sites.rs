//! Sites.

use super::schema::audit;
use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};

/// Says that the store answers.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ping {}

impl Command for Ping {
    const PATH: &'static str = "/ping";
    type Reply = ();

    fn run(self, sql: &impl Sql, _now: i64) -> Result<(), Error> {
        sql.run("SELECT 1 FROM site LIMIT 1", vec![])?;
        Ok(())
    }
}

/// A site without its secret.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredSite {
    /// Its name in addresses.
    pub(crate) id: String,
    /// Its settings, as JSON.
    pub(crate) settings: String,
    /// How often the settings were written.
    pub(crate) version: u32,
    /// Milliseconds since 1970.
    pub(crate) created_at: i64,
    /// Milliseconds since 1970.
    pub(crate) updated_at: i64,
}

const COLUMNS: &str = "id, settings, version, created_at, updated_at";

impl StoredSite {
    fn read(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: some(row.text()?)?,
            settings: some(row.text()?)?,
            version: some(row.number()?)?,
            created_at: some(row.number()?)?,
            updated_at: some(row.number()?)?,
        })
    }
}

/// Creates a site or replaces its settings. The secret of a site is never replaced: every respondent's key hangs on it.
#[derive(Serialize, Deserialize)]
pub(crate) struct PutSite {
    pub(crate) id: String,
    pub(crate) settings: String,
    /// Hex; used only if the site is new.
    pub(crate) secret: String,
    pub(crate) actor: String,
}

/// What became of a [`PutSite`].
#[derive(Serialize, Deserialize)]
pub(crate) struct PutReply {
    /// Whether the site is new.
    pub(crate) created: bool,
    /// As it is now.
    pub(crate) site: StoredSite,
}

impl Command for PutSite {
    const PATH: &'static str = "/put-site";
    type Reply = PutReply;

    fn run(self, sql: &impl Sql, now: i64) -> Result<PutReply, Error> {
        let before = find(sql, &self.id)?;
        let created = before.is_none();
        let site = match before {
            // The version counts changes, as receipts of consent name it.
            Some(site) if site.settings == self.settings => return Ok(PutReply { created, site }),
            Some(site) => {
                StoredSite { settings: self.settings, version: site.version + 1, updated_at: now, ..site }
            }
            None => StoredSite {
                id: self.id,
                settings: self.settings,
                version: 1,
                created_at: now,
                updated_at: now,
            },
        };
        let secret = hex::decode(&self.secret).map_err(|_| Error("the secret is not hex".into()))?;
        sql.run(
            "INSERT INTO site (id, settings, version, secret, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET \
             settings = excluded.settings, version = excluded.version, updated_at = excluded.updated_at",
            vec![
                site.id.as_str().into(),
                site.settings.as_str().into(),
                i64::from(site.version).into(),
                secret.into(),
                site.created_at.into(),
                site.updated_at.into(),
            ],
        )?;
        audit(sql, now, &self.actor, if created { "site.create" } else { "site.update" }, &site.id)?;
        Ok(PutReply { created, site })
    }
}

fn find(sql: &impl Sql, id: &str) -> Result<Option<StoredSite>, Error> {
    sql.run(&format!("SELECT {COLUMNS} FROM site WHERE id = ?1"), vec![id.into()])?.one(StoredSite::read)
}

/// Whether there is such a site.
pub(super) fn is_known(sql: &impl Sql, id: &str) -> Result<bool, Error> {
    Ok(!sql.run("SELECT 1 FROM site WHERE id = ?1", vec![id.into()])?.rows.is_empty())
}

/// One site.
#[derive(Serialize, Deserialize)]
pub(crate) struct GetSite {
    pub(crate) id: String,
}

impl Command for GetSite {
    const PATH: &'static str = "/get-site";
    type Reply = Option<StoredSite>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Option<StoredSite>, Error> {
        find(sql, &self.id)
    }
}

/// All sites, by name.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListSites {}

impl Command for ListSites {
    const PATH: &'static str = "/list-sites";
    type Reply = Vec<StoredSite>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Vec<StoredSite>, Error> {
        sql.run(&format!("SELECT {COLUMNS} FROM site ORDER BY id"), vec![])?.all(StoredSite::read)
    }
}

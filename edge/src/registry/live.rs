//! What ingest and loader need of a site, in one answer.

use super::webhooks::{self, StoredWebhook};
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};

/// A site with its published surveys.
#[derive(Serialize, Deserialize)]
pub(crate) struct GetLive {
    pub(crate) site: String,
}

/// See [`GetLive`].
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredLive {
    /// Settings, as JSON.
    pub(crate) settings: String,
    /// Their version.
    pub(crate) version: u32,
    /// The key of respondents' hashes, in hex.
    pub(crate) secret: String,
    /// The published ones, by name.
    pub(crate) surveys: Vec<StoredLiveSurvey>,
    /// The names of the others.
    pub(crate) drafts: Vec<String>,
    /// Its webhooks.
    pub(crate) webhooks: Vec<StoredWebhook>,
}

/// A published survey.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredLiveSurvey {
    /// Its name in addresses.
    pub(crate) id: String,
    /// Over how many objects its answers are spread.
    pub(crate) shards: u16,
    /// The published version.
    pub(crate) version: u32,
    /// What is published, as JSON.
    pub(crate) definition: String,
    /// Whether visitors are asked; a paused one only takes the answers that are under way.
    pub(crate) asked: bool,
}

impl Command for GetLive {
    const PATH: &'static str = "/get-live";
    type Reply = Option<StoredLive>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Option<StoredLive>, Error> {
        let query = "SELECT settings, version, secret FROM site WHERE id = ?1";
        let Some(mut site) = sql.run(query, vec![self.site.as_str().into()])?.rows.into_iter().next() else {
            return Ok(None);
        };
        let drafts = sql.run(
            "SELECT id FROM survey WHERE site = ?1 AND status = 'draft' ORDER BY id",
            vec![self.site.as_str().into()],
        )?;
        let webhooks = webhooks::list(sql, &self.site)?;
        let surveys = sql.run(
            "SELECT s.id, s.shards, s.version, v.definition, s.status = 'live' FROM survey s \
             JOIN survey_version v ON v.site = s.site AND v.survey = s.id AND v.version = s.version \
             WHERE s.site = ?1 ORDER BY s.id",
            vec![self.site.into()],
        )?;
        let surveys = surveys.rows.into_iter().map(|mut row| {
            Ok(StoredLiveSurvey {
                id: some(row.text()?)?,
                shards: some(row.number()?)?,
                version: some(row.number()?)?,
                definition: some(row.text()?)?,
                asked: some(row.number::<u8>()?)? == 1,
            })
        });
        Ok(Some(StoredLive {
            settings: some(site.text()?)?,
            version: some(site.number()?)?,
            secret: hex::encode(some(site.bytes()?)?),
            surveys: surveys.collect::<Result<_, Error>>()?,
            webhooks,
            drafts: drafts.rows.into_iter().map(|mut row| some(row.text()?)).collect::<Result<_, Error>>()?,
        }))
    }
}

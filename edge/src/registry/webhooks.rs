//! Webhooks, with the secrets that sign for them.

use super::schema::audit;
use super::sites::is_known;
use super::tokens::until;
use crate::problem::Problem;
use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::webhook::Webhook;

/// Most webhooks of a site: each is asked about with every answer.
pub(crate) const MOST: usize = 20;

/// A webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredWebhook {
    pub(crate) id: String,
    /// As the domain crate wrote it.
    pub(crate) definition: String,
    /// What signs for it, `whsec_…`.
    pub(crate) secret: String,
    /// What signed for it before, and until when it signs too.
    pub(crate) former: Option<(String, i64)>,
    /// Milliseconds since 1970.
    pub(crate) created_at: i64,
    /// Milliseconds since 1970.
    pub(crate) updated_at: i64,
}

const COLUMNS: &str = "id, definition, secret, former_secret, former_until, created_at, updated_at";

impl StoredWebhook {
    fn read(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: some(row.text()?)?,
            definition: some(row.text()?)?,
            secret: some(row.text()?)?,
            former: row.text()?.zip(row.number()?),
            created_at: some(row.number()?)?,
            updated_at: some(row.number()?)?,
        })
    }

    /// What its owner defined.
    pub(crate) fn parse(&self) -> Result<Webhook, Problem> {
        let failed = |faults| Problem::Internal(format!("stored webhook {}: {faults}", self.id));
        Webhook::parse(self.definition.as_bytes()).map_err(failed)
    }

    /// Until when the secret of before signs too, if it still does.
    pub(crate) fn former_until(&self, now: i64) -> Option<i64> {
        self.former.as_ref().map(|(_, until)| *until).filter(|until| now < *until)
    }

    /// All that sign for it at this time, the newest first.
    pub(crate) fn secrets(&self, now: i64) -> impl Iterator<Item = &str> {
        let former = self.former.iter().filter(move |(_, until)| now < *until);
        std::iter::once(self.secret.as_str()).chain(former.map(|(secret, _)| secret.as_str()))
    }
}

pub(super) fn list(sql: &impl Sql, site: &str) -> Result<Vec<StoredWebhook>, Error> {
    let query = format!("SELECT {COLUMNS} FROM webhook WHERE site = ?1 ORDER BY created_at, id");
    sql.run(&query, vec![site.into()])?.all(StoredWebhook::read)
}

/// All webhooks of a site, the oldest first; nothing where the site is unknown.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListWebhooks {
    pub(crate) site: String,
}

impl Command for ListWebhooks {
    const PATH: &'static str = "/list-webhooks";
    type Reply = Option<Vec<StoredWebhook>>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        if !is_known(sql, &self.site)? {
            return Ok(None);
        }
        list(sql, &self.site).map(Some)
    }
}

/// Creates a webhook.
#[derive(Serialize, Deserialize)]
pub(crate) struct AddWebhook {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) definition: String,
    pub(crate) secret: String,
    pub(crate) actor: String,
}

/// What became of an [`AddWebhook`].
#[derive(Serialize, Deserialize)]
pub(crate) enum AddReply {
    /// There is no such site.
    UnknownSite,
    /// The site has [`MOST`].
    TooMany,
    /// As it is now.
    Done(StoredWebhook),
}

impl Command for AddWebhook {
    const PATH: &'static str = "/add-webhook";
    type Reply = AddReply;

    fn run(self, sql: &impl Sql, now: i64) -> Result<AddReply, Error> {
        let Some(known) = (ListWebhooks { site: self.site.clone() }).run(sql, now)? else {
            return Ok(AddReply::UnknownSite);
        };
        if known.len() >= MOST {
            return Ok(AddReply::TooMany);
        }
        sql.run(
            "INSERT INTO webhook (site, id, definition, secret, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            vec![
                self.site.as_str().into(),
                self.id.as_str().into(),
                self.definition.as_str().into(),
                self.secret.as_str().into(),
                now.into(),
            ],
        )?;
        audit(sql, now, &self.actor, "webhook.create", &format!("{}/{}", self.site, self.id))?;
        let Self { id, definition, secret, .. } = self;
        let (created_at, updated_at) = (now, now);
        Ok(AddReply::Done(StoredWebhook { id, definition, secret, former: None, created_at, updated_at }))
    }
}

/// Replaces what a webhook is; its secret stays.
#[derive(Serialize, Deserialize)]
pub(crate) struct ChangeWebhook {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) definition: String,
    pub(crate) actor: String,
}

impl Command for ChangeWebhook {
    const PATH: &'static str = "/change-webhook";
    /// As it is now, if it exists.
    type Reply = Option<StoredWebhook>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Self::Reply, Error> {
        let changed = sql.run(
            &format!(
                "UPDATE webhook SET definition = ?3, updated_at = ?4 WHERE site = ?1 AND id = ?2 \
                 RETURNING {COLUMNS}"
            ),
            vec![self.site.as_str().into(), self.id.as_str().into(), self.definition.into(), now.into()],
        )?;
        let Some(changed) = changed.one(StoredWebhook::read)? else { return Ok(None) };
        audit(sql, now, &self.actor, "webhook.update", &format!("{}/{}", self.site, self.id))?;
        Ok(Some(changed))
    }
}

/// Gives a webhook another secret. That of before signs, too, for a while; one from before that ends at once.
#[derive(Serialize, Deserialize)]
pub(crate) struct RotateSecret {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) overlap_seconds: u64,
    pub(crate) actor: String,
}

impl Command for RotateSecret {
    const PATH: &'static str = "/rotate-secret";
    /// As it is now, if it exists.
    type Reply = Option<StoredWebhook>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Self::Reply, Error> {
        let rotated = sql.run(
            &format!(
                "UPDATE webhook SET former_secret = CASE WHEN ?4 > ?5 THEN secret END, \
                 former_until = CASE WHEN ?4 > ?5 THEN ?4 END, secret = ?3 WHERE site = ?1 AND id = ?2 \
                 RETURNING {COLUMNS}"
            ),
            vec![
                self.site.as_str().into(),
                self.id.as_str().into(),
                self.secret.into(),
                until(now, self.overlap_seconds).into(),
                now.into(),
            ],
        )?;
        let Some(rotated) = rotated.one(StoredWebhook::read)? else { return Ok(None) };
        audit(sql, now, &self.actor, "webhook.rotate", &format!("{}/{}", self.site, self.id))?;
        Ok(Some(rotated))
    }
}

/// Deletes a webhook. What waits for it is told to nobody.
#[derive(Serialize, Deserialize)]
pub(crate) struct DeleteWebhook {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) actor: String,
}

impl Command for DeleteWebhook {
    const PATH: &'static str = "/delete-webhook";
    /// Whether it existed.
    type Reply = bool;

    fn run(self, sql: &impl Sql, now: i64) -> Result<bool, Error> {
        let statement = "DELETE FROM webhook WHERE site = ?1 AND id = ?2 RETURNING 1";
        let deleted = sql.run(statement, vec![self.site.as_str().into(), self.id.as_str().into()])?;
        if deleted.rows.is_empty() {
            return Ok(false);
        }
        audit(sql, now, &self.actor, "webhook.delete", &format!("{}/{}", self.site, self.id))?;
        Ok(true)
    }
}

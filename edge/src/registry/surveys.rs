//! Surveys: one draft that may change, and published versions that never do.

use super::schema::audit;
use super::sites::is_known;
use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::definition::Definition;
use sondeo_survey::frequency::Window;
use sondeo_survey::limits;
use std::collections::BTreeMap;

/// Whether a survey is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Never published.
    Draft,
    /// Asked, and answers are taken.
    Live,
    /// Not asked; answers that are under way are taken.
    Paused,
}

impl Status {
    /// As stored.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Live => "live",
            Status::Paused => "paused",
        }
    }

    fn of(name: &str) -> Result<Self, Error> {
        [Status::Draft, Status::Live, Status::Paused]
            .into_iter()
            .find(|status| status.name() == name)
            .ok_or_else(|| Error(format!("no status {name}")))
    }
}

/// A survey as its owner sees it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredSurvey {
    /// Its name in addresses.
    pub(crate) id: String,
    /// Over how many objects its answers are spread.
    pub(crate) shards: u16,
    /// The draft, as JSON.
    pub(crate) draft: String,
    /// The newest published version.
    pub(crate) version: Option<u32>,
    /// Whether it is asked.
    pub(crate) status: Status,
    /// What is published, as JSON.
    pub(crate) published: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) created_at: i64,
    /// Milliseconds since 1970.
    pub(crate) updated_at: i64,
}

const SELECT: &str = "SELECT s.id, s.shards, s.draft, s.version, s.status, v.definition, s.created_at, s.updated_at \
     FROM survey s LEFT JOIN survey_version v ON v.site = s.site AND v.survey = s.id AND v.version = s.version";

impl StoredSurvey {
    fn read(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: some(row.text()?)?,
            shards: some(row.number()?)?,
            draft: some(row.text()?)?,
            version: row.number()?,
            status: Status::of(&some(row.text()?)?)?,
            published: row.text()?,
            created_at: some(row.number()?)?,
            updated_at: some(row.number()?)?,
        })
    }
}

fn find(sql: &impl Sql, site: &str, id: &str) -> Result<Option<StoredSurvey>, Error> {
    let query = format!("{SELECT} WHERE s.site = ?1 AND s.id = ?2");
    sql.run(&query, vec![site.into(), id.into()])?.one(StoredSurvey::read)
}

/// Creates a survey or replaces its draft.
#[derive(Serialize, Deserialize)]
pub(crate) struct PutSurvey {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) draft: String,
    pub(crate) shards: Option<u16>,
    pub(crate) actor: String,
}

/// What became of a [`PutSurvey`].
#[derive(Serialize, Deserialize)]
pub(crate) enum PutReply {
    /// There is no such site.
    UnknownSite,
    /// What may not change any more: the members, as pointers without the first `/`.
    Fixed(Vec<String>),
    /// Written.
    Done {
        /// Whether the survey is new.
        created: bool,
        /// As it is now.
        survey: StoredSurvey,
    },
}

impl Command for PutSurvey {
    const PATH: &'static str = "/put-survey";
    type Reply = PutReply;

    fn run(self, sql: &impl Sql, now: i64) -> Result<PutReply, Error> {
        if !is_known(sql, &self.site)? {
            return Ok(PutReply::UnknownSite);
        }
        let before = find(sql, &self.site, &self.id)?;
        if let Some(before) = &before {
            let fixed = fixed(before, &self)?;
            if !fixed.is_empty() {
                return Ok(PutReply::Fixed(fixed));
            }
        }
        let created = before.is_none();
        sql.run(
            "INSERT INTO survey (site, id, shards, draft, version, status, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, NULL, 'draft', ?5, ?5) \
             ON CONFLICT (site, id) DO UPDATE SET draft = excluded.draft, updated_at = excluded.updated_at",
            vec![
                self.site.as_str().into(),
                self.id.as_str().into(),
                i64::from(self.shards.unwrap_or(limits::SHARDS_DEFAULT)).into(),
                self.draft.into(),
                now.into(),
            ],
        )?;
        let action = if created { "survey.create" } else { "survey.draft" };
        audit(sql, now, &self.actor, action, &format!("{}/{}", self.site, self.id))?;
        Ok(PutReply::Done { created, survey: some(find(sql, &self.site, &self.id)?)? })
    }
}

/// The members of a draft that differ from what cannot change any more: the shards, since answers lie in them, and
/// after the first publication metric and scale, since scores of two scales do not mix, and whether an answer stands for
/// an order or for whoever gave it, since later revisions would look for it under another key.
fn fixed(before: &StoredSurvey, put: &PutSurvey) -> Result<Vec<String>, Error> {
    let mut fixed = Vec::new();
    if let Some(published) = &before.published {
        let parse = |text: &str| {
            Definition::parse(text.as_bytes()).map_err(|faults| Error(format!("a stored survey: {faults}")))
        };
        let (old, new) = (parse(published)?, parse(&put.draft)?);
        if old.metric != new.metric {
            fixed.push("metric".into());
        } else if old.scale != new.scale {
            fixed.push("scale".into());
        }
        let is_by_order = |definition: &Definition| definition.frequency.window == Window::Order;
        if is_by_order(&old) != is_by_order(&new) {
            fixed.push("frequency/window".into());
        }
    }
    if put.shards.is_some_and(|shards| shards != before.shards) {
        fixed.push("shards".into());
    }
    Ok(fixed)
}

/// One survey.
#[derive(Serialize, Deserialize)]
pub(crate) struct GetSurvey {
    pub(crate) site: String,
    pub(crate) id: String,
}

impl Command for GetSurvey {
    const PATH: &'static str = "/get-survey";
    type Reply = Option<StoredSurvey>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Option<StoredSurvey>, Error> {
        find(sql, &self.site, &self.id)
    }
}

/// All surveys of a site, by name; nothing where the site is unknown.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListSurveys {
    pub(crate) site: String,
}

impl Command for ListSurveys {
    const PATH: &'static str = "/list-surveys";
    type Reply = Option<Vec<StoredSurvey>>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        if !is_known(sql, &self.site)? {
            return Ok(None);
        }
        let found = sql.run(&format!("{SELECT} WHERE s.site = ?1 ORDER BY s.id"), vec![self.site.into()])?;
        found.all(StoredSurvey::read).map(Some)
    }
}

/// All surveys of all sites, by name: site, survey, and over how many objects its answers are spread.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListShards {}

impl Command for ListShards {
    const PATH: &'static str = "/list-shards";
    type Reply = Vec<(String, String, u16)>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let found = sql.run("SELECT site, id, shards FROM survey ORDER BY site, id", vec![])?;
        found.all(|mut row| Ok((some(row.text()?)?, some(row.text()?)?, some(row.number()?)?)))
    }
}

/// Makes the draft a new version, unless it is the newest one already, and has the survey asked.
#[derive(Serialize, Deserialize)]
pub(crate) struct Publish {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) actor: String,
}

impl Command for Publish {
    const PATH: &'static str = "/publish";
    /// The version that is live now.
    type Reply = Option<u32>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Option<u32>, Error> {
        let Some(survey) = find(sql, &self.site, &self.id)? else { return Ok(None) };
        let current = survey.version.filter(|_| survey.published.as_ref() == Some(&survey.draft));
        let version = current.unwrap_or_else(|| survey.version.unwrap_or(0).saturating_add(1));
        if current == Some(version) && survey.status == Status::Live {
            return Ok(current);
        }
        let key =
            || [self.site.as_str().into(), self.id.as_str().into(), i64::from(version).into(), now.into()];
        if current.is_none() {
            let mut bindings = Vec::from(key());
            bindings.push(survey.draft.into());
            sql.run(
                "INSERT INTO survey_version (site, survey, version, definition, published_at) \
                 VALUES (?1, ?2, ?3, ?5, ?4)",
                bindings,
            )?;
        }
        sql.run(
            "UPDATE survey SET version = ?3, status = 'live', updated_at = ?4 WHERE site = ?1 AND id = ?2",
            Vec::from(key()),
        )?;
        audit(sql, now, &self.actor, "survey.publish", &format!("{}/{} {version}", self.site, self.id))?;
        Ok(Some(version))
    }
}

/// Has a survey asked no more. A draft stays a draft.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) actor: String,
}

impl Command for Pause {
    const PATH: &'static str = "/pause";
    /// The status that it has now.
    type Reply = Option<Status>;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Option<Status>, Error> {
        let Some(survey) = find(sql, &self.site, &self.id)? else { return Ok(None) };
        if survey.status != Status::Live {
            return Ok(Some(survey.status));
        }
        sql.run(
            "UPDATE survey SET status = 'paused', updated_at = ?3 WHERE site = ?1 AND id = ?2",
            vec![self.site.as_str().into(), self.id.as_str().into(), now.into()],
        )?;
        audit(sql, now, &self.actor, "survey.pause", &format!("{}/{}", self.site, self.id))?;
        Ok(Some(Status::Paused))
    }
}

/// A version as it was published.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredVersion {
    pub(crate) version: u32,
    /// As JSON.
    pub(crate) definition: String,
    /// Milliseconds since 1970.
    pub(crate) published_at: i64,
    /// Who published it first: a token's public name, by the audit log.
    pub(crate) actor: Option<String>,
}

/// The newest versions of a survey, newest first.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListVersions {
    pub(crate) site: String,
    pub(crate) id: String,
}

/// Most versions of one list: each may be 100 KB.
const VERSIONS: i64 = 50;

impl Command for ListVersions {
    const PATH: &'static str = "/list-versions";
    type Reply = Vec<StoredVersion>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let actors = sql.run(
            "SELECT min(rowid), subject, actor FROM audit \
             WHERE site = ?1 AND action = 'survey.publish' AND subject LIKE ?1 || '/' || ?2 || ' %' GROUP BY subject",
            vec![self.site.as_str().into(), self.id.as_str().into()],
        )?;
        let mut by = BTreeMap::new();
        for mut row in actors.rows {
            let _: Option<i64> = row.number()?;
            by.insert(row.text()?, row.text()?);
        }
        let versions = sql.run(
            "SELECT version, definition, published_at FROM survey_version \
             WHERE site = ?1 AND survey = ?2 ORDER BY version DESC LIMIT ?3",
            vec![self.site.as_str().into(), self.id.as_str().into(), VERSIONS.into()],
        )?;
        let read = |mut row: Row| {
            let version = some(row.number()?)?;
            let subject = format!("{}/{} {version}", self.site, self.id);
            let (definition, published_at) = (some(row.text()?)?, some(row.number()?)?);
            Ok(StoredVersion {
                version,
                definition,
                published_at,
                actor: by.remove(&Some(subject)).flatten(),
            })
        };
        versions.rows.into_iter().map(read).collect()
    }
}

//! Receipts of erasures. They say that something was erased, and never whose.

use super::schema::audit;
use super::sites::is_known;
use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::limits;

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredErasure {
    /// Made from the time, so that receipts sort by it.
    pub(crate) id: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// What kind of subject it was.
    pub(crate) kind: String,
    /// The only survey that was asked; none is all of the site.
    pub(crate) survey: Option<String>,
    /// So many answers, as far as Shards have said.
    pub(crate) erased: u32,
    /// The token's public name, or `visitor`.
    pub(crate) actor: String,
    /// Where it goes on; none when it is done.
    pub(crate) next: Option<String>,
}

const COLUMNS: &str = "id, at, kind, survey, erased, actor, next";

impl StoredErasure {
    fn read(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: some(row.text()?)?,
            at: some(row.number()?)?,
            kind: some(row.text()?)?,
            survey: row.text()?,
            erased: some(row.number()?)?,
            actor: some(row.text()?)?,
            next: row.text()?,
        })
    }
}

/// Begins an erasure: from now on there is a receipt that is not done.
#[derive(Serialize, Deserialize)]
pub(crate) struct BeginErasure {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) survey: Option<String>,
    pub(crate) actor: String,
    /// Whether an erasure with this id goes on.
    pub(crate) goes_on: bool,
}

/// What became of a [`BeginErasure`].
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Begun {
    UnknownSite,
    UnknownSurvey,
    /// None with this id, of this kind, for these surveys, is under way.
    UnknownErasure,
    /// The surveys to ask, by name, and over how many shards each is spread.
    Surveys(Vec<(String, u16)>),
}

impl Command for BeginErasure {
    const PATH: &'static str = "/begin-erasure";
    type Reply = Begun;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Begun, Error> {
        let site = self.site.as_str();
        if !is_known(sql, site)? {
            return Ok(Begun::UnknownSite);
        }
        let surveys = sql.run(
            "SELECT id, shards FROM survey WHERE site = ?1 AND id = coalesce(?2, id) ORDER BY id",
            vec![site.into(), self.survey.clone().into()],
        )?;
        let surveys = surveys.all(|mut row| Ok((some(row.text()?)?, some(row.number()?)?)))?;
        if surveys.is_empty() && self.survey.is_some() {
            return Ok(Begun::UnknownSurvey);
        }
        if self.goes_on {
            let known = find(sql, site, &self.id)?.filter(|known| {
                known.next.is_some() && known.kind == self.kind && known.survey == self.survey
            });
            return Ok(if known.is_some() { Begun::Surveys(surveys) } else { Begun::UnknownErasure });
        }
        sql.run(
            "INSERT INTO erasure (site, id, at, kind, survey, erased, actor, next) \
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)",
            vec![
                site.into(),
                self.id.as_str().into(),
                now.into(),
                self.kind.into(),
                self.survey.into(),
                self.actor.as_str().into(),
                surveys.first().map(|(survey, _)| format!("{}.{survey}.0", self.id)).into(),
            ],
        )?;
        audit(sql, now, &self.actor, "erasure.create", &format!("{site} {}", self.id))?;
        Ok(Begun::Surveys(surveys))
    }
}

/// Adds to an erasure what Shards have erased.
#[derive(Serialize, Deserialize)]
pub(crate) struct NoteErasure {
    pub(crate) site: String,
    pub(crate) id: String,
    pub(crate) erased: u32,
    /// Whether all that were asked have answered; else it goes on where it was.
    pub(crate) is_whole: bool,
    /// Where it goes on; none when it is done.
    pub(crate) next: Option<String>,
}

impl Command for NoteErasure {
    const PATH: &'static str = "/note-erasure";
    type Reply = Option<StoredErasure>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        sql.run(
            "UPDATE erasure SET erased = erased + ?3, next = CASE ?4 WHEN 1 THEN ?5 ELSE next END WHERE site = ?1 AND id = ?2",
            vec![
                self.site.as_str().into(),
                self.id.as_str().into(),
                i64::from(self.erased).into(),
                i64::from(self.is_whole).into(),
                self.next.into(),
            ],
        )?;
        find(sql, &self.site, &self.id)
    }
}

fn find(sql: &impl Sql, site: &str, id: &str) -> Result<Option<StoredErasure>, Error> {
    let query = format!("SELECT {COLUMNS} FROM erasure WHERE site = ?1 AND id = ?2");
    sql.run(&query, vec![site.into(), id.into()])?.one(StoredErasure::read)
}

/// Receipts of a site, newest first: the one with an id, or a page of those before one.
#[derive(Serialize, Deserialize)]
pub(crate) struct GetErasures {
    pub(crate) site: String,
    pub(crate) id: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) limit: u32,
}

impl GetErasures {
    /// One receipt.
    pub(crate) fn one(site: &str, id: String) -> Self {
        Self { site: site.into(), id: Some(id), before: None, limit: 1 }
    }
}

impl Command for GetErasures {
    const PATH: &'static str = "/get-erasures";
    type Reply = Vec<StoredErasure>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        if let Some(id) = &self.id {
            return Ok(find(sql, &self.site, id)?.into_iter().collect());
        }
        // No id begins with `~`.
        let before = self.before.unwrap_or_else(|| "~".into());
        let query =
            format!("SELECT {COLUMNS} FROM erasure WHERE site = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
        let limit = i64::from(self.limit.min(limits::PAGE.0 + 1));
        sql.run(&query, vec![self.site.into(), before.into(), limit.into()])?.all(StoredErasure::read)
    }
}

//! `/console/{site}/surveys/{survey}/versions`: what was published when, by whom, and what changed; going live and pausing.

use super::editor::{address, document, find, parsed, slug};
use super::page::Page;
use super::parts::{self, Column};
use super::visit::{Visit, done};
use crate::api;
use crate::problem::Problem;
use crate::registry;
use crate::registry::surveys::{ListVersions, Status, StoredSurvey, StoredVersion};
use maud::{Markup, html};
use serde_json::Value;
use sondeo_survey::access::Scope;
use sondeo_survey::change::{Change, changes};
use sondeo_survey::slug::Slug;
use worker::Response;

/// Whether a survey is asked, links between its pages, and what it can be told by whoever may. `here` is the page that they are
/// on: `edit`, `versions`, `share` or another one.
pub(crate) fn acts(visit: &Visit<'_>, survey: &StoredSurvey, here: &str) -> Markup {
    let words = visit.texts.editing;
    let pages = [("edit", words.edit), ("versions", words.versions), ("share", words.share)];
    html! {
        // A survey's own page says it below its title.
        @if !here.is_empty() { (super::overview::status(visit, survey.status)) }
        @if visit.can(Scope::SurveyWrite) {
            @for (page, label) in pages.into_iter().filter(|(page, _)| *page != here) {
                a class="button" href=(address(visit, &survey.id, page)) { (label) }
            }
        }
        @if visit.can(Scope::SurveyWrite) && survey.status == Status::Live { a class="button" href=(address(visit, &survey.id, "pause")) { (words.pause) } }
    }
}

/// 1. `survey:write` — 403
/// 2. The survey and its versions — 404, 503
pub(super) async fn show(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let survey = find(visit, id).await?;
    let versions = list(visit, id).await?;
    let words = visit.texts.editing;
    let draft = if let Some(published) = &survey.published {
        difference(visit, &changes(&parsed(published)?, &document(&survey)?))
    } else {
        html! { p class="soft" { (words.unpublished) } }
    };
    let mut sections = Vec::new();
    for (at, version) in versions.iter().enumerate() {
        let before = versions.get(at.saturating_add(1));
        sections.push(one(visit, &survey, version, before)?);
    }
    let content = html! {
        section class="panel" {
            h2 { (words.the_draft) }
            (draft)
            p { a class="button" href=(address(visit, id, "publish")) { (words.publish) } }
        }
        @for section in &sections { (section) }
    };
    page(visit, &survey, words.versions, acts(visit, &survey, "versions"), content)
}

/// A page of a survey, below the survey's own.
pub(super) fn page(
    visit: &Visit<'_>,
    survey: &StoredSurvey,
    title: &str,
    acts: Markup,
    content: Markup,
) -> Result<Response, Problem> {
    let (name, home) = (self::title(survey), address(visit, &survey.id, ""));
    let crumbs = &[(name.as_str(), home.trim_end_matches('/'))];
    visit.page(200, &Page { title, crumbs, acts, content, ..Page::default() })
}

fn one(
    visit: &Visit<'_>,
    survey: &StoredSurvey,
    version: &StoredVersion,
    before: Option<&StoredVersion>,
) -> Result<Markup, Problem> {
    let words = visit.texts.editing;
    let changed = if let Some(before) = before {
        difference(visit, &changes(&parsed(&before.definition)?, &parsed(&version.definition)?))
    } else {
        html! { p class="soft" { (words.first) } }
    };
    let is_newest = survey.version == Some(version.version);
    Ok(html! {
        section class="panel" {
            div class="title" {
                h2 { (words.version) " " (version.version) }
                p class="soft" {
                    (parts::moment(visit, version.published_at))
                    @if let Some(actor) = &version.actor { ", " (words.by) " " code { (actor) } }
                }
                @if is_newest { (super::overview::status(visit, survey.status)) }
            }
            (changed)
            @if !is_newest {
                p { a class="button" href=(address(visit, &survey.id, &format!("versions/{}", version.version))) { (words.again) } }
            }
        }
    })
}

/// What changed, as a table: where, what was, what is.
fn difference(visit: &Visit<'_>, changes: &[Change]) -> Markup {
    let words = visit.texts.editing;
    let columns = [Column::Words(words.place), Column::Words(words.was), Column::Words(words.is)];
    let value = |value: &Option<String>| {
        if let Some(value) = value {
            html! { code { (value) } }
        } else {
            html! { span class="soft" { (words.nothing) } }
        }
    };
    let rows: Vec<Vec<Markup>> = changes
        .iter()
        .map(|change| vec![html! { code { (change.pointer) } }, value(&change.old), value(&change.new)])
        .collect();
    html! {
        @if rows.is_empty() { p class="soft" { (words.unchanged) } } @else { (parts::table(words.versions, &columns, &rows)) }
    }
}

/// Asks before visitors see something else. `what` is a page of the survey: `publish`, `pause`, or `versions/N`.
///
/// 1. `survey:write` — 403
/// 2. The survey, the version — 404, 503
pub(super) async fn ask(visit: &Visit<'_>, id: &str, what: &str) -> Result<Response, Problem> {
    let survey = find(visit, id).await?;
    let words = visit.texts.editing;
    let live = survey.published.as_deref().map(parsed).transpose()?.unwrap_or(Value::Null);
    let (question, act, next) = match what.split_once('/') {
        Some((_, number)) => {
            let version = version(visit, id, number).await?;
            (words.again_question, words.publish_now, Some(parsed(&version.definition)?))
        }
        None if what == "pause" => (words.pause_question, words.pause_now, None),
        None => (words.publish_question, words.publish_now, Some(document(&survey)?)),
    };
    let content = html! {
        form class="confirm" method="post" action=(address(visit, id, what)) {
            (parts::token(visit))
            p { (question) }
            @if let Some(next) = next.filter(|_| !live.is_null()) { (difference(visit, &changes(&live, &next))) }
            div class="row" {
                button class="button main" { (act) }
                a class="button" href=(address(visit, id, "edit")) { (visit.texts.cancel) }
            }
        }
    };
    page(visit, &survey, act, html! {}, content)
}

/// Makes the draft live — 403, 404, 503
pub(super) async fn publish(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    find(visit, id).await?;
    let id = Slug::parse(id).ok_or(Problem::UnknownSurvey)?;
    api::surveys::go_live(visit.env(), &slug(visit)?, &id, visit.actor()).await?;
    done(&address(visit, id.as_str(), "share"), "published")
}

/// Asks no more — 403, 404, 503
pub(super) async fn pause(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    find(visit, id).await?;
    let id = Slug::parse(id).ok_or(Problem::UnknownSurvey)?;
    api::surveys::stop(visit.env(), &slug(visit)?, &id, visit.actor()).await?;
    done(&address(visit, id.as_str(), "edit"), "paused")
}

/// Makes an older version the draft, and that live: a version of its own, as none ever changes — 403, 404, 503
pub(super) async fn again(visit: &Visit<'_>, id: &str, number: &str) -> Result<Response, Problem> {
    find(visit, id).await?;
    let version = version(visit, id, number).await?;
    api::surveys::store(visit.env(), &slug(visit)?, id, version.definition.as_bytes(), visit.actor()).await?;
    publish(visit, id).await
}

async fn list(visit: &Visit<'_>, id: &str) -> Result<Vec<StoredVersion>, Problem> {
    let list = ListVersions { site: visit.here()?.id.clone(), id: id.to_owned() };
    registry::send(visit.env(), &list).await
}

async fn version(visit: &Visit<'_>, id: &str, number: &str) -> Result<StoredVersion, Problem> {
    let versions = list(visit, id).await?;
    versions.into_iter().find(|one| one.version.to_string() == number).ok_or(Problem::NotFound)
}

/// What the survey is called.
pub(super) fn title(survey: &StoredSurvey) -> String {
    let document = document(survey).unwrap_or_default();
    document.get("title").and_then(Value::as_str).unwrap_or(&survey.id).to_owned()
}

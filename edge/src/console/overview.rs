//! `/console/{site}`: every survey with its score, and the journey.

use super::figures::{self, Figure};
use super::page::{Page, Place};
use super::parts::{self, Column};
use super::visit::Visit;
use crate::api;
use crate::problem::Problem;
use crate::registry;
use crate::registry::surveys::{ListSurveys, Status, StoredSurvey};
use crate::shard::Shards;
use crate::shard::count::Count;
use crate::shard::read::Flagged;
use futures_util::future;
use maud::{Markup, html};
use sondeo_survey::access::Scope;
use sondeo_survey::definition::Definition;
use sondeo_survey::stats::ScoreTally;
use worker::Response;

/// What the overview tells of: the last twelve weeks.
const SPAN_MS: i64 = 84 * 86_400_000;

/// A survey as the overview shows it.
struct Row {
    id: String,
    status: Status,
    definition: Definition,
    /// None where the visitor may not see answers.
    figure: Option<Figure>,
}

/// 1. Any scope; scores only with `responses:read`
/// 2. The Registry, and the counts of all Shards — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    let site = visit.here()?;
    let mut surveys = registry::send(visit.env(), &ListSurveys { site: site.id.clone() })
        .await?
        .ok_or(Problem::UnknownSite)?;
    // The journey's order is that in which its surveys were made.
    surveys.sort_by_key(|survey| survey.created_at);
    let rows = future::try_join_all(surveys.into_iter().map(|survey| row(visit, &site.id, survey))).await?;
    let texts = visit.texts;
    let new = format!("/console/{}/new-survey", site.id);
    let new = html! { @if visit.can(Scope::SurveyWrite) { a class="button main" href=(new) { (texts.new_survey) } } };
    let content = if rows.is_empty() {
        let step = html! { (tag(visit, &site.id)?) div class="row" { (new) } };
        parts::empty(texts.no_surveys[0], texts.no_surveys[1], &step)
    } else {
        html! { (journey(visit, &rows)) (list(visit, &site.id, &rows)) }
    };
    let acts = if rows.is_empty() {
        html! {}
    } else {
        new
    };
    visit.page(200, &Page { title: texts.overview, place: Place::Overview, acts, content, ..Page::default() })
}

async fn row(visit: &Visit<'_>, site: &str, survey: StoredSurvey) -> Result<Row, Problem> {
    let definition = api::surveys::parse(&survey.id, survey.published.as_deref().unwrap_or(&survey.draft))?;
    let figure = if visit.can(Scope::ResponsesRead) {
        let now = visit.call.now;
        let shards = Shards::new(visit.env(), site, &survey.id, survey.shards);
        let bounds = vec![now.saturating_sub(SPAN_MS), now.saturating_add(1)];
        let count = Count { bounds, flagged: Flagged::Exclude, by: None, orders_from: None };
        let counted = shards.send_all(&count).await?;
        let tally = counted
            .into_iter()
            .flat_map(|counted| counted.spans)
            .fold(ScoreTally::default(), ScoreTally::merge);
        Some(Figure::of(definition.metric, definition.scale, &tally))
    } else {
        None
    };
    Ok(Row { id: survey.id, status: survey.status, definition, figure })
}

/// The tag, to copy into the site's pages.
pub(super) fn tag(visit: &Visit<'_>, site: &str) -> Result<Markup, Problem> {
    Ok(parts::copy(visit, &api::tag::plain(&visit.call.origin()?, site)))
}

fn list(visit: &Visit<'_>, site: &str, rows: &[Row]) -> Markup {
    let texts = visit.texts;
    let columns = [
        Column::Words(texts.survey),
        Column::Words(texts.status),
        Column::Words(texts.metric),
        Column::Numbers(texts.score),
        Column::Numbers(texts.answers),
        Column::Words(texts.shares),
    ];
    let rows: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let title =
                html! { a href={ "/console/" (site) "/surveys/" (row.id) } { (row.definition.title) } };
            let metric = html! { (row.definition.metric.name().to_uppercase()) };
            let mut cells = vec![title, status(visit, row.status), metric];
            if let Some(figure) = &row.figure {
                cells.extend([
                    figures::score(visit, figure, "score"),
                    figures::count(visit, figure.n),
                    figures::stack(visit, figure),
                ]);
            }
            cells
        })
        .collect();
    let few = if visit.can(Scope::ResponsesRead) { columns.len() } else { 3 };
    html! {
        section class="block" {
            div class="title" { h2 { (texts.surveys) } @if visit.can(Scope::ResponsesRead) { p class="soft" { (texts.last_weeks) } } }
            (parts::table(texts.surveys, columns.get(..few).unwrap_or_default(), &rows))
        }
    }
}

/// Whether a survey is asked.
pub(crate) fn status(visit: &Visit<'_>, status: Status) -> Markup {
    let (class, word) = match status {
        Status::Live => ("badge live", visit.texts.live),
        Status::Paused => ("badge", visit.texts.paused),
        Status::Draft => ("badge", visit.texts.draft),
    };
    html! { span class=(class) { (word) } }
}

/// The touchpoints in a row. The weakest is the one with the largest share of unhappy answers, which scores of several
/// metrics have in common.
fn journey(visit: &Visit<'_>, rows: &[Row]) -> Markup {
    let places = rows.iter().filter_map(|row| {
        let figure = row.figure.as_ref().filter(|_| row.status != Status::Draft)?;
        Some((row.definition.touchpoint.as_deref()?, row, figure))
    });
    let places: Vec<(&str, &Row, &Figure)> = places.collect();
    if places.len() < 2 {
        return html! {};
    }
    let enough = places.iter().filter(|(_, _, figure)| figure.n >= figures::FEW && figure.unhappy() > 0.0);
    let weakest = enough.max_by(|(_, _, a), (_, _, b)| a.unhappy().total_cmp(&b.unhappy()));
    let weakest = weakest.map(|(_, row, _)| row.id.as_str());
    let site = visit.site().map_or("", |site| site.id.as_str());
    html! {
        section class="block" {
            div class="title" { h2 { (visit.texts.journey) } p class="soft" { (visit.texts.last_weeks) } }
            ol class="journey" {
                @for (touchpoint, row, figure) in &places {
                    li class=[(weakest == Some(&row.id)).then_some("weakest")] {
                        h3 { (touchpoint) }
                        a href={ "/console/" (site) "/surveys/" (row.id) } { (figures::score(visit, figure, "score")) }
                        (figures::stack(visit, figure))
                        p class="soft" { (row.definition.metric.name().to_uppercase()) ", n = " (figures::count(visit, figure.n)) }
                        @if weakest == Some(&row.id) { p class="badge weak" { (visit.texts.weakest) } }
                    }
                }
            }
        }
    }
}

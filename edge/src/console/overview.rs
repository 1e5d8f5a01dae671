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
use crate::shard::exposure;
use crate::shard::read::{Flagged, Period};
use crate::zone::Zone;
use futures_util::future;
use jiff::ToSpan;
use maud::{Markup, html};
use sondeo_survey::access::Scope;
use sondeo_survey::definition::Definition;
use sondeo_survey::stats::{ScoreTally, ShareScore, response_rate};
use std::iter;
use worker::Response;

/// What the overview tells of: the last twelve weeks, which end today.
const WEEKS: usize = 12;

/// A survey as the overview shows it.
struct Row {
    id: String,
    status: Status,
    definition: Definition,
    /// None where the visitor may not see answers.
    figure: Option<Figure>,
    /// Of those to whom the question was shown, the share that answered, in percent.
    rate: Option<ShareScore>,
    /// The score of each week; a week without answers has none.
    trend: [Option<f64>; WEEKS],
}

/// 1. Any scope; scores only with `responses:read`
/// 2. The Registry, and the counts of all Shards — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    let site = visit.here()?;
    let mut surveys = registry::send(visit.env(), &ListSurveys { site: site.id.clone() })
        .await?
        .ok_or(Problem::UnknownSite)?;
    // The journey's order is that in which its surveys were made.
    let surveys = iter::from_fn(|| api::stats::oldest(&mut surveys));
    let rows = future::try_join_all(surveys.map(|survey| row(visit, &site.id, survey))).await?;
    let texts = visit.texts;
    let new = format!("/console/{}/new-survey", site.id);
    let new = html! { @if visit.can(Scope::SurveyWrite) { a class="button main" href=(new) { (texts.new_survey) } } };
    let content = if rows.is_empty() {
        let step = html! { (tag(visit, &site.id)?) div class="row" { (new) } };
        parts::empty(texts.no_surveys[0], texts.no_surveys[1], &step)
    } else {
        let since = since(visit)?;
        html! { (journey(visit, &rows, &since)) (list(visit, &since, &rows)) }
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
    let mut row = Row {
        id: survey.id,
        status: survey.status,
        definition,
        figure: None,
        rate: None,
        trend: [None; WEEKS],
    };
    if visit.can(Scope::ResponsesRead) {
        let shards = Shards::new(visit.env(), site, &row.id, survey.shards);
        let weeks = weeks(visit)?;
        let period =
            Period { from: weeks.first().copied().unwrap_or(0), to: visit.call.now.saturating_add(1) };
        let count = Count { bounds: weeks, flagged: Flagged::Exclude, by: None, orders_from: None };
        let (counted, exposures) =
            future::try_join(shards.send_all(&count), exposure::sum(&shards, period)).await?;
        let mut weeks = [ScoreTally::default(); WEEKS];
        for counted in counted {
            for (week, more) in weeks.iter_mut().zip(counted.spans) {
                *week = week.merge(more);
            }
        }
        let (metric, scale) = (row.definition.metric, row.definition.scale);
        let figure =
            Figure::of(metric, scale, &weeks.into_iter().fold(ScoreTally::default(), ScoreTally::merge));
        row.trend = weeks.map(|week| Figure::of(metric, scale, &week).value);
        row.rate = response_rate(figure.n, exposures.shown);
        row.figure = Some(figure);
    }
    Ok(row)
}

/// The first of the days that it tells of, as addresses have it.
fn since(visit: &Visit<'_>) -> Result<String, Problem> {
    let today = Zone::of_site(&visit.here()?.settings.time_zone)?.day(visit.call.now);
    Ok(today.saturating_sub((7 * i64::try_from(WEEKS).unwrap_or_default() - 1).days()).to_string())
}

/// Where a survey's page is.
fn page_of(visit: &Visit<'_>, survey: &str) -> String {
    let site = visit.site().map_or("", |site| site.id.as_str());
    format!("/console/{site}/surveys/{survey}")
}

/// When each week begins in the site's zone, and the end of today so far.
fn weeks(visit: &Visit<'_>) -> Result<Vec<i64>, Problem> {
    let zone = Zone::of_site(&visit.here()?.settings.time_zone)?;
    let today = zone.day(visit.call.now);
    let first = |back: usize| {
        let days = i64::try_from(7 * back).unwrap_or_default() - 1;
        zone.beginning(today.saturating_sub(days.days()))
    };
    let starts = (1..=WEEKS).rev().map(first);
    Ok(starts.chain([visit.call.now.saturating_add(1)]).collect())
}

/// The tag, to copy into the site's pages.
pub(super) fn tag(visit: &Visit<'_>, site: &str) -> Result<Markup, Problem> {
    Ok(parts::copy(visit, &api::tag::plain(&visit.call.origin()?, site)))
}

fn list(visit: &Visit<'_>, since: &str, rows: &[Row]) -> Markup {
    let texts = visit.texts;
    let columns = [
        Column::Words(texts.survey),
        Column::Words(texts.status),
        Column::Words(texts.metric),
        Column::Numbers(texts.score),
        Column::Words(texts.trend),
        Column::Numbers(texts.answers),
        Column::Numbers(texts.response_rate),
        Column::Words(texts.shares),
    ];
    let rows: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let page = page_of(visit, &row.id);
            let title = html! { a href=(page) { (row.definition.title) } };
            let metric = html! { (row.definition.metric.name().to_uppercase()) };
            let mut cells = vec![title, status(visit, row.status), metric];
            if let Some(figure) = &row.figure {
                cells.extend([
                    figures::score(visit, figure, "score"),
                    figures::sparkline(visit, figure, row.definition.scale, &row.trend),
                    html! { a href={ (page) "/answers?flagged=exclude&from=" (since) } { (figures::count(visit, figure.n)) } },
                    html! { @if let Some(rate) = &row.rate { (visit.format.percent(rate.score / 100.0)) } },
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
fn journey(visit: &Visit<'_>, rows: &[Row], since: &str) -> Markup {
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
    html! {
        section class="block" {
            div class="title" { h2 { (visit.texts.journey) } p class="soft" { (visit.texts.last_weeks) } }
            ol class="journey" {
                @for (touchpoint, row, figure) in &places {
                    li class=[(weakest == Some(&row.id)).then_some("weakest")] {
                        h3 { (touchpoint) }
                        a href={ (page_of(visit, &row.id)) "?from=" (since) } { (figures::score(visit, figure, "score")) }
                        (figures::stack(visit, figure))
                        p class="soft" { (row.definition.metric.name().to_uppercase()) ", n = " (figures::count(visit, figure.n)) }
                        @if weakest == Some(&row.id) { p class="badge weak" { (visit.texts.weakest) } }
                    }
                }
            }
        }
    }
}

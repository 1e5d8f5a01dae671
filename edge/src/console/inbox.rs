//! `/console/{site}/inbox`: unhappy answers that nobody has looked after, of all surveys of a site, and how long that takes.

use super::answers::{Found, Item, after, cursor, cut, find, item};
use super::page::{Page, Place};
use super::parts;
use super::span::address;
use super::visit::Visit;
use crate::api;
use crate::problem::Problem;
use crate::registry;
use crate::registry::surveys::ListSurveys;
use crate::shard::Shards;
use crate::shard::read::list::Closing;
use crate::shard::read::{Filter, Flagged, Period, StoredResponse};
use futures_util::future;
use maud::{Markup, html};
use sondeo_survey::access::Scope;
use sondeo_survey::slug::Slug;
use worker::Response;

const DAY_MS: i64 = 86_400_000;

/// A survey that may have answers.
struct Asked {
    survey: Slug,
    title: String,
    shards: Shards,
    unhappy: Filter,
}

/// 1. `responses:read` — 403
/// 2. The Registry, and pages of all Shards — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    visit.may(Scope::ResponsesRead)?;
    let site = visit.here()?;
    let is_handled = visit.parameter("show").as_deref() == Some("handled");
    let surveys = asked(visit, &site.id).await?;
    let lists = |handled: bool| {
        surveys
            .iter()
            .map(move |asked| (&asked.shards, Filter { handled: Some(handled), ..asked.unhappy.clone() }))
    };
    let (found, times) = future::try_join(
        find(lists(is_handled), is_handled, after(visit)),
        future::try_join_all(lists(true).map(|(shards, filter)| {
            let closing = Closing { filter, since: visit.call.now.saturating_sub(90 * DAY_MS) };
            async move { shards.send_all(&closing).await }
        })),
    )
    .await?;
    let total: u64 = found.iter().map(|found| found.total).sum();
    let mut lines = Vec::new();
    for (asked, Found { lines: found, .. }) in surveys.iter().zip(found) {
        lines.extend(found.into_iter().map(|(position, line)| (position, (asked, line))));
    }
    let next = cut(&mut lines, is_handled);
    let mut items = Vec::new();
    for (_, (asked, line)) in &lines {
        let stored = StoredResponse::read(line.as_bytes())?;
        let (survey, title) = (&asked.survey, Some(asked.title.as_str()));
        items.push(item(visit, &Item { survey, title, stored, form: Some("inbox") })?);
    }
    let median = median(times.into_iter().flatten().flatten().collect());
    let path = format!("/console/{}/inbox", site.id);
    let shown = is_handled.then_some(("show", "handled".to_owned()));
    let newest = after(visit).map(|_| address(&path, shown.clone()));
    let older = next.map(|next| address(&path, shown.into_iter().chain([("after", cursor(next))])));
    let texts = visit.texts.reading;
    let content = html! {
        p class="soft" { (texts.inbox_hint) }
        (figures(visit, is_handled, total, median))
        (tabs(visit, &path, is_handled))
        @if items.is_empty() {
            @let words = if is_handled { texts.handled_empty } else { texts.inbox_empty };
            (parts::empty(words[0], words[1], &html! {}))
        } @else {
            ul class="answers" { @for item in &items { li { (item) } } }
            (parts::pager(visit, newest.as_deref(), older.as_deref()))
        }
    };
    let title = visit.texts.inbox;
    visit.page(200, &Page { title, place: Place::Inbox, content, ..Page::default() })
}

async fn asked(visit: &Visit<'_>, site: &str) -> Result<Vec<Asked>, Problem> {
    let stored = registry::send(visit.env(), &ListSurveys { site: site.to_owned() }).await?;
    let mut surveys = Vec::new();
    for survey in stored.ok_or(Problem::UnknownSite)? {
        let (Some(published), Some(slug)) = (&survey.published, Slug::parse(&survey.id)) else { continue };
        let definition = api::surveys::parse(&survey.id, published)?;
        let [.., unhappy] = definition.metric.segments();
        let period = Period { from: 0, to: visit.call.now.saturating_add(1) };
        let unhappy = Filter {
            flagged: Flagged::Exclude,
            segment: Some(unhappy.name().to_owned()),
            ..Filter::of(period)
        };
        let shards = Shards::new(visit.env(), site, &survey.id, survey.shards);
        surveys.push(Asked { survey: slug, title: definition.title, shards, unhappy });
    }
    Ok(surveys)
}

fn figures(visit: &Visit<'_>, is_handled: bool, total: u64, median: Option<i64>) -> Markup {
    let texts = visit.texts.reading;
    html! {
        section class="panel hero" {
            p class="large" {
                strong id="total" { (visit.format.count(total)) } " "
                span class="soft" { (if is_handled { texts.handled } else { texts.waiting }) }
            }
            p {
                @if let Some(median) = median {
                    span class="figure" { (visit.format.duration(median)) } br;
                    span class="small" { (texts.median) ", " (texts.median_hint) }
                } @else {
                    span class="small" { (texts.no_median) }
                }
            }
        }
    }
}

fn tabs(visit: &Visit<'_>, path: &str, is_handled: bool) -> Markup {
    let texts = visit.texts.reading;
    html! {
        nav aria-label=(texts.handling) class="row" {
            ul class="tabs" {
                li { a href=(path) aria-current=[(!is_handled).then_some("true")] { (texts.waiting) } }
                li { a href={ (path) "?show=handled" } aria-current=[is_handled.then_some("true")] { (texts.handled) } }
            }
        }
    }
}

/// The middle one, or the mean of the two in the middle.
fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    let upper = *times.get(times.len() / 2)?;
    if times.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *times.get(times.len() / 2 - 1)?;
    Some(i64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        for (times, expected) in [
            (vec![], None),
            (vec![7], Some(7)),
            (vec![9, 1], Some(5)),
            (vec![90, 1, 3], Some(3)),
            (vec![8, 2, 4, 6], Some(5)),
        ] {
            assert_eq!(median(times), expected);
        }
    }
}

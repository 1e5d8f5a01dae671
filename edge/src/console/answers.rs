//! `/console/{site}/surveys/{survey}/answers`: the answers behind the numbers, one of them with all that is known of it, and
//! downloads. Which answers are meant is said as for exports.

mod item;
mod one;

pub(super) use item::{Item, item};
pub(super) use one::{handle, show};

use super::page::{Page, Place};
use super::parts;
use super::span::{self, Span, address};
use super::survey::Here;
use super::visit::Visit;
use crate::api;
use crate::clock;
use crate::problem::Problem;
use crate::shard::Shards;
use crate::shard::read::list::List;
use crate::shard::read::{AttributeNames, Filter, Flagged, StoredResponse};
use futures_util::future;
use maud::{Markup, html};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;
use worker::Response;

/// Answers on a page.
pub(super) const ROWS: u32 = 50;

/// What a filter's form and links say of it, besides the time.
const PARAMETERS: [&str; 10] =
    ["q", "segment", "commented", "handled", "flagged", "touchpoint", "locale", "score", "by", "value"];

/// Answers of several Shards, in one order.
pub(super) struct Found {
    /// As lines, with their places.
    pub(super) lines: Vec<((i64, Uuid), String)>,
    pub(super) total: u64,
    /// The last one's place, where there are more after it.
    pub(super) next: Option<(i64, Uuid)>,
}

/// Asks all Shards of some surveys — 503
pub(super) async fn find(
    lists: impl IntoIterator<Item = (&Shards, Filter)>,
    newest_first: bool,
    after: Option<(i64, Uuid)>,
) -> Result<Vec<Found>, Problem> {
    let ask = lists.into_iter().map(|(shards, filter)| async move {
        let list = List { filter, newest_first, after, rows: ROWS + 1 };
        let replies = shards.send_all(&list).await?;
        let total = replies.iter().map(|listed| listed.total).sum();
        let mut lines = Vec::new();
        for line in replies.into_iter().flat_map(|listed| listed.lines) {
            lines.push((StoredResponse::read(line.as_bytes())?.position(), line));
        }
        Ok::<_, Problem>(Found { lines, total, next: None })
    });
    future::try_join_all(ask).await
}

/// Puts them in order and leaves out what does not fit onto the page: says where it ends, if it does not hold all.
pub(super) fn cut<T>(lines: &mut Vec<((i64, Uuid), T)>, newest_first: bool) -> Option<(i64, Uuid)> {
    lines.sort_by_key(|(position, _)| *position);
    if newest_first {
        lines.reverse();
    }
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let has_more = lines.len() > rows;
    lines.truncate(rows);
    lines.last().filter(|_| has_more).map(|(position, _)| *position)
}

/// The place of the last answer on the page before.
pub(super) fn after(visit: &Visit<'_>) -> Option<(i64, Uuid)> {
    let text = visit.parameter("after")?;
    let (time, id) = text.split_once('.')?;
    Some((time.parse().ok()?, Uuid::try_parse(id).ok()?))
}

/// [`after`], to be written into an address.
pub(super) fn cursor((time, id): (i64, Uuid)) -> String {
    format!("{time}.{id}")
}

/// All attributes that answers have.
pub(super) async fn attribute_names(shards: &Shards) -> Result<Vec<String>, Problem> {
    let names: BTreeSet<String> = shards.send_all(&AttributeNames).await?.into_iter().flatten().collect();
    Ok(names.into_iter().collect())
}

/// What the address asks for, as the API has it: the time in instants, fields that say nothing left out.
fn asked(visit: &Visit<'_>, span: &Span) -> HashMap<String, String> {
    let mut asked: HashMap<String, String> = PARAMETERS
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), visit.parameter(name)?)))
        .filter(|(name, value)| name == "value" || !value.trim().is_empty())
        .collect();
    if let Some(from) = span.from {
        asked.insert("from".into(), clock::rfc3339(from));
    }
    asked.insert("to".into(), clock::rfc3339(span.to));
    asked
}

/// 1. `responses:read` — 403
/// 2. The survey — 404, 503
/// 3. Which answers — 422, with the form again
/// 4. A page of all Shards — 503
pub(super) async fn list(visit: &Visit<'_>, survey: &str) -> Result<Response, Problem> {
    let here = Here::find(visit, survey).await?;
    let span = Span::read(visit, &span::zone(visit)?);
    let asked = asked(visit, &span);
    let texts = visit.texts.reading;
    let (status, found) = match api::export::filter(&asked, visit.call.now, Flagged::Include) {
        Ok(filter) => {
            let shards = api::surveys::shards(visit.env(), &here.site, &here.survey).await?;
            let found = find([(&shards, filter)], true, after(visit)).await?;
            (200, found.into_iter().next())
        }
        Err(Problem::Invalid(..)) => (422, None),
        Err(other) => return Err(other),
    };
    let notice = found.is_none().then(|| parts::bad(texts.none_found[0]));
    let mut found = found.unwrap_or(Found { lines: Vec::new(), total: 0, next: None });
    found.next = cut(&mut found.lines, true);
    let mut kept: Vec<(&str, &str)> = asked
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !matches!(*name, "from" | "to"))
        .collect();
    kept.sort_unstable();
    let here_path = format!("{}/answers", here.path());
    let with = |more: Option<(&'static str, String)>| {
        let all = kept.iter().map(|(name, value)| (*name, (*value).to_owned()));
        address(&here_path, all.chain(span.pairs()).chain(more))
    };
    let newest = after(visit).map(|_| with(None));
    let older = found.next.map(|next| with(Some(("after", cursor(next)))));
    let mut items = Vec::new();
    for (_, line) in &found.lines {
        let stored = StoredResponse::read(line.as_bytes())?;
        items.push(item(visit, &Item { survey: &here.survey, title: None, stored, form: None })?);
    }
    let content = html! {
        (span.picker(visit, &kept))
        (filters(visit, &here_path, &span, &asked))
        div class="head" {
            p class="soft" { "n = " strong id="total" { (visit.format.count(found.total)) } }
            (downloads(visit, &here, &asked))
        }
        @if items.is_empty() {
            (parts::empty(texts.none_found[0], texts.none_found[1], &html! {}))
        } @else {
            ul class="answers" { @for item in &items { li { (item) } } }
            (parts::pager(visit, newest.as_deref(), older.as_deref()))
        }
    };
    let (site, page) = (format!("/console/{}", here.site), here.path());
    let crumbs = [(visit.texts.overview, &*site), (&*here.definition.title, &*page)];
    let title = visit.texts.answers;
    visit.page(
        status,
        &Page { title, place: Place::Overview, crumbs: &crumbs, content, notice, ..Page::default() },
    )
}

fn filters(visit: &Visit<'_>, path: &str, span: &Span, asked: &HashMap<String, String>) -> Markup {
    let texts = visit.texts.reading;
    let value = |name: &str| asked.get(name).map_or("", String::as_str);
    let choice = |label: &str, name: &str, choices: &[(&str, &str)]| {
        html! {
            label {
                (label)
                select name=(name) {
                    @for (choice, words) in choices {
                        option value=(choice) selected[*choice == value(name)] { (words) }
                    }
                }
            }
        }
    };
    let line = |label: &str, name: &str| {
        html! { label { (label) input name=(name) value=(value(name)) autocomplete="off" autocapitalize="none" spellcheck="false"; } }
    };
    let row = ["score", "by", "value"].into_iter().filter_map(|name| Some((name, asked.get(name)?)));
    let row: Vec<(&str, &String)> = row.collect();
    let said: Vec<&str> = row.iter().map(|(_, value)| value.as_str()).collect();
    html! {
        form class="filters" method="get" action=(path) role="search" {
            @for (name, value) in span.pairs() { input type="hidden" name=(name) value=(value); }
            @for (name, value) in &row { input type="hidden" name=(name) value=(value); }
            label class="search" { (texts.search) input type="search" name="q" value=(value("q")) maxlength="80"; }
            (choice(texts.segment, "segment", &segments(visit)))
            (choice(texts.comment, "commented", &[("", texts.any), ("true", texts.with_comment), ("false", texts.without_comment)]))
            (choice(texts.handling, "handled", &[("", texts.any), ("false", texts.open), ("true", texts.handled)]))
            (choice(texts.flags, "flagged", &[("", texts.any), ("exclude", texts.unflagged), ("only", texts.flagged)]))
            (line(texts.touchpoint, "touchpoint"))
            (line(texts.locale, "locale"))
            div class="row" {
                button class="button" { (texts.filter) }
                a href=(address(path, span.pairs())) { (texts.clear) }
                @if !said.is_empty() { span class="badge" { bdi { (said.join(" = ")) } } }
            }
        }
    }
}

/// Of all metrics: a survey's metric is fixed, and those that it lacks find nothing.
fn segments<'a>(visit: &'a Visit<'_>) -> Vec<(&'a str, &'a str)> {
    use sondeo_survey::metric::Metric;
    let mut all = vec![("", visit.texts.reading.any)];
    for (_, metric) in Metric::NAMES {
        let names = metric.segments().into_iter().map(sondeo_survey::metric::Segment::name);
        for pair in names.zip(visit.texts.segments_of(metric)) {
            if !all.iter().any(|(known, _)| *known == pair.0) {
                all.push(pair);
            }
        }
    }
    all
}

fn downloads(visit: &Visit<'_>, here: &Here, asked: &HashMap<String, String>) -> Markup {
    let mut pairs: Vec<(&str, &str)> =
        asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.sort_unstable();
    let to = |format| {
        let pairs = pairs.iter().copied().chain([("format", format)]);
        address(&format!("{}/download", here.path()), pairs)
    };
    html! {
        div class="acts" {
            span class="soft" { (visit.texts.reading.download) }
            @for (format, name) in [("csv", "CSV"), ("ndjson", "NDJSON"), ("json", "JSON"), ("parquet", "Parquet")] {
                a class="button" href=(to(format)) download { (name) }
            }
        }
    }
}

/// A file, as `GET …/responses` gives it out: the parameters are the same.
pub(super) async fn download(visit: &Visit<'_>, survey: &str) -> Result<Response, Problem> {
    let here = Here::find(visit, survey).await?;
    let parameters = api::period::parameters(visit.call)?;
    api::export::send(visit.call, &here.site, &here.survey, &parameters, visit.actor()).await
}

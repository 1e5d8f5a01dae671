//! `/console/{site}/surveys/{survey}`: the score, how sure it is, and what it depends on. The numbers are those of
//! `GET …/stats`.

pub(super) mod breakdown;
mod value;

use super::chart::{self, Frame, Point};
use super::figures::{self, Figure};
use super::page::{Page, Place};
use super::parts::{self, Column};
use super::span::{self, Span, address};
use super::visit::Visit;
use super::{answers, overview, versions};
use crate::api;
use crate::api::stats::{Bucket, By, Query, Step, Summary};
use crate::clock;
use crate::problem::Problem;
use crate::registry::surveys::StoredSurvey;
use crate::shard::count::Dimension;
use crate::shard::read::Flagged;
use futures_util::future;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use sondeo_survey::access::Scope;
use sondeo_survey::definition::Definition;
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::slug::Slug;
use worker::Response;

/// A survey of the site that a page is about, with its names and its definition.
pub(super) struct Here {
    pub(super) site: Slug,
    pub(super) survey: Slug,
    pub(super) stored: StoredSurvey,
    pub(super) definition: Definition,
}

impl Here {
    /// `responses:read` — 403; the survey — 404, 503
    pub(super) async fn find(visit: &Visit<'_>, survey: &str) -> Result<Self, Problem> {
        visit.may(Scope::ResponsesRead)?;
        let site = Slug::parse(&visit.here()?.id).ok_or(Problem::UnknownSite)?;
        let survey = Slug::parse(survey).ok_or(Problem::UnknownSurvey)?;
        let stored = api::surveys::find(visit.env(), &site, &survey).await?;
        let definition =
            api::surveys::parse(&stored.id, stored.published.as_deref().unwrap_or(&stored.draft))?;
        Ok(Self { site, survey, stored, definition })
    }

    /// Where its page is.
    pub(super) fn path(&self) -> String {
        format!("/console/{}/surveys/{}", self.site, self.survey)
    }

    /// Where the answers to it are that a number counts.
    pub(super) fn answers(&self, span: &Span, more: &[(&'static str, String)]) -> String {
        let doubtful = [("flagged", "exclude".to_owned())];
        let pairs = span.pairs().into_iter().chain(doubtful).chain(more.iter().cloned());
        address(&format!("{}/answers", self.path()), pairs)
    }
}

/// What the address asks for.
struct View {
    span: Span,
    step: Step,
    /// The name of `by`.
    by_name: String,
}

/// 1. `responses:read` — 403
/// 2. The survey — 404, 503
/// 3. The counts of all Shards — 503
pub(super) async fn show(visit: &Visit<'_>, survey: &str) -> Result<Response, Problem> {
    let here = Here::find(visit, survey).await?;
    let zone = span::zone(visit)?;
    let span = Span::read(visit, &zone);
    let step = steps(&span).into_iter().find(|(name, _)| visit.parameter("step").as_deref() == Some(*name));
    let step = step.map_or_else(|| usual_step(&span), |(_, step)| step);
    let by_name = visit.parameter("by").unwrap_or_default();
    let (by, by_name) = match By::parse(&by_name) {
        Some(By::Values(dimension)) => (dimension, by_name),
        _ => (Dimension::Device, "device".to_owned()),
    };
    let (from, to, flagged) = (span.from, span.to, Flagged::Exclude);
    let compare = from.is_some_and(|from| from < to);
    let trend =
        Query { from, to, flagged, by: Some(By::Time(step)), zone: span::zone(visit)?, compare, value: true };
    let rows = Query { from, to, flagged, by: Some(By::Values(by)), zone, compare: false, value: false };
    let compute = |query| api::stats::compute(visit.env(), &here.site, &here.survey, query);
    let shards = api::surveys::shards(visit.env(), &here.site, &here.survey).await?;
    let (summary, rows, names) =
        future::try_join3(compute(&trend), compute(&rows), answers::attribute_names(&shards)).await?;

    let texts = visit.texts;
    let view = View { span, step, by_name };
    let figure = Figure::measured(summary.metric, &summary.measured);
    let empty = if figure.n > 0 {
        None
    } else if view.span.from.is_none() {
        Some(parts::empty(
            texts.reading.nothing[0],
            texts.reading.nothing[1],
            &overview::tag(visit, here.site.as_str())?,
        ))
    } else {
        let all = address(&here.path(), [("days", "all")]);
        let step = html! { p { a class="button" href=(all) { (texts.reading.all_time) } } };
        Some(parts::empty(texts.reading.nothing_now[0], texts.reading.nothing_now[1], &step))
    };
    let kept: Vec<(&str, &str)> = vec![("by", view.by_name.as_str())];
    let content = html! {
        (about(visit, &here))
        (view.span.picker(visit, &kept))
        @if let Some(empty) = empty { (empty) } @else {
            (hero(visit, &here, &view, &summary, &figure))
            (trend_panel(visit, &here, &view, &summary))
            div class="halves" {
                (breakdown::distribution(visit, &here, &view.span, &summary))
                (breakdown::segments(visit, &here, &view.span, &figure))
            }
            (breakdown::values(visit, &here, &view, &rows, &names))
            (value::panel(visit, &here, &view.span, &summary))
        }
    };
    let all = here.answers(&view.span, &[]);
    let acts = html! {
        a class="button" href=(all) { (texts.answers) }
        (versions::acts(visit, &here.stored, ""))
    };
    let crumbs = [(texts.overview, &*format!("/console/{}", here.site))];
    let title = &here.definition.title;
    visit.page(200, &Page { title, place: Place::Overview, crumbs: &crumbs, acts, content, notice: None })
}

/// Whether it is asked, what and where.
fn about(visit: &Visit<'_>, here: &Here) -> Markup {
    html! {
        p class="meta" {
            (overview::status(visit, here.stored.status))
            span { (here.definition.metric.name().to_uppercase()) }
            @if let Some(touchpoint) = &here.definition.touchpoint { span { (touchpoint) } }
        }
    }
}

fn hero(visit: &Visit<'_>, here: &Here, view: &View, summary: &Summary, figure: &Figure) -> Markup {
    let texts = visit.texts.reading;
    html! {
        section class="panel hero" {
            div class="block" {
                p {
                    (figures::score(visit, figure, "score large"))
                    span class="large" { span class="soft" {
                        ", n = " a href=(here.answers(&view.span, &[])) { (visit.format.count(figure.n)) }
                    } }
                    @if figure.n < figures::FEW { " " span class="badge few" { (visit.texts.too_few) } }
                }
                (compared(visit, here, view, summary, figure))
            }
            @if let Some(easy) = &summary.measured.easy {
                p { span class="figure" { (visit.format.percent(easy.value / 100.0)) } " " span class="small" { (texts.easy) } }
            }
            @if let Some(rate) = &summary.response_rate {
                p {
                    span class="figure" { (visit.format.percent(rate.value / 100.0)) } " "
                    span class="small" {
                        @if let (Some(low), Some(high)) = (rate.low, rate.high) {
                            (visit.format.percent(low / 100.0)) " – " (visit.format.percent(high / 100.0)) " "
                        }
                        (texts.response_rate)
                    }
                }
            }
        }
    }
}

/// How the score has moved, in words.
fn compared(visit: &Visit<'_>, here: &Here, view: &View, summary: &Summary, figure: &Figure) -> Markup {
    let texts = visit.texts.reading;
    let Some((previous, now)) = summary.previous.as_ref().zip(figure.value) else {
        return html! { p class="small" { (texts.confidence) } };
    };
    let Some(change) = &previous.change else { return html! { p class="small" { (texts.confidence) } } };
    let points = |value: f64| visit.format.number(value, usize::from(summary.metric == Metric::Ces));
    let by = points(change.difference.abs());
    let [better, worse, same] = texts.changed;
    let sentence = if by == points(0.0) {
        same
    } else if change.difference > 0.0 {
        better
    } else {
        worse
    };
    let before = view.span.days.map_or_else(
        || texts.time_before.to_owned(),
        |days| texts.days_before.replace("{n}", &visit.format.number_of(days)),
    );
    let metric = summary.metric.name().to_uppercase();
    let sentence = sentence
        .replace("{metric}", &metric)
        .replace("{now}", &figure.write(visit, now))
        .replace("{by}", &by)
        .replace("{before}", &before);
    let judged = match change.within_chance {
        Some(true) => texts.within_chance,
        Some(false) => texts.beyond_chance,
        None => texts.change_unknown,
    };
    let earlier = Figure::measured(summary.metric, &previous.measured);
    let address = address(
        &format!("{}/answers", here.path()),
        [("from", previous.from.as_str()), ("to", previous.to.as_str()), ("flagged", "exclude")],
    );
    let bounds = change.low.zip(change.high).map(|(low, high)| {
        let text = texts.change_bounds.replace("{low}", &points(low)).replace("{high}", &points(high));
        let (head, tail) = text
            .split_once("{before}")
            .map_or((text.clone(), String::new()), |(head, tail)| (head.to_owned(), tail.to_owned()));
        (head, tail)
    });
    html! {
        p class="said" { (sentence) "; " (judged) "." }
        @if let Some((head, tail)) = bounds {
            p class="small" {
                (head) (figures::score(visit, &earlier, "plain")) ", n = "
                a href=(address) { (visit.format.count(earlier.n)) } (tail)
                @if let Some(p) = change.p {
                    @if p < 0.01 { "; p < " (visit.format.number(0.01, 2)) } @else { "; p = " (visit.format.number(p, 2)) }
                }
                "."
            }
        }
    }
}

/// The steps that fit a time.
fn steps(span: &Span) -> Vec<(&'static str, Step)> {
    let length = span.length().unwrap_or(i64::MAX);
    let mut steps = Vec::new();
    if length <= 366 {
        steps.push(("day", Step::Day));
    }
    if length > 7 && length <= 7 * 380 || span.from.is_none() {
        steps.push(("week", Step::Week));
    }
    if length > 31 {
        steps.push(("month", Step::Month));
    }
    steps
}

fn usual_step(span: &Span) -> Step {
    match span.length() {
        Some(..=31) => Step::Day,
        Some(..=370) => Step::Week,
        _ => Step::Month,
    }
}

fn trend_panel(visit: &Visit<'_>, here: &Here, view: &View, summary: &Summary) -> Markup {
    let (texts, metric) = (visit.texts.reading, summary.metric);
    let series = summary.series.as_deref().unwrap_or_default();
    let figures: Vec<Figure> =
        series.iter().map(|bucket| Figure::measured(metric, &bucket.measured)).collect();
    let points: Vec<Point> = figures
        .iter()
        .map(|figure| Point {
            value: figure.value,
            bounds: figure.bounds.map(|bounds| (bounds.low, bounds.high)),
            is_few: figure.n < figures::FEW,
        })
        .collect();
    let time = |at: usize| series.get(at).map(|bucket| day(visit, &bucket.start)).unwrap_or_default();
    let (first, middle, last) = (time(0), time(series.len() / 2), time(series.len().saturating_sub(1)));
    // The latest that says something; a day that has just begun does not.
    let said = |least: u64| {
        points.iter().zip(&figures).rposition(|(point, figure)| point.value.is_some() && figure.n >= least)
    };
    let latest = said(figures::FEW).or_else(|| said(1));
    let latest = latest.and_then(|at| {
        figures.get(at).map(|figure| (at, figure.write(visit, figure.value.unwrap_or_default())))
    });
    let name = metric.name().to_uppercase();
    let name = texts.trend_words.replace("{score}", &name);
    let frame = Frame {
        name: &name,
        ticks: &ticks(visit, metric, summary.scale),
        times: [&first, &middle, &last],
        label: latest.as_ref().map(|(at, words)| (*at, words.as_str())),
    };
    html! {
        section class="panel" {
            div class="head" {
                div class="title" { h2 { (texts.trend) } p class="soft" { (texts.interval) } }
                (tabs(visit, texts.trend, &step_tabs(visit, here, view)))
            }
            (chart::trend(&points, &frame))
            details class="behind" {
                summary { (texts.as_table) }
                (trend_table(visit, here, view, series, &figures))
            }
        }
    }
}

fn trend_table(visit: &Visit<'_>, here: &Here, view: &View, series: &[Bucket], figures: &[Figure]) -> Markup {
    let texts = visit.texts.reading;
    let columns = [
        Column::Words(texts.begins),
        Column::Numbers(visit.texts.score),
        Column::Numbers(texts.interval),
        Column::Numbers(visit.texts.answers),
    ];
    let rows: Vec<Vec<Markup>> = series
        .iter()
        .zip(figures)
        .enumerate()
        .map(|(at, (bucket, figure))| {
            // The first one may begin before the time that is shown, and the last end after it.
            let from = view.span.from.filter(|_| at == 0).map(clock::rfc3339);
            let from = from.as_deref().unwrap_or(&bucket.start);
            let last = if at + 1 == series.len() {
                clock::rfc3339(view.span.to)
            } else {
                last_day(&bucket.start, view.step)
            };
            let address = address(
                &format!("{}/answers", here.path()),
                [("from", from), ("to", last.as_str()), ("flagged", "exclude")],
            );
            vec![
                html! { (day(visit, &bucket.start)) },
                html! { @if let Some(value) = figure.value { (figure.write(visit, value)) } @else { "–" } },
                html! {
                    @if let Some(bounds) = figure.bounds { (figure.write(visit, bounds.low)) " – " (figure.write(visit, bounds.high)) }
                    @else { "–" }
                },
                html! { @if figure.n > 0 { a href=(address) { (visit.format.count(figure.n)) } } @else { "0" } },
            ]
        })
        .collect();
    parts::table(texts.trend, &columns, &rows)
}

fn step_tabs(visit: &Visit<'_>, here: &Here, view: &View) -> Vec<(String, String, bool)> {
    let texts = visit.texts.reading;
    let steps = steps(&view.span);
    let tab = |(name, step): (&'static str, Step)| {
        let label = match step {
            Step::Day => texts.day,
            Step::Week => texts.week,
            Step::Month => texts.month,
        };
        let more = [("step", name.to_owned()), ("by", view.by_name.clone())];
        let address = address(&here.path(), view.span.pairs().into_iter().chain(more));
        (label.to_owned(), address, step == view.step)
    };
    steps.into_iter().map(tab).collect()
}

/// A choice of views: label, address, and whether it is this one.
fn tabs(visit: &Visit<'_>, name: &str, tabs: &[(String, String, bool)]) -> Markup {
    html! {
        @if tabs.len() > 1 {
            nav aria-label={ (name) " (" (visit.texts.reading.show) ")" } {
                ul class="tabs" {
                    @for (label, address, is_here) in tabs {
                        li { a href=(address) aria-current=[is_here.then_some("true")] { (label) } }
                    }
                }
            }
        }
    }
}

fn ticks(visit: &Visit<'_>, metric: Metric, scale: Scale) -> Vec<(f64, String)> {
    let values: Vec<f64> = match metric {
        Metric::Nps => vec![-100.0, -50.0, 0.0, 50.0, 100.0],
        Metric::Csat => vec![0.0, 25.0, 50.0, 75.0, 100.0],
        Metric::Ces => (scale.min..=scale.max).map(f64::from).collect(),
    };
    let word = |value: f64| match metric {
        Metric::Csat => visit.format.percent(value / 100.0),
        _ => visit.format.number(value, 0),
    };
    values.into_iter().map(|value| (value, word(value))).collect()
}

/// The last day of a bucket.
fn last_day(start: &str, step: Step) -> String {
    use jiff::ToSpan;
    let Ok(first) = start.parse::<Date>() else { return start.to_owned() };
    let last = match step {
        Step::Day => Ok(first),
        Step::Week => first.checked_add(6.days()),
        Step::Month => Ok(first.last_of_month()),
    };
    last.unwrap_or(first).to_string()
}

fn day(visit: &Visit<'_>, date: &str) -> String {
    let midnight = date.parse::<Date>().ok().and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    midnight.map_or_else(|| date.to_owned(), |time| visit.format.day(time.timestamp().as_millisecond()))
}

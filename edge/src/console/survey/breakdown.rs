//! Of what the score is made, and on what it depends.

use super::{Here, View, tabs};
use crate::api::stats::{Measured, Summary};
use crate::console::chart;
use crate::console::figures::{self, Figure};
use crate::console::parts::{self, Column};
use crate::console::span::{Span, address};
use crate::console::visit::Visit;
use maud::{Markup, html};

/// Of segments, the happiest first.
pub(in crate::console) const CLASSES: [&str; 3] = ["promoter", "passive", "detractor"];

/// How many rows a breakdown has; the API has them all.
const ROWS: usize = 12;

pub(super) fn distribution(visit: &Visit<'_>, here: &Here, span: &Span, summary: &Summary) -> Markup {
    let texts = visit.texts.reading;
    let (metric, scale) = (summary.metric, summary.scale);
    let count = |score: u8| {
        summary.distribution.iter().find(|bar| bar.score == score).map(|bar| bar.count).unwrap_or_default()
    };
    let columns: Vec<chart::Column> = (scale.min..=scale.max)
        .map(|score| chart::Column {
            class: class(metric.segment(scale, score).name(), metric),
            count: count(score),
            above: visit.format.count(count(score)),
            below: visit.format.count(score.into()),
        })
        .collect();
    let rows: Vec<Vec<Markup>> = (scale.min..=scale.max)
        .map(|score| {
            let answers = here.answers(span, &[("score", score.to_string())]);
            vec![
                html! { (visit.format.count(score.into())) },
                html! { a href=(answers) { (visit.format.count(count(score))) } },
                html! { (share(visit, count(score), summary.measured.n)) },
            ]
        })
        .collect();
    let heads = [
        Column::Words(visit.texts.score),
        Column::Numbers(visit.texts.answers),
        Column::Numbers(texts.share),
    ];
    html! {
        section class="panel" {
            h2 { (texts.distribution) }
            (chart::columns(texts.distribution, &columns))
            details class="behind" { summary { (texts.as_table) } (parts::table(texts.distribution, &heads, &rows)) }
        }
    }
}

pub(super) fn segments(visit: &Visit<'_>, here: &Here, span: &Span, figure: &Figure) -> Markup {
    let texts = visit.texts.reading;
    let names = visit.texts.segments_of(figure.metric);
    let segments = figure.metric.segments();
    html! {
        section class="panel" {
            h2 { (texts.segments) }
            (figures::stack(visit, figure))
            ul class="parts" {
                @for (((name, segment), count), class) in names.iter().zip(segments).zip(figure.segments).zip(CLASSES) {
                    li {
                        (key(class))
                        span { (name) }
                        a href=(here.answers(span, &[("segment", segment.name().into())])) { (visit.format.count(count)) }
                        span class="soft" { (share(visit, count, figure.n)) }
                    }
                }
            }
        }
    }
}

/// The scores by value of what was chosen.
pub(super) fn values(
    visit: &Visit<'_>,
    here: &Here,
    view: &View,
    summary: &Summary,
    names: &[String],
) -> Markup {
    let texts = visit.texts.reading;
    let Some(values) = &summary.values else { return html! {} };
    let metric = summary.metric;
    let row = |label: Markup, measured: &Measured, answers: Option<String>| {
        let figure = Figure::measured(metric, measured);
        let count = figures::count(visit, figure.n);
        vec![
            label,
            figures::score(visit, &figure, "score"),
            html! { @if let Some(answers) = answers { a href=(answers) { (count) } } @else { (count) } },
            figures::stack(visit, &figure),
        ]
    };
    let (shown, rest) = values.rows.split_at(values.rows.len().min(ROWS));
    let mut rows: Vec<Vec<Markup>> = shown
        .iter()
        .map(|value| {
            let mut more = vec![("by", view.by_name.clone())];
            more.extend(value.value.clone().map(|value| ("value", value)));
            let label = html! {
                @if let Some(value) = &value.value { bdi { (value) } } @else { span class="soft" { (texts.absent) } }
            };
            row(label, &value.measured, Some(here.answers(&view.span, &more)))
        })
        .collect();
    let others = rest.len() + values.other.as_ref().map_or(0, |other| other.values);
    if others > 0 {
        let all = u64::try_from(others).unwrap_or(u64::MAX);
        let n = rest.iter().map(|value| value.measured.n).sum::<u64>()
            + values.other.as_ref().map_or(0, |other| other.measured.n);
        let label = html! { span class="soft" { (texts.others.replace("{n}", &visit.format.count(all))) } };
        rows.push(vec![label, html! {}, html! { (visit.format.count(n)) }, html! {}]);
    }
    let chosen = choices(visit, here, view, names);
    let name = chosen.iter().find(|(_, _, is_here)| *is_here).map_or("", |(label, ..)| label.as_str());
    let columns = [
        Column::Words(name),
        Column::Numbers(visit.texts.score),
        Column::Numbers(visit.texts.answers),
        Column::Words(visit.texts.shares),
    ];
    html! {
        section class="block" {
            div class="head" { h2 { (texts.breakdown) } (tabs(visit, texts.breakdown, &chosen)) }
            (parts::table(texts.breakdown, &columns, &rows))
        }
    }
}

fn choices(visit: &Visit<'_>, here: &Here, view: &View, names: &[String]) -> Vec<(String, String, bool)> {
    let texts = visit.texts.reading;
    let known = [
        ("device", texts.device),
        ("locale", texts.locale),
        ("path", texts.path),
        ("touchpoint", texts.touchpoint),
    ];
    let known = known.map(|(name, label)| (name.to_owned(), label.to_owned()));
    let attributes = names.iter().take(20).map(|name| (format!("attr:{name}"), name.clone()));
    let choices = known.into_iter().chain(attributes).map(|(name, label)| {
        let address = address(&here.path(), view.span.pairs().into_iter().chain([("by", name.clone())]));
        (label, address, name == view.by_name)
    });
    choices.collect()
}

/// The colour of a segment.
pub(in crate::console) fn class(segment: &str, metric: sondeo_survey::metric::Metric) -> &'static str {
    let found = metric.segments().into_iter().zip(CLASSES).find(|(known, _)| known.name() == segment);
    found.map_or("passive", |(_, class)| class)
}

/// A dot in a segment's colour, beside its name.
pub(in crate::console) fn key(class: &str) -> Markup {
    html! {
        svg class="key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" {
            circle class=(class) cx="6" cy="6" r="5" {}
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn share(visit: &Visit<'_>, part: u64, whole: u64) -> String {
    visit.format.percent(part as f64 / whole.max(1) as f64)
}

//! What is at risk.

use super::Here;
use super::breakdown::{CLASSES, key};
use crate::api::stats::Summary;
use crate::console::parts::{self, Column};
use crate::console::span::Span;
use crate::console::visit::Visit;
use maud::{Markup, html};

/// Order values by segment and currency, the unhappiest first, and who orders again.
pub(super) fn panel(visit: &Visit<'_>, here: &Here, span: &Span, summary: &Summary) -> Markup {
    let texts = visit.texts.reading;
    let Some(value) = &summary.value else { return html! {} };
    let names = visit.texts.segments_of(summary.metric);
    let segments: Vec<_> = summary.metric.segments().into_iter().zip(names).zip(CLASSES).rev().collect();
    let label = |name: &str, class: &str, segment: &str| {
        let answers = here.answers(span, &[("segment", segment.to_owned())]);
        html! { span class="row" { (key(class)) a href=(answers) { (name) } } }
    };
    let columns = [
        Column::Words(texts.segment),
        Column::Numbers(texts.orders),
        Column::Numbers(texts.sum),
        Column::Numbers(texts.mean),
    ];
    let repeat = value.repeat_orders.as_ref().map(|repeat| {
        let rows = segments.iter().filter_map(|((segment, name), class)| {
            let (_, repeat) = repeat.0.iter().find(|(known, _)| *known == segment.name())?;
            if repeat.respondents == 0 {
                return None;
            }
            let share = repeat.share.as_ref();
            Some(vec![
                label(name, class, segment.name()),
                html! { (visit.format.count(repeat.respondents)) },
                html! { (visit.format.count(repeat.repeat)) },
                html! {
                    @if let Some(share) = share {
                        span class="score" {
                            strong { (visit.format.percent(share.value / 100.0)) }
                            @if let (Some(low), Some(high)) = (share.low, share.high) {
                                " " span class="soft" { (visit.format.percent(low / 100.0)) " – " (visit.format.percent(high / 100.0)) }
                            }
                        }
                    }
                },
            ])
        });
        rows.collect::<Vec<_>>()
    });
    html! {
        @if !value.currencies.is_empty() {
            section class="block" {
                div class="title" { h2 { (texts.at_risk) } p class="soft" { (texts.at_risk_hint) } }
                @for currency in &value.currencies {
                    @let code = currency.currency.as_deref();
                    @let money = |amount: &str| visit.format.money(amount, code);
                    @let rows = segments.iter().filter_map(|((segment, name), class)| {
                        let (_, amount) = currency.segments.0.iter().find(|(known, _)| *known == segment.name())?;
                        Some(vec![
                            label(name, class, segment.name()),
                            html! { (visit.format.count(amount.count)) },
                            html! { (money(&amount.sum)) },
                            html! { @if let Some(mean) = &amount.mean { (money(mean)) } @else { "–" } },
                        ])
                    }).collect::<Vec<_>>();
                    h3 class="small" { (code.unwrap_or(texts.no_currency)) }
                    (parts::table(code.unwrap_or(texts.no_currency), &columns, &rows))
                }
                @if let Some(rows) = repeat.filter(|rows| !rows.is_empty()) {
                    h3 class="small" { (texts.repeat) }
                    (parts::table(texts.repeat, &[
                        Column::Words(texts.segment), Column::Numbers(texts.respondents),
                        Column::Numbers(texts.repeat), Column::Numbers(texts.share),
                    ], &rows))
                }
            }
        }
    }
}

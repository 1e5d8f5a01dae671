//! `/console/{site}/audit`: who did what.

use super::page::{Page, Place};
use super::parts::{self, Column};
use super::visit::Visit;
use crate::problem::Problem;
use crate::registry;
use crate::registry::audit::ReadAudit;
use maud::{Markup, html};
use sondeo_survey::access::Scope;
use worker::Response;

const LISTED: u32 = 50;

/// With `?all`, of all sites and of tokens, for who reaches them all.
///
/// 1. `admin` — 403
/// 2. The Registry — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let site = visit.here()?;
    let may_all = visit.session.bearer.may_reach_all().is_ok();
    let is_all = visit.parameter("all").is_some();
    if is_all {
        visit.session.bearer.may_reach_all()?;
    }
    let before =
        visit.parameter("before").and_then(|text| text.parse().ok()).filter(|before| *before < 1 << 53);
    let only = (!is_all).then(|| site.id.clone());
    let mut found = registry::send(visit.env(), &ReadAudit { site: only, before, limit: LISTED + 1 }).await?;
    let more = found.len() > LISTED as usize;
    found.truncate(LISTED as usize);
    let here = format!("/console/{}/audit", site.id);
    let sign = if is_all { "?all=1" } else { "" };
    let newest = before.map(|_| format!("{here}{sign}"));
    let older = found
        .last()
        .filter(|_| more)
        .map(|last| format!("{here}?{}before={}", if is_all { "all=1&" } else { "" }, last.number));
    let texts = visit.texts;
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|entry| {
            vec![
                html! { (parts::moment(visit, entry.at)) },
                html! { code { (entry.action) } },
                html! { (entry.subject) },
                html! { code { (entry.actor) } },
            ]
        })
        .collect();
    let columns = [
        Column::Words(texts.when),
        Column::Words(texts.what),
        Column::Words(texts.subject),
        Column::Words(texts.by),
    ];
    let content = html! {
        @if rows.is_empty() { (parts::empty(texts.no_audit[0], texts.no_audit[1], &html! {})) }
        @else { (parts::table(texts.audit, &columns, &rows)) }
        (parts::pager(visit, newest.as_deref(), older.as_deref()))
    };
    let acts = html! {
        @if may_all {
            @if is_all { a class="button" href=(here) { (texts.only_here) } }
            @else { a class="button" href={ (here) "?all=1" } { (texts.all_sites) } }
        }
    };
    visit.page(200, &Page { title: texts.audit, place: Place::Audit, acts, content, ..Page::default() })
}

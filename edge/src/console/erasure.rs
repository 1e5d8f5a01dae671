//! `/console/{site}/erasure`: answers go for good, and a receipt remains.

use super::form::{Form, fault_at};
use super::page::{Page, Place};
use super::parts::{self, Column, Confirm, Field};
use super::visit::{Visit, done};
use crate::api;
use crate::problem::Problem;
use crate::registry;
use crate::registry::erasures::{GetErasures, StoredErasure};
use crate::registry::surveys::ListSurveys;
use maud::{Markup, html};
use serde_json::{Map, Value};
use sondeo_survey::Faults;
use sondeo_survey::access::Scope;
use sondeo_survey::erasure::ErasureRequest;
use worker::Response;

const LISTED: u32 = 20;
const KINDS: [&str; 4] = ["order", "user", "visitor", "response"];

/// 1. `responses:erase` — 403
/// 2. The Registry — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    list(visit, 200, None, None).await
}

/// The form, then a page that asks once more, and then what it asks for.
///
/// 1. `responses:erase` — 403
/// 2. Who, and where — 422, 404
/// 3. The Shards and the receipt — 303, 503
pub(super) async fn erase(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::ResponsesErase)?;
    let site = visit.slug()?;
    let request = match read(form) {
        Ok(request) => request,
        Err(faults) => return list(visit, 422, Some(form), Some(&faults)).await,
    };
    if !form.has("sure") {
        return ask(visit, form, visit.texts.erase_question, "");
    }
    match api::erasures::erase(visit.call, &site, visit.actor(), request).await {
        Ok(StoredErasure { next: Some(next), .. }) => ask(visit, form, visit.texts.erase_goes_on, &next),
        Ok(_) => done(&format!("/console/{site}/erasure"), "erased"),
        Err(problem) => Err(problem),
    }
}

/// As the API takes it.
fn read(form: &Form) -> Result<ErasureRequest, Faults> {
    let mut request = Map::new();
    let kind = KINDS.into_iter().find(|kind| *kind == form.get("kind")).unwrap_or("order");
    request.insert(kind.into(), form.get("key").into());
    for name in ["survey", "next"] {
        if !form.get(name).is_empty() {
            request.insert(name.into(), form.get(name).into());
        }
    }
    ErasureRequest::parse(Value::Object(request).to_string().as_bytes())
}

fn ask(visit: &Visit<'_>, form: &Form, question: &str, next: &str) -> Result<Response, Problem> {
    let texts = visit.texts;
    let here = format!("/console/{}/erasure", visit.here()?.id);
    let carried = ["kind", "key", "survey"].map(|name| (name, form.get(name)));
    let fields: Vec<(&str, &str)> = carried.into_iter().chain([("next", next), ("sure", "1")]).collect();
    let kind = KINDS.into_iter().position(|kind| kind == form.get("kind")).unwrap_or_default();
    let kind = texts.erasure_kinds.get(kind).copied().unwrap_or_default();
    let survey = Some(form.get("survey")).filter(|survey| !survey.is_empty()).unwrap_or(texts.all_surveys);
    let more = html! {
        dl class="facts" { dt { (kind) } dd { code { (form.get("key")) } } dt { (texts.survey) } dd { (survey) } }
    };
    let act = if next.is_empty() { texts.erase } else { texts.go_on };
    let content =
        parts::confirm(visit, &Confirm { question, act, to: &here, fields: &fields, more, back: &here });
    let crumbs = [(texts.erasure, here.as_str())];
    visit.page(
        200,
        &Page {
            title: texts.erase_title,
            place: Place::Erasure,
            crumbs: &crumbs,
            content,
            ..Page::default()
        },
    )
}

async fn list(
    visit: &Visit<'_>,
    status: u16,
    sent: Option<&Form>,
    faults: Option<&Faults>,
) -> Result<Response, Problem> {
    visit.may(Scope::ResponsesErase)?;
    let site = &visit.here()?.id;
    let before = visit.parameter("before");
    let get = GetErasures { site: site.clone(), id: None, before: before.clone(), limit: LISTED + 1 };
    let mut found = registry::send(visit.env(), &get).await?;
    let more = found.len() > LISTED as usize;
    found.truncate(LISTED as usize);
    let surveys = registry::send(visit.env(), &ListSurveys { site: site.clone() }).await?.unwrap_or_default();
    let here = format!("/console/{site}/erasure");
    let older = found.last().filter(|_| more).map(|last| format!("{here}?before={}", last.id));
    let texts = visit.texts;
    let rows: Vec<Vec<Markup>> = found.iter().map(|receipt| row(visit, receipt)).collect();
    let columns = [
        Column::Words(texts.when),
        Column::Words(texts.what),
        Column::Words(texts.survey),
        Column::Numbers(texts.erased_answers),
        Column::Words(texts.by),
        Column::Words(texts.receipt),
    ];
    let kinds: Vec<(&str, &str)> = KINDS.into_iter().zip(texts.erasure_kinds).collect();
    let names = surveys.iter().map(|survey| (survey.id.as_str(), survey.id.as_str()));
    let names: Vec<(&str, &str)> = [("", texts.all_surveys)].into_iter().chain(names).collect();
    let value = |name| sent.map_or("", |form| form.get(name));
    // Whatever is wrong is wrong with what was typed; the lists have no other entries.
    let error = fault_at(faults, "");
    let content = html! {
        section class="panel" {
            p class="soft" { (texts.erasure_hint) }
            form method="post" action=(here) {
                (parts::token(visit))
                (parts::select(&Field { label: texts.erase_by, name: "kind", hint: "", error: None }, &kinds, value("kind")))
                (parts::line(&Field { label: texts.erase_key, name: "key", hint: texts.erase_key_hint, error: error.as_deref() }, "text", value("key")))
                (parts::select(&Field { label: texts.survey, name: "survey", hint: "", error: None }, &names, value("survey")))
                button class="button danger" { (texts.erase_title) }
            }
        }
        section class="block" {
            h2 { (texts.receipts) }
            @if rows.is_empty() { (parts::empty(texts.no_receipts[0], texts.no_receipts[1], &html! {})) }
            @else { (parts::table(texts.receipts, &columns, &rows)) }
            (parts::pager(visit, before.map(|_| here.as_str()), older.as_deref()))
        }
    };
    let notice = faults.map(|_| parts::bad(texts.faults));
    visit.page(
        status,
        &Page { title: texts.erasure, place: Place::Erasure, content, notice, ..Page::default() },
    )
}

fn row(visit: &Visit<'_>, receipt: &StoredErasure) -> Vec<Markup> {
    let texts = visit.texts;
    let kind = KINDS.into_iter().zip(texts.erasure_kinds).find(|(kind, _)| *kind == receipt.kind);
    vec![
        html! { (parts::moment(visit, receipt.at)) },
        html! { (kind.map_or(receipt.kind.as_str(), |(_, name)| name)) },
        html! { (receipt.survey.as_deref().unwrap_or(texts.all_surveys)) },
        html! { (visit.format.count(receipt.erased.into())) @if receipt.next.is_some() { " " span class="badge" { (texts.unfinished) } } },
        html! { code { (receipt.actor) } },
        html! { code { (receipt.id) } },
    ]
}

//! `/console/{site}/surveys/{survey}/answers/{id}`: all that is known of an answer, and what was done about it.

use super::item::{given, handling, segment};
use crate::api;
use crate::api::responses::{find, record};
use crate::console::form::Form;
use crate::console::page::{Page, Place};
use crate::console::parts;
use crate::console::survey::Here;
use crate::console::visit::{Visit, done};
use crate::problem::Problem;
use crate::shard::read::StoredResponse;
use crate::shard::read::list::Receipt;
use maud::{Markup, html};
use serde_json::{Value, json};
use sondeo_survey::access::Scope;
use sondeo_survey::export::Record;
use uuid::Uuid;
use worker::Response;

/// 1. `responses:read` — 403
/// 2. The survey, the answer — 404, 503
pub(in crate::console) async fn show(visit: &Visit<'_>, survey: &str, id: &str) -> Result<Response, Problem> {
    let here = Here::find(visit, survey).await?;
    let id = Uuid::try_parse(id).map_err(|_| Problem::UnknownResponse)?;
    let shards = api::surveys::shards(visit.env(), &here.site, &here.survey).await?;
    let (shard, line) = find(&shards, id).await?;
    let receipt = shards.send(shard, &Receipt { id }).await?;
    let mut stored = StoredResponse::read(line.as_bytes())?;
    let note = stored.note.take();
    let record = record(here.survey.as_str(), stored)?;
    let texts = visit.texts.reading;
    let path = format!("{}/answers/{id}", here.path());
    let content = html! {
        section class="panel" {
            div class="title one" {
                (given(visit, &record))
                span class="soft" { (segment(visit, record.metric, record.segment)) }
            }
            @if let Some(comment) = &record.comment { p class="comment" dir="auto" { (&**comment) } }
            @else { p class="soft" { (texts.no_comment) } }
        }
        @if visit.can(Scope::SurveyWrite) {
            section class="panel" {
                h2 { (texts.handling) }
                (handling(visit, &path, "", note.as_deref().unwrap_or_default(), record.handled_at.is_some()))
            }
        } @else if let Some(note) = &note {
            section class="panel" { h2 { (texts.note) } p class="comment" dir="auto" { (&**note) } }
        }
        div class="halves" {
            section class="panel" { h2 { (texts.context) } (facts(visit, &record)) }
            section class="panel" { h2 { (texts.history) } (history(visit, &record)) }
        }
        @if let Some(receipt) = receipt { section class="panel" { h2 { (texts.receipt) } (receipt_of(&receipt)) } }
    };
    let (site, page) = (format!("/console/{}", here.site), here.path());
    let answers = format!("{page}/answers");
    let crumbs =
        [(visit.texts.overview, &*site), (&*here.definition.title, &*page), (visit.texts.answers, &*answers)];
    visit.page(
        200,
        &Page { title: texts.answer, place: Place::Overview, crumbs: &crumbs, content, ..Page::default() },
    )
}

fn facts(visit: &Visit<'_>, record: &Record<'_>) -> Markup {
    let texts = visit.texts.reading;
    let plain = [
        (texts.locale, &record.locale),
        (texts.device, &record.device),
        (texts.path, &record.page_path),
        (texts.touchpoint, &record.touchpoint),
        (texts.order, &record.order_id),
    ];
    let reasons: Vec<&str> = record.reasons.iter().map(|reason| &**reason).collect();
    html! {
        dl class="facts" {
            @for (name, value) in plain { @if let Some(value) = value { dt { (name) } dd { (&**value) } } }
            @if let Some(value) = &record.order_value { dt { (texts.sum) } dd { (visit.format.money(value, record.order_currency.as_deref())) } }
            @if !reasons.is_empty() { dt { (texts.reasons) } dd { (reasons.join(", ")) } }
            @for (name, value) in &record.attributes { dt { bdi { (&**name) } } dd { (&**value) } }
            @if let Some(respondent) = &record.respondent {
                dt { (texts.respondent) }
                dd { code { (&**respondent) } @if record.verified { " " span class="badge live" { (texts.verified) } } }
            }
            @if !record.flags.is_empty() { dt { (texts.flags) } dd { @for flag in &record.flags { span class="badge weak" { (&**flag) } " " } } }
            dt { "ID" } dd { code { (record.response_id) } }
        }
    }
}

fn history(visit: &Visit<'_>, record: &Record<'_>) -> Markup {
    let texts = visit.texts.reading;
    html! {
        dl class="facts" {
            dt { (texts.received) } dd { (parts::moment(visit, record.received_at.0)) }
            @if record.revision > 1 {
                dt { (texts.updated) }
                dd { (parts::moment(visit, record.updated_at.0)) " (" (record.revision) ")" }
            }
            @if let Some(handled) = record.handled_at {
                dt { (texts.handled) }
                dd {
                    (parts::moment(visit, handled.0)) ", "
                    (texts.took.replace("{time}", &visit.format.duration(handled.0 - record.received_at.0)))
                }
            }
            @if let Some(version) = record.survey_version { dt { (texts.version) } dd { (version) } }
            @if !record.complete { dt { (visit.texts.status) } dd { span class="badge" { (texts.partial) } } }
        }
    }
}

/// The receipt's own names: they are those of the documentation.
fn receipt_of(receipt: &str) -> Markup {
    let fields = match serde_json::from_str(receipt) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    html! {
        dl class="facts" {
            @for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                dt { code { (name) } }
                dd { @match value { Value::String(text) => (text), other => code { (other.to_string()) } } }
            }
        }
    }
}

/// What the form of an answer says was done about it.
///
/// 1. `responses:read` and `survey:write` — 403
/// 2. The survey, the answer — 404, 503
/// 3. The note — 422
/// 4. The Shard, and the audit log — 303, 503
pub(in crate::console) async fn handle(
    visit: &Visit<'_>,
    survey: &str,
    id: &str,
    form: &Form,
) -> Result<Response, Problem> {
    visit.may(Scope::SurveyWrite)?;
    let here = Here::find(visit, survey).await?;
    let handled = match form.get("act") {
        "handled" => Some(true),
        "open" => Some(false),
        _ => None,
    };
    let mut body = json!({ "note": form.get("note") });
    if let (Some(handled), Some(fields)) = (handled, body.as_object_mut()) {
        fields.insert("handled".into(), handled.into());
    }
    let (body, uuid) = (body.to_string(), Uuid::try_parse(id).ok());
    let env = visit.env();
    api::responses::handle(env, &here.site, &here.survey, uuid, body.as_bytes(), visit.actor()).await?;
    let inbox = format!("/console/{}/inbox", here.site);
    let page = if form.get("back") == "inbox" { inbox } else { format!("{}/answers/{id}", here.path()) };
    done(&page, "saved")
}

//! `/console/{site}/webhooks`: where answers are passed on to, and what did not get through.

use super::form::{Form, fault_at};
use super::page::{Page, Place};
use super::parts::{self, Choice, Column, Confirm, Field};
use super::visit::{Visit, done};
use crate::api::webhooks;
use crate::api::webhooks::deliveries;
use crate::problem::Problem;
use crate::registry;
use crate::registry::surveys::ListSurveys;
use crate::shard::outbox::{ListUndelivered, Undelivered};
use maud::{Markup, html};
use serde_json::{Map, Value, json};
use sondeo_survey::Faults;
use sondeo_survey::access::Scope;
use sondeo_survey::metric::Metric;
use sondeo_survey::webhook::{Event, Format};
use worker::Response;

/// Messages on a page; the API has them all.
const LISTED: u32 = 100;

fn home(visit: &Visit<'_>) -> Result<String, Problem> {
    visit.may(Scope::Admin)?;
    Ok(format!("/console/{}/webhooks", visit.here()?.id))
}

/// 1. `admin` — 403
/// 2. The Registry — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    list(visit, 200, None).await
}

/// A new webhook, whose secret this page alone shows.
///
/// 1. `admin` — 403
/// 2. What it is to be — 422
/// 3. The Registry — 200, 503
pub(super) async fn create(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    let home = home(visit)?;
    let definition = read(form);
    let added = match webhooks::define(visit.env(), definition.to_string().as_bytes()) {
        Ok(checked) => webhooks::add(visit.env(), &visit.slug()?, checked, visit.actor()).await,
        Err(problem) => Err(problem),
    };
    let stored = match added {
        Ok(stored) => stored,
        Err(Problem::Invalid(_, faults)) => return list(visit, 422, Some((&definition, &faults))).await,
        Err(problem) => return Err(problem),
    };
    shown(visit, &home, &stored.secret)
}

fn shown(visit: &Visit<'_>, home: &str, secret: &str) -> Result<Response, Problem> {
    let texts = visit.texts;
    let content = html! {
        section class="panel" {
            p { (texts.webhook_secret) }
            (parts::copy(visit, secret))
            a class="button" href=(home) { (texts.to_list) }
        }
    };
    let crumbs = [(texts.webhooks, home)];
    let notice = Some(parts::good(texts.created));
    let place = Place::Webhooks;
    visit.page(
        200,
        &Page { title: texts.new_secret, place, crumbs: &crumbs, content, notice, ..Page::default() },
    )
}

/// One webhook: what it is, and what did not get through.
///
/// 1. `admin` — 403
/// 2. The webhook — 404, 503
pub(super) async fn one(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    edit(visit, 200, id, None).await
}

/// Another definition, or with `do=replay` the dead messages once more.
///
/// 1. `admin` — 403
/// 2. What it is to be — 422
/// 3. The webhook — 303, 404, 503
pub(super) async fn change(visit: &Visit<'_>, id: &str, form: &Form) -> Result<Response, Problem> {
    let home = home(visit)?;
    let (env, site) = (visit.env(), visit.slug()?);
    if form.get("do") == "replay" {
        let webhook = webhooks::find(env, &site, id).await?.id;
        deliveries::replay_dead(env, &site, webhook).await?;
        return done(&format!("{home}/{id}"), "replayed");
    }
    let definition = read(form);
    match webhooks::define(env, definition.to_string().as_bytes()) {
        Ok(checked) => {
            webhooks::change(env, &site, id, checked, visit.actor()).await?;
            done(&format!("{home}/{id}"), "saved")
        }
        Err(Problem::Invalid(_, faults)) => edit(visit, 422, id, Some((&definition, &faults))).await,
        Err(problem) => Err(problem),
    }
}

/// Asks before a webhook is ended, or gets another secret.
pub(super) async fn ask(visit: &Visit<'_>, id: &str, verb: &str) -> Result<Response, Problem> {
    let home = home(visit)?;
    let webhook = webhooks::find(visit.env(), &visit.slug()?, id).await?.parse()?;
    let texts = visit.texts;
    let (here, to) = (format!("{home}/{id}"), format!("{home}/{id}/{verb}"));
    let (question, act) = match verb {
        "end" => (texts.end_webhook_question, texts.end_webhook),
        _ => (texts.rotate_webhook_question, texts.rotate),
    };
    let more = html! {
        p { code { (webhook.url) } }
        @if verb != "end" { (parts::overlap(visit)) }
    };
    let content = parts::confirm(visit, &Confirm { question, act, to: &to, fields: &[], more, back: &here });
    let crumbs = [(texts.webhooks, home.as_str())];
    visit.page(200, &Page { title: act, place: Place::Webhooks, crumbs: &crumbs, content, ..Page::default() })
}

/// Another secret, which this page alone shows.
pub(super) async fn rotate(visit: &Visit<'_>, id: &str, form: &Form) -> Result<Response, Problem> {
    let home = home(visit)?;
    let overlap = parts::overlap_of(form);
    let stored = webhooks::renew(visit.env(), &visit.slug()?, id, overlap, visit.actor()).await?;
    shown(visit, &home, &stored.secret)
}

/// 1. `admin` — 403
/// 2. The webhook — 303, 404, 503
pub(super) async fn end(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let home = home(visit)?;
    webhooks::end(visit.env(), &visit.slug()?, id, visit.actor()).await?;
    done(&home, "webhook-ended")
}

/// As the API takes it. What is left empty is not asked.
fn read(form: &Form) -> Value {
    let filled = |names: &[(&str, &str)]| -> Map<String, Value> {
        let filled = names.iter().filter(|(field, _)| !form.get(field).is_empty());
        filled.map(|(field, member)| ((*member).to_owned(), form.get(field).into())).collect()
    };
    let number = |(member, text): (String, Value)| {
        let number = text.as_str().and_then(|text| text.parse::<u32>().ok()).map(Value::from);
        (member, number.unwrap_or(text))
    };
    let mut rule = filled(&[("segment", "segment")]);
    let score: Map<_, _> =
        filled(&[("score_min", "min"), ("score_max", "max")]).into_iter().map(number).collect();
    let value = filled(&[("value_min", "min"), ("value_max", "max"), ("currency", "currency")]);
    let surveys: Vec<Value> = form.all("survey").map(Value::from).collect();
    for (member, wanted) in
        [("score", Value::from(score)), ("value", value.into()), ("survey", surveys.into())]
    {
        let is_empty =
            wanted.as_object().map_or_else(|| wanted.as_array().is_none_or(Vec::is_empty), Map::is_empty);
        if !is_empty {
            rule.insert(member.into(), wanted);
        }
    }
    let events: Vec<&str> = form.all("events").collect();
    json!({ "url": form.get("url"), "events": events, "rule": rule, "format": form.get("format") })
}

async fn list(
    visit: &Visit<'_>,
    status: u16,
    refused: Option<(&Value, &Faults)>,
) -> Result<Response, Problem> {
    let home = home(visit)?;
    let texts = visit.texts;
    let mut rows = Vec::new();
    for stored in webhooks::stored(visit.env(), &visit.slug()?).await? {
        let webhook = stored.parse()?;
        let events: Vec<&str> = webhook.events.iter().map(|event| event_name(visit, event.name())).collect();
        rows.push(vec![
            html! { a href={ (home) "/" (stored.id) } { (webhook.url) } },
            html! { (events.join(", ")) },
            html! { (format_name(visit, webhook.format)) },
            html! { (parts::moment(visit, stored.created_at)) },
        ]);
    }
    let columns = [
        Column::Words(texts.address),
        Column::Words(texts.events),
        Column::Words(texts.webhook_format),
        Column::Words(texts.made),
    ];
    let fresh = json!({ "events": ["response.completed"], "format": "json" });
    let (definition, faults) = refused.map_or((&fresh, None), |(sent, faults)| (sent, Some(faults)));
    let content = html! {
        @if rows.is_empty() { (parts::empty(texts.no_webhooks[0], texts.no_webhooks[1], &html! {})) }
        @else { (parts::table(texts.webhooks, &columns, &rows)) }
        section class="panel" { h2 { (texts.new_webhook) } (form(visit, &home, definition, faults).await?) }
    };
    let notice = faults.map(|faults| match fault_at(Some(faults), "") {
        Some(detail) if faults.0.iter().all(|fault| fault.pointer.is_empty()) => parts::bad(&detail),
        _ => parts::bad(texts.faults),
    });
    visit.page(
        status,
        &Page { title: texts.webhooks, place: Place::Webhooks, content, notice, ..Page::default() },
    )
}

async fn edit(
    visit: &Visit<'_>,
    status: u16,
    id: &str,
    refused: Option<(&Value, &Faults)>,
) -> Result<Response, Problem> {
    let home = home(visit)?;
    let (env, site) = (visit.env(), visit.slug()?);
    let stored = webhooks::find(env, &site, id).await?;
    let known =
        serde_json::from_str(&stored.definition).map_err(|error| Problem::Internal(error.to_string()))?;
    let (definition, faults) = refused.map_or((&known, None), |(sent, faults)| (sent, Some(faults)));
    let list = |dead| ListUndelivered { webhook: stored.id.clone(), dead, after: None, most: LISTED };
    let pending = deliveries::undelivered(env, &site, &list(false)).await?;
    let dead = deliveries::undelivered(env, &site, &list(true)).await?;
    let texts = visit.texts;
    let here = format!("{home}/{}", stored.id);
    let content = html! {
        section class="panel" { (form(visit, &here, definition, faults).await?) }
        section class="block" {
            div class="head" {
                h2 { (texts.dead) }
                @if !dead.is_empty() {
                    form method="post" action=(here) {
                        (parts::token(visit))
                        button class="button" name="do" value="replay" { (texts.replay) }
                    }
                }
            }
            (messages(visit, texts.dead, &dead, texts.no_dead))
        }
        section class="block" { h2 { (texts.pending) } (messages(visit, texts.pending, &pending, texts.no_pending)) }
    };
    let title = known.get("url").and_then(Value::as_str).unwrap_or(texts.webhooks);
    let acts = html! {
        a class="button" href={ (here) "/rotate" } { (texts.rotate) }
        a class="button" href={ (here) "/end" } { (texts.end_webhook) }
    };
    let notice = faults.map(|_| parts::bad(texts.faults));
    let crumbs = [(texts.webhooks, home.as_str())];
    visit.page(status, &Page { title, place: Place::Webhooks, crumbs: &crumbs, acts, content, notice })
}

fn messages(visit: &Visit<'_>, name: &str, messages: &[(String, Undelivered)], none: &str) -> Markup {
    let texts = visit.texts;
    let columns = [
        Column::Words(texts.when),
        Column::Words(texts.survey),
        Column::Words(texts.events),
        Column::Numbers(texts.tries),
        Column::Words(texts.failure),
        Column::Words(texts.next_try),
    ];
    let row = |(survey, message): &(String, Undelivered)| {
        vec![
            html! { (parts::moment(visit, message.created_at)) },
            html! { (survey) },
            html! { (event_name(visit, &message.event)) },
            html! { (visit.format.count(message.tries.into())) },
            html! { (message.failure.as_deref().unwrap_or_default()) },
            html! { @if let Some(next) = message.next_at { (parts::moment(visit, next)) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = messages.iter().map(row).collect();
    html! { @if rows.is_empty() { p class="soft" { (none) } } @else { (parts::table(name, &columns, &rows)) } }
}

async fn form(
    visit: &Visit<'_>,
    to: &str,
    definition: &Value,
    faults: Option<&Faults>,
) -> Result<Markup, Problem> {
    let texts = visit.texts;
    let of = |pointer: &str| match definition.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let has = |pointer: &str, value: &str| {
        let list = definition.pointer(pointer).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|item| item == value))
    };
    let line = |label: &str, name: &str, pointer: &str, kind: &str| {
        let error = fault_at(faults, pointer);
        parts::line(&Field { label, name, hint: "", error: error.as_deref() }, kind, &of(pointer))
    };
    let events = Event::NAMES.map(|(value, _)| Choice {
        value,
        label: event_name(visit, value),
        hint: "",
        is_chosen: has("/events", value),
    });
    let formats = Format::NAMES.map(|(value, format)| (value, format_name(visit, format)));
    let mut segments = vec![("", texts.any)];
    for (_, metric) in Metric::NAMES {
        for (segment, label) in metric.segments().iter().zip(texts.segments_of(metric)) {
            if segments.iter().all(|(known, _)| *known != segment.name()) {
                segments.push((segment.name(), label));
            }
        }
    }
    let surveys = registry::send(visit.env(), &ListSurveys { site: visit.here()?.id.clone() }).await?;
    let surveys = surveys.unwrap_or_default();
    let surveys = surveys.iter().map(|survey| Choice {
        value: &survey.id,
        label: &survey.id,
        hint: "",
        is_chosen: has("/rule/survey", &survey.id),
    });
    let surveys: Vec<Choice<'_>> = surveys.collect();
    let plain = |label, name| Field { label, name, hint: "", error: None };
    let no_event = fault_at(faults, "/events");
    Ok(html! {
        form method="post" action=(to) {
            (parts::token(visit))
            (line(texts.address, "url", "/url", "url"))
            (parts::choices(&Field { error: no_event.as_deref(), ..plain(texts.events, "events") }, "checkbox", &events))
            (parts::select(&plain(texts.webhook_format, "format"), &formats, &of("/format")))
            details class="more" open[definition.pointer("/rule").and_then(Value::as_object).is_some_and(|rule| !rule.is_empty())] {
                summary { (texts.only_some) }
                div class="pair" {
                    (parts::select(&plain(texts.segment, "segment"), &segments, &of("/rule/segment")))
                    (line(texts.currency, "currency", "/rule/value/currency", "text"))
                    (line(texts.score_from, "score_min", "/rule/score/min", "number"))
                    (line(texts.score_to, "score_max", "/rule/score/max", "number"))
                    (line(texts.value_from, "value_min", "/rule/value/min", "text"))
                    (line(texts.value_to, "value_max", "/rule/value/max", "text"))
                }
                @if !surveys.is_empty() {
                    (parts::choices(&Field { hint: texts.surveys_hint, ..plain(texts.surveys, "survey") }, "checkbox", &surveys))
                }
            }
            button class="button main" { (texts.save) }
        }
    })
}

fn event_name(visit: &Visit<'_>, name: &str) -> &'static str {
    let known = Event::NAMES.into_iter().zip(visit.texts.event_names);
    known.into_iter().find(|((known, _), _)| *known == name).map_or("", |(_, label)| label)
}

fn format_name(visit: &Visit<'_>, format: Format) -> &'static str {
    match format {
        Format::Json => visit.texts.format_json,
        Format::Slack => "Slack",
    }
}

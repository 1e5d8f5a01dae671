//! `/console/{site}/settings`: a form over the main settings, all of them as JSON, and the tag.

use super::form::{Form, fault_at};
use super::overview::tag;
use super::page::{Page, Place};
use super::parts::{self, Choice, Field};
use super::visit::{Known, Visit, done};
use crate::api;
use crate::problem::Problem;
use maud::{Markup, html};
use serde_json::{Value, json};
use sondeo_survey::access::Scope;
use sondeo_survey::consent::{Policy, Sources};
use sondeo_survey::site::{Fallback, Site};
use sondeo_survey::theme::Position;
use sondeo_survey::{Faults, texts};
use worker::Response;

/// Fields that hold a whole number, and fields that are a box.
const NUMBERS: [&str; 2] = ["retention_days", "spacing_hours"];
const BOXES: [&str; 3] = ["ask_consent", "honour_dnt", "mask_comments"];

/// 1. `admin` — 403
pub(super) fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let site = visit.here()?;
    page(visit, 200, &settings(site)?, None, None)
}

/// One of the two forms: the main settings over those that there are, or all of them. `check` only looks at them.
///
/// 1. `admin` — 403
/// 2. The settings — 422
/// 3. The Registry — 303, 503
pub(super) async fn save(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let site = visit.here()?;
    let document = form.get("document");
    let (sent, text) = if document.is_empty() {
        let sent = merge(settings(site)?, form);
        let text = sent.to_string();
        (sent, text)
    } else {
        (settings(site)?, document.to_owned())
    };
    let stored = if form.has("check") {
        Site::parse(text.as_bytes()).map(|_| false).map_err(|faults| (faults, document))
    } else {
        match api::sites::store(visit.env(), &site.id, text.as_bytes(), visit.actor()).await {
            Ok(_) => Ok(true),
            Err(Problem::Invalid(_, faults)) => Err((faults, document)),
            Err(problem) => return Err(problem),
        }
    };
    match stored {
        Ok(true) => done(&format!("/console/{}/settings", site.id), "saved"),
        Ok(false) => page(visit, 200, &sent, Some(document), None),
        Err((faults, document)) => {
            page(visit, 422, &sent, (!document.is_empty()).then_some(document), Some(&faults))
        }
    }
}

fn settings(site: &Known) -> Result<Value, Problem> {
    serde_json::from_str(&site.document).map_err(|error| Problem::Internal(error.to_string()))
}

/// What the form says in place of what there is; a number that is none stays text, which is a fault at its field.
fn merge(mut settings: Value, form: &Form) -> Value {
    let Some(members) = settings.as_object_mut() else { return settings };
    for name in ["name", "consent_policy", "time_zone", "default_locale", "fallback"] {
        members.insert(name.into(), form.get(name).into());
    }
    members.insert("origins".into(), form.lines("origins").collect());
    members.insert("consent_from".into(), form.all("consent_from").collect());
    for name in BOXES {
        members.insert(name.into(), form.has(name).into());
    }
    for name in NUMBERS {
        let text = form.get(name);
        members.insert(name.into(), text.parse::<u32>().map_or_else(|_| text.into(), Value::from));
    }
    let theme = members.entry("theme").or_insert_with(|| json!({}));
    if let Some(theme) = theme.as_object_mut() {
        theme.insert("accent".into(), form.get("accent").into());
        theme.insert("position".into(), form.get("position").into());
        let logo = form.get("logo");
        theme.insert("logo".into(), if logo.is_empty() { Value::Null } else { logo.into() });
    }
    settings
}

/// `document`: what was sent as JSON; with no faults, it was looked at and is good.
fn page(
    visit: &Visit<'_>,
    status: u16,
    settings: &Value,
    document: Option<&str>,
    faults: Option<&Faults>,
) -> Result<Response, Problem> {
    let texts = visit.texts;
    let site = visit.here()?;
    let notice = match (faults, document) {
        (Some(_), _) => Some(parts::bad(texts.faults)),
        (None, Some(_)) => Some(parts::good(texts.checked)),
        _ => None,
    };
    let in_form = faults.filter(|_| document.is_none());
    let content = html! {
        section class="panel" {
            h2 { (texts.tag) } p class="soft" { (texts.tag_hint) }
            (tag(visit, &site.id)?)
        }
        section class="panel" { h2 { (texts.main_settings) } (main(visit, &site.id, settings, in_form)) }
        section class="panel" {
            h2 { (texts.all_settings) } p class="soft" { (texts.all_settings_hint) }
            (all(visit, site, document, faults.filter(|_| document.is_some()))?)
        }
    };
    visit.page(
        status,
        &Page { title: texts.settings, place: Place::Settings, content, notice, ..Page::default() },
    )
}

fn main(visit: &Visit<'_>, site: &str, settings: &Value, faults: Option<&Faults>) -> Markup {
    let texts = visit.texts;
    let of = |pointer: &str| match settings.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let list = |pointer: &str| -> Vec<&str> {
        settings
            .pointer(pointer)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let error = |pointer: &str| fault_at(faults, pointer);
    let line = |label: &str, name: &str, hint: &str, pointer: &str, kind: &str| {
        let error = error(pointer);
        parts::line(&Field { label, name, hint, error: error.as_deref() }, kind, &of(pointer))
    };
    let tick = |value, label, hint| Choice {
        value,
        label,
        hint,
        is_chosen: settings.get(value) == Some(&Value::Bool(true)),
    };
    let policy = of("/consent_policy");
    let policies = Policy::NAMES.into_iter().zip(&texts.policies);
    let policies: Vec<Choice<'_>> = policies
        .map(|((value, _), [label, hint])| Choice { value, label, hint, is_chosen: value == policy })
        .collect();
    let from = list("/consent_from");
    let sources: Vec<Choice<'_>> = Sources::NAMES
        .into_iter()
        .zip(texts.sources)
        .map(|((value, _), label)| Choice { value, label, hint: "", is_chosen: from.contains(&value) })
        .collect();
    let locales: Vec<(&str, &str)> = texts::locales().map(|tag| (tag, tag)).collect();
    let locale = of("/default_locale");
    let is_built_in = locales.iter().any(|(tag, _)| *tag == locale);
    let positions: Vec<(&str, &str)> =
        Position::NAMES.into_iter().zip(texts.positions).map(|((value, _), label)| (value, label)).collect();
    let fallbacks: Vec<(&str, &str)> =
        Fallback::NAMES.into_iter().zip(texts.fallbacks).map(|((value, _), label)| (value, label)).collect();
    let plain = |label, name| Field { label, name, hint: "", error: None };
    let origins = error("/origins");
    let consent = error("/consent_from");
    html! {
        form method="post" action={ "/console/" (site) "/settings" } {
            (parts::token(visit))
            (line(texts.site_name, "name", "", "/name", "text"))
            (parts::area(&Field { label: texts.origins, name: "origins", hint: texts.origins_hint, error: origins.as_deref() }, 3, &list("/origins").join("\n")))
            (parts::choices(&plain(texts.policy, "consent_policy"), "radio", &policies))
            (parts::choices(&Field { error: consent.as_deref(), ..plain(texts.consent_from, "consent_from") }, "checkbox", &sources))
            div class="field" {
                (parts::tick(&tick("ask_consent", texts.ask_consent, texts.ask_consent_hint)))
                (parts::tick(&tick("honour_dnt", texts.honour_dnt, "")))
                (parts::tick(&tick("mask_comments", texts.mask_comments, texts.mask_comments_hint)))
            }
            div class="pair" {
                (line(texts.time_zone, "time_zone", texts.time_zone_hint, "/time_zone", "text"))
                @if is_built_in { (parts::select(&plain(texts.default_locale, "default_locale"), &locales, &locale)) }
                @else { (line(texts.default_locale, "default_locale", "", "/default_locale", "text")) }
                (line(texts.retention, "retention_days", texts.retention_hint, "/retention_days", "number"))
                (line(texts.spacing, "spacing_hours", texts.spacing_hint, "/spacing_hours", "number"))
                (line(texts.accent, "accent", "", "/theme/accent", "color"))
                (parts::select(&plain(texts.position, "position"), &positions, &of("/theme/position")))
            }
            (line(texts.logo, "logo", texts.logo_hint, "/theme/logo", "url"))
            (parts::select(&Field { hint: texts.fallback_hint, ..plain(texts.fallback, "fallback") }, &fallbacks, &of("/fallback")))
            button class="button main" { (texts.save) }
        }
    }
}

fn all(
    visit: &Visit<'_>,
    site: &Known,
    document: Option<&str>,
    faults: Option<&Faults>,
) -> Result<Markup, Problem> {
    let texts = visit.texts;
    let stored = match document {
        Some(document) => document.to_owned(),
        None => serde_json::to_string_pretty(&settings(site)?)
            .map_err(|error| Problem::Internal(error.to_string()))?,
    };
    let error = faults.map(ToString::to_string);
    let field = Field { label: "JSON", name: "document", hint: "", error: error.as_deref() };
    Ok(html! {
        form class="wide" method="post" action={ "/console/" (site.id) "/settings" } {
            (parts::token(visit))
            (parts::code(&field, 16, &stored))
            div class="row" {
                button class="button main" { (texts.save) }
                button class="button" name="check" value="1" { (texts.check) }
            }
        }
    })
}

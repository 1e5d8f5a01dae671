//! `/console`: all sites, and a form for another.

use super::form::{Form, fault_at};
use super::page::Page;
use super::parts::{self, Choice, Column, Field};
use super::visit::{Visit, done, see};
use crate::api;
use crate::problem::{Document, Problem};
use maud::{Markup, html};
use serde_json::json;
use sondeo_survey::Faults;
use sondeo_survey::access::Scope;
use sondeo_survey::consent::Policy;
use worker::Response;

/// The only site itself, where there is no more than one.
pub(super) fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    if let ([only], None) = (visit.sites.as_slice(), visit.parameter("new")) {
        return see(&format!("/console/{}", only.id));
    }
    list(visit, 200, None, None)
}

/// A new site.
///
/// 1. `admin` on all sites — 403
/// 2. Name and settings — 422; another one has the name — 422
/// 3. The Registry — 303, 503
pub(super) async fn create(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    visit.session.bearer.may_reach_all()?;
    let id = form.get("id");
    let origins: Vec<&str> = form.lines("origins").collect();
    let policy = form.get("consent_policy");
    let settings = json!({ "name": form.get("name"), "origins": origins, "consent_policy": policy });
    let stored = if visit.sites.iter().any(|site| site.id == id) {
        Err(Problem::invalid(Document::Site, "", visit.texts.taken))
    } else {
        api::sites::store(visit.env(), id, settings.to_string().as_bytes(), visit.actor()).await
    };
    match stored {
        Ok(_) => done(&format!("/console/{id}"), "created"),
        Err(Problem::Invalid(_, faults)) => list(visit, 422, Some(form), Some(&faults)),
        Err(problem) => Err(problem),
    }
}

fn list(
    visit: &Visit<'_>,
    status: u16,
    sent: Option<&Form>,
    faults: Option<&Faults>,
) -> Result<Response, Problem> {
    let texts = visit.texts;
    let may_make = visit.can(Scope::Admin) && visit.session.bearer.may_reach_all().is_ok();
    let rows: Vec<Vec<Markup>> = visit
        .sites
        .iter()
        .map(|site| {
            let settings = &site.settings;
            vec![
                html! { a href={ "/console/" (site.id) } { (settings.name) } },
                html! { code { (site.id) } },
                html! { (settings.origins.join(", ")) },
            ]
        })
        .collect();
    let content = html! {
        @if !rows.is_empty() {
            (parts::table(texts.sites, &[Column::Words(texts.site_name), Column::Words(texts.site_id), Column::Words(texts.origins)], &rows))
        } @else if !may_make {
            (parts::empty(texts.no_sites[0], texts.no_sites[1], &html! {}))
        }
        @if may_make {
            section class="panel" {
                @if rows.is_empty() { h2 { (texts.first_site[0]) } p class="soft" { (texts.first_site[1]) } }
                @else { h2 { (texts.new_site) } }
                (new(visit, sent, faults))
            }
        }
    };
    let notice = faults.map(|_| parts::bad(texts.faults));
    visit.page(status, &Page { title: texts.sites, content, notice, ..Page::default() })
}

fn new(visit: &Visit<'_>, sent: Option<&Form>, faults: Option<&Faults>) -> Markup {
    let texts = visit.texts;
    let value = |name| sent.map_or("", |form| form.get(name));
    let errors = ["/name", "/origins", "/consent_policy"].map(|pointer| fault_at(faults, pointer));
    let [name, origins, policy] = errors.each_ref().map(Option::as_deref);
    // A fault of the whole is one of its name in addresses.
    let whole = faults.and_then(|faults| faults.0.iter().find(|fault| fault.pointer.is_empty()));
    let chosen = sent.map_or("opt_in", |form| form.get("consent_policy"));
    let policies: Vec<Choice<'_>> = Policy::NAMES
        .into_iter()
        .zip(&texts.policies)
        .map(|((value, _), [label, hint])| Choice { value, label, hint, is_chosen: value == chosen })
        .collect();
    html! {
        form method="post" action="/console" {
            (parts::token(visit))
            (parts::line(&Field { label: texts.site_name, name: "name", hint: "", error: name }, "text", value("name")))
            (parts::line(&Field { label: texts.site_id, name: "id", hint: texts.site_id_hint, error: whole.map(|fault| fault.detail.as_str()) }, "text", value("id")))
            (parts::area(&Field { label: texts.origins, name: "origins", hint: texts.origins_hint, error: origins }, 2, value("origins")))
            (parts::choices(&Field { label: texts.policy, name: "consent_policy", hint: "", error: policy }, "radio", &policies))
            button class="button main" { (texts.create_site) }
        }
    }
}

//! `/console/{site}/tokens`: who may do what.

use super::form::{Form, fault_at};
use super::page::{Page, Place};
use super::parts::{self, Choice, Column, Confirm, Field};
use super::visit::{Visit, done};
use crate::api::tokens;
use crate::problem::{Document, Problem};
use crate::registry::tokens::{RevokeToken, StoredToken};
use crate::{clock, registry};
use maud::{Markup, html};
use serde_json::json;
use sondeo_survey::Faults;
use sondeo_survey::access::{RotationRequest, Scope};
use worker::Response;

const DAY_MS: i64 = 86_400_000;

/// 1. `admin` — 403
/// 2. The Registry — 503
pub(super) async fn show(visit: &Visit<'_>) -> Result<Response, Problem> {
    list(visit, 200, None, None).await
}

/// A new token, which this page alone shows.
///
/// 1. `admin` — 403
/// 2. What it is to be good for — 422; its sites — 403
/// 3. The Registry — 200, 503
pub(super) async fn create(visit: &Visit<'_>, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let sites: Vec<&str> = form.all("sites").collect();
    let scopes: Vec<&str> = form.all("scopes").collect();
    let days = form.get("days").parse::<i64>().ok().filter(|days| (1..=3650).contains(days));
    let end = days.map(|days| clock::rfc3339(visit.call.now.saturating_add(days.saturating_mul(DAY_MS))));
    let request = json!({ "scopes": scopes, "sites": sites, "expires_at": end }).to_string();
    let made = if sites.is_empty() {
        Err(Problem::invalid(Document::Token, "/sites", visit.texts.no_site_chosen))
    } else {
        tokens::create(visit.env(), &visit.session.bearer, request.as_bytes(), visit.call.now).await
    };
    match made {
        Ok((token, _)) => shown(visit, &token),
        Err(Problem::Invalid(_, faults)) => list(visit, 422, Some(form), Some(&faults)).await,
        Err(problem) => Err(problem),
    }
}

/// Asks before a token is ended, or gets another secret.
pub(super) async fn ask(visit: &Visit<'_>, kid: &str, verb: &str) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let token = tokens::find(visit.env(), &visit.session.bearer, kid).await?;
    let texts = visit.texts;
    let back = back(visit)?;
    let (question, act) = match verb {
        "end" => (texts.end_token_question, texts.end_token),
        _ => (texts.rotate_question, texts.rotate),
    };
    let more = html! { @if verb != "end" { (parts::overlap(visit)) } };
    let to = format!("{back}/{}/{verb}", token.kid);
    let content = parts::confirm(visit, &Confirm { question, act, to: &to, fields: &[], more, back: &back });
    let title = format!("{act}: {}", token.kid);
    let crumbs = [(texts.tokens, back.as_str())];
    visit
        .page(200, &Page { title: &title, place: Place::Tokens, crumbs: &crumbs, content, ..Page::default() })
}

/// 1. `admin` — 403
/// 2. The token — 404, 403
/// 3. The Registry — 303, 503
pub(super) async fn end(visit: &Visit<'_>, kid: &str) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let token = tokens::find(visit.env(), &visit.session.bearer, kid).await?;
    registry::send(visit.env(), &RevokeToken { kid: token.kid, actor: visit.actor() }).await?;
    done(&back(visit)?, "token-ended")
}

/// Another secret, which this page alone shows.
pub(super) async fn rotate(visit: &Visit<'_>, kid: &str, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::Admin)?;
    let request = RotationRequest { overlap_seconds: parts::overlap_of(form) };
    let (token, _) = tokens::renew(visit.env(), &visit.session.bearer, kid, request).await?;
    shown(visit, &token)
}

fn back(visit: &Visit<'_>) -> Result<String, Problem> {
    Ok(format!("/console/{}/tokens", visit.here()?.id))
}

fn shown(visit: &Visit<'_>, token: &str) -> Result<Response, Problem> {
    let texts = visit.texts;
    let back = back(visit)?;
    let content = html! {
        section class="panel" {
            p { (texts.shown_once) }
            (parts::copy(visit, token))
            a class="button" href=(back) { (texts.to_list) }
        }
    };
    let crumbs = [(texts.tokens, back.as_str())];
    let notice = Some(parts::good(texts.created));
    visit.page(
        200,
        &Page {
            title: texts.new_secret,
            place: Place::Tokens,
            crumbs: &crumbs,
            content,
            notice,
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
    visit.may(Scope::Admin)?;
    let site = visit.here()?;
    let found = tokens::all(visit.env(), &visit.session.bearer).await?;
    // One without sites is good for nothing here, but who sees it may want to end it.
    let found = found.into_iter().filter(|token| token.sites.is_empty() || token.sites.contains(&site.id));
    let back = back(visit)?;
    let rows: Vec<Vec<Markup>> = found.map(|token| row(visit, &back, &token)).collect();
    let texts = visit.texts;
    let columns = [
        Column::Words(texts.token_name),
        Column::Words(texts.scopes),
        Column::Words(texts.sites),
        Column::Words(texts.made),
        Column::Words(texts.ends),
        Column::Acts(texts.acts),
    ];
    let content = html! {
        @if rows.is_empty() { (parts::empty(texts.no_tokens[0], texts.no_tokens[1], &html! {})) }
        @else { (parts::table(texts.tokens, &columns, &rows)) }
        section class="panel" { h2 { (texts.new_token) } (new(visit, &site.id, sent, faults)) }
    };
    let notice = faults.map(|_| parts::bad(texts.faults));
    visit
        .page(status, &Page { title: texts.tokens, place: Place::Tokens, content, notice, ..Page::default() })
}

fn row(visit: &Visit<'_>, back: &str, token: &StoredToken) -> Vec<Markup> {
    let texts = visit.texts;
    let is_own = token.kid == visit.session.bearer.kid;
    let is_over = token.expires_at.is_some_and(|end| end <= visit.call.now);
    let former = token.former.as_ref().map(|(_, until)| *until).filter(|until| *until > visit.call.now);
    vec![
        html! { code { (token.kid) } @if is_own { " " span class="badge" { (texts.yours) } } },
        html! { (token.scopes.join(", ")) },
        html! { (token.sites.join(", ")) },
        html! { (parts::moment(visit, token.created_at)) },
        html! {
            @match token.expires_at {
                Some(end) => { (parts::moment(visit, end)) @if is_over { " " span class="badge" { (texts.over) } } }
                None => (texts.never),
            }
            @if let Some(until) = former { br; span class="soft" { (texts.former_until) " " (parts::moment(visit, until)) } }
        },
        html! {
            a href={ (back) "/" (token.kid) "/rotate" } aria-label={ (texts.rotate) " " (token.kid) } { (texts.rotate) }
            a href={ (back) "/" (token.kid) "/end" } aria-label={ (texts.end_token) " " (token.kid) } { (texts.end_token) }
        },
    ]
}

fn new(visit: &Visit<'_>, here: &str, sent: Option<&Form>, faults: Option<&Faults>) -> Markup {
    let texts = visit.texts;
    let is_sent = |name: &str, value: &str, default: bool| {
        sent.map_or(default, |form| form.all(name).any(|known| known == value))
    };
    let scopes = Scope::NAMES.into_iter().zip(texts.scope_hints).map(|((value, _), hint)| Choice {
        value,
        label: value,
        hint,
        is_chosen: is_sent("scopes", value, value == "responses:read"),
    });
    let scopes: Vec<Choice<'_>> = scopes.collect();
    let sites = visit.sites.iter().map(|site| Choice {
        value: &site.id,
        label: &site.settings.name,
        hint: "",
        is_chosen: is_sent("sites", &site.id, site.id == here),
    });
    let sites: Vec<Choice<'_>> = sites.collect();
    let ends =
        [("90", texts.in_days[0]), ("30", texts.in_days[1]), ("365", texts.in_days[2]), ("", texts.never)];
    let errors = ["/scopes", "/sites"].map(|pointer| fault_at(faults, pointer));
    let [scopes_error, sites_error] = errors.each_ref().map(Option::as_deref);
    html! {
        form method="post" action={ "/console/" (here) "/tokens" } {
            (parts::token(visit))
            (parts::choices(&Field { label: texts.scopes, name: "scopes", hint: "", error: scopes_error }, "checkbox", &scopes))
            (parts::choices(&Field { label: texts.sites, name: "sites", hint: "", error: sites_error }, "checkbox", &sites))
            (parts::select(&Field { label: texts.ends, name: "days", hint: "", error: None }, &ends, sent.map_or("90", |form| form.get("days"))))
            button class="button main" { (texts.create_token) }
        }
    }
}

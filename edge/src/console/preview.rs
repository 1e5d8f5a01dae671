//! What the editor's frame shows: a page of nobody with the real tag, whose card is what the form holds at that moment. The
//! loader's own preview fetches the card's text; `preview.js` gives it the text that stands in this page.

use super::assets;
use super::editor::{find, read, slug};
use super::form::Form;
use super::visit::{Visit, see};
use crate::api;
use crate::problem::Problem;
use crate::reply;
use maud::{DOCTYPE, html};
use sondeo_survey::access::Scope;
use sondeo_survey::card::Card;
use worker::Response;

/// As the console's, but that Wasm runs, the site's logo is shown, and the console may frame it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
     img-src 'self' https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/// 1. `survey:write` — 403; the survey, where it is not new — 404, 503
/// 2. The draft: a page that says that something is wrong — 200
pub(super) async fn show(visit: &Visit<'_>, id: Option<&str>, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::SurveyWrite)?;
    if let Some(id) = id {
        find(visit, id).await?;
    }
    let site = visit.here()?;
    let mut edited = read(form, id, None);
    edited.give_title();
    let draft = edited.draft().ok();
    let tag = form.get("shown-in");
    let card = draft.map(|draft| Card::sent(&site.settings, 1, &draft.definition, tag));
    let scheme = ["light", "dark"].into_iter().find(|known| form.get("scheme") == *known);
    let page = html! {
        (DOCTYPE)
        html lang=(visit.texts.locale) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(scheme.unwrap_or("light dark"));
                title { (visit.texts.editing.preview) }
                link rel="stylesheet" href=(assets::address("preview.css"));
            }
            body data-card=[card.as_deref()] {
                @if card.is_some() {
                    div class="lines" aria-hidden="true" { @for _ in 0..7 { i {} } }
                    div data-sondeo=(id.unwrap_or("new")) {}
                    script src=(assets::address("preview.js")) {}
                    script async src={ "/s/" (site.id) ".js" } {}
                } @else {
                    p { (visit.texts.editing.preview_faulty) }
                }
            }
        }
    };
    let reply = Response::from_bytes(page.into_string().into_bytes())?;
    let headers = reply.headers();
    headers.set("Content-Type", "text/html; charset=utf-8")?;
    headers.set("Content-Security-Policy", POLICY)?;
    headers.set("Referrer-Policy", "same-origin")?;
    reply::guard(&reply)?;
    Ok(reply)
}

/// Leads to the hosted page of the saved draft — 403, 404, 503
pub(super) async fn plain(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let survey = find(visit, id).await?;
    let site = slug(visit)?;
    let token = api::preview::token(visit.call, &site, &survey.id).await?;
    see(&format!("/h/{site}/{}?preview={token}", survey.id))
}

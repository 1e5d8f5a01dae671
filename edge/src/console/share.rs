//! `/console/{site}/surveys/{survey}/share`: how visitors come to a survey, and the survey as a file.

use super::editor::{find, slug};
use super::parts;
use super::versions::{acts, page};
use super::visit::Visit;
use crate::api;
use crate::problem::Problem;
use crate::registry::surveys::StoredSurvey;
use crate::reply;
use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use sondeo_survey::draft::Draft;
use sondeo_survey::file::SurveyFile;
use sondeo_survey::slug::Slug;
use std::fmt::Write;
use worker::Response;

/// 1. `survey:write` — 403
/// 2. The survey — 404, 503
pub(super) async fn show(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let survey = find(visit, id).await?;
    let words = visit.texts.editing;
    let site = &visit.here()?.id;
    let link = link(visit, &survey)?;
    let part = |title: &str, hint: &str, content: &Markup| {
        html! { section class="panel" { h2 { (title) } @if !hint.is_empty() { p class="soft" { (hint) } } (content) } }
    };
    let tag = parts::copy(visit, &api::tag::plain(&visit.call.origin()?, site));
    let call = parts::copy(visit, &format!("sondeo('show', '{}')", survey.id));
    let code = html! {
        (parts::copy(visit, &link))
        @if let Some(code) = qr(&link) {
            div class="qr" { (code.svg(words.qr)) a class="button" href="qr.svg" download={ (survey.id) ".svg" } { (words.qr) } }
        }
    };
    let files = html! {
        div class="row" {
            a class="button" href="definition.toml" download={ (site) "-" (survey.id) ".toml" } { "TOML" }
            a class="button" href="definition.json" download={ (site) "-" (survey.id) ".json" } { "JSON" }
        }
    };
    let content = html! {
        (part(words.share_tag, words.share_tag_hint, &tag))
        (part(words.share_show, "", &call))
        (part(words.share_link, words.share_link_hint, &code))
        (part(words.files, words.files_hint, &files))
    };
    page(visit, &survey, words.share, acts(visit, &survey, "share"), content)
}

/// The hosted page.
fn link(visit: &Visit<'_>, survey: &StoredSurvey) -> Result<String, Problem> {
    Ok(format!("{}/h/{}/{}", visit.call.origin()?, visit.here()?.id, survey.id))
}

/// The survey's draft as a file — 403, 404, 503
pub(super) async fn file(visit: &Visit<'_>, id: &str, as_toml: bool) -> Result<Response, Problem> {
    let survey = find(visit, id).await?;
    let draft = Draft::parse(survey.draft.as_bytes())
        .map_err(|faults| Problem::Internal(format!("stored survey {id}: {faults}")))?;
    let draft = Draft { shards: Some(survey.shards), ..draft };
    let id = Slug::parse(id).ok_or(Problem::UnknownSurvey)?;
    let file = SurveyFile { site: slug(visit)?, surveys: [(id, draft)].into() };
    if as_toml {
        download("application/toml; charset=utf-8", file.to_toml())
    } else {
        download("application/json", format!("{:#}\n", file.document()))
    }
}

/// The code of the link, to print — 403, 404, 503
pub(super) async fn code(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let link = link(visit, &find(visit, id).await?)?;
    let code = qr(&link).ok_or(Problem::NotFound)?;
    download("image/svg+xml", code.svg("").into_string())
}

fn download(media_type: &str, text: String) -> Result<Response, Problem> {
    let reply = Response::from_bytes(text.into_bytes())?;
    reply.headers().set("Content-Type", media_type)?;
    reply.headers().set("Content-Disposition", "attachment")?;
    reply::guard(&reply)?;
    Ok(reply)
}

/// The dark modules of a code, as the data of a path, and how wide the code is.
struct Code {
    path: String,
    side: i32,
}

/// Around a code there are four light modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// None where the text is too long for a code.
fn qr(text: &str) -> Option<Code> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET).ok()?;
        }
    }
    Some(Code { path, side: code.size() + 2 * QUIET })
}

impl Code {
    /// Dark on light whatever the page is: readers expect it so.
    fn svg(&self, name: &str) -> Markup {
        html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (self.side) " " (self.side) } width="264" height="264" role="img" aria-label=[(!name.is_empty()).then_some(name)] {
                path d={ "M0 0h" (self.side) "v" (self.side) "H0z" } fill="#fff" {}
                path d=(self.path) fill="#000" shape-rendering="crispEdges" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_a_quiet_zone() {
        let code = qr("https://sondeo.example/h/shop/after-purchase").unwrap();
        let size = code.side - 2 * QUIET;
        let is_dark = |x: i32, y: i32| code.path.contains(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        for (left, top) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            // A ring, a gap, and a square of three.
            for at in 0..7 {
                assert!(is_dark(left + at, top) && is_dark(left, top + at), "{left} {top} {at}");
            }
            assert!(!is_dark(left + 1, top + 1) && is_dark(left + 3, top + 3));
        }
        assert!(!is_dark(-1, 0) && !is_dark(size, 0));
        assert!(qr(&"x".repeat(4000)).is_none());
    }
}

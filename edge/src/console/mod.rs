//! The console: pages for owners and analysts, made here and whole without script.
//!
//! A request goes through [`answer`]: where it is a form, its origin; who is signed in; the form's token; then the table in
//! [`dispatch`]. A page is a function of a [`Visit`], which has the session, the words, the sites that may be seen and the
//! formats of numbers and times; it returns [`Visit::page`], or [`visit::done`] after a form that did something. What it refuses
//! it returns as a [`Problem`], which [`page::refuse`] makes a page of.
//!
//! To add a page:
//! 1. a file with its functions (`show`, and for what its forms do `act` or a verb), and its rows in [`dispatch`];
//! 2. a scope: `visit.may(Scope::…)?` first;
//! 3. its words in `texts/`: a struct of its own beside the others where they are many, and one constant a language;
//! 4. its looks out of [`parts`]; what only it needs in a style sheet and a script of its own in `assets/`, added to
//!    the lists in `assets.rs`. The policy of the pages allows no inline style or script: an SVG's attributes are fine;
//! 5. an entry in [`page::NAV`] where it belongs into the navigation.
//!
//! What a page does, it does by the commands that `api` sends. Where there is more than a command to it, the API's
//! function is split, so that both call the same.

mod answers;
mod assets;
mod audit;
mod chart;
mod editor;
mod erasure;
mod figures;
mod form;
mod format;
mod inbox;
mod overview;
mod page;
mod parts;
mod preview;
mod settings;
mod share;
mod sign;
mod sites;
mod span;
mod survey;
mod texts;
mod tokens;
mod versions;
mod visit;
mod webhooks;

use crate::problem::Problem;
use crate::routes::Call;
use crate::{auth, body};
use form::Form;
use page::refuse;
use visit::Visit;
use worker::Response;

const TYPE: &str = "application/x-www-form-urlencoded";
/// A survey's definition in a form.
const FORM_BYTES: usize = 512 * 1024;

/// A page.
///
/// 1. The session — 303 to the sign-in
/// 2. Its scope and its site — 403, 404
/// 3. The Registry and the Shards — 503
///
/// Whatever is refused is a page, too.
pub(crate) async fn get(call: &mut Call<'_>) -> Result<Response, Problem> {
    serve(call, false).await
}

/// A form of a page.
///
/// 1. The page's origin, which is the collector's own — 403; type and size — 415, 413
/// 2. The session — 303 to the sign-in; the form's token, which is the session's — 403
/// 3. As above; what the form says — 422, with the form again
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    serve(call, true).await
}

async fn serve(call: &mut Call<'_>, is_sent: bool) -> Result<Response, Problem> {
    let path = call.param("page").to_owned();
    let path: Vec<&str> = path.split('/').collect();
    if let (["assets", hash, file], false) = (&*path, is_sent)
        && *hash == *assets::HASH
    {
        return assets::get(file);
    }
    let spoken = texts::spoken(call)?;
    let reply = match answer(call, &path, is_sent).await {
        Ok(reply) => reply,
        Err(Problem::Unauthorized) => sign::send(call, is_sent)?,
        Err(problem) => refuse(call, &problem)?,
    };
    if spoken.is_new {
        reply.headers().append("Set-Cookie", &texts::cookie(spoken.texts))?;
    }
    Ok(reply)
}

async fn answer(call: &mut Call<'_>, path: &[&str], is_sent: bool) -> Result<Response, Problem> {
    let form = if is_sent {
        own(call)?;
        body::check_type(&call.request, &[TYPE], TYPE)?;
        Some(Form::parse(&body::read(&call.request, FORM_BYTES).await?))
    } else {
        None
    };
    match (path, &form) {
        (["sign-in"], None) => return sign::show(call),
        (["sign-in"], Some(form)) => return sign::enter(call, form).await,
        _ => {}
    }
    let session = auth::session::session(call).await?;
    if form.as_ref().is_some_and(|form| !session.sent(form.get("csrf"))) {
        return Err(Problem::Forbidden("The form is not of this session"));
    }
    if let (["sign-out"], Some(_)) = (path, &form) {
        return sign::leave();
    }
    let visit = Visit::new(call, session, path).await?;
    dispatch(&visit, path, form.as_ref()).await
}

/// Every address below `/console`, with and without a form.
async fn dispatch(visit: &Visit<'_>, path: &[&str], form: Option<&Form>) -> Result<Response, Problem> {
    match (path, form) {
        ([""], None) => sites::show(visit),
        ([""], Some(form)) => sites::create(visit, form).await,
        ([_], None) => overview::show(visit).await,
        ([_, "inbox"], None) => inbox::show(visit).await,
        ([_, "surveys", survey], None) => survey::show(visit, survey).await,
        ([_, "surveys", survey, "answers"], None) => answers::list(visit, survey).await,
        ([_, "surveys", survey, "answers", id], None) => answers::show(visit, survey, id).await,
        ([_, "surveys", survey, "answers", id], Some(form)) => answers::handle(visit, survey, id, form).await,
        ([_, "surveys", survey, "download"], None) => answers::download(visit, survey).await,
        ([_, "settings"], None) => settings::show(visit),
        ([_, "settings"], Some(form)) => settings::save(visit, form).await,
        ([_, "tokens"], None) => tokens::show(visit).await,
        ([_, "tokens"], Some(form)) => tokens::create(visit, form).await,
        ([_, "tokens", kid, verb @ ("end" | "rotate")], None) => tokens::ask(visit, kid, verb).await,
        ([_, "tokens", kid, "end"], Some(_)) => tokens::end(visit, kid).await,
        ([_, "tokens", kid, "rotate"], Some(form)) => tokens::rotate(visit, kid, form).await,
        ([_, "webhooks"], None) => webhooks::show(visit).await,
        ([_, "webhooks"], Some(form)) => webhooks::create(visit, form).await,
        ([_, "webhooks", id], None) => webhooks::one(visit, id).await,
        ([_, "webhooks", id], Some(form)) => webhooks::change(visit, id, form).await,
        ([_, "webhooks", id, verb @ ("end" | "rotate")], None) => webhooks::ask(visit, id, verb).await,
        ([_, "webhooks", id, "rotate"], Some(form)) => webhooks::rotate(visit, id, form).await,
        ([_, "webhooks", id, "end"], Some(_)) => webhooks::end(visit, id).await,
        ([_, "erasure"], None) => erasure::show(visit).await,
        ([_, "erasure"], Some(form)) => erasure::erase(visit, form).await,
        ([_, "audit"], None) => audit::show(visit).await,
        ([_, "new-survey"], None) => editor::show_new(visit),
        ([_, "new-survey"], Some(form)) => editor::act(visit, None, form).await,
        ([_, "new-survey", "preview"], Some(form)) => preview::show(visit, None, form).await,
        ([_, "surveys", id, "versions", number], form) => version(visit, id, number, form).await,
        ([_, "surveys", id, page], form) => survey(visit, id, page, form).await,
        _ => Err(Problem::NotFound),
    }
}

/// The pages with which an owner makes a survey what it is.
async fn survey(visit: &Visit<'_>, id: &str, page: &str, form: Option<&Form>) -> Result<Response, Problem> {
    match (page, form) {
        ("edit", None) => editor::show(visit, id).await,
        ("edit", Some(form)) => editor::act(visit, Some(id), form).await,
        ("preview", Some(form)) => preview::show(visit, Some(id), form).await,
        ("plain", None) => preview::plain(visit, id).await,
        ("versions", None) => versions::show(visit, id).await,
        ("publish" | "pause", None) => versions::ask(visit, id, page).await,
        ("publish", Some(_)) => versions::publish(visit, id).await,
        ("pause", Some(_)) => versions::pause(visit, id).await,
        ("share", None) => share::show(visit, id).await,
        ("definition.toml", None) => share::file(visit, id, true).await,
        ("definition.json", None) => share::file(visit, id, false).await,
        ("qr.svg", None) => share::code(visit, id).await,
        _ => Err(Problem::NotFound),
    }
}

async fn version(
    visit: &Visit<'_>,
    id: &str,
    number: &str,
    form: Option<&Form>,
) -> Result<Response, Problem> {
    match form {
        None => versions::ask(visit, id, &format!("versions/{number}")).await,
        Some(_) => versions::again(visit, id, number).await,
    }
}

/// Browsers say of a form which page it comes from. Whatever is not one of the console's own is refused with 403, and so is what
/// does not say.
fn own(call: &Call<'_>) -> Result<(), Problem> {
    let headers = call.request.headers();
    let origin = headers.get("Origin")?;
    let site = headers.get("Sec-Fetch-Site")?;
    let own = call.origin()?;
    let is_own = origin.as_ref().is_none_or(|origin| *origin == own)
        && site.as_ref().is_none_or(|site| site == "same-origin")
        && (origin.is_some() || site.is_some());
    if is_own { Ok(()) } else { Err(Problem::ForbiddenOrigin) }
}

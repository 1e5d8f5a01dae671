//! Signing in and out.

use super::form::Form;
use super::page::{self, Bare};
use super::parts::{self, Field};
use super::texts;
use super::visit::see;
use crate::auth::session;
use crate::limit;
use crate::problem::Problem;
use crate::routes::Call;
use maud::html;
use sondeo_survey::link::parameter;
use worker::Response;

/// `GET /console/sign-in`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let next = call.request.url()?.query().and_then(|query| parameter(query, "next"));
    ask(call, 200, next.as_deref().unwrap_or_default(), None)
}

/// To the sign-in, and from there back to the page. A page that another one leads to comes without its cookie, which is
/// `SameSite=Strict`: once the browser asks again out of a page of ours, it is there.
pub(super) fn send(call: &Call<'_>, is_sent: bool) -> Result<Response, Problem> {
    let url = call.request.url()?;
    let is_led = call.request.headers().get("Sec-Fetch-Site")?.is_some_and(|site| site == "cross-site");
    if is_led && !is_sent {
        return page::again(call);
    }
    if is_sent || url.path() == "/console" {
        return see("/console/sign-in");
    }
    let here = format!("{}{}", url.path(), url.query().map(|query| format!("?{query}")).unwrap_or_default());
    let next: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
    see(&format!("/console/sign-in?next={next}"))
}

/// `POST /console/sign-in`
///
/// 1. Not too many from one address — 429
/// 2. The token — 403, 503
pub(super) async fn enter(call: &Call<'_>, form: &Form) -> Result<Response, Problem> {
    let texts = texts::spoken(call)?.texts;
    let next = form.get("next");
    let source = limit::source(call.env, call.request.headers(), &session::limiter_key(call.env), call.now)?;
    match limit::check(call.env, source.as_deref()).await {
        Err(Problem::Limited(_)) => return ask(call, 429, next, Some(texts.too_many)),
        other => other?,
    }
    let cookie = match session::open(call.env, form.get("token"), call.now).await {
        Err(Problem::Unauthorized) => return ask(call, 403, next, Some(texts.wrong_token)),
        other => other?,
    };
    let reply = see(if is_page(next) { next } else { "/console" })?;
    reply.headers().append("Set-Cookie", &cookie)?;
    Ok(reply)
}

/// `POST /console/sign-out`
pub(super) fn leave() -> Result<Response, Problem> {
    let reply = see("/console/sign-in?done=signed-out")?;
    reply.headers().append("Set-Cookie", &session::close())?;
    Ok(reply)
}

/// Whether an address is one of the console, and not another host's.
fn is_page(address: &str) -> bool {
    let rest = address.strip_prefix("/console");
    let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    is_below && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

fn ask(call: &Call<'_>, status: u16, next: &str, error: Option<&str>) -> Result<Response, Problem> {
    let texts = texts::spoken(call)?.texts;
    let field = Field { label: texts.token, name: "token", hint: texts.token_hint, error };
    let content = html! {
        h1 { (texts.sign_in_title) }
        form method="post" action="/console/sign-in" {
            input type="hidden" name="next" value=(next);
            (parts::secret(&field))
            button class="button main" { (texts.sign_in) }
        }
    };
    page::bare(call, status, &Bare { title: texts.sign_in_title, content })
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn a_sign_in_leads_to_the_console_alone() {
        for (address, expected) in [
            ("/console", true),
            ("/console/shop?lang=es", true),
            ("/console?done=x", true),
            ("/consoles", false),
            ("//evil.example", false),
            ("https://evil.example/console", false),
            ("/console/\r\nSet-Cookie: a=b", false),
            ("", false),
        ] {
            assert_eq!(is_page(address), expected, "{address}");
        }
    }
}

//! What is around a form: the document, its looks, and the headers that keep it alone.

use super::Stop;
use super::visit::is_embedded;
use crate::auth;
use crate::problem::Problem;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sondeo_survey::card::{Card, Field, squeeze};
use sondeo_survey::link::parameter;
use sondeo_survey::live::LiveTurnstile;
use sondeo_survey::locale::is_right_to_left;
use sondeo_survey::site::Site;
use sondeo_survey::texts::{self, Texts};
use sondeo_survey::theme::Theme;
use std::sync::LazyLock;
use worker::Response;

static STYLES: LazyLock<String> = LazyLock::new(|| {
    squeeze(concat!(include_str!("../../../survey/src/card/style/close.css"), include_str!("page.css")))
});

/// What all pages of a visit have in common.
pub(super) struct Frame {
    /// The built-in words of the page's language.
    pub(super) texts: &'static Texts,
    language: String,
    is_right_to_left: bool,
    /// CSS declarations of the site's looks.
    style: String,
    name: String,
    logo: Option<String>,
    /// The pages that may have it in a frame; none where it is not in a frame.
    embedders: Option<Vec<String>>,
    /// The challenge that its forms have.
    pub(super) challenge: Option<LiveTurnstile>,
    /// `light` or `dark`, where the page around it says so.
    scheme: Option<&'static str>,
}

impl Frame {
    /// For a visit of no site.
    pub(super) fn plain(languages: &str) -> Self {
        let texts = languages.split(',').find_map(texts::find).unwrap_or_else(|| texts::for_locale("en"));
        let is_right_to_left = is_right_to_left(texts.locale);
        Self {
            texts,
            language: texts.locale.into(),
            is_right_to_left,
            style: Theme::default().style(is_right_to_left),
            name: String::new(),
            logo: None,
            embedders: None,
            challenge: None,
            scheme: None,
        }
    }

    /// For a visit of a site.
    pub(super) fn of(site: &Site, languages: &str, query: &str) -> Self {
        let plain = Self::plain(&format!("{languages},{}", site.default_locale));
        let scheme = parameter(query, "scheme");
        Self {
            style: site.theme.style(plain.is_right_to_left),
            name: site.name.clone(),
            logo: site.theme.logo.clone(),
            embedders: is_embedded(query).then(|| site.origins.clone()),
            scheme: ["light", "dark"].into_iter().find(|known| scheme.as_deref() == Some(known)),
            ..plain
        }
    }

    /// For a visit of a survey.
    pub(super) fn of_card(site: &Site, card: &Card, query: &str) -> Self {
        let language = card.field(Field::Locale);
        Self {
            texts: texts::for_locale(language),
            language: language.into(),
            is_right_to_left: card.field(Field::Direction) == "rtl",
            style: card.field(Field::Style).into(),
            ..Self::of(site, language, query)
        }
    }
}

/// A page. `is_answered`: the question is answered, and is not to be asked again by the page around a frame.
pub(super) fn reply(
    status: u16,
    frame: &Frame,
    title: &str,
    content: &Markup,
    is_answered: bool,
) -> worker::Result<Response> {
    let nonce = hex::encode(auth::random::<16>().map_err(|_| worker::Error::from("no randomness"))?);
    let page = document(frame, title, content, is_answered, &nonce);
    let reply = Response::from_bytes(page.into_string().into_bytes())?.with_status(status);
    let headers = reply.headers();
    headers.set("Content-Type", "text/html; charset=utf-8")?;
    headers.set("Content-Security-Policy", &policy(frame, &nonce))?;
    // Not `no-referrer`: with it browsers send their own forms with the origin `null` (Fetch, "append a request Origin").
    headers.set("Referrer-Policy", "same-origin")?;
    headers.set("X-Robots-Tag", "noindex")?;
    // No step of a form is shown again from a cache, and nobody's answer stays on a shared machine. But see `keep`.
    crate::reply::guard(&reply)?;
    Ok(reply)
}

/// Lets the browser show a page again when its visitor goes back, and only then: a question that is made anew has
/// another id, and would be another answer. There is nothing of an answer on it. See [`other_address`], too.
pub(super) fn keep(page: &Response) -> worker::Result<()> {
    page.headers().set("Cache-Control", "private, max-age=0")
}

/// An address that says the same as this query's, and is another: what a browser has kept of an address is gone when a
/// form is sent there (RFC 9111, section 4.4).
pub(super) fn other_address(query: &str) -> String {
    const MARK: &str = "sent=1";
    match query.strip_suffix(MARK).map(|rest| rest.strip_suffix('&').unwrap_or(rest)) {
        Some(rest) => format!("?{rest}"),
        None if query.is_empty() => format!("?{MARK}"),
        None => format!("?{query}&{MARK}"),
    }
}

/// A page without a form.
pub(super) fn stop(frame: &Frame, stop: &Stop) -> worker::Result<Response> {
    let texts = frame.texts;
    let (status, text) = match stop {
        Stop::Link(status) => (*status, texts.closed),
        Stop::Paused => (410, texts.closed),
        Stop::Problem(problem) => {
            problem.log();
            let text = match problem {
                Problem::AlreadyAnswered => texts.already,
                Problem::UnknownSite
                | Problem::UnknownSurvey
                | Problem::NotPublished
                | Problem::NoPreview
                | Problem::Erased => texts.closed,
                _ => texts.failed,
            };
            (problem.status(), text)
        }
    };
    let is_answered = matches!(stop, Stop::Problem(Problem::AlreadyAnswered));
    let reply = reply(status, frame, text, &html! { h1 { (text) } }, is_answered)?;
    if let Stop::Problem(problem) = stop
        && let Some(seconds) = problem.retry_after()
    {
        reply.headers().set("Retry-After", &seconds.to_string())?;
    }
    Ok(reply)
}

fn document(frame: &Frame, title: &str, content: &Markup, is_answered: bool, nonce: &str) -> Markup {
    let Frame { texts, name, logo, embedders, .. } = frame;
    let scheme = frame.scheme.unwrap_or("light dark");
    html! {
        (DOCTYPE)
        html lang=(frame.language) dir=(if frame.is_right_to_left { "rtl" } else { "ltr" })
            class=[embedders.as_ref().map(|_| "framed")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(scheme);
                title { (title) @if !name.is_empty() { " – " (name) } }
                // What stands in the declarations can end neither one of them nor the element: see survey/src/theme.rs.
                style nonce=(nonce) { ":root{color-scheme:" (scheme) ";" (PreEscaped(&frame.style)) "}" (PreEscaped(&*STYLES)) }
            }
            body {
                main data-answered[is_answered] {
                    @if let Some(logo) = logo {
                        img class="logo" src=(logo) alt=(name);
                    } @else if !name.is_empty() && embedders.is_none() {
                        p class="site" { (name) }
                    }
                    (content)
                    @if embedders.is_some() {
                        button class="close" type="button" aria-label=(texts.close) hidden {}
                    }
                }
                @if frame.challenge.is_some() {
                    script nonce=(nonce) { (PreEscaped(include_str!("challenge.js"))) }
                }
                @if let Some(embedders) = embedders {
                    script nonce=(nonce) data-to=(embedders.join(" ")) { (PreEscaped(include_str!("frame.js"))) }
                }
            }
        }
    }
}

/// Nothing is loaded but a logo and the challenge, nothing is sent but to here, and nobody frames the page but the site's own pages.
fn policy(frame: &Frame, nonce: &str) -> String {
    let mut policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors "
    );
    match &frame.embedders {
        Some(origins) if !origins.is_empty() => policy.push_str(&origins.join(" ")),
        _ => policy.push_str("'none'"),
    }
    if frame.embedders.is_some() || frame.challenge.is_some() {
        policy.extend(["; script-src 'nonce-", nonce, "'"]);
    }
    if let Some(challenge) = &frame.challenge {
        // Scheme and host: its script, what that loads, and the frame in which the challenge is.
        let from = challenge.script.split('/').take(3).collect::<Vec<_>>().join("/");
        policy.extend([" ", &from, "; frame-src ", &from]);
    }
    if frame.logo.is_some() {
        policy.push_str("; img-src https:");
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(more: &str) -> Site {
        let text = format!(
            r#"{{"name": "A & <b>", "origins": ["https://a.example", "https://b.example"], "consent_policy": "opt_in" {more}}}"#
        );
        Site::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_page_is_framed_by_its_site_alone_and_runs_a_script_only_there() {
        let plain = policy(&Frame::of(&site(""), "en", ""), "n");
        assert_eq!(
            plain,
            "default-src 'none'; style-src 'nonce-n'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        let framed = policy(&Frame::of(&site(""), "en", "embed=1"), "n");
        assert!(framed.contains("frame-ancestors https://a.example https://b.example; script-src 'nonce-n'"));
        let challenge = LiveTurnstile { sitekey: "k".into(), script: "https://c.example/v0/api.js?x".into() };
        let asked = policy(&Frame { challenge: Some(challenge), ..Frame::of(&site(""), "en", "") }, "n");
        assert!(
            asked.ends_with("; script-src 'nonce-n' https://c.example; frame-src https://c.example"),
            "{asked}"
        );
        let logo = r#", "theme": {"logo": "https://a.example/l.svg"}"#;
        assert!(policy(&Frame::of(&site(logo), "en", ""), "n").ends_with("; img-src https:"));
    }

    #[test]
    fn a_form_is_sent_to_another_address_of_the_same_page() {
        for (query, other) in [
            ("", "?sent=1"),
            ("sent=1", "?"),
            ("order=1&sig=00", "?order=1&sig=00&sent=1"),
            ("order=1&sig=00&sent=1", "?order=1&sig=00"),
        ] {
            assert_eq!(other_address(query), other, "{query}");
        }
    }

    #[test]
    fn text_is_text_and_the_language_is_said() {
        let frame = Frame::of(&site(""), "ar,en", "scheme=dark");
        let page = document(&frame, "<script>", &html! { p { "\"&" } }, false, "n").into_string();
        assert!(page.contains("<title>&lt;script&gt; – A &amp; &lt;b&gt;</title>"), "{page}");
        assert!(page.contains(r#"<html lang="ar" dir="rtl">"#), "{page}");
        assert!(page.contains(":root{color-scheme:dark;--accent"), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }
}

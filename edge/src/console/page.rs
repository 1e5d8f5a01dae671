//! What is around a page: the document, its headers, the navigation.

use super::texts::{self, Texts};
use super::visit::{Known, Visit};
use super::{assets, parts};
use crate::problem::Problem;
use crate::reply;
use crate::routes::Call;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sondeo_survey::access::Scope;
use worker::Response;

/// Nothing runs, is drawn or is sent but from and to here, and nobody frames a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where a page stands in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Place {
    /// Nowhere: all sites.
    #[default]
    Sites,
    Overview,
    Inbox,
    Settings,
    Tokens,
    Webhooks,
    Erasure,
    Audit,
}

/// An entry of the navigation.
pub(crate) struct Entry {
    place: Place,
    /// Below the site's own address.
    path: &'static str,
    /// Who sees it; none is everybody.
    scope: Option<Scope>,
    label: fn(&Texts) -> &'static str,
    /// Strokes on a grid of 16.
    icon: &'static str,
}

/// From the top down.
pub(crate) static NAV: [Entry; 7] = [
    Entry {
        place: Place::Overview,
        path: "",
        scope: None,
        label: |texts| texts.overview,
        icon: "M2.5 13.5v-4M6.2 13.5v-8M9.8 13.5v-5M13.5 13.5v-11",
    },
    Entry {
        place: Place::Inbox,
        path: "/inbox",
        scope: Some(Scope::ResponsesRead),
        label: |texts| texts.inbox,
        icon: "M2 9.5l2-6h8l2 6v3.5h-12zM2 9.5h3.5l1 1.5h3l1-1.5h3.5",
    },
    Entry {
        place: Place::Settings,
        path: "/settings",
        scope: Some(Scope::Admin),
        label: |texts| texts.settings,
        icon: "M2 5h6M12 5h2M2 11h2M8 11h6M10 3v4M6 9v4",
    },
    Entry {
        place: Place::Tokens,
        path: "/tokens",
        scope: Some(Scope::Admin),
        label: |texts| texts.tokens,
        icon: "M7.5 8a2.75 2.75 0 1 1-5.5 0 2.75 2.75 0 0 1 5.5 0zM7.5 8h7v3M11.5 8v2",
    },
    Entry {
        place: Place::Webhooks,
        path: "/webhooks",
        scope: Some(Scope::Admin),
        label: |texts| texts.webhooks,
        icon: "M2 8h9M8 4.5L11.5 8 8 11.5M14 3v10",
    },
    Entry {
        place: Place::Erasure,
        path: "/erasure",
        scope: Some(Scope::ResponsesErase),
        label: |texts| texts.erasure,
        icon: "M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.5 9h6l.5-9",
    },
    Entry {
        place: Place::Audit,
        path: "/audit",
        scope: Some(Scope::Admin),
        label: |texts| texts.audit,
        icon: "M3 4h10M3 8h10M3 12h6",
    },
];

/// A page of someone who is signed in.
#[derive(Default)]
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    pub(crate) place: Place,
    /// What is above it: words and addresses, from the outermost in. The site itself is in the navigation.
    pub(crate) crumbs: &'a [(&'a str, &'a str)],
    /// Links and forms beside the heading.
    pub(crate) acts: Markup,
    /// Below the heading.
    pub(crate) content: Markup,
    /// What is wrong with the form on it, or another notice in place of that of the address.
    pub(crate) notice: Option<Markup>,
}

impl Visit<'_> {
    /// The page as a reply.
    pub(crate) fn page(&self, status: u16, page: &Page<'_>) -> Result<Response, Problem> {
        let Page { title, place, crumbs, acts, content, notice } = page;
        let texts = self.texts;
        let done = self.parameter("done").and_then(|word| texts.done(&word));
        let site = self.site();
        let body = html! {
            a class="skip" href="#main" { (texts.skip) }
            header class="side" {
                a class="brand" href="/console" { (mark()) "Sondeo" }
                @if let Some(site) = site { (switch(self, site)) }
                form class="leave" method="post" action="/console/sign-out" {
                    (parts::token(self))
                    button class="quiet" { (texts.sign_out) }
                }
                @if let Some(site) = site { (navigation(self, site, *place)) }
            }
            main id="main" tabindex="-1" {
                @if !crumbs.is_empty() {
                    nav class="crumbs" aria-label=(texts.path) {
                        ol { @for (label, address) in *crumbs { li { a href=(address) { (label) } } } }
                    }
                }
                div class="head" { h1 { (title) } @if !acts.0.is_empty() { div class="acts" { (acts) } } }
                @if let Some(notice) = notice { (notice) } @else if let Some(done) = done { (parts::good(done)) }
                (content)
            }
            (languages(texts, &self.call.request.path()))
        };
        let name = site.map_or("Sondeo", |site| site.settings.name.as_str());
        document(texts, status, &format!("{title} – {name}"), "", &body, &PreEscaped(String::new()))
    }
}

/// A page of nobody in particular.
pub(super) struct Bare<'a> {
    pub(super) title: &'a str,
    pub(super) content: Markup,
}

pub(super) fn bare(call: &Call<'_>, status: u16, page: &Bare<'_>) -> Result<Response, Problem> {
    let texts = texts::spoken(call)?.texts;
    let query = call.request.url()?.query().unwrap_or_default().to_owned();
    let done = sondeo_survey::link::parameter(&query, "done").and_then(|word| texts.done(&word));
    let body = html! {
        main id="main" {
            p class="brand" { (mark()) "Sondeo" }
            @if let Some(done) = done { (parts::good(done)) }
            (page.content)
        }
        (languages(texts, "/console/sign-in"))
    };
    document(texts, status, &format!("{} – Sondeo", page.title), "bare", &body, &PreEscaped(String::new()))
}

/// Asks the browser to load this address once more, from here.
pub(super) fn again(call: &Call<'_>) -> Result<Response, Problem> {
    let texts = texts::spoken(call)?.texts;
    let refresh = html! { meta http-equiv="refresh" content="0"; };
    document(texts, 200, "Sondeo", "bare", &html! { main id="main" {} }, &refresh)
}

/// Why there is no such page, or why a form did nothing.
pub(super) fn refuse(call: &Call<'_>, problem: &Problem) -> Result<Response, Problem> {
    problem.log();
    let texts = texts::spoken(call)?.texts;
    let (words, detail) = match problem {
        Problem::Forbidden(why) => (texts.forbidden, Some(*why)),
        Problem::ForbiddenOrigin => (texts.not_ours, None),
        Problem::Unavailable(_) => (texts.unavailable, None),
        other if other.status() == 404 => (texts.not_found, None),
        _ => (texts.failed, None),
    };
    let [title, text] = words;
    let content = html! {
        h1 { (title) }
        p { (text) }
        // The API's own words.
        @if let Some(detail) = detail { p class="soft" lang="en" { (detail) "." } }
        p { a class="button" href="/console" { (texts.sites) } }
    };
    let reply = bare(call, problem.status(), &Bare { title, content })?;
    if let Some(seconds) = problem.retry_after() {
        reply.headers().set("Retry-After", &seconds.to_string())?;
    }
    Ok(reply)
}

fn document(
    texts: &Texts,
    status: u16,
    title: &str,
    class: &str,
    body: &Markup,
    more: &Markup,
) -> Result<Response, Problem> {
    let page = html! {
        (DOCTYPE)
        html lang=(texts.locale) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                (more)
                title { (title) }
                link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::address("console.css"));
                script defer src=(assets::address("console.js")) {}
            }
            body class=(class) data-copied=(texts.copied) { (body) }
        }
    };
    let reply = Response::from_bytes(page.into_string().into_bytes())?.with_status(status);
    let headers = reply.headers();
    headers.set("Content-Type", "text/html; charset=utf-8")?;
    headers.set("Content-Security-Policy", POLICY)?;
    // Not `no-referrer`: with it browsers send their own forms with the origin `null` (Fetch, "append a request Origin").
    headers.set("Referrer-Policy", "same-origin")?;
    headers.set("Cross-Origin-Opener-Policy", "same-origin")?;
    headers.set("X-Robots-Tag", "noindex")?;
    reply::guard(&reply)?;
    Ok(reply)
}

/// The sites to change to, where there are several.
fn switch(visit: &Visit<'_>, here: &Known) -> Markup {
    html! {
        @if visit.sites.len() < 2 {
            p class="site" { (here.settings.name) }
        } @else {
            details class="site" data-menu {
                summary { span class="hint" { (visit.texts.switch_site) ": " } span { (here.settings.name) } }
                ul {
                    @for site in &visit.sites {
                        li { a href={ "/console/" (site.id) } aria-current=[(site.id == here.id).then_some("true")] { (site.settings.name) } }
                    }
                }
            }
        }
    }
}

fn navigation(visit: &Visit<'_>, site: &Known, here: Place) -> Markup {
    html! {
        nav aria-label=(visit.texts.navigation) {
            ul {
                @for entry in NAV.iter().filter(|entry| entry.scope.is_none_or(|scope| visit.can(scope))) {
                    li {
                        a href={ "/console/" (site.id) (entry.path) } aria-current=[(entry.place == here).then_some("page")] {
                            (parts::icon(entry.icon)) ((entry.label)(visit.texts))
                        }
                    }
                }
            }
        }
    }
}

fn languages(texts: &Texts, path: &str) -> Markup {
    html! {
        footer {
            nav aria-label=(texts.languages) {
                ul class="languages" {
                    @for other in texts::TABLE {
                        li {
                            a href={ (path) "?lang=" (other.locale) } lang=(other.locale) hreflang=(other.locale)
                                aria-current=[(other.locale == texts.locale).then_some("true")] { (other.language) }
                        }
                    }
                }
            }
        }
    }
}

fn mark() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true" {
            path d="M1.5 12.5V9M6 12.5V3.5M10.5 12.5V7M15 12.5V5.5" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" {}
        }
    }
}

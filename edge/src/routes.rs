//! Every address of the collector, in one table.

use crate::incoming::Request;
use crate::problem::Problem;
use crate::{api, body, browser, clock, console, hosted, openapi};
use futures_util::future::{FutureExt, LocalBoxFuture};
use matchit::{Params, Router};
use sondeo_survey::slug::Slug;
use std::sync::LazyLock;
use worker::{Context, Env, Method, Response, web_sys};

/// What answers.
#[derive(Debug, Clone, Copy)]
enum Endpoint {
    Loader,
    PinnedLoader,
    Asset,
    Declarations,
    Card,
    PreviewCard,
    HostedPage,
    HostedAnswer,
    Preflight,
    Ingest,
    Exposures,
    Forget,
    Export,
    GetResponse,
    HandleResponse,
    DeleteResponse,
    Stats,
    SiteStats,
    CreateErasure,
    ListErasures,
    GetErasure,
    SiteAudit,
    Audit,
    ListSites,
    GetSite,
    PutSite,
    ListSurveys,
    GetSurvey,
    PutSurvey,
    PublishSurvey,
    PauseSurvey,
    PreviewSurvey,
    CreateLink,
    GetLinkKey,
    GetIdentityKey,
    GetTag,
    CreateToken,
    Gpc,
    ListTokens,
    DeleteToken,
    RotateToken,
    ListWebhooks,
    CreateWebhook,
    GetWebhook,
    PutWebhook,
    DeleteWebhook,
    RotateWebhook,
    Deliveries,
    ReplayDeliveries,
    Counters,
    WakeShards,
    Health,
    OpenApi,
    Console,
    ConsoleForm,
    RunAlarms,
    Fill,
}

type Methods = &'static [(Method, Endpoint)];

/// A `GET` also answers `HEAD`.
const TABLE: [(&str, Methods); 45] = [
    // visitors' browsers
    ("/s/{site}.js", &[(Method::Get, Endpoint::Loader)]),
    ("/s/{site}/pinned.js", &[(Method::Get, Endpoint::PinnedLoader)]),
    ("/a/{hash}/{file}", &[(Method::Get, Endpoint::Asset)]),
    ("/sondeo.d.ts", &[(Method::Get, Endpoint::Declarations)]),
    ("/c/{site}/{survey}/{version}", &[(Method::Get, Endpoint::Card)]),
    ("/c/{site}/{survey}/preview", &[(Method::Get, Endpoint::PreviewCard)]),
    ("/h/{site}/{survey}", &[(Method::Get, Endpoint::HostedPage), (Method::Post, Endpoint::HostedAnswer)]),
    (
        "/v1/sites/{site}/surveys/{survey}/responses",
        &[
            (Method::Get, Endpoint::Export),
            (Method::Post, Endpoint::Ingest),
            (Method::Options, Endpoint::Preflight),
        ],
    ),
    (
        "/v1/sites/{site}/surveys/{survey}/exposures",
        &[(Method::Post, Endpoint::Exposures), (Method::Options, Endpoint::Preflight)],
    ),
    ("/v1/sites/{site}/forget", &[(Method::Post, Endpoint::Forget), (Method::Options, Endpoint::Preflight)]),
    // analysts
    (
        "/v1/sites/{site}/surveys/{survey}/responses/{response}",
        &[
            (Method::Get, Endpoint::GetResponse),
            (Method::Patch, Endpoint::HandleResponse),
            (Method::Delete, Endpoint::DeleteResponse),
        ],
    ),
    ("/v1/sites/{site}/surveys/{survey}/stats", &[(Method::Get, Endpoint::Stats)]),
    ("/v1/sites/{site}/stats", &[(Method::Get, Endpoint::SiteStats)]),
    (
        "/v1/sites/{site}/erasures",
        &[(Method::Get, Endpoint::ListErasures), (Method::Post, Endpoint::CreateErasure)],
    ),
    ("/v1/sites/{site}/erasures/{erasure}", &[(Method::Get, Endpoint::GetErasure)]),
    // owners
    ("/v1/sites", &[(Method::Get, Endpoint::ListSites)]),
    ("/v1/sites/{site}", &[(Method::Get, Endpoint::GetSite), (Method::Put, Endpoint::PutSite)]),
    ("/v1/sites/{site}/surveys", &[(Method::Get, Endpoint::ListSurveys)]),
    (
        "/v1/sites/{site}/surveys/{survey}",
        &[(Method::Get, Endpoint::GetSurvey), (Method::Put, Endpoint::PutSurvey)],
    ),
    ("/v1/sites/{site}/surveys/{survey}/publish", &[(Method::Post, Endpoint::PublishSurvey)]),
    ("/v1/sites/{site}/surveys/{survey}/pause", &[(Method::Post, Endpoint::PauseSurvey)]),
    ("/v1/sites/{site}/surveys/{survey}/preview", &[(Method::Post, Endpoint::PreviewSurvey)]),
    ("/v1/sites/{site}/surveys/{survey}/links", &[(Method::Post, Endpoint::CreateLink)]),
    ("/v1/sites/{site}/link-key", &[(Method::Get, Endpoint::GetLinkKey)]),
    ("/v1/sites/{site}/identity-key", &[(Method::Get, Endpoint::GetIdentityKey)]),
    ("/v1/sites/{site}/tag", &[(Method::Get, Endpoint::GetTag)]),
    ("/v1/sites/{site}/audit", &[(Method::Get, Endpoint::SiteAudit)]),
    ("/v1/tokens", &[(Method::Get, Endpoint::ListTokens), (Method::Post, Endpoint::CreateToken)]),
    ("/v1/tokens/{token}", &[(Method::Delete, Endpoint::DeleteToken)]),
    ("/v1/tokens/{token}/rotate", &[(Method::Post, Endpoint::RotateToken)]),
    ("/v1/audit", &[(Method::Get, Endpoint::Audit)]),
    (
        "/v1/sites/{site}/webhooks",
        &[(Method::Get, Endpoint::ListWebhooks), (Method::Post, Endpoint::CreateWebhook)],
    ),
    (
        "/v1/sites/{site}/webhooks/{webhook}",
        &[
            (Method::Get, Endpoint::GetWebhook),
            (Method::Put, Endpoint::PutWebhook),
            (Method::Delete, Endpoint::DeleteWebhook),
        ],
    ),
    ("/v1/sites/{site}/webhooks/{webhook}/rotate", &[(Method::Post, Endpoint::RotateWebhook)]),
    ("/v1/sites/{site}/webhooks/{webhook}/deliveries", &[(Method::Get, Endpoint::Deliveries)]),
    ("/v1/sites/{site}/webhooks/{webhook}/deliveries/replay", &[(Method::Post, Endpoint::ReplayDeliveries)]),
    // anyone
    ("/.well-known/gpc.json", &[(Method::Get, Endpoint::Gpc)]),
    // operators
    ("/v1/maintenance/wake", &[(Method::Post, Endpoint::WakeShards)]),
    ("/v1/counters", &[(Method::Get, Endpoint::Counters)]),
    ("/healthz", &[(Method::Get, Endpoint::Health)]),
    ("/openapi.json", &[(Method::Get, Endpoint::OpenApi)]),
    // people; `console` has the addresses below
    ("/console", &[(Method::Get, Endpoint::Console), (Method::Post, Endpoint::ConsoleForm)]),
    ("/console/{*page}", &[(Method::Get, Endpoint::Console), (Method::Post, Endpoint::ConsoleForm)]),
    // tests
    ("/debug/sites/{site}/surveys/{survey}/alarm", &[(Method::Post, Endpoint::RunAlarms)]),
    ("/debug/sites/{site}/surveys/{survey}/fill", &[(Method::Post, Endpoint::Fill)]),
];

/// A request with what was read of its address.
pub(crate) struct Call<'a> {
    pub(crate) request: Request,
    pub(crate) env: &'a Env,
    /// What is still to be done after the reply.
    pub(crate) context: &'a Context,
    /// Milliseconds since 1970, read once.
    pub(crate) now: i64,
    params: Params<'static, 'a>,
}

impl Call<'_> {
    /// A part of the address by its name in the table.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_default()
    }

    /// The collector's own origin.
    pub(crate) fn origin(&self) -> Result<String, Problem> {
        Ok(self.request.url()?.origin().ascii_serialization())
    }

    /// The site in the address: 404 where it is not a name that a site can have.
    pub(crate) fn site(&self) -> Result<Slug, Problem> {
        Slug::parse(self.param("site")).ok_or(Problem::UnknownSite)
    }

    /// The survey in the address: 404 where it is not a name that a survey can have.
    pub(crate) fn survey(&self) -> Result<Slug, Problem> {
        Slug::parse(self.param("survey")).ok_or(Problem::UnknownSurvey)
    }
}

/// The tests insert every route, so none is refused here.
static ROUTER: LazyLock<Router<Methods>> = LazyLock::new(|| {
    let mut router = Router::new();
    for (pattern, methods) in TABLE {
        let inserted = router.insert(pattern, methods);
        debug_assert!(inserted.is_ok(), "{pattern}");
    }
    router
});

/// Answers a request: 404 without a route, 405 with another method, else what the endpoint says.
pub(crate) async fn answer(
    mut request: Request,
    env: &Env,
    context: &Context,
) -> worker::Result<web_sys::Response> {
    let path = request.path();
    let reply = match find(&path, &request.method()) {
        Ok((endpoint, params)) => {
            let mut call = Call { request, env, context, now: clock::now(), params };
            let reply = match endpoint {
                Endpoint::Ingest => api::ingest::post(&mut call).boxed_local().await,
                _ => dispatch(endpoint, &mut call).await.map(Into::into),
            };
            request = call.request;
            reply
        }
        Err(problem) => Err(problem),
    };
    body::drain(&request).await;
    reply.or_else(|problem| Ok(problem.reply()?.into()))
}

/// The method is text, as the `worker` crate takes one that it does not know for `GET`.
fn find<'p>(path: &'p str, method: &str) -> Result<(Endpoint, Params<'static, 'p>), Problem> {
    let found = ROUTER.at(path).map_err(|_| Problem::NotFound)?;
    let wanted = if method == "HEAD" { "GET" } else { method };
    if let Some((_, endpoint)) = found.value.iter().find(|(known, _)| known.as_ref() == wanted) {
        return Ok((*endpoint, found.params));
    }
    let known: Vec<&str> = found.value.iter().map(|(known, _)| known.as_ref()).collect();
    Err(Problem::MethodNotAllowed(known.join(", ")))
}

/// What is asked for often is a future of its own. All endpoints in one are a function of 140 KB, which every request passes: as
/// soon as it was called some twenty times, the runtime compiles it anew, for half a second and with 36 MB.
fn dispatch<'a>(endpoint: Endpoint, call: &'a mut Call<'_>) -> LocalBoxFuture<'a, Result<Response, Problem>> {
    match endpoint {
        Endpoint::Loader => browser::loader::get(call).boxed_local(),
        Endpoint::Card => browser::card::get(call).boxed_local(),
        Endpoint::Exposures => api::exposures::post(call).boxed_local(),
        Endpoint::Export => api::export::get(call).boxed_local(),
        Endpoint::Stats => api::stats::of_survey(call).boxed_local(),
        Endpoint::Health => api::health::get(call).boxed_local(),
        _ => seldom(endpoint, call).boxed_local(),
    }
}

async fn seldom(endpoint: Endpoint, call: &mut Call<'_>) -> Result<Response, Problem> {
    match endpoint {
        Endpoint::PinnedLoader => browser::loader::pinned(call).await,
        Endpoint::Asset => browser::assets::get(call),
        Endpoint::Declarations => browser::assets::declarations(),
        Endpoint::PreviewCard => browser::card::preview(call).await,
        Endpoint::HostedPage => hosted::get(call).await,
        Endpoint::HostedAnswer => hosted::post(call).await,
        Endpoint::Preflight => api::ingest::preflight(call).await,
        Endpoint::Forget => api::forget::post(call).await,
        Endpoint::GetResponse => api::responses::get(call).await,
        Endpoint::HandleResponse => api::responses::patch(call).await,
        Endpoint::DeleteResponse => api::erasures::delete(call).await,
        Endpoint::CreateErasure => api::erasures::post(call).await,
        Endpoint::ListErasures => api::erasures::list(call).await,
        Endpoint::GetErasure => api::erasures::get(call).await,
        Endpoint::SiteAudit => api::audit::of_site(call).await,
        Endpoint::Audit => api::audit::of_all(call).await,
        Endpoint::SiteStats => api::stats::of_site(call).await,
        Endpoint::ListSites => api::sites::list(call).await,
        Endpoint::GetSite => api::sites::get(call).await,
        Endpoint::PutSite => api::sites::put(call).await,
        Endpoint::ListSurveys => api::surveys::list(call).await,
        Endpoint::GetSurvey => api::surveys::get(call).await,
        Endpoint::PutSurvey => api::surveys::put(call).await,
        Endpoint::PublishSurvey => api::surveys::publish(call).await,
        Endpoint::PauseSurvey => api::surveys::pause(call).await,
        Endpoint::PreviewSurvey => api::preview::post(call).await,
        Endpoint::CreateLink => api::links::post(call).await,
        Endpoint::GetLinkKey => api::links::key(call).await,
        Endpoint::GetIdentityKey => api::links::identity_key(call).await,
        Endpoint::GetTag => api::tag::get(call).await,
        Endpoint::ListTokens => api::tokens::list(call).await,
        Endpoint::DeleteToken => api::tokens::delete(call).await,
        Endpoint::RotateToken => api::tokens::rotate(call).await,
        Endpoint::CreateToken => api::tokens::post(call).await,
        Endpoint::Gpc => api::gpc::get(),
        Endpoint::ListWebhooks => api::webhooks::list(call).await,
        Endpoint::CreateWebhook => api::webhooks::post(call).await,
        Endpoint::GetWebhook => api::webhooks::get(call).await,
        Endpoint::PutWebhook => api::webhooks::put(call).await,
        Endpoint::RotateWebhook => api::webhooks::rotate(call).await,
        Endpoint::DeleteWebhook => api::webhooks::delete(call).await,
        Endpoint::Deliveries => api::webhooks::deliveries::get(call).await,
        Endpoint::ReplayDeliveries => api::webhooks::deliveries::replay(call).await,
        Endpoint::WakeShards => api::maintenance::wake(call).await,
        Endpoint::Counters => api::counters::get(call).await,
        Endpoint::OpenApi => openapi::get(),
        Endpoint::Console => console::get(call).await,
        Endpoint::ConsoleForm => console::post(call).await,
        Endpoint::RunAlarms => api::debug::alarm(call).await,
        Endpoint::Fill => api::debug::fill(call).await,
        Endpoint::Loader
        | Endpoint::Card
        | Endpoint::Ingest
        | Endpoint::Exposures
        | Endpoint::Export
        | Endpoint::Stats
        | Endpoint::Health => Err(Problem::NotFound),
    }
}

/// Every address with its methods, for the test of the OpenAPI document.
#[cfg(test)]
pub(crate) fn table() -> impl Iterator<Item = (&'static str, Vec<String>)> {
    let names = |methods: Methods| methods.iter().map(|(method, _)| method.to_string()).collect();
    TABLE.into_iter().map(move |(pattern, methods)| (pattern, names(methods)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_by_its_own_pattern() {
        let mut router = Router::new();
        for (pattern, methods) in TABLE {
            router.insert(pattern, methods).unwrap();
            for (method, _) in methods {
                assert!(find(pattern, method.as_ref()).is_ok(), "{method:?} {pattern}");
            }
        }
    }

    #[test]
    fn what_is_no_route_is_told() {
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/s/shop"),
            ("GET", "/s/.js"),
            ("GET", "/v1/sites/"),
            ("GET", "/v1/sites/a/surveys/b/stats/"),
            ("POST", "/v2/sites"),
        ] {
            assert!(matches!(find(path, method), Err(Problem::NotFound)), "{method} {path}");
        }
        let refused = |method, path| match find(path, method) {
            Err(Problem::MethodNotAllowed(methods)) => methods,
            _ => String::new(),
        };
        assert_eq!(refused("DELETE", "/v1/sites/a/surveys/b/responses"), "GET, POST, OPTIONS");
        assert_eq!(refused("PROPFIND", "/healthz"), "GET");
        assert!(find("/healthz", "HEAD").is_ok());
    }
}

//! A request of someone who is signed in.

use super::format::Format;
use super::texts::{self, Texts};
use crate::auth::session::Session;
use crate::problem::Problem;
use crate::registry::{self, sites::ListSites};
use crate::reply;
use crate::routes::Call;
use sondeo_survey::access::Scope;
use sondeo_survey::site::Site;
use sondeo_survey::slug::Slug;
use worker::{Env, Response};

/// A site that the visitor may see.
pub(crate) struct Known {
    /// Its name in addresses.
    pub(crate) id: String,
    /// Its settings.
    pub(crate) settings: Site,
    /// The same as they are stored: JSON.
    pub(crate) document: String,
}

/// What every page starts from.
pub(crate) struct Visit<'a> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) session: Session,
    pub(crate) texts: &'static Texts,
    pub(crate) format: Format,
    /// All that the visitor may see.
    pub(crate) sites: Vec<Known>,
    here: Option<usize>,
}

impl<'a> Visit<'a> {
    /// The first part of the path is a site — 403, 404
    pub(super) async fn new(call: &'a Call<'a>, session: Session, path: &[&str]) -> Result<Self, Problem> {
        let wanted = path.first().copied().unwrap_or_default();
        if !wanted.is_empty() {
            session.bearer.may_reach(wanted)?;
        }
        let stored = registry::send(call.env, &ListSites {}).await?;
        let mut sites = Vec::new();
        for site in stored.into_iter().filter(|site| session.bearer.reaches(&site.id)) {
            let settings = Site::parse(site.settings.as_bytes())
                .map_err(|faults| Problem::Internal(format!("stored settings of {}: {faults}", site.id)))?;
            sites.push(Known { id: site.id, settings, document: site.settings });
        }
        let here = sites.iter().position(|site| site.id == wanted);
        if here.is_none() && !wanted.is_empty() {
            return Err(Problem::UnknownSite);
        }
        let texts = texts::spoken(call)?.texts;
        let zone =
            here.and_then(|here| sites.get(here)).map_or("UTC", |site| site.settings.time_zone.as_str());
        let format = Format::new(texts.locale, zone);
        Ok(Self { call, session, texts, format, sites, here })
    }

    /// The site that the page is about — 404
    pub(crate) fn here(&self) -> Result<&Known, Problem> {
        self.site().ok_or(Problem::UnknownSite)
    }

    /// Its name, as commands take it — 404
    pub(crate) fn slug(&self) -> Result<Slug, Problem> {
        Slug::parse(&self.here()?.id).ok_or(Problem::UnknownSite)
    }

    pub(super) fn site(&self) -> Option<&Known> {
        self.sites.get(self.here?)
    }

    pub(crate) fn env(&self) -> &Env {
        self.call.env
    }

    /// Whether the visitor has a scope.
    pub(crate) fn can(&self, scope: Scope) -> bool {
        self.session.bearer.may(scope).is_ok()
    }

    /// Refuses who has not this scope — 403
    pub(crate) fn may(&self, scope: Scope) -> Result<(), Problem> {
        self.session.bearer.may(scope)
    }

    /// Who changes something, for the audit log.
    pub(crate) fn actor(&self) -> String {
        self.session.bearer.kid.clone()
    }

    /// A parameter of the address.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let url = self.call.request.url().ok()?;
        sondeo_survey::link::parameter(url.query()?, name)
    }
}

/// After a form that did something: another page, which says so. `word` is one that `Texts::done` knows.
pub(crate) fn done(page: &str, word: &str) -> Result<Response, Problem> {
    see(&format!("{page}?done={word}"))
}

/// Sends the browser to a page of the console.
pub(super) fn see(page: &str) -> Result<Response, Problem> {
    let reply = Response::empty()?.with_status(303);
    reply.headers().set("Location", page)?;
    reply::guard(&reply)?;
    Ok(reply)
}

//! `/v1/sites`: websites, their origins and policies.

use crate::problem::{Document, Problem};
use crate::registry::sites::{GetSite, ListSites, PutReply, PutSite, StoredSite};
use crate::routes::Call;
use crate::zone::Zone;
use crate::{auth, body, clock, directory, registry, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::site::Site;
use sondeo_survey::slug::Slug;
use sondeo_survey::{Fault, Faults};
use worker::{Env, Response};

#[derive(Serialize)]
struct View {
    id: String,
    version: u32,
    created_at: String,
    updated_at: String,
    #[serde(flatten)]
    settings: Site,
}

impl View {
    fn of(site: StoredSite) -> Result<Self, Problem> {
        let settings = Site::parse(site.settings.as_bytes())
            .map_err(|faults| Problem::Internal(format!("stored settings of {}: {faults}", site.id)))?;
        Ok(Self {
            id: site.id,
            version: site.version,
            created_at: clock::rfc3339(site.created_at),
            updated_at: clock::rfc3339(site.updated_at),
            settings,
        })
    }
}

/// `GET /v1/sites`: the sites that the token reaches.
///
/// 1. The token, of any scope — 401
/// 2. The Registry — 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    let sites = registry::send(call.env, &ListSites {}).await?.into_iter();
    let sites = sites.filter(|site| bearer.reaches(&site.id)).map(View::of).collect::<Result<_, _>>()?;
    Ok(reply::json(200, &reply::List::whole(sites))?)
}

/// `GET /v1/sites/{site}`
///
/// 1. The token, of any scope — 401, 403
/// 2. The site — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let id = call.site()?;
    auth::bearer(&call.request, call.env, call.now).await?.may_reach(id.as_str())?;
    let site =
        registry::send(call.env, &GetSite { id: id.to_string() }).await?.ok_or(Problem::UnknownSite)?;
    Ok(reply::json(200, &View::of(site)?)?)
}

/// `PUT /v1/sites/{site}`: creates a site, or replaces its settings as a whole.
///
/// 1. The token, with `admin` — 401, 403
/// 2. The body — 415, 413; name and settings — 422
/// 3. The Registry — 201, 200, 503
pub(crate) async fn put(call: &mut Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::require(&call.request, call.env, call.now, Scope::Admin, call.param("site")).await?;
    let body = body::read_json(&call.request).await?;
    let PutReply { created, site } = store(call.env, call.param("site"), &body, bearer.kid).await?;
    Ok(reply::json(if created { 201 } else { 200 }, &View::of(site)?)?)
}

/// Stores the settings of a site, new or not.
///
/// 1. Name and settings — 422
/// 2. The Registry — 503
pub(crate) async fn store(env: &Env, id: &str, settings: &[u8], actor: String) -> Result<PutReply, Problem> {
    let (id, settings) = match (Slug::parse(id), Site::parse(settings)) {
        (Some(id), Ok(settings)) => (id, settings),
        (id, settings) => {
            let mut faults = settings.err().unwrap_or(Faults(Vec::new()));
            if id.is_none() {
                let detail = format!("the site's name {}", Slug::RULE);
                faults.0.push(Fault { pointer: String::new(), detail });
            }
            return Err(Problem::Invalid(Document::Site, faults));
        }
    };
    if Zone::named(&settings.time_zone).is_none() {
        let rule = "must be an IANA time zone such as Europe/Lisbon";
        return Err(Problem::invalid(Document::Site, "/time_zone", rule));
    }
    let settings = serde_json::to_string(&settings).map_err(|error| Problem::Internal(error.to_string()))?;
    let secret = hex::encode(auth::random::<32>()?);
    let stored = registry::send(env, &PutSite { id: id.to_string(), settings, secret, actor }).await?;
    directory::forget(&id);
    Ok(stored)
}

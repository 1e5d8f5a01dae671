//! `POST /v1/sites/{site}/surveys/{survey}/preview`: a look at a draft, on the site's own pages or hosted.

use super::surveys::{find, parse};
use crate::directory::{self, LiveSite, LiveSurvey};
use crate::problem::Problem;
use crate::routes::Call;
use crate::{auth, clock, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::link;
use sondeo_survey::slug::Slug;
use worker::Response;

/// Long enough to look at it in every language; short enough for an address that is passed on.
const GOOD_FOR_S: i64 = 3_600;

#[derive(Serialize)]
struct Preview {
    token: String,
    expires_at: String,
    query: String,
    url: String,
}

/// Makes a token with which the draft can be seen for an hour, by whoever has it.
///
/// 1. The token of the API, with `survey:write` — 401, 403
/// 2. The survey — 404, 503
pub(crate) async fn post(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::SurveyWrite, site.as_str()).await?;
    find(call.env, &site, &survey).await?;
    let token = token(call, &site, survey.as_str()).await?;
    let until = call.now / 1000 + GOOD_FOR_S;
    let preview = Preview {
        expires_at: clock::rfc3339(until * 1000),
        query: format!("sondeo-preview={survey}&sondeo-token={token}"),
        url: format!("{}/h/{site}/{survey}?preview={token}", call.origin()?),
        token,
    };
    Ok(reply::json(200, &preview)?)
}

/// A token for a draft, good from now on — 404, 503
pub(crate) async fn token(call: &Call<'_>, site: &Slug, survey: &str) -> Result<String, Problem> {
    let secret = &directory::site(call.env, site, call.now).await?.secret;
    Ok(link::preview_token(secret, site.as_str(), survey, call.now / 1000 + GOOD_FOR_S))
}

/// The draft in the address as if it were published, for whoever has a token for it — 403, 404, 503
pub(crate) async fn draft(call: &Call<'_>, site: &LiveSite, token: &str) -> Result<LiveSurvey, Problem> {
    let (name, id) = (call.site()?, call.survey()?);
    if !link::is_preview_token(&site.secret, name.as_str(), id.as_str(), token, call.now) {
        return Err(Problem::NoPreview);
    }
    let stored = find(call.env, &name, &id).await?;
    Ok(LiveSurvey {
        definition: parse(&stored.id, &stored.draft)?,
        id: stored.id,
        shards: stored.shards,
        version: stored.version.unwrap_or(0).saturating_add(1),
        asked: true,
    })
}

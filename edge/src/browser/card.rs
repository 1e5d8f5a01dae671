//! `GET /c/{site}/{survey}/{version}?l=LANGUAGES`, and the same of a draft.

use super::{embeddable, widget};
use crate::directory::{self, LiveSite, LiveSurvey};
use crate::problem::Problem;
use crate::routes::Call;
use sondeo_survey::card::Card;
use sondeo_survey::link::parameter;
use sondeo_survey::live::card_version;
use worker::Response;

/// Most of `l` that is looked at: a browser lists some five languages.
const LANGUAGES: usize = 200;

/// The text of a survey's card, in the first of the languages that it is asked in.
///
/// 1. The site, from the cache or the Registry — 404, 503
/// 2. The survey — 404
///
/// The address names what the text depends on. Where that is what is live, the text may be kept for good; where a
/// publication has not reached either side yet, what is live is given, and not kept.
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let id = call.survey()?;
    let survey = site.surveys.iter().find(|survey| survey.id == id.as_str()).ok_or(Problem::UnknownSurvey)?;
    let is_live = call.param("version") == card_version(survey.version, site.version, widget::HASH);
    text(call, &site, survey, if is_live { "public, max-age=31536000, immutable" } else { "no-store" })
}

/// `GET /c/{site}/{survey}/preview?token=TOKEN&l=LANGUAGES`: the same of a survey's draft, which nobody keeps.
///
/// 1. The site, from the cache or the Registry — 404, 503
/// 2. The token — 403; the survey — 404, 503
pub(crate) async fn preview(call: &Call<'_>) -> Result<Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let token = parameter(&query(call)?, "token").unwrap_or_default();
    let draft = crate::api::preview::draft(call, &site, &token).await?;
    text(call, &site, &draft, "no-store")
}

fn query(call: &Call<'_>) -> Result<String, Problem> {
    Ok(call.request.url()?.query().unwrap_or_default().to_owned())
}

fn text(call: &Call<'_>, site: &LiveSite, survey: &LiveSurvey, kept: &str) -> Result<Response, Problem> {
    let languages = parameter(&query(call)?, "l").unwrap_or_default();
    let languages: String = languages.chars().take(LANGUAGES).collect();
    let text = Card::sent(&site.settings, survey.version, &survey.definition, &languages);
    let reply = Response::from_bytes(text.into_bytes())?;
    let headers = reply.headers();
    headers.set("Content-Type", "text/plain; charset=utf-8")?;
    headers.set("Cache-Control", kept)?;
    embeddable(headers)?;
    Ok(reply)
}

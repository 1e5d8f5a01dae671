//! `/v1/sites/{site}/surveys`: what is asked. A draft may change; what is published does not.

use crate::problem::{Document, Problem};
use crate::registry::surveys::{
    GetSurvey, ListSurveys, Pause, Publish, PutReply, PutSurvey, Status, StoredSurvey,
};
use crate::routes::Call;
use crate::shard::Shards;
use crate::{auth, body, clock, directory, registry, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::definition::Definition;
use sondeo_survey::draft::Draft;
use sondeo_survey::slug::Slug;
use sondeo_survey::{Fault, Faults};
use worker::{Env, Response};

#[derive(Serialize)]
struct View {
    id: String,
    status: Status,
    version: Option<u32>,
    shards: u16,
    created_at: String,
    updated_at: String,
    draft: Definition,
    published: Option<Definition>,
}

impl View {
    fn of(survey: StoredSurvey) -> Result<Self, Problem> {
        let parse = |text: &str| parse(&survey.id, text);
        Ok(Self {
            status: survey.status,
            version: survey.version,
            shards: survey.shards,
            created_at: clock::rfc3339(survey.created_at),
            updated_at: clock::rfc3339(survey.updated_at),
            draft: parse(&survey.draft)?,
            published: survey.published.as_deref().map(parse).transpose()?,
            id: survey.id,
        })
    }
}

#[derive(Serialize)]
struct Published<'a> {
    id: &'a str,
    version: u32,
}

#[derive(Serialize)]
struct Paused<'a> {
    id: &'a str,
    status: Status,
}

/// `GET /v1/sites/{site}/surveys`
///
/// 1. The token, of any scope — 401, 403
/// 2. The site — 404, 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    auth::bearer(&call.request, call.env, call.now).await?.may_reach(site.as_str())?;
    let surveys = registry::send(call.env, &ListSurveys { site: site.to_string() }).await?;
    let surveys = surveys.ok_or(Problem::UnknownSite)?.into_iter().map(View::of);
    Ok(reply::json(200, &reply::List::whole(surveys.collect::<Result<_, _>>()?))?)
}

/// `GET /v1/sites/{site}/surveys/{survey}`
///
/// 1. The token, of any scope — 401, 403
/// 2. The survey — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::bearer(&call.request, call.env, call.now).await?.may_reach(site.as_str())?;
    Ok(reply::json(200, &View::of(find(call.env, &site, &survey).await?)?)?)
}

/// `PUT /v1/sites/{site}/surveys/{survey}`: creates a survey, or replaces its draft as a whole.
///
/// 1. The token, with `survey:write` — 401, 403
/// 2. The body — 415, 413
/// 3. As [`store`] — 201, 200, 422, 404, 409, 503
pub(crate) async fn put(call: &mut Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    let bearer = auth::require(&call.request, call.env, call.now, Scope::SurveyWrite, site.as_str()).await?;
    let body = body::read_json(&call.request).await?;
    let (created, survey) = store(call.env, &site, call.param("survey"), &body, bearer.kid).await?;
    Ok(reply::json(if created { 201 } else { 200 }, &View::of(survey)?)?)
}

/// Stores the draft of a survey, and says whether the survey is new.
///
/// 1. Name and draft — 422
/// 2. The site — 404, 503
/// 3. What cannot change any more: shards, and once published metric, scale and whether the window is the order — 409
pub(crate) async fn store(
    env: &Env,
    site: &Slug,
    id: &str,
    draft: &[u8],
    actor: String,
) -> Result<(bool, StoredSurvey), Problem> {
    let id = Slug::parse(id)
        .ok_or_else(|| Problem::invalid(Document::Survey, "", format!("the survey's name {}", Slug::RULE)))?;
    let Draft { definition, shards } =
        Draft::parse(draft).map_err(|faults| Problem::Invalid(Document::Survey, faults))?;
    let draft = serde_json::to_string(&definition).map_err(|error| Problem::Internal(error.to_string()))?;
    let put = PutSurvey { site: site.to_string(), id: id.to_string(), draft, shards, actor };
    match registry::send(env, &put).await? {
        PutReply::UnknownSite => Err(Problem::UnknownSite),
        PutReply::Fixed(members) => {
            let fault = |member: String| {
                Fault {
                detail: match member.as_str() {
                    "shards" => "is fixed when a survey is created: answers lie in these shards",
                    "frequency/window" => {
                        "cannot change between \"order\" and the others after the first publication: revisions of stored answers would be taken for new ones. Make another survey"
                    }
                    _ => "is fixed by the first publication: scores of two scales do not mix. Make another survey",
                }
                .into(),
                pointer: format!("/{member}"),
            }
            };
            Err(Problem::SurveyFixed(Faults(members.into_iter().map(fault).collect())))
        }
        PutReply::Done { created, survey } => {
            directory::forget(site);
            Ok((created, survey))
        }
    }
}

/// `POST …/publish`: makes the draft the live version. Of an unchanged draft that is the version there is.
///
/// 1. The token, with `survey:write` — 401, 403
/// 2. The survey — 404, 503
pub(crate) async fn publish(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    let bearer = auth::require(&call.request, call.env, call.now, Scope::SurveyWrite, site.as_str()).await?;
    let version = go_live(call.env, &site, &survey, bearer.kid).await?;
    Ok(reply::json(200, &Published { id: survey.as_str(), version })?)
}

/// Makes the draft the live version — 404, 503
pub(crate) async fn go_live(env: &Env, site: &Slug, survey: &Slug, actor: String) -> Result<u32, Problem> {
    let publish = Publish { site: site.to_string(), id: survey.to_string(), actor };
    let version = registry::send(env, &publish).await?.ok_or(Problem::UnknownSurvey)?;
    directory::forget(site);
    Ok(version)
}

/// `POST …/pause`: asks no more; answers that are under way are taken. Publishing resumes.
///
/// 1. The token, with `survey:write` — 401, 403
/// 2. The survey — 404, 503
pub(crate) async fn pause(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    let bearer = auth::require(&call.request, call.env, call.now, Scope::SurveyWrite, site.as_str()).await?;
    let status = stop(call.env, &site, &survey, bearer.kid).await?;
    Ok(reply::json(200, &Paused { id: survey.as_str(), status })?)
}

/// Asks no more — 404, 503
pub(crate) async fn stop(env: &Env, site: &Slug, survey: &Slug, actor: String) -> Result<Status, Problem> {
    let pause = Pause { site: site.to_string(), id: survey.to_string(), actor };
    let status = registry::send(env, &pause).await?.ok_or(Problem::UnknownSurvey)?;
    directory::forget(site);
    Ok(status)
}

pub(crate) async fn find(env: &Env, site: &Slug, survey: &Slug) -> Result<StoredSurvey, Problem> {
    let get = GetSurvey { site: site.to_string(), id: survey.to_string() };
    registry::send(env, &get).await?.ok_or(Problem::UnknownSurvey)
}

/// The shards of a survey, be it live or not: what was answered stays.
pub(crate) async fn shards(env: &Env, site: &Slug, survey: &Slug) -> Result<Shards, Problem> {
    let count = find(env, site, survey).await?.shards;
    Ok(Shards::new(env, site.as_str(), survey.as_str(), count))
}

/// [`shards`], and the definition that their answers were given to.
pub(crate) async fn shards_and_definition(
    env: &Env,
    site: &Slug,
    survey: &Slug,
) -> Result<(Shards, Definition), Problem> {
    let stored = find(env, site, survey).await?;
    let shards = Shards::new(env, site.as_str(), survey.as_str(), stored.shards);
    let definition = parse(&stored.id, stored.published.as_deref().unwrap_or(&stored.draft))?;
    Ok((shards, definition))
}

pub(crate) fn parse(id: &str, stored: &str) -> Result<Definition, Problem> {
    Definition::parse(stored.as_bytes())
        .map_err(|faults| Problem::Internal(format!("stored survey {id}: {faults}")))
}

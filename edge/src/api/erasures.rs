//! `/v1/sites/{site}/erasures`: answers go for good, and a receipt remains.

mod sweep;

use super::page::Page;
use crate::problem::{Document, Problem};
use crate::registry::erasures::{BeginErasure, Begun, GetErasures, NoteErasure, StoredErasure};
use crate::routes::Call;
use crate::shard::erase;
use crate::{auth, body, clock, directory, registry, reply, respondent};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::erasure::{ErasureRequest, Next, Subject};
use sondeo_survey::response::RespondentKind;
use sondeo_survey::shard;
use sondeo_survey::slug::Slug;
use sweep::{Swept, sweep};
use uuid::{Builder, Uuid};
use worker::Response;

#[derive(Serialize)]
struct Receipt {
    id: String,
    at: String,
    subject: String,
    survey: Option<String>,
    erased: u32,
    by: String,
    next: Option<String>,
}

impl From<StoredErasure> for Receipt {
    fn from(stored: StoredErasure) -> Self {
        Self {
            id: stored.id,
            at: clock::rfc3339(stored.at),
            subject: stored.kind,
            survey: stored.survey,
            erased: stored.erased,
            by: stored.actor,
            next: stored.next,
        }
    }
}

/// Erases by response, order, user or visitor, in all surveys or in one.
///
/// 1. The token, with `responses:erase` — 401, 403
/// 2. The body — 415, 413, 422
/// 3. Site and survey; the erasure that goes on — 404, 503. From here on there is a receipt
/// 4. The Shards — 503; a repeat is harmless
/// 5. The receipt — 200, 503
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    let bearer =
        auth::require(&call.request, call.env, call.now, Scope::ResponsesErase, site.as_str()).await?;
    let body = body::read_json(&call.request).await?;
    let request =
        ErasureRequest::parse(&body).map_err(|faults| Problem::Invalid(Document::Erasure, faults))?;
    Ok(reply::json(200, &Receipt::from(erase(call, &site, bearer.kid, request).await?))?)
}

/// `DELETE …/responses/{response}`: the same by its id, in this survey.
///
/// 1. The token, with `responses:erase` — 401, 403
/// 2. The id — 404
/// 3. As above
pub(crate) async fn delete(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    let bearer =
        auth::require(&call.request, call.env, call.now, Scope::ResponsesErase, site.as_str()).await?;
    let id = Uuid::try_parse(call.param("response")).map_err(|_| Problem::UnknownResponse)?;
    let request = ErasureRequest { subject: Subject::Response(id), survey: Some(survey), next: None };
    Ok(reply::json(200, &Receipt::from(erase(call, &site, bearer.kid, request).await?))?)
}

/// Steps 3 to 5.
pub(crate) async fn erase(
    call: &Call<'_>,
    site: &Slug,
    actor: String,
    request: ErasureRequest,
) -> Result<StoredErasure, Problem> {
    let ErasureRequest { subject, survey, next } = request;
    let id = next.as_ref().map_or_else(|| new_id(call.now), |next| Ok(next.erasure))?;
    let begin = BeginErasure {
        site: site.to_string(),
        id: id.to_string(),
        kind: subject.kind().into(),
        survey: survey.map(|survey| survey.to_string()),
        actor,
        goes_on: next.is_some(),
    };
    let surveys = match registry::send(call.env, &begin).await? {
        Begun::UnknownSite => return Err(Problem::UnknownSite),
        Begun::UnknownSurvey => return Err(Problem::UnknownSurvey),
        Begun::UnknownErasure => return Err(Problem::UnknownErasure),
        Begun::Surveys(surveys) => surveys,
    };
    let (subject, hash) = known_as(call, site, subject).await?;
    let places = surveys.iter().flat_map(|(survey, count)| {
        let shards = match hash {
            // A respondent's answers lie in one Shard; who else names the order may be in any.
            Some(hash) => {
                let only = shard::of(&hash, *count);
                only..only.saturating_add(1)
            }
            None => 0..*count,
        };
        shards.map(move |number| (survey.as_str(), *count, number))
    });
    let from = next.as_ref().map(|next| (next.survey.as_str(), next.shard));
    let places = places.skip_while(|(survey, _, number)| Some((*survey, *number)) < from);
    let Swept { erased, next, failed } = sweep(call.env, site.as_str(), &subject, places).await;
    let next = next.and_then(|(survey, _, shard)| {
        Some(Next { erasure: id, survey: Slug::parse(survey)?, shard }.to_string())
    });
    // What some have erased is noted, also where another did not answer; that receipt stays one that is not done.
    let (site, id, is_whole) = (site.to_string(), id.to_string(), failed.is_none());
    let receipt = registry::send(call.env, &NoteErasure { site, id, erased, is_whole, next }).await?;
    if let Some(problem) = failed {
        return Err(problem);
    }
    receipt.ok_or_else(|| Problem::Internal("a receipt is gone".into()))
}

/// What the Shards know of a subject; and the hash of one whose answers lie in one Shard of each survey.
async fn known_as(
    call: &Call<'_>,
    site: &Slug,
    subject: Subject,
) -> Result<(erase::Subject, Option<[u8; 32]>), Problem> {
    let (kind, key) = match subject {
        Subject::Response(id) => return Ok((erase::Subject::Response(id), None)),
        Subject::Respondent(kind, key) => (kind, key),
    };
    let secret = &directory::site(call.env, site, call.now).await?.secret;
    let hash = respondent::hash(secret, kind, &key);
    let hash = hash.ok_or_else(|| Problem::Internal("no hash of a respondent".into()))?;
    let order = (kind == RespondentKind::Order).then_some(key);
    let one = order.is_none().then_some(hash);
    let refused = Vec::new();
    Ok((erase::Subject::Respondent { hash: hex::encode(hash), order, refused }, one))
}

/// A UUID of version 7: the time first, so that receipts sort by it.
pub(super) fn new_id(now: i64) -> Result<Uuid, Problem> {
    let millis = u64::try_from(now).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(millis, &auth::random::<10>()?).into_uuid())
}

/// `GET …/erasures`: receipts, newest first.
///
/// 1. The token, with `responses:erase` — 401, 403
/// 2. `cursor` and `limit` — 422
/// 3. The Registry — 503
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    auth::require(&call.request, call.env, call.now, Scope::ResponsesErase, site.as_str()).await?;
    let Page { cursor, limit } = Page::read(call, |text| Uuid::try_parse(text).ok())?;
    let before = cursor.map(|id| id.to_string());
    let get = GetErasures { site: site.to_string(), id: None, before, limit: limit + 1 };
    let found = registry::send(call.env, &get).await?;
    let list = super::page::list(found, limit, |last| last.id.clone());
    Ok(reply::json(200, &list.map(Receipt::from))?)
}

/// `GET …/erasures/{erasure}`: one receipt.
///
/// 1. The token, with `responses:erase` — 401, 403
/// 2. The receipt — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    auth::require(&call.request, call.env, call.now, Scope::ResponsesErase, site.as_str()).await?;
    let id = Uuid::try_parse(call.param("erasure")).map_err(|_| Problem::UnknownErasure)?;
    let found = registry::send(call.env, &GetErasures::one(site.as_str(), id.to_string())).await?;
    let receipt = found.into_iter().next().ok_or(Problem::UnknownErasure)?;
    Ok(reply::json(200, &Receipt::from(receipt))?)
}

//! `/v1/sites/{site}/surveys/{survey}/responses/{response}`: one answer.

use super::surveys::shards;
use crate::problem::{Document, Problem};
use crate::registry::audit::Note;
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::handle::{Handle, Handled};
use crate::shard::read::{Find, StoredResponse};
use crate::shard::submit::VERIFIED;
use crate::{auth, body, clock, registry, reply};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::export::{Record, Text, Time};
use sondeo_survey::handling::Handling;
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::slug::Slug;
use uuid::Uuid;
use worker::{Env, Response};

#[derive(Serialize)]
struct Noted<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    note: Option<Text<'a>>,
}

/// An answer by its id.
///
/// 1. The token — 401, 403
/// 2. The survey — 404, 503
/// 3. The response — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;
    let shards = shards(call.env, &site, &survey).await?;
    let id = Uuid::try_parse(call.param("response")).map_err(|_| Problem::UnknownResponse)?;
    let (_, line) = find(&shards, id).await?;
    let mut stored = StoredResponse::read(line.as_bytes())?;
    let note = stored.note.take();
    Ok(reply::json(200, &Noted { record: record(survey.as_str(), stored)?, note })?)
}

/// Marks an answer as handled, or not, and notes something about it.
///
/// 1. The token, with `survey:write` — 401, 403
/// 2. The body — 415, 413, 422
/// 3. The survey — 404, 503
/// 4. The response — 404, 503; a repeat changes nothing
/// 5. The audit log — 503
pub(crate) async fn patch(call: &mut Call<'_>) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Reply {
        response_id: Uuid,
        handled_at: Option<String>,
        note: Option<String>,
    }
    let (site, survey) = (call.site()?, call.survey()?);
    let bearer = auth::require(&call.request, call.env, call.now, Scope::SurveyWrite, site.as_str()).await?;
    let body = body::read_json(&call.request).await?;
    let id = Uuid::try_parse(call.param("response"));
    let handled = handle(call.env, &site, &survey, id.ok(), &body, bearer.kid).await?;
    let (id, Handled { handled_at, note }) = handled;
    Ok(reply::json(200, &Reply { response_id: id, handled_at: handled_at.map(clock::rfc3339), note })?)
}

/// [`patch`] for whoever is known already: from the body on.
pub(crate) async fn handle(
    env: &Env,
    site: &Slug,
    survey: &Slug,
    id: Option<Uuid>,
    body: &[u8],
    actor: String,
) -> Result<(Uuid, Handled), Problem> {
    let handling = Handling::parse(body).map_err(|faults| Problem::Invalid(Document::Handling, faults))?;
    let shards = shards(env, site, survey).await?;
    let id = id.ok_or(Problem::UnknownResponse)?;
    let (shard, _) = find(&shards, id).await?;
    let Handling { handled, note } = handling;
    let handled = shards.send(shard, &Handle { id, handled, note }).await?;
    // It may have been erased just now.
    let handled = handled.ok_or(Problem::UnknownResponse)?;
    let action = if handled.handled_at.is_some() { "response.handled" } else { "response.open" };
    let subject = format!("{site}/{survey} {id}");
    registry::send(env, &Note { actor, action: action.into(), subject }).await?;
    Ok((id, handled))
}

/// The Shard that has an answer, and its line there. All are asked, since only the respondent says which has it.
pub(crate) async fn find(shards: &Shards, id: Uuid) -> Result<(u16, String), Problem> {
    let mut first: Option<((i64, Uuid), u16, String)> = None;
    for (shard, line) in (0..).zip(shards.send_all(&Find { id }).await?) {
        let Some(line) = line else { continue };
        // Two respondents may have used one id; the first to come has it.
        let position = StoredResponse::read(line.as_bytes())?.position();
        if first.as_ref().is_none_or(|(earliest, ..)| position < *earliest) {
            first = Some((position, shard, line));
        }
    }
    first.map(|(_, shard, line)| (shard, line)).ok_or(Problem::UnknownResponse)
}

/// A stored answer as analysts get it.
pub(crate) fn record<'a>(survey: &'a str, stored: StoredResponse<'a>) -> Result<Record<'a>, Problem> {
    let metric =
        Metric::NAMES.into_iter().find(|(name, _)| *name == &*stored.metric).map(|(_, metric)| metric);
    let metric = metric.ok_or_else(|| Problem::Internal(format!("no metric {}", stored.metric)))?;
    let scale = Scale { min: stored.scale_min, max: stored.scale_max };
    let mut flags = stored.flags;
    let all = flags.len();
    flags.retain(|flag| &**flag != VERIFIED);
    Ok(Record {
        response_id: stored.id,
        survey,
        survey_version: stored.survey_version,
        metric,
        scale_min: scale.min,
        scale_max: scale.max,
        score: stored.score,
        segment: Record::segment_of(metric, scale, stored.score),
        comment: stored.comment,
        reasons: stored.reasons,
        complete: stored.complete,
        received_at: Time(stored.received_at),
        updated_at: Time(stored.updated_at),
        locale: stored.locale,
        device: stored.device,
        page_path: stored.page_path,
        touchpoint: stored.touchpoint,
        order_id: stored.order_id,
        order_value: stored.order_value,
        order_currency: stored.order_currency,
        respondent: stored.respondent,
        verified: flags.len() < all,
        consent_status: stored.consent_status.unwrap_or_else(|| "".into()),
        consent_source: stored.consent_source.unwrap_or_else(|| "".into()),
        gpc: stored.gpc,
        flags,
        handled_at: stored.handled_at.map(Time),
        revision: stored.revision,
        local: None,
        attributes: stored.attributes,
    })
}

//! `GET /v1/sites/{site}/surveys/{survey}/responses/{response}`: one answer.

use super::surveys::shards;
use crate::problem::Problem;
use crate::routes::Call;
use crate::shard::read::{Find, StoredResponse};
use crate::shard::submit::VERIFIED;
use crate::{auth, clock, reply};
use sondeo_survey::access::Scope;
use sondeo_survey::export::Record;
use sondeo_survey::metric::{Metric, Scale};
use uuid::Uuid;
use worker::Response;

/// An answer by its id. All shards are asked, since only the respondent says which has it.
///
/// 1. The token — 401, 403
/// 2. The survey — 404, 503
/// 3. The response — 404, 503
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;
    let shards = shards(call.env, &site, &survey).await?;
    let id = Uuid::try_parse(call.param("response")).map_err(|_| Problem::UnknownResponse)?;
    let found = shards.send_all(&Find { id }).await?.into_iter().flatten();
    // Two respondents may have used one id; the first to come has it.
    let found = found.min_by_key(StoredResponse::position).ok_or(Problem::UnknownResponse)?;
    Ok(reply::json(200, &record(survey.as_str(), found)?)?)
}

/// A stored answer as analysts get it.
pub(crate) fn record(survey: &str, stored: StoredResponse) -> Result<Record, Problem> {
    let metric = Metric::NAMES.into_iter().find(|(name, _)| *name == stored.metric).map(|(_, metric)| metric);
    let metric = metric.ok_or_else(|| Problem::Internal(format!("no metric {}", stored.metric)))?;
    let scale = Scale { min: stored.scale_min, max: stored.scale_max };
    Ok(Record {
        response_id: stored.id.to_string(),
        survey: survey.to_owned(),
        survey_version: stored.survey_version,
        metric,
        scale_min: scale.min,
        scale_max: scale.max,
        score: stored.score,
        segment: Record::segment_of(metric, scale, stored.score),
        comment: stored.comment,
        reasons: stored.reasons,
        complete: stored.complete,
        received_at: clock::rfc3339(stored.received_at),
        updated_at: clock::rfc3339(stored.updated_at),
        locale: stored.locale,
        device: stored.device,
        page_path: stored.page_path,
        touchpoint: stored.touchpoint,
        order_id: stored.order_id,
        order_value: stored.order_value,
        order_currency: stored.order_currency,
        respondent: stored.respondent,
        verified: stored.flags.iter().any(|flag| flag == VERIFIED),
        consent_status: stored.consent_status,
        consent_source: stored.consent_source,
        gpc: stored.gpc,
        flags: stored.flags.into_iter().filter(|flag| flag != VERIFIED).collect(),
        handled_at: stored.handled_at.map(clock::rfc3339),
        revision: stored.revision,
        attributes: stored.attributes,
    })
}

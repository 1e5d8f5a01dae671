//! `GET /v1/sites/{site}/surveys/{survey}/stats` and `GET /v1/sites/{site}/stats`: scores, how sure they are, and what they
//! depend on.

mod query;
mod score;
mod series;
mod value;
mod values;

use super::surveys;
use crate::auth;
use crate::problem::Problem;
use crate::registry::surveys::{ListSurveys, StoredSurvey};
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::count::Count;
use crate::shard::exposure;
use crate::shard::read::Period;
use crate::{clock, registry, reply};
use futures_util::future;
pub(crate) use query::{By, Query, Step};
use score::changes;
pub(crate) use score::{Change, Measured, Score};
use serde::Serialize;
pub(crate) use series::Bucket;
use sondeo_survey::access::Scope;
use sondeo_survey::exposure::Exposures;
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::slug::Slug;
use sondeo_survey::stats::{ScoreTally, response_rate};
pub(crate) use value::Value;
pub(crate) use values::Values;
use worker::{Env, Response};

/// What the answers to one survey say.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) survey: String,
    pub(crate) title: String,
    pub(crate) touchpoint: Option<String>,
    pub(crate) metric: Metric,
    pub(crate) scale: Scale,
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) time_zone: String,
    #[serde(flatten)]
    pub(crate) measured: Measured,
    pub(crate) distribution: Vec<Bar>,
    pub(crate) exposures: Exposures,
    /// Of those to whom the question was shown, the share that answered.
    pub(crate) response_rate: Option<Score>,
    /// Where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series: Option<Vec<Bucket>>,
    #[serde(flatten)]
    pub(crate) values: Option<Values>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous: Option<Previous>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Value>,
}

/// How many gave this score.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) score: u8,
    pub(crate) count: u64,
}

/// The span before, as long as this one, and how the scores have moved since.
#[derive(Debug, Serialize)]
pub(crate) struct Previous {
    pub(crate) from: String,
    pub(crate) to: String,
    #[serde(flatten)]
    pub(crate) measured: Measured,
    pub(crate) change: Option<Change>,
    /// Only CES has two scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) easy_change: Option<Change>,
}

/// One survey's.
///
/// 1. The token — 401, 403
/// 2. The site — 404, 503
/// 3. The parameters — 422
/// 4. The survey — 404, 503
/// 5. The counts of all shards — 503; too many buckets or values — 422
pub(crate) async fn of_survey(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;
    let query = Query::read(call, &site).await?;
    Ok(reply::json(200, &compute(call.env, &site, &survey, &query).await?)?)
}

/// Those of all surveys of a site that were ever published, in the order in which they were made.
///
/// 1. The token — 401, 403
/// 2. The site — 404, 503
/// 3. The parameters — 422
/// 4. The counts of all shards — 503; too many buckets or values — 422
pub(crate) async fn of_site(call: &Call<'_>) -> Result<Response, Problem> {
    let site = call.site()?;
    auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;
    let query = Query::read(call, &site).await?;
    Ok(reply::json(200, &reply::List::whole(compute_all(call.env, &site, &query).await?))?)
}

/// What the answers to a survey say — 404, 422, 503
pub(crate) async fn compute(
    env: &Env,
    site: &Slug,
    survey: &Slug,
    query: &Query,
) -> Result<Summary, Problem> {
    summary(env, site, surveys::find(env, site, survey).await?, query).await
}

/// [`compute`] for all surveys of a site that may have answers, the oldest first.
pub(crate) async fn compute_all(env: &Env, site: &Slug, query: &Query) -> Result<Vec<Summary>, Problem> {
    let surveys = registry::send(env, &ListSurveys { site: site.to_string() }).await?;
    let mut surveys = surveys.ok_or(Problem::UnknownSite)?;
    surveys.retain(|survey| survey.version.is_some());
    let mut summaries = Vec::new();
    while !surveys.is_empty() {
        let some: Vec<StoredSurvey> = (0..4).map_while(|_| oldest(&mut surveys)).collect();
        let some = some.into_iter().map(|survey| summary(env, site, survey, query));
        summaries.extend(future::try_join_all(some).await?);
    }
    Ok(summaries)
}

/// Takes the one that was made first. There are a few, and sorting them all would be ten times as much code.
pub(crate) fn oldest(surveys: &mut Vec<StoredSurvey>) -> Option<StoredSurvey> {
    let made = |at: &usize| surveys.get(*at).map(|survey| (survey.created_at, survey.id.as_str()));
    let first = (0..surveys.len()).min_by_key(made)?;
    Some(surveys.swap_remove(first))
}

async fn summary(env: &Env, site: &Slug, survey: StoredSurvey, query: &Query) -> Result<Summary, Problem> {
    let definition = surveys::parse(&survey.id, survey.published.as_deref().unwrap_or(&survey.draft))?;
    let (metric, scale) = (definition.metric, definition.scale);
    let shards = Shards::new(env, site.as_str(), &survey.id, survey.shards);
    let (starts, mut bounds) = match query.by {
        Some(By::Time(step)) => series::bounds(query, step, &shards).await?,
        _ => (Vec::new(), vec![query.from.unwrap_or(0), query.to]),
    };
    let before = query.previous();
    bounds.splice(0..0, before);
    let by = match &query.by {
        Some(By::Values(dimension)) => Some(dimension.clone()),
        _ => None,
    };
    let orders_from = query.value.then_some(query.from.unwrap_or(0));
    let period = Period { from: query.from.unwrap_or(0), to: query.to };
    let count = Count { bounds, flagged: query.flagged, by, orders_from };
    let (exposures, counted) =
        future::try_join(exposure::sum(&shards, period), self::count(&shards, count)).await?;
    let (earlier, spans) = counted.spans.split_at(usize::from(before.is_some()));
    let tally = spans.iter().copied().fold(ScoreTally::default(), ScoreTally::merge);
    let measure = |tally: &ScoreTally| Measured::of(metric, scale, tally);
    let previous = before.zip(earlier.first()).map(|(from, earlier)| {
        let (change, easy_change) = changes(metric, scale, earlier, &tally);
        let to = clock::rfc3339(query.from.unwrap_or_default());
        Previous { from: clock::rfc3339(from), to, measured: measure(earlier), change, easy_change }
    });
    let series =
        || starts.iter().zip(spans).map(|(start, tally)| Bucket::new(*start, measure(tally))).collect();
    let value = query.value.then(|| Value::of(&definition, &counted.orders));
    let rate = response_rate(tally.answered(), exposures.shown);
    let on_scale = tally.counts().filter(|(score, _)| scale.contains(*score));
    Ok(Summary {
        survey: survey.id,
        title: definition.title,
        touchpoint: definition.touchpoint,
        metric,
        scale,
        from: query.from.map(clock::rfc3339),
        to: clock::rfc3339(query.to),
        time_zone: query.zone.name.clone(),
        measured: measure(&tally),
        distribution: on_scale.map(|(score, count)| Bar { score, count }).collect(),
        exposures,
        response_rate: rate.map(|rate| Score::new("response_rate", rate.score, Some(rate.interval))),
        series: matches!(query.by, Some(By::Time(_))).then(series),
        values: counted.values.map(|values| Values::of(values, measure)),
        previous,
        value,
    })
}

/// What all Shards count, together.
async fn count(shards: &Shards, count: Count) -> Result<values::Sum, Problem> {
    let mut sum = values::Sum::new(&count);
    // Some at a time: their values may be many.
    for part in shards.parts(8) {
        for counted in shards.send_some(part, &count).await? {
            sum.add(counted)?;
        }
    }
    Ok(sum)
}

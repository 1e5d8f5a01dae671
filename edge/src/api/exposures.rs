//! `POST /v1/sites/{site}/surveys/{survey}/exposures`: a survey was shown, opened or dismissed. A count and nothing else.

use super::debug;
use super::ingest::{self, allow};
use crate::directory::{self, LiveSite, LiveSurvey};
use crate::incoming::Headers;
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::exposure::{AddExposures, Added};
use crate::{auth, counters, limit, reply};
use sondeo_survey::exposure::{Exposures, Report};
use worker::{Env, Response};

/// Counts what a page reports.
///
/// 1. The site — 404, 503
/// 2. The body's type — 415; its size — 413
/// 3. The published survey — 404
/// 4. The page's origin, where a browser names one — 403
/// 5. The report — 422
/// 6. How many come from this address, or to this survey — 429
/// 7. A shard — 204, 503
///
/// From step 2 on a page of the site may read the reply, also a refusal. Nobody's consent is asked for: see
/// `docs/PRIVACY.md`.
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let origin = call.request.headers().get("Origin")?;
    let counted = count(call, &site, origin.as_deref()).await;
    counters::report(counted.as_ref().err());
    let reply = match counted {
        Ok(rows_written) => {
            let reply = Response::empty()?.with_status(204);
            reply::guard(&reply)?;
            if debug::is_on(call.env) {
                reply.headers().set("Sondeo-Rows-Written", &rows_written.to_string())?;
            }
            reply
        }
        Err(problem) => problem.reply()?,
    };
    allow(&reply, &site, origin.as_deref())?;
    Ok(reply)
}

/// Steps 2 to 7.
async fn count(call: &mut Call<'_>, site: &LiveSite, origin: Option<&str>) -> Result<usize, Problem> {
    let (body, survey) = ingest::read(call, site, origin).await?;
    let report = Report::parse(&body).map_err(|faults| Problem::Invalid(Document::Exposure, faults))?;
    let version = report.version(survey.version);
    let counting = Counting::new(call, site, survey, version, report.exposures)?;
    counting.run(call.env).await
}

/// What is to be counted, without the request that it came by.
struct Counting {
    source: Option<String>,
    shards: Shards,
    shard: u16,
    add: AddExposures,
}

impl Counting {
    fn new(
        call: &Call<'_>,
        site: &LiveSite,
        survey: &LiveSurvey,
        survey_version: u32,
        exposures: Exposures,
    ) -> Result<Self, Problem> {
        // Reports have a limit of their own, beside that of answers.
        let source = limit::source(call.env, call.request.headers(), &site.secret, call.now)?;
        let is_limited = limit::state(call.env) != limit::State::Off;
        let most_per_minute = is_limited.then_some(site.settings.responses_per_minute);
        Ok(Self {
            source: source.map(|source| format!("exposure {source}")),
            shards: Shards::new(call.env, call.param("site"), &survey.id, survey.shards),
            // Any will do, as all are summed: so they share the writes.
            shard: u16::from_le_bytes(auth::random()?).checked_rem(survey.shards).unwrap_or_default(),
            add: AddExposures { survey_version, exposures, most_per_minute },
        })
    }

    /// Steps 6 and 7: the number of rows written.
    async fn run(self, env: &Env) -> Result<usize, Problem> {
        limit::check(env, self.source.as_deref()).await?;
        match self.shards.send(self.shard, &self.add).await? {
            Added::Counted(rows_written) => Ok(rows_written),
            Added::Limited(seconds) => Err(Problem::Limited(seconds)),
        }
    }
}

/// Counts a showing of the hosted page, after its reply. The page comes whether or not that succeeds.
pub(crate) fn hosted(call: &Call<'_>, site: &LiveSite, survey: &LiveSurvey) -> Result<(), Problem> {
    if !is_opened(call.request.headers())? {
        return Ok(());
    }
    let counting = Counting::new(call, site, survey, survey.version, Exposures::SHOWN)?;
    let env = call.env.clone();
    call.context.wait_until(async move {
        let counted = counting.run(&env).await;
        counters::report(counted.as_ref().err());
        if let Err(problem) = counted {
            problem.log();
        }
    });
    Ok(())
}

/// Whether a browser opens the page for somebody. Scanners of mail and previews in chats fetch a link without these headers;
/// a browser that only looks ahead says so; and in a frame the page around it reports.
fn is_opened(headers: &Headers) -> Result<bool, Problem> {
    let is_page = headers.get("Sec-Fetch-Dest")?.is_some_and(|place| place == "document");
    let is_ahead = headers.get("Sec-Purpose")?.is_some_and(|purpose| purpose.contains("prefetch"));
    Ok(is_page && !is_ahead)
}

//! `POST /v1/sites/{site}/surveys/{survey}/responses`: an answer comes in.

use super::debug;
use crate::challenge::{self, Verdict};
use crate::counters::{self, Outcome};
use crate::directory::{self, LiveSite, LiveSurvey};
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::outbox::Wanted;
use crate::shard::submit::{BOT, Decided, HONEYPOT, Submit, Submitted, TOO_FAST, VERIFIED};
use crate::{body, device, limit, reply, respondent};
use serde::Serialize;
use sondeo_survey::consent::{self, Decision, Receipt, Signals};
use sondeo_survey::definition::Definition;
use sondeo_survey::frequency::Window;
use sondeo_survey::link;
use sondeo_survey::mask::mask;
use sondeo_survey::response::{RespondentKind, Submission};
use sondeo_survey::webhook::{Facts, Webhook};
use sondeo_survey::{erasure, limits, shard};
use uuid::Uuid;
use worker::{Response, Result as WorkerResult, web_sys};

#[derive(Serialize)]
struct Reply {
    id: Uuid,
    revision: u32,
    status: &'static str,
}

/// Takes an answer.
///
/// 1. The site — 404, 503
/// 2. The body's type — 415; its size — 413
/// 3. The published survey — 404
/// 4. The page's origin, where a browser names one — 403
/// 5. The answer itself — 422; the proof of who answers — 403
/// 6. How many come from this address — 429
/// 7. The consent decision, on such evidence as the site's settings let count — 403; nothing of a refused answer is kept,
///    not even in a log
/// 8. The challenge, where the site asks for one — 403, 503
/// 9. The shard: the answer is stored when it says so — 201, 200, 403, 409, 410, 429, 503
///
/// From step 2 on a page of the site may read the reply, also a refusal.
pub(crate) async fn post(call: &mut Call<'_>) -> Result<web_sys::Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let origin = call.request.headers().get("Origin")?;
    let is_debug = debug::is_on(call.env);
    let taken =
        counters::count(call.now, accept(call, &site, origin.as_deref()), |(_, taken)| taken.outcome());
    match taken.await {
        Ok((id, Taken { revision, status, rows_written, .. })) => {
            let code = if status == "created" { 201 } else { 200 };
            let rows_written = rows_written.to_string();
            let mut headers = allowance(&site, origin.as_deref());
            if is_debug {
                headers.push(("Sondeo-Rows-Written", &rows_written));
            }
            Ok(reply::json_at_once(code, &Reply { id, revision, status }, &headers)?)
        }
        Err(problem) => {
            let reply = problem.reply()?;
            allow(&reply, &site, origin.as_deref())?;
            Ok(reply.into())
        }
    }
}

/// Steps 2 to 9.
async fn accept(
    call: &mut Call<'_>,
    site: &LiveSite,
    origin: Option<&str>,
) -> Result<(Uuid, Taken), Problem> {
    let (body, survey) = read(call, site, origin).await?;
    let mut answer = Submission::parse(&body, survey.definition.scale)
        .map_err(|faults| Problem::Invalid(Document::Response, faults))?;
    answer.consent = site.settings.sources.heed(answer.consent);
    let id = answer.id;
    let signs = Signs { is_proved: is_proved(site, &answer)?, is_trapped: false };
    Ok((id, take(call, site, survey, answer, signs).await?))
}

/// Steps 2 to 4, which are those of a report of exposures, too.
pub(super) async fn read<'s>(
    call: &mut Call<'_>,
    site: &'s LiveSite,
    origin: Option<&str>,
) -> Result<(Vec<u8>, &'s LiveSurvey), Problem> {
    const TYPES: &str = "text/plain or application/json";
    body::check_type(&call.request, &["text/plain", "application/json"], TYPES)?;
    let body = body::read(&call.request, limits::BODY_BYTES).await?;
    let survey = published(site, call.survey()?.as_str())?;
    // Only browsers send this header, and it binds only them: it keeps other sites' pages out, not scripts.
    if origin.is_some_and(|origin| !is_own(site, origin)) {
        return Err(Problem::ForbiddenOrigin);
    }
    Ok((body, survey))
}

/// Whether the site's server vouches for the user or the order that answers. A wrong proof is refused: somebody else's
/// answer must not take their place. So is one of an order that the answer is not about, and one of a visitor, which would
/// seem to count and do not.
pub(crate) fn is_proved(site: &LiveSite, answer: &Submission) -> Result<bool, Problem> {
    let Some(named) = &answer.respondent else { return Ok(false) };
    let Some(proof) = &named.proof else { return Ok(false) };
    let key = match named.kind {
        RespondentKind::User => link::identity_key(&site.secret),
        RespondentKind::Order => link::order_key(&site.secret),
        RespondentKind::Visitor => return Err(Problem::WrongProof),
    };
    let is_about_it = named.kind != RespondentKind::Order
        || answer.order.as_ref().is_none_or(|order| order.id == named.key);
    let is_right = is_about_it && link::is_proof(&key, &named.key, proof);
    if is_right { Ok(true) } else { Err(Problem::WrongProof) }
}

/// What else is known of an answer than what it says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Signs {
    /// The site has vouched for the respondent.
    pub(crate) is_proved: bool,
    /// A field was filled in that people do not see.
    pub(crate) is_trapped: bool,
}

/// Nobody has read a question and chosen on a scale before that: to see that something is there and to press takes 250 ms.
const TOO_FAST_MS: u32 = 400;
/// Least answers of one source before any is flagged, however many shards there are.
const LEAST_PER_SOURCE: u32 = 3;

/// What became of an answer.
pub(crate) struct Taken {
    /// The one that is stored now.
    pub(crate) revision: u32,
    status: &'static str,
    rows_written: usize,
    /// Whether it was another answer than the stored one, under the same revision.
    pub(crate) differs: bool,
}

impl Taken {
    /// For the counters.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.status {
            "created" => Outcome::Stored,
            "updated" => Outcome::Updated,
            _ => Outcome::Duplicate,
        }
    }
}

/// Steps 6 to 9, of the hosted page, too.
pub(crate) async fn take(
    call: &Call<'_>,
    site: &LiveSite,
    survey: &LiveSurvey,
    answer: Submission,
    signs: Signs,
) -> Result<Taken, Problem> {
    let headers = call.request.headers();
    let source = limit::source(call.env, headers, &site.secret, call.now)?;
    limit::check(call.env, source.as_deref()).await?;
    let signals = Signals::from_headers(headers.get("Sec-GPC")?.as_deref(), headers.get("DNT")?.as_deref());
    let signals = answer.signals.or(signals);
    let policy = site.settings.consent_policy;
    let (answer, anonymous) =
        match consent::decide(policy, answer.consent.status, signals, site.settings.honour_dnt) {
            Decision::Store => (answer, false),
            Decision::StoreAnonymous => (answer.anonymous(), true),
            Decision::Refuse(reason) => return Err(Problem::ConsentRequired(reason)),
        };
    let receipt = Receipt {
        policy,
        policy_version: site.version,
        anonymous,
        status: answer.consent.status,
        source: answer.consent.source,
        tc_string: answer.consent.tc_string.clone(),
        at: answer.consent.at.clone(),
        signals,
    };

    let settings = &site.settings;
    let challenge = answer.challenge.as_deref();
    let verdict = challenge::check(call.env, settings.turnstile.as_ref(), challenge, answer.id).await?;

    // Where the order is the respondent, the proof of a user vouches for nothing.
    let is_user = answer
        .respondent
        .as_ref()
        .is_some_and(|named| named.kind == RespondentKind::User && named.proof.is_some());
    let is_proved = signs.is_proved && !(is_user && survey.definition.frequency.window == Window::Order);
    let respondent = respondent::of(&site.secret, survey.definition.frequency.window, &answer);
    let shard = match &respondent {
        Some(hash) => shard::of(hash, survey.shards),
        None => shard::of(answer.id.as_bytes(), survey.shards),
    };
    let revision = answer.revision;
    let mut submit = submit(survey, answer, respondent, &receipt, device::class(headers)?)?;
    if settings.mask_comments {
        submit.comment = submit.comment.map(|comment| mask(&comment));
    }
    for (flag, is_so) in [
        (VERIFIED, is_proved && submit.respondent.is_some()),
        (BOT, verdict == Verdict::Flagged),
        (HONEYPOT, signs.is_trapped),
        (TOO_FAST, submit.shown_to_score_ms.is_some_and(|took| took < TOO_FAST_MS)),
    ] {
        if is_so {
            submit.flags.push(flag.into());
        }
    }
    submit.is_unchallenged = verdict == Verdict::Refused;
    submit.source = source;
    if limit::state(call.env) != limit::State::Off {
        submit.most_per_minute = Some(settings.responses_per_minute);
        let most = settings.responses_per_source.div_ceil(u32::from(survey.shards).max(1));
        submit.most_per_source = (most > 0).then(|| most.max(LEAST_PER_SOURCE));
    }
    // What a visitor objects to being recognised by is passed on to nobody.
    if !anonymous {
        submit.notify = wanted(site, survey, &submit);
    }
    let shards = Shards::new(call.env, call.param("site"), &survey.id, survey.shards);
    let Submitted { decided, rows_written, differs, .. } = shards.send(shard, &submit).await?;
    let (status, revision) = match decided {
        Decided::Created => ("created", revision),
        Decided::Updated => ("updated", revision),
        Decided::Unchanged(stored) => ("unchanged", stored),
        Decided::Unchallenged => return Err(Problem::ChallengeRequired),
        Decided::Limited(seconds) => return Err(Problem::Limited(seconds)),
        Decided::AlreadyAnswered => return Err(Problem::AlreadyAnswered),
        Decided::Erased => return Err(Problem::Erased),
    };
    Ok(Taken { revision, status, rows_written, differs })
}

/// The webhooks whose rule an answer meets.
fn wanted(site: &LiveSite, survey: &LiveSurvey, answer: &Submit) -> Vec<Wanted> {
    let Definition { metric, scale, .. } = survey.definition;
    let facts = Facts {
        survey: &survey.id,
        segment: metric.segment(scale, answer.score).name(),
        score: answer.score,
        value: answer.order_value.as_deref().zip(answer.order_currency.as_deref()),
    };
    let met = site.webhooks.iter().filter(|(_, webhook)| webhook.rule.holds(&facts));
    met.map(|(id, Webhook { events, .. })| Wanted {
        webhook: id.clone(),
        events: events.iter().map(|event| event.name().to_owned()).collect(),
    })
    .collect()
}

/// A paused survey is asked no more, yet takes answers, as do older versions of a live one: a visitor may have the
/// card open, and what they say must not be lost.
pub(crate) fn published<'s>(site: &'s LiveSite, id: &str) -> Result<&'s LiveSurvey, Problem> {
    site.surveys.iter().find(|survey| survey.id == id).ok_or_else(|| {
        if site.drafts.iter().any(|draft| draft == id) {
            Problem::NotPublished
        } else {
            Problem::UnknownSurvey
        }
    })
}

pub(super) fn is_own(site: &LiveSite, origin: &str) -> bool {
    site.settings.origins.iter().any(|own| own == origin)
}

fn submit(
    survey: &LiveSurvey,
    answer: Submission,
    respondent: Option<[u8; 32]>,
    receipt: &Receipt,
    device: Option<&str>,
) -> Result<Submit, Problem> {
    let definition = &survey.definition;
    let (order_id, order_value, order_currency) =
        answer.order.map_or((None, None, None), |order| (Some(order.id), order.value, order.currency));
    let consent = serde_json::to_string(receipt).map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(Submit {
        respondent: respondent.map(hex::encode),
        id: answer.id,
        revision: answer.revision,
        survey_version: answer.survey_version,
        metric: definition.metric.name().into(),
        scale_min: definition.scale.min,
        scale_max: definition.scale.max,
        score: answer.score,
        complete: answer.complete,
        comment: answer.comment,
        reasons: answer.reasons,
        locale: answer.locale,
        device: device.map(Into::into),
        page_path: answer.page.path,
        referrer: answer.page.referrer,
        touchpoint: definition.touchpoint.clone(),
        order_id,
        order_value,
        order_currency,
        attributes: answer.attributes.into_iter().collect(),
        consent,
        gpc: receipt.signals.gpc,
        flags: Vec::new(),
        erasure_proof: answer.erasure_key.map(|key| hex::encode(erasure::proof(key))),
        shown_to_score_ms: answer.timing.shown_to_score_ms,
        notify: Vec::new(),
        window_days: match definition.frequency.window {
            Window::Order | Window::Ever => None,
            Window::Days(days) => Some(days),
        },
        ..Submit::default()
    })
}

/// `OPTIONS` on the same address: what a browser asks before it sends `application/json`.
///
/// 1. The site — 404, 503
/// 2. The page's origin — 403
pub(crate) async fn preflight(call: &Call<'_>) -> Result<Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let origin = call.request.headers().get("Origin")?;
    if !origin.as_deref().is_some_and(|origin| is_own(&site, origin)) {
        return Err(Problem::ForbiddenOrigin);
    }
    let reply = Response::empty()?.with_status(204);
    reply::guard(&reply)?;
    allow(&reply, &site, origin.as_deref())?;
    let headers = reply.headers();
    headers.set("Access-Control-Allow-Methods", "POST")?;
    headers.set("Access-Control-Allow-Headers", "Content-Type")?;
    headers.set("Access-Control-Max-Age", "86400")?;
    Ok(reply)
}

/// Lets a page of the site read the reply, and when to try again.
pub(super) fn allow(reply: &Response, site: &LiveSite, origin: Option<&str>) -> WorkerResult<()> {
    allowance(site, origin).into_iter().try_for_each(|(name, value)| reply.headers().append(name, value))
}

fn allowance<'a>(site: &LiveSite, origin: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
    let mut headers = vec![("Vary", "Origin")];
    if let Some(origin) = origin.filter(|origin| is_own(site, origin)) {
        headers.extend([
            ("Access-Control-Expose-Headers", "Retry-After"),
            ("Access-Control-Allow-Origin", origin),
        ]);
    }
    headers
}

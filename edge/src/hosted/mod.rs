//! `GET, POST /h/{site}/{survey}`: the survey as a page of its own, for links in e-mails, QR codes, and pages on which
//! the card cannot run. It is forms and works without script.
//!
//! A GET records no answer: scanners of mail open every link. It counts as shown where a browser opens it for somebody. What was answered so far travels in the form, as untrusted
//! as any answer, and each step is sent as the next revision of it. So a form that is sent twice changes nothing.

mod form;
mod page;
mod view;
mod visit;

use crate::api::ingest::{self, Signs, Taken, published};
use crate::counters;
use crate::directory::{self, LiveSite, LiveSurvey};
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::{api, auth, body};
use form::{Form, Place, Turn};
use page::Frame;
use sondeo_survey::card::Card;
use sondeo_survey::response::Submission;
use sondeo_survey::site::TurnstileMode;
use sondeo_survey::{limits, link};
use uuid::Uuid;
use view::{Says, View};
use visit::Visit;
use worker::Response;

const TYPE: &str = "application/x-www-form-urlencoded";

/// How long a form that was opened in time may be sent after its link is over.
const GRACE_MS: i64 = 3_600_000;

/// Why there is no form on the page.
enum Stop {
    /// The link is not good: forged or over.
    Link(u16),
    /// The survey is asked no more.
    Paused,
    /// Anything else.
    Problem(Problem),
}

impl<P: Into<Problem>> From<P> for Stop {
    fn from(problem: P) -> Self {
        Self::Problem(problem.into())
    }
}

/// The question.
///
/// 1. The site, from the cache or the Registry — 404, 503
/// 2. The signature of the address, where it has one — 403; until when it is good — 410
/// 3. The survey — 404, or with a token for its draft 403; whether it is asked — 410
///
/// Whatever is refused is a page, too.
pub(crate) async fn get(call: &mut Call<'_>) -> Result<Response, Problem> {
    serve(call, false).await
}

/// An answer, or a further step of one, and the next step.
///
/// 1. to 3. as above; a survey that is paused takes what was under way
/// 4. The page's origin, which is the collector's own — 403
/// 5. The body's type — 415; its size — 413
/// 6. The answer itself — 422
/// 7. All that [`ingest::take`] decides — 200, 403, 409, 503
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    serve(call, true).await
}

async fn serve(call: &mut Call<'_>, is_sent: bool) -> Result<Response, Problem> {
    let query = call.request.url()?.query().unwrap_or_default().to_owned();
    let accepted = call.request.headers().get("Accept-Language")?.unwrap_or_default();
    let languages = visit::languages(&query, &accepted);
    let site = match call.site() {
        Ok(site) => directory::site(call.env, &site, call.now).await,
        Err(problem) => Err(problem),
    };
    let site = match site {
        Ok(site) => site,
        Err(problem) => return Ok(page::stop(&Frame::plain(&languages), &Stop::Problem(problem))?),
    };
    match ask(call, &site, &query, &languages, is_sent).await {
        Ok(reply) => Ok(reply),
        Err(stop) => Ok(page::stop(&Frame::of(&site.settings, &languages, &query), &stop)?),
    }
}

/// Steps 2 to 7.
async fn ask(
    call: &mut Call<'_>,
    site: &LiveSite,
    query: &str,
    languages: &str,
    is_sent: bool,
) -> Result<Response, Stop> {
    let (name, id) = (call.site()?, call.survey()?);
    // Nothing that was typed is lost because the link ended meanwhile.
    let now = if is_sent { call.now - GRACE_MS } else { call.now };
    // Browsers that say where a page is shown say it of every request, so there the frame is one.
    let shown_in = call.request.headers().get("Sec-Fetch-Dest")?;
    let is_framed = visit::is_embedded(query) && shown_in.is_none_or(|place| place == "iframe");
    let visit = Visit::of(&link::key(&site.secret), name.as_str(), id.as_str(), query, is_framed, now);
    let mut visit = visit.map_err(|refused| match refused {
        link::Refused::Forged => Stop::Link(403),
        link::Refused::Expired => Stop::Link(410),
    })?;
    visit.heed(&site.settings.sources);
    let draft = match link::parameter(query, "preview") {
        Some(token) => Some(api::preview::draft(call, site, &token).await?),
        None => None,
    };
    let survey = match &draft {
        Some(draft) => draft,
        None => published(site, id.as_str())?,
    };
    if !survey.asked && !is_sent {
        return Err(Stop::Paused);
    }
    let card =
        visit.fill(&Card::for_languages(&site.settings, survey.version, &survey.definition, languages));
    let steps = card.steps();
    let mut frame = Frame::of_card(&site.settings, &card, query);
    if draft.is_none() {
        frame.challenge = site.turnstile.clone();
    }
    let action = (!is_sent).then(|| page::other_address(query));
    let must_pass =
        site.settings.turnstile.as_ref().is_some_and(|asked| asked.mode == TurnstileMode::Require);
    let view =
        View { card: &card, steps: &steps, frame: &frame, is_preview: draft.is_some(), must_pass, action };
    let fresh = Uuid::from_bytes(auth::random()?);
    if !is_sent {
        let score = visit.score.filter(|score| card.scale().contains(*score));
        let mut form = Form::new(fresh);
        form.score = score;
        let says = Says { asks_consent: visit.needs_consent(&card, false), ..Says::default() };
        let question = view.show(200, &form, Place::Question, says)?;
        page::keep(&question)?;
        if draft.is_none() {
            api::exposures::hosted(call, site, survey)?;
        }
        return Ok(question);
    }

    let origin = call.request.headers().get("Origin")?;
    if let Some(origin) = origin
        && origin != call.origin()?
    {
        return Err(Problem::ForbiddenOrigin.into());
    }
    body::check_type(&call.request, &[TYPE], TYPE)?;
    let body = body::read(&call.request, limits::BODY_BYTES).await?;
    let sent = Form::parse(&body, &card, &steps.steps, fresh);
    let again =
        |message| Says { message, asks_consent: visit.needs_consent(&card, false), ..Says::default() };
    let mut form = sent.clone();
    let next = match form.turn(&steps.steps) {
        Turn::Back(to) => return Ok(view.show(200, &form, to, again(""))?),
        Turn::Incomplete => return Ok(view.show(422, &form, form.place, again(frame.texts.choose))?),
        Turn::On(next) => next,
    };
    let answer = visit.answer(&form, &card, &steps.steps, next == Place::Thanks);
    let answer = Submission::parse(answer.to_string().as_bytes(), card.scale())
        .map_err(|faults| Problem::Invalid(Document::Response, faults));
    let taken = if draft.is_some() {
        answer.map(|answer| answer.revision)
    } else {
        let stored = async {
            let answer = answer?;
            let is_proved = visit.is_proved || ingest::is_proved(site, &answer)?;
            store(call, site, survey, answer, Signs { is_proved, is_trapped: form.is_trapped }).await
        };
        counters::count(call.now, stored, Taken::outcome).await.map(|taken| taken.revision)
    };
    match taken {
        Ok(revision) => {
            form.revision = revision;
            let says = Says { is_saved: sent.place == Place::Question, ..again("") };
            Ok(view.show(200, &form, next, says)?)
        }
        Err(problem @ (Problem::AlreadyAnswered | Problem::Erased)) => Err(problem.into()),
        Err(Problem::ConsentRequired(_)) => {
            let says = Says { message: frame.texts.no_consent, asks_consent: true, is_saved: false };
            Ok(view.show(403, &sent, sent.place, says)?)
        }
        Err(problem) => {
            problem.log();
            let reply = view.show(problem.status(), &sent, sent.place, again(frame.texts.failed))?;
            if let Some(seconds) = problem.retry_after() {
                reply.headers().set("Retry-After", &seconds.to_string())?;
            }
            Ok(reply)
        }
    }
}

/// Stores an answer. A form that a visitor went back to and changed has the
/// revision that it had the first time, and counts as the one after it: a replay of that, in turn, changes nothing.
async fn store(
    call: &Call<'_>,
    site: &LiveSite,
    survey: &LiveSurvey,
    answer: Submission,
    signs: Signs,
) -> Result<Taken, Problem> {
    let mut taken = ingest::take(call, site, survey, answer.clone(), signs).await?;
    if taken.differs && taken.revision < limits::REVISION {
        let answer = Submission { revision: taken.revision + 1, ..answer };
        taken = ingest::take(call, site, survey, answer, signs).await?;
    }
    Ok(taken)
}

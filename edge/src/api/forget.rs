//! `POST /v1/sites/{site}/forget`: a visitor has their own answers erased, with the keys that their browser has of them.

use super::erasures::new_id;
use super::ingest::{allow, is_own};
use crate::directory::{self, LiveSite};
use crate::problem::{Document, Problem};
use crate::registry::erasures::{BeginErasure, NoteErasure};
use crate::routes::Call;
use crate::shard::{Shards, erase};
use crate::{body, clock, limit, registry, reply, respondent};
use futures_util::future;
use serde::Serialize;
use sondeo_survey::erasure::{Claim, proof};
use sondeo_survey::{limits, shard};
use std::collections::BTreeMap;
use uuid::Uuid;
use worker::Response;

#[derive(Serialize)]
struct Receipt {
    id: Uuid,
    at: String,
}

/// Erases what the claims prove. Whether a claim was good is not told, and nothing is kept of one that was not.
///
/// 1. The site — 404, 503
/// 2. The body's type — 415; its size — 413
/// 3. The page's origin, where a browser names one — 403
/// 4. The claims — 422
/// 5. How many come from this address — 429
/// 6. The Shards where such an answer can lie: what is good — 503
/// 7. The receipt of it, where something is — 503
/// 8. The Shards, which erase it; the receipt's count — 200, 503
///
/// From step 2 on a page of the site may read the reply, also a refusal.
pub(crate) async fn post(call: &mut Call<'_>) -> Result<Response, Problem> {
    let site = directory::site(call.env, &call.site()?, call.now).await?;
    let origin = call.request.headers().get("Origin")?;
    let reply = match forget(call, &site, origin.as_deref()).await {
        Ok(reply) => reply,
        Err(problem) => problem.reply()?,
    };
    allow(&reply, &site, origin.as_deref())?;
    Ok(reply)
}

/// Steps 2 to 8.
async fn forget(call: &mut Call<'_>, site: &LiveSite, origin: Option<&str>) -> Result<Response, Problem> {
    const TYPES: &str = "text/plain or application/json";
    body::check_type(&call.request, &["text/plain", "application/json"], TYPES)?;
    let body = body::read(&call.request, limits::CLAIMS_BYTES).await?;
    if origin.is_some_and(|origin| !is_own(site, origin)) {
        return Err(Problem::ForbiddenOrigin);
    }
    let claims = Claim::parse_all(&body).map_err(|faults| Problem::Invalid(Document::Erasure, faults))?;
    let source = limit::source(call.env, call.request.headers(), &site.secret, call.now)?;
    limit::check(call.env, source.as_deref()).await?;

    let mut places = places(site, &claims);
    let good = ask(call, &places, true).await.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    for claim in places.values_mut().flatten() {
        claim.is_met = good.contains(&claim.id);
    }
    let id = new_id(call.now)?;
    // A claim that proves nothing costs the Registry nothing, and no shop's list of receipts fills with them.
    if !good.is_empty() {
        begin(call, id).await?;
    }
    let answers = ask(call, &places, false).await;
    let erased = answers.iter().filter_map(|answer| Some(answer.as_ref().ok()?.len())).sum::<usize>();
    if good.is_empty() && erased > 0 {
        // An answer came in between.
        begin(call, id).await?;
    }
    if !good.is_empty() || erased > 0 {
        let note = NoteErasure {
            site: call.param("site").to_owned(),
            id: id.to_string(),
            erased: u32::try_from(erased).unwrap_or(u32::MAX),
            is_whole: answers.iter().all(Result::is_ok),
            next: None,
        };
        registry::send(call.env, &note).await?;
    }
    answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(reply::json(200, &Receipt { id, at: clock::rfc3339(call.now) })?)
}

type Place<'s> = (&'s str, u16, u16);

/// An answer lies where its respondent leads, or, where nobody was known or might be, where its own id does.
fn places<'s>(site: &'s LiveSite, claims: &[Claim]) -> BTreeMap<Place<'s>, Vec<erase::Claim>> {
    let mut places: BTreeMap<Place<'_>, Vec<erase::Claim>> = BTreeMap::new();
    for claim in claims {
        let Some(survey) = site.surveys.iter().find(|survey| survey.id == claim.survey.as_str()) else {
            continue;
        };
        let named = claim.respondent.as_ref();
        let hash = named.and_then(|(kind, key)| respondent::hash(&site.secret, *kind, key));
        for key in [Some(claim.id.as_bytes().as_slice()), hash.as_ref().map(<[u8; 32]>::as_slice)]
            .into_iter()
            .flatten()
        {
            let place = (survey.id.as_str(), survey.shards, shard::of(key, survey.shards));
            places.entry(place).or_default().push(erase::Claim {
                key: hex::encode(key),
                id: claim.id,
                proof: hex::encode(proof(claim.key)),
                is_met: false,
            });
        }
    }
    places
}

/// What each Shard erases of the claims, or would in a trial.
async fn ask(
    call: &Call<'_>,
    places: &BTreeMap<Place<'_>, Vec<erase::Claim>>,
    is_trial: bool,
) -> Vec<Result<Vec<Uuid>, Problem>> {
    let asked = places.iter().map(|((survey, count, number), claims)| async move {
        let shards = Shards::new(call.env, call.param("site"), survey, *count);
        shards.send(*number, &erase::Forget { claims: claims.clone(), is_trial }).await
    });
    future::join_all(asked).await
}

async fn begin(call: &Call<'_>, id: Uuid) -> Result<(), Problem> {
    let begin = BeginErasure {
        site: call.param("site").to_owned(),
        id: id.to_string(),
        kind: "forget".into(),
        survey: None,
        actor: "visitor".into(),
        goes_on: false,
    };
    registry::send(call.env, &begin).await.map(drop)
}

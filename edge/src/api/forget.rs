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
/// 6. The Shards where such an answer can lie — 503
/// 7. The receipt, where something was erased — 200, 503
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

/// Steps 2 to 7.
async fn forget(call: &mut Call<'_>, site: &LiveSite, origin: Option<&str>) -> Result<Response, Problem> {
    const TYPES: &str = "text/plain or application/json";
    body::check_type(&call.request, &["text/plain", "application/json"], TYPES)?;
    let body = body::read(&mut call.request, limits::CLAIMS_BYTES).await?;
    if origin.is_some_and(|origin| !is_own(site, origin)) {
        return Err(Problem::ForbiddenOrigin);
    }
    let claims = Claim::parse_all(&body).map_err(|faults| Problem::Invalid(Document::Erasure, faults))?;
    let source = limit::source(call.request.headers(), &site.secret, call.now)?;
    limit::check(call.env, source.as_deref()).await?;

    let (env, name) = (call.env, call.param("site"));
    let asked = places(site, &claims).into_iter().map(|((survey, count, number), claims)| async move {
        let shards = Shards::new(env, name, survey, count);
        shards.send(number, &erase::Forget { claims }).await
    });
    let answers = future::join_all(asked).await;
    let erased = answers.iter().filter_map(|answer| answer.as_ref().ok()).sum::<u32>();
    let id = new_id(call.now)?;
    // A claim that proves nothing costs the Registry nothing, and no shop's list of receipts fills with them.
    if erased > 0 {
        keep(call, id, erased).await?;
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
            });
        }
    }
    places
}

async fn keep(call: &Call<'_>, id: Uuid, erased: u32) -> Result<(), Problem> {
    let (site, id) = (call.param("site").to_owned(), id.to_string());
    let begin = BeginErasure {
        site: site.clone(),
        id: id.clone(),
        kind: "forget".into(),
        survey: None,
        actor: "visitor".into(),
        goes_on: false,
    };
    registry::send(call.env, &begin).await?;
    registry::send(call.env, &NoteErasure { site, id, erased, is_whole: true, next: None }).await?;
    Ok(())
}

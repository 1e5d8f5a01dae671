//! `POST /v1/maintenance/wake`: what an operator asks for after an upgrade.

use super::page::{self, Page};
use crate::problem::Problem;
use crate::registry::{self, surveys::ListShards};
use crate::routes::Call;
use crate::shard::{Shards, Wake};
use crate::{auth, reply};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use sondeo_survey::access::Scope;
use sondeo_survey::slug::Slug;
use worker::Response;

/// Asked at the same time.
const AT_ONCE: usize = 64;

/// A Shard by its site, its survey and its number.
type Place = (String, String, u16);

#[derive(Serialize)]
struct Woken {
    woken: usize,
    next: Option<String>,
}

/// Wakes the Shards of all surveys, `limit` in one request: each opens its store, which brings it to this release's schema,
/// and sets its alarm.
///
/// 1. The token, with `admin` for all sites — 401, 403
/// 2. `cursor` and `limit` — 422
/// 3. The Registry — 503
/// 4. The Shards — 503; a repeat is harmless
pub(crate) async fn wake(call: &Call<'_>) -> Result<Response, Problem> {
    let bearer = auth::bearer(&call.request, call.env, call.now).await?;
    bearer.may(Scope::Admin)?;
    bearer.may_reach_all()?;
    let Page { cursor, limit } = Page::read(call, parse)?;
    let surveys = registry::send(call.env, &ListShards {}).await?;
    let places = surveys.into_iter().flat_map(|(site, survey, count)| {
        (0..count).map(move |number| (site.clone(), survey.clone(), number))
    });
    let most = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let places = places.filter(|place| cursor.as_ref().is_none_or(|last| place > last)).take(most).collect();
    let list = page::list(places, limit, |(site, survey, number)| format!("{site}/{survey}/{number}"));
    let woken = stream::iter(&list.items).map(|place| one(call, place)).buffer_unordered(AT_ONCE);
    woken.try_collect::<()>().await?;
    Ok(reply::json(200, &Woken { woken: list.items.len(), next: list.next })?)
}

async fn one(call: &Call<'_>, (site, survey, number): &Place) -> Result<(), Problem> {
    Shards::new(call.env, site, survey, number.saturating_add(1)).send(*number, &Wake {}).await
}

fn parse(text: &str) -> Option<Place> {
    let mut parts = text.split('/');
    let (site, survey) = (Slug::parse(parts.next()?)?, Slug::parse(parts.next()?)?);
    let number = parts.next().filter(|text| text.len() <= 3).and_then(page::number)?;
    parts.next().is_none().then(|| (site.to_string(), survey.to_string(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_exact() {
        let place = |site: &str, survey: &str, number| Some((site.to_owned(), survey.to_owned(), number));
        assert_eq!(parse("shop/post-purchase/12"), place("shop", "post-purchase", 12));
        for text in [
            "",
            "shop",
            "shop/nps",
            "shop/nps/",
            "shop/nps/1234",
            "shop/nps/1/2",
            "Shop/nps/1",
            "shop/nps/-1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

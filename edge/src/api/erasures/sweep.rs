//! Asks the Shards of an erasure, round by round, as many as one request may.

use crate::problem::Problem;
use crate::shard::Shards;
use crate::shard::erase::{Erase, Erased, Subject, elsewhere};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;
use uuid::Uuid;
use worker::Env;

/// Asked at the same time.
const AT_ONCE: usize = 64;
/// Places where ids are refused in one round, before it takes no more.
const REFUSING: usize = 256;
/// No round is begun after so many calls. The platform's least generous plan with Durable Objects allows 1,000 a request;
/// a round makes at most 64, and 256 with those that one more place adds to less than 256.
const CALLS: usize = 400;

/// A Shard of a survey: its name, how many there are, and which.
pub(super) type Place<'s> = (&'s str, u16, u16);

/// How far it came.
pub(super) struct Swept<'s> {
    /// So many answers are gone.
    pub(super) erased: u32,
    /// The first Shard that is not done; none when all are.
    pub(super) next: Option<Place<'s>>,
    /// What kept it from going on.
    pub(super) failed: Option<Problem>,
}

/// Erases in Shards, in their order. Before an answer goes, its id is refused where it would lie if it were nobody's, unless
/// that is where it is: what is repeated after a crash finds the answer still there, and until then it is taken as ever.
pub(super) async fn sweep<'s>(
    env: &Env,
    site: &str,
    subject: &Subject,
    places: impl IntoIterator<Item = Place<'s>>,
) -> Swept<'s> {
    let mut todo: BTreeMap<Place<'s>, Vec<Uuid>> =
        places.into_iter().map(|place| (place, Vec::new())).collect();
    let (mut erased, mut calls) = (0, 0);
    while !todo.is_empty() && calls < CALLS {
        let round: Vec<_> = todo.iter().take(AT_ONCE).collect();
        let round = round.into_iter().map(|(place, refused)| (*place, known(subject, refused))).collect();
        let (asked, failed) = ask(env, site, round, &mut calls).await;
        let mut unlinked: BTreeMap<Place<'s>, Vec<Uuid>> = BTreeMap::new();
        for (place, Erased { count, waiting }) in asked {
            erased += count;
            if waiting.is_empty() {
                todo.remove(&place);
            } else if unlinked.len() < REFUSING {
                let (survey, count, here) = place;
                for (number, id) in elsewhere(&waiting, here, count) {
                    unlinked.entry((survey, count, number)).or_default().push(id);
                }
                todo.insert(place, waiting);
            }
        }
        let unlinked = unlinked.into_iter().map(|(place, ids)| (place, Subject::Unlinked(ids))).collect();
        if failed.is_some() {
            return Swept { erased, next: None, failed };
        }
        let (asked, failed) = ask(env, site, unlinked, &mut calls).await;
        erased += asked.iter().map(|(_, asked)| asked.count).sum::<u32>();
        if failed.is_some() {
            return Swept { erased, next: None, failed };
        }
    }
    Swept { erased, next: todo.into_keys().next(), failed: None }
}

fn known(subject: &Subject, known: &[Uuid]) -> Subject {
    let mut subject = subject.clone();
    if let Subject::Respondent { refused, .. } = &mut subject {
        refused.extend_from_slice(known);
    }
    subject
}

/// Sends an erasure to each place. Says what those replied that did, and the first failure.
async fn ask<'s>(
    env: &Env,
    site: &str,
    round: Vec<(Place<'s>, Subject)>,
    calls: &mut usize,
) -> (Vec<(Place<'s>, Erased)>, Option<Problem>) {
    *calls += round.len();
    let asked = round.into_iter().map(|(place, subject)| async move {
        let (survey, count, number) = place;
        (place, Shards::new(env, site, survey, count).send(number, &Erase { subject }).await)
    });
    let mut asked = stream::iter(asked).buffer_unordered(AT_ONCE);
    let (mut replies, mut failed) = (Vec::new(), None);
    while let Some((place, reply)) = asked.next().await {
        match reply {
            Ok(reply) => replies.push((place, reply)),
            Err(problem) => failed = failed.or(Some(problem)),
        }
    }
    (replies, failed)
}

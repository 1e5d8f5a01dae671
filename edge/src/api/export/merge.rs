//! One ordered sequence out of a survey's shards, of which only the next pages are in memory.

use crate::api::responses::record;
use crate::problem::Problem;
use crate::shard::Shards;
use crate::shard::read::{Flagged, Page, Period, StoredResponse};
use futures_util::future;
use sondeo_survey::export::Record;
use std::collections::VecDeque;
use uuid::Uuid;

/// Rows in memory at once, over all shards: some 8 MB where every answer has a comment.
const ROWS: u32 = 8_000;
/// Rows that one command asks for at most.
const PAGE: u32 = 1_000;

/// The sequence.
pub(super) struct Merge {
    shards: Shards,
    survey: String,
    period: Period,
    flagged: Flagged,
    /// One a shard.
    queues: Vec<Queue>,
}

/// What is known of one shard and not yet given out.
struct Queue {
    shard: u16,
    ready: VecDeque<StoredResponse>,
    after: Option<(i64, Uuid)>,
    more: bool,
}

impl Merge {
    pub(super) fn new(shards: Shards, survey: String, period: Period, flagged: Flagged) -> Self {
        let queues = (0..shards.count())
            .map(|shard| Queue { shard, ready: VecDeque::new(), after: None, more: true })
            .collect();
        Self { shards, survey, period, flagged, queues }
    }

    /// The next records; none means the end.
    pub(super) async fn next(&mut self) -> Result<Vec<Record>, Problem> {
        self.fill().await?;
        let mut records = Vec::new();
        // Until a queue runs dry that may have more: the next in order could be there.
        while self.queues.iter().all(|queue| !queue.ready.is_empty() || !queue.more) {
            let first = self.queues.iter_mut().filter(|queue| !queue.ready.is_empty());
            let first = first.min_by_key(|queue| queue.ready.front().map(StoredResponse::position));
            match first.and_then(|queue| queue.ready.pop_front()) {
                Some(stored) => records.push(record(&self.survey, stored)?),
                None => break,
            }
        }
        Ok(records)
    }

    /// Fetches a page of each shard that ran dry, all at the same time.
    async fn fill(&mut self) -> Result<(), Problem> {
        let rows = (ROWS / u32::from(self.shards.count()).max(1)).clamp(16, PAGE);
        let (shards, period, flagged) = (&self.shards, self.period, self.flagged);
        let dry = self.queues.iter_mut().filter(|queue| queue.ready.is_empty() && queue.more);
        let fetches = dry.map(|queue| async move {
            let page = shards.send(queue.shard, &Page { period, flagged, after: queue.after, rows }).await?;
            queue.more = u32::try_from(page.len()).is_ok_and(|got| got == rows);
            queue.after = page.last().map(StoredResponse::position).or(queue.after);
            queue.ready = page.into();
            Ok::<_, Problem>(())
        });
        future::try_join_all(fetches).await?;
        Ok(())
    }
}

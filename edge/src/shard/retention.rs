//! Deletes answers that are older than their site keeps them: once a night, a batch at a time. The counts of exposures go
//! with them.

use super::alarm::Turn;
use super::{erase, exposure, outbox};
use crate::problem::Problem;
use crate::registry::{self, live::GetLive};
use crate::sql::{Error, Sql};
use sondeo_survey::site::Site;

const DAY: i64 = 86_400_000;
/// Some milliseconds of work, so that answers do not wait for it.
const BATCH: usize = 2_000;

/// Deletes one batch. The next is due at once, or in the next night where there is none.
pub(super) async fn run(turn: &Turn<'_>) -> Result<i64, Problem> {
    let site = &turn.name.site;
    let began = turn.now();
    let Some(stored) = registry::send(turn.env, &GetLive { site: site.clone() }).await? else {
        return Ok(turn.name.next_night(turn.now()));
    };
    let settings = Site::parse(stored.settings.as_bytes())
        .map_err(|faults| Problem::Internal(format!("stored settings of {site}: {faults}")))?;
    let now = turn.now();
    let before = now.saturating_sub(i64::from(settings.retention_days) * DAY);
    if delete_before(turn.sql, before, BATCH)? == BATCH || erase::expire(turn.sql, now, BATCH)? == BATCH {
        return Ok(now);
    }
    exposure::delete_before(turn.sql, before)?;
    let webhooks: Vec<&str> = stored.webhooks.iter().map(|webhook| webhook.id.as_str()).collect();
    outbox::tidy_webhooks(turn.sql, &webhooks, began)?;
    outbox::tidy_answers(turn.sql)?;
    Ok(turn.name.next_night(now))
}

/// Deletes the oldest answers that were received before a time, at most so many, and says how many it were.
pub(super) fn delete_before(sql: &impl Sql, before: i64, most: usize) -> Result<usize, Error> {
    let statement = "DELETE FROM response WHERE (key, id) IN \
         (SELECT key, id FROM response WHERE received_at < ?1 ORDER BY received_at LIMIT ?2) RETURNING 1";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    // Numbers of a store come from JavaScript, and it has none before 1970.
    Ok(sql.run(statement, vec![before.max(0).into(), most.into()])?.rows.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::Command;
    use crate::shard::schema::VERSIONS;
    use crate::shard::submit::Submit;
    use uuid::Uuid;

    #[test]
    fn the_oldest_go_first_and_the_edge_stays() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        for n in 0..10u8 {
            let id = Uuid::from_bytes([9 - n; 16]);
            let submit =
                Submit { id, revision: 1, metric: "nps".into(), consent: "{}".into(), ..Submit::default() };
            submit.run(&database, 100 + i64::from(n)).unwrap();
        }
        let left = || -> Vec<i64> {
            let mut rows = database.prepare("SELECT received_at FROM response ORDER BY received_at").unwrap();
            rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        for (before, most, deleted, first) in
            [(-5, 10, 0, 100), (100, 10, 0, 100), (106, 4, 4, 104), (106, 4, 2, 106), (106, 4, 0, 106)]
        {
            assert_eq!(delete_before(&database, before, most).unwrap(), deleted);
            assert_eq!(left().first(), Some(&first), "before {before}");
        }
        assert_eq!(left(), [106, 107, 108, 109]);
    }
}

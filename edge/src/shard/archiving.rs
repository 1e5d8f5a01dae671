//! Has the days that are over archived: once a night, and at once where an archived answer was deleted.

use super::alarm::{Name, Turn};
use crate::archive::{self, seal};
use crate::problem::Problem;

/// Writes one file at most. The next is due at once, or in the next night where there is none.
pub(super) async fn run(turn: &Turn<'_>) -> Result<i64, Problem> {
    if let Some(bucket) = archive::bucket(turn.env) {
        let sealer = seal::Sealer::new(&bucket, &turn.name.site, &turn.name.survey, turn.name.shard);
        if sealer.step(turn.sql, turn.now()).await? {
            return Ok(turn.now());
        }
    }
    Ok(next(turn.name, turn.now()))
}

/// This object's moment of the night, when the day before can be sealed.
pub(super) fn next(name: &Name, now: i64) -> i64 {
    name.next_night(now - seal::GRACE) + seal::GRACE
}

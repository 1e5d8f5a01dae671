//! Counts answers by score.

use super::read::{Flagged, Period};
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::stats::ScoreTally;

/// How many answers of a period have which score.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CountScores {
    pub(crate) period: Period,
    pub(crate) flagged: Flagged,
}

impl Command for CountScores {
    const PATH: &'static str = "/count-scores";
    type Reply = ScoreTally;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<ScoreTally, Error> {
        let query = format!(
            "SELECT score, count(*) FROM response WHERE received_at >= ?1 AND received_at < ?2 AND {} GROUP BY score",
            self.flagged.condition()
        );
        let mut tally = ScoreTally::default();
        for mut row in sql.run(&query, vec![self.period.from.into(), self.period.to.into()])?.rows {
            let (score, answers) = (some(row.number()?)?, some(row.number()?)?);
            tally.add_many(score, answers).map_err(|error| Error(error.to_string()))?;
        }
        Ok(tally)
    }
}

//! Counts exposures: a report is added to its hour, and a period's hours are summed.

use super::Shards;
use super::guard::Guard;
use super::read::Period;
use crate::problem::Problem;
use crate::rpc::Command;
use crate::sql::{Error, Sql, some};
use serde::{Deserialize, Serialize};
use sondeo_survey::exposure::Exposures;

const HOUR: i64 = 3_600_000;

/// Adds a report to this hour, by this object's clock.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AddExposures {
    pub(crate) survey_version: u32,
    pub(crate) exposures: Exposures,
    /// None where limits are off.
    pub(crate) most_per_minute: Option<u32>,
}

/// What became of a report.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Added {
    /// It is counted, with so many rows written.
    Counted(usize),
    /// There is room again after so many seconds.
    Limited(u32),
}

impl AddExposures {
    /// [`Command::run`], within the limits of this object.
    pub(super) fn guarded(self, guard: &mut Guard, sql: &impl Sql, now: i64) -> Result<Added, Error> {
        match guard.report(self.most_per_minute, now) {
            Some(seconds) => Ok(Added::Limited(seconds)),
            None => self.run(sql, now),
        }
    }
}

impl Command for AddExposures {
    const PATH: &'static str = "/add-exposures";
    type Reply = Added;

    fn run(self, sql: &impl Sql, now: i64) -> Result<Added, Error> {
        let upsert = "INSERT INTO exposure (hour, survey_version, shown, opened, dismissed) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT DO UPDATE SET shown = shown + excluded.shown, opened = opened + excluded.opened, \
             dismissed = dismissed + excluded.dismissed";
        let Exposures { shown, opened, dismissed } = self.exposures;
        let mut bindings = vec![now.div_euclid(HOUR).into(), i64::from(self.survey_version).into()];
        bindings.extend([shown, opened, dismissed].map(|count| i64::try_from(count).unwrap_or(0).into()));
        Ok(Added::Counted(sql.run(upsert, bindings)?.written))
    }
}

/// The exposures of a period, all versions together. An hour belongs to the period in which it begins, so periods side by
/// side share none and leave none out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CountExposures {
    pub(crate) period: Period,
}

impl Command for CountExposures {
    const PATH: &'static str = "/count-exposures";
    type Reply = Exposures;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Exposures, Error> {
        let query = "SELECT coalesce(sum(shown), 0), coalesce(sum(opened), 0), coalesce(sum(dismissed), 0) FROM exposure \
             WHERE hour >= ?1 AND hour < ?2";
        let first_hour = |at: i64| at.div_euclid(HOUR) + i64::from(at.rem_euclid(HOUR) > 0);
        let Period { from, to } = self.period;
        let rows = sql.run(query, vec![first_hour(from).into(), first_hour(to).into()])?.rows;
        let Some(mut row) = rows.into_iter().next() else { return Ok(Exposures::default()) };
        let mut next = || some(row.number()?);
        Ok(Exposures { shown: next()?, opened: next()?, dismissed: next()? })
    }
}

/// The exposures of a period in all Shards of a survey.
pub(crate) async fn sum(shards: &Shards, period: Period) -> Result<Exposures, Problem> {
    let counted = shards.send_all(&CountExposures { period }).await?;
    Ok(counted.into_iter().fold(Exposures::default(), Exposures::merge))
}

/// Deletes the hours that are wholly before a time.
pub(super) fn delete_before(sql: &impl Sql, before: i64) -> Result<(), Error> {
    // Numbers of a store come from JavaScript, and it has none before 1970.
    let hour = before.max(0).div_euclid(HOUR);
    sql.run("DELETE FROM exposure WHERE hour < ?1", vec![hour.into()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::schema::VERSIONS;
    use crate::shard::submit::Submit;
    use rusqlite::Connection;

    fn add(
        database: &Connection,
        now: i64,
        survey_version: u32,
        [shown, opened, dismissed]: [u64; 3],
    ) -> Added {
        let exposures = Exposures { shown, opened, dismissed };
        AddExposures { survey_version, exposures, most_per_minute: Some(3) }.run(database, now).unwrap()
    }

    fn counted(database: &Connection, from: i64, to: i64) -> [u64; 3] {
        let counted = CountExposures { period: Period { from, to } }.run(database, 0).unwrap();
        [counted.shown, counted.opened, counted.dismissed]
    }

    fn rows(database: &Connection) -> u32 {
        database.query_row("SELECT count(*) FROM exposure", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_report_writes_one_row_and_an_hour_belongs_where_it_begins() {
        let database = Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        let ten = 490_000 * HOUR;
        for (now, version, counts) in [
            (ten, 1, [1, 0, 0]),
            (ten + HOUR - 1, 1, [1, 1, 0]),
            (ten + 5, 2, [0, 0, 1]),
            (ten + HOUR, 2, [10, 0, 0]),
        ] {
            assert_eq!(add(&database, now, version, counts), Added::Counted(1));
        }
        assert_eq!(rows(&database), 3, "an hour of a version is a row");
        for (from, to, expected) in [
            (0, i64::MAX, [12, 1, 1]),
            (ten, ten + HOUR, [2, 1, 1]),
            (ten, ten + HOUR + 1, [12, 1, 1]),
            (ten + 1, ten + HOUR, [0, 0, 0]),
            (ten - HOUR / 2, ten + HOUR / 2, [2, 1, 1]),
            (ten + HOUR / 2, ten + 3 * HOUR / 2, [10, 0, 0]),
            (ten + HOUR, ten, [0, 0, 0]),
        ] {
            assert_eq!(counted(&database, from, to), expected, "{from} {to}");
        }
        delete_before(&database, ten + HOUR - 1).unwrap();
        assert_eq!(rows(&database), 3, "the hour was not over");
        delete_before(&database, ten + HOUR).unwrap();
        assert_eq!(counted(&database, 0, i64::MAX), [10, 0, 0]);
        delete_before(&database, -1).unwrap();
        assert_eq!(rows(&database), 1);
    }

    #[test]
    fn a_full_minute_takes_no_report() {
        let database = Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        let mut guard = Guard::default();
        let mut report = |now| {
            let add =
                AddExposures { survey_version: 1, exposures: Exposures::SHOWN, most_per_minute: Some(1) };
            add.guarded(&mut guard, &database, now).unwrap()
        };
        assert_eq!([0, 10_000].map(&mut report), [Added::Counted(1), Added::Limited(51)]);
        assert_eq!(report(60_000), Added::Counted(1));
        assert_eq!(counted(&database, 0, i64::MAX)[0], 2);
    }

    #[test]
    fn a_store_of_version_1_opens_with_its_answers() {
        let database = Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS[..1]).unwrap();
        let row = "INSERT INTO response (key, id, linked, revision, writes, received_at, updated_at, metric, scale_min, \
             scale_max, score, complete, consent, gpc) VALUES (x'07', ?1, 1, 1, 1, 5, 5, 'nps', 0, 10, 9, 1, '{}', 0)";
        let id = uuid::Uuid::from_bytes([7; 16]);
        database.execute(row, [id.as_bytes().as_slice()]).unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        assert_eq!(counted(&database, 0, i64::MAX), [0, 0, 0]);
        add(&database, 0, 1, [1, 0, 0]);
        let submit = Submit { revision: 1, metric: "nps".into(), consent: "{}".into(), ..Submit::default() };
        submit.run(&database, 6).unwrap();
        let answers: Vec<i64> = {
            let mut rows = database.prepare("SELECT received_at FROM response ORDER BY 1").unwrap();
            rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        assert_eq!((answers, rows(&database)), (vec![5, 6], 1));
    }
}

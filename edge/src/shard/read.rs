//! Reads stored answers: by time for exports, by id for one.

use crate::rpc::Command;
use crate::sql::{Error, Row, Sql, some};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;
use worker::SqlStorageValue as Value;

/// A stored answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredResponse {
    pub(crate) received_at: i64,
    pub(crate) id: Uuid,
    /// The respondent's hash in hex.
    pub(crate) respondent: Option<String>,
    pub(crate) revision: u32,
    pub(crate) updated_at: i64,
    pub(crate) survey_version: Option<u32>,
    pub(crate) metric: String,
    pub(crate) scale_min: u8,
    pub(crate) scale_max: u8,
    pub(crate) score: u8,
    pub(crate) complete: bool,
    pub(crate) comment: Option<String>,
    pub(crate) reasons: Vec<String>,
    pub(crate) locale: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) page_path: Option<String>,
    pub(crate) touchpoint: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) order_value: Option<String>,
    pub(crate) order_currency: Option<String>,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) consent_status: String,
    pub(crate) consent_source: String,
    pub(crate) gpc: bool,
    pub(crate) flags: Vec<String>,
    pub(crate) handled_at: Option<i64>,
}

const COLUMNS: &str = "received_at, id, CASE linked WHEN 1 THEN key END, revision, updated_at, survey_version, metric, \
     scale_min, scale_max, score, complete, comment, reasons, locale, device, page_path, touchpoint, order_id, \
     order_value, order_currency, attributes, consent ->> '$.status', consent ->> '$.source', gpc, flags, handled_at";

impl StoredResponse {
    /// Its place in an export.
    pub(crate) fn position(&self) -> (i64, Uuid) {
        (self.received_at, self.id)
    }

    fn read(mut row: Row) -> Result<Self, Error> {
        fn list(text: Option<String>) -> Result<Vec<String>, Error> {
            text.map_or(Ok(Vec::new()), |text| Ok(serde_json::from_str(&text)?))
        }
        let flag = |number: Option<u8>| some(number).map(|number| number != 0);
        Ok(Self {
            received_at: some(row.number()?)?,
            id: Uuid::from_slice(&some(row.bytes()?)?).map_err(|_| Error("a stored id is no UUID".into()))?,
            respondent: row.bytes()?.map(hex::encode),
            revision: some(row.number()?)?,
            updated_at: some(row.number()?)?,
            survey_version: row.number()?,
            metric: some(row.text()?)?,
            scale_min: some(row.number()?)?,
            scale_max: some(row.number()?)?,
            score: some(row.number()?)?,
            complete: flag(row.number()?)?,
            comment: row.text()?,
            reasons: list(row.text()?)?,
            locale: row.text()?,
            device: row.text()?,
            page_path: row.text()?,
            touchpoint: row.text()?,
            order_id: row.text()?,
            order_value: row.text()?,
            order_currency: row.text()?,
            attributes: row.text()?.map_or(Ok(BTreeMap::new()), |text| serde_json::from_str(&text))?,
            consent_status: row.text()?.unwrap_or_default(),
            consent_source: row.text()?.unwrap_or_default(),
            gpc: flag(row.number()?)?,
            flags: list(row.text()?)?,
            handled_at: row.number()?,
        })
    }
}

/// Answers received from `from` on and before `to`, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Period {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// Which answers count, by their flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flagged {
    Include,
    Exclude,
    Only,
}

impl Flagged {
    /// Every choice with its name as a parameter.
    pub(crate) const NAMES: [(&'static str, Flagged); 3] =
        [("include", Flagged::Include), ("exclude", Flagged::Exclude), ("only", Flagged::Only)];

    /// As a condition. `verified` alone is no reason to doubt; the list is stored as `Submit` writes it.
    pub(super) const fn condition(self) -> &'static str {
        match self {
            Flagged::Include => "1",
            Flagged::Exclude => r#"coalesce(flags, '["verified"]') = '["verified"]'"#,
            Flagged::Only => r#"coalesce(flags, '["verified"]') <> '["verified"]'"#,
        }
    }
}

/// The next answers of a period, by time of arrival and id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) period: Period,
    pub(crate) flagged: Flagged,
    /// The last answer that is known already.
    pub(crate) after: Option<(i64, Uuid)>,
    /// At most so many.
    pub(crate) rows: u32,
}

impl Command for Page {
    const PATH: &'static str = "/page";
    /// Fewer than asked for: there are no more.
    type Reply = Vec<StoredResponse>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        // No id is before an empty one, so this is "from the beginning of `from` on".
        let (time, id) = match self.after {
            Some((time, id)) => (time, id.as_bytes().to_vec()),
            None => (self.period.from, Vec::new()),
        };
        let query = format!(
            "SELECT {COLUMNS} FROM response WHERE (received_at, id) > (?1, ?2) AND received_at < ?3 AND {} \
             ORDER BY received_at, id LIMIT ?4",
            self.flagged.condition()
        );
        let bindings = vec![time.into(), id.into(), self.period.to.into(), i64::from(self.rows).into()];
        sql.run(&query, bindings)?.rows.into_iter().map(StoredResponse::read).collect()
    }
}

/// The answer with an id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Find {
    pub(crate) id: Uuid,
}

impl Command for Find {
    const PATH: &'static str = "/find";
    type Reply = Option<StoredResponse>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let query = format!("SELECT {COLUMNS} FROM response WHERE id = ?1 ORDER BY received_at LIMIT 1");
        let found = sql.run(&query, vec![Value::from(self.id.as_bytes().to_vec())])?;
        found.rows.into_iter().next().map(StoredResponse::read).transpose()
    }
}

/// An answer by its primary key, if it may be passed on: there is none, or none any more, where the visitor objected.
pub(crate) fn deliverable(sql: &impl Sql, key: &[u8], id: &[u8]) -> Result<Option<StoredResponse>, Error> {
    let query = format!(
        "SELECT {COLUMNS} FROM response WHERE key = ?1 AND id = ?2 AND gpc = 0 \
         AND coalesce(consent ->> '$.anonymous', 0) = 0"
    );
    let found = sql.run(&query, vec![key.to_vec().into(), id.to_vec().into()])?;
    found.rows.into_iter().next().map(StoredResponse::read).transpose()
}

/// The names of all attributes in a period.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AttributeNames {
    pub(crate) period: Period,
    pub(crate) flagged: Flagged,
}

impl Command for AttributeNames {
    const PATH: &'static str = "/attribute-names";
    type Reply = Vec<String>;

    fn run(self, sql: &impl Sql, _now: i64) -> Result<Self::Reply, Error> {
        let query = format!(
            "SELECT DISTINCT attribute.key FROM response, json_each(response.attributes) AS attribute \
             WHERE received_at >= ?1 AND received_at < ?2 AND {}",
            self.flagged.condition()
        );
        let names = sql.run(&query, vec![self.period.from.into(), self.period.to.into()])?;
        names.rows.into_iter().map(|mut row| some(row.text()?)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::count::CountScores;
    use crate::shard::schema::VERSIONS;
    use crate::shard::submit::Submit;

    /// Ten answers, two each millisecond from 100 on.
    fn database() -> rusqlite::Connection {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        for n in 0..10u8 {
            let submit = Submit {
                id: Uuid::from_bytes([9 - n; 16]),
                respondent: (n == 0).then(|| "ab".repeat(32)),
                revision: 1,
                metric: "nps".into(),
                scale_max: 10,
                score: n,
                reasons: vec!["a;b".into(); usize::from(n % 2)],
                attributes: [(format!("plan-{}", n % 3), "pro".to_owned())].into(),
                consent: r#"{"status": "granted", "source": "site"}"#.into(),
                ..Submit::default()
            };
            submit.run(&database, 100 + i64::from(n / 2)).unwrap();
        }
        database
    }

    #[test]
    fn pages_are_complete_and_in_order() {
        let database = database();
        let period = Period { from: 101, to: 104 };
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = Page { period, flagged: Flagged::Include, after, rows: 4 }.run(&database, 0).unwrap();
            after = page.last().map(StoredResponse::position).or(after);
            seen.extend(page.iter().map(StoredResponse::position));
            if page.len() < 4 {
                break;
            }
        }
        let expected: Vec<_> = [(101, 6), (101, 7), (102, 4), (102, 5), (103, 2), (103, 3)]
            .map(|(time, id)| (time, Uuid::from_bytes([id; 16])))
            .into();
        assert_eq!(seen, expected);
    }

    #[test]
    fn one_answer_reads_as_it_was_stored() {
        let database = database();
        let found = |id| Find { id: Uuid::from_bytes([id; 16]) }.run(&database, 0).unwrap();
        let linked = found(9).unwrap();
        assert_eq!(linked.respondent, Some("ab".repeat(32)));
        assert_eq!((linked.consent_status.as_str(), linked.consent_source.as_str()), ("granted", "site"));
        let other = found(8).unwrap();
        assert_eq!((other.respondent, other.reasons), (None, vec!["a;b".to_owned()]));
        assert!(found(77).is_none());
    }

    #[test]
    fn names_and_counts_keep_to_the_period() {
        let database = database();
        let period = Period { from: 100, to: 101 };
        let mut names = AttributeNames { period, flagged: Flagged::Include }.run(&database, 0).unwrap();
        names.sort();
        assert_eq!(names, ["plan-0", "plan-1"]);
        let count = CountScores { period, flagged: Flagged::Include };
        assert_eq!(count.run(&database, 0).unwrap().answered(), 2);
    }

    #[test]
    fn what_is_flagged_counts_as_asked() {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        crate::sql::open(&database, &VERSIONS).unwrap();
        let sent: [&[&str]; 4] = [&[], &["verified"], &["too_fast"], &["verified", "bot"]];
        for (n, flags) in (0u8..).zip(sent) {
            let submit = Submit {
                id: Uuid::from_bytes([n; 16]),
                revision: 1,
                score: n,
                attributes: [(format!("a{n}"), "x".to_owned())].into(),
                consent: "{}".into(),
                flags: flags.iter().map(|&flag| flag.into()).collect(),
                ..Submit::default()
            };
            submit.run(&database, 1).unwrap();
        }
        let period = Period { from: 0, to: 9 };
        for (flagged, expected) in
            [(Flagged::Include, &[0u8, 1, 2, 3][..]), (Flagged::Exclude, &[0, 1]), (Flagged::Only, &[2, 3])]
        {
            let page = Page { period, flagged, after: None, rows: 9 }.run(&database, 0).unwrap();
            let scores: Vec<u8> = page.iter().map(|stored| stored.score).collect();
            assert_eq!(scores, expected, "{flagged:?}");
            let tally = CountScores { period, flagged }.run(&database, 0).unwrap();
            let counted: Vec<u8> = tally.counts().filter(|(_, n)| *n > 0).map(|(score, _)| score).collect();
            assert_eq!(counted, expected, "{flagged:?}");
            let names = AttributeNames { period, flagged }.run(&database, 0).unwrap();
            assert_eq!(names.len(), expected.len(), "{flagged:?}");
        }
    }
}

//! Fills a store with made-up answers, for measurements and tests: see [`crate::api::debug`].

use crate::rpc::Command;
use crate::sql::{Error, Sql};
use serde::{Deserialize, Serialize};
use sondeo_survey::definition::Definition;

/// This Shard's part of a survey's made-up answers. The same again is refused by the primary key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fill {
    /// Where the answers go to, of how many.
    pub(crate) shard: u16,
    pub(crate) shards: u16,
    /// How many all Shards get together.
    pub(crate) count: u32,
    /// Another seed, other answers.
    pub(crate) seed: u32,
    /// Between these times they come in, evenly, in milliseconds since 1970.
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) metric: String,
    pub(crate) scale_min: u8,
    pub(crate) scale_max: u8,
    pub(crate) touchpoint: Option<String>,
}

impl Fill {
    /// Of answers to this definition; the Shard is named later.
    pub(crate) fn new(
        definition: &Definition,
        shards: u16,
        count: u32,
        seed: u32,
        from: i64,
        to: i64,
    ) -> Self {
        Self {
            shard: 0,
            shards,
            count,
            seed,
            from,
            to,
            metric: definition.metric.name().into(),
            scale_min: definition.scale.min,
            scale_max: definition.scale.max,
            touchpoint: definition.touchpoint.clone(),
        }
    }
}

/// All in `SQLite`: a million rows across the border to Wasm would take minutes. Number `i` of all answers goes to Shard
/// `i % shards`. `a` to `d` are four numbers below 2^31 of each, squares modulo a prime; fields take parts of them. Numbers
/// come from JavaScript, and are no integers until they are cast.
///
/// Ids hold their number, so that none is there twice. A respondent has up to three answers, all in one Shard, and each is of
/// another order; but the Shard is not the one that the respondent's hash leads to.
const FILL: &str = r#"
INSERT INTO response (
    key, id, linked, revision, writes, received_at, updated_at, survey_version, metric, scale_min, scale_max,
    score, complete, comment, reasons, locale, device, page_path, touchpoint, order_id, order_value, order_currency,
    attributes, consent, gpc, flags, shown_to_score_ms, handled_at)
WITH RECURSIVE
said(shard, shards, total, seed, start, span, low, width) AS (
    SELECT CAST(?1 AS INTEGER), CAST(?2 AS INTEGER), CAST(?3 AS INTEGER), CAST(?4 AS INTEGER), CAST(?5 AS INTEGER),
        CAST(?6 AS INTEGER) - CAST(?5 AS INTEGER), CAST(?8 AS INTEGER), CAST(?9 AS INTEGER) - CAST(?8 AS INTEGER) + 1),
number(i) AS (
    SELECT shard FROM said WHERE shard < total
    UNION ALL SELECT i + shards FROM number, said WHERE i + shards < total),
first(i, a) AS MATERIALIZED (
    SELECT i, (i * 48271 + seed * 69621 + 12345) % 2147483647 * ((i * 16807 + seed * 39373 + 7) % 2147483647) % 2147483647
    FROM number, said),
second(i, a, b) AS MATERIALIZED (SELECT i, a, (a + 1013904223) % 2147483647 * ((a + 99991) % 2147483647) % 2147483647 FROM first),
third(i, a, b, c) AS MATERIALIZED (SELECT i, a, b, (b + 715225739) % 2147483647 * ((b + i) % 2147483647) % 2147483647 FROM second),
fourth(i, a, b, c, d) AS MATERIALIZED (SELECT i, a, b, c, (c + 362436069) % 2147483647 * ((c + 521288629) % 2147483647) % 2147483647 FROM third),
answer AS (
    SELECT *, unhex(printf('%08x%04x4%03x8%03x%04x%08x', d, c % 65536, b % 4096, a % 4096, seed % 65536, i)) AS id,
        a % 10 < 7 AS linked,
        -- One in five of those who are known has answered before: as the answer one or two rounds ago.
        i - CASE WHEN b % 5 = 0 AND i > 4 * shards THEN shards * (1 + c % 2) ELSE 0 END AS who,
        start + i * span / total AS at
    FROM fourth, said)
SELECT
    CASE WHEN linked THEN unhex(printf('%08x%08x%08x%08x%08x%08x%08x%08x', who * 40503 % 2147483647, who * 69621 % 2147483647,
        who * 48271 % 2147483647, seed, who, seed, who * 16807 % 2147483647, who)) ELSE id END,
    id, linked, 1 + b % 3, 1 + b % 3, at, at + (b % 3) * 60000, 1 + (i > total / 2), ?7, low, low + width - 1,
    low + max(c % width, d / 7 % width), b % 3 > 0,
    CASE c % 25
        WHEN 0 THEN 'Llegó tarde, y la caja "rota" №' || i
        WHEN 1 THEN 'Six days late.' || char(10) || 'No word from you, order ' || i
        WHEN 2 THEN 'Muito bom; voltarei 👍'
        WHEN 3 THEN '=HYPERLINK is not a formula here, ' || i
        WHEN 4 THEN 'Great coffee, quick checkout'
    END,
    CASE d % 6 WHEN 0 THEN '["price"]' WHEN 1 THEN '["delivery","price"]' END,
    CASE a / 10 % 6 WHEN 0 THEN 'en' WHEN 1 THEN 'en-GB' WHEN 2 THEN 'es' WHEN 3 THEN 'es-MX' WHEN 4 THEN 'pt-BR' END,
    CASE b / 3 % 8 WHEN 0 THEN 'desktop' WHEN 1 THEN 'desktop' WHEN 2 THEN 'tablet' WHEN 3 THEN NULL ELSE 'mobile' END,
    CASE WHEN c / 25 % 20 > 0 THEN '/products/' || min(d / 11 % 250, c / 500 % 250) END,
    CASE WHEN i % 50 = 0 THEN NULL WHEN i % 9 = 0 THEN 'support' ELSE ?10 END,
    CASE WHEN b / 24 % 5 < 3 THEN 'F-' || seed || '-' || i END,
    CASE WHEN b / 24 % 5 < 3 THEN
        CASE WHEN c / 100 % 10 = 0 THEN '-' ELSE '' END || (d / 13 % 400) || CASE a / 60 % 4
            WHEN 0 THEN '' WHEN 1 THEN printf('.%02d', c / 3 % 100) WHEN 2 THEN printf('.%d', c / 3 % 10)
            ELSE printf('.%04d', c / 3 % 10000) END
    END,
    CASE WHEN b / 24 % 5 < 3 THEN CASE d / 17 % 4 WHEN 0 THEN 'USD' WHEN 1 THEN 'BRL' ELSE 'EUR' END END,
    CASE WHEN a / 600 % 4 > 0 THEN
        json_object('plan', CASE b / 120 % 3 WHEN 0 THEN 'pro' WHEN 1 THEN 'free' ELSE 'team' END, 'store', 'S' || (d / 19 % 150))
    END,
    '{"policy":"opt_in","policy_version":1,"anonymous":false,"status":"granted","source":"site","signals":{"gpc":false,"dnt":false}}',
    0,
    CASE d / 23 % 40 WHEN 0 THEN '["too_fast"]' WHEN 1 THEN '["repeated_source","verified"]' WHEN 2 THEN '["verified"]' END,
    500 + c % 9000,
    CASE WHEN c / 7 % 30 = 0 THEN at + 86400000 END
FROM answer"#;

impl Command for Fill {
    const PATH: &'static str = "/fill";
    type Reply = ();

    fn run(self, sql: &impl Sql, _now: i64) -> Result<(), Error> {
        let bindings = vec![
            i64::from(self.shard).into(),
            i64::from(self.shards).into(),
            i64::from(self.count).into(),
            i64::from(self.seed).into(),
            self.from.into(),
            self.to.into(),
            self.metric.as_str().into(),
            i64::from(self.scale_min).into(),
            i64::from(self.scale_max).into(),
            self.touchpoint.as_deref().into(),
        ];
        sql.run(FILL, bindings).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::read::{Filter, Lines, Page, Period, StoredResponse};
    use crate::shard::schema::VERSIONS;
    use sondeo_survey::metric::Metric;
    use std::collections::{BTreeMap, BTreeSet};

    fn rows(filled: &[Lines]) -> Vec<StoredResponse<'_>> {
        filled.iter().flat_map(Lines::iter).map(|line| line.read().unwrap()).collect()
    }

    #[test]
    fn it_is_the_same_each_time_and_has_what_answers_have() {
        let fill = |seed| {
            let mut all: Vec<Lines> = Vec::new();
            for shard in 0..3 {
                let database = rusqlite::Connection::open_in_memory().unwrap();
                crate::sql::open(&database, &VERSIONS).unwrap();
                let (from, to) = (1_700_000_000_000, 1_700_086_400_000);
                let text =
                    r#"{"title": "N", "metric": "ces", "triggers": [], "frequency": {"window": "ever"}}"#;
                let definition = Definition::parse(text.as_bytes()).unwrap();
                let fill = Fill { shard, ..Fill::new(&definition, 3, 1_000, seed, from, to) };
                fill.clone().run(&database, 0).unwrap();
                assert!(fill.run(&database, 0).is_err(), "once is enough");
                let filter = Filter::of(Period { from, to });
                all.push(Page { filter, after: None, rows: 2_000 }.read(&database).unwrap());
            }
            all
        };
        let (filled, other) = (fill(1), fill(2));
        assert!(filled.iter().zip(fill(1)).all(|(lines, again)| lines.bytes == again.bytes));
        let all = rows(&filled);
        assert_eq!(all.len(), 1_000);
        let ids: BTreeSet<_> = all.iter().chain(&rows(&other)).map(|row| row.id).collect();
        assert_eq!(ids.len(), 2_000);
        assert!(all.iter().all(|row| Metric::Ces.default_scale().contains(row.score)));
        let scores: BTreeSet<_> = all.iter().map(|row| row.score).collect();
        assert_eq!(scores.len(), 7);
        let mut answers: BTreeMap<_, usize> = BTreeMap::new();
        for respondent in all.iter().filter_map(|row| row.respondent.as_ref()) {
            *answers.entry(respondent).or_default() += 1;
        }
        assert!(answers.values().filter(|count| **count > 1).count() > 50, "some come again");
        for (some, least) in [
            (all.iter().filter(|row| row.comment.is_some()).count(), 100),
            (all.iter().filter(|row| row.revision > 1).count(), 400),
            (all.iter().filter(|row| row.flags.len() > 1).count(), 10),
            (all.iter().filter(|row| row.order_value.is_some()).count(), 400),
            (all.iter().filter(|row| row.attributes.len() == 2).count(), 500),
            (all.iter().filter(|row| row.handled_at.is_some()).count(), 15),
        ] {
            assert!((least..900).contains(&some), "{some} of {least}");
        }
    }
}

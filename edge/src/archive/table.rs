//! The table of responses as Parquet has it: the names of every export, with types.

use super::parquet::{Column, Read, Writer};
use jiff::Timestamp;
use sondeo_survey::export::Record;

/// All columns. Attributes are one map, as a file's columns are fixed before its rows are known.
static COLUMNS: [Column<Record>; 29] = [
    ("response_id", Read::Text(|row| Some(&row.response_id))),
    (SURVEY, Read::Word(|row| Some(&row.survey))),
    ("survey_version", Read::Number(|row| row.survey_version.map(i64::from))),
    ("metric", Read::Word(|row| Some(row.metric.name()))),
    ("scale_min", Read::Number(|row| Some(row.scale_min.into()))),
    ("scale_max", Read::Number(|row| Some(row.scale_max.into()))),
    ("score", Read::Number(|row| Some(row.score.into()))),
    ("segment", Read::Word(|row| Some(row.segment))),
    ("comment", Read::Text(|row| row.comment.as_deref())),
    ("reasons", Read::List(|row| &row.reasons)),
    ("complete", Read::Flag(|row| row.complete)),
    ("received_at", Read::Time(|row| millis(&row.received_at))),
    ("updated_at", Read::Time(|row| millis(&row.updated_at))),
    ("locale", Read::Word(|row| row.locale.as_deref())),
    ("device", Read::Word(|row| row.device.as_deref())),
    ("page_path", Read::Word(|row| row.page_path.as_deref())),
    ("touchpoint", Read::Word(|row| row.touchpoint.as_deref())),
    ("order_id", Read::Text(|row| row.order_id.as_deref())),
    ("order_value", Read::Word(|row| row.order_value.as_deref())),
    ("order_currency", Read::Word(|row| row.order_currency.as_deref())),
    ("respondent", Read::Text(|row| row.respondent.as_deref())),
    ("verified", Read::Flag(|row| row.verified)),
    ("consent_status", Read::Word(|row| Some(&row.consent_status))),
    ("consent_source", Read::Word(|row| Some(&row.consent_source))),
    ("gpc", Read::Flag(|row| row.gpc)),
    ("flags", Read::List(|row| &row.flags)),
    ("handled_at", Read::Time(|row| row.handled_at.as_deref().and_then(millis))),
    ("revision", Read::Number(|row| Some(row.revision.into()))),
    ("attributes", Read::Map(|row| &row.attributes)),
];

/// The column that a file of the archive has in its name instead.
const SURVEY: &str = "survey";

/// A file of the archive: readers take `site`, `survey` and `date` from its name, and refuse a second `survey` inside.
pub(super) fn archive() -> Writer<Record> {
    Writer::new(COLUMNS.iter().filter(|(name, _)| *name != SURVEY))
}

fn millis(time: &str) -> Option<i64> {
    time.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::metric::Metric;
    use std::collections::BTreeMap;

    #[test]
    fn the_names_are_those_of_every_export() {
        let names = COLUMNS.iter().map(|(name, _)| *name);
        assert!(names.eq(sondeo_survey::export::COLUMNS.into_iter().chain(["attributes"])));
    }

    fn record(n: u32) -> Record {
        let even = n.is_multiple_of(2);
        Record {
            response_id: format!("0193a7c2-0000-7000-8000-{n:012}"),
            survey: "nps".into(),
            survey_version: even.then_some(3),
            metric: Metric::Nps,
            scale_min: 0,
            scale_max: 10,
            score: u8::try_from(n % 11).unwrap_or_default(),
            segment: "promoter",
            comment: even.then(|| format!("Größe „{n}“\n👩‍🚀")),
            reasons: (0..n % 3).map(|reason| format!("reason {reason}")).collect(),
            complete: even,
            received_at: "2026-01-31T10:00:00.123Z".into(),
            updated_at: "2026-01-31T10:00:05Z".into(),
            locale: None,
            device: Some("mobile".into()),
            page_path: Some("/".into()),
            touchpoint: None,
            order_id: Some(n.to_string()),
            order_value: Some("-5.00".into()),
            order_currency: Some("EUR".into()),
            respondent: None,
            verified: !even,
            consent_status: "granted".into(),
            consent_source: "site".into(),
            gpc: false,
            flags: vec![],
            handled_at: even.then(|| "1969-12-31T23:59:59.999Z".into()),
            revision: n,
            attributes: (0..n % 4)
                .map(|at| (format!("name {at}"), n.to_string()))
                .collect::<BTreeMap<_, _>>(),
        }
    }

    /// `DuckDB` and pyarrow read these bytes. A name of the archive stands for one content: a release that writes others has to
    /// let each day that is being written begin anew.
    #[test]
    fn a_file_is_pinned() {
        use sha2::{Digest, Sha256};
        let mut writer = archive();
        for n in 0..100 {
            writer.push(&record(n));
        }
        let mut file = writer.group();
        for n in 100..130 {
            writer.push(&record(n));
        }
        file.extend(writer.finish());
        assert_eq!(
            hex::encode(Sha256::digest(&file)),
            "dba07fedde2847ace9def7c208477512b7205f844fd17770d5b7f1a38e1208d2"
        );
    }
}

//! The table of responses as Parquet has it: the names of every export, with types.

use super::parquet::{Column, Read, Writer};
use sondeo_survey::export::{LOCAL_COLUMNS, attribute_column};
use std::borrow::Cow;

/// The columns of every export.
const COLUMNS: [(&str, Read); 28] = [
    ("response_id", Read::Id(|row| row.response_id)),
    (SURVEY, Read::Word(|row| Some(row.survey))),
    ("survey_version", Read::Number(|row| row.survey_version.map(i64::from))),
    ("metric", Read::Word(|row| Some(row.metric.name()))),
    ("scale_min", Read::Number(|row| Some(row.scale_min.into()))),
    ("scale_max", Read::Number(|row| Some(row.scale_max.into()))),
    ("score", Read::Number(|row| Some(row.score.into()))),
    ("segment", Read::Word(|row| Some(row.segment))),
    ("comment", Read::Text(|row| row.comment.as_deref())),
    ("reasons", Read::List(|row| &row.reasons)),
    ("complete", Read::Flag(|row| row.complete)),
    ("received_at", Read::Time(|row| Some(row.received_at.0))),
    ("updated_at", Read::Time(|row| Some(row.updated_at.0))),
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
    ("handled_at", Read::Time(|row| row.handled_at.map(|time| time.0))),
    ("revision", Read::Number(|row| Some(row.revision.into()))),
];

/// The column that a file of the archive has in its name instead.
const SURVEY: &str = "survey";

fn columns() -> impl Iterator<Item = Column> {
    COLUMNS.into_iter().map(|(name, read)| (name.into(), read))
}

/// A file of the archive: readers take `site`, `survey` and `date` from its name, and refuse a second `survey` inside.
/// Attributes are one map, as all files of an archive have the same columns.
pub(super) fn archive() -> Writer {
    let attributes = ("attributes".into(), Read::Map(|row| &row.attributes));
    Writer::new(columns().filter(|(name, _)| name != SURVEY).chain([attributes]).collect())
}

/// A file of an export, with the columns of a zone where one is asked for. Those of attributes are added when their names are
/// known.
pub(crate) fn export(has_zone: bool) -> Writer {
    let reads = [
        Read::WallTime(|row| row.local.map(|local| local.received_at.0)),
        Read::WallTime(|row| row.local.map(|local| local.updated_at.0)),
    ];
    let local = LOCAL_COLUMNS.into_iter().map(Cow::from).zip(reads).filter(|_| has_zone);
    Writer::new(columns().chain(local).collect())
}

/// A column for each attribute.
pub(crate) fn attributes(names: Vec<String>) -> Vec<Column> {
    names.into_iter().map(|name| (attribute_column(&name).into(), Read::Attribute(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::export::{Record, Time};
    use sondeo_survey::metric::Metric;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn the_names_are_those_of_every_export() {
        assert_eq!(COLUMNS.map(|(name, _)| name), sondeo_survey::export::COLUMNS);
    }

    fn record(n: u32) -> Record<'static> {
        let even = n.is_multiple_of(2);
        Record {
            response_id: Uuid::parse_str(&format!("0193a7c2-0000-7000-8000-{n:012}")).unwrap(),
            survey: "nps",
            survey_version: even.then_some(3),
            metric: Metric::Nps,
            scale_min: 0,
            scale_max: 10,
            score: u8::try_from(n % 11).unwrap_or_default(),
            segment: "promoter",
            comment: even.then(|| format!("Größe „{n}“\n👩‍🚀").into()),
            reasons: (0..n % 3).map(|reason| format!("reason {reason}").into()).collect(),
            complete: even,
            received_at: Time(1_769_853_600_123),
            updated_at: Time(1_769_853_605_000),
            locale: None,
            device: Some("mobile".into()),
            page_path: Some("/".into()),
            touchpoint: None,
            order_id: Some(n.to_string().into()),
            order_value: Some("-5.00".into()),
            order_currency: Some("EUR".into()),
            respondent: None,
            verified: !even,
            consent_status: "granted".into(),
            consent_source: "site".into(),
            gpc: false,
            flags: vec![],
            handled_at: even.then_some(Time(-1)),
            revision: n,
            local: None,
            attributes: (0..n % 4)
                .map(|at| (format!("name {at}").into(), n.to_string().into()))
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
        let mut file = Vec::new();
        writer.group(&mut file);
        for n in 100..130 {
            writer.push(&record(n));
        }
        writer.finish(&mut file);
        assert_eq!(
            hex::encode(Sha256::digest(&file)),
            "dba07fedde2847ace9def7c208477512b7205f844fd17770d5b7f1a38e1208d2"
        );
    }
}

//! What an export is asked for.

use super::cursor::Cursor;
use super::format::Format;
use crate::api::page::number;
use crate::api::period::{flagged, period};
use crate::api::stats::By;
use crate::problem::{Document, Problem};
use crate::shard::read::{Filter, Flagged};
use crate::zone::Zone;
use sondeo_survey::locale::Locale;
use sondeo_survey::metric::{Metric, Segment};
use sondeo_survey::{Fault, Faults, limits};
use std::collections::{BTreeSet, HashMap};

type Parameters = HashMap<String, String>;

/// All of it.
pub(super) struct Query {
    pub(super) format: Format,
    pub(super) filter: Filter,
    pub(super) cursor: Option<Cursor>,
    pub(super) limit: Option<u32>,
    pub(super) zone: Option<Zone>,
    /// Whether a byte order mark goes first.
    pub(super) has_mark: bool,
    /// Whether the file itself is compressed.
    pub(super) is_gzip: bool,
}

impl Query {
    /// 422 with all that is wrong, 406.
    pub(super) fn read(parameters: &Parameters, accept: Option<&str>, now: i64) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let format = note(Format::choose(parameters.get("format").map(String::as_str), accept), &mut faults)?;
        let filter = note(filter(parameters, now, Flagged::Include), &mut faults)?;
        let cursor = read(parameters, "cursor", &mut faults, "must be the `next` of a page", |text| {
            Cursor::parse(text)
        });
        let rule = format!("must be a whole number from 1 to {}", limits::PAGE.0);
        let limit = read(parameters, "limit", &mut faults, &rule, |text| {
            number(text).filter(|limit| (1..=limits::PAGE.0).contains(limit))
        });
        let rule = "must be a time zone such as Europe/Madrid";
        let zone = read(parameters, "tz", &mut faults, rule, Zone::named);
        let is_csv = format.is_none_or(|format| format == Format::Csv);
        let rule = "must be true or false, and is for csv alone";
        let has_mark = read(parameters, "bom", &mut faults, rule, |text| truth(text).filter(|_| is_csv));
        let is_text = format.is_none_or(|format| format != Format::Parquet);
        let rule = "must be gzip, which parquet cannot be";
        let is_gzip = read(parameters, "compress", &mut faults, rule, |text| {
            (text == "gzip" && is_text).then_some(true)
        });
        match (format, filter) {
            (Some(format), Some(mut filter)) if faults.is_empty() => {
                if let Some(cursor) = &cursor {
                    filter.period.to = filter.period.to.min(cursor.to);
                }
                let (has_mark, is_gzip) = (has_mark == Some(true), is_gzip == Some(true));
                Ok(Self { format, filter, cursor, limit, zone, has_mark, is_gzip })
            }
            _ => Err(Problem::Invalid(Document::Parameters, Faults(faults))),
        }
    }
}

/// Which answers: the parameters of all that lists answers — 422 with all that is wrong
pub(crate) fn filter(parameters: &Parameters, now: i64, default: Flagged) -> Result<Filter, Problem> {
    let mut faults = Vec::new();
    let period = note(period(parameters, now), &mut faults)?;
    let flagged = note(flagged(parameters, default), &mut faults)?;
    let rule = "must be true or false";
    let complete = read(parameters, "complete", &mut faults, rule, truth);
    let handled = read(parameters, "handled", &mut faults, rule, truth);
    let names: BTreeSet<&str> =
        Metric::NAMES.iter().flat_map(|(_, metric)| metric.segments()).map(Segment::name).collect();
    let rule = format!("must be one of: {}", names.iter().copied().collect::<Vec<_>>().join(", "));
    let segment =
        read(parameters, "segment", &mut faults, &rule, |text| names.contains(text).then(|| text.into()));
    let rule = format!("must have 1 to {} characters", limits::NAME);
    let short = |text: &str| (1..=limits::NAME).contains(&text.chars().count()).then(|| text.to_owned());
    let touchpoint = read(parameters, "touchpoint", &mut faults, &rule, short);
    let is_seen = |text: &str| text.chars().any(|c| !c.is_whitespace() && !c.is_control());
    let text =
        read(parameters, "q", &mut faults, &rule, |text| short(text.trim()).filter(|text| is_seen(text)));
    let locale =
        read(parameters, "locale", &mut faults, "must be a language tag such as es or es-MX", |text| {
            Locale::parse(text).map(|locale| locale.as_str().to_owned())
        });
    let commented = read(parameters, "commented", &mut faults, "must be true or false", truth);
    // No scale goes further.
    let most = Metric::Nps.default_scale().max;
    let rule = format!("must be a whole number from 0 to {most}");
    let score =
        read(parameters, "score", &mut faults, &rule, |text| number(text).filter(|score| *score <= most));
    let rule = "must be one of: touchpoint, locale, device, path, attr:NAME";
    let by = read(parameters, "by", &mut faults, rule, |text| match By::parse(text) {
        Some(By::Values(dimension)) => Some(dimension),
        _ => None,
    });
    let row = by.map(|by| (by, parameters.get("value").cloned()));
    match (period, flagged) {
        (Some(period), Some(flagged)) if faults.is_empty() => {
            let all = Filter::of(period);
            Ok(Filter {
                flagged,
                complete,
                handled,
                segment,
                touchpoint,
                locale,
                text,
                commented,
                score,
                row,
                ..all
            })
        }
        _ => Err(Problem::Invalid(Document::Parameters, Faults(faults))),
    }
}

/// Keeps what is wrong with a parameter, so that one reply names every fault.
fn note<T>(read: Result<T, Problem>, faults: &mut Vec<Fault>) -> Result<Option<T>, Problem> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Problem::Invalid(_, Faults(found))) => {
            faults.extend(found);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// A parameter, if it is there.
fn read<T>(
    parameters: &Parameters,
    name: &str,
    faults: &mut Vec<Fault>,
    rule: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = parameters.get(name)?;
    let value = parse(text);
    if value.is_none() {
        faults.push(Fault { pointer: format!("/{name}"), detail: rule.into() });
    }
    value
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::count::Dimension;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_fault_is_named() {
        let wrong = [
            ("format", "xlsx"),
            ("from", "soon"),
            ("flagged", "no"),
            ("complete", "1"),
            ("handled", ""),
            ("segment", "happy"),
            ("touchpoint", ""),
            ("q", "  "),
            ("locale", "-"),
            ("cursor", "x"),
            ("limit", "1001"),
            ("commented", "1"),
            ("score", "11"),
            ("by", "week"),
            ("bom", "yes"),
            ("compress", "zip"),
        ];
        let Err(Problem::Invalid(_, Faults(faults))) = Query::read(&parameters(&wrong), None, 9) else {
            panic!("it was taken")
        };
        let mut pointers: Vec<&str> = faults.iter().map(|fault| &fault.pointer[1..]).collect();
        pointers.sort_unstable();
        let mut names = wrong.map(|(name, _)| name);
        names.sort_unstable();
        assert_eq!(pointers, names);
    }

    #[test]
    fn what_one_format_has_is_refused_with_another() {
        let is_taken = |pairs: &[(&str, &str)]| Query::read(&parameters(pairs), None, 9).is_ok();
        assert!(is_taken(&[("bom", "true"), ("compress", "gzip")]));
        assert!(!is_taken(&[("format", "json"), ("compress", "gzip"), ("bom", "false")]));
        assert!(!is_taken(&[("format", "ndjson"), ("bom", "true")]));
        assert!(!is_taken(&[("format", "parquet"), ("compress", "gzip")]));
    }

    #[test]
    fn a_filter_is_read_whole() {
        let all = [
            ("complete", "true"),
            ("handled", "false"),
            ("segment", "detractor"),
            ("touchpoint", "purchase"),
            ("q", " Größe "),
            ("locale", "es-mx"),
            ("commented", "true"),
            ("score", "9"),
            ("by", "attr:plan"),
        ];
        let filter = filter(&parameters(&all), 9, Flagged::Exclude).unwrap();
        let expected = Filter {
            flagged: Flagged::Exclude,
            complete: Some(true),
            handled: Some(false),
            segment: Some("detractor".into()),
            touchpoint: Some("purchase".into()),
            text: Some("Größe".into()),
            locale: Some("es-MX".into()),
            commented: Some(true),
            score: Some(9),
            row: Some((Dimension::Attribute("plan".into()), None)),
            ..Filter::of(crate::shard::read::Period { from: 0, to: 10 })
        };
        assert_eq!(filter, expected);
    }
}

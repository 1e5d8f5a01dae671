//! The period that an analyst asks for, and which answers of it.

use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::shard::read::{Flagged, Period};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// The parameters of an address; of a repeated one the last.
pub(crate) fn parameters(call: &Call<'_>) -> Result<HashMap<String, String>, Problem> {
    Ok(call.request.url()?.query_pairs().into_owned().collect())
}

/// `from` (included) and `to` (not included). Whatever comes in after the request is left out, so that a long export
/// ends and its parts fit together — 422
pub(super) fn period(parameters: &HashMap<String, String>, now: i64) -> Result<Period, Problem> {
    let read = |name: &str| {
        parameters.get(name).map(|text| {
            instant(text).ok_or_else(|| {
                let rule = "must be a time such as 2026-01-31T10:00:00Z, or a date such as 2026-01-31 (its beginning in UTC)";
                Problem::invalid(Document::Parameters, &format!("/{name}"), rule)
            })
        })
    };
    let from = read("from").transpose()?.unwrap_or(0).max(0);
    let to = read("to").transpose()?.unwrap_or(i64::MAX).min(now.saturating_add(1));
    Ok(Period { from, to })
}

/// `flagged`, or what counts without it — 422
pub(super) fn flagged(parameters: &HashMap<String, String>, default: Flagged) -> Result<Flagged, Problem> {
    let Some(text) = parameters.get("flagged") else { return Ok(default) };
    let known = Flagged::NAMES.into_iter().find(|(name, _)| name == text);
    let rule = "must be one of: include, exclude, only";
    known.map(|(_, choice)| choice).ok_or_else(|| Problem::invalid(Document::Parameters, "/flagged", rule))
}

pub(super) fn instant(text: &str) -> Option<i64> {
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        // `Date` would also read the date of a time without zone, and that is no instant.
        let date = (text.len() == 10).then(|| text.parse::<Date>().ok())??;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })?;
    Some(time.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_exact() {
        for (text, expected) in [
            ("2026-01-31", Some(1_769_817_600_000)),
            ("2026-01-31T00:00:00Z", Some(1_769_817_600_000)),
            ("2026-01-31T01:00:00+01:00", Some(1_769_817_600_000)),
            ("2026-01-31T00:00:00", None),
            ("2026-02-30", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
    }

    #[test]
    fn a_period_never_reaches_into_the_future() {
        let parameters = HashMap::from([("from".to_owned(), "1960-01-01".to_owned())]);
        assert_eq!(period(&parameters, 99).unwrap(), Period { from: 0, to: 100 });
        let parameters = HashMap::from([("to".to_owned(), "soon".to_owned())]);
        assert!(matches!(period(&parameters, 99), Err(Problem::Invalid(..))));
    }
}

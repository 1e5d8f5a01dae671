//! What an analyst asks for.

use crate::api::period::{flagged, instant, parameters};
use crate::directory;
use crate::problem::{Document, Problem};
use crate::routes::Call;
use crate::shard::count::Dimension;
use crate::shard::read::Flagged;
use crate::zone::Zone;
use jiff::civil::Date;
use sondeo_survey::limits;
use sondeo_survey::slug::Slug;
use std::collections::HashMap;

/// The answers that count, and how they are told apart.
pub(crate) struct Query {
    /// Received at this time or later, in milliseconds since 1970.
    pub(crate) from: Option<i64>,
    /// Received before this time, which is not in the future.
    pub(crate) to: i64,
    pub(crate) flagged: Flagged,
    pub(crate) by: Option<By>,
    /// Whose days, weeks and months are meant, and where dates begin.
    pub(crate) zone: Zone,
    /// Whether the span before is counted, too. Then there is a `from`.
    pub(crate) compare: bool,
    /// Whether orders are summed up.
    pub(crate) value: bool,
}

/// Into what the answers are divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum By {
    Time(Step),
    Values(Dimension),
}

/// How long a bucket of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Day,
    /// Of ISO 8601: from Monday on.
    Week,
    Month,
}

impl By {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "day" => By::Time(Step::Day),
            "week" => By::Time(Step::Week),
            "month" => By::Time(Step::Month),
            "touchpoint" => By::Values(Dimension::Touchpoint),
            "locale" => By::Values(Dimension::Locale),
            "device" => By::Values(Dimension::Device),
            "path" => By::Values(Dimension::Path),
            _ => {
                let name = text.strip_prefix("attr:")?;
                let fits = (1..=limits::ATTRIBUTE_NAME).contains(&name.chars().count());
                By::Values(Dimension::Attribute(fits.then(|| name.to_owned())?))
            }
        })
    }
}

type Parameters = HashMap<String, String>;

impl Query {
    /// From the parameters of an address: the site, and with it the zone where none is named — 404, 422, 503
    pub(super) async fn read(call: &Call<'_>, site: &Slug) -> Result<Self, Problem> {
        let settings = &directory::site(call.env, site, call.now).await?.settings;
        let parameters = parameters(call)?;
        let zone = match parameters.get("tz") {
            Some(name) => Zone::named(name)
                .ok_or_else(|| invalid("tz", "must be an IANA time zone such as Europe/Lisbon"))?,
            None => Zone::of_site(&settings.time_zone)?,
        };
        let from = time(&parameters, "from", &zone)?.map(|from| from.max(0));
        let to = time(&parameters, "to", &zone)?.unwrap_or(i64::MAX).min(call.now.saturating_add(1));
        let by = parameters.get("by").map(|text| {
            let rule = "must be one of: day, week, month, touchpoint, locale, device, path, attr:NAME";
            By::parse(text).ok_or_else(|| invalid("by", rule))
        });
        let compare = match parameters.get("compare").map(String::as_str) {
            None => false,
            Some("previous") if from.is_some_and(|from| from < to) => true,
            Some("previous") => return Err(invalid("compare", "needs from, and a time after it")),
            Some(_) => return Err(invalid("compare", "must be: previous")),
        };
        let value = match parameters.get("value").map(String::as_str) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(invalid("value", "must be one of: true, false")),
        };
        let flagged = flagged(&parameters, Flagged::Exclude)?;
        Ok(Self { from, to, flagged, by: by.transpose()?, zone, compare, value })
    }

    /// Where the span before begins, where it is asked for.
    pub(super) fn previous(&self) -> Option<i64> {
        let from = self.from.filter(|_| self.compare)?;
        Some(self.zone.before(from, self.to))
    }
}

/// A moment, or a day by its beginning in the zone.
fn time(parameters: &Parameters, name: &str, zone: &Zone) -> Result<Option<i64>, Problem> {
    let Some(text) = parameters.get(name) else { return Ok(None) };
    let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten().map(|day| zone.beginning(day));
    let rule = "must be a time such as 2026-01-31T10:00:00Z, or a date such as 2026-01-31 (its beginning in the time zone)";
    day.or_else(|| instant(text)).map(Some).ok_or_else(|| invalid(name, rule))
}

pub(super) fn invalid(name: &str, rule: impl Into<String>) -> Problem {
    Problem::invalid(Document::Parameters, &format!("/{name}"), rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions_have_names() {
        for (text, expected) in [
            ("week", Some(By::Time(Step::Week))),
            ("path", Some(By::Values(Dimension::Path))),
            ("attr:día", Some(By::Values(Dimension::Attribute("día".into())))),
            ("attr:attr:x", Some(By::Values(Dimension::Attribute("attr:x".into())))),
            ("attr:", None),
            ("year", None),
            ("Day", None),
        ] {
            assert_eq!(By::parse(text), expected, "{text}");
        }
        let long = "ñ".repeat(limits::ATTRIBUTE_NAME);
        assert!(By::parse(&format!("attr:{long}")).is_some());
        assert!(By::parse(&format!("attr:{long}n")).is_none());
    }
}

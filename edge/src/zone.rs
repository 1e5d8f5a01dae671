//! Time zones by the rules that the runtime knows.

use crate::problem::Problem;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use worker::js_sys::{Array, Function, Object, Reflect, global};
use worker::wasm_bindgen::{JsCast, JsValue};

const DAY: i64 = 86_400_000;

/// A zone of the IANA database, such as `Europe/Madrid`.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    /// As it was asked for.
    pub(crate) name: String,
    /// Of an `Intl.DateTimeFormat`.
    format: Function,
}

impl Zone {
    /// None where the runtime knows no such zone.
    pub(crate) fn named(name: &str) -> Option<Self> {
        // Offsets such as `+01:00` are taken by some platforms: they are no zones, as they have no rules.
        if name.starts_with(['+', '-']) {
            return None;
        }
        let options = Object::new();
        for (option, value) in [("timeZone", name), ("timeZoneName", "longOffset")] {
            Reflect::set(&options, &option.into(), &value.into()).ok()?;
        }
        let intl = Reflect::get(&global(), &"Intl".into()).ok()?;
        let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
        // It throws where it does not know the zone.
        let arguments = Array::of2(&"en".into(), &options);
        let formatter = Reflect::construct(&constructor, &arguments).ok()?;
        let format = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()?;
        Some(Self { name: name.into(), format })
    }

    /// A site's. Before sites were asked for a zone that is known, any name was taken: UTC stands for the others.
    pub(crate) fn of_site(name: &str) -> Result<Self, Problem> {
        let zone = Self::named(name).or_else(|| Self::named("UTC"));
        zone.ok_or_else(|| Problem::Internal("the platform has no time zones".into()))
    }

    /// How far its clocks are ahead of UTC at a moment, in milliseconds.
    pub(crate) fn offset(&self, at: i64) -> i64 {
        #[allow(clippy::cast_precision_loss, reason = "a time is far below 2^53")]
        let said = self.format.call1(&JsValue::NULL, &JsValue::from_f64(at as f64)).ok();
        said.and_then(|said| minutes(&said.as_string()?)).unwrap_or(0) * 60_000
    }

    /// The moment at which a day begins there.
    pub(crate) fn beginning(&self, day: Date) -> i64 {
        beginning(|at| self.offset(at), day)
    }

    /// Where the span before another begins, that is as long by its clocks: seven days before are seven days, also where one of
    /// them has 23 hours.
    pub(crate) fn before(&self, from: i64, to: i64) -> i64 {
        before(|at| self.offset(at), from, to)
    }

    /// The day that it is there at a moment.
    pub(crate) fn day(&self, at: i64) -> Date {
        // Days begin as clocks say, and clocks that go back at midnight say a day twice: the first time counts.
        let day = date(at + self.offset(at));
        let next = day.tomorrow().unwrap_or(day);
        if next != day && self.beginning(next) <= at { next } else { day }
    }
}

/// Of a time in milliseconds since 1970, in UTC.
fn date(millis: i64) -> Date {
    let time = Timestamp::from_millisecond(millis).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).date()
}

/// Of a date that ends in `GMT`, `GMT+05:30` or `GMT-08:00`.
fn minutes(date: &str) -> Option<i64> {
    let (_, offset) = date.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0);
    }
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    // Old offsets have seconds.
    let minutes = minutes.get(..2)?.parse::<i64>().ok()? + 60 * hours.parse::<i64>().ok()?;
    Some(if offset.starts_with('-') { -minutes } else { minutes })
}

fn before(offset: impl Fn(i64) -> i64, from: i64, to: i64) -> i64 {
    let [begins, ends] = [from, to].map(|at| at.saturating_add(offset(at)));
    let said = begins.saturating_sub(ends.saturating_sub(begins));
    // What clocks said then: with the offset of about that time, and then with that of the very time.
    let about = said.saturating_sub(offset(said));
    said.saturating_sub(offset(about))
}

/// The first moment at which clocks say this date, where they are ahead of UTC by `offset`. Where they skip midnight, the
/// moment at which they are set. Within two days they are set once at most.
fn beginning(offset: impl Fn(i64) -> i64, day: Date) -> i64 {
    let midnight = day.to_zoned(TimeZone::UTC).map_or(0, |time| time.timestamp().as_millisecond());
    let (mut early, mut late) = (midnight - DAY, midnight + DAY);
    let (before, after) = (offset(early), offset(late));
    if before == after {
        return midnight - before;
    }
    // The moment at which they are set.
    while late - early > 1 {
        let middle = i64::midpoint(early, late);
        if offset(middle) == before {
            early = middle;
        } else {
            late = middle;
        }
    }
    if midnight - before < late { midnight - before } else { late.max(midnight - after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read() {
        for (date, expected) in [
            ("11/22/2026, GMT", Some(0)),
            ("11/22/2026, GMT+05:30", Some(330)),
            ("11/22/2026, GMT-08:00", Some(-480)),
            ("1/1/1880, GMT-00:14:44", Some(-14)),
            ("11/22/2026", None),
        ] {
            assert_eq!(minutes(date), expected, "{date}");
        }
    }

    /// Clocks of places that do each thing that clocks do: those of `zdump -v`.
    #[test]
    fn days_begin_as_clocks_say() {
        // (where, the moment at which clocks are set, offsets before and after in minutes, day, its beginning)
        for (place, set, before, after, day, expected) in [
            ("Madrid in spring", "2026-03-29T01:00Z", 60, 120, "2026-03-29", "2026-03-28T23:00Z"),
            (
                "Madrid in spring, the day after",
                "2026-03-29T01:00Z",
                60,
                120,
                "2026-03-30",
                "2026-03-29T22:00Z",
            ),
            ("Madrid in autumn", "2026-10-25T01:00Z", 120, 60, "2026-10-25", "2026-10-24T22:00Z"),
            (
                "Madrid in autumn, the day after",
                "2026-10-25T01:00Z",
                120,
                60,
                "2026-10-26",
                "2026-10-25T23:00Z",
            ),
            ("Santiago skips midnight", "2026-09-06T04:00Z", -240, -180, "2026-09-06", "2026-09-06T04:00Z"),
            (
                "Santiago has 23 o'clock twice",
                "2026-04-05T03:00Z",
                -180,
                -240,
                "2026-04-05",
                "2026-04-05T04:00Z",
            ),
            ("Havana has midnight twice", "2026-11-01T05:00Z", -240, -300, "2026-11-01", "2026-11-01T04:00Z"),
            ("Apia left a day out", "2011-12-30T10:00Z", -600, 840, "2011-12-30", "2011-12-30T10:00Z"),
            (
                "Apia left a day out, the day after",
                "2011-12-30T10:00Z",
                -600,
                840,
                "2011-12-31",
                "2011-12-30T10:00Z",
            ),
            ("Kolkata", "1970-01-01T00:00Z", 330, 330, "2026-01-31", "2026-01-30T18:30Z"),
        ] {
            let instant = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
            let set = instant(set);
            let offset = |at| if at < set { before * 60_000 } else { after * 60_000 };
            assert_eq!(beginning(offset, day.parse().unwrap()), instant(expected), "{place}");
        }
    }

    #[test]
    fn the_span_before_is_as_long_by_the_clocks() {
        let instant = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        // Clocks in Madrid went back on 25 October, and forward on 29 March.
        for (set, [early, late], from, to, expected) in [
            // The week after, of 168 hours, and the week of 169 before it.
            ("2026-10-25T01:00Z", [120, 60], "2026-10-25T23:00Z", "2026-11-01T23:00Z", "2026-10-18T22:00Z"),
            // The week of 169 hours, and the one of 168 before it.
            ("2026-10-25T01:00Z", [120, 60], "2026-10-18T22:00Z", "2026-10-25T23:00Z", "2026-10-11T22:00Z"),
            ("2026-03-29T01:00Z", [60, 120], "2026-03-29T22:00Z", "2026-04-05T22:00Z", "2026-03-22T23:00Z"),
            ("2026-03-29T01:00Z", [60, 120], "2026-05-02T10:00Z", "2026-05-03T11:00Z", "2026-05-01T09:00Z"),
        ] {
            let set = instant(set);
            let offset = |at| if at < set { early * 60_000 } else { late * 60_000 };
            assert_eq!(before(offset, instant(from), instant(to)), instant(expected), "{from} {to}");
        }
    }
}

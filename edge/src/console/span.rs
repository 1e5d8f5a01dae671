//! The time that a page tells of, by the site's own days.

use super::visit::Visit;
use crate::problem::Problem;
use crate::zone::Zone;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};

/// The days back that a page offers.
const DAYS: [i64; 4] = [7, 30, 90, 365];
/// What a page tells of that is not asked for anything else.
const USUAL: i64 = 90;

/// A time, and how it was chosen.
pub(crate) struct Span {
    /// In milliseconds since 1970; none is the beginning.
    pub(crate) from: Option<i64>,
    /// Before this time, which is not in the future.
    pub(crate) to: i64,
    /// So many days back, where that was the choice.
    pub(crate) days: Option<i64>,
    own: [String; 2],
}

impl Span {
    /// `days=30`, `days=all`, or `from` and `to`, which are days that both count, or times. Whatever is none of it is the
    /// usual time.
    pub(super) fn read(visit: &Visit<'_>, zone: &Zone) -> Self {
        let now = visit.call.now.saturating_add(1);
        let own = ["from", "to"].map(|name| visit.parameter(name).unwrap_or_default());
        let [from, to] = own.each_ref().map(|text| text.parse::<Date>().ok().filter(|_| text.len() == 10));
        let instant = |text: &String| text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
        let [early, late] = own.each_ref().map(instant);
        let from = from.map(|day| zone.beginning(day)).or(early);
        let to = to.and_then(|day| day.tomorrow().ok()).map(|day| zone.beginning(day)).or(late);
        if from.is_some() || to.is_some() {
            let to = to.unwrap_or(now).min(now);
            return Self { from: from.map(|from| from.clamp(0, to)), to, days: None, own };
        }
        let own = Default::default();
        let asked = visit.parameter("days");
        if asked.as_deref() == Some("all") {
            return Self { from: None, to: now, days: None, own };
        }
        let asked = asked.and_then(|text| text.parse().ok()).filter(|days| DAYS.contains(days));
        let days = asked.unwrap_or(USUAL);
        let first = zone.day(visit.call.now).checked_sub((days - 1).days()).ok();
        Self { from: first.map(|day| zone.beginning(day)), to: now, days: Some(days), own }
    }

    /// What stands for it in an address.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        match (self.days, &self.own) {
            (Some(days), _) => vec![("days", days.to_string())],
            (None, [from, to]) if from.is_empty() && to.is_empty() => vec![("days", "all".into())],
            (None, [from, to]) => [("from", from.clone()), ("to", to.clone())].into(),
        }
    }

    /// How many days it has, where it has a beginning.
    pub(super) fn length(&self) -> Option<i64> {
        Some((self.to - self.from?) / 86_400_000 + 1)
    }

    /// The choice of another one. `kept` is what else the address says.
    pub(super) fn picker(&self, visit: &Visit<'_>, kept: &[(&str, &str)]) -> Markup {
        let (texts, page) = (visit.texts.reading, visit.call.request.path());
        let with = |days: &str| address(&page, kept.iter().copied().chain([("days", days)]));
        let [from, to] = &self.own;
        let is_own = !from.is_empty() || !to.is_empty();
        let is_all = self.days.is_none() && !is_own;
        let here = |is_here: bool| is_here.then_some("true");
        html! {
            nav class="periods" aria-label=(texts.period) {
                ul {
                    @for days in DAYS {
                        li {
                            a href=(with(&days.to_string())) aria-current=[here(self.days == Some(days))] {
                                (texts.days.replace("{n}", &visit.format.number_of(days)))
                            }
                        }
                    }
                    li { a href=(with("all")) aria-current=[here(is_all)] { (texts.all_time) } }
                }
                details class="own" data-menu {
                    summary aria-current=[here(is_own)] { (texts.own_dates) }
                    form method="get" action=(page) {
                        @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                        label { (texts.from) input type="date" name="from" value=(day(from)); }
                        label { (texts.to) input type="date" name="to" value=(day(to)); }
                        button class="button" { (texts.show) }
                    }
                }
            }
        }
    }
}

/// Fields for days take nothing else.
fn day(text: &str) -> &str {
    text.get(..10).unwrap_or_default()
}

/// The zone of the site that a page is about — 404
pub(super) fn zone(visit: &Visit<'_>) -> Result<Zone, Problem> {
    Zone::of_site(&visit.here()?.settings.time_zone)
}

/// An address with parameters.
pub(super) fn address<'a, V: AsRef<str>>(
    path: &str,
    pairs: impl IntoIterator<Item = (&'a str, V)>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{path}?{}", query.finish())
}

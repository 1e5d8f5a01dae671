//! A score with how sure it is, as every page writes it.

use super::visit::Visit;
use crate::api::stats::Measured;
use maud::{Markup, html};
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::stats::{Interval, ScoreTally, ShareTally};
use std::fmt::Write;

/// Under so many answers a score is marked: it says little.
pub(crate) const FEW: u64 = 10;

/// What is known of a set of answers.
pub(crate) struct Figure {
    pub(crate) metric: Metric,
    pub(crate) value: Option<f64>,
    pub(crate) bounds: Option<Interval>,
    pub(crate) n: u64,
    /// How many answers each segment has, the happiest first.
    pub(crate) segments: [u64; 3],
}

impl Figure {
    /// Of answers that were counted by score.
    pub(crate) fn of(metric: Metric, scale: Scale, tally: &ScoreTally) -> Self {
        let mut segments = [0; 3];
        for (score, count) in tally.counts().filter(|(score, _)| scale.contains(*score)) {
            let segment = metric.segment(scale, score);
            for (held, _) in segments.iter_mut().zip(metric.segments()).filter(|(_, known)| *known == segment)
            {
                *held += count;
            }
        }
        let n = tally.answered();
        let (value, bounds) = match metric {
            Metric::Nps => tally.nps().score().map(|nps| (nps.score, Some(nps.interval))),
            Metric::Csat => {
                let [satisfied, ..] = segments;
                ShareTally::new(satisfied, n)
                    .and_then(ShareTally::score)
                    .map(|share| (share.score, Some(share.interval)))
            }
            Metric::Ces => tally.mean().map(|mean| (mean.mean, mean.interval)),
        }
        .unzip();
        Self { metric, value, bounds: bounds.flatten(), n, segments }
    }

    /// Of what the API says.
    pub(crate) fn measured(metric: Metric, measured: &Measured) -> Self {
        let score = measured.score.as_ref();
        let bounds = score.and_then(|score| Some(Interval { low: score.low?, high: score.high? }));
        let segments = measured.segments.0.map(|(_, count)| count);
        Self { metric, value: score.map(|score| score.value), bounds, n: measured.n, segments }
    }

    /// The share of the unhappiest among all, from 0 to 1: it can be compared where scores cannot.
    #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
    pub(crate) fn unhappy(&self) -> f64 {
        let [.., unhappy] = self.segments;
        if self.n == 0 { 0.0 } else { unhappy as f64 / self.n as f64 }
    }

    /// A value of this metric.
    pub(crate) fn write(&self, visit: &Visit<'_>, value: f64) -> String {
        match self.metric {
            Metric::Nps => visit.format.number(value, 0),
            Metric::Csat => visit.format.percent(value / 100.0),
            Metric::Ces => visit.format.number(value, 1),
        }
    }

    /// `± 6`, where it is as far to both bounds, else `35 … 47`. A score is never shown without it.
    pub(crate) fn spread(&self, visit: &Visit<'_>) -> Option<String> {
        let (value, bounds) = (self.value?, self.bounds?);
        let [below, above] = [value - bounds.low, bounds.high - value].map(|way| self.write(visit, way));
        Some(if below == above {
            format!("± {below}")
        } else {
            format!("{} … {}", self.write(visit, bounds.low), self.write(visit, bounds.high))
        })
    }
}

/// A score with its interval. `class` is `score` in a table and `score large` where it is what the page is about.
pub(crate) fn score(visit: &Visit<'_>, figure: &Figure, class: &str) -> Markup {
    html! {
        @if let Some(value) = figure.value {
            span class=(class) {
                strong { (figure.write(visit, value)) }
                @if let Some(spread) = figure.spread(visit) { " " span class="soft" { (spread) } }
            }
        } @else {
            span class="soft" { (visit.texts.no_answers) }
        }
    }
}

/// How many answers, and whether they are too few.
pub(crate) fn count(visit: &Visit<'_>, n: u64) -> Markup {
    html! {
        (visit.format.count(n))
        @if n > 0 && n < FEW { " " span class="badge few" { (visit.texts.too_few) } }
    }
}

/// The segments as one bar, the happiest first.
#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(crate) fn stack(visit: &Visit<'_>, figure: &Figure) -> Markup {
    let names = visit.texts.segments_of(figure.metric);
    let share = |count: u64| count as f64 / (figure.n.max(1)) as f64;
    let words: Vec<String> = names
        .iter()
        .zip(figure.segments)
        .map(|(name, count)| format!("{name} {}", visit.format.percent(share(count))))
        .collect();
    let words = words.join(", ");
    let mut at = 0.0;
    let parts = figure.segments.map(|count| {
        let (from, width) = (at, share(count) * 100.0);
        at += width;
        (from, width)
    });
    html! {
        @if figure.n > 0 {
            svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=(words) {
                title { (words) }
                @for ((from, width), class) in parts.iter().zip(["promoter", "passive", "detractor"]) {
                    @if *width > 0.0 { rect class=(class) x=(from) y="0" width=(width) height="8" {} }
                }
            }
        }
    }
}

/// How a score has moved, as one small line from the scale's lower end to its upper one. What is missing is a gap.
pub(crate) fn sparkline(visit: &Visit<'_>, figure: &Figure, scale: Scale, values: &[Option<f64>]) -> Markup {
    let (low, high) = match figure.metric {
        Metric::Nps => (-100.0, 100.0),
        Metric::Csat => (0.0, 100.0),
        Metric::Ces => (f64::from(scale.min), f64::from(scale.max)),
    };
    let (mut path, mut x, mut is_down, mut last) = (String::new(), 3.0, false, None);
    for value in values {
        if let Some(value) = value {
            let y = 21.0 - 18.0 * (value - low) / (high - low);
            // A line of no length has round ends: a point.
            let (verb, end) = if is_down { ('L', "") } else { ('M', "h0") };
            // Into a string nothing fails.
            let _ = write!(path, "{verb}{x:.1} {y:.1}{end}");
            last = Some((x, y));
        }
        is_down = value.is_some();
        x += 6.0;
    }
    let words: Vec<String> =
        values.iter().map(|value| value.map_or("–".into(), |value| figure.write(visit, value))).collect();
    let words = format!("{}: {}", visit.texts.trend, words.join(", "));
    html! {
        @if let Some((x, y)) = last {
            svg class="spark" viewBox="0 0 72 24" width="72" height="24" role="img" aria-label=(words) {
                title { (words) }
                path d=(path) {}
                circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="2" {}
            }
        }
    }
}

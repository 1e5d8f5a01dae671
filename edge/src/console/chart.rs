//! Charts. Widths are in percent and heights in pixels, so that text and strokes keep their size on every screen. Colours are
//! those of the style sheet; a table with the same numbers stands by each.

use maud::PreEscaped;
use svg::node::element::path::Data;
use svg::node::element::{Circle, Line, Path, Rectangle, SVG, Text};

/// Of a trend, one bucket of time.
pub(super) struct Point {
    /// None is a gap.
    pub(super) value: Option<f64>,
    pub(super) bounds: Option<(f64, f64)>,
    /// Of so few answers that it says little.
    pub(super) is_few: bool,
}

/// What is around the points.
pub(super) struct Frame<'a> {
    /// What the chart is, in words.
    pub(super) name: &'a str,
    /// From the lowest to the highest value that there can be, with their words.
    pub(super) ticks: &'a [(f64, String)],
    /// Under the first, the middle and the last point.
    pub(super) times: [&'a str; 3],
    /// A point, and what stands at it.
    pub(super) label: Option<(usize, &'a str)>,
}

const TOP: f64 = 20.0;
const HEIGHT: f64 = 200.0;
/// The first and the last point, in percent.
const LEFT: f64 = 8.0;
const RIGHT: f64 = 97.0;
/// With more points than this they are a line only.
const DOTS: usize = 62;

/// A line with the band of its intervals.
pub(super) fn trend(points: &[Point], frame: &Frame<'_>) -> PreEscaped<String> {
    let (Some((low, _)), Some((high, _))) = (frame.ticks.first(), frame.ticks.last()) else {
        return PreEscaped(String::new());
    };
    let y = |value: f64| tenth(TOP + (high - value.clamp(*low, *high)) / (high - low) * HEIGHT);
    let x = |at: usize| place(at, points.len());
    let mut chart = root(frame.name, TOP + HEIGHT + 28.0, "chart trend");
    for (value, word) in frame.ticks {
        let class = if *value == 0.0 && *low < 0.0 { "grid zero" } else { "grid" };
        chart = chart.add(across(y(*value), class));
        chart = chart.add(text(word, "0", y(*value) - 4.0, "tick", "start"));
    }
    let mut plot = SVG::new()
        .set("viewBox", (0, 0, 100, TOP + HEIGHT))
        .set("preserveAspectRatio", "none")
        .set("width", "100%")
        .set("height", TOP + HEIGHT);
    let mut dots = Vec::new();
    for run in runs(points) {
        let known: Vec<(f64, f64, (f64, f64), bool)> = run
            .clone()
            .filter_map(|at| {
                let point = points.get(at)?;
                let value = point.value?;
                Some((x(at), value, point.bounds.unwrap_or((value, value)), point.is_few))
            })
            .collect();
        let (mut line, mut band) = (Data::new(), Data::new());
        for (at, (x, value, (low, _), _)) in known.iter().enumerate() {
            let (point, edge) = ((*x, y(*value)), (*x, y(*low)));
            line = if at == 0 { line.move_to(point) } else { line.line_to(point) };
            band = if at == 0 { band.move_to(edge) } else { band.line_to(edge) };
        }
        for (x, _, (_, high), _) in known.iter().rev() {
            band = band.line_to((*x, y(*high)));
        }
        let is_alone = known.len() == 1;
        plot = plot
            .add(Path::new().set("class", if is_alone { "whisker" } else { "band" }).set("d", band.close()));
        plot = plot.add(Path::new().set("class", "line").set("d", line));
        if is_alone || points.len() <= DOTS {
            dots.extend(known.iter().map(|(x, value, _, is_few)| (*x, y(*value), *is_few)));
        }
    }
    chart = chart.add(plot);
    for (x, y, is_few) in dots {
        let class = if is_few { "dot few" } else { "dot" };
        chart = chart.add(Circle::new().set("class", class).set("cx", percent(x)).set("cy", y).set("r", 3));
    }
    let label = frame.label.and_then(|(at, words)| Some((at, words, points.get(at)?.value?)));
    if let Some((at, words, value)) = label {
        let above = (y(value) - 10.0).max(12.0);
        let anchor = if x(at) > 90.0 { "end" } else { "middle" };
        chart = chart.add(text(words, &percent(x(at)), above, "value", anchor));
    }
    let bottom = TOP + HEIGHT + 20.0;
    let [first, middle, last] = frame.times;
    if points.len() > 1 {
        chart = chart.add(text(first, &percent(LEFT), bottom, "tick", "start"));
        chart = chart.add(text(last, &percent(RIGHT), bottom, "tick", "end"));
    }
    if points.len() == 1 || points.len() > 4 {
        let at = percent(x(points.len() / 2));
        chart = chart.add(text(middle, &at, bottom, "tick wide", "middle"));
    }
    PreEscaped(chart.to_string())
}

/// A column of a distribution.
pub(super) struct Column {
    pub(super) class: &'static str,
    pub(super) count: u64,
    pub(super) above: String,
    pub(super) below: String,
}

/// Columns side by side.
#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(super) fn columns(name: &str, columns: &[Column]) -> PreEscaped<String> {
    const TALL: f64 = 140.0;
    let most = columns.iter().map(|column| column.count).max().unwrap_or_default().max(1) as f64;
    let width = 100.0 / columns.len().max(1) as f64;
    let mut chart = root(name, TALL + TOP + 24.0, "chart columns");
    for (at, column) in columns.iter().enumerate() {
        let left = tenth(at as f64 * width);
        let middle = percent(left + width / 2.0);
        let height = tenth(column.count as f64 / most * TALL);
        let height = if column.count > 0 { height.max(2.0) } else { 0.0 };
        let top = TALL + TOP - height;
        let bar = Rectangle::new()
            .set("class", column.class)
            .set("x", percent(left + width * 0.12))
            .set("width", percent(width * 0.76))
            .set("y", top)
            .set("height", height)
            .set("rx", 2);
        let count = if column.count > 0 { "count" } else { "tick" };
        chart = chart.add(bar).add(text(&column.above, &middle, top - 5.0, count, "middle"));
        chart = chart.add(text(&column.below, &middle, TALL + TOP + 18.0, "tick", "middle"));
    }
    PreEscaped(chart.add(across(TALL + TOP, "grid zero")).to_string())
}

/// Stretches of points without a gap.
fn runs(points: &[Point]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in points.iter().enumerate().filter(|(_, point)| point.value.is_some()) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

#[allow(clippy::cast_precision_loss, reason = "some hundred")]
fn place(at: usize, count: usize) -> f64 {
    if count < 2 {
        return f64::midpoint(LEFT, RIGHT);
    }
    tenth(LEFT + (RIGHT - LEFT) * at as f64 / (count - 1) as f64)
}

fn tenth(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn percent(number: f64) -> String {
    format!("{}%", tenth(number))
}

fn root(name: &str, height: f64, class: &str) -> SVG {
    SVG::new()
        .set("class", class)
        .set("role", "img")
        .set("aria-label", name)
        .set("width", "100%")
        .set("height", height)
}

fn across(y: f64, class: &str) -> Line {
    Line::new().set("class", class).set("x1", "0").set("x2", "100%").set("y1", y).set("y2", y)
}

fn text(words: &str, x: &str, y: f64, class: &str, anchor: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("class", class).set("text-anchor", anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_without_answers_are_gaps() {
        let point = |value: Option<f64>| Point {
            value,
            bounds: value.map(|value| (value - 5.0, value + 5.0)),
            is_few: value < Some(0.0),
        };
        let points = [Some(10.0), Some(20.0), None, Some(-100.0), None].map(point);
        assert_eq!(runs(&points), [0..2, 3..4]);
        let ticks = [(-100.0, "−100".to_owned()), (100.0, "100".to_owned())];
        let frame =
            Frame { name: "a <b> \"c\"", ticks: &ticks, times: ["1", "2", "3"], label: Some((1, "<20>")) };
        let drawn = trend(&points, &frame).0;
        assert_eq!(
            (drawn.matches("class=\"line\"").count(), drawn.matches("class=\"band\"").count()),
            (2, 1)
        );
        assert_eq!((drawn.matches("class=\"whisker\"").count(), drawn.matches("<circle").count()), (1, 3));
        assert_eq!(drawn.matches("class=\"dot few\"").count(), 1);
        assert!(drawn.contains("a &lt;b&gt; &quot;c&quot;") && drawn.contains("&lt;20&gt;"), "{drawn}");
        assert!(!drawn.contains("NaN") && !drawn.contains("style="), "{drawn}");
    }
}

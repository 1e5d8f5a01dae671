//! What is measured: the metric, its scale, a score on it and the segment that the score falls in.

use serde::Serialize;

/// The three standard questions of customer experience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// Net Promoter Score: likelihood to recommend, 0–10.
    Nps,
    /// Customer satisfaction, 1–5 unless another scale is chosen.
    Csat,
    /// Customer effort score 2.0: agreement that it was easy, 1–7 unless another scale is chosen.
    Ces,
}

impl Metric {
    /// Every metric with its name on the wire.
    pub const NAMES: [(&'static str, Metric); 3] =
        [("nps", Metric::Nps), ("csat", Metric::Csat), ("ces", Metric::Ces)];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Metric::Nps => "nps",
            Metric::Csat => "csat",
            Metric::Ces => "ces",
        }
    }

    /// The scales that this metric may have; the first is the default. `0..1` is a pair of thumbs.
    #[must_use]
    pub const fn scales(self) -> &'static [Scale] {
        match self {
            Metric::Nps => &[Scale { min: 0, max: 10 }],
            Metric::Csat => &[
                Scale { min: 1, max: 5 },
                Scale { min: 1, max: 3 },
                Scale { min: 1, max: 7 },
                Scale { min: 0, max: 1 },
            ],
            Metric::Ces => &[Scale { min: 1, max: 7 }, Scale { min: 1, max: 5 }],
        }
    }

    /// The scale where none is chosen.
    #[must_use]
    pub const fn default_scale(self) -> Scale {
        match self {
            Metric::Nps => Scale { min: 0, max: 10 },
            Metric::Csat => Scale { min: 1, max: 5 },
            Metric::Ces => Scale { min: 1, max: 7 },
        }
    }

    /// The segment of a score. A score outside `scale` falls in the nearest segment.
    ///
    /// NPS: 9–10, 7–8, 0–6 (Reichheld, "The One Number You Need to Grow", HBR 2003). CSAT: the top two of 5 and of 7,
    /// the top one of 3 and of the thumbs are satisfied. CES 2.0: 5–7 of 7 and 4–5 of 5 are easy.
    ///
    /// ```
    /// use sondeo_survey::metric::{Metric, Segment};
    /// assert_eq!(Metric::Nps.segment(Metric::Nps.default_scale(), 9), Segment::Promoter);
    /// ```
    #[must_use]
    pub const fn segment(self, scale: Scale, score: u8) -> Segment {
        match (self, scale.max) {
            (Metric::Nps, _) => match score {
                0..=6 => Segment::Detractor,
                7..=8 => Segment::Passive,
                _ => Segment::Promoter,
            },
            (Metric::Csat, max) => {
                // (last dissatisfied, last neutral)
                let (low, mid) = match max {
                    1 => (0, 0),
                    3 => (1, 2),
                    7 => (3, 5),
                    _ => (2, 3),
                };
                if score <= low {
                    Segment::Dissatisfied
                } else if score <= mid {
                    Segment::Neutral
                } else {
                    Segment::Satisfied
                }
            }
            (Metric::Ces, max) => {
                let middle = if max == 5 { 3 } else { 4 };
                if score < middle {
                    Segment::Hard
                } else if score == middle {
                    Segment::Neutral
                } else {
                    Segment::Easy
                }
            }
        }
    }

    /// The segments of this metric, from the happiest down.
    #[must_use]
    pub const fn segments(self) -> [Segment; 3] {
        match self {
            Metric::Nps => [Segment::Promoter, Segment::Passive, Segment::Detractor],
            Metric::Csat => [Segment::Satisfied, Segment::Neutral, Segment::Dissatisfied],
            Metric::Ces => [Segment::Easy, Segment::Neutral, Segment::Hard],
        }
    }
}

/// The numbers that may be chosen, both ends included; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Scale {
    /// Lowest score.
    pub min: u8,
    /// Highest score, at most 10.
    pub max: u8,
}

impl Scale {
    /// Whether `score` is on the scale.
    #[must_use]
    pub const fn contains(self, score: u8) -> bool {
        self.min <= score && score <= self.max
    }
}

/// What a score says of the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the field's own terms")]
pub enum Segment {
    Promoter,
    Passive,
    Detractor,
    Satisfied,
    Dissatisfied,
    Easy,
    Hard,
    /// The middle of CSAT and of CES.
    Neutral,
}

impl Segment {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Segment::Promoter => "promoter",
            Segment::Passive => "passive",
            Segment::Detractor => "detractor",
            Segment::Satisfied => "satisfied",
            Segment::Dissatisfied => "dissatisfied",
            Segment::Easy => "easy",
            Segment::Hard => "hard",
            Segment::Neutral => "neutral",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_every_scale() {
        let table = [
            (Metric::Nps, 0, 10, "ddddddd--uu"),
            (Metric::Csat, 1, 5, "dd-uu"),
            (Metric::Csat, 1, 3, "d-u"),
            (Metric::Csat, 1, 7, "ddd--uu"),
            (Metric::Csat, 0, 1, "du"),
            (Metric::Ces, 1, 7, "ddd-uuu"),
            (Metric::Ces, 1, 5, "dd-uu"),
        ];
        assert_eq!(table.len(), Metric::NAMES.iter().map(|(_, m)| m.scales().len()).sum::<usize>());
        for (metric, min, max, expected) in table {
            let [up, middle, down] = metric.segments();
            let got: String = (min..=max)
                .map(|score| match metric.segment(Scale { min, max }, score) {
                    s if s == up => 'u',
                    s if s == middle => '-',
                    s if s == down => 'd',
                    s => panic!("{s:?} is no segment of {metric:?}"),
                })
                .collect();
            assert_eq!(got, expected, "{metric:?} {min}–{max}");
        }
    }

    #[test]
    fn the_default_scale_is_the_first() {
        for (name, metric) in Metric::NAMES {
            assert_eq!(metric.scales().first(), Some(&metric.default_scale()));
            assert_eq!(metric.name(), name);
        }
    }
}

//! What a visitor sees: how the scale is drawn, and where the question stands.

use crate::metric::{Metric, Scale};
use serde::Serialize;

/// How the scale is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// One cell with its number for each score.
    Numbers,
    /// That many stars.
    Stars,
    /// Faces, from sad to glad.
    Smileys,
    /// A thumb down and a thumb up.
    Thumbs,
}

impl Look {
    /// Every look with its name on the wire.
    pub const NAMES: [(&'static str, Look); 4] = [
        ("numbers", Look::Numbers),
        ("stars", Look::Stars),
        ("smileys", Look::Smileys),
        ("thumbs", Look::Thumbs),
    ];

    /// The looks that a scale may have; the first is the default.
    ///
    /// NPS and CES are published as rows of numbers, and other looks change how people answer. Seven faces cannot be
    /// told apart.
    ///
    /// ```
    /// use sondeo_survey::look::Look;
    /// use sondeo_survey::metric::{Metric, Scale};
    /// assert_eq!(Look::of(Metric::Csat, Scale { min: 0, max: 1 }), [Look::Thumbs]);
    /// ```
    #[must_use]
    pub const fn of(metric: Metric, scale: Scale) -> &'static [Look] {
        match (metric, scale.max) {
            (Metric::Csat, 1) => &[Look::Thumbs],
            (Metric::Csat, 3 | 5) => &[Look::Numbers, Look::Stars, Look::Smileys],
            (Metric::Csat, _) => &[Look::Numbers, Look::Stars],
            _ => &[Look::Numbers],
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, look)| *look == self).map_or("", |(name, _)| name)
    }
}

/// Where the question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// A card in a corner of the window; a sheet at the bottom of a small screen.
    #[default]
    Corner,
    /// In the middle, over the page, which waits.
    Dialog,
    /// In an element of the page: `<div data-sondeo="survey">`.
    Inline,
    /// Behind a tab at the edge of the page, until the visitor opens it.
    Tab,
}

impl Layout {
    /// Every layout with its name on the wire.
    pub const NAMES: [(&'static str, Layout); 4] = [
        ("corner", Layout::Corner),
        ("dialog", Layout::Dialog),
        ("inline", Layout::Inline),
        ("tab", Layout::Tab),
    ];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, layout)| *layout == self).map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_has_a_look_and_every_name_is_its_own() {
        for (_, metric) in Metric::NAMES {
            for scale in metric.scales() {
                assert!(!Look::of(metric, *scale).is_empty(), "{metric:?} {scale:?}");
            }
        }
        assert!(Look::NAMES.iter().all(|(name, look)| *name == look.name()));
        assert!(Layout::NAMES.iter().all(|(name, layout)| *name == layout.name()));
    }
}

//! What an export is written as.

use crate::accept;
use crate::problem::{Document, Problem};

/// All that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Ndjson,
    Json,
    Parquet,
}

impl Format {
    /// Every format by its name, which its files end in, too.
    const NAMES: [(&'static str, Format); 4] = [
        ("csv", Format::Csv),
        ("ndjson", Format::Ndjson),
        ("json", Format::Json),
        ("parquet", Format::Parquet),
    ];

    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map(|(name, _)| *name).unwrap_or_default()
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Ndjson => "application/x-ndjson",
            Format::Json => "application/json",
            Format::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// Whether its columns are fixed before its rows are known.
    pub(super) const fn has_columns(self) -> bool {
        matches!(self, Format::Csv | Format::Parquet)
    }

    /// The parameter `format` counts before the header; without either it is CSV — 422, 406
    pub(super) fn choose(parameter: Option<&str>, accept: Option<&str>) -> Result<Self, Problem> {
        if let Some(wanted) = parameter {
            let known = Self::NAMES.into_iter().find(|(name, _)| *name == wanted);
            let rule = "must be one of: csv, ndjson, json, parquet";
            let fault = || Problem::invalid(Document::Parameters, "/format", rule);
            return known.map(|(_, format)| format).ok_or_else(fault);
        }
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return Ok(Format::Csv) };
        accept::wanted(accept)
            .into_iter()
            .find_map(|range| match range {
                "text/csv" | "text/*" | "*/*" => Some(Format::Csv),
                "application/x-ndjson" | "application/*" => Some(Format::Ndjson),
                "application/json" => Some(Format::Json),
                "application/vnd.apache.parquet" => Some(Format::Parquet),
                _ => None,
            })
            .ok_or(Problem::NotAcceptable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_the_parameter_then_the_header_then_csv() {
        for (parameter, accept, expected) in [
            (None, None, Format::Csv),
            (None, Some("*/*"), Format::Csv),
            (None, Some("application/x-ndjson"), Format::Ndjson),
            (None, Some("text/html, application/x-ndjson;q=0.9"), Format::Ndjson),
            (None, Some("application/json"), Format::Json),
            (None, Some("application/vnd.apache.parquet"), Format::Parquet),
            (Some("csv"), Some("application/x-ndjson"), Format::Csv),
            (Some("ndjson"), None, Format::Ndjson),
            (Some("json"), None, Format::Json),
            (Some("parquet"), Some("text/html"), Format::Parquet),
        ] {
            assert_eq!(Format::choose(parameter, accept).unwrap(), expected, "{parameter:?} {accept:?}");
        }
        assert!(matches!(Format::choose(Some("xlsx"), None), Err(Problem::Invalid(..))));
        assert!(matches!(Format::choose(None, Some("text/html")), Err(Problem::NotAcceptable)));
    }
}

//! `GET /v1/sites/{site}/surveys/{survey}/responses`: all answers go out, in the order in which they came.

mod csv;
mod merge;

use super::period::{flagged, parameters, period};
use super::surveys::shards;
use crate::problem::{Document, Problem};
use crate::registry::audit::Note;
use crate::reply;
use crate::routes::Call;
use crate::shard::read::{AttributeNames, Flagged};
use crate::{auth, registry};
use futures_util::stream;
use merge::Merge;
use sondeo_survey::access::Scope;
use sondeo_survey::export::Record;
use std::collections::{BTreeSet, HashMap};
use worker::Response;

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ndjson,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
        }
    }
}

/// Streams a survey's answers. A store that fails on the way breaks the stream off: a client sees an incomplete
/// transfer and never a file that only seems whole.
///
/// 1. The token — 401, 403
/// 2. Format, period, and which answers — 422, 406
/// 3. The survey — 404, 503
/// 4. The audit log: nothing goes out that is not in it — 503
/// 5. For CSV, the attributes of all shards, which make its last columns — 503
/// 6. Rows, page by page
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    let bearer =
        auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;

    let parameters = parameters(call)?;
    let accept = call.request.headers().get("Accept")?;
    let format = format(&parameters, accept.as_deref())?;
    let period = period(&parameters, call.now)?;
    let flagged = flagged(&parameters, Flagged::Include)?;

    let shards = shards(call.env, &site, &survey).await?;
    let extension = format.extension();
    let note = Note {
        actor: bearer.kid,
        action: "responses.export".into(),
        subject: format!("{site}/{survey} {extension}"),
    };
    registry::send(call.env, &note).await?;
    let (media_type, head, writer) = match format {
        Format::Csv => {
            let names = shards.send_all(&AttributeNames { period, flagged }).await?;
            let names: Vec<String> =
                names.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
            ("text/csv; charset=utf-8; header=present", csv::header(&names)?, Writer::Csv(names))
        }
        Format::Ndjson => ("application/x-ndjson", Vec::new(), Writer::Ndjson),
    };
    // The first rows come with the status, so that a store that is down is a 503 and no broken file.
    let mut merge = Merge::new(shards, survey.to_string(), period, flagged);
    let first = merge.next().await?;
    let body =
        stream::try_unfold((merge, writer, Some((head, first))), |(mut merge, writer, ready)| async move {
            let (mut chunk, records) = match ready {
                Some(ready) => ready,
                None => (Vec::new(), merge.next().await.map_err(|problem| broken(&problem))?),
            };
            if records.is_empty() && chunk.is_empty() {
                return Ok(None);
            }
            writer.write(&mut chunk, &records).map_err(|problem| broken(&problem))?;
            Ok::<_, worker::Error>(Some((chunk, (merge, writer, None))))
        });

    let reply = Response::from_stream(body)?;
    reply.headers().set("Content-Type", media_type)?;
    let file = format!("attachment; filename=\"{site}-{survey}.{extension}\"");
    reply.headers().set("Content-Disposition", &file)?;
    reply::guard(&reply)?;
    Ok(reply)
}

/// Logs why a stream breaks off: its status is sent already.
fn broken(problem: &Problem) -> worker::Error {
    problem.log();
    worker::Error::RustError("the export broke off".into())
}

enum Writer {
    Csv(Vec<String>),
    Ndjson,
}

impl Writer {
    fn write(&self, chunk: &mut Vec<u8>, records: &[Record]) -> Result<(), Problem> {
        match self {
            Writer::Csv(attributes) => csv::rows(chunk, records, attributes),
            Writer::Ndjson => records.iter().try_for_each(|record| {
                serde_json::to_writer(&mut *chunk, record).map_err(|e| Problem::Internal(e.to_string()))?;
                chunk.push(b'\n');
                Ok(())
            }),
        }
    }
}

/// The parameter `format` counts before the header; without either it is CSV.
fn format(parameters: &HashMap<String, String>, accept: Option<&str>) -> Result<Format, Problem> {
    match parameters.get("format").map(String::as_str) {
        Some("csv") => return Ok(Format::Csv),
        Some("ndjson") => return Ok(Format::Ndjson),
        Some(_) => {
            return Err(Problem::invalid(Document::Parameters, "/format", "must be one of: csv, ndjson"));
        }
        None => {}
    }
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return Ok(Format::Csv) };
    let mut ranges = accept.split(',').filter_map(|range| range.split(';').next()).map(str::trim);
    ranges
        .find_map(|range| match range {
            "text/csv" | "text/*" | "*/*" => Some(Format::Csv),
            "application/x-ndjson" | "application/*" => Some(Format::Ndjson),
            _ => None,
        })
        .ok_or(Problem::NotAcceptable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_the_parameter_then_the_header_then_csv() {
        let format = |parameter: Option<&str>, accept| {
            let parameters = parameter.map(|value| ("format".to_owned(), value.to_owned()));
            super::format(&parameters.into_iter().collect(), accept)
        };
        for (parameter, accept, expected) in [
            (None, None, Format::Csv),
            (None, Some("*/*"), Format::Csv),
            (None, Some("application/x-ndjson"), Format::Ndjson),
            (None, Some("text/html, application/x-ndjson;q=0.9"), Format::Ndjson),
            (Some("csv"), Some("application/x-ndjson"), Format::Csv),
            (Some("ndjson"), None, Format::Ndjson),
        ] {
            assert_eq!(format(parameter, accept).unwrap(), expected, "{parameter:?} {accept:?}");
        }
        assert!(matches!(format(Some("xlsx"), None), Err(Problem::Invalid(..))));
        assert!(matches!(format(None, Some("text/html")), Err(Problem::NotAcceptable)));
    }
}

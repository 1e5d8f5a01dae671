//! Answers become bytes.

use super::csv;
use super::format::Format;
use super::local::Clock;
use crate::api::responses::record;
use crate::archive::{parquet, table};
use crate::problem::Problem;
use crate::shard::read::Line;
use std::io;

/// Bytes of a group of rows in a Parquet file, which is in memory while it grows, and once more when it is written.
const GROUP: usize = 1 << 20;

/// For people who look at what is left of a file.
const BROKEN: &str = "The export broke off here: download it again.";

/// Writes one file.
pub(super) struct Writer {
    survey: String,
    clock: Option<Clock>,
    form: Form,
}

/// Takes JSON, which comes in pieces of some bytes: to push them is quicker than to copy them, for which V8 leaves Wasm.
struct Pieces<'a>(&'a mut Vec<u8>);

impl io::Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > 24 {
            self.0.extend_from_slice(bytes);
        } else {
            for byte in bytes {
                self.0.push(*byte);
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Form {
    Csv {
        /// Where their columns are written.
        attributes: Option<Vec<String>>,
        has_mark: bool,
    },
    Ndjson,
    /// An array; of a page, it is the member of an object that says where the next page begins.
    Json {
        is_page: bool,
        is_first: bool,
    },
    Parquet(parquet::Writer),
}

impl Writer {
    pub(super) fn new(
        format: Format,
        survey: String,
        clock: Option<Clock>,
        (has_mark, is_page): (bool, bool),
    ) -> Self {
        let form = match format {
            Format::Csv => Form::Csv { attributes: None, has_mark },
            Format::Ndjson => Form::Ndjson,
            Format::Json => Form::Json { is_page, is_first: true },
            Format::Parquet => Form::Parquet(table::export(clock.is_some())),
        };
        Self { survey, clock, form }
    }

    /// What goes before all else.
    pub(super) fn begin(&mut self) -> Vec<u8> {
        let mut to = Vec::new();
        match &mut self.form {
            Form::Csv { has_mark, .. } => {
                if *has_mark {
                    to.extend_from_slice(csv::BYTE_ORDER_MARK);
                }
                csv::header(self.clock.is_some(), &mut to);
            }
            Form::Ndjson => {}
            Form::Json { is_page, .. } => to.extend_from_slice(if *is_page { b"{\"items\":[" } else { b"[" }),
            Form::Parquet(writer) => writer.group(&mut to),
        }
        to
    }

    /// The columns of attributes, for a [format that has columns](Format::has_columns), before the first row.
    pub(super) fn attributes(&mut self, names: Vec<String>, to: &mut Vec<u8>) {
        match &mut self.form {
            Form::Csv { attributes, .. } => {
                csv::attributes(&names, to);
                *attributes = Some(names);
            }
            Form::Parquet(writer) => writer.add(table::attributes(names)),
            Form::Ndjson | Form::Json { .. } => {}
        }
    }

    /// An answer. Its bytes may come later.
    pub(super) fn row(&mut self, line: Line<'_>, to: &mut Vec<u8>) -> Result<(), Problem> {
        let mut record = record(&self.survey, line.read()?)?;
        record.local =
            self.clock.as_mut().map(|clock| clock.local(record.received_at.0, record.updated_at.0));
        let failed = |error: serde_json::Error| Problem::Internal(error.to_string());
        match &mut self.form {
            Form::Csv { attributes, .. } => csv::row(&record, attributes.as_deref().unwrap_or_default(), to),
            Form::Ndjson => {
                serde_json::to_writer(Pieces(to), &record).map_err(failed)?;
                to.push(b'\n');
            }
            Form::Json { is_first, .. } => {
                to.extend_from_slice(if std::mem::take(is_first) { b"\n" } else { b",\n" });
                serde_json::to_writer(Pieces(to), &record).map_err(failed)?;
            }
            Form::Parquet(writer) => {
                writer.push(&record);
                // To add up the size of all columns takes longer than a row does.
                if writer.rows().is_multiple_of(500) && writer.size() >= GROUP {
                    writer.group(to);
                }
            }
        }
        Ok(())
    }

    /// What goes in place of all that cannot be read. Not every server tells a client that a reply has broken off: workerd ends
    /// it as it ends a whole one. JSON and Parquet have an end that is then missing; of the others no program reads what follows,
    /// a text without its end, and people do.
    pub(super) fn break_off(&self, to: &mut Vec<u8>) {
        let start = match &self.form {
            // The header has no end yet.
            Form::Csv { attributes: None, .. } => "\r\n\"",
            Form::Csv { .. } => "\"",
            Form::Ndjson => "{\"error\":\"",
            Form::Json { .. } | Form::Parquet(_) => return,
        };
        to.extend_from_slice(start.as_bytes());
        to.extend_from_slice(BROKEN.as_bytes());
    }

    /// What goes after all rows.
    pub(super) fn end(self, next: Option<&str>, to: &mut Vec<u8>) {
        match self.form {
            Form::Csv { .. } | Form::Ndjson => {}
            Form::Json { is_page: false, .. } => to.extend_from_slice(b"\n]\n"),
            Form::Json { is_page: true, .. } => {
                to.extend_from_slice(b"\n],\"next\":");
                // A cursor has letters and digits alone.
                let next = next.map_or_else(|| "null".into(), |next| format!("\"{next}\""));
                to.extend_from_slice(next.as_bytes());
                to.extend_from_slice(b"}\n");
            }
            Form::Parquet(writer) => writer.finish(to),
        }
    }
}

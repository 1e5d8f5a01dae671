//! The rows as they are stored, and as a file has them, each as one hash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sondeo_survey::export::inert;
use uuid::Uuid;

use crate::{command, setup};

/// The columns of a file, as the table has them, and the order of an export.
const QUERY: &str = "lower(hex(id)) AS response_id, 'nps' AS survey, survey_version, metric, scale_min, scale_max, score, \
     CASE WHEN score > 8 THEN 'promoter' WHEN score > 6 THEN 'passive' ELSE 'detractor' END AS segment, comment, reasons, \
     complete, received_at, \
     updated_at, locale, device, page_path, touchpoint, order_id, order_value, order_currency, \
     CASE linked WHEN 1 THEN lower(hex(key)) END AS respondent, flags LIKE '%\"verified\"%' AS verified, \
     consent ->> '$.status' AS consent_status, consent ->> '$.source' AS consent_source, gpc, flags, handled_at, revision, \
     attributes ->> '$.plan' AS attr_plan, attributes ->> '$.store' AS attr_store";

/// Texts that a visitor could have written, which CSV makes harmless.
const SAID: [&str; 8] =
    ["comment", "reasons", "page_path", "touchpoint", "order_id", "flags", "attr_plan", "attr_store"];

/// The Shards' files.
pub(super) struct Stored {
    files: Vec<PathBuf>,
}

impl Stored {
    pub(super) fn open(state: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![state.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "sqlite")
                    && has_answers(&path)
                {
                    files.push(path);
                }
            }
        }
        files.sort();
        ensure!(!files.is_empty(), "there are no answers below {}", state.display());
        Ok(Self { files })
    }

    /// Opens all files as one database, and reads them in the order of an export.
    fn statements(&self) -> (String, String) {
        let name = |at: usize| format!("shard_{at}");
        let attach =
            |(at, file): (usize, &PathBuf)| format!("ATTACH '{}' AS {};\n", file.display(), name(at));
        let select = |at| format!("SELECT {QUERY} FROM {}.response", name(at));
        let all: Vec<String> = (0..self.files.len()).map(select).collect();
        let all = format!("{} ORDER BY received_at, response_id", all.join(" UNION ALL "));
        (self.files.iter().enumerate().map(attach).collect(), all)
    }

    /// Has the command `sqlite3` write all rows in this form, and reads them.
    fn read<T>(&self, form: &str, read: impl FnOnce(ChildStdout) -> Result<T>) -> Result<T> {
        let program = command::find("sqlite3").context(
            "exports are compared with what the command sqlite3 writes: put it on PATH (Debian: apt install sqlite3)",
        )?;
        let (attach, query) = self.statements();
        let mut child = Command::new(program)
            .args([form, "-header", ":memory:"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start sqlite3")?;
        let mut input = child.stdin.take().context("no input")?;
        input.write_all(format!("{attach}{query};\n").as_bytes())?;
        drop(input);
        let read = read(child.stdout.take().context("no output")?)?;
        ensure!(child.wait()?.success(), "sqlite3 failed");
        Ok(read)
    }

    /// Seconds that `sqlite3 -csv` takes for the same rows.
    pub(super) fn sqlite3(&self) -> Result<f64> {
        let start = Instant::now();
        let bytes = self.read("-csv", |mut output| Ok(std::io::copy(&mut output, &mut std::io::sink())?))?;
        ensure!(bytes > 0, "sqlite3 found no rows");
        Ok(start.elapsed().as_secs_f64())
    }

    /// The hashes of all rows, as files have them.
    pub(super) fn hashes(&self) -> Result<Hashes> {
        let (mut csv, mut others) = (Rows::default(), Rows::default());
        self.read("-json", |output| {
            each_object(output, |object| {
                let mut cells = BTreeMap::new();
                for (name, value) in object {
                    if let Some(text) = stored(&name, value)? {
                        cells.insert(name, text);
                    }
                }
                others.add(&cells);
                for said in SAID {
                    if let Some(text) = cells.get_mut(said) {
                        *text = inert(text).into_owned();
                    }
                }
                csv.add(&cells);
                Ok(())
            })
        })?;
        Ok(Hashes { csv: csv.end().1, others: others.end().1 })
    }
}

/// What the rows of files must hash to.
pub(super) struct Hashes {
    /// Of a CSV file, whose texts are made harmless.
    pub(super) csv: String,
    /// Of the others.
    pub(super) others: String,
}

fn has_answers(file: &Path) -> bool {
    let table =
        Command::new("sqlite3").arg(file).arg("SELECT count(*) FROM response").stderr(Stdio::null()).output();
    table.is_ok_and(|table| table.status.success() && table.stdout.trim_ascii() != b"0")
}

/// A stored value as files have it.
fn stored(name: &str, value: Value) -> Result<Option<String>> {
    let text = match (name, value) {
        ("received_at" | "updated_at" | "handled_at", Value::Number(number)) => {
            let time = Timestamp::from_millisecond(number.as_i64().unwrap_or_default())?;
            format!("{time:.3}")
        }
        ("verified", Value::Null) => "false".into(),
        ("complete" | "gpc" | "verified", Value::Number(number)) => (number.as_u64() != Some(0)).to_string(),
        ("reasons" | "flags", Value::String(text)) => {
            let items: Vec<String> = serde_json::from_str(&text)?;
            items.into_iter().filter(|item| item != "verified").collect::<Vec<_>>().join(";")
        }
        ("response_id", Value::String(text)) => text.parse::<Uuid>()?.to_string(),
        (_, value) => return Ok(text(value)),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// How many, and the hash of all of them, in their order.
pub(super) fn of_file(file: &Path, format: &str) -> Result<(u32, String)> {
    let mut rows = Rows::default();
    match format {
        "csv" => {
            let mut reader = csv::Reader::from_path(file)?;
            let names = reader.headers()?.clone();
            for record in reader.records() {
                let record = record?;
                let cells = names.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
                rows.add(&cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect());
            }
        }
        // A line a record but for the brackets and the commas at the ends.
        "json" | "ndjson" => objects(File::open(file)?, &mut rows)?,
        _ => {
            let python = setup::python()?;
            // A file, and no pipe: it writes by several threads, each at its own place.
            let lines = file.with_extension("lines");
            let status = Command::new(&python.program)
                .env("PYTHONPATH", &python.packages)
                .args(["-c", PARQUET])
                .args([file, &lines])
                .status()
                .context("cannot start Python")?;
            ensure!(status.success(), "DuckDB does not read {}", file.display());
            objects(File::open(&lines)?, &mut rows)?;
            std::fs::remove_file(lines)?;
        }
    }
    Ok(rows.end())
}

/// Parquet as lines of JSON, by `DuckDB`.
const PARQUET: &str = r#"
import duckdb, sys
duckdb.execute("SET TimeZone = 'UTC'")
time = "strftime({0}, '%Y-%m-%dT%H:%M:%S.%gZ') AS {0}"
times = ", ".join(time.format(name) for name in ("received_at", "updated_at", "handled_at"))
duckdb.execute(f"COPY (SELECT * REPLACE ({times}) FROM read_parquet(?)) TO '{sys.argv[2]}' (FORMAT json)", [sys.argv[1]])
"#;

/// Objects, a line each, be it in an array or not.
fn each_object(from: impl Read, mut each: impl FnMut(BTreeMap<String, Value>) -> Result<()>) -> Result<()> {
    for line in BufReader::with_capacity(1 << 20, from).lines() {
        let line = line?;
        let line = line.strip_prefix('[').unwrap_or(&line);
        let line = line.trim_end_matches([',', ']']);
        if !line.is_empty() {
            each(serde_json::from_str(line)?)?;
        }
    }
    Ok(())
}

fn objects(from: impl Read, rows: &mut Rows) -> Result<()> {
    each_object(from, |object| {
        rows.add(&object.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect());
        Ok(())
    })
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(items.join(";")).filter(|text| !text.is_empty())
        }
        other => Some(other.to_string()),
    }
}

#[derive(Default)]
struct Rows {
    count: u32,
    hash: Sha256,
}

impl Rows {
    /// What is absent is not in `cells`.
    fn add(&mut self, cells: &BTreeMap<String, String>) {
        self.count += 1;
        for (name, text) in cells {
            for part in [name, text] {
                self.hash.update((part.len() as u64).to_le_bytes());
                self.hash.update(part);
            }
        }
        self.hash.update([0xff; 8]);
    }

    fn end(self) -> (u32, String) {
        (self.count, hex::encode(self.hash.finalize()))
    }
}

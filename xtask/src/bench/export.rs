//! `cargo xtask bench export`: how fast answers go out, beside the `sqlite3` command, and whether they are those that are
//! stored.

mod memory;
mod source;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use reqwest::Client;
use serde_json::{Value, json};

use super::publish;
use crate::collector::{Collector, Options};
use crate::token::Token;
use crate::{build, setup};
use memory::Watch;

/// Sizes unless others are asked for.
pub const ROWS: [u32; 3] = [10_000, 100_000, 1_000_000];
const SHARDS: u16 = 8;
const FORMATS: [&str; 4] = ["csv", "ndjson", "json", "parquet"];
/// The least share of the rate of `sqlite3 -csv`, the longest time to the first byte in milliseconds, and the most memory
/// beside an idle Worker's, in MB.
const BARS: (f64, f64, f64) = (0.5, 300.0, 96.0);

/// Builds, measures and prints; writes the figures to `file`, too.
pub fn export(sizes: &[u32], file: Option<&Path>) -> Result<()> {
    build::all()?;
    setup::python()?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start a runtime")?;
    let mut all = Vec::new();
    for &rows in sizes {
        let figures = runtime.block_on(measure(rows))?;
        print!("{}", table(&figures));
        all.push(figures);
    }
    if let Some(file) = file {
        let text = format!("{:#}\n", Value::from(all.clone()));
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let missed: Vec<String> = all.iter().flat_map(missed).collect();
    if !missed.is_empty() {
        bail!("{}", missed.join("\n"));
    }
    Ok(())
}

/// One size: fills a store, reads it by `sqlite3`, then all formats from a collector that was started anew.
async fn measure(rows: u32) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let token = Token::generate()?;
    let mut options = Options::new(folder.path().join("collector"), &token);
    options.vars.push(("SONDEO_DEBUG".into(), "1".into()));
    // A connection for each file: after a long one the local server closes the one that is kept.
    let http = Client::builder().pool_max_idle_per_host(0).build()?;
    let collector = Collector::start(&options).await?;
    let path = publish(&collector.base_url, &token, SHARDS).await?;
    let path = path.strip_prefix(&collector.base_url).unwrap_or_default().to_owned();
    let fill = format!(
        "{}/debug{}/fill?from=2026-01-01T00:00:00Z&to=2026-10-01T00:00:00Z&count={rows}&seed=1",
        collector.base_url,
        path.trim_start_matches("/v1").trim_end_matches("/responses"),
    );
    let filled = http.post(fill).bearer_auth(token.as_str()).send().await?;
    ensure!(filled.status().is_success(), "the store was not filled: {}", filled.text().await?);
    collector.stop().await?;

    let stored = source::Stored::open(&options.state)?;
    let baseline = stored.sqlite3()?;
    let expected = stored.hashes()?;
    let collector = Collector::start(&options).await?;
    let watch = Watch::start(collector.group())?;
    let mut figures = Vec::new();
    for format in FORMATS {
        let target = folder.path().join(format!("export.{format}"));
        let url = format!("{}{path}?format={format}", collector.base_url);
        watch.forget();
        let (seconds, first_byte, bytes) = download(&http, &url, &token, &target).await?;
        let memory = watch.peak();
        let rate = f64::from(rows) / seconds;
        eprintln!("{rows} rows as {format}: {seconds:.1} s, {memory:.0} MB");
        figures.push(json!({
            "format": format, "bytes": bytes, "seconds": seconds, "rows_per_second": rate,
            "ratio": rate / (f64::from(rows) / baseline), "first_byte_ms": first_byte, "memory_mb": memory,
        }));
    }
    collector.stop().await?;
    for format in FORMATS {
        let (count, hash) = source::of_file(&folder.path().join(format!("export.{format}")), format)?;
        ensure!(count == rows, "{format}: {count} rows of {rows}");
        let expected = if format == "csv" { &expected.csv } else { &expected.others };
        ensure!(&hash == expected, "{format}: the rows are not those that are stored");
    }
    Ok(json!({
        "rows": rows, "shards": SHARDS, "sqlite3_seconds": baseline,
        "sqlite3_rows_per_second": f64::from(rows) / baseline, "formats": figures,
    }))
}

/// Seconds, milliseconds to the first byte of the body, bytes.
async fn download(http: &Client, url: &str, token: &Token, to: &Path) -> Result<(f64, f64, u64)> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(to)?);
    let start = Instant::now();
    let mut reply = http.get(url).bearer_auth(token.as_str()).send().await?;
    ensure!(reply.status().is_success(), "{url} answered {}", reply.status());
    let (mut first, mut bytes) = (None, 0);
    while let Some(chunk) = reply.chunk().await.context("the export broke off")? {
        first.get_or_insert_with(|| start.elapsed().as_secs_f64() * 1000.0);
        bytes += chunk.len() as u64;
        file.write_all(&chunk)?;
    }
    file.flush()?;
    Ok((start.elapsed().as_secs_f64(), first.unwrap_or_default(), bytes))
}

fn figure(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap_or_default()
}

fn table(figures: &Value) -> String {
    let (rows, baseline) = (figure(figures, "rows"), figure(figures, "sqlite3_rows_per_second"));
    let mut table = format!(
        "{rows} rows: sqlite3 -csv {baseline:.0} rows/s\n{:>9}{:>9}{:>10}{:>7}{:>15}{:>11}\n",
        "", "MB", "rows/s", "ratio", "first byte ms", "memory MB"
    );
    for of in figures["formats"].as_array().into_iter().flatten() {
        let _ = writeln!(
            table,
            "{:>9}{:>9.1}{:>10.0}{:>7.2}{:>15.0}{:>11.0}",
            of["format"].as_str().unwrap_or_default(),
            figure(of, "bytes") / 1e6,
            figure(of, "rows_per_second"),
            figure(of, "ratio"),
            figure(of, "first_byte_ms"),
            figure(of, "memory_mb"),
        );
    }
    table
}

/// What is over or under its bar.
fn missed(figures: &Value) -> Vec<String> {
    let (ratio, first_byte, memory) = BARS;
    let mut missed = Vec::new();
    for of in figures["formats"].as_array().into_iter().flatten() {
        let mut check = |name: &str, holds: bool| {
            if !holds {
                missed.push(format!(
                    "{} rows as {}: {name} is {:.2}",
                    figures["rows"],
                    of["format"],
                    figure(of, name)
                ));
            }
        };
        check("ratio", figure(of, "ratio") >= ratio);
        check("first_byte_ms", figure(of, "first_byte_ms") <= first_byte);
        check("memory_mb", figure(of, "memory_mb") <= memory);
    }
    missed
}

//! `cargo xtask bench ingest`: how fast the collector takes answers, beside a minimal Worker that makes the same insert.
//! `export`: how fast it gives them out.

mod cpu;
mod export;
mod load;
pub mod stats;

pub use export::{ROWS, export};

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use reqwest::Client;
use serde_json::{Value, json};

use crate::collector::{Collector, Options};
use crate::seed::random::Random;
use crate::token::Token;
use crate::{build, paths};
use load::Turn;

/// The least share of the baseline's rate.
const BAR: f64 = 0.8;
/// Pairs of turns, unless it is said otherwise; they take three minutes. A busy machine slows some down: medians, and ratios of
/// neighbours, which eleven turns do not tell apart from the bar.
pub const TURNS: u32 = 30;
/// Turns that do not count, of each. V8 compiles functions of Wasm for speed one by one, by how much they have run: the ratio
/// rises until some 40,000 requests, which is a minute of a busy collector.
const WARM: u32 = 20;
/// Requests of one turn.
const REQUESTS: usize = 2_000;
/// What both make an insert by: the Shard's own.
const SQL: [(&str, &str); 2] = [
    (
        "SCHEMA",
        concat!(
            include_str!("../../../edge/src/shard/schema/v1.sql"),
            include_str!("../../../edge/src/shard/schema/v2.sql")
        ),
    ),
    ("UPSERT", include_str!("../../../edge/src/shard/submit/upsert.sql")),
];

/// Builds, measures and prints; writes the figures to `file`, too.
pub fn ingest(turns: u32, file: Option<&Path>) -> Result<()> {
    build::all()?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start a runtime")?;
    let figures = runtime.block_on(measure(turns))?;
    print!("{}", table(&figures));
    save(file, &figures)?;
    let ratio = figures["ratio"].as_f64().unwrap_or_default();
    if ratio < BAR {
        bail!("the collector takes {ratio:.2} × the baseline's rate; the bar is {BAR}");
    }
    Ok(())
}

fn save(file: Option<&Path>, figures: &Value) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    fs::write(file, format!("{figures:#}\n")).with_context(|| format!("cannot write {}", file.display()))
}

async fn measure(turns: u32) -> Result<Value> {
    let folder = tempfile::tempdir()?;
    let token = Token::generate()?;
    let mut options = Options::new(folder.path().join("collector"), &token);
    options.vars.push(("SONDEO_DEBUG".into(), "1".into()));
    let collector = Collector::start(&options).await?;
    let target = publish(&collector.base_url, &token, 1).await?;
    options.state = folder.path().join("baseline");
    options.config = paths::root().join("xtask/bench/wrangler.toml");
    options.vars = SQL.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let baseline = Collector::start(&options).await?;

    let mut random = Random::new(1);
    for _ in 0..WARM {
        for (server, url) in [(&collector, &target), (&baseline, &baseline.base_url)] {
            load::run(url, server.group(), load::bodies(&mut random, REQUESTS)).await?;
        }
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..turns {
        let first = load::run(&target, collector.group(), load::bodies(&mut random, REQUESTS)).await?;
        let bodies = load::bodies(&mut random, REQUESTS);
        let second = load::run(&baseline.base_url, baseline.group(), bodies).await?;
        eprintln!("turn {turn}: {:.0}/s, baseline {:.0}/s", first.rate(), second.rate());
        ours.push(first);
        theirs.push(second);
    }
    let mut ratios: Vec<f64> =
        ours.iter().zip(&theirs).map(|(ours, theirs)| ours.rate() / theirs.rate()).collect();
    collector.stop().await?;
    baseline.stop().await?;
    Ok(json!({
        "requests": REQUESTS, "turns": turns, "connections": load::CONNECTIONS, "shards": 1,
        "ratio": median(&mut ratios), "bar": BAR,
        "collector": figures(&ours), "baseline": figures(&theirs),
    }))
}

/// A survey in so many shards; where its answers go.
async fn publish(base: &str, token: &Token, shards: u16) -> Result<String> {
    let http = Client::new();
    let send = async |path: &str, method: reqwest::Method, body: Value| -> Result<()> {
        let request = http.request(method, format!("{base}{path}")).bearer_auth(token.as_str()).json(&body);
        let status = request.send().await?.status();
        ensure!(status.is_success(), "{path} answered {status}");
        Ok(())
    };
    let (put, post) = (reqwest::Method::PUT, reqwest::Method::POST);
    let site = json!({ "name": "Bench", "origins": [], "consent_policy": "opt_in" });
    send("/v1/sites/bench", put.clone(), site).await?;
    let survey = json!({
        "title": "Bench", "metric": "nps", "triggers": [], "frequency": { "window": "order" }, "shards": shards,
    });
    send("/v1/sites/bench/surveys/nps", put, survey).await?;
    send("/v1/sites/bench/surveys/nps/publish", post, Value::Null).await?;
    Ok(format!("{base}/v1/sites/bench/surveys/nps/responses"))
}

fn figures(turns: &[Turn]) -> Value {
    let mut latencies: Vec<f64> = turns.iter().flat_map(|turn| turn.latencies.iter().copied()).collect();
    latencies.sort_by(f64::total_cmp);
    let of = |figure: fn(&Turn) -> f64| median(&mut turns.iter().map(figure).collect::<Vec<_>>());
    json!({
        "per_second": of(Turn::rate),
        "cpu_ms": of(Turn::cpu_ms),
        "rows_written": of(Turn::rows),
        "p50_ms": quantile(&latencies, 0.5), "p99_ms": quantile(&latencies, 0.99), "p999_ms": quantile(&latencies, 0.999),
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(values, 0.5)
}

/// Of sorted values; the nearest rank.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank among at most millions"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

fn table(figures: &Value) -> String {
    const LINES: [(&str, &str); 6] = [
        ("per_second", "answers/s"),
        ("cpu_ms", "CPU ms each"),
        ("rows_written", "rows each"),
        ("p50_ms", "p50 ms"),
        ("p99_ms", "p99 ms"),
        ("p999_ms", "p99.9 ms"),
    ];
    let line = |(name, unit)| {
        let of = |who: &str| figures[who][name].as_f64().unwrap_or_default();
        format!("{unit:>16} {:>12.2} {:>12.2}\n", of("collector"), of("baseline"))
    };
    let lines: String = LINES.map(line).concat();
    let ratio = figures["ratio"].as_f64().unwrap_or_default();
    format!(
        "{:>29} {:>12}\n{lines}{:>16} {ratio:>12.2}  (bar {BAR})\n",
        "collector", "baseline", "ratio of rates"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut values = vec![4.0, 1.0, 3.0, 2.0, 5.0];
        assert_eq!(median(&mut values).to_bits(), 3.0_f64.to_bits());
        for (share, expected) in [(0.0, 1.0), (0.2, 1.0), (0.21, 2.0), (0.99, 5.0), (1.0, 5.0)] {
            assert_eq!(quantile(&values, share).to_bits(), f64::to_bits(expected), "{share}");
        }
    }
}

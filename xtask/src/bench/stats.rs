//! `cargo xtask bench stats`: how fast the collector computes statistics, of more and more answers.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{median, save};
use crate::build;
use crate::collector::{Collector, Options};
use crate::token::Token;

/// Answers of each round, in the Shards of one survey.
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// What is asked for, each of a collector that has just started, then of one that was asked before.
const QUESTIONS: [(&str, &str); 7] = [
    ("score", ""),
    ("day", "by=day&from=2026-01-01&tz=America/Santiago"),
    ("week, compared", "by=week&compare=previous&from=2026-06-01"),
    ("device", "by=device"),
    ("path", "by=path"),
    ("attribute", "by=attr:store"),
    ("value", "value=true"),
];
/// Milliseconds, of the largest size.
const BARS: [(&str, f64); 2] = [("cold_ms", 1_500.0), ("warm_ms", 150.0)];
/// How often a collector that is warm is asked.
const TIMES: usize = 9;

/// Builds, measures and prints; writes the figures to `file`, too.
pub fn run(file: Option<&Path>) -> Result<()> {
    build::all()?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start a runtime")?;
    let figures = runtime.block_on(measure())?;
    print!("{}", table(&figures));
    save(file, &figures)?;
    let over: Vec<String> = over(&figures).collect();
    if !over.is_empty() {
        bail!("over the bars: {}", over.join("; "));
    }
    Ok(())
}

async fn measure() -> Result<Value> {
    let mut rounds = Vec::new();
    for size in SIZES {
        let folder = tempfile::tempdir()?;
        let token = Token::generate()?;
        let mut options = Options::new(folder.path().to_owned(), &token);
        options.vars.push(("SONDEO_DEBUG".into(), "1".into()));
        let began = Instant::now();
        let mut collector = Collector::start(&options).await?;
        fill(&collector.base_url, &token, size).await?;
        eprintln!("{size} answers made up in {:.1} s", began.elapsed().as_secs_f64());
        let mut questions = Vec::new();
        for (name, parameters) in QUESTIONS {
            collector.stop().await?;
            collector = Collector::start(&options).await?;
            let ask = async || ask(&collector.base_url, &token, parameters).await;
            let (cold, n) = ask().await?;
            let mut warm = Vec::new();
            for _ in 0..TIMES {
                warm.push(ask().await?.0);
            }
            questions.push(json!({
                "question": name, "parameters": parameters, "n": n, "cold_ms": cold, "warm_ms": median(&mut warm),
            }));
        }
        collector.stop().await?;
        rounds.push(json!({ "answers": size, "shards": 8, "questions": questions }));
    }
    Ok(
        json!({ "times": TIMES, "rounds": rounds, "bars": BARS.iter().copied().collect::<std::collections::BTreeMap<_, _>>() }),
    )
}

async fn fill(base: &str, token: &Token, count: u32) -> Result<()> {
    let http = Client::new();
    let send = async |method: Method, path: &str, body: Value| -> Result<()> {
        let request = http.request(method, format!("{base}{path}")).bearer_auth(token.as_str()).json(&body);
        let reply = request.send().await?;
        let status = reply.status();
        ensure!(status.is_success(), "{path} answered {status}: {}", reply.text().await?);
        Ok(())
    };
    let site = json!({ "name": "Bench", "origins": [], "consent_policy": "opt_in" });
    send(Method::PUT, "/v1/sites/bench", site).await?;
    let survey = json!({ "title": "Bench", "metric": "nps", "triggers": [], "frequency": { "window": { "days": 30 } }, "touchpoint": "purchase" });
    send(Method::PUT, "/v1/sites/bench/surveys/nps", survey).await?;
    send(Method::POST, "/v1/sites/bench/surveys/nps/publish", Value::Null).await?;
    let fill =
        format!("/debug/sites/bench/surveys/nps/fill?from=2025-11-20&to=2026-11-20&count={count}&seed=1");
    send(Method::POST, &fill, Value::Null).await
}

/// Milliseconds until the whole reply is there, and how many answers it counts.
async fn ask(base: &str, token: &Token, parameters: &str) -> Result<(f64, u64)> {
    let url = format!("{base}/v1/sites/bench/surveys/nps/stats?flagged=include&{parameters}");
    let began = Instant::now();
    let reply = Client::new().get(url).bearer_auth(token.as_str()).send().await?.error_for_status()?;
    let text = reply.text().await?;
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    let reply: Value = serde_json::from_str(&text)?;
    let n = reply["n"].as_u64().context("no n")?;
    ensure!(n > 0, "nothing was counted");
    Ok((took, n))
}

fn over(figures: &Value) -> impl Iterator<Item = String> {
    let largest = figures["rounds"].as_array().and_then(|rounds| rounds.last()).cloned().unwrap_or_default();
    let questions = largest["questions"].as_array().cloned().unwrap_or_default();
    questions.into_iter().flat_map(|question| {
        BARS.into_iter().filter_map(move |(figure, bar)| {
            let took = question[figure].as_f64()?;
            (took > bar).then(|| format!("{} {figure} {took:.0} (bar {bar})", question["question"]))
        })
    })
}

fn table(figures: &Value) -> String {
    let mut table = format!(
        "{:>10} {:>16} {:>10} {:>10} {:>10}\n",
        "answers", "question", "counted", "cold ms", "warm ms"
    );
    for round in figures["rounds"].as_array().into_iter().flatten() {
        for question in round["questions"].as_array().into_iter().flatten() {
            let of = |name: &str| question[name].as_f64().unwrap_or_default();
            let name = question["question"].as_str().unwrap_or_default();
            let line = format!(
                "{:>10} {name:>16} {:>10} {:>10.1} {:>10.1}\n",
                round["answers"],
                question["n"],
                of("cold_ms"),
                of("warm_ms")
            );
            table.push_str(&line);
        }
    }
    table
}

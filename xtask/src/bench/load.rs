//! A turn: many connections, each sending the next answer as soon as it has the reply to its last.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Client;
use serde_json::{Value, json};
use uuid::Builder;

use super::cpu;
use crate::seed::random::Random;

/// How many send at once.
pub(super) const CONNECTIONS: usize = 32;
/// New answers, replays, revisions, refusals for lack of consent.
const MIX: [u64; 4] = [70, 10, 15, 5];

/// What one turn measured.
pub(super) struct Turn {
    elapsed: Duration,
    cpu: Duration,
    rows_written: u64,
    /// In milliseconds, one for each request.
    pub(super) latencies: Vec<f64>,
}

#[allow(clippy::cast_precision_loss, reason = "counts of some thousands")]
impl Turn {
    /// Replies a second.
    pub(super) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Milliseconds of processor time for a reply.
    pub(super) fn cpu_ms(&self) -> f64 {
        self.cpu.as_secs_f64() * 1000.0 / self.latencies.len() as f64
    }

    /// Rows written for a reply.
    pub(super) fn rows(&self) -> f64 {
        self.rows_written as f64 / self.latencies.len() as f64
    }
}

/// Bodies in the order in which they are sent. A replay or revision is of an answer that came long before.
pub(super) fn bodies(random: &mut Random, count: usize) -> Vec<String> {
    let mut sent: Vec<Value> = Vec::new();
    let mut bodies = Vec::with_capacity(count);
    while bodies.len() < count {
        let settled = sent.len().saturating_sub(4 * CONNECTIONS);
        let kind = if settled == 0 { 0 } else { random.weighted(&MIX) };
        let body = match kind {
            1 => random.pick(&sent[..settled]).to_string(),
            2 => {
                let at = usize::try_from(random.below(settled as u64)).unwrap_or(0);
                let revision = sent[at]["revision"].as_u64().unwrap_or(1) + 1;
                sent[at]["revision"] = revision.into();
                sent[at]["complete"] = true.into();
                sent[at]["comment"] = "It came a day late, but the coffee is good.".into();
                sent[at].to_string()
            }
            3 => answer(random, "denied").to_string(),
            _ => {
                let answer = answer(random, "granted");
                sent.push(answer.clone());
                answer.to_string()
            }
        };
        bodies.push(body);
    }
    bodies
}

/// As the widget sends it after a purchase.
fn answer(random: &mut Random, consent: &str) -> Value {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.bits().to_le_bytes());
    bytes[8..].copy_from_slice(&random.bits().to_le_bytes());
    json!({
        "id": Builder::from_random_bytes(bytes).into_uuid(), "revision": 1, "survey_version": 1,
        "score": random.below(11), "complete": false, "locale": "es-MX",
        "page": { "path": "/checkout/thanks", "referrer": "news.example" },
        "order": { "id": format!("{:016x}", random.bits()), "value": "59.90", "currency": "EUR" },
        "attributes": { "plan": "pro" },
        "consent": { "status": consent, "source": "site", "at": "2026-11-21T10:00:00Z" },
        "signals": { "gpc": false, "dnt": false }, "timing": { "shown_to_score_ms": 2300 },
    })
}

/// Sends all of them to `url`, whose processes are of the group `group`.
pub(super) async fn run(url: &str, group: i32, bodies: Vec<String>) -> Result<Turn> {
    let http = Client::new();
    let (bodies, next): (Arc<[String]>, _) = (bodies.into(), Arc::new(AtomicUsize::new(0)));
    let (cpu_before, start) = (cpu::of_group(group)?, Instant::now());
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (http, url, bodies, next) = (http.clone(), url.to_owned(), bodies.clone(), next.clone());
            tokio::spawn(async move {
                let (mut latencies, mut rows) = (Vec::new(), 0);
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let start = Instant::now();
                    rows += send(&http, &url, body).await?;
                    latencies.push(start.elapsed().as_secs_f64() * 1000.0);
                }
                Ok::<_, anyhow::Error>((latencies, rows))
            })
        })
        .collect();
    let mut turn =
        Turn { elapsed: Duration::ZERO, cpu: Duration::ZERO, rows_written: 0, latencies: Vec::new() };
    for connection in connections {
        let (latencies, rows) = connection.await??;
        turn.latencies.extend(latencies);
        turn.rows_written += rows;
    }
    turn.elapsed = start.elapsed();
    turn.cpu = cpu::of_group(group)?.saturating_sub(cpu_before);
    Ok(turn)
}

/// Rows written.
async fn send(http: &Client, url: &str, body: &str) -> Result<u64> {
    let request = http.post(url).header("Content-Type", "text/plain").body(body.to_owned());
    let reply = request.send().await.context("no reply")?;
    let status = reply.status().as_u16();
    let rows = reply.headers().get("sondeo-rows-written").and_then(|rows| rows.to_str().ok()?.parse().ok());
    let said = reply.text().await?;
    match status {
        200 | 201 => rows.context("the reply does not say how many rows were written"),
        403 => Ok(0),
        _ => bail!("{status}: {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_what_it_says() {
        const COUNT: usize = 20_000;
        let bodies = bodies(&mut Random::new(1), COUNT);
        let parsed: Vec<Value> = bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        let share =
            |holds: &dyn Fn(&Value) -> bool| 100 * parsed.iter().filter(|body| holds(body)).count() / COUNT;
        let refused = share(&|body| body["consent"]["status"] == "denied");
        let mut seen = std::collections::BTreeSet::new();
        let replays = 100 * bodies.iter().filter(|body| !seen.insert(body.as_str())).count() / COUNT;
        assert!((4..=6).contains(&refused), "{refused} % refused");
        assert!((9..=11).contains(&replays), "{replays} % replays");
    }
}

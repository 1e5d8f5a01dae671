//! The collector's processes: they start, survive what they must, and none outlives its owner.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tempfile::TempDir;
use xtask::collector::{Collector, Options};
use xtask::token::Token;

/// Counts requests in a Durable Object: the least Worker whose state can get lost.
const WORKER: &str = r#"
export class Counter {
  constructor(state) { this.sql = state.storage.sql; this.sql.exec("CREATE TABLE IF NOT EXISTS hits (at)"); }
  fetch() {
    this.sql.exec("INSERT INTO hits VALUES (1)");
    return new Response(this.sql.exec("SELECT count(*) AS n FROM hits").one().n.toString());
  }
}
export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz") return new Response("ok");
    if (pathname === "/token") return new Response(env.SONDEO_ADMIN_TOKEN_SHA256);
    return env.COUNTER.get(env.COUNTER.idFromName("one")).fetch(request);
  },
};
"#;

const CONFIG: &str = r#"
name = "counter"
main = "index.js"
compatibility_date = "2026-04-21"
[[durable_objects.bindings]]
name = "COUNTER"
class_name = "Counter"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]
"#;

fn options(dir: &TempDir, token: &Token) -> Result<Options> {
    fs::write(dir.path().join("index.js"), WORKER)?;
    fs::write(dir.path().join("wrangler.toml"), CONFIG)?;
    let mut options = Options::new(dir.path().join("state"), token);
    options.config = dir.path().join("wrangler.toml");
    Ok(options)
}

async fn get(collector: &Collector, path: &str) -> Result<String> {
    Ok(reqwest::get(format!("{}{path}", collector.base_url)).await?.text().await?)
}

/// How many processes mention this folder in their arguments, as Miniflare's script does.
fn processes(dir: &Path) -> usize {
    let dir = dir.to_string_lossy();
    let mentions = |file| fs::read(file).is_ok_and(|text| String::from_utf8_lossy(&text).contains(&*dir));
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| mentions(entry.path().join("cmdline")))
        .count()
}

#[tokio::test]
async fn state_survives_a_stop_and_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let token = Token::generate().unwrap();
    let mut options = options(&dir, &token).unwrap();

    let collector = Collector::start(&options).await.unwrap();
    assert_eq!(get(&collector, "/token").await.unwrap(), token.sha256());
    assert_eq!(get(&collector, "/").await.unwrap(), "1");
    let port = collector.base_url.rsplit(':').next().unwrap().parse().unwrap();
    assert!(
        Collector::start(&Options { port: Some(port), ..self::options(&dir, &token).unwrap() })
            .await
            .is_err()
    );
    collector.kill().await.unwrap();
    assert_eq!(processes(dir.path()), 0);

    options.port = Some(port);
    let collector = Collector::start(&options).await.unwrap();
    assert_eq!(get(&collector, "/").await.unwrap(), "2", "acknowledged before the kill");
    collector.stop().await.unwrap();
    assert_eq!(processes(dir.path()), 0);

    let collector = Collector::start(&options).await.unwrap();
    assert_eq!(get(&collector, "/").await.unwrap(), "3", "acknowledged before the stop");
}

#[tokio::test]
async fn dropping_it_leaves_no_process() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(&options(&dir, &Token::generate().unwrap()).unwrap()).await.unwrap();
    assert!(processes(dir.path()) > 0);
    let url = collector.base_url.clone();
    drop(collector);
    for _ in 0..100 {
        if processes(dir.path()) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(processes(dir.path()), 0);
    assert!(reqwest::get(url).await.is_err(), "workerd is gone with it");
}

#[tokio::test]
async fn a_worker_that_does_not_load_is_an_error_that_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(&dir, &Token::generate().unwrap()).unwrap();
    fs::write(dir.path().join("index.js"), "export default nonsense;").unwrap();
    let error = format!("{:#}", Collector::start(&options).await.err().unwrap());
    assert!(error.contains("nonsense is not defined"), "{error}");
}

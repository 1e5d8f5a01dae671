//! What a page view costs that arms twenty surveys and shows none: `cargo run --release -p e2e --example armed`.
//!
//! Milliseconds of the main thread, four times what the browser counts for the scripts that ran: Chromium slows a processor
//! down by stopping it for some milliseconds at a time, which is as long as what is measured here. Least and median of loads that
//! take turns with those of a page whose script does the least that any could do in its place: it reads its tag, listens to one
//! event, and waits once. `first`: nothing is cached. `again`: the script is, as it is on a visitor's second page.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use e2e::browser::Browser;
use e2e::pages::Pages;
use e2e::shop::Shop;
use e2e::{collector, run};
use serde_json::json;
use std::time::Duration;

const LOADS: usize = 61;
/// Of a phone, beside this machine.
const SLOWER: f64 = 4.0;
/// After this the page is at rest.
const REST: Duration = Duration::from_millis(400);
const LEAST: &str = "document.currentScript.dataset.consent; addEventListener('scroll', () => {}, { passive: true }); \
     setTimeout(() => {}, 6e5)";

fn main() {
    run(async {
        let shop = Shop::open(collector::shared().await, "armed").await;
        let triggers = [
            json!({ "on": "delay", "seconds": 600 }),
            json!({ "on": "scroll", "percent": 99 }),
            json!({ "on": "exit" }),
            json!({ "on": "click", "selector": "#nothing" }),
            json!({ "on": "event", "name": "never" }),
        ];
        for n in 0..20 {
            let definition = json!({
                "title": "Armed", "metric": "nps", "triggers": [triggers[n % triggers.len()]],
                "audience": { "urls": { "include": [{ "prefix": "/" }] } },
            });
            shop.site.publish(&format!("armed-{n}"), &definition.to_string()).await;
        }
        let page = |script: &str| {
            format!("<!doctype html><title>Armed</title><script async src='{script}'></script><p>Text.")
        };
        let tag = format!("{}/s/{}.js", shop.site.api.base, shop.site.id);
        let least = [("/least", page("/least.js")), ("/least.js", LEAST.into())];
        let pages = Pages::serve([("/armed", page(&tag))].into_iter().chain(least)).await;
        let browser = Browser::start().await;
        browser.devtools("Performance.enable", json!({})).await;
        for is_first in [true, false] {
            let mut costs: [Vec<f64>; 2] = std::array::from_fn(|_| Vec::new());
            for load in 0..2 * LOADS {
                browser.goto("about:blank").await;
                if is_first {
                    browser.devtools("Network.clearBrowserCache", json!({})).await;
                }
                let before = scripts(&browser).await;
                browser.goto(&pages.url(["/armed", "/least"][load % 2])).await;
                tokio::time::sleep(REST).await;
                let after = scripts(&browser).await;
                // A new process counts from nothing.
                let cost = after - if after < before { 0.0 } else { before };
                costs[load % 2].push(cost * 1000.0 * SLOWER);
            }
            let name = if is_first { "first" } else { "again" };
            let [[least, median], [floor, usual]] = costs.map(|mut costs| {
                costs.sort_by(f64::total_cmp);
                [costs[0], costs[LOADS / 2]]
            });
            println!(
                "{name:<6} {least:>5.2} to {median:>5.2} ms   (the least script: {floor:.2} to {usual:.2})"
            );
        }
    });
}

/// Seconds of all scripts until now.
async fn scripts(browser: &Browser) -> f64 {
    let reply = browser.devtools("Performance.getMetrics", json!({})).await;
    let metrics = reply["metrics"].as_array().unwrap();
    metrics.iter().find(|metric| metric["name"] == "ScriptDuration").unwrap()["value"].as_f64().unwrap()
}

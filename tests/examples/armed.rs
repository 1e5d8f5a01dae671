//! What a page view costs that arms twenty surveys and shows none: `cargo run --release -p e2e --example armed`.
//!
//! Milliseconds of the main thread on a processor slowed down four times, as the browser counts them: the scripts that
//! ran, and all tasks of the page. Medians of loads that take turns with those of a page with an empty script in the same
//! place, whose costs are taken off. `first`: nothing is cached. `again`: the script is, as it is on a visitor's second
//! page.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use e2e::browser::Browser;
use e2e::pages::Pages;
use e2e::shop::Shop;
use e2e::{collector, run};
use serde_json::json;
use std::time::Duration;

const LOADS: usize = 31;
/// After this the page is at rest.
const REST: Duration = Duration::from_millis(400);
/// What the browser counts, in seconds.
const COUNTED: [&str; 2] = ["ScriptDuration", "TaskDuration"];

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
        let pages =
            Pages::serve([("/armed", page(&tag)), ("/", page("/empty.js")), ("/empty.js", String::new())])
                .await;
        let browser = Browser::start().await;
        browser.devtools("Performance.enable", json!({})).await;
        browser.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
        for is_first in [true, false] {
            let mut costs: [[Vec<f64>; 2]; 2] = std::array::from_fn(|_| std::array::from_fn(|_| Vec::new()));
            for load in 0..2 * LOADS {
                browser.goto("about:blank").await;
                if is_first {
                    browser.devtools("Network.clearBrowserCache", json!({})).await;
                }
                let before = counted(&browser).await;
                browser.goto(&pages.url(["/armed", "/"][load % 2])).await;
                tokio::time::sleep(REST).await;
                let after = counted(&browser).await;
                for (cost, (before, after)) in costs[load % 2].iter_mut().zip(before.into_iter().zip(after)) {
                    // A new process counts from nothing.
                    cost.push((after - if after < before { 0.0 } else { before }) * 1000.0);
                }
            }
            let [armed, empty] = costs.map(|page| page.map(median));
            let [scripts, tasks] = [armed[0] - empty[0], armed[1] - empty[1]];
            let name = if is_first { "first" } else { "again" };
            println!(
                "{name:<6} scripts {scripts:>5.2} ms   all tasks {tasks:>5.2} ms   (empty page: {:.2} and {:.2})",
                empty[0], empty[1]
            );
        }
    });
}

async fn counted(browser: &Browser) -> [f64; 2] {
    let reply = browser.devtools("Performance.getMetrics", json!({})).await;
    let metrics = reply["metrics"].as_array().unwrap();
    COUNTED
        .map(|name| metrics.iter().find(|metric| metric["name"] == name).unwrap()["value"].as_f64().unwrap())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

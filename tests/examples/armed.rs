//! What a page view costs that arms twenty surveys and shows none: `cargo run --release -p e2e --example armed`.
//!
//! Milliseconds of the main thread, four times what Chromium counts for the scripts that ran, of the thread's own time: Chromium
//! slows a processor down by stopping it for some milliseconds at a time, which is as long as what is measured here, and on a
//! machine with few cores others are in the way. `alone`: the tag is the only script of its page, so it pays for what any first
//! script pays for, which is that the browser makes its `document` and its timers known to scripts. `a shop`: what the tag adds to a
//! page that has a script of its own, which reads its tag, listens to one event, and waits once. Least and median of loads that take
//! turns. `first`: nothing is cached. `again`: the script is, as it is on a visitor's second page.
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
const OWN: &str = "<script>document.currentScript.dataset.any; addEventListener('scroll', () => {}, { passive: true }); \
     setTimeout(() => {}, 6e5)</script>";

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
        // With the shop's own three, which wait for events and for a purchase.
        for n in 0..17 {
            let definition = json!({
                "title": "Armed", "metric": "nps", "triggers": [triggers[n % triggers.len()]],
                "audience": { "urls": { "include": [{ "prefix": "/" }] } },
            });
            shop.site.publish(&format!("armed-{n}"), &definition.to_string()).await;
        }
        let tag = format!("<script async src='{}/s/{}.js'></script>", shop.site.api.base, shop.site.id);
        let page = |scripts: &str| format!("<!doctype html><title>Armed</title>{scripts}<p>Text.");
        let shop_without = ("/without", page(OWN));
        let shop_with = ("/with", page(&format!("{OWN}{tag}")));
        let pages =
            Pages::serve([("/", String::new()), ("/alone", page(&tag)), shop_without, shop_with]).await;
        let browser = Browser::start().await;
        browser.devtools("Performance.enable", json!({ "timeDomain": "threadTicks" })).await;
        for is_first in [true, false] {
            let mut costs: [Vec<f64>; 3] = std::array::from_fn(|_| Vec::new());
            for load in 0..3 * LOADS {
                browser.goto("about:blank").await;
                if is_first {
                    browser.devtools("Network.clearBrowserCache", json!({})).await;
                }
                let before = scripts(&browser).await;
                browser.goto(&pages.url(["/alone", "/without", "/with"][load % 3])).await;
                tokio::time::sleep(REST).await;
                let after = scripts(&browser).await;
                // A new process counts from nothing.
                let cost = after - if after < before { 0.0 } else { before };
                costs[load % 3].push(cost * 1000.0 * SLOWER);
            }
            let name = if is_first { "first" } else { "again" };
            let [alone, without, with] = costs.map(|mut costs| {
                costs.sort_by(f64::total_cmp);
                [costs[0], costs[LOADS / 2]]
            });
            let [least, median] = [0, 1].map(|n| with[n] - without[n]);
            println!(
                "{name:<6} alone {:.2} to {:.2} ms, a shop {least:.2} to {median:.2} ms beside its own {:.2} to {:.2}",
                alone[0], alone[1], without[0], without[1]
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

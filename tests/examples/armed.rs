//! What a page view costs that arms twenty surveys and shows none: `cargo run --release -p e2e --example armed`.
//!
//! Milliseconds of the main thread to compile and run the tag's script on a processor slowed down four times, the median of
//! thirty page loads, beside an empty script in the same place.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{collector, run};
use serde_json::{Value, json};

const LOADS: usize = 30;

/// Scripts that were inserted in order run in order: the time between the first and the last is that of the one between
/// them.
const MEASURE: &str = "
    const [src] = arguments;
    delete window.sondeo;
    window.took = undefined;
    const add = (source) => {
        const script = document.createElement('script');
        script.async = false;
        script.src = source;
        document.head.append(script);
    };
    const code = (text) => 'data:text/javascript,' + encodeURIComponent(text);
    add(code('window.begun = performance.now()'));
    add(src || code(''));
    add(code('window.took = performance.now() - window.begun'));
";

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
        let browser = Browser::start().await;
        browser.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
        let script = format!("{}/s/{}.js", shop.site.api.base, shop.site.id);
        for (name, source) in [("empty", String::new()), ("20 surveys", script)] {
            let mut times = Vec::new();
            for _ in 0..LOADS {
                browser.goto(&shop.url("/privacy")).await;
                browser.loader().await;
                browser.eval_with(MEASURE, vec![Value::from(source.as_str())]).await;
                let took = e2e::wait::until("it has run", async || {
                    browser.eval("return window.took").await.as_f64()
                });
                times.push(took.await);
            }
            times.sort_by(f64::total_cmp);
            println!("{name:<12}{:>8.2} ms (fastest {:.2})", times[LOADS / 2], times[0]);
        }
    });
}

//! A shop with surveys of a test's own, seen by a visitor who agreed to surveys.

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, collector};
use serde_json::{Value, json};

/// The shop reads the visitor's choice before it loads anything.
const AGREED: &str = "try { localStorage.setItem('kestrel.consent', '\"granted\"'); } catch {}";

/// Keeps every fetch whose address contains `window.__hold` until `window.__release()`.
pub const HOLD: &str = "
    const own = window.fetch;
    const released = new Promise((done) => { window.__release = done; });
    window.__hold ||= 'nothing';
    window.fetch = async (...call) => {
        if (String(call[0]).includes(window.__hold)) { window.__held = true; await released; }
        return own(...call);
    };
";

pub async fn agreeing() -> Browser {
    agreeing_in(Engine::Chromium).await
}

pub async fn agreeing_in(engine: Engine) -> Browser {
    let browser = Browser::start_in(engine).await;
    browser.before_pages(AGREED).await;
    browser
}

/// Opens a shop with these surveys; each asks its own name.
pub async fn shop(site: &str, surveys: &[(&str, Value)]) -> Shop {
    let shop = Shop::open(collector::shared().await, site).await;
    for (id, members) in surveys {
        let mut definition = json!({
            "title": id, "metric": "nps", "triggers": [], "wording": { "en": { "question": id } },
            "frequency": { "window": "ever", "ignores_spacing": true },
        });
        for (name, value) in members.as_object().unwrap() {
            definition[name] = value.clone();
        }
        shop.site.publish(id, &definition.to_string()).await;
    }
    shop
}

/// Whether something but the loader and what listens to consent platforms was asked for, after all that a page had to do
/// now is done.
pub async fn loads_something(browser: &Browser) -> bool {
    let frames = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))";
    browser.eval(frames).await;
    browser.requests().await.iter().any(|url| url.contains("/a/") && !url.contains("/platform.js"))
}

/// What the debug mode said since the last call.
pub async fn said(browser: &Browser) -> Vec<String> {
    let lines = browser.console().await.into_iter();
    lines
        .filter_map(|(_, text)| Some(text.split_once("Sondeo: ")?.1.trim_end_matches('"').to_owned()))
        .collect()
}

/// Waits until the debug mode says this of a survey; what else it says is dropped.
pub async fn says(browser: &Browser, line: &str) {
    let mut all = Vec::new();
    until(&format!("it says {line}"), async || {
        all.extend(said(browser).await);
        all.iter().any(|said| said.starts_with(line)).then_some(())
    })
    .await;
}

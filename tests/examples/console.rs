//! Saves the console's pages, for people to look at: `cargo run -p e2e --example console -- OUTDIR [ONLY]`.
//!
//! Each page empty, small and full, on a desktop and a phone, light and dark. ONLY leaves out the pictures whose name does not
//! contain it.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use e2e::answer::{answer, with};
use e2e::api::Site;
use e2e::browser::Browser;
use e2e::collector::Own;
use e2e::{console, run};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::{env, fs};

/// Screens: name, width, height, colours.
const SCREENS: [(&str, u32, u32, &str); 4] = [
    ("desktop", 1280, 800, "light"),
    ("desktop-dark", 1280, 800, "dark"),
    ("phone", 375, 700, "light"),
    ("phone-dark", 375, 700, "dark"),
];

/// Name, and address below `/console`.
const PAGES: &[(&str, &str)] = &[
    ("sites", "?new"),
    ("overview-empty", "/empty"),
    ("overview-small", "/small"),
    ("overview-full", "/kestrel"),
    ("settings", "/kestrel/settings"),
    ("tokens-empty", "/empty/tokens"),
    ("tokens", "/kestrel/tokens"),
    ("webhooks-empty", "/empty/webhooks"),
    ("webhooks", "/kestrel/webhooks"),
    ("erasure-empty", "/empty/erasure"),
    ("erasure", "/kestrel/erasure"),
    ("audit", "/kestrel/audit"),
    ("confirm", "/kestrel/webhooks/WEBHOOK/end"),
    ("webhook", "/kestrel/webhooks/WEBHOOK"),
    ("refused", "/nothing"),
    ("new-survey", "/kestrel/new-survey"),
    ("edit", "/kestrel/surveys/checkout/edit"),
    ("document", "/kestrel/surveys/checkout/edit?view=document"),
    ("versions", "/kestrel/surveys/checkout/versions"),
    ("share", "/kestrel/surveys/checkout/share"),
];

/// Pages for reading, of a site with some thousands of answers over twelve weeks, of one with few, and of one with none.
const READING: [(&str, &str); 11] = [
    ("survey-empty", "/read-empty/surveys/purchase?days=all"),
    ("survey-small", "/read-small/surveys/purchase"),
    ("survey-full", "/read/surveys/purchase?days=30"),
    ("survey-full-90", "/read/surveys/purchase?by=attr:plan"),
    ("survey-csat", "/read/surveys/delivery?by=path"),
    ("answers-empty", "/read-empty/surveys/purchase/answers"),
    ("answers-full", "/read/surveys/purchase/answers?commented=true"),
    ("inbox-empty", "/read-empty/inbox"),
    ("inbox-small", "/read-small/inbox"),
    ("inbox-full", "/read/inbox"),
    ("inbox-handled", "/read/inbox?show=handled"),
];

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/console".into()));
    let only = env::args().nth(2).unwrap_or_default();
    fs::create_dir_all(&folder).unwrap();
    run(async {
        let collector = Own::start_with(&[("SONDEO_LIMITS", "off")]).await;
        let base = &collector.api.base;
        let (token, api) = (collector.token(), &collector.api);
        let mut shots = Vec::new();
        for (screen, width, height, scheme) in SCREENS {
            let browser = Browser::start().await;
            browser.resize(width, height, width < 500).await;
            let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
            browser.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
            shots.push(Studio { browser, screen, width, height, folder: folder.clone(), only: only.clone() });
        }
        for studio in &shots {
            studio.shoot("sign-in", &format!("{base}/console/sign-in")).await;
            console::sign_in(&studio.browser, base, token).await;
            studio.shoot("first", &format!("{base}/console")).await;
        }
        let site = async |id: &str, name: &str| {
            let settings = json!({ "name": name, "origins": ["https://kestrel.example"], "consent_policy": "opt_in",
                "time_zone": "Europe/Lisbon" });
            api.site_of(id, "https://kestrel.example", settings.to_string()).await
        };
        site("empty", "Kestrel Books").await;
        fill(&site("small", "Kestrel Tea").await, 7).await;
        fill(&site("kestrel", "Kestrel Coffee").await, 900).await;
        for scopes in [json!(["admin"]), json!(["responses:read"]), json!(["survey:write", "responses:read"])]
        {
            let token =
                json!({ "scopes": scopes, "sites": ["kestrel"], "expires_at": "2027-11-22T00:00:00Z" });
            api.call(Method::POST, "/v1/tokens", token.to_string()).await;
        }
        for (url, format) in [
            ("https://crm.kestrel.example/sondeo", "json"),
            ("https://hooks.slack.com/services/T0/B0/x", "slack"),
        ] {
            let webhook = json!({ "url": url, "format": format, "events": ["response.completed"], "rule": { "segment": "detractor" } });
            api.call(Method::POST, "/v1/sites/kestrel/webhooks", webhook.to_string()).await;
        }
        for order in ["1", "2", "3"] {
            api.call(Method::POST, "/v1/sites/kestrel/erasures", json!({ "order": order }).to_string()).await;
        }
        let webhooks = api.request(Method::GET, "/v1/sites/kestrel/webhooks").send().await.unwrap();
        let webhooks: Value = webhooks.json().await.unwrap();
        let webhook = webhooks["items"][0]["id"].as_str().unwrap();
        site("read-empty", "Kestrel Books").await.publish("purchase", &purchase("nps")).await;
        let small = site("read-small", "Kestrel Tea").await.publish("purchase", &purchase("nps")).await;
        for score in [10, 9, 9, 8, 7, 3, 10] {
            let comment = if score < 5 {
                "The parcel came open, and one bag was missing."
            } else {
                "Lovely, as always."
            };
            let answer = with(answer(score), json!({ "comment": comment, "complete": true }));
            assert_eq!(small.submit(&answer).await.0, 201);
        }
        let full = site("read", "Kestrel Coffee").await;
        for (id, metric, count) in [("purchase", "nps", 6_000), ("delivery", "csat", 1_500)] {
            let survey = full.publish(id, &purchase(metric)).await;
            let from = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 84)).to_string();
            let path = survey.path.replacen("/v1/", "/debug/", 1);
            api.call(Method::POST, &format!("{path}/fill?from={from}&count={count}&seed=3"), String::new())
                .await;
        }
        for studio in &shots {
            for (name, path) in READING {
                studio.shoot(name, &format!("{base}/console{path}")).await;
            }
            let list = format!("{base}/console/read/surveys/purchase/answers?commented=true");
            studio.browser.goto(&list).await;
            let one = studio.browser.eval("return document.querySelector('.answers .meta a').href").await;
            studio.shoot("answer", one.as_str().unwrap()).await;
            for (name, path) in PAGES {
                let path = path.replace("WEBHOOK", webhook);
                studio.shoot(name, &format!("{base}/console{path}")).await;
            }
        }
    });
    println!("{}", folder.display());
}

/// A survey after a purchase.
fn purchase(metric: &str) -> String {
    json!({ "title": "After the purchase", "metric": metric, "touchpoint": "purchase", "triggers": [],
        "frequency": { "window": { "days": 30 } } })
    .to_string()
}

/// Four touchpoints, and one survey without; made-up answers over twelve weeks where there are many.
async fn fill(site: &Site, answers: usize) {
    let surveys = [
        ("browse", "Finding things", "ces", Some("browse")),
        ("checkout", "Checkout", "csat", Some("checkout")),
        ("post-purchase", "After the purchase", "nps", Some("purchase")),
        ("delivery", "Delivery", "csat", Some("delivery")),
        ("site", "The site in general", "nps", None),
    ];
    for (seed, (id, title, metric, touchpoint)) in surveys.into_iter().enumerate() {
        let definition = json!({ "title": title, "metric": metric, "touchpoint": touchpoint, "triggers": [],
            "frequency": { "window": "ever" } });
        let survey = site.publish(id, &definition.to_string()).await;
        // The last survey is the newest, and has few.
        let few = if touchpoint.is_none() { 2 } else { answers };
        if answers > 100 {
            let (now, week) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(7 * 24));
            let times = format!("from={}&to={}", now - week * if touchpoint.is_none() { 3 } else { 13 }, now);
            let count = answers / (seed + 1);
            let path = format!("/debug{}/fill?{times}&count={count}&seed={seed}", &survey.path[3..]);
            site.api.call(Method::POST, &path, String::new()).await;
            for _ in 0..200 {
                let shown = site.api.anonymous(Method::POST, &format!("{}/exposures", survey.path));
                let shown = shown.header("Origin", &site.origin).header("Content-Type", "text/plain");
                assert!(shown.body(r#"{"shown": 10}"#).send().await.unwrap().status().is_success());
            }
            continue;
        }
        let (low, high) = match metric {
            "nps" => (0, 10),
            "csat" => (1, 5),
            _ => (1, 7),
        };
        for at in 0..few {
            let score = [high, high - 1, high - 3, high, low + 1][(at * 3 + seed) % 5];
            assert_eq!(survey.submit(&answer(score)).await.0, 201);
        }
    }
}

struct Studio {
    browser: Browser,
    screen: &'static str,
    width: u32,
    height: u32,
    folder: PathBuf,
    only: String,
}

impl Studio {
    /// The whole page.
    async fn shoot(&self, name: &str, url: &str) {
        let picture = format!("{name}-{}", self.screen);
        if !picture.contains(&self.only) {
            return;
        }
        let Self { browser, width, height, .. } = self;
        browser.goto(url).await;
        let whole = browser.eval("return document.documentElement.scrollHeight").await.as_u64().unwrap();
        let whole = u32::try_from(whole).unwrap().max(*height);
        browser.resize(*width, whole, *width < 500).await;
        fs::write(self.folder.join(format!("{picture}.png")), browser.screenshot().await).unwrap();
        browser.resize(*width, *height, *width < 500).await;
    }
}

//! Saves the hosted page's steps, for people to look at: `cargo run -p e2e --example hosted -- OUTDIR`.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use e2e::browser::Browser;
use e2e::{collector, run};
use serde_json::json;
use std::path::PathBuf;
use std::{env, fs};

/// Screens: name, width, height, colours.
const SCREENS: [(&str, u32, u32, &str); 4] = [
    ("desktop", 1100, 760, "light"),
    ("desktop-dark", 1100, 760, "dark"),
    ("phone", 375, 700, "light"),
    ("narrow-dark", 320, 640, "dark"),
];

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/hosted".into()));
    fs::create_dir_all(&folder).unwrap();
    run(async {
        let api = collector::shared().await;
        let settings = json!({ "name": "Kestrel Coffee", "origins": [], "consent_policy": "opt_in",
            "theme": { "accent": "#b4532a" } });
        let site = api.site_of("looks", "https://looks.example", settings.to_string()).await;
        let survey = |metric: &str, more: serde_json::Value| {
            let mut survey = json!({ "title": metric, "metric": metric, "triggers": [], "link": "https://reviews.example/kestrel",
                "steps": [{ "id": "reason", "ask": "many", "choices": ["price", "delivery", "taste"] },
                          { "id": "late", "ask": "one", "choices": ["days", "weeks"] }, { "id": "why", "ask": "comment" }] });
            survey.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            survey.to_string()
        };
        let looks = [
            ("nps", "nps", json!({}), 9),
            ("stars", "csat", json!({ "look": "stars" }), 4),
            ("smileys", "csat", json!({ "look": "smileys" }), 2),
            ("thumbs", "csat", json!({ "scale": { "min": 0, "max": 1 } }), 1),
            ("ces", "ces", json!({}), 6),
        ];
        for (id, metric, more, _) in &looks {
            site.publish(id, &survey(metric, more.clone())).await;
        }
        for (screen, width, height, scheme) in SCREENS {
            let browser = Browser::start().await;
            browser.resize(width, height, width < 500).await;
            let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
            browser.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
            let save = async |name: &str| {
                fs::write(folder.join(format!("{name}-{screen}.png")), browser.screenshot().await).unwrap();
            };
            for (id, _, _, score) in &looks {
                browser.goto(&format!("{}/h/looks/{id}?score={score}&l=en", api.base)).await;
                save(&format!("{id}-1")).await;
            }
            browser.goto(&format!("{}/h/looks/nps?l=ar", api.base)).await;
            save("arabic-1").await;
            browser.goto(&format!("{}/h/looks/nps?l=de&score=3", api.base)).await;
            browser.click("[name=agree]").await;
            browser.click(".send").await;
            browser.text(".saved").await;
            save("nps-2-many").await;
            browser.click(".send").await;
            browser.text("input[type=radio] + span").await;
            browser.click("[value=weeks]").await;
            save("nps-3-one").await;
            browser.click(".send").await;
            browser.fill("textarea", "Zu spät.").await;
            save("nps-4-comment").await;
            browser.click(".send").await;
            browser.text(".link").await;
            save("nps-5-thanks").await;
            browser.goto(&format!("{}/h/looks/nothing?l=de", api.base)).await;
            save("closed").await;
        }
    });
    println!("{}", folder.display());
}

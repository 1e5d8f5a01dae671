//! Saves what visitors see, for people to look at: `cargo run -p e2e --example cards -- OUTDIR`.
//!
//! The question, the follow-up and the thanks of each metric, on a desktop and on a phone, light and dark; and the shop's
//! thank-you page.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{collector, run};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/cards".into()));
    fs::create_dir_all(&folder).unwrap();
    run(async {
        for (screen, width, height) in [("desktop", 1280, 800), ("phone", 375, 740)] {
            for scheme in ["light", "dark"] {
                let shop = Shop::open(collector::shared().await, &format!("cards-{screen}-{scheme}")).await;
                let browser = Browser::start().await;
                browser.resize(width, height, width < 500).await;
                let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
                browser.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
                let save = async |step: &str| {
                    settle(&browser).await;
                    save(&browser, &folder, &format!("{step}-{screen}-{scheme}")).await;
                };
                shop.accept(&browser).await;
                shop.buy(&browser).await;
                walk(&browser, "nps", 9, "Quick, and the box smelled of coffee.", save).await;
                browser.card().click(".close").await;
                browser.card().gone().await;
                save("page-thanks").await;
                browser.goto(&shop.url("/product/hover")).await;
                browser.click("[data-test=notes]").await;
                walk(&browser, "csat", 4, "The notes.", save).await;
                browser.goto(&shop.url("/help/grind")).await;
                browser.click("[data-test=article-done]").await;
                walk(&browser, "ces", 2, "Where is the AeroPress?", save).await;
            }
        }
    });
    println!("{}", folder.display());
}

async fn walk(browser: &Browser, metric: &str, score: u8, comment: &str, save: impl AsyncFn(&str)) {
    let card = browser.card();
    card.question().await;
    save(&format!("{metric}-1-question")).await;
    card.choose(score).await;
    card.part("textarea").await.send_keys(comment).await.unwrap();
    save(&format!("{metric}-2-follow-up")).await;
    card.click(".send").await;
    card.text("p[role=status]").await;
    save(&format!("{metric}-3-thanks")).await;
}

/// Waits for animations and pictures.
async fn settle(browser: &Browser) {
    let still = "
        const root = Array.from(document.body.children).map((element) => element.shadowRoot).find((root) => root);
        const moving = [...document.getAnimations(), ...(root ? root.getAnimations() : [])];
        return moving.every((animation) => animation.playState === 'finished')
            && Array.from(document.images).every((image) => image.complete);
    ";
    e2e::wait::until("nothing moves", async || browser.eval(still).await.as_bool().filter(|still| *still))
        .await;
}

async fn save(browser: &Browser, folder: &Path, name: &str) {
    fs::write(folder.join(format!("{name}.png")), browser.screenshot().await).unwrap();
}

//! Saves what visitors see, for people to look at: `cargo run -p e2e --example cards -- OUTDIR [ONLY]`.
//!
//! Every kind of question in every layout, light and dark, from left to right and from right to left; then each step of one
//! survey. One picture each, and `contact-sheet.png` with all of them. ONLY leaves out the pictures whose name does
//! not contain it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool for developers")]

use base64::prelude::{BASE64_STANDARD, Engine};
use e2e::api::Site;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{collector, run};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Name, and the members of its definition.
fn kinds() -> [(&'static str, Value); 8] {
    [
        ("nps", json!({ "metric": "nps" })),
        ("csat", json!({ "metric": "csat" })),
        ("csat-stars", json!({ "metric": "csat", "look": "stars" })),
        ("csat-smileys", json!({ "metric": "csat", "look": "smileys" })),
        ("csat-smileys-3", json!({ "metric": "csat", "look": "smileys", "scale": { "min": 1, "max": 3 } })),
        ("csat-thumbs", json!({ "metric": "csat", "scale": { "min": 0, "max": 1 } })),
        ("ces-7", json!({ "metric": "ces" })),
        ("ces-5", json!({ "metric": "ces", "scale": { "min": 1, "max": 5 } })),
    ]
}

const LAYOUTS: [&str; 3] = ["corner", "dialog", "inline"];

/// Name, width and height of the window.
const SCREENS: [(&str, u32, u32); 2] = [("desktop", 1000, 640), ("phone", 360, 640)];

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/cards".into()));
    let only = env::args().nth(2).unwrap_or_default();
    fs::create_dir_all(&folder).unwrap();
    run(async {
        let mut pictures = Vec::new();
        for (screen, width, height) in SCREENS {
            for (scheme, language) in [("light", "en"), ("dark", "en"), ("light", "ar"), ("dark", "ar")] {
                let name = format!("{screen}-{scheme}-{language}");
                let shop = Shop::open(collector::shared().await, &name).await;
                publish(&shop.site).await;
                let browser = Browser::with_language(language).await;
                browser.resize(width, height, width < 500).await;
                let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
                browser.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
                let direction = if language == "ar" { "rtl" } else { "ltr" };
                let speak = format!(
                    "new MutationObserver(() => Object.assign(document.documentElement || {{}}, {{ lang: {language:?}, dir: {direction:?} }}))
                         .observe(document, {{ childList: true }})"
                );
                browser.before_pages(&speak).await;
                shop.accept(&browser).await;
                let studio = Studio { shop, browser, folder: folder.clone() };
                for (kind, _) in kinds() {
                    for layout in LAYOUTS {
                        let picture = format!("{kind}-{layout}-{name}");
                        if picture.contains(&only) {
                            studio.open(kind, layout).await;
                            studio.shoot(&picture).await;
                            pictures.push(picture);
                        }
                    }
                }
                if "tab".contains(&only) {
                    pictures.push(studio.tab(&name).await);
                }
                if "steps".contains(&only) {
                    pictures.extend(studio.walk(&name).await);
                }
            }
        }
        sheet(&folder, &pictures).await;
    });
    println!("{}", folder.join("contact-sheet.png").display());
}

/// Each kind in each layout, and one survey with every step.
async fn publish(site: &Site) {
    for (kind, members) in kinds() {
        for layout in LAYOUTS {
            let id = format!("{kind}-{layout}");
            let mut definition = json!({
                "title": id, "layout": layout, "triggers": [{ "on": "event", "name": id }],
                "frequency": { "window": "ever" },
            });
            definition.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            site.publish(&id, &definition.to_string()).await;
        }
    }
    let tab = r#"{"title": "Tab", "metric": "ces", "layout": "tab", "triggers": []}"#;
    site.publish("tab", tab).await;
    site.publish("steps", &STEPS.replace(['\n'], " ")).await;
}

const STEPS: &str = r#"{"title": "Steps", "metric": "nps", "triggers": [{"on": "event", "name": "steps"}],
    "frequency": {"window": "ever"}, "link": "https://reviews.example/kestrel",
    "steps": [{"id": "reason", "ask": "many", "choices": ["delivery", "price", "taste", "other"]},
              {"id": "late", "ask": "one", "choices": ["days", "week", "lost"]}, {"id": "why", "ask": "comment"}],
    "wording": {"en": {"link": "Write a review", "steps": {
        "reason": {"choices": {"delivery": "The delivery", "price": "The price", "taste": "The taste of it", "other": "Something else"}},
        "late": {"question": "How late was your parcel?", "choices": {"days": "A few days", "week": "A week or more", "lost": "It never came"}}}},
      "ar": {"link": "اكتب تقييمًا", "steps": {
        "reason": {"choices": {"delivery": "التوصيل", "price": "السعر", "taste": "المذاق", "other": "شيء آخر"}},
        "late": {"question": "كم تأخر طردك؟", "choices": {"days": "بضعة أيام", "week": "أسبوعًا أو أكثر", "lost": "لم يصل"}}}}}}"#;

struct Studio {
    shop: Shop,
    browser: Browser,
    folder: PathBuf,
}

impl Studio {
    async fn page(&self) {
        self.browser.goto(&self.shop.url("/help/grind")).await;
        self.browser.loader().await;
    }

    /// Opens a survey as its layout wants.
    async fn open(&self, kind: &str, layout: &str) {
        self.page().await;
        let id = format!("{kind}-{layout}");
        match layout {
            "inline" => {
                let script = format!(
                    "const place = document.createElement('div'); place.dataset.sondeo = {id:?};
                     document.querySelector('main h1').after(place); history.pushState({{}}, '', '?inline')"
                );
                self.browser.eval(&script).await;
            }
            _ => {
                self.browser.eval(&format!("sondeo('event', {id:?})")).await;
            }
        }
        self.browser.card().question().await;
    }

    /// The tab at the edge of the page.
    async fn tab(&self, name: &str) -> String {
        self.page().await;
        let there = "return [...document.body.children].some((one) => one.shadowRoot?.querySelector(':host > div > button'))";
        e2e::wait::until("the tab is there", async || {
            self.browser.eval(there).await.as_bool().filter(|there| *there)
        })
        .await;
        settle(&self.browser).await;
        let picture = format!("tab-{name}");
        let clip = self
            .browser
            .eval("return { x: scrollX, y: scrollY + 120, width: innerWidth, height: 400, scale: 1 }")
            .await;
        let shot = self.browser.devtools("Page.captureScreenshot", json!({ "clip": clip })).await;
        save(&self.folder.join(format!("{picture}.png")), &shot);
        picture
    }

    /// Every step of a survey that has one of each.
    async fn walk(&self, name: &str) -> Vec<String> {
        self.page().await;
        self.browser.eval("sondeo('event', 'steps')").await;
        let card = self.browser.card();
        card.question().await;
        card.choose(3).await;
        let mut pictures = Vec::new();
        for (step, before, then) in [
            ("1-reasons", ".choices [value=\"a\"]", ".send"),
            ("2-one", "h2", ".choices [value=\"b\"]"),
            ("3-comment", "textarea", ".send"),
            ("4-thanks", ".link", ""),
        ] {
            card.click(before).await;
            let picture = format!("steps-{step}-{name}");
            self.shoot(&picture).await;
            pictures.push(picture);
            if !then.is_empty() {
                card.click(then).await;
            }
        }
        pictures
    }

    /// Saves the card with a little of the page around it.
    async fn shoot(&self, name: &str) {
        settle(&self.browser).await;
        let clip = self
            .browser
            .card()
            .eval(
                "const box = root.querySelector('section').getBoundingClientRect();
                 const x = Math.max(0, box.left - 24), y = Math.max(0, box.top - 24);
                 return { x: x + scrollX, y: y + scrollY, width: Math.min(innerWidth, box.right + 24) - x,
                          height: Math.min(innerHeight, box.bottom + 24) - y, scale: 1 };",
            )
            .await;
        let shot = self.browser.devtools("Page.captureScreenshot", json!({ "clip": clip })).await;
        save(&self.folder.join(format!("{name}.png")), &shot);
    }
}

fn save(file: &Path, shot: &Value) {
    fs::write(file, BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
}

/// Waits for animations and pictures.
async fn settle(browser: &Browser) {
    let still = "
        const roots = Array.from(document.querySelectorAll('*')).map((element) => element.shadowRoot).filter((root) => root);
        const moving = [document, ...roots].flatMap((root) => root.getAnimations());
        return moving.every((animation) => animation.playState === 'finished')
            && Array.from(document.images).every((image) => image.complete);
    ";
    e2e::wait::until("nothing moves", async || browser.eval(still).await.as_bool().filter(|still| *still))
        .await;
}

/// All pictures on one.
async fn sheet(folder: &Path, pictures: &[String]) {
    let cell =
        |name: &String| format!("<figure><img src=\"{name}.png\"><figcaption>{name}</figcaption></figure>");
    let cells = pictures.iter().map(cell).collect::<Vec<_>>().concat();
    let style = "body{margin:16px;width:1800px;font:12px system-ui;background:#ddd;display:flex;flex-wrap:wrap;gap:12px}\
        figure{margin:0}img{display:block;zoom:.55}figcaption{padding:2px 0}";
    let html =
        format!("<!doctype html><meta charset=utf-8><title>Cards</title><style>{style}</style>{cells}");
    let file = folder.join("contact-sheet.html");
    fs::write(&file, html).unwrap();
    let browser = Browser::start().await;
    browser.resize(1832, 1000, false).await;
    browser.goto(&format!("file://{}", file.canonicalize().unwrap().display())).await;
    settle(&browser).await;
    let height = browser.eval("return document.documentElement.scrollHeight").await;
    let clip = json!({ "x": 0, "y": 0, "width": 1832, "height": height, "scale": 1 });
    let shot = browser
        .devtools("Page.captureScreenshot", json!({ "clip": clip, "captureBeyondViewport": true }))
        .await;
    save(&folder.join("contact-sheet.png"), &shot);
}

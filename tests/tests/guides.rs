//! The guides' own code, out of `docs/GUIDES.md`, does what they say.

use crate::hostile_page::stored_row;
use crate::scene::{HOLD, says};
use e2e::api::{Api, Site, Survey};
use e2e::browser::Browser;
use e2e::pages::Pages;
use e2e::wait::until;
use e2e::{collector, run, scratch};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use xtask::{paths, setup};

const GUIDES: &str = include_str!("../../docs/GUIDES.md");

/// The survey that the guides speak of.
const SURVEY: &str = "after-purchase";

/// What went wrong on a page, for the end of a test.
const WATCH: &str = "
    window.__errors = [];
    addEventListener('error', (event) => window.__errors.push(event.message));
    addEventListener('unhandledrejection', (event) => window.__errors.push(String(event.reason)));
";

/// The code blocks of a guide in this language, as they are for a site of the collector.
fn code(guide: &str, language: &str, collector: &Api, site: &str) -> Vec<String> {
    let (level, _) = guide.split_once(' ').unwrap();
    let (_, rest) = GUIDES.split_once(&format!("\n{guide}\n")).unwrap_or_else(|| panic!("no guide {guide}"));
    let (text, _) = rest.split_once(&format!("\n{level} ")).unwrap_or((rest, ""));
    let mut blocks = Vec::new();
    for part in text.split("```").skip(1).step_by(2) {
        let (first, block) = part.split_once('\n').unwrap();
        if first == language {
            // In a list it is indented.
            let indent = block.len() - block.trim_start_matches(' ').len();
            let lines = block.lines().map(|line| line.get(indent..).unwrap_or_default());
            let block = lines.collect::<Vec<_>>().join("\n");
            let block = block.replace("COLLECTOR", &collector.base).replace("SITE", site);
            blocks.push(block.replace("SURVEY", SURVEY));
        }
    }
    assert!(!blocks.is_empty(), "{guide} has no {language}");
    blocks
}

/// Makes the site with the survey that the guides speak of, and another of the basket.
async fn site(collector: &Api, name: &str, pages: &Pages) -> (Site, Survey) {
    let site = collector.site(name, &pages.origin, "opt_in").await;
    let definition = |event: &str, window: &str| {
        json!({
            "title": event, "metric": "nps", "triggers": [{ "on": "event", "name": event }],
            "frequency": { "window": window }, "wording": { "en": { "question": event } },
        })
        .to_string()
    };
    site.publish("basket", &definition("basket", "ever")).await;
    let purchases = site.publish(SURVEY, &definition("purchase", "order")).await;
    (site, purchases)
}

async fn visitor() -> Browser {
    let browser = Browser::start().await;
    browser.before_pages(WATCH).await;
    browser
}

/// Answers the card that asks about the purchase: order, its value and currency, consent and who knew it.
async fn answered(browser: &Browser, purchases: &Survey) -> [String; 5] {
    assert_eq!(browser.card().question().await, "purchase");
    browser.card().answer(9, "as the guide says").await;
    let row = stored_row(purchases).await;
    assert_eq!(browser.eval("return window.__errors.join()").await, "");
    ["order_id", "order_value", "order_currency", "consent_status", "consent_source"]
        .map(|column| row[column].clone())
}

#[test]
fn plain_html() {
    run(async {
        let collector = collector::shared().await;
        let html = code("## Plain HTML", "html", collector, "guide-html").join("\n");
        let pages = Pages::serve([("/", format!("<!doctype html><title>Thanks</title>{html}"))]).await;
        let (_, purchases) = site(collector, "guide-html", &pages).await;
        let browser = visitor().await;
        browser.goto(&pages.url("/")).await;
        assert_eq!(answered(&browser, &purchases).await, ["1042", "59.90", "EUR", "granted", "site"]);
        browser.reload().await;
        browser.loader().await;
        assert_eq!(browser.card().count().await, 0, "once for each order");
    });
}

/// What Tag Manager does on the page: a `push` of its own, and the scripts of a Custom HTML tag one after the other as
/// new elements, with hardly any of their attributes.
const MANAGER: &str = "
    window.dataLayer = [];
    const push = dataLayer.push;
    dataLayer.push = (...entries) => push.apply(dataLayer, entries);
    window.__fire = (html) => {
        const box = document.createElement('div');
        box.innerHTML = html;
        const next = ([first, ...rest]) => {
            if (!first) return;
            const script = document.createElement('script');
            script.async = false;
            script.type = 'text/javascript';
            if (first.src) script.src = first.src;
            else script.text = first.textContent;
            if (first.src) script.onload = () => next(rest);
            document.body.insertBefore(script, null);
            if (!first.src) next(rest);
        };
        next([...box.querySelectorAll('script')]);
    };
";

#[test]
fn google_tag_manager() {
    run(async {
        let collector = collector::shared().await;
        let tag = &code("## Google Tag Manager", "html", collector, "guide-gtm")[0];
        let purchase = &code("## Google Tag Manager", "js", collector, "guide-gtm")[0];
        let page = "<!doctype html><title>Thanks</title><body><h1>Thank you</h1>";
        let pages = Pages::serve([("/", page.to_owned())]).await;
        let (_, purchases) = site(collector, "guide-gtm", &pages).await;
        for (order, fires_first) in [("1042", true), ("1043", false)] {
            let browser = visitor().await;
            browser.before_pages(MANAGER).await;
            browser.goto(&pages.url("/")).await;
            let fire = format!("window.__fire({})", Value::from(tag.as_str()));
            let buy = purchase.replace("1042", order);
            if fires_first {
                browser.eval(&fire).await;
                browser.loader().await;
                browser.eval(&buy).await;
            } else {
                browser.eval(&buy).await;
                browser.eval(&fire).await;
            }
            browser.card().question().await;
            browser.card().answer(9, "by the tag manager").await;
            let row = until("it is stored", async || {
                let mut rows = purchases.rows().await.into_iter();
                rows.find(|row| row["order_id"] == order && row["complete"] == "true")
            });
            let row = row.await;
            let got = ["order_value", "order_currency", "consent_status", "consent_source"];
            assert_eq!(got.map(|column| row[column].as_str()), ["59.9", "EUR", "granted", "gcm"]);
            assert_eq!(browser.eval("return window.__errors.join()").await, "");
        }
    });
}

/// The two parts of Shopify's Customer Privacy API that the guide's code calls; the visitor has not chosen yet.
const SHOPIFY: &str = "
    window.Shopify = {
        loadFeatures: (features, done) => {
            if (features[0].name !== 'consent-tracking-api' || features[0].version !== '0.1') throw new Error('unknown');
            Shopify.customerPrivacy = { analyticsProcessingAllowed: () => window.__agreed === true };
            setTimeout(done, 0);
        },
    };
";

#[test]
fn shopify_theme() {
    run(async {
        let collector = collector::shared().await;
        let html = &code("## Shopify", "html", collector, "guide-shopify")[0];
        let pages = Pages::serve([("/", format!("<!doctype html><title>Shop</title>{html}"))]).await;
        let (_, purchases) = site(collector, "guide-shopify", &pages).await;
        let browser = visitor().await;
        browser.before_pages(SHOPIFY).await;
        browser.goto(&pages.url("/?sondeo-debug")).await;
        browser.loader().await;
        browser.eval("sondeo('event', 'purchase', { order_id: '7' })").await;
        says(&browser, "after-purchase: waits for consent").await;
        browser
            .eval("window.__agreed = true; document.dispatchEvent(new Event('visitorConsentCollected'))")
            .await;
        assert_eq!(answered(&browser, &purchases).await, ["7", "", "", "granted", "site"]);
    });
}

#[test]
fn shopify_mail() {
    run(async {
        let collector = collector::shared().await;
        let pages = Pages::serve([("/", String::new())]).await;
        let (_, purchases) = site(collector, "guide-mail", &pages).await;
        let key = collector.call(Method::GET, "/v1/sites/guide-mail/link-key", String::new()).await;
        let template = code("## Shopify", "liquid", collector, "guide-mail")[0].clone();
        let npm = setup::guides().unwrap();
        let arguments = json!({
            "template": template.replace("LINK_KEY", key["key"].as_str().unwrap()),
            "values": { "order_number": 1042 }, "modules": npm.modules,
        });
        let mut node = Command::new(&npm.node.program);
        let output =
            node.arg(paths::root().join("tests/guides/liquid.mjs")).arg(arguments.to_string()).output();
        let mail = String::from_utf8(output.unwrap().stdout).unwrap();

        let browser = visitor().await;
        browser.goto(&pages.url("/")).await;
        browser.eval(&format!("document.body.innerHTML = {}", Value::from(mail))).await;
        browser.click("a").await;
        browser.at("sig=").await;
        browser.click("[name=score][value='9']").await;
        browser.click("[name=agree]").await;
        browser.click(".send").await;
        let row = until("it is stored", async || purchases.rows().await.pop()).await;
        assert_eq!(["order_id", "verified"].map(|column| row[column].as_str()), ["1042", "true"]);
    });
}

#[test]
fn woocommerce() {
    let php = match setup::php() {
        Ok(php) => php,
        Err(error) => return eprintln!("left out, as there is no PHP: {error:#}"),
    };
    run(async {
        let collector = collector::shared().await;
        let plugin = scratch::fresh("sondeo.php");
        fs::write(&plugin, &code("## WooCommerce", "php", collector, "guide-woo")[0]).unwrap();
        let page = |order: &str| {
            let mut php = Command::new(&php);
            php.arg(paths::root().join("tests/guides/wordpress.php")).arg(&plugin).arg(order);
            let output = php.output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success() && output.stderr.is_empty(), "{said}");
            said
        };
        let order = r#"10&42"><i>"#;
        let pages = Pages::serve([("/", page(order)), ("/failed", page("failed"))]).await;
        let (_, purchases) = site(collector, "guide-woo", &pages).await;
        let browser = visitor().await;
        browser.goto(&pages.url("/failed")).await;
        browser.loader().await;
        assert_eq!(browser.eval("return document.querySelectorAll('[data-order-id]').length").await, 0);
        browser.goto(&pages.url("/")).await;
        assert_eq!(answered(&browser, &purchases).await, [order, "59.90", "EUR", "granted", "site"]);
    });
}

/// Opens the application of a framework with its guide's code inside: what the basket would have asked does not open on
/// the page that thanks, and the guide's code does.
fn application(name: &str, guide: &str, language: &str, entry: &str, order: &str) {
    run(async {
        let collector = collector::shared().await;
        let site_name = format!("guide-{name}");
        let component = scratch::fresh("guide").with_extension(language);
        fs::write(&component, &code(guide, language, collector, &site_name)[0]).unwrap();
        let head = &code("## Plain HTML", "html", collector, &site_name)[0];
        let html = format!(
            r#"<!doctype html><title>Shop</title>{head}<div id="app"></div><script src="/app.js"></script>"#
        );
        let pages = Pages::serve([("/", html), ("/app.js", bundle(entry, &component))]).await;
        let (_, purchases) = site(collector, &site_name, &pages).await;
        let browser = visitor().await;
        browser.before_pages(&format!("window.__hold = '/c/';{HOLD}")).await;
        browser.goto(&pages.url("/?sondeo-debug")).await;
        until("the basket's card is under way", async || {
            browser.eval("return window.__held").await.as_bool()
        })
        .await;
        browser.click("#pay").await;
        browser.text("h1").await;
        browser.eval("window.__release()").await;
        says(&browser, "basket: the page, or what").await;
        assert_eq!(answered(&browser, &purchases).await, [order, "59.90", "EUR", "granted", "site"]);
        assert_eq!(purchases.rows().await.len(), 1);
        let console = browser.console().await;
        assert!(console.iter().all(|(level, _)| level != "SEVERE"), "{console:?}");
    });
}

fn bundle(entry: &str, component: &Path) -> String {
    let (tools, guides) = (setup::runtime().unwrap(), setup::guides().unwrap());
    let folder = paths::root().join("tests/guides");
    let out = component.with_extension("bundle.js");
    let arguments = json!({
        "entry": folder.join(entry), "guide": component, "out": out, "modules": guides.modules, "tools": tools.modules,
    });
    let mut node = Command::new(&tools.node.program);
    let output = node.arg(folder.join("build.mjs")).arg(arguments.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(out).unwrap()
}

#[test]
fn react() {
    application("react", "### React", "jsx", "react.jsx", "R-1");
}

#[test]
fn vue() {
    application("vue", "### Vue 3", "js", "vue.js", "V-1");
}

#[test]
fn svelte() {
    application("svelte", "### Svelte 5", "svelte", "app.svelte.js", "S-1");
}

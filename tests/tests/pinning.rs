//! A tag with an integrity: what it names runs, and nothing else, also of what is loaded later.

use crate::hostile_page::stored_row;
use crate::scene::loads_something;
use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::IntoResponse;
use e2e::api::{Api, Survey};
use e2e::browser::Browser;
use e2e::pages::Pages;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// A site with a survey that pages call for, and the tags for it.
async fn site(collector: &Api, name: &str, pages: &Pages) -> (Survey, Value) {
    let site = collector.site(name, &pages.origin, "first_party").await;
    let definition = json!({
        "title": "T", "metric": "nps", "triggers": [{ "on": "event", "name": "go" }],
        "frequency": { "window": "ever", "ignores_spacing": true },
    });
    let survey = site.publish("asks", &definition.to_string()).await;
    (survey, collector.call(Method::GET, &format!("/v1/sites/{name}/tag"), String::new()).await)
}

/// Opens a page with this tag, whose survey is called for.
async fn open(browser: &Browser, pages: &Pages, tag: &str) {
    browser.goto(&pages.url("/")).await;
    let insert = format!(
        "window.__said = '';
        window.sondeo = function () {{ (window.sondeo.q = window.sondeo.q || []).push(arguments); }};
        sondeo('on', 'error', ({{ error }}) => {{ window.__said = error; }});
        sondeo('event', 'go');
        const given = document.createRange().createContextualFragment({}).firstChild;
        given.onload = () => {{ window.__came = 'loaded'; }};
        given.onerror = () => {{ window.__came = 'refused'; }};
        document.head.append(given);",
        Value::from(tag)
    );
    browser.eval(&insert).await;
}

async fn came(browser: &Browser) -> String {
    let came = async || browser.eval("return window.__came ?? null").await.as_str().map(str::to_owned);
    until("the tag has come or was refused", came).await
}

async fn page() -> Pages {
    Pages::serve([("/", "<!doctype html><title>Page</title>".to_owned())]).await
}

in_both!(the_tag_that_the_collector_gives_runs_until_another_survey_is_published);
fn the_tag_that_the_collector_gives_runs_until_another_survey_is_published(engine: Engine) {
    run(async {
        let collector = collector::shared().await;
        let pages = page().await;
        let name = format!("pinning-{engine}");
        let (survey, tags) = site(collector, &name, &pages).await;
        let plain = format!(r#"<script async src="{}/s/{name}.js"></script>"#, collector.base);
        assert_eq!(tags["tag"], plain);
        let stranger =
            collector.anonymous(Method::GET, &format!("/v1/sites/{name}/tag")).send().await.unwrap();
        assert_eq!(stranger.status(), 401);
        let pinned = tags["pinned"].as_str().unwrap();
        let browser = Browser::start_in(engine).await;
        open(&browser, &pages, pinned).await;
        assert_eq!(came(&browser).await, "loaded");
        browser.card().answer(9, "pinned").await;
        assert_eq!(stored_row(&survey).await["score"], "9");

        let integrity = tags["integrity"].as_str().unwrap();
        let wrong = pinned.replace(integrity, "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        open(&browser, &pages, &wrong).await;
        assert_eq!(came(&browser).await, "refused");

        let another = json!({ "title": "T", "metric": "ces", "triggers": [] }).to_string();
        collector.call(Method::PUT, &format!("/v1/sites/{name}/surveys/another"), another).await;
        collector
            .call(Method::POST, &format!("/v1/sites/{name}/surveys/another/publish"), String::new())
            .await;
        let now = collector.call(Method::GET, &format!("/v1/sites/{name}/tag"), String::new()).await;
        assert_ne!(now["integrity"], tags["integrity"]);
        assert_eq!(now["tag"], tags["tag"]);
    });
}

/// Says instead of a file of the collector what whoever has taken it over would; `None` is what it has.
type Tamper = fn(&str, u32) -> Option<&'static str>;

struct Middle {
    collector: String,
    tamper: Tamper,
    asked: Mutex<HashMap<String, u32>>,
}

/// Stands between browser and collector.
async fn stand_between(collector: &Api, tamper: Tamper) -> String {
    let middle = Middle { collector: collector.base.clone(), tamper, asked: Mutex::default() };
    let routes = Router::new().fallback(pass_on).with_state(Arc::new(middle));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    origin
}

async fn pass_on(State(middle): State<Arc<Middle>>, uri: Uri) -> impl IntoResponse {
    let (_, name) = uri.path().rsplit_once('/').unwrap();
    let nth = {
        let mut asked = middle.asked.lock().unwrap();
        let nth = asked.entry(name.to_owned()).or_default();
        *nth += 1;
        *nth
    };
    // workerd asks for brotli where a client asks for nothing.
    let request = reqwest::Client::new().get(format!("{}{uri}", middle.collector));
    let reply = request.header("accept-encoding", "identity").send().await.unwrap();
    let media_type = reply.headers()["content-type"].to_str().unwrap().to_owned();
    let mut body = reply.bytes().await.unwrap().to_vec();
    if let Some(other) = (middle.tamper)(name, nth) {
        body = other.as_bytes().to_vec();
    }
    let headers = [
        ("content-type", media_type.as_str()),
        ("access-control-allow-origin", "*"),
        ("cache-control", "no-store"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    (headers, body)
}

const OTHER: &str = "window.__taken = true; export const start = () => () => {}; export default () => {};";

in_both!(what_is_loaded_later_is_checked_too);
fn what_is_loaded_later_is_checked_too(engine: Engine) {
    let cases: [(&str, Tamper, bool); 4] = [
        ("nothing", |_, _| None, true),
        ("script", |name, _| (name == "card.js").then_some(OTHER), false),
        ("wasm", |name, _| (name == "card.wasm").then_some("\0asm\x01\0\0\0"), false),
        // An honest answer to the link, another to the import.
        ("second", |name, nth| (name == "card.js" && nth > 1).then_some(OTHER), true),
    ];
    run(async {
        let collector = collector::shared().await;
        let pages = page().await;
        let (_, tags) = site(collector, &format!("pinning-later-{engine}"), &pages).await;
        let browser = Browser::start_in(engine).await;
        for (what, tamper, asks) in cases {
            let between = stand_between(collector, tamper).await;
            let tag = tags["pinned"].as_str().unwrap().replace(&collector.base, &between);
            open(&browser, &pages, &tag).await;
            assert_eq!(came(&browser).await, "loaded", "{what}");
            if asks {
                browser.card().question().await;
            } else {
                let said =
                    async || browser.eval("return window.__said || null").await.as_str().map(str::to_owned);
                let said = until(&format!("{what}: the page is told"), said).await;
                assert_eq!(said, "network", "{what}");
                assert_eq!(browser.card().count().await, 0, "{what}");
            }
            assert_eq!(browser.eval("return window.__taken ?? null").await, Value::Null, "{what}");
        }
    });
}

in_both!(what_listens_to_platforms_is_checked_and_asked_for_again);
fn what_listens_to_platforms_is_checked_and_asked_for_again(engine: Engine) {
    run(async {
        let collector = collector::shared().await;
        let pages = page().await;
        let name = format!("pinning-platform-{engine}");
        let settings = json!({ "name": name, "origins": [pages.origin], "consent_policy": "first_party", "consent_from": ["gcm"] });
        let site = collector.site_of(&name, &pages.origin, settings.to_string()).await;
        let definition = json!({
            "title": "T", "metric": "nps", "triggers": [{ "on": "event", "name": "go" }], "frequency": { "window": "ever" },
        });
        site.publish("asks", &definition.to_string()).await;
        let tags = collector.call(Method::GET, &format!("/v1/sites/{name}/tag"), String::new()).await;
        let first = |name: &str, nth| (name == "platform.js" && nth == 1).then_some(OTHER);
        let between = stand_between(collector, first).await;
        let browser = Browser::start_in(engine).await;
        let note = "addEventListener('error', ({ target }) => { window.__refused ||= target.rel; }, true);";
        browser.before_pages(note).await;
        open(&browser, &pages, &tags["pinned"].as_str().unwrap().replace(&collector.base, &between)).await;
        let refused =
            async || (browser.eval("return window.__refused ?? null").await == "modulepreload").then_some(());
        until("the other file is refused", refused).await;
        assert!(!loads_something(&browser).await, "nobody knows what the visitor has said");
        assert_eq!(browser.card().count().await, 0);
        browser.eval("sondeo('event', 'go')").await;
        browser.card().question().await;
        assert_eq!(browser.eval("return [window.__taken ?? null, window.__said]").await, json!([null, ""]));
    });
}

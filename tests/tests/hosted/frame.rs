//! The page in a frame of the site's.

use super::{Visitor, site};
use crate::abuse::proof::hex_hmac;
use e2e::answer::with;
use e2e::browser::Browser;
use e2e::pages::Pages;
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, run, wait};
use reqwest::Method;
use serde_json::json;

#[test]
fn a_frame_says_answered_after_an_answer_alone() {
    const ANSWERED: &str = "<main data-answered>";
    run(async {
        let (api, site) = site("hosted-answered", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = "/h/hosted-answered/nps?embed=1&order=1";
        let mut visitor = Visitor::new(api, address);
        for (changes, status, is_answered) in [
            (&[][..], 422, false),
            (&[("score", "9"), ("revision", "1000")], 422, false),
            (&[("score", "9"), ("revision", "0")], 200, true),
            (&[("comment", "x")], 200, true),
        ] {
            if visitor.page.is_empty() {
                visitor.open().await;
                assert!(!visitor.sees(ANSWERED), "the question");
            }
            assert_eq!(visitor.send(changes).await, status);
            assert_eq!(visitor.sees(ANSWERED), is_answered, "{changes:?}");
        }
        let mut again = Visitor::new(api, address);
        again.open().await;
        assert_eq!(again.send(&[("score", "1")]).await, 409);
        assert!(again.sees(ANSWERED));
        api.call(Method::POST, &format!("{}/pause", survey.path), String::new()).await;
        for (address, status) in [(address, 410), ("/h/hosted-answered/none?embed=1", 404)] {
            let mut closed = Visitor::new(api, address);
            assert_eq!(closed.open().await, status);
            assert!(!closed.sees(ANSWERED), "{address}");
        }
    });
}

in_both!(where_the_card_may_not_run_a_frame_of_the_page_asks);
fn where_the_card_may_not_run_a_frame_of_the_page_asks(engine: Engine) {
    const FRAME: &str = "iframe[src*='/h/']";
    run(async {
        let api = collector::shared().await;
        let id = format!("hosted-frame-{engine}");
        let no_wasm = format!("script-src 'self' {0}; style-src 'self'; frame-src {0}", api.base);
        let shop = Shop::with_policy(api, &id, Some(no_wasm)).await;
        let path = format!("/v1/sites/{id}");
        let settings = api.call(Method::GET, &path, String::new()).await;
        let settings = with(settings, json!({ "fallback": "hosted" }));
        api.call(Method::PUT, &path, settings.to_string()).await;

        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        let order = shop.buy(&browser).await;
        let height = format!("return parseInt(document.querySelector(\"{FRAME}\")?.style.height) || null");
        wait::until("the frame is as high as the page in it", async || {
            browser.eval(&height).await.as_u64().filter(|height| *height < 400)
        })
        .await;
        // It is counted as a card is.
        let count = format!("return localStorage['sondeo:{id}:shown:post-purchase:{order}']");
        assert_eq!(browser.eval(&count).await, "1");
        browser.enter_frame(FRAME).await;
        browser.click("[name=score][value='9']").await;
        browser.click(".send").await;
        browser.fill("textarea", "Quick").await;
        browser.click(".send").await;
        browser.text("main > h1").await;
        browser.click(".close").await;
        browser.leave_frame().await;
        let gone = format!("return document.querySelector(\"{FRAME}\") === null");
        wait::until("the frame is gone", async || browser.eval(&gone).await.as_bool().filter(|gone| *gone))
            .await;
        browser.reload().await;
        browser.loader().await;
        browser.eval("sondeo('debug')").await;
        crate::scene::says(&browser, "post-purchase: answered, silent until for good").await;
        let row = &shop.purchases().rows().await[0];
        for (column, expected) in [
            ("order_id", order.as_str()),
            ("order_currency", "EUR"),
            ("comment", "Quick"),
            ("consent_status", "granted"),
            ("consent_source", "site"),
            ("verified", "false"),
        ] {
            assert_eq!(row[column], expected, "{column}");
        }
    });
}

in_both!(a_frame_is_told_who_answers_when_consent_allows_it);
fn a_frame_is_told_who_answers_when_consent_allows_it(engine: Engine) {
    const SRC: &str = "return document.querySelector('iframe')?.src || null";
    run(async {
        let api = collector::shared().await;
        for (name, members, said, is_linked) in [
            ("box", json!({ "ask_consent": true }), "", true),
            ("box-gpc", json!({ "ask_consent": true }), "", false),
            ("later", json!({ "ask_consent": true }), "granted", true),
            ("denied", json!({ "consent_policy": "first_party" }), "denied", false),
        ] {
            let id = format!("hosted-linked-{name}-{engine}");
            let first = if name == "denied" { "denied" } else { "unknown" };
            let gpc = if name == "box-gpc" {
                "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { configurable: true, get: () => true });"
            } else {
                ""
            };
            let page = format!(
                "<!doctype html><html lang=\"en\"><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'unsafe-inline' {0}\">
                <title>T</title><h1>T</h1><script>{gpc} sondeo = function () {{ (sondeo.q = sondeo.q || []).push(arguments) }};
                    sondeo('consent', '{first}'); sondeo('identify', 'u-77');
                    sondeo('event', 'e', {{ order_id: 'o-1042', value: '59.90', currency: 'EUR' }})</script>
                <script async src=\"{0}/s/{id}.js\"></script>",
                api.base
            );
            let pages = Pages::serve([("/", page)]).await;
            let settings = json!({ "name": id, "origins": [pages.origin], "consent_policy": "opt_in", "fallback": "hosted" });
            let site = api.site_of(&id, &pages.origin, with(settings, members).to_string()).await;
            let survey = json!({ "title": "T", "metric": "nps", "triggers": [{ "on": "event", "name": "e" }],
                "frequency": { "window": "order" } });
            let survey = site.publish("n", &survey.to_string()).await;
            let browser = Browser::start_in(engine).await;
            browser.goto(&pages.url("/")).await;
            let src =
                wait::until("the frame", async || browser.eval(SRC).await.as_str().map(str::to_owned)).await;
            let names = |src: &str| ["u-77", "o-1042", "59.90"].map(|mark| src.contains(mark));
            assert_eq!(names(&src), [false; 3], "{name}: {src}");
            if said == "granted" {
                browser.eval("sondeo('consent', 'granted')").await;
                let src = browser.eval(SRC).await;
                assert_eq!(names(src.as_str().unwrap()), [true; 3], "{name}: {src}");
                wait::until("the frame has the other page", async || {
                    browser.enter_frame("iframe").await;
                    let asks = browser.eval("return !!document.querySelector('.send') && !document.querySelector('[name=agree]')").await;
                    browser.leave_frame().await;
                    (asks == true).then_some(())
                })
                .await;
            }
            browser.enter_frame("iframe").await;
            browser.click("[name=score][value='9']").await;
            if name.starts_with("box") {
                browser.click("[name=agree]").await;
            }
            if name == "box" {
                let action = "return document.querySelector('form').action.includes('o-1042') || null";
                wait::until("the form knows the order", async || browser.eval(action).await.as_bool()).await;
            }
            browser.click(".send").await;
            browser.text(".saved").await;
            let row = &survey.rows().await[0];
            let expected = if is_linked { ["o-1042", "59.90"] } else { ["", ""] };
            assert_eq!(["order_id", "order_value"].map(|column| &*row[column]), expected, "{name}");
            assert_eq!(row["respondent"].is_empty(), !is_linked, "{name}");
        }
    });
}

#[test]
fn a_frame_brings_the_word_of_the_sites_server() {
    run(async {
        let (api, site) = site("hosted-proved", "first_party").await;
        let keys = api.call(Method::GET, "/v1/sites/hosted-proved/identity-key", String::new()).await;
        let proof = |name: &str, of: &str| hex_hmac(keys[name].as_str().unwrap(), of);
        let of_users = site.publish_metric("nps", &json!("ever")).await;
        let of_orders = site.publish_metric("csat", &json!("order")).await;
        let (one, two) = (proof("order_key", "1"), proof("order_key", "2"));
        let user = proof("key", "u");
        for (survey, query, place, status, verified) in [
            (&of_users, format!("user=u&proof={user}&order=1"), "iframe", 200, "true"),
            (&of_users, format!("user=v&proof={user}"), "iframe", 403, ""),
            (&of_users, format!("user=w&proof={user}"), "document", 200, "false"),
            (&of_orders, format!("order=1&order_proof={one}&user=u&proof={user}"), "iframe", 200, "true"),
            (&of_orders, format!("order=3&order_proof={two}"), "iframe", 403, ""),
            (&of_orders, format!("order=4&user=u&proof={user}"), "iframe", 200, "false"),
        ] {
            let id = survey.path.rsplit('/').next().unwrap();
            let mut visitor = Visitor::new(api, format!("/h/hosted-proved/{id}?embed=1&{query}"));
            visitor = visitor.with("Sec-Fetch-Dest", place);
            visitor.open().await;
            let before = survey.count().await;
            assert_eq!(visitor.send(&[("score", "3")]).await, status, "{query}");
            assert_eq!(survey.count().await - before, u64::from(status == 200), "{query}");
            if status == 200 {
                assert_eq!(survey.rows().await.last().unwrap()["verified"], verified, "{query}");
            }
        }
    });
}

//! A page that lets no text become code: neither script nor markup nor address of a script.

use crate::hostile_page::stored_row;
use e2e::answer::with;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{collector, run};
use reqwest::Method;
use serde_json::json;

/// Also what a policy in use would only report.
const LISTEN: &str = "
    window.__violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        window.__violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample));
";

#[test]
fn the_card_makes_no_code_out_of_text() {
    run(async {
        let collector = collector::shared().await;
        let base = &collector.base;
        // As documented, and nothing that a default would allow.
        let policy = format!(
            "default-src 'none'; script-src 'self' {base} 'wasm-unsafe-eval'; connect-src {base}; style-src 'self'; img-src 'self'; \
             base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let shop = Shop::with_policy(collector, "trusted-types", Some(policy)).await;
        let browser = Browser::start().await;
        browser.before_pages(LISTEN).await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/privacy?sondeo-debug")).await;
        browser.loader().await;
        let guarded = "try { document.createElement('div').innerHTML = 'x'; return 'taken' } catch (error) { return error.name }";
        assert_eq!(browser.eval(guarded).await, "TypeError", "the page is guarded");
        browser.eval("window.__violations = []; sondeo('event', 'purchase', { order_id: 'TT-1' })").await;
        browser.card().question().await;
        browser.card().answer(9, "strict").await;
        assert_eq!(stored_row(&shop.purchases()).await["order_id"], "TT-1");
        assert_eq!(browser.eval("return window.__violations.join('; ')").await, "");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

#[test]
fn nor_does_the_frame_that_stands_in_for_it() {
    run(async {
        let collector = collector::shared().await;
        let base = &collector.base;
        let policy = format!(
            "default-src 'none'; script-src 'self' {base}; connect-src {base}; frame-src {base}; style-src 'self'; img-src 'self'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let shop = Shop::with_policy(collector, "trusted-types-frame", Some(policy)).await;
        let path = "/v1/sites/trusted-types-frame";
        let settings = collector.call(Method::GET, path, String::new()).await;
        let settings = with(settings, json!({ "fallback": "hosted" }));
        collector.call(Method::PUT, path, settings.to_string()).await;
        let browser = Browser::start().await;
        browser.before_pages(LISTEN).await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        browser.eval("sondeo('event', 'purchase', { order_id: 'TT-2' })").await;
        let frame = "iframe[src*='/h/']";
        let there = format!("return !!document.querySelector(\"{frame}\")");
        until("the frame is there", async || browser.eval(&there).await.as_bool().filter(|there| *there))
            .await;
        browser.enter_frame(frame).await;
        browser.click("[name=score][value='9']").await;
        browser.click(".send").await;
        until("the next step is there", async || {
            browser.eval("return !!document.querySelector('textarea')").await.as_bool().filter(|there| *there)
        })
        .await;
        browser.leave_frame().await;
        // That WebAssembly is forbidden is why the frame is there.
        let others = "return window.__violations.filter((one) => !one.includes('wasm-eval')).join('; ')";
        assert_eq!(browser.eval(others).await, "");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

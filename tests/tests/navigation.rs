//! Single-page applications: each page has its own triggers.

use crate::scene::{HOLD, agreeing_in, loads_something, says, shop};
use e2e::wait::until;
use e2e::{Engine, in_both, run};
use serde_json::{Value, json};

in_both!(another_page_ends_the_waits_and_arms_again);
fn another_page_ends_the_waits_and_arms_again(engine: Engine) {
    run(async {
        let browser = agreeing_in(engine).await;
        let audience = json!({ "urls": { "include": [{ "prefix": "/one" }] } });
        let one = json!({ "triggers": [{ "on": "delay", "seconds": 1 }], "audience": audience });
        let shop = shop(&format!("navigation-waits-{engine}"), &[("asks", one)]).await;
        browser.goto(&shop.url("/privacy?sondeo-debug")).await;
        browser.loader().await;
        // Its first wait is for a page that is left, the second for one that it is not meant for.
        let leave = "history.pushState({ a: 1 }, '', '/one'); history.pushState(null, '', '/two'); return history.length";
        assert!(browser.eval(leave).await.as_u64() >= Some(3), "history works as ever");
        says(&browser, "asks: audience: path").await;
        assert_eq!(browser.card().count().await, 0);
        browser.eval("return new Promise((done) => { addEventListener('popstate', () => done(), { once: true }); history.back(); })").await;
        assert_eq!(browser.card().question().await, "asks");
        assert_eq!(browser.eval("return history.state.a").await, 1);
        browser.eval("history.pushState(null, '', '/three')").await;
        assert!(browser.card().count().await == 1, "what is shown stays");
    });
}

in_both!(a_card_that_is_under_way_does_not_open_on_another_page);
fn a_card_that_is_under_way_does_not_open_on_another_page(engine: Engine) {
    run(async {
        let browser = agreeing_in(engine).await;
        browser.before_pages("window.__hold = '/c/'").await;
        browser.before_pages(HOLD).await;
        let shop = shop(
            &format!("navigation-load-{engine}"),
            &[("asks", json!({ "triggers": [{ "on": "event", "name": "go" }] }))],
        )
        .await;
        browser.goto(&shop.url("/privacy?sondeo-debug")).await;
        browser.loader().await;
        browser.eval("sondeo('event', 'go')").await;
        until("the card is under way", async || browser.eval("return window.__held").await.as_bool()).await;
        browser.eval("history.replaceState(null, '', '/other'); __release()").await;
        says(&browser, "asks: the page, or what").await;
        assert_eq!(browser.card().count().await, 0);
        browser.eval("sondeo('event', 'go')").await;
        assert_eq!(browser.card().question().await, "asks");
    });
}

in_both!(what_belongs_to_a_page_is_disarmed_with_it);
fn what_belongs_to_a_page_is_disarmed_with_it(engine: Engine) {
    run(async {
        let browser = agreeing_in(engine).await;
        let audience = json!({ "urls": { "include": [{ "exact": "/shown" }] } });
        let far = json!({ "triggers": [{ "on": "visible", "selector": "#far" }, { "on": "scroll", "percent": 90 }] });
        let inline = json!({ "layout": "inline", "audience": audience });
        let shop = shop(&format!("navigation-disarm-{engine}"), &[("far", far), ("here", inline)]).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        assert!(!loads_something(&browser).await);
        // The application draws its page after it has told the history.
        let draw = "history.pushState(null, '', '/article');
            const place = document.createElement('div'); place.dataset.sondeo = 'here'; document.querySelector('main').prepend(place)";
        browser.eval(draw).await;
        let inside = "return document.querySelector('[data-sondeo] > *')?.shadowRoot?.querySelector('h2')?.textContent ?? null";
        let question = until("a card stands in the page", async || {
            Some(browser.eval(inside).await).filter(Value::is_string)
        });
        assert_eq!(question.await, "here");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

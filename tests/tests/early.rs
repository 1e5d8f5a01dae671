//! The first question is there before Wasm is: what happens to it, and to what is pressed in it, until then.

use crate::scene::{HOLD, agreeing_in, shop};
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, in_both, run};
use serde_json::json;

/// Opens a page whose card comes at once, and whose Wasm is held up by `script`.
async fn seen(name: &str, engine: Engine, script: &str) -> (Shop, Browser) {
    let card = json!({ "triggers": [{ "on": "load" }] });
    let shop = shop(&format!("early-{name}-{engine}"), &[("asks", card)]).await;
    let browser = agreeing_in(engine).await;
    let hear = "window.__said = []; window.sondeo = function () { (window.sondeo.q = window.sondeo.q || []).push(arguments); };
        for (const event of ['shown', 'dismissed', 'error']) sondeo('on', event, () => window.__said.push(event));";
    browser.before_pages(&format!("{hear}window.__hold = 'card.wasm';{script}")).await;
    browser.goto(&shop.url("/privacy")).await;
    assert_eq!(browser.card().question().await, "asks");
    (shop, browser)
}

async fn said(browser: &Browser) -> serde_json::Value {
    browser.eval("return window.__said").await
}

in_both!(a_press_waits_for_what_it_means);
fn a_press_waits_for_what_it_means(engine: Engine) {
    run(async {
        let (shop, browser) = seen("press", engine, HOLD).await;
        let card = browser.card();
        card.choose(9).await;
        card.choose(2).await;
        let chosen = "return [...root.querySelectorAll('[aria-checked=true]')].map(({ value }) => value)";
        assert_eq!(card.eval(chosen).await, json!(["9"]), "it is seen at once, and the first one counts");
        let survey = shop.site.survey("asks");
        assert_eq!((survey.count().await, said(&browser).await), (0, json!([])));
        browser.eval("window.__release()").await;
        card.part("textarea").await;
        until("the answer is stored", async || (survey.count().await == 1).then_some(())).await;
        assert_eq!(survey.rows().await[0]["score"], "9");
        assert_eq!(said(&browser).await, json!(["shown"]));
    });
}

in_both!(a_card_that_is_closed_before_it_lives_stays_closed);
fn a_card_that_is_closed_before_it_lives_stays_closed(engine: Engine) {
    run(async {
        let (_shop, browser) = seen("close", engine, HOLD).await;
        browser.eval("sondeo('close')").await;
        assert_eq!(browser.card().count().await, 0, "the page's word counts at once");
        browser.eval("window.__release(); sondeo('show', 'asks')").await;
        browser.card().question().await;
        browser.card().click(".close").await;
        browser.card().gone().await;
        assert_eq!(said(&browser).await, json!(["shown", "dismissed"]), "only what lived was shown");
    });
}

const FAIL: &str = "
    const own = window.fetch;
    window.__down = true;
    window.fetch = async (...call) => {
        if (window.__down && String(call[0]).includes(window.__hold)) {
            await new Promise((done) => (window.__fail = done));
            throw new TypeError('down');
        }
        return own(...call);
    };
";

in_both!(a_card_whose_wasm_does_not_come_goes_unless_it_was_used);
fn a_card_whose_wasm_does_not_come_goes_unless_it_was_used(engine: Engine) {
    run(async {
        let (shop, browser) = seen("fail", engine, FAIL).await;
        browser.eval("window.__fail()").await;
        browser.card().gone().await;
        until("the page is told", async || (said(&browser).await == json!(["error"])).then_some(())).await;

        browser.eval("sondeo('show', 'asks')").await;
        browser.card().question().await;
        browser.card().choose(4).await;
        browser.eval("window.__down = false; window.__fail()").await;
        browser.card().part("textarea").await;
        let survey = shop.site.survey("asks");
        until("the answer is stored", async || (survey.count().await == 1).then_some(())).await;
        assert_eq!(survey.rows().await[0]["score"], "4");
    });
}

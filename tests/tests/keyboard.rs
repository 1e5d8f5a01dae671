//! By keyboard alone, on a page that has shortcuts of its own.

use crate::hostile_page::stored_row;
use e2e::browser::Browser;
use e2e::keys::{CONTROL, ENTER, ESCAPE, LEFT, RIGHT, TAB};
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, run};
use serde_json::json;

in_both!(a_survey_is_answered_by_keys_that_the_page_does_not_get);
fn a_survey_is_answered_by_keys_that_the_page_does_not_get(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("keyboard-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/hostile")).await;
        browser.click("#hostile-consent").await;
        browser.click("#hostile-buy").await;
        let card = browser.card();
        card.question().await;
        assert_eq!(focused(&browser).await, json!(null), "the card takes no focus by itself");
        browser.press(&['5']).await;
        let page_keys =
            browser.eval("return window.__keys.splice(0).map((event) => event.type).join()").await;
        assert_eq!(page_keys, "keydown,keydown,keyup,keyup", "outside the card keys are the page's");

        tab_into(&browser).await;
        assert_eq!(focused(&browser).await, "0");
        browser.press(&[RIGHT, RIGHT, LEFT]).await;
        assert_eq!(focused(&browser).await, "1");
        browser.press(&['8']).await;
        assert_eq!(focused(&browser).await, "8");
        browser.press(&[RIGHT]).await;
        assert_eq!(focused(&browser).await, "9");
        assert_eq!(shop.purchases().count().await, 0, "moving is not answering");
        browser.press(&[ENTER]).await;
        card.part("textarea").await;
        assert_eq!(
            card.eval("return find('textarea').value").await,
            "",
            "the key does not go on into the field"
        );
        browser.write("Open 24/7, 10 of 10").await;
        browser.press_with(CONTROL, ENTER).await;
        card.text("p[role=status]").await;
        let got =
            browser.eval("return window.__keys.map((event) => event.key + ' ' + event.type).join()").await;
        assert_eq!(got, "", "the page's shortcuts got no key");
        assert_eq!(browser.eval("return document.getElementById('search').value").await, "");
        let row = stored_row(&shop.purchases()).await;
        assert_eq!((row["score"].as_str(), row["comment"].as_str()), ("9", "Open 24/7, 10 of 10"));
    });
}

in_both!(escape_closes_the_card_and_gives_the_focus_back);
fn escape_closes_the_card_and_gives_the_focus_back(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("keyboard-escape-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/hostile")).await;
        browser.click("#hostile-consent").await;
        browser.click("#hostile-buy").await;
        browser.card().question().await;
        tab_into(&browser).await;
        browser.press(&[ESCAPE]).await;
        browser.card().gone().await;
        assert_eq!(browser.eval("return window.__keys.length").await, 0);
        assert_eq!(browser.eval("return document.activeElement.id").await, "hostile-buy");
        assert_eq!(shop.purchases().count().await, 0);
        // Closed is closed, for this order.
        browser.requests().await;
        browser.click("#hostile-buy").await;
        assert_eq!(browser.card().count().await, 0);
        assert_eq!(browser.requests().await, Vec::<String>::new());
    });
}

/// The value of what has the focus in the card.
async fn focused(browser: &Browser) -> serde_json::Value {
    browser.card().eval("return root.activeElement && root.activeElement.getAttribute('value')").await
}

async fn tab_into(browser: &Browser) {
    for _ in 0..10 {
        browser.press(&[TAB]).await;
        if focused(browser).await.is_string() {
            return;
        }
    }
    panic!("the Tab key does not reach the card");
}

//! The collector is down while the visitor answers: the answer arrives when it is back, once.

use crate::hostile_page::stored_row;
use e2e::browser::Browser;
use e2e::collector::Own;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, in_both, run};

const DENY_STORAGE: &str = "
    for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
";

const COUNT_FAILURES: &str = "
    window.__failed = 0;
    const real = window.fetch;
    window.fetch = (...all) => real(...all).catch((error) => { window.__failed += 1; throw error; });
";

in_both!(an_answer_waits_on_its_page);
fn an_answer_waits_on_its_page(engine: Engine) {
    run(async {
        let mut collector = Own::start().await;
        let shop = Shop::open(&collector.api, "outage-page").await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().running().await;
        collector.kill().await;
        browser.card().answer(9, "Sent into the dark").await;
        assert_ne!(outbox(&browser).await, "", "it is kept");
        collector.start_again().await;
        let row = stored_row(&shop.purchases()).await;
        assert_eq!((row["score"].as_str(), row["comment"].as_str()), ("9", "Sent into the dark"));
        until("nothing is left to send", async || outbox(&browser).await.is_empty().then_some(())).await;
        assert_eq!(shop.purchases().rows().await.len(), 1);
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

in_both!(the_next_page_sends_what_the_last_one_could_not);
fn the_next_page_sends_what_the_last_one_could_not(engine: Engine) {
    run(async {
        let mut collector = Own::start().await;
        let shop = Shop::open(&collector.api, "outage-next").await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().running().await;
        collector.kill().await;
        browser.card().choose(3).await;
        browser.card().part("textarea").await;
        browser.goto(&shop.url("/privacy")).await;
        assert_ne!(outbox(&browser).await, "", "it is kept from page to page");
        collector.start_again().await;
        browser.goto(&shop.url("/help/grind")).await;
        until("it is stored", async || (shop.purchases().count().await == 1).then_some(())).await;
        until("nothing is left to send", async || outbox(&browser).await.is_empty().then_some(())).await;
        let rows = shop.purchases().rows().await;
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        let got =
            ["score", "segment", "complete", "revision", "page_path"].map(|column| row[column].as_str());
        assert_eq!(got, ["3", "detractor", "false", "1", "/thanks"]);
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

in_both!(without_storage_the_page_itself_remembers);
fn without_storage_the_page_itself_remembers(engine: Engine) {
    run(async {
        let mut collector = Own::start().await;
        let shop = Shop::open(&collector.api, "outage-storage").await;
        let browser = Browser::start_in(engine).await;
        browser.before_pages(DENY_STORAGE).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().choose(9).await;
        until("the score is stored", async || (shop.purchases().count().await == 1).then_some(())).await;
        collector.kill().await;
        browser.card().part("textarea").await.send_keys("From memory").await.unwrap();
        browser.card().click(".send").await;
        browser.card().text("p[role=status]").await;
        collector.start_again().await;
        let row = stored_row(&shop.purchases()).await;
        assert_eq!((row["comment"].as_str(), row["revision"].as_str()), ("From memory", "2"));
        assert_eq!(shop.purchases().rows().await.len(), 1);
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

in_both!(a_card_that_could_not_load_is_tried_again);
fn a_card_that_could_not_load_is_tried_again(engine: Engine) {
    run(async {
        let mut collector = Own::start().await;
        let shop = Shop::open(&collector.api, "outage-load").await;
        let browser = Browser::start_in(engine).await;
        browser.before_pages(COUNT_FAILURES).await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/help/grind")).await;
        browser.loader().await;
        collector.kill().await;
        browser.click("[data-test=article-done]").await;
        until("loading has failed", async || {
            (browser.eval("return window.__failed").await != 0).then_some(())
        })
        .await;
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
        collector.start_again().await;
        until("the card comes with a later event", async || {
            browser.click("[data-test=article-done]").await;
            (browser.card().count().await == 1).then_some(())
        })
        .await;
        browser.card().answer(6, "Late").await;
        assert_eq!(stored_row(&shop.site.survey("help-article")).await["score"], "6");
    });
}

/// The keys of what waits to be sent.
async fn outbox(browser: &Browser) -> String {
    let keys = "return Object.keys(localStorage).filter((key) => key.includes(':out:')).join()";
    browser.eval(keys).await.as_str().unwrap().to_owned()
}

//! The card as a dialog: the page waits, the focus moves in and comes back.

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, keys, run};

const DEFINITION: &str = r#"{"title": "Dialog", "metric": "csat", "look": "stars", "layout": "dialog",
    "frequency": {"window": "ever", "after_dismissal_days": 0}, "triggers": [{"on": "event", "name": "ask"}]}"#;

in_both!(the_page_waits_until_it_is_closed);
fn the_page_waits_until_it_is_closed(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("dialog-{engine}")).await;
        shop.site.publish("dialog", DEFINITION).await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        let card = browser.card();
        for how in ["Escape", "its button", "the backdrop"] {
            browser.goto(&shop.url("/privacy")).await;
            browser.loader().await;
            browser.eval("document.querySelector('main a, header a').focus(); window.was = document.activeElement; sondeo('event', 'ask')").await;
            card.question().await;
            assert_eq!(
                card.eval("return root.activeElement && root.querySelector('dialog').matches(':modal')")
                    .await,
                true,
                "{how}"
            );
            for _ in 0..8 {
                browser.press(&[keys::TAB]).await;
                assert_ne!(
                    browser.eval("return document.activeElement === was").await,
                    true,
                    "the focus stays inside"
                );
            }
            match how {
                "Escape" => browser.press(&[keys::ESCAPE]).await,
                "its button" => card.click(".close").await,
                _ => {
                    card.eval("root.querySelector('dialog').click()").await;
                }
            }
            card.gone().await;
            assert_eq!(browser.eval("return document.activeElement === was").await, true, "{how}");
        }
    });
}

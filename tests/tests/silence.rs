//! How often a visitor is asked: after a dismissal, after looking away, and by several surveys of one site.

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{collector, run};
use serde_json::{Value, json};

fn survey(event: &str, frequency: Value) -> String {
    let mut definition =
        json!({ "title": event, "metric": "csat", "triggers": [{ "on": "event", "name": event }] });
    definition["frequency"] = frequency;
    definition.to_string()
}

/// Opens a page anew, fires the event, and says whether a card came.
async fn asks(shop: &Shop, browser: &Browser, event: &str) -> bool {
    browser.goto(&shop.url("/privacy")).await;
    browser.loader().await;
    browser.requests().await;
    browser.eval(&format!("sondeo('event', {event:?}, {{ order_id: 'S-1' }})")).await;
    // What is not asked loads nothing, and nothing would come later.
    let loads = browser.requests().await.iter().any(|url| url.contains("/c/"));
    if loads {
        browser.card().question().await;
    }
    loads
}

#[test]
fn a_dismissed_card_rests_and_an_ignored_one_gives_up() {
    run(async {
        let shop = Shop::open(collector::shared().await, "silence-rest").await;
        let resting = json!({ "window": "ever", "after_dismissal_days": 1 });
        let ignored = json!({ "window": { "days": 1 }, "most_shown": 2 });
        shop.site.publish("resting", &survey("resting", resting)).await;
        shop.site.publish("ignored", &survey("ignored", ignored)).await;
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        assert!(asks(&shop, &browser, "resting").await);
        browser.card().click(".close").await;
        browser.card().gone().await;
        assert!(!asks(&shop, &browser, "resting").await);
        for expected in [true, true, false] {
            assert_eq!(asks(&shop, &browser, "ignored").await, expected);
        }
    });
}

#[test]
fn one_clock_spaces_all_surveys_but_not_the_question_about_an_order() {
    run(async {
        let shop = Shop::open(collector::shared().await, "silence-clock").await;
        let settings = sondeo_demo::site_definition(&shop.site.origin)
            .replace("\"spacing_hours\": 0", "\"spacing_hours\": 1");
        shop.site.api.site_of("silence-clock", &shop.site.origin, settings).await;
        for (id, frequency) in [
            ("first", json!({ "window": "ever" })),
            ("second", json!({ "window": "ever" })),
            ("free", json!({ "window": "ever", "ignores_spacing": true })),
            ("order", json!({ "window": "order" })),
        ] {
            shop.site.publish(id, &survey(id, frequency)).await;
        }
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        for (event, expected) in
            [("first", true), ("second", false), ("first", false), ("free", true), ("order", true)]
        {
            assert_eq!(asks(&shop, &browser, event).await, expected, "{event}");
        }
    });
}

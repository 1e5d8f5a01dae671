//! How often a visitor is asked: after a dismissal, after looking away, and by several surveys of one site.

use crate::scene::said;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};
use serde_json::{Value, json};

fn survey(event: &str, frequency: Value) -> String {
    let mut definition =
        json!({ "title": event, "metric": "csat", "triggers": [{ "on": "event", "name": event }] });
    definition["frequency"] = frequency;
    definition.to_string()
}

/// Opens a page anew, fires the event, and gives the loader's reason, which is `shown` where a card comes.
async fn fires(shop: &Shop, browser: &Browser, event: &str) -> String {
    browser.goto(&shop.url("/privacy?sondeo-debug")).await;
    browser.loader().await;
    browser.eval(&format!("sondeo('event', {event:?}, {{ order_id: 'S-1' }})")).await;
    let prefix = format!("{event}: ");
    let reason = until(&format!("the loader says what became of {event}"), async || {
        let lines = said(browser).await;
        let mut about = lines.iter().filter_map(|line| line.strip_prefix(&prefix));
        about.find(|line| !line.starts_with("trigger")).map(str::to_owned)
    })
    .await;
    if reason == "shown" {
        browser.card().question().await;
    }
    reason.split_once(" until").map_or(reason.clone(), |(what, _)| what.to_owned())
}

in_both!(a_dismissed_card_rests_and_an_ignored_one_gives_up);
fn a_dismissed_card_rests_and_an_ignored_one_gives_up(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("silence-rest-{engine}")).await;
        let resting = json!({ "window": "ever", "after_dismissal_days": 1 });
        let ignored = json!({ "window": { "days": 1 }, "most_shown": 2 });
        shop.site.publish("resting", &survey("resting", resting)).await;
        shop.site.publish("ignored", &survey("ignored", ignored)).await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        assert_eq!(fires(&shop, &browser, "resting").await, "shown");
        browser.card().click(".close").await;
        browser.card().gone().await;
        assert_eq!(fires(&shop, &browser, "resting").await, "resting");
        for expected in ["shown", "shown", "resting"] {
            assert_eq!(fires(&shop, &browser, "ignored").await, expected);
        }
    });
}

#[test]
fn an_answer_on_the_last_showing_silences_for_its_window_only() {
    run(async {
        let shop = Shop::open(collector::shared().await, "silence-last").await;
        let once = json!({ "window": { "days": 1 }, "most_shown": 1 });
        shop.site.publish("once", &survey("once", once)).await;
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        assert_eq!(fires(&shop, &browser, "once").await, "shown");
        browser.card().choose(4).await;
        // The window is over.
        browser.eval("localStorage.setItem('sondeo:silence-last:wait:once', '1')").await;
        assert_eq!(fires(&shop, &browser, "once").await, "shown");
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
        let spaced = "another survey was shown; none";
        for (event, expected) in
            [("first", "shown"), ("second", spaced), ("first", spaced), ("free", "shown"), ("order", "shown")]
        {
            assert_eq!(fires(&shop, &browser, event).await, expected, "{event}");
        }
    });
}

//! Checkouts that say nothing to us: the order stands in the data layer of GA4, or on the tag.

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, run};
use serde_json::json;

const ORDER: &str = "transaction_id: 'T-1', value: 59.9, currency: 'eur', items: []";

in_both!(a_purchase_in_the_data_layer_is_asked_about);
/// Each form of a GA4 purchase, pushed before our script loads and afterwards.
fn a_purchase_in_the_data_layer_is_asked_about(engine: Engine) {
    let gtag = format!(
        "(function () {{ (window.dataLayer ||= []).push(arguments); }})('event', 'purchase', {{ {ORDER} }});"
    );
    let manager =
        format!("(window.dataLayer ||= []).push({{ event: 'purchase', ecommerce: {{ {ORDER} }} }});");
    let (nothing, made) = (String::new(), String::from("window.dataLayer = [];"));
    for (what, before, after) in [
        ("gtag-before", &gtag, &nothing),
        ("gtag-after", &made, &gtag),
        ("gtm-before", &manager, &nothing),
        ("gtm-after", &made, &manager),
    ] {
        run(async {
            let shop = Shop::open(collector::shared().await, &format!("checkout-{what}-{engine}")).await;
            let browser = Browser::start_in(engine).await;
            browser.before_pages(before).await;
            shop.accept(&browser).await;
            browser.loader().await;
            browser.eval(&format!("{after}; return dataLayer.push({{ event: 'other' }})")).await;
            browser.card().question().await;
            browser.card().answer(9, "Quick").await;
            let row = crate::hostile_page::stored_row(&shop.purchases()).await;
            let got =
                ["order_id", "order_value", "order_currency", "score"].map(|column| row[column].as_str());
            assert_eq!(got, ["T-1", "59.9", "EUR", "9"], "{what}");
            assert_eq!(browser.eval("return window.__errors.join()").await, json!(""), "{what}");
        });
    }
}

in_both!(the_tag_itself_may_name_order_and_consent);
fn the_tag_itself_may_name_order_and_consent(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("checkout-tag-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        let again = "
            const tag = document.createElement('script');
            tag.src = document.querySelector('script[src*=\"/s/\"]').src;
            Object.assign(tag.dataset, { consent: 'granted', orderId: 'T-2', value: '12.50', currency: 'EUR' });
            delete window.sondeo;
            document.head.append(tag);
        ";
        browser.eval(again).await;
        browser.card().question().await;
        browser.card().answer(4, "Slow").await;
        let row = crate::hostile_page::stored_row(&shop.purchases()).await;
        let got = ["order_id", "order_value", "order_currency", "score"].map(|column| row[column].as_str());
        assert_eq!(got, ["T-2", "12.50", "EUR", "4"]);
    });
}

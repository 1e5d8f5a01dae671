//! A paused survey is asked no more, and loses nothing that is under way.

use crate::hostile_page::stored_row;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{collector, run};
use reqwest::Method;

#[test]
fn an_open_card_is_still_heard_and_no_new_one_opens() {
    run(async {
        let shop = Shop::open(collector::shared().await, "pause").await;
        let survey = shop.purchases();
        let api = &shop.site.api;
        let is_asked = async || {
            let script = api.anonymous(Method::GET, "/s/pause.js").send().await.unwrap();
            script.text().await.unwrap().contains("\"post-purchase\"")
        };
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().question().await;
        assert!(is_asked().await);
        api.call(Method::POST, &format!("{}/pause", survey.path), String::new()).await;
        assert!(!is_asked().await);
        browser.card().answer(9, "Just in time").await;
        assert_eq!(stored_row(&survey).await["comment"], "Just in time");
        api.call(Method::POST, &format!("{}/publish", survey.path), String::new()).await;
        assert!(is_asked().await, "published again, it is asked again");
    });
}

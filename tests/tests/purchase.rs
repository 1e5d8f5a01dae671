//! Buying something, being asked once, and what the analyst gets of it.

use e2e::answer::{answer_about, with};
use e2e::api::Row;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, run};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::json;

in_both!(an_answer_after_a_purchase_is_one_complete_row);
fn an_answer_after_a_purchase_is_one_complete_row(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("purchase-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        let order = shop.buy(&browser).await;
        let card = browser.card();
        assert_eq!(
            card.question().await,
            "How likely are you to recommend Kestrel to a friend or colleague?"
        );
        card.choose(9).await;
        card.part("textarea").await.send_keys("Quick, and the \"box\" smelled good").await.unwrap();
        card.says("h2", "What did you like most?").await;
        card.click(".send").await;
        card.says("p[role=status]", "Thank you. The whole roastery reads these.").await;

        let survey = shop.purchases();
        let rows = e2e::wait::until("the comment is stored", async || {
            Some(survey.rows().await).filter(|rows| rows.iter().any(|row| row["complete"] == "true"))
        })
        .await;
        let [row] = rows.as_slice() else { panic!("one row: {rows:?}") };
        check_row(row, &order);

        asked_no_more(&shop, &browser, &order).await;
    });
}

fn check_row(row: &Row, order: &str) {
    let mut row = row.clone();
    assert!(row.remove("response_id").unwrap().parse::<uuid::Uuid>().is_ok());
    let respondent = row.remove("respondent").unwrap();
    assert!(respondent.len() == 64 && respondent.bytes().all(|b| b.is_ascii_hexdigit()), "{respondent}");
    let [received, updated] = ["received_at", "updated_at"].map(|name| {
        let text = row.remove(name).unwrap();
        assert!(text.ends_with('Z'), "{name} is UTC: {text}");
        text.parse::<Timestamp>().unwrap()
    });
    let now = Timestamp::now();
    assert!(now - 1.minute() < received && received <= updated && updated <= now, "{received} {updated}");
    let expected = [
        ("survey", "post-purchase"),
        ("survey_version", "1"),
        ("metric", "nps"),
        ("scale_min", "0"),
        ("scale_max", "10"),
        ("score", "9"),
        ("segment", "promoter"),
        ("comment", "Quick, and the \"box\" smelled good"),
        ("reasons", ""),
        ("complete", "true"),
        ("locale", "en"),
        ("device", "desktop"),
        ("page_path", "/thanks"),
        ("touchpoint", "purchase"),
        ("order_id", order),
        ("order_value", "15.40"),
        ("order_currency", "EUR"),
        ("verified", "false"),
        ("consent_status", "granted"),
        ("consent_source", "site"),
        ("gpc", "false"),
        ("flags", ""),
        ("handled_at", ""),
        ("revision", "2"),
    ];
    let expected: Row = expected.into_iter().map(|(name, cell)| (name.into(), cell.into())).collect();
    // A test may press before a person could.
    let row: Row = row.iter().map(|(name, cell)| (name.clone(), cell.replace("too_fast", ""))).collect();
    assert_eq!(row, expected);
}

/// Neither by the page nor by a stranger who knows the order's number.
async fn asked_no_more(shop: &Shop, browser: &Browser, order: &str) {
    let survey = shop.purchases();
    let before = survey.csv().await;
    browser.requests().await;
    browser.reload().await;
    browser.loader().await;
    let requests = browser.requests().await;
    assert!(requests.iter().any(|url| url.contains("/s/purchase-")), "{requests:?}");
    assert!(!requests.iter().any(|url| url.contains("/a/")), "nothing else is loaded: {requests:?}");
    assert_eq!(browser.card().count().await, 0);

    for forged in [
        answer_about(order, 0),
        with(answer_about(order, 0), json!({ "revision": 9, "respondent": { "kind": "user", "key": "u" } })),
    ] {
        let reply = survey.post(&forged).await;
        assert_eq!(reply.status(), 409);
        let problem: serde_json::Value = reply.json().await.unwrap();
        assert_eq!(problem["type"], "urn:problem-type:sondeo:already-answered");
    }
    assert_eq!(survey.csv().await, before, "nothing changed");
    let one = shop
        .site
        .api
        .request(Method::GET, &format!("{}/responses/{}", survey.path, answer_about("", 0)["id"]));
    assert_eq!(one.send().await.unwrap().status(), 404);
}

//! Without consent nobody is asked and nothing is kept.

use e2e::answer::{answer_about, with};
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, run};
use serde_json::{Value, json};

in_both!(who_rejected_is_not_asked);
fn who_rejected_is_not_asked(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("consent-rejected-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/")).await;
        browser.click("[data-test=consent-reject]").await;
        shop.buy(&browser).await;
        assert_silent(&browser).await;
        assert_eq!(shop.purchases().count().await, 0);
    });
}

in_both!(who_has_not_chosen_is_asked_after_accepting);
fn who_has_not_chosen_is_asked_after_accepting(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("consent-unknown-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        shop.buy(&browser).await;
        assert_silent(&browser).await;
        assert_eq!(shop.purchases().count().await, 0);
        browser.click("[data-test=consent-accept]").await;
        browser.card().question().await;
        browser.card().answer(10, "Asked late").await;
        e2e::wait::until("it is stored", async || (shop.purchases().count().await == 1).then_some(())).await;
    });
}

/// The loader has done what the page told it, and has asked for nothing.
async fn assert_silent(browser: &Browser) {
    browser.loader().await;
    assert_eq!(browser.card().count().await, 0);
    let requests = browser.requests().await;
    assert!(requests.iter().any(|url| url.contains("/s/")), "{requests:?}");
    assert!(!requests.iter().any(|url| url.contains("/a/") || url.contains("/v1/")), "{requests:?}");
}

#[test]
fn the_collector_refuses_what_no_consent_covers() {
    run(async {
        let origin = "https://consent.example";
        let site = collector::shared().await.site("consent-refused", origin, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        for consent in [
            json!({ "status": "denied", "source": "site" }),
            json!({ "status": "unknown", "source": "none" }),
            json!({ "source": "site" }),
            Value::Null,
        ] {
            let reply = survey.post(&with(answer_about("1", 9), json!({ "consent": consent }))).await;
            assert_eq!(reply.status(), 403, "{consent}");
            assert_eq!(reply.headers()["content-type"], "application/problem+json");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["type"], "urn:problem-type:sondeo:consent-required", "{consent}");
            assert_eq!(problem["status"], 403);
        }
        assert_eq!(survey.count().await, 0);
    });
}

#[test]
fn global_privacy_control_keeps_no_link_to_a_person() {
    run(async {
        let origin = "https://gpc.example";
        let site = collector::shared().await.site("consent-gpc", origin, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let full = |order| {
            with(
                answer_about(order, 9),
                json!({
                    "page": { "path": "/thanks" },
                    "respondent": { "kind": "order", "key": order },
                    "attributes": { "plan": "pro" },
                }),
            )
        };
        let by_header = survey.request(full("1").to_string()).header("Sec-GPC", "1").send().await.unwrap();
        assert_eq!(by_header.status(), 201);
        let by_page = survey.post(&with(full("2"), json!({ "signals": { "gpc": true } }))).await;
        assert_eq!(by_page.status(), 201);
        for row in survey.rows().await {
            for linkable in ["respondent", "order_id", "order_value", "order_currency", "page_path"] {
                assert_eq!(row[linkable], "", "{linkable}");
            }
            assert_eq!(row.get("attr_plan"), None);
            assert_eq!((row["gpc"].as_str(), row["score"].as_str()), ("true", "9"));
        }
        // Only the exact value counts.
        let other = survey.request(full("3").to_string()).header("Sec-GPC", "true").send().await.unwrap();
        assert_eq!(other.status(), 201);
        let rows = survey.rows().await;
        let linked: Vec<&str> = rows.iter().map(|row| row["order_id"].as_str()).collect();
        assert_eq!(linked, ["", "", "3"]);
    });
}

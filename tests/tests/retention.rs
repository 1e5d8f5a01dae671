//! An answer is deleted when it is older than the site keeps it, and not before.

use e2e::answer::{answer_about, with};
use e2e::{collector, run};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const ORIGIN: &str = "https://retention.example";

/// So many days from now, when the work of the night is done: it is before five in the morning.
fn night_after(days: i64) -> String {
    (Timestamp::now() + (days * 24).hours()).strftime("%FT05:00:00Z").to_string()
}

#[test]
fn answers_go_when_their_time_is_over() {
    run(async {
        let api = collector::shared().await;
        let settings =
            json!({ "name": "R", "origins": [ORIGIN], "consent_policy": "opt_in", "retention_days": 30 });
        let site = api.site_of("retention", ORIGIN, settings.to_string()).await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        for order in ["1", "2", "3", "4"] {
            assert_eq!(survey.submit(&answer_about(order, 9)).await.0, 201);
        }
        // The 29th night is before the end of the 30th day, at whatever hour the answers came.
        for (days, left) in [(1, 4), (29, 4), (32, 0), (32, 0), (33, 0)] {
            survey.run_alarms(&night_after(days)).await;
            assert_eq!(survey.count().await, left, "{days} days later");
        }
        assert_eq!(survey.submit(&answer_about("1", 2)).await.0, 201, "nothing is known of it any more");
    });
}

/// What a visitor withdrew is refused for as long as it may wait in a browser, and what was stored and erased for good.
#[test]
fn a_withdrawal_that_met_no_answer_is_forgotten_in_time() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("retention-forget", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let keyed = |order| with(answer_about(order, 9), json!({ "erasure_key": Uuid::new_v4() }));
        let (stored, late) = (keyed("1"), keyed("2"));
        assert_eq!(survey.submit(&stored).await.0, 201);
        let claim = |answer: &Value| {
            json!({ "survey": "nps", "id": answer["id"], "key": answer["erasure_key"],
                "respondent": { "kind": "order", "key": answer["order"]["id"] } })
        };
        let claims = json!([claim(&stored), claim(&late)]).to_string();
        api.call(Method::POST, "/v1/sites/retention-forget/forget", claims).await;
        for (days, then) in [(1, 410), (14, 410), (17, 201)] {
            survey.run_alarms(&night_after(days)).await;
            assert_eq!(survey.submit(&late).await.0, then, "{days} days later");
            let unlinked = with(stored.clone(), json!({ "signals": { "gpc": true } }));
            for again in [&stored, &unlinked] {
                assert_eq!(survey.submit(again).await.0, 410, "{days} days later");
            }
        }
    });
}

//! An answer is deleted when it is older than the site keeps it, and not before.

use e2e::answer::answer_about;
use e2e::{collector, run};
use jiff::{Timestamp, ToSpan};
use serde_json::json;

const ORIGIN: &str = "https://retention.example";

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
        // The work of a night is done before five in the morning.
        let night_after =
            |days: i64| (Timestamp::now() + (days * 24).hours()).strftime("%FT05:00:00Z").to_string();
        for (days, left) in [(1, 4), (30, 4), (32, 0), (32, 0), (33, 0)] {
            survey.run_alarms(&night_after(days)).await;
            assert_eq!(survey.count().await, left, "{days} days later");
        }
        assert_eq!(survey.submit(&answer_about("1", 2)).await.0, 201, "nothing is known of it any more");
    });
}

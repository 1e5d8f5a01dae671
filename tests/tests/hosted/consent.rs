//! What consent and the browser's signals let the page keep.

use super::{Visitor, link, site};
use e2e::run;
use serde_json::json;

#[test]
fn without_consent_nothing_is_stored_and_the_page_says_so() {
    const NOTHING: &str = "Without your agreement nothing is stored.";
    run(async {
        let (api, site) = site("hosted-consent", "opt_in").await;
        let survey = site.publish_metric("csat", &json!("ever")).await;
        let mut visitor = Visitor::new(api, "/h/hosted-consent/csat");
        visitor.open().await;
        assert!(visitor.sees("I agree that my answer is stored.") && visitor.sees(NOTHING));
        assert_eq!(visitor.send(&[("score", "4")]).await, 403);
        assert!(
            visitor.sees(NOTHING) && visitor.fields.contains(&("score".into(), "4".into())),
            "the form again"
        );
        assert_eq!(survey.count().await, 0);
        assert_eq!(visitor.send(&[("agree", "1")]).await, 200);
        assert_eq!(visitor.send(&[("comment", "Fine")]).await, 200, "the tick goes with the answer");

        let claims = "/h/hosted-consent/csat?embed=1&consent=granted&source=survey";
        for (place, asks) in [("document", true), ("iframe", false)] {
            let mut unsigned = Visitor::new(api, claims).with("Sec-Fetch-Dest", place);
            unsigned.open().await;
            assert_eq!(unsigned.sees("name=\"agree\""), asks, "{place}");
        }

        let mut signed = Visitor::new(api, link(api, &survey, json!({ "consent": "granted" })).await);
        signed.open().await;
        assert!(!signed.sees("name=\"agree\""));
        assert_eq!(signed.with("Sec-GPC", "1").send(&[("score", "5")]).await, 200);
        let rows = survey.rows().await;
        let seen =
            rows.iter().map(|row| [&row["score"], &row["comment"], &row["consent_source"], &row["gpc"]]);
        assert_eq!(seen.collect::<Vec<_>>(), [["4", "Fine", "survey", "false"], ["5", "", "site", "true"]]);
    });
}

#[test]
fn global_privacy_control_keeps_no_link_to_a_person() {
    run(async {
        let (api, site) = site("hosted-gpc", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = link(api, &survey, json!({ "order": "1", "attributes": { "plan": "pro" } })).await;
        let mut visitor = Visitor::new(api, address).with("Sec-GPC", "1");
        visitor.open().await;
        assert_eq!(visitor.send(&[("score", "9")]).await, 200);
        let row = &survey.rows().await[0];
        for linkable in ["respondent", "order_id"] {
            assert_eq!(row[linkable], "", "{linkable}");
        }
        assert_eq!((row["verified"].as_str(), row.get("attr_plan")), ("false", None));
    });
}

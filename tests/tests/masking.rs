//! What could reach or charge a visitor leaves a comment before it is stored, whichever way the comment came.

use e2e::answer::{answer, with};
use e2e::api::Survey;
use e2e::{collector, run};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

const ORIGIN: &str = "https://masking.example";
const SAID: &str = "Order 1042 of 2026-01-31 was late. ana@example.com, +34 612 345 678, \
                    DE89 3704 0044 0532 0130 00, 4111-1111-1111-1111";
const KEPT: &str = "Order 1042 of 2026-01-31 was late. [e-mail], [phone], [iban], [card]";

async fn comment(survey: &Survey, id: &str) -> String {
    let rows = survey.rows().await;
    rows.into_iter().find(|row| row["response_id"] == id).map(|row| row["comment"].clone()).unwrap()
}

#[test]
fn every_way_in_is_masked() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("masking", ORIGIN, "first_party").await;
        let survey = site.publish_metric("nps", &json!({ "days": 1 })).await;

        let body = with(answer(3), json!({ "comment": SAID }));
        assert_eq!(survey.submit(&body).await, (201, "created".into()));
        let id = e2e::answer::id(&body);
        assert_eq!(comment(&survey, &id).await, KEPT);
        assert_eq!(survey.submit(&body).await, (200, "unchanged".into()), "a replay is still one");
        let later = with(body, json!({ "revision": 2, "comment": format!("{SAID}!") }));
        assert_eq!(survey.submit(&later).await, (200, "updated".into()));
        assert_eq!(comment(&survey, &id).await, format!("{KEPT}!"));

        // The hosted page, whose replay must not look like another answer.
        let id = Uuid::new_v4().to_string();
        let send = async |fields: &[(&str, &str)]| {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = api.anonymous(Method::POST, "/h/masking/nps").body(body);
            let reply =
                request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
            assert_eq!(reply.status(), 200);
            reply.text().await.unwrap()
        };
        let page = send(&[("id", &id), ("revision", "0"), ("score", "3")]).await;
        let (_, step) = page.split_once(r#"name="step" value=""#).unwrap();
        let step = step.split('"').next().unwrap();
        for _ in 0..2 {
            let form =
                [("id", id.as_str()), ("revision", "1"), ("score", "3"), ("step", step), ("comment", SAID)];
            send(&[&form[..], &[("comment_of", step)]].concat()).await;
            assert_eq!(comment(&survey, &id).await, KEPT);
            let row = survey.rows().await.into_iter().find(|row| row["response_id"] == id).unwrap();
            assert_eq!(row["revision"], "2");
        }
    });
}

#[test]
fn a_site_may_keep_comments_as_they_are() {
    run(async {
        let settings =
            json!({ "name": "S", "origins": [ORIGIN], "consent_policy": "opt_in", "mask_comments": false });
        let site = collector::shared().await.site_of("masking-off", ORIGIN, settings.to_string()).await;
        let survey = site.publish_metric("nps", &json!({ "days": 1 })).await;
        let body = with(answer(3), json!({ "comment": SAID }));
        assert_eq!(survey.submit(&body).await.0, 201);
        assert_eq!(comment(&survey, &e2e::answer::id(&body)).await, SAID);
    });
}

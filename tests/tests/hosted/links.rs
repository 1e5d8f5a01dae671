//! What signed links say, and who makes them.

use super::{Visitor, link, site};
use e2e::api::Survey;
use e2e::browser::Browser;
use e2e::run;
use reqwest::Method;
use serde_json::{Value, json};

#[test]
fn only_what_the_site_has_signed_counts() {
    run(async {
        let (api, site) = site("hosted-signed", "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let key = api.call(Method::GET, "/v1/sites/hosted-signed/link-key", String::new()).await;
        let sign = |id: &str, query: &str| {
            let signature =
                sondeo_survey::link::sign(key["key"].as_str().unwrap(), "hosted-signed", id, query);
            format!("/h/hosted-signed/nps?{query}&sig={signature}")
        };
        let own = sign("nps", "order=1042&user=u-7&expires=99999999999");
        for (address, status) in [
            (own.replace("1042", "1043"), 403),
            (format!("{own}0"), 403),
            (sign("other", "order=1042"), 403),
            ("/h/hosted-signed/nps?order=1&sig=".into(), 403),
            (sign("nps", &format!("order=1042&expires={}", seconds_ago(3_700))), 410),
            (sign("nps", "order=1042&expires=soon"), 410),
        ] {
            let mut visitor = Visitor::new(api, &address);
            assert_eq!(visitor.open().await, status, "{address}");
            assert!(visitor.sees("This survey is closed.") && !visitor.sees("<form"), "{address}");
            let id = ("id".into(), "0193a7c2-0000-7000-8000-000000000001".into());
            assert_eq!(visitor.post(&[id, ("score".into(), "9".into())]).await, status, "{address}");
        }
        assert_eq!(survey.count().await, 0);

        let mut late = Visitor::new(api, sign("nps", &format!("user=late&expires={}", seconds_ago(60))));
        assert_eq!(late.open().await, 410);
        assert_eq!(late.post(&[("score".into(), "7".into())]).await, 200, "it may have been open");
        let mut signed = Visitor::new(api, format!("{own}&order=7&utm_source=mail"));
        signed.open().await;
        assert_eq!(signed.send(&[("score", "9")]).await, 200);
        let said = "order=1042&user=u-7&consent=granted";
        for query in [said, &format!("{said}&embed=1")] {
            // A browser says that this is no frame.
            let mut unsigned = Visitor::new(api, format!("/h/hosted-signed/nps?{query}"));
            unsigned = unsigned.with("Sec-Fetch-Dest", "document");
            unsigned.open().await;
            assert_eq!(unsigned.send(&[("score", "8")]).await, 200);
        }
        let mut rows = survey.rows().await;
        assert_eq!(rows.remove(0)["verified"], "true", "the late one");
        let seen = |row: &e2e::api::Row| {
            [&row["score"], &row["order_id"], &row["verified"], &row["consent_status"]].map(String::to_owned)
        };
        assert_eq!(seen(&rows[0]), ["9", "1042", "true", "unknown"]);
        assert_eq!(seen(&rows[1]), ["8", "", "false", "unknown"]);
        assert_eq!(seen(&rows[2]), ["8", "", "false", "unknown"]);
        assert_eq!(user(&survey, "u-7").await, 409, "the same user by the API");
    });
}

/// A time of the past, in seconds since 1970.
fn seconds_ago(seconds: u64) -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() - seconds
}

/// What the API says to another answer of a user.
async fn user(survey: &Survey, key: &str) -> u16 {
    let respondent = json!({ "respondent": { "kind": "user", "key": key } });
    survey.submit(&e2e::answer::with(e2e::answer::answer(5), respondent)).await.0
}

#[test]
fn links_are_made_for_owners_only() {
    run(async {
        let (api, site) = site("hosted-links", "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let post = async |body: Value| {
            let request = api.request(Method::POST, &format!("{}/links", survey.path));
            let reply =
                request.header("content-type", "application/json").body(body.to_string()).send().await;
            let reply = reply.unwrap();
            (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
        };
        let (status, made) = post(json!({ "order": "ä 1", "expires_in_days": 30 })).await;
        assert_eq!(status, 200);
        assert!(
            made["url"].as_str().unwrap().contains("/h/hosted-links/nps?order=%C3%A4+1&expires="),
            "{made}"
        );
        assert!(made["expires_at"].as_str().unwrap().ends_with('Z'));
        let (status, problem) = post(json!({ "order": 7, "consent": "yes" })).await;
        assert_eq!((status, problem["errors"].as_array().unwrap().len()), (422, 2), "{problem}");
        for (method, path) in [
            (Method::POST, format!("{}/links", survey.path)),
            (Method::POST, format!("{}/preview", survey.path)),
            (Method::GET, "/v1/sites/hosted-links/link-key".into()),
        ] {
            assert_eq!(api.anonymous(method, &path).send().await.unwrap().status(), 401, "{path}");
        }
    });
}

/// The row of numbers in docs/EMBED.md, as a mail programme shows it.
#[test]
fn the_row_for_emails_leads_to_a_page_that_waits_for_a_press() {
    const PAGE: &str = include_str!("../../../docs/EMBED.md");
    run(async {
        let (api, site) = site("hosted-mail", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = format!("{}{}", api.base, link(api, &survey, json!({ "order": "1042" })).await);
        let (_, rest) = PAGE.split_once("### In an e-mail").unwrap();
        let (_, rest) = rest.split_once("```html\n").unwrap();
        let (row, _) = rest.split_once("```").unwrap();
        assert_eq!(row.matches("LINK&amp;score=").count(), 11);
        let mail = row.replace("LINK", &address.replace('&', "&amp;"));
        let browser = Browser::start().await;
        browser.resize(320, 640, true).await;
        let head = "<!doctype html><meta name=viewport content=width=device-width><body>";
        let encoded: String =
            url::form_urlencoded::byte_serialize(format!("{head}{mail}").as_bytes()).collect();
        browser.goto(&format!("data:text/html;charset=utf-8,{}", encoded.replace('+', "%20"))).await;
        let sizes = browser
            .eval(
                "const boxes = [...document.links].map((link) => link.getBoundingClientRect());
                return {
                    overflow: document.documentElement.scrollWidth - innerWidth,
                    smallest: Math.min(...boxes.flatMap((box) => [box.width, box.height])),
                    rows: new Set(boxes.map((box) => box.top)).size,
                };",
            )
            .await;
        assert_eq!(sizes, json!({ "overflow": 0, "smallest": 44, "rows": 2 }));
        browser.click("a[title^='9']").await;
        browser.at("/h/hosted-mail/nps").await;
        assert_eq!(browser.value(":checked").await, "9");
        assert_eq!(survey.count().await, 0, "a look is no answer");
        browser.click(".send").await;
        browser.text(".saved").await;
        assert_eq!(survey.rows().await[0]["score"], "9");
    });
}

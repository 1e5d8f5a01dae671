//! Floods are limited, doubtful answers are flagged and out of the scores, and nothing personal is left behind.

mod origins;
pub mod proof;
mod traces;

use e2e::answer::{answer, id, with};
use e2e::api::{Api, Site, Survey};
use e2e::collector::Own;
use e2e::{collector, run};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

const ORIGIN: &str = "https://abuse.example";

pub async fn site(api: &Api, id: &str, members: Value) -> Site {
    let settings = json!({ "name": id, "origins": [ORIGIN], "consent_policy": "first_party" });
    api.site_of(id, ORIGIN, with(settings, members).to_string()).await
}

pub async fn one_shard(site: &Site) -> Survey {
    let definition = json!({ "title": "T", "metric": "nps", "triggers": [], "shards": 1,
        "frequency": { "window": "ever" } });
    site.publish("nps", &definition.to_string()).await
}

fn from(survey: &Survey, answer: &Value, address: &str) -> RequestBuilder {
    survey.request(answer.to_string()).header("CF-Connecting-IP", address)
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// The flags of an answer, as exports have them.
pub async fn flags(survey: &Survey, answer: &Value) -> String {
    let rows = survey.rows().await;
    rows.into_iter().find(|row| row["response_id"] == id(answer)).map(|row| row["flags"].clone()).unwrap()
}

#[test]
fn an_address_and_a_survey_have_their_limits() {
    run(async {
        let collector = Own::start_with(&[("SONDEO_LIMITS", "on")]).await;
        let api = &collector.api;
        let health = api.anonymous(Method::GET, "/healthz").send().await.unwrap();
        assert_eq!(health.json::<Value>().await.unwrap()["rate_limit"], "on");

        // Of one address. What is sent is a replay, which neither another limit nor a flag concerns.
        let many = one_shard(&site(api, "many", json!({})).await).await;
        let other = one_shard(&site(api, "other", json!({})).await).await;
        let sent = answer(9);
        let mut accepted = 0;
        let limited = loop {
            let reply = from(&many, &sent, "203.0.113.9").send().await.unwrap();
            if reply.status() == 429 {
                break reply;
            }
            accepted += 1;
            assert!(accepted < 2_000, "never limited");
        };
        assert!(accepted >= 300, "{accepted}");
        assert_eq!(limited.headers()["retry-after"], "60");
        assert_eq!(limited.headers()["access-control-allow-origin"], ORIGIN);
        let problem: Value = limited.json().await.unwrap();
        assert_eq!(problem["type"], "urn:problem-type:sondeo:limited");
        assert_eq!(status(from(&many, &sent, "203.0.113.10")).await, 200, "another address");
        assert_eq!(status(from(&other, &sent, "203.0.113.9")).await, 201, "another site");

        // Of one survey, from everywhere. The minute may end meanwhile, so some more than three may be stored.
        let capped = one_shard(&site(api, "capped", json!({ "responses_per_minute": 3 })).await).await;
        let first = answer(9);
        assert_eq!(status(from(&capped, &first, "198.51.100.1")).await, 201);
        let (mut stored, mut wait) = (1, String::new());
        for n in 2..20 {
            let reply = from(&capped, &answer(1), &format!("198.51.100.{n}")).send().await.unwrap();
            match reply.status().as_u16() {
                201 => stored += 1,
                429 => wait = reply.headers()["retry-after"].to_str().unwrap().to_owned(),
                other => panic!("{other}"),
            }
        }
        assert!((3..=6).contains(&stored), "{stored}");
        assert!((1..=60).contains(&wait.parse::<u32>().unwrap()), "{wait}");
        assert_eq!(capped.count().await, stored);
    });
}

#[test]
fn a_source_of_many_answers_is_flagged() {
    run(async {
        let collector = Own::start_with(&[("SONDEO_LIMITS", "on")]).await;
        let repeated =
            one_shard(&site(&collector.api, "repeated", json!({ "responses_per_source": 4 })).await).await;
        let kiosk =
            one_shard(&site(&collector.api, "kiosk", json!({ "responses_per_source": 0 })).await).await;
        for n in 1..=6 {
            let sent = answer(9);
            assert_eq!(status(from(&repeated, &sent, "203.0.113.9")).await, 201);
            // Unless midnight (UTC) comes in between, which the next test run will not see.
            assert_eq!(flags(&repeated, &sent).await, if n > 4 { "repeated_source" } else { "" }, "{n}");
            let sent_there = answer(9);
            assert_eq!(status(from(&kiosk, &sent_there, "203.0.113.9")).await, 201);
            assert_eq!(flags(&kiosk, &sent_there).await, "");
        }
        let elsewhere = answer(9);
        assert_eq!(status(from(&repeated, &elsewhere, "203.0.113.10")).await, 201);
        assert_eq!(flags(&repeated, &elsewhere).await, "");
    });
}

#[test]
fn flagged_answers_are_kept_and_do_not_count() {
    run(async {
        let api = collector::shared().await;
        let survey = one_shard(&site(api, "abuse-flags", json!({})).await).await;
        let quick = |ms: u32| with(answer(0), json!({ "timing": { "shown_to_score_ms": ms } }));
        let (robot, person, untimed) = (quick(399), quick(400), answer(10));
        for sent in [&robot, &person, &untimed] {
            assert_eq!(survey.submit(sent).await.0, 201);
        }
        // What is filled in that nobody sees; the form says it of itself with each further step.
        let trapped = json!({ "id": Uuid::new_v4() });
        let form = format!("id={}&revision=0&score=0&website=https%3A%2F%2Fspam.example", id(&trapped));
        let request = api.anonymous(Method::POST, "/h/abuse-flags/nps").body(form);
        let page = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.text().await.unwrap().contains(r#"<input type="hidden" name="website" value="1">"#));
        for (sent, expected) in [(&robot, "too_fast"), (&person, ""), (&untimed, ""), (&trapped, "honeypot")]
        {
            assert_eq!(flags(&survey, sent).await, expected);
        }
        // A revision does not wash it off.
        assert_eq!(survey.submit(&with(robot.clone(), json!({ "revision": 2, "timing": {} }))).await.0, 200);
        assert_eq!(flags(&survey, &robot).await, "too_fast");

        let get = async |rest: &str| {
            let reply = api.request(Method::GET, &format!("{}{rest}", survey.path)).send().await.unwrap();
            (reply.status().as_u16(), reply.text().await.unwrap())
        };
        for (query, n, score) in [
            ("", 2, json!(0.0)),
            ("?flagged=exclude", 2, json!(0.0)),
            ("?flagged=include", 4, json!(-50.0)),
            ("?flagged=only", 2, json!(-100.0)),
        ] {
            let (_, text) = get(&format!("/stats{query}")).await;
            let stats: Value = serde_json::from_str(&text).unwrap();
            assert_eq!((&stats["n"], &stats["score"]["value"]), (&json!(n), &score), "{query}");
        }
        for (query, lines) in
            [("", 5), ("?flagged=include", 5), ("?flagged=exclude", 3), ("?flagged=only", 3)]
        {
            assert_eq!(get(&format!("/responses{query}")).await.1.lines().count(), lines, "{query}");
        }
        for address in ["/stats?flagged=no", "/responses?flagged="] {
            let (status, text) = get(address).await;
            assert_eq!(status, 422);
            assert!(text.contains(r#""pointer":"/flagged""#), "{text}");
        }
    });
}

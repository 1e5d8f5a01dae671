//! Floods are limited, doubtful answers are flagged and out of the scores, and nothing personal is left behind.

use e2e::answer::{answer, answer_about, id, with};
use e2e::api::{Api, Site, Survey};
use e2e::collector::Own;
use e2e::turnstile::{self, Turnstile};
use e2e::{collector, run};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::Sha256;
use std::path::Path;
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

#[test]
fn a_proof_makes_a_user_verified_and_a_wrong_one_takes_no_place() {
    run(async {
        let api = collector::shared().await;
        let survey = one_shard(&site(api, "abuse-identity", json!({})).await).await;
        let key = api.call(Method::GET, "/v1/sites/abuse-identity/identity-key", String::new()).await;
        let [key, order_key] = ["key", "order_key"].map(|name| key[name].as_str().unwrap().to_owned());
        let by = |kind: &str, user: &str, proof: &str| {
            with(answer(9), json!({ "respondent": { "kind": kind, "key": user, "proof": proof } }))
        };
        let of = |user: &str| hex_hmac(&key, user);
        for (what, sent) in [
            ("another user's", by("user", "u-1", &of("u-2"))),
            ("of another key", by("user", "u-1", &hex_hmac("other", "u-1"))),
            ("no hex", by("user", "u-1", "proof")),
            ("cut off", by("user", "u-1", of("u-1").get(..32).unwrap())),
            ("an order's", by("order", "u-1", &of("u-1"))),
            ("a visitor's", by("visitor", "u-1", &of("u-1"))),
        ] {
            let reply = survey.post(&sent).await;
            assert_eq!(reply.status(), 403, "{what}");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["type"], "urn:problem-type:sondeo:wrong-proof", "{what}");
        }
        let proved = by("user", "u-1", &of("u-1"));
        assert_eq!(survey.submit(&proved).await, (201, "created".into()), "the place was free");
        assert_eq!(survey.submit(&by("user", "u-1", &of("u-1"))).await.0, 409);
        let claimed = with(answer(9), json!({ "respondent": { "kind": "user", "key": "u-2" } }));
        assert_eq!(survey.submit(&claimed).await.0, 201, "without a proof nobody vouches");
        let verified: Vec<String> = survey.rows().await.iter().map(|row| row["verified"].clone()).collect();
        assert_eq!(verified, ["true", "false"]);

        // Where one order has one answer, the proof of a user says nothing of the order.
        let definition =
            json!({ "title": "T", "metric": "nps", "triggers": [], "frequency": { "window": "order" } });
        let orders =
            site(api, "abuse-identity", json!({})).await.publish("orders", &definition.to_string()).await;
        let about = with(answer_about("1042", 9), json!({ "respondent": proved["respondent"] }));
        assert_eq!(orders.submit(&about).await.0, 201);
        assert_eq!(orders.rows().await[0]["verified"], "false");
        let of_order = by("order", "1043", &hex_hmac(&order_key, "1043"));
        let about_another = with(of_order.clone(), json!({ "order": { "id": "1044" } }));
        assert_eq!(orders.post(&about_another).await.status(), 403);
        let about_it =
            with(of_order, json!({ "order": { "id": "1043", "value": "5.00", "currency": "EUR" } }));
        assert_eq!(orders.submit(&about_it).await.0, 201);
        assert_eq!(orders.rows().await[1]["verified"], "true");
    });
}

pub fn hex_hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[test]
fn only_the_sites_own_origins_read_a_reply() {
    run(async {
        let origins =
            json!({ "origins": ["https://abuse.example", "http://[::1]:8788", "https://b.example:8443"] });
        let survey = one_shard(&site(collector::shared().await, "abuse-cors", origins).await).await;
        for (origin, is_own) in [
            (Some("https://abuse.example"), true),
            (Some("http://[::1]:8788"), true),
            (Some("https://b.example:8443"), true),
            (None, true),
            (Some("null"), false),
            (Some("https://ABUSE.example"), false),
            (Some("https://abuse.example/"), false),
            (Some("https://abuse.example:443"), false),
            (Some("https://abuse.example."), false),
            (Some("http://abuse.example"), false),
            (Some("https://www.abuse.example"), false),
            (Some("https://evil-abuse.example"), false),
            (Some("https://abuse.example.evil.example"), false),
            (Some("https://abuse.example, https://evil.example"), false),
            (Some("https://abuse.example https://evil.example"), false),
            (Some("https://b.example"), false),
            (Some("*"), false),
        ] {
            for method in [Method::POST, Method::OPTIONS] {
                let is_post = method == Method::POST;
                let mut request =
                    collector::shared().await.anonymous(method, &format!("{}/responses", survey.path));
                if is_post {
                    request = request.header("content-type", "text/plain").body(answer(9).to_string());
                }
                if let Some(origin) = origin {
                    request = request.header("origin", origin);
                }
                let reply = request.send().await.unwrap();
                // A preflight without an origin is nobody's.
                let is_taken = is_own && (is_post || origin.is_some());
                let expected = if !is_taken {
                    403
                } else if is_post {
                    201
                } else {
                    204
                };
                assert_eq!(reply.status(), expected, "{origin:?}");
                let headers = reply.headers();
                let allowed = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
                assert_eq!(allowed, origin.filter(|_| is_own), "{origin:?}");
                if is_post || is_taken {
                    assert_eq!(headers["vary"], "Origin", "{origin:?}");
                }
                assert!(!headers.contains_key("access-control-allow-credentials"));
            }
        }
    });
}

/// All files below a folder.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
}

#[test]
fn nothing_of_a_visitor_is_left_on_disk_or_in_the_log() {
    run(async {
        let service = Turnstile::serve().await;
        let vars = service.vars();
        let vars = vars.iter().map(|(name, value)| (*name, value.as_str())).chain([("SONDEO_LIMITS", "on")]);
        let mut collector = Own::start_with(&vars.collect::<Vec<_>>()).await;
        let turnstile = json!({ "sitekey": turnstile::PASSES, "mode": "flag" });
        let marked = |mark: &str| {
            with(
                answer_about(&format!("order-{mark}"), 3),
                json!({
                    "comment": format!("kept-words from mail-{mark}@visitor.example"),
                    "page": { "path": format!("/path-{mark}") },
                    "respondent": { "kind": "user", "key": format!("user-{mark}") },
                    "attributes": { "plan": format!("attribute-{mark}") },
                    "challenge": format!("challenge-{mark}"),
                }),
            )
        };
        let mut surveys = Vec::new();
        for (policy, refuses) in [("anonymous", false), ("first_party", false), ("opt_in", true)] {
            let members = json!({ "consent_policy": policy, "turnstile": turnstile });
            let survey = one_shard(&site(&collector.api, &policy.replace('_', "-"), members).await).await;
            for (n, request) in [
                from(&survey, &marked("zebra"), "203.0.113.77").header("Sec-GPC", "1"),
                from(&survey, &with(marked("zebra"), json!({ "score": 99 })), "203.0.113.77"),
                from(
                    &survey,
                    &with(marked("zebra"), json!({ "consent": { "status": "denied" } })),
                    "203.0.113.77",
                ),
            ]
            .into_iter()
            .enumerate()
            {
                let request = request.header("User-Agent", "Mozilla/5.0 agent-zebra");
                let expected = [201, 422, if refuses { 403 } else { 201 }][n];
                assert_eq!(status(request).await, expected, "{policy} {n}");
            }
            surveys.push(survey);
        }
        // That the search finds what is there: the words of the comment, and an answer that is stored in full.
        let full = from(&surveys[1], &marked("giraffe"), "203.0.113.77");
        assert_eq!(status(full.header("User-Agent", "Mozilla/5.0 agent-zebra")).await, 201);
        collector.stop().await;

        let mut found = Vec::new();
        files(&collector.state, &mut found);
        let is_there = |text: &str| -> Vec<&str> {
            let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            found.iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name.as_str()).collect()
        };
        for kept in ["kept-words", "order-giraffe", "/path-giraffe", "attribute-giraffe"] {
            assert!(!is_there(kept).is_empty(), "{kept}");
        }
        for mark in
            ["zebra", "mail-giraffe", "user-giraffe", "challenge-giraffe", "203.0.113.77", turnstile::SECRET]
        {
            assert_eq!(is_there(mark), Vec::<&str>::new(), "{mark}");
        }
        // The words of a comment are in a database, and in no log.
        assert!(
            is_there("kept-words").iter().all(|name| name.contains(".sqlite")),
            "{:?}",
            is_there("kept-words")
        );
        assert!(found.iter().any(|(name, _)| name.ends_with("collector.log")));
    });
}

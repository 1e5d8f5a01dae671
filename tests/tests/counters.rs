//! What came in is exactly what was stored, refused, limited or failed.

use e2e::answer::{answer, answer_about, with};
use e2e::collector::Own;
use e2e::run;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const ORIGIN: &str = "https://counters.example";

#[test]
fn the_counts_add_up() {
    run(async {
        let collector = Own::start_with(&[("SONDEO_LIMITS", "on")]).await;
        let api = &collector.api;
        let site = api.site("counters", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let capped = json!({ "name": "C", "origins": [ORIGIN], "consent_policy": "opt_in", "responses_per_minute": 1 });
        let capped = api.site_of("capped", ORIGIN, capped.to_string()).await;
        let one_shard = json!({ "title": "T", "metric": "nps", "triggers": [], "shards": 1 }).to_string();
        let full = capped.publish("full", &one_shard).await;

        let (mut received, mut stored, mut updated, mut duplicate, mut limited) =
            (0u64, 0u64, 0u64, 0u64, 0u64);
        let mut refused = json!({});
        // At once, so that answers are counted while others are being decided.
        let mix = (0..60u32).map(|n| {
            let (survey, full) = (survey.clone(), full.clone());
            async move {
                let order = format!("order-{n}");
                let first = answer_about(&order, 9);
                let (path, text) = (format!("{}/responses", survey.path), "text/plain");
                let sent = match n % 10 {
                    0 => vec![survey.post(&first).await],
                    1 => vec![survey.post(&first).await, survey.post(&first).await],
                    2 => vec![
                        survey.post(&first).await,
                        survey.post(&with(first, json!({ "revision": 2 }))).await,
                    ],
                    3 => vec![survey.post(&first).await, survey.post(&answer_about(&order, 1)).await],
                    4 => vec![survey.post(&with(first, json!({ "consent": { "status": "denied" } }))).await],
                    5 => vec![survey.post(&with(first, json!({ "score": 99 }))).await],
                    6 => {
                        let other =
                            api.anonymous(Method::POST, &path).header("origin", "https://other.example");
                        vec![other.header("content-type", text).body(first.to_string()).send().await.unwrap()]
                    }
                    7 => vec![survey.request("x".repeat(40_000)).send().await.unwrap()],
                    8 => vec![full.post(&answer(9)).await, full.post(&answer(9)).await],
                    _ => {
                        let form = format!("id={}&revision=0&score=9&agree=1", Uuid::new_v4());
                        let request = api.anonymous(Method::POST, "/h/counters/nps").body(form);
                        vec![
                            request
                                .header("content-type", "application/x-www-form-urlencoded")
                                .send()
                                .await
                                .unwrap(),
                        ]
                    }
                };
                let mut outcomes = Vec::new();
                for reply in sent {
                    let is_page = reply.headers()["content-type"].to_str().unwrap().starts_with("text/html");
                    let status = reply.status().as_u16();
                    let body: Value =
                        if is_page { json!({ "status": "created" }) } else { reply.json().await.unwrap() };
                    outcomes.push((status, body));
                }
                outcomes
            }
        });
        for (status, body) in join_all(mix).await.into_iter().flatten() {
            received += 1;
            match (status, body["status"].as_str()) {
                (200 | 201, Some("created")) => stored += 1,
                (200, Some("updated")) => updated += 1,
                (200, Some("unchanged")) => duplicate += 1,
                (429, _) => limited += 1,
                (400..500, _) => {
                    let slug = body["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
                    refused[slug.as_str()] = (refused[slug.as_str()].as_u64().unwrap_or_default() + 1).into();
                }
                other => panic!("{other:?}: {body}"),
            }
        }
        let reasons = [
            "already-answered",
            "body-too-large",
            "consent-required",
            "forbidden-origin",
            "invalid-response",
        ];
        assert_eq!(refused.as_object().unwrap().keys().collect::<Vec<_>>(), reasons);
        assert!(limited > 0 && duplicate == 6 && updated == 6, "{limited} {duplicate} {updated}");

        let counted = api.call(Method::GET, "/v1/counters", String::new()).await;
        let isolate = counted["isolate"].as_str().unwrap().to_owned();
        let expected = json!({ "isolate": isolate, "received": received, "stored": stored, "updated": updated,
            "duplicate": duplicate, "refused": refused, "limited": limited, "failed": 0, "open": 0, "exposures": {} });
        assert_eq!(counted, expected);
        let rows = survey.rows().await.len() + full.rows().await.len();
        assert_eq!(u64::try_from(rows).unwrap(), stored, "what is counted is there");

        // The log has a line of the same isolate.
        let log = std::fs::read_to_string(collector.state.join("collector.log")).unwrap();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let lines: Vec<Value> = lines.filter(|line| line["event"] == "counters").collect();
        assert!(lines.iter().all(|line| line["isolate"] == isolate.as_str()) && !lines.is_empty(), "{log}");

        // Nobody else may see them.
        assert_eq!(api.anonymous(Method::GET, "/v1/counters").send().await.unwrap().status(), 401);
        let reader = json!({ "scopes": ["responses:read"], "sites": ["counters"] }).to_string();
        let reader = api.call(Method::POST, "/v1/tokens", reader).await["token"].as_str().unwrap().to_owned();
        let asked = api.anonymous(Method::GET, "/v1/counters").bearer_auth(reader).send().await.unwrap();
        assert_eq!(asked.status(), 403);
    });
}

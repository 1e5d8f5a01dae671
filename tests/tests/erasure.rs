//! What was erased is gone, and does not come back.

use e2e::answer::{answer, answer_about, id, with};
use e2e::api::{Api, Survey};
use e2e::collector::{self, Own};
use e2e::run;
use reqwest::Method;
use serde_json::{Value, json};

const ORIGIN: &str = "https://erasure.example";

fn by(kind: &str, key: &str, score: u8) -> Value {
    with(answer(score), json!({ "respondent": { "kind": kind, "key": key } }))
}

async fn erase(api: &Api, site: &str, body: &Value) -> Value {
    api.call(Method::POST, &format!("/v1/sites/{site}/erasures"), body.to_string()).await
}

async fn get(api: &Api, path: &str) -> Value {
    api.call(Method::GET, path, String::new()).await
}

/// What becomes of an answer, and of a later revision of it.
async fn statuses(survey: &Survey, answer: &Value) -> [u16; 2] {
    let revised = with(answer.clone(), json!({ "revision": 7, "complete": true }));
    [survey.submit(answer).await.0, survey.submit(&revised).await.0]
}

/// The subjects of a list of receipts.
fn kinds(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["subject"].as_str().unwrap()).collect()
}

#[test]
fn each_subject_goes_from_all_surveys_and_no_retry_brings_it_back() {
    run(async {
        let mut collector = Own::start().await;
        let api = &collector.api.clone();
        let site = api.site("shop", ORIGIN, "opt_in").await;
        let orders = site.publish_metric("nps", &json!("order")).await;
        let people = site.publish_metric("csat", &json!({ "days": 30 })).await;
        let other = api.site("other", ORIGIN, "opt_in").await.publish_metric("nps", &json!("order")).await;
        let about = answer_about("1042", 9);
        // One answer of a visitor that names the order, in a survey that knows its respondents by visitor.
        let named = with(by("visitor", "v-1", 5), json!({ "order": { "id": "1042" } }));
        let (user, visitor, nobody) = (by("user", "u-1", 4), by("visitor", "v-2", 3), answer(2));
        let kept = [
            (&orders, answer_about("1043", 8)),
            (&people, by("user", "u-2", 1)),
            (&other, answer_about("1042", 7)),
        ];
        for (survey, answer) in
            [(&orders, &about), (&people, &named), (&people, &user), (&people, &visitor), (&people, &nobody)]
        {
            assert_eq!(survey.submit(answer).await.0, 201);
        }
        for (survey, answer) in &kept {
            assert_eq!(survey.submit(answer).await.0, 201);
        }

        let in_one = erase(api, "shop", &json!({ "order": "1042", "survey": "nps" })).await;
        assert_eq!(
            (&in_one["erased"], &in_one["survey"], &in_one["next"]),
            (&json!(1), &json!("nps"), &Value::Null)
        );
        let unseen = answer(5);
        for (subject, body, erased) in [
            ("order", json!({ "order": "1042" }), 1),
            ("order", json!({ "order": "1042" }), 0),
            ("user", json!({ "user": "u-1" }), 1),
            ("visitor", json!({ "visitor": "u-2" }), 0),
            ("visitor", json!({ "visitor": "v-2" }), 1),
            ("response", json!({ "response": id(&nobody) }), 1),
            ("response", json!({ "response": id(&unseen) }), 0),
        ] {
            let receipt = erase(api, "shop", &body).await;
            assert_eq!(
                (&receipt["subject"], &receipt["erased"]),
                (&json!(subject), &json!(erased)),
                "{body}"
            );
            let stored =
                get(api, &format!("/v1/sites/shop/erasures/{}", receipt["id"].as_str().unwrap())).await;
            assert_eq!(stored, receipt);
        }
        let gone = [
            (&orders, &about),
            (&people, &named),
            (&people, &user),
            (&people, &visitor),
            (&people, &nobody),
            (&people, &unseen),
        ];
        let assert_gone = async || {
            for (survey, answer) in gone {
                assert_eq!(statuses(survey, answer).await, [410, 410], "{answer}");
            }
            for (survey, answer) in &kept {
                let rows = survey.rows().await;
                assert_eq!(rows.len(), 1, "{rows:?}");
                assert_eq!(rows[0]["response_id"], id(answer));
            }
        };
        assert_gone().await;
        collector.kill().await;
        collector.start_again().await;
        assert_gone().await;

        let problem = orders.post(&about).await;
        assert_eq!(problem.headers()["content-type"], "application/problem+json");
        assert_eq!(problem.json::<Value>().await.unwrap()["type"], "urn:problem-type:sondeo:erased");
        assert_eq!(
            orders.submit(&answer_about("1042", 6)).await,
            (201, "created".into()),
            "a later answer is a new one"
        );

        let list = get(api, "/v1/sites/shop/erasures?limit=3").await;
        assert_eq!(kinds(&list), ["response", "response", "visitor"]);
        let rest =
            get(api, &format!("/v1/sites/shop/erasures?cursor={}", list["next"].as_str().unwrap())).await;
        assert_eq!(
            (kinds(&rest), &rest["next"]),
            (vec!["visitor", "user", "order", "order", "order"], &Value::Null)
        );
        let log = get(api, "/v1/sites/shop/audit").await;
        let erasures =
            log["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == "erasure.create");
        assert_eq!(erasures.count(), 8);
        let told = format!("{log}{list}{rest}");
        for key in ["1042", "u-1", "v-2", &id(&about)] {
            assert!(!told.contains(key), "{key} is in {told}");
        }
    });
}

/// A retry may be one of nobody by now, as its visitor objects to being recognised, and then it lies elsewhere. So may the
/// answer that was erased, and its retry be somebody's.
#[test]
fn what_was_erased_returns_neither_unlinked_nor_linked() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("erasure-unlinked", ORIGIN, "opt_in").await;
        let orders = site.publish_metric("nps", &json!("order")).await;
        let people = site.publish_metric("csat", &json!({ "days": 30 })).await;
        let unlinked = |answer: &Value| with(answer.clone(), json!({ "signals": { "gpc": true } }));
        for n in 0..8 {
            let name = n.to_string();
            for (survey, kind, linked) in [
                (&orders, "order", answer_about(&name, 9)),
                (&people, "user", by("user", &name, 4)),
                (&people, "visitor", by("visitor", &name, 3)),
            ] {
                assert_eq!(survey.submit(&linked).await.0, 201);
                assert_eq!(erase(api, &site.id, &json!({ kind: name })).await["erased"], 1, "{kind}");
                assert_eq!(statuses(survey, &unlinked(&linked)).await, [410, 410], "{kind} {name}");
            }
            let linked = answer_about(&format!("later-{name}"), 8);
            assert_eq!(orders.submit(&unlinked(&linked)).await.0, 201);
            assert_eq!(erase(api, &site.id, &json!({ "response": id(&linked) })).await["erased"], 1);
            assert_eq!(statuses(&orders, &linked).await, [410, 410], "{name}");
        }
        // Stored twice already: its retry came unlinked before the erasure.
        let twice = by("user", "twice", 5);
        for sent in [&twice, &unlinked(&twice)] {
            assert_eq!(people.submit(sent).await.0, 201);
        }
        assert_eq!(erase(api, &site.id, &json!({ "user": "twice" })).await["erased"], 2);
        assert_eq!((orders.count().await, people.count().await), (0, 0));
    });
}

#[test]
fn one_answer_goes_by_its_address() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("erasure-delete", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let (gone, kept) = (answer_about("1", 9), answer_about("2", 8));
        for answer in [&gone, &kept] {
            survey.submit(answer).await;
        }
        let path = format!("{}/responses/{}", survey.path, id(&gone));
        for erased in [1, 0] {
            let receipt = api.call(Method::DELETE, &path, String::new()).await;
            assert_eq!(
                (&receipt["subject"], &receipt["survey"], &receipt["erased"]),
                (&json!("response"), &json!("nps"), &json!(erased))
            );
        }
        assert_eq!(api.request(Method::GET, &path).send().await.unwrap().status(), 404);
        assert_eq!(statuses(&survey, &gone).await, [410, 410]);
        assert_eq!(survey.count().await, 1);
    });
}

/// More shards than one request may ask: the receipt says where it goes on.
#[test]
fn an_erasure_goes_on_where_it_was() {
    run(async {
        let collector = Own::start().await;
        let api = &collector.api;
        let site = api.site("wide", ORIGIN, "opt_in").await;
        let mut surveys = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let definition = json!({ "title": name, "metric": "nps", "triggers": [], "shards": 256, "frequency": { "window": { "days": 9 } } });
            surveys.push(site.publish(name, &definition.to_string()).await);
        }
        for survey in &surveys {
            for visitor in 0..8 {
                let named =
                    with(by("visitor", &visitor.to_string(), 5), json!({ "order": { "id": "1042" } }));
                assert_eq!(survey.submit(&named).await.0, 201);
            }
        }
        let first = erase(api, "wide", &json!({ "order": "1042" })).await;
        let next = first["next"].as_str().unwrap();
        let refused =
            api.request(Method::POST, "/v1/sites/wide/erasures").json(&json!({ "user": "1", "next": next }));
        assert_eq!(refused.send().await.unwrap().status(), 404, "of another subject");
        let mut last = first.clone();
        while let Some(next) = last["next"].as_str() {
            last = erase(api, "wide", &json!({ "order": "1042", "next": next })).await;
        }
        assert_eq!((&last["id"], &last["erased"]), (&first["id"], &json!(32)));
        for survey in &surveys {
            assert_eq!(survey.count().await, 0);
        }
        let visitor = erase(api, "wide", &json!({ "visitor": "1" })).await;
        assert_eq!(visitor["next"], Value::Null, "a visitor's answers lie in one shard of each survey");
    });
}

#[test]
fn what_is_no_erasure_is_refused() {
    run(async {
        let api = collector::shared().await;
        api.site("erasure-refused", ORIGIN, "opt_in").await;
        let path = "/v1/sites/erasure-refused/erasures";
        let unknown = "0193a7c2-0000-7000-8000-000000000001";
        for (path, body, status, slug) in [
            (path, json!({}), 422, "invalid-erasure-request"),
            (path, json!({ "order": "1", "user": "2" }), 422, "invalid-erasure-request"),
            (path, json!({ "order": "1", "survey": "nobody" }), 404, "unknown-survey"),
            (path, json!({ "order": "1", "next": format!("{unknown}.a.0") }), 404, "unknown-erasure"),
            ("/v1/sites/nobody/erasures", json!({ "order": "1" }), 404, "unknown-site"),
        ] {
            let reply = api.request(Method::POST, path).json(&body).send().await.unwrap();
            assert_eq!(reply.status(), status, "{body}");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["type"], format!("urn:problem-type:sondeo:{slug}"), "{body}");
        }
        for (rest, status) in [(unknown, 404), ("x", 404)] {
            let reply = api.request(Method::GET, &format!("{path}/{rest}")).send().await.unwrap();
            assert_eq!(reply.status(), status, "{rest}");
        }
        for query in ["cursor=x", "limit=0", "limit=1001"] {
            let reply = api.request(Method::GET, &format!("{path}?{query}")).send().await.unwrap();
            assert_eq!(reply.status(), 422, "{query}");
        }
        assert_eq!(get(api, path).await, json!({ "items": [], "next": null }), "nothing was begun");
    });
}

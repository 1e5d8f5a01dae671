//! Answers are passed on to the receivers that a site names: signed, as long as it takes, and to nobody else.

use e2e::answer::{answer, answer_about, id, with};
use e2e::api::{Api, Site};
use e2e::collector::Own;
use e2e::receiver::{Answer, Message, Receiver};
use e2e::wait::until;
use e2e::{collector, run};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::collections::BTreeSet;

const ORIGIN: &str = "https://hooks.example";

/// A collector that may call a receiver.
async fn start() -> (Receiver, Own) {
    let receiver = Receiver::start().await;
    let collector = Own::start_with(&[("SONDEO_WEBHOOK_ALLOW", &receiver.origin)]).await;
    (receiver, collector)
}

/// Makes a webhook of a site for a receiver's path, and gives its address in the API and its secret.
async fn hook(api: &Api, site: &Site, receiver: &Receiver, path: &str, more: Value) -> (String, String) {
    let all = json!({ "url": format!("{}{path}", receiver.origin), "events": ["response.created"] });
    let list = format!("/v1/sites/{}/webhooks", site.id);
    let made = api.call(Method::POST, &list, with(all, more).to_string()).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (format!("{list}/{}", text("id")), text("secret"))
}

async fn listed(api: &Api, hook: &str, state: &str) -> Vec<Value> {
    let path = format!("{hook}/deliveries?state={state}");
    api.call(Method::GET, &path, String::new()).await["items"].as_array().unwrap().clone()
}

fn in_days(days: i64) -> String {
    (Timestamp::now() + (days * 24).hours()).strftime("%FT%TZ").to_string()
}

fn types(messages: &[Message]) -> BTreeSet<String> {
    messages.iter().map(|message| message.json()["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_receiver_gets_what_it_asked_for_and_can_verify_it() {
    run(async {
        let (receiver, collector) = start().await;
        let api = &collector.api;
        let site = api.site("hooks", ORIGIN, "first_party").await;
        let all = json!({ "events": ["response.created", "response.updated", "response.completed"] });
        let rule = json!({ "rule": {
            "segment": "detractor", "score": { "min": 2 }, "value": { "min": 100, "currency": "EUR" }, "survey": ["nps"],
        } });
        let (hook_all, secret) = hook(api, &site, &receiver, "/all", all).await;
        hook(api, &site, &receiver, "/angry", rule).await;
        hook(api, &site, &receiver, "/slack", json!({ "format": "slack" })).await;
        let survey = site.publish_metric("nps", &json!("order")).await;

        // The visitor objects: nobody is told.
        let gpc = with(answer_about("gpc", 3), json!({ "signals": { "gpc": true, "dnt": false } }));
        let denied =
            with(answer_about("no", 3), json!({ "consent": { "status": "denied", "source": "site" } }));
        let header = survey.request(answer_about("header", 3).to_string()).header("Sec-GPC", "1");
        assert_eq!(header.send().await.unwrap().status(), 201);
        for objecting in [gpc, denied] {
            assert_eq!(survey.submit(&objecting).await.0, 201);
        }

        let order = json!({ "order": { "id": "1042", "value": "150.00", "currency": "EUR" } });
        let said = json!({ "comment": "Late & <cold>\n@here", "revision": 2, "complete": true });
        let first = with(answer(3), order);
        let second = with(first.clone(), said);
        assert_eq!(survey.submit(&first).await, (201, "created".into()));
        receiver.until("/angry", 1).await;
        receiver.until("/slack", 1).await;
        assert_eq!(survey.submit(&second).await, (200, "updated".into()));
        assert_eq!(survey.submit(&second).await, (200, "unchanged".into()));
        // Two that meet no rule but the first one's.
        for (score, value) in [(9, "900.00"), (2, "99.99")] {
            let order = json!({ "order": { "id": value, "value": value, "currency": "EUR" } });
            assert_eq!(survey.submit(&with(answer(score), order)).await.0, 201);
        }

        let messages = receiver.until("/all", 5).await;
        let verifier = Webhook::new(&secret).unwrap();
        let other = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        for message in &messages {
            verifier.verify(&message.body, &message.headers).unwrap();
            assert!(other.verify(&message.body, &message.headers).is_err());
            assert_eq!(message.header("content-type"), "application/json");
        }
        let ids: BTreeSet<&str> = messages.iter().map(|message| message.header("webhook-id")).collect();
        assert_eq!((ids.len(), messages.len()), (5, 5));
        let of_first = |message: &&Message| message.json()["data"]["response_id"] == id(&first).as_str();
        let of_first: Vec<Message> = messages.iter().filter(of_first).cloned().collect();
        let all = ["response.completed", "response.created", "response.updated"].map(str::to_owned);
        assert_eq!(types(&of_first), BTreeSet::from(all));
        let updated =
            of_first.iter().find(|message| message.json()["type"] == "response.updated").unwrap().json();
        assert!(updated["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok());
        let exported = survey.ndjson().await;
        let stored = exported.iter().find(|row| row["response_id"] == id(&first).as_str()).unwrap();
        assert_eq!(&updated["data"], stored, "as in the export");

        // Nothing waits any more, so nothing more will come.
        survey.run_alarms(&in_days(0)).await;
        until("an empty outbox", async || {
            let waits =
                [listed(api, &hook_all, "pending").await, listed(api, &hook_all, "dead").await].concat();
            waits.is_empty().then_some(())
        })
        .await;
        let count = |path| receiver.got(path).len();
        assert_eq!((count("/all"), count("/angry"), count("/slack")), (5, 1, 3));
        assert_eq!(receiver.got("/angry")[0].json()["data"]["response_id"], id(&first).as_str());
        let slack: Vec<Value> = receiver.got("/slack").iter().map(Message::json).collect();
        assert_eq!(slack[0], json!({ "text": "*nps*: 3 of 10 (detractor)\nOrder 1042, 150.00 EUR" }));
    });
}

#[test]
fn what_is_not_taken_is_tried_again_and_holds_up_nobody_else() {
    run(async {
        let (receiver, collector) = start().await;
        let api = &collector.api;
        let site = api.site("retries", ORIGIN, "opt_in").await;
        receiver.plan("/slow", [Answer::Hang, Answer::Status(200)]);
        receiver.plan("/fails", [Answer::Status(500), Answer::Status(204)]);
        receiver
            .plan("/moved", [Answer::Redirect(format!("{}/target", receiver.origin)), Answer::Status(200)]);
        receiver.plan("/half", [Answer::Half]);
        receiver.plan("/gone", [Answer::Status(410)]);
        receiver.plan("/never", [Answer::Status(503)]);
        let paths = ["/slow", "/fails", "/moved", "/half", "/gone", "/never", "/good"];
        let mut hooks = Vec::new();
        for path in paths {
            hooks.push(hook(api, &site, &receiver, path, json!({})).await.0);
        }
        let [slow, fails, moved, half, gone, never, good] = hooks.try_into().unwrap();
        let survey = site.publish_metric("nps", &json!("order")).await;
        assert_eq!(survey.submit(&answer_about("1", 9)).await.0, 201);

        // While one receiver is silent, all others get theirs, also of an answer that comes later.
        receiver.until("/slow", 1).await;
        for path in paths {
            receiver.until(path, 1).await;
        }
        assert_eq!(receiver.got("/slow").len(), 1);
        until("what the receiver said that is gone", async || {
            Some(listed(api, &gone, "dead").await)
                .filter(|dead| dead.len() == 1 && dead[0]["failure"] == "status 410")
        })
        .await;
        assert_eq!(receiver.got("/target").len(), 0, "a redirect is not followed");

        // Each day one try more, until nothing waits: the real clock would take as long.
        let mut day = 0;
        let dead = until("the end of all tries", async || {
            day += 1;
            survey.run_alarms(&in_days(day)).await;
            Some(listed(api, &never, "dead").await).filter(|dead| !dead.is_empty())
        })
        .await;
        assert_eq!((&dead[0]["failure"], &dead[0]["tries"]), (&json!("status 503"), &json!(8)));
        assert_eq!(dead[0]["state"], "dead");
        for hook in [&slow, &fails, &moved, &half, &good] {
            for state in ["pending", "dead"] {
                assert_eq!(listed(api, hook, state).await, Vec::<Value>::new(), "{hook} {state}");
            }
        }
        for (path, tries) in [
            ("/slow", 2),
            ("/fails", 2),
            ("/moved", 2),
            ("/half", 1),
            ("/gone", 1),
            ("/never", 8),
            ("/good", 1),
        ] {
            let messages = receiver.got(path);
            let ids: BTreeSet<&str> = messages.iter().map(|message| message.header("webhook-id")).collect();
            assert_eq!((messages.len(), ids.len()), (tries, 1), "{path}");
        }

        receiver.plan("/never", [Answer::Status(200)]);
        let replayed = api.call(Method::POST, &format!("{never}/deliveries/replay"), String::new()).await;
        assert_eq!(replayed, json!({ "replayed": 1 }));
        let messages = receiver.until("/never", 9).await;
        assert_eq!(messages[8].header("webhook-id"), messages[0].header("webhook-id"));
        until("an empty list", async || {
            let waits = [listed(api, &never, "pending").await, listed(api, &never, "dead").await].concat();
            waits.is_empty().then_some(())
        })
        .await;
    });
}

#[test]
fn a_rotated_secret_signs_beside_the_one_of_before() {
    run(async {
        let (receiver, collector) = start().await;
        let api = &collector.api;
        let site = api.site("hooks-rotated", ORIGIN, "opt_in").await;
        let (hook, first) = hook(api, &site, &receiver, "/rotated", json!({})).await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let mut sent = 0;
        let mut verified_by = async |secrets: &[&str]| {
            sent += 1;
            assert_eq!(survey.submit(&answer_about(&sent.to_string(), 9)).await.0, 201);
            let message = receiver.until("/rotated", sent).await.pop().unwrap();
            let verifies =
                |secret: &&str| Webhook::new(secret).unwrap().verify(&message.body, &message.headers).is_ok();
            secrets.iter().map(verifies).collect::<Vec<bool>>()
        };
        let rotate = async |body: Value| {
            let rotated = api.call(Method::POST, &format!("{hook}/rotate"), body.to_string()).await;
            (rotated["secret"].as_str().unwrap().to_owned(), rotated["former_until"].clone())
        };
        assert_eq!(verified_by(&[&first]).await, [true]);
        let (second, until) = rotate(json!({})).await;
        let until: Timestamp = until.as_str().unwrap().parse().unwrap();
        let overlap = until.duration_since(Timestamp::now()).as_secs();
        assert!((86_000..=86_400).contains(&overlap), "{until}");
        assert_eq!(verified_by(&[&first, &second]).await, [true, true]);
        let (third, _) = rotate(json!({ "overlap_seconds": 60 })).await;
        assert_eq!(verified_by(&[&first, &second, &third]).await, [false, true, true]);
        let (fourth, until) = rotate(json!({ "overlap_seconds": 0 })).await;
        assert_eq!(until, Value::Null, "the older ends at once");
        assert_eq!(verified_by(&[&second, &third, &fourth]).await, [false, false, true]);
        let shown = api.call(Method::GET, &hook, String::new()).await;
        assert_eq!((&shown["secret"], &shown["former_until"]), (&Value::Null, &Value::Null));
        let missing = hook.rsplit_once('/').unwrap().0.to_owned() + "/0123456789abcdef/rotate";
        assert_eq!(api.request(Method::POST, &missing).send().await.unwrap().status(), 404);
    });
}

#[test]
fn what_waits_is_listed_page_by_page_over_all_shards_and_surveys() {
    run(async {
        let (receiver, collector) = start().await;
        let api = &collector.api;
        let site = api.site("hooks-pages", ORIGIN, "opt_in").await;
        receiver.plan("/gone", [Answer::Status(503)]);
        let (hook, _) = hook(api, &site, &receiver, "/gone", json!({})).await;
        let mut sent = BTreeSet::new();
        for metric in ["nps", "csat"] {
            let survey = site.publish_metric(metric, &json!("order")).await;
            for order in 0..7 {
                let answer = answer_about(&order.to_string(), 5);
                assert_eq!(survey.submit(&answer).await.0, 201);
                sent.insert(id(&answer));
            }
        }
        let page = async |query: &str| {
            let list = api.call(Method::GET, &format!("{hook}/deliveries?{query}"), String::new()).await;
            (list["items"].as_array().unwrap().clone(), list["next"].as_str().map(ToOwned::to_owned))
        };
        let (mut listed, mut cursor, mut sizes) = (Vec::new(), String::new(), Vec::new());
        loop {
            let (items, next) = page(&format!("limit=4{cursor}")).await;
            sizes.push(items.len());
            listed.extend(items);
            let Some(next) = next else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(sizes, [4, 4, 4, 2]);
        let of = |name: &str| -> Vec<String> {
            listed.iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(of("response_id").into_iter().collect::<BTreeSet<_>>(), sent, "none twice, none left out");
        assert!(of("created_at").is_sorted());
        let (all, next) = page("").await;
        assert_eq!((all.len(), next), (14, None));
        for query in ["cursor=1", "cursor=x.y", "limit=0", "limit=1001"] {
            let path = format!("{hook}/deliveries?{query}");
            assert_eq!(api.request(Method::GET, &path).send().await.unwrap().status(), 422, "{query}");
        }
    });
}

#[test]
fn a_power_cut_between_write_and_delivery_loses_nothing() {
    run(async {
        let (receiver, mut collector) = start().await;
        let site = collector.api.site("hooks-cut", ORIGIN, "opt_in").await;
        receiver.plan("/cut", [Answer::Hang]);
        hook(&collector.api, &site, &receiver, "/cut", json!({})).await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let mut acknowledged = BTreeSet::new();
        for order in 0..20 {
            let answer = answer_about(&order.to_string(), 9);
            assert_eq!(survey.submit(&answer).await.0, 201);
            acknowledged.insert(id(&answer));
        }
        receiver.until("/cut", 1).await;
        collector.kill().await;
        let before = receiver.got("/cut").len();
        receiver.plan("/cut", [Answer::Status(200)]);
        collector.start_again().await;
        // Nobody asks the Shards anything: their alarms ring by themselves.
        until("every answer", async || {
            let got = receiver.got("/cut").into_iter().skip(before);
            let got: BTreeSet<String> = got
                .map(|message| message.json()["data"]["response_id"].as_str().unwrap().to_owned())
                .collect();
            (got == acknowledged).then_some(())
        })
        .await;
    });
}

#[test]
fn webhooks_are_for_administrators_and_for_public_addresses() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("hooks-refusals", ORIGIN, "opt_in").await;
        let list = format!("/v1/sites/{}/webhooks", site.id);
        let body = |url: &str| json!({ "url": url, "events": ["response.created"] }).to_string();
        let send = async |method: Method, path: &str, body: String| {
            let request = api.request(method, path).header("content-type", "application/json");
            let reply = request.body(body).send().await.unwrap();
            (reply.status().as_u16(), reply.json::<Value>().await.unwrap_or_default())
        };
        for url in [
            "http://hooks.example/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://[::ffff:10.0.0.1]/",
            "https://localhost/",
            "https://metadata.google.internal/",
            "https://user@hooks.example/",
            "https://hooks.example:8443/",
        ] {
            let (status, problem) = send(Method::POST, &list, body(url)).await;
            assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/url")), "{url}");
            assert_eq!(problem["type"], "urn:problem-type:sondeo:invalid-webhook");
        }
        let (status, made) = send(Method::POST, &list, body("https://hooks.example/a")).await;
        assert_eq!(status, 201);
        assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
        let path = format!("{list}/{}", made["id"].as_str().unwrap());
        let (status, changed) = send(Method::PUT, &path, body("https://hooks.example/b")).await;
        assert_eq!(
            (status, &changed["url"], &changed["secret"]),
            (200, &json!("https://hooks.example/b"), &Value::Null)
        );
        assert_eq!(send(Method::PUT, &path, body("https://10.0.0.1/")).await.0, 422);
        assert_eq!(send(Method::GET, &path, String::new()).await, (200, changed.clone()));
        let (_, all) = send(Method::GET, &list, String::new()).await;
        assert_eq!(all["items"], json!([changed]));
        assert_eq!(send(Method::GET, &format!("{path}/deliveries?state=lost"), String::new()).await.0, 422);

        let token = json!({ "scopes": ["survey:write", "responses:read"], "sites": [site.id] }).to_string();
        let token = api.call(Method::POST, "/v1/tokens", token).await;
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let anonymous = api.anonymous(method.clone(), &path).send().await.unwrap();
            assert_eq!(anonymous.status(), 401);
            let weak = api.anonymous(method, &path).bearer_auth(token["token"].as_str().unwrap());
            assert_eq!(weak.send().await.unwrap().status(), 403);
        }
        assert_eq!(send(Method::DELETE, &path, String::new()).await.0, 204);
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(send(method, &path, String::new()).await.0, 404);
        }
    });
}

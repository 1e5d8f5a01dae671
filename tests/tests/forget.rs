//! A visitor has their own answers erased, from the browser that sent them.

use e2e::answer::{answer, answer_about, id, with};
use e2e::browser::Browser;
use e2e::collector::{self, Own};
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, in_both, run};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use uuid::Uuid;

const ORIGIN: &str = "https://forget.example";

/// The keys of this site that the browser has.
async fn kept(browser: &Browser, site: &str) -> Vec<String> {
    let keys = "return Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter((key) => key.startsWith(arguments[0]))";
    let keys = browser.eval_with(keys, vec![format!("sondeo:{site}:").into()]).await;
    serde_json::from_value(keys).unwrap()
}

in_both!(what_a_visitor_forgets_is_erased);
fn what_a_visitor_forgets_is_erased(engine: Engine) {
    run(async {
        let site = format!("forget-{engine}");
        let shop = Shop::open(collector::shared().await, &site).await;
        let article = shop.site.survey("help-article");
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().answer(9, "About an order").await;
        browser.goto(&shop.url("/help/grind")).await;
        browser.loader().await;
        browser.eval("sondeo('show', 'help-article')").await;
        browser.card().answer(5, "As a visitor").await;
        let other = answer_about("another", 3);
        assert_eq!(shop.purchases().submit(&other).await.0, 201);
        until("both are whole", async || {
            let rows = [shop.purchases().rows().await, article.rows().await].concat();
            (rows.iter().filter(|row| !row["comment"].is_empty()).count() == 2).then_some(())
        })
        .await;
        browser.eval("sondeo('consent', 'denied')").await;
        assert_eq!(article.count().await, 1, "a withdrawal of consent erases nothing");
        browser.eval("sondeo('forget')").await;
        until("both are erased", async || {
            ((shop.purchases().count().await, article.count().await) == (1, 0)).then_some(())
        })
        .await;
        until("nothing is kept", async || kept(&browser, &site).await.is_empty().then_some(())).await;
        assert_eq!(shop.purchases().rows().await[0]["response_id"], id(&other), "nobody else's");
        let list =
            shop.site.api.call(Method::GET, &format!("/v1/sites/{site}/erasures"), String::new()).await;
        let [receipt] = list["items"].as_array().unwrap().as_slice() else { panic!("{list}") };
        let got = ["subject", "erased", "by"].map(|name| receipt[name].clone());
        assert_eq!(got, [json!("forget"), json!(2), json!("visitor")]);
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

in_both!(forgetting_outlives_the_page_and_an_outage);
fn forgetting_outlives_the_page_and_an_outage(engine: Engine) {
    run(async {
        let mut collector = Own::start().await;
        let shop = Shop::open(&collector.api, "forget-outage").await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().choose(3).await;
        until("the score is stored", async || (shop.purchases().count().await == 1).then_some(())).await;
        collector.kill().await;
        // A second revision waits in the outbox: it must not be what comes back.
        browser.card().part("textarea").await.send_keys("Not to be kept").await.unwrap();
        browser.card().click(".send").await;
        browser.card().text("p[role=status]").await;
        browser.eval("sondeo('forget'); sondeo('forget')").await;
        let waiting = kept(&browser, "forget-outage").await;
        assert!(waiting.len() == 1 && waiting[0].contains(":out:~"), "{waiting:?}");
        browser.goto(&shop.url("/privacy")).await;
        collector.start_again().await;
        browser.goto(&shop.url("/help/grind")).await;
        until("it is erased", async || (shop.purchases().count().await == 0).then_some(())).await;
        until("nothing is kept", async || kept(&browser, "forget-outage").await.is_empty().then_some(()))
            .await;
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

#[test]
fn only_the_key_of_an_answer_erases_it_and_no_reply_tells_whether_it_did() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("forget-keys", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!({ "days": 30 })).await;
        let keyed = |answer: Value| with(answer, json!({ "erasure_key": Uuid::new_v4() }));
        let visitor = json!({ "kind": "visitor", "key": "v" });
        let named = keyed(with(answer(9), json!({ "respondent": visitor })));
        let (nobody, bare, late) = (keyed(answer(8)), answer(7), keyed(answer(6)));
        for answer in [&named, &nobody, &bare] {
            assert_eq!(survey.submit(answer).await.0, 201);
        }
        let claim = |answer: &Value, key: &Value| json!({ "survey": "nps", "id": answer["id"], "key": key, "respondent": answer["respondent"] });
        let own = |answer: &Value| claim(answer, &answer["erasure_key"]);
        let send = |origin: &str, body: String| {
            let request =
                api.anonymous(Method::POST, "/v1/sites/forget-keys/forget").header("origin", origin);
            request.header("content-type", "text/plain").body(body).send()
        };
        let forget = async |claims: Value| {
            let reply = send(ORIGIN, claims.to_string()).await.unwrap();
            assert_eq!(reply.status(), 200, "{claims}");
            assert_eq!(reply.headers()["access-control-allow-origin"], ORIGIN);
            let reply: Value = reply.json().await.unwrap();
            let members: Vec<&str> = reply.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["at", "id"], "{claims}");
        };
        let receipts = async || {
            let list = api.call(Method::GET, "/v1/sites/forget-keys/erasures", String::new()).await;
            list["items"].as_array().unwrap().len()
        };
        let wrong = json!(Uuid::new_v4());
        let elsewhere = with(own(&named), json!({ "survey": "nobody" }));
        forget(json!([claim(&named, &wrong), claim(&nobody, &wrong), claim(&bare, &wrong), elsewhere])).await;
        assert_eq!((survey.count().await, receipts().await), (3, 0), "nothing was theirs");
        // A revision cannot bring a key of its own.
        let revised = with(nobody.clone(), json!({ "revision": 2, "erasure_key": wrong }));
        assert_eq!(survey.submit(&revised).await.0, 200);
        forget(json!([claim(&nobody, &wrong)])).await;
        assert_eq!(survey.count().await, 3);

        // What is forgotten before it arrives is refused when it does; without its key the same id is somebody else's.
        forget(json!([own(&named), own(&nobody), own(&late)])).await;
        assert_eq!((survey.count().await, receipts().await), (1, 1));
        for answer in [&named, &nobody, &late] {
            assert_eq!(survey.submit(answer).await.0, 410, "{answer}");
        }
        let other = with(late.clone(), json!({ "erasure_key": Uuid::new_v4() }));
        assert_eq!(survey.submit(&other).await.0, 201);
        // Nor does it return when it has become one of nobody, or somebody's.
        for n in 0..8 {
            let visitor = json!({ "respondent": { "kind": "visitor", "key": n.to_string() } });
            let linked = keyed(with(answer(9), visitor));
            let unlinked = with(linked.clone(), json!({ "signals": { "gpc": true } }));
            for (first, retry) in [(&linked, &unlinked), (&unlinked, &linked)] {
                let key = json!({ "id": Uuid::new_v4(), "erasure_key": Uuid::new_v4() });
                let (first, retry) = (with(first.clone(), key.clone()), with(retry.clone(), key));
                assert_eq!(survey.submit(&first).await.0, 201);
                forget(json!([own(&first)])).await;
                assert_eq!(survey.submit(&retry).await.0, 410, "{retry}");
            }
        }
        assert_eq!(survey.count().await, 2);

        let again = keyed(with(answer(1), json!({ "respondent": visitor })));
        assert_eq!(survey.submit(&again).await.0, 201, "a later answer is a new one");

        let good = json!([own(&again)]).to_string();
        for (origin, body, status) in [
            ("https://other.example", good.clone(), 403),
            (ORIGIN, "{}".into(), 422),
            (ORIGIN, json!([{ "survey": "nps" }]).to_string(), 422),
            (ORIGIN, "x".repeat(65 * 1024), 413),
        ] {
            assert_eq!(send(origin, body.clone()).await.unwrap().status(), status, "{body:.40}");
        }
        assert_eq!(survey.count().await, 3);
    });
}

/// The Registry fails: before anything is erased nothing is, and afterwards there is a receipt that is not done.
#[test]
fn no_answer_goes_without_a_receipt() {
    run(async {
        let mut collector = Own::start().await;
        let api = collector.api.clone();
        let site = api.site("shop", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let sent = with(answer_about("1042", 9), json!({ "erasure_key": Uuid::new_v4() }));
        assert_eq!(survey.submit(&sent).await.0, 201);
        let claim = json!([{
            "survey": "nps", "id": sent["id"], "key": sent["erasure_key"],
            "respondent": { "kind": "order", "key": "1042" },
        }]);
        // What the Registry does not do, what `forget` says, whether the answer is there, and the receipts that are done
        // and not.
        for (fails, status, stored, receipts) in
            [(Some("INSERT"), 503, 1, [0, 0]), (Some("UPDATE"), 503, 0, [0, 1]), (None, 200, 0, [0, 1])]
        {
            collector.stop().await;
            break_registry(collector.state(), fails);
            collector.start_again().await;
            let request = api.anonymous(Method::POST, "/v1/sites/shop/forget").json(&claim);
            assert_eq!(request.send().await.unwrap().status(), status, "{fails:?}");
            assert_eq!(survey.count().await, stored, "{fails:?}");
            let list = api.call(Method::GET, "/v1/sites/shop/erasures", String::new()).await;
            let (open, done): (Vec<_>, Vec<_>) =
                list["items"].as_array().unwrap().iter().partition(|receipt| receipt["next"].is_string());
            assert_eq!([done.len(), open.len()], receipts, "{fails:?}: {list}");
        }
        let log = api.call(Method::GET, "/v1/sites/shop/audit", String::new()).await;
        let entries = log["items"].as_array().unwrap().iter();
        assert_eq!(entries.filter(|entry| entry["action"] == "erasure.create").count(), 1, "{log}");
    });
}

/// Has the Registry's database refuse receipts: new ones, or changes of them.
fn break_registry(state: &Path, fails: Option<&str>) {
    let mut folders = vec![state.to_owned()];
    let mut broken = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sqlite") {
                let database = Connection::open(path).unwrap();
                if database.prepare("SELECT 1 FROM erasure").is_ok() {
                    broken += 1;
                    database.execute_batch("DROP TRIGGER IF EXISTS broken").unwrap();
                    if let Some(what) = fails {
                        let trigger = "CREATE TRIGGER broken BEFORE WHAT ON erasure BEGIN SELECT RAISE(ABORT, 'broken'); END";
                        database.execute_batch(&trigger.replace("WHAT", what)).unwrap();
                    }
                }
            }
        }
    }
    assert_eq!(broken, 1, "there is one Registry");
}

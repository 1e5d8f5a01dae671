//! What browsers load, and what they and proxies may keep of it; what a stored answer costs.

use e2e::answer::{answer_about, with};
use e2e::api::Api;
use e2e::{collector, run};
use reqwest::{Method, Response};
use serde_json::json;
use std::io::Read;

const ORIGIN: &str = "https://serving.example";

async fn get(api: &Api, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = api.anonymous(Method::GET, path);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'r>(reply: &'r Response, name: &str) -> &'r str {
    reply.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[test]
fn the_loader_is_cached_for_a_minute_and_revalidated() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("serving-loader", ORIGIN, "opt_in").await;
        site.publish_metric("nps", &json!("order")).await;
        let path = "/s/serving-loader.js";
        let first = get(api, path, &[]).await;
        assert_eq!(first.status(), 200);
        assert_eq!(header(&first, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&first, "cache-control"), "public, max-age=60, stale-while-revalidate=600");
        assert_eq!(header(&first, "x-content-type-options"), "nosniff");
        assert_eq!(header(&first, "cross-origin-resource-policy"), "cross-origin");
        let tag = header(&first, "etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 10, "{tag}");

        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
            let again = get(api, path, &[("if-none-match", &known)]).await;
            assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, tag.as_str()), "{known}");
            assert_eq!(again.bytes().await.unwrap().len(), 0);
        }
        site.publish_metric("csat", &json!("ever")).await;
        let changed = get(api, path, &[("if-none-match", &tag)]).await;
        assert_eq!(changed.status(), 200, "a new survey is a new script");
        assert_ne!(header(&changed, "etag"), tag);

        assert_eq!(get(api, "/s/nobody.js", &[]).await.status(), 404);
        assert_eq!(get(api, "/s/..%2fhealthz.js", &[]).await.status(), 404);
    });
}

#[test]
fn the_widget_is_immutable_and_compressed() {
    run(async {
        let api = collector::shared().await;
        api.site("serving-widget", ORIGIN, "opt_in").await;
        let script = get(api, "/s/serving-widget.js", &[]).await.text().await.unwrap();
        let (_, rest) = script.split_once("\"assets\":\"").unwrap();
        let (assets, _) = rest.split_once('"').unwrap();
        for (file, media_type) in
            [("card.js", "text/javascript; charset=utf-8"), ("card.wasm", "application/wasm")]
        {
            let path = format!("{assets}{file}");
            let plain = get(api, &path, &[("accept-encoding", "identity")]).await;
            let small = get(api, &path, &[("accept-encoding", "br, gzip;q=0.5")]).await;
            for reply in [&plain, &small] {
                assert_eq!(reply.status(), 200);
                assert_eq!(header(reply, "content-type"), media_type);
                assert_eq!(header(reply, "cache-control"), "public, max-age=31536000, immutable");
                assert_eq!(header(reply, "access-control-allow-origin"), "*");
                assert_eq!(header(reply, "vary").to_ascii_lowercase(), "accept-encoding");
            }
            assert_eq!((header(&plain, "content-encoding"), header(&small, "content-encoding")), ("", "br"));
            let (plain, small) = (plain.bytes().await.unwrap(), small.bytes().await.unwrap());
            let mut unpacked = Vec::new();
            brotli::Decompressor::new(&*small, 4096).read_to_end(&mut unpacked).unwrap();
            assert!(unpacked == plain && small.len() < plain.len(), "{file} is the same in both");
        }
        let stale = get(api, "/a/0000000000000000/card.wasm", &[]).await;
        assert_eq!((stale.status().as_u16(), header(&stale, "cache-control")), (404, "no-store"));
    });
}

#[test]
fn a_page_of_the_site_may_ask_before_it_sends_json() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("serving-preflight", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let ask = async |origin: &str| {
            let request = api.anonymous(Method::OPTIONS, &format!("{}/responses", survey.path));
            let request = request.header("origin", origin).header("access-control-request-method", "POST");
            request.header("access-control-request-headers", "content-type").send().await.unwrap()
        };
        let own = ask(ORIGIN).await;
        assert_eq!((own.status().as_u16(), header(&own, "access-control-allow-origin")), (204, ORIGIN));
        assert_eq!(header(&own, "access-control-allow-methods"), "POST");
        assert_eq!(header(&own, "access-control-allow-headers").to_ascii_lowercase(), "content-type");
        let other = ask("https://other.example").await;
        assert_eq!((other.status().as_u16(), header(&other, "access-control-allow-origin")), (403, ""));

        let stored = survey.request(answer_about("1", 9).to_string()).send().await.unwrap();
        assert_eq!(header(&stored, "access-control-allow-origin"), ORIGIN);
        let refused = survey.request("{}").send().await.unwrap();
        assert_eq!(header(&refused, "access-control-allow-origin"), ORIGIN, "the page may read why");
    });
}

#[test]
fn an_answer_costs_at_most_two_rows_and_a_replay_none() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("serving-rows", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!({ "days": 30 })).await;
        let first = with(
            answer_about("1", 9),
            json!({ "respondent": { "kind": "visitor", "key": "v" }, "attributes": { "plan": "pro" } }),
        );
        let second = with(first.clone(), json!({ "revision": 2, "complete": true, "comment": "Good" }));
        for (answer, status, most) in [
            (&first, "created", 2),
            (&first, "unchanged", 0),
            (&second, "updated", 2),
            (&second, "unchanged", 0),
            (&first, "unchanged", 0),
        ] {
            let reply = survey.post(answer).await;
            let rows: u32 = header(&reply, "sondeo-rows-written").parse().unwrap();
            let stores = most > 0;
            assert!(rows <= most && (rows > 0) == stores, "{status}: {rows}");
            let reply: serde_json::Value = reply.json().await.unwrap();
            assert_eq!(reply["status"], status);
        }
    });
}

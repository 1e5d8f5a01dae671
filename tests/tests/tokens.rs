//! Tokens: what each may do, how they end, and what is noted of it.

use e2e::answer::{answer, id};
use e2e::api::Api;
use e2e::collector::{self, Own};
use e2e::run;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ORIGIN: &str = "https://tokens.example";
const SCOPES: [&str; 4] = ["admin", "survey:write", "responses:read", "responses:erase"];

async fn token(api: &Api, members: Value) -> (String, String) {
    let reply = api.call(Method::POST, "/v1/tokens", members.to_string()).await;
    let text = |name: &str| reply[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

async fn status(api: &Api, method: &Method, path: &str, token: &str) -> u16 {
    let request = api.anonymous(method.clone(), path).bearer_auth(token);
    let body = if *method == Method::GET { String::new() } else { "{}".into() };
    request.header("content-type", "application/json").body(body).send().await.unwrap().status().as_u16()
}

/// Every route that takes a token: who passes is told that something else is wrong, or gets it. `*` is any scope.
#[test]
fn every_route_asks_for_its_scope_on_its_site() {
    run(async {
        let api = collector::shared().await;
        let survey =
            api.site("tokens-scopes", ORIGIN, "opt_in").await.publish_metric("nps", &json!("order")).await;
        api.site("tokens-other", ORIGIN, "opt_in").await;
        let mut own = Vec::new();
        let mut other = Vec::new();
        for scope in SCOPES {
            own.push((scope, token(api, json!({ "scopes": [scope], "sites": ["tokens-scopes"] })).await.1));
            other.push(token(api, json!({ "scopes": [scope], "sites": ["tokens-other"] })).await.1);
        }
        let none = token(api, json!({ "scopes": SCOPES, "sites": [] })).await.1;
        let expired =
            json!({ "scopes": SCOPES, "sites": ["tokens-scopes"], "expires_at": "2026-01-01T00:00:00Z" });
        let expired = token(api, expired).await.1;
        let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
        let site = "/v1/sites/tokens-scopes";
        let survey = &survey.path;
        let one = format!("{survey}/responses/{}", id(&answer(1)));
        for (method, path, scope) in [
            (&get, format!("{survey}/responses"), "responses:read"),
            (&get, one.clone(), "responses:read"),
            (&Method::PATCH, one.clone(), "survey:write"),
            (&delete, one, "responses:erase"),
            (&get, format!("{survey}/stats"), "responses:read"),
            (&post, format!("{site}/erasures"), "responses:erase"),
            (&get, format!("{site}/erasures"), "responses:erase"),
            (&get, format!("{site}/erasures/x"), "responses:erase"),
            (&get, format!("{site}/audit"), "admin"),
            (&get, site.to_owned(), "*"),
            (&put, site.to_owned(), "admin"),
            (&get, format!("{site}/surveys"), "*"),
            (&get, survey.clone(), "*"),
            (&put, survey.clone(), "survey:write"),
            (&post, format!("{survey}/publish"), "survey:write"),
            (&post, format!("{survey}/pause"), "survey:write"),
            (&post, format!("{survey}/preview"), "survey:write"),
            (&post, format!("{survey}/links"), "survey:write"),
            (&get, format!("{site}/link-key"), "admin"),
            (&get, format!("{site}/identity-key"), "admin"),
            (&get, format!("{site}/webhooks"), "admin"),
            (&post, format!("{site}/webhooks"), "admin"),
            (&get, format!("{site}/webhooks/x"), "admin"),
            (&put, format!("{site}/webhooks/x"), "admin"),
            (&delete, format!("{site}/webhooks/x"), "admin"),
            (&post, format!("{site}/webhooks/x/rotate"), "admin"),
            (&get, format!("{site}/webhooks/x/deliveries"), "admin"),
            (&post, format!("{site}/webhooks/x/deliveries/replay"), "admin"),
            (&get, format!("{site}/tag"), "*"),
        ] {
            for (held, token) in &own {
                let may = scope == "*" || [scope, "admin"].contains(held);
                let got = status(api, method, &path, token).await;
                assert_eq!(![401, 403].contains(&got), may, "{method} {path} with {held}: {got}");
            }
            for token in other.iter().chain([&none]) {
                assert_eq!(status(api, method, &path, token).await, 403, "{method} {path} for other sites");
            }
            for token in [expired.as_str(), "sondeo_0_0", ""] {
                assert_eq!(status(api, method, &path, token).await, 401, "{method} {path} with {token}");
            }
        }
        // Those of no site.
        let [(_, admin), (_, writer), ..] = own.as_slice() else { panic!() };
        for (method, path) in [
            (&get, "/v1/tokens"),
            (&post, "/v1/tokens"),
            (&delete, "/v1/tokens/x"),
            (&post, "/v1/tokens/x/rotate"),
        ] {
            assert_eq!(status(api, method, path, writer).await, 403, "{method} {path}");
            assert_eq!(status(api, method, path, &expired).await, 401, "{method} {path}");
            assert!(![401, 403].contains(&status(api, method, path, admin).await), "{method} {path}");
        }
        for (method, path) in
            [(&get, "/v1/audit"), (&get, "/v1/counters"), (&post, "/v1/maintenance/wake?cursor=zzz/zzz/0")]
        {
            assert_eq!(status(api, method, path, admin).await, 403, "{path}: of other sites, too");
            assert_eq!(api.request(method.clone(), path).send().await.unwrap().status(), 200);
        }
    });
}

#[test]
fn a_token_that_is_ended_is_refused_at_once_and_so_is_a_rotated_secret_in_the_end() {
    run(async {
        let mut collector = Own::start().await;
        let api = &collector.api.clone();
        api.site("shop", ORIGIN, "opt_in").await;
        api.site("other", ORIGIN, "opt_in").await;
        let (reader, secret) = token(api, json!({ "scopes": ["responses:read"], "sites": ["shop"] })).await;
        let works = async |secret: &str| match status(api, &Method::GET, "/v1/sites/shop", secret).await {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        };
        let rotate = async |body: &str| {
            api.call(Method::POST, &format!("/v1/tokens/{reader}/rotate"), body.into()).await
        };
        let new = |reply: &Value| reply["token"].as_str().unwrap().to_owned();
        assert!(works(&secret).await);

        let second = rotate("{}").await;
        assert!(second["former_until"].is_string(), "{second}");
        let second = new(&second);
        assert!(second.starts_with(&format!("sondeo_{reader}_")) && second != secret);
        assert!(works(&secret).await && works(&second).await, "both are good for a day");
        let third = new(&rotate("{}").await);
        assert_eq!(
            [works(&secret).await, works(&second).await, works(&third).await],
            [false, true, true],
            "two at most"
        );
        collector.stop().await;
        collector.start_again().await;
        assert_eq!([works(&secret).await, works(&second).await, works(&third).await], [false, true, true]);
        let fourth = rotate(r#"{"overlap_seconds": 0}"#).await;
        assert_eq!(fourth["former_until"], Value::Null);
        let fourth = new(&fourth);
        assert_eq!([works(&third).await, works(&fourth).await], [false, true]);

        let (_, neighbour) = token(api, json!({ "scopes": ["admin"], "sites": ["other"] })).await;
        let path = format!("/v1/tokens/{reader}");
        for (method, path) in [(Method::DELETE, path.clone()), (Method::POST, format!("{path}/rotate"))] {
            assert_eq!(status(api, &method, &path, &neighbour).await, 403, "it is for other sites");
        }
        let listed = async |secret: &str| -> Value {
            api.anonymous(Method::GET, "/v1/tokens")
                .bearer_auth(secret)
                .send()
                .await
                .unwrap()
                .json()
                .await
                .unwrap()
        };
        assert_eq!(listed(&neighbour).await["items"].as_array().unwrap().len(), 1, "its own");
        let all = api.call(Method::GET, "/v1/tokens", String::new()).await;
        let expected = json!({ "id": reader, "scopes": ["responses:read"], "sites": ["shop"], "expires_at": null, "former_until": null });
        let mut first = all["items"][0].clone();
        assert!(first.as_object_mut().unwrap().remove("created_at").is_some_and(|at| at.is_string()));
        assert_eq!(first, expected, "without a secret");

        // No isolate keeps tokens, so this one is refused by the very next request.
        for (path, status) in [(path.as_str(), 204), (path.as_str(), 404), ("/v1/tokens/00000000", 404)] {
            assert_eq!(api.request(Method::DELETE, path).send().await.unwrap().status(), status, "{path}");
        }
        assert_eq!([works(&second).await, works(&fourth).await], [false, false]);
        let refused = api.request(Method::POST, &format!("{path}/rotate")).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::NOT_FOUND);
        let faulty =
            api.request(Method::POST, &format!("{path}/rotate")).json(&json!({ "overlap_seconds": "x" }));
        assert_eq!(faulty.send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn the_audit_log_tells_exports_and_changes_newest_first() {
    run(async {
        let collector = Own::start().await;
        let api = &collector.api;
        let survey = api.site("shop", ORIGIN, "opt_in").await.publish_metric("nps", &json!("order")).await;
        api.site("shop-2", ORIGIN, "opt_in").await;
        let (reader, secret) = token(api, json!({ "scopes": ["responses:read"], "sites": ["shop"] })).await;
        for format in ["csv", "ndjson"] {
            let export = format!("{}/responses?format={format}", survey.path);
            assert_eq!(status(api, &Method::GET, &export, &secret).await, 200);
        }
        api.call(Method::DELETE, &format!("/v1/tokens/{reader}"), String::new()).await;
        let entries = async |path: &str| {
            let list = api.call(Method::GET, path, String::new()).await;
            let entries = list["items"].as_array().unwrap().iter().map(|entry| {
                let text = |name: &str| entry[name].as_str().unwrap();
                assert!(text("at").ends_with('Z'));
                let actor = if text("actor") == reader { "reader" } else { "owner" };
                format!("{actor} {} {}", text("action"), text("subject").replace(&reader, "KID"))
            });
            (entries.collect::<Vec<_>>(), list["next"].as_str().map(str::to_owned))
        };
        let site = [
            "reader responses.export shop/nps ndjson",
            "reader responses.export shop/nps csv",
            "owner survey.publish shop/nps 1",
            "owner survey.create shop/nps",
            "owner site.create shop",
        ];
        assert_eq!(entries("/v1/sites/shop/audit").await, (site.map(Into::into).into(), None));
        let (first, next) = entries("/v1/sites/shop/audit?limit=2").await;
        let (second, end) = entries(&format!("/v1/sites/shop/audit?limit=3&cursor={}", next.unwrap())).await;
        assert_eq!(([first, second].concat(), end), (site.map(Into::into).into(), None), "page by page");
        let (all, _) = entries("/v1/audit?limit=4").await;
        let expected = ["owner token.revoke KID", site[0], site[1], "owner token.create KID"];
        assert_eq!(all, expected);
        for query in ["cursor=x", "cursor=-1", "limit=0"] {
            let reply = api.request(Method::GET, &format!("/v1/audit?{query}")).send().await.unwrap();
            assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        }
    });
}

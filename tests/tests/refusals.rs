//! Every kind of bad input gets its exact problem document, and nothing is written.

use e2e::answer::{answer, answer_about, with};
use e2e::api::{Api, Survey};
use e2e::{collector, run};
use reqwest::{Body, Method, RequestBuilder, Response};
use serde_json::{Value, json};

const ORIGIN: &str = "https://refusals.example";
/// JSON pointers of a problem's `errors`.
type Pointers = &'static [&'static str];

struct Place {
    api: Api,
    survey: Survey,
    before: String,
}

impl Place {
    async fn new(id: &str) -> Self {
        let api = collector::shared().await.clone();
        let site = api.site(id, ORIGIN, "opt_in").await;
        let draft = json!({ "title": "T", "metric": "nps", "triggers": [] }).to_string();
        api.call(Method::PUT, &site.survey("draft").path, draft).await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        assert_eq!(survey.submit(&answer_about("kept", 9)).await.0, 201);
        let before = survey.csv().await;
        Self { api, survey, before }
    }

    async fn token(&self, scopes: &[&str], sites: &[&str]) -> String {
        let body = json!({ "scopes": scopes, "sites": sites }).to_string();
        let reply = self.api.call(Method::POST, "/v1/tokens", body).await;
        reply["token"].as_str().unwrap().to_owned()
    }

    async fn assert_unchanged(&self) {
        assert_eq!(self.survey.csv().await, self.before);
        assert_eq!(self.survey.count().await, 1);
    }
}

async fn refused(
    what: &str,
    request: RequestBuilder,
    status: u16,
    slug: &str,
    pointers: Pointers,
) -> Response {
    let reply = request.send().await.unwrap();
    let headers = reply.headers().clone();
    let (got, body) = (reply.status().as_u16(), reply.bytes().await.unwrap());
    let said = String::from_utf8_lossy(&body);
    assert_eq!(got, status, "{what}: {said}");
    assert_eq!(headers["content-type"], "application/problem+json", "{what}");
    assert_eq!(headers["cache-control"], "no-store", "{what}");
    assert_eq!(headers["x-content-type-options"], "nosniff", "{what}");
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(problem["type"], format!("urn:problem-type:sondeo:{slug}"), "{what}: {said}");
    assert_eq!(problem["status"], status, "{what}");
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{what}");
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let got: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(got, pointers, "{what}: {said}");
    let explained = errors.iter().all(|error| error["detail"].as_str().is_some_and(|text| !text.is_empty()));
    assert!(explained, "{what}: {said}");
    let mut reply = http::Response::new(body);
    *reply.headers_mut() = headers;
    reply.into()
}

#[test]
fn bodies_that_are_no_answer() {
    run(async {
        let place = Place::new("refusals-bodies").await;
        let text = |text: &str| text.as_bytes().to_vec();
        let but = |members: Value| with(answer_about("1", 9), members).to_string().into_bytes();
        let wrong_types = json!({
            "id": 7, "revision": "1", "survey_version": "x", "score": "9", "complete": "yes", "comment": 5,
            "reasons": "price", "locale": 1, "page": "/", "order": [], "respondent": "me", "attributes": [],
            "consent": "granted", "signals": true, "timing": 5,
        });
        let all: Pointers = &[
            "/id",
            "/revision",
            "/survey_version",
            "/score",
            "/complete",
            "/comment",
            "/reasons",
            "/locale",
            "/page",
            "/order",
            "/respondent",
            "/attributes",
            "/consent",
            "/signals",
            "/timing",
        ];
        let whole: Pointers = &[""];
        let many: Value =
            (0..21).map(|n| (n.to_string(), Value::from("x"))).collect::<serde_json::Map<_, _>>().into();
        let surrogate = String::from_utf8(but(json!({ "comment": "SURROGATE" }))).unwrap();
        let table: Vec<(&str, Vec<u8>, Pointers)> = vec![
            ("nothing", vec![], whole),
            ("not JSON", text("score=9"), whole),
            ("half a document", text(r#"{"id": "#), whole),
            ("two documents", text("{}{}"), whole),
            ("a list", text("[]"), whole),
            ("a number", text("9"), whole),
            ("null", text("null"), whole),
            ("not UTF-8", [&b"{\"comment\": \""[..], &[0xff, 0xfe], b"\"}"].concat(), whole),
            ("a lone leading surrogate", surrogate.replace("SURROGATE", "\\ud83d").into(), whole),
            ("a lone trailing surrogate", surrogate.replace("SURROGATE", "\\udc00").into(), whole),
            ("lists in lists", "[".repeat(30_000).into(), whole),
            ("objects in objects", r#"{"a":"#.repeat(6_000).into(), whole),
            (
                "depth in a member that is ignored",
                text(&format!("{{\"x\":{}1{}}}", "[".repeat(9_000), "]".repeat(9_000))),
                whole,
            ),
            ("nothing that must be there", text("{}"), &["/id", "/revision", "/score"]),
            ("nulls", but(json!({ "id": null, "score": null })), &["/id", "/score"]),
            ("wrong types", wrong_types.to_string().into(), all),
            ("no UUID", but(json!({ "id": "1" })), &["/id"]),
            ("a score over the scale", but(json!({ "score": 11 })), &["/score"]),
            ("a score under the scale", but(json!({ "score": -1 })), &["/score"]),
            ("half a score", but(json!({ "score": 8.5 })), &["/score"]),
            ("a huge score", but(json!({ "score": 1e300 })), &["/score"]),
            ("revision 0", but(json!({ "revision": 0 })), &["/revision"]),
            ("revision 1001", but(json!({ "revision": 1001 })), &["/revision"]),
            ("a long comment", but(json!({ "comment": "x".repeat(2001) })), &["/comment"]),
            ("reasons", but(json!({ "reasons": ["a", 1, ""] })), &["/reasons/1", "/reasons/2"]),
            ("a language", but(json!({ "locale": "english language" })), &["/locale"]),
            ("a path with a query", but(json!({ "page": { "path": "/a?email=x" } })), &["/page/path"]),
            ("a full address", but(json!({ "page": { "path": "https://a.example/" } })), &["/page/path"]),
            (
                "an order without id",
                but(json!({ "order": { "value": "1e3", "currency": "eur" } })),
                &["/order/id", "/order/value", "/order/currency"],
            ),
            (
                "a respondent",
                but(json!({ "respondent": { "kind": "cookie" } })),
                &["/respondent/kind", "/respondent/key"],
            ),
            ("21 attributes", but(json!({ "attributes": many })), &["/attributes"]),
            (
                "an attribute",
                but(json!({ "attributes": { "a/b": 1, "c": "x".repeat(201) } })),
                &["/attributes/a~1b", "/attributes/c"],
            ),
            (
                "consent",
                but(json!({ "consent": { "status": "yes", "source": "me", "at": "now" } })),
                &["/consent/status", "/consent/source", "/consent/at"],
            ),
            ("signals", but(json!({ "signals": { "gpc": "1" } })), &["/signals/gpc"]),
            ("timing", but(json!({ "timing": { "shown_to_score_ms": -1 } })), &["/timing/shown_to_score_ms"]),
        ];
        for (what, body, pointers) in table {
            refused(what, place.survey.request(body), 422, "invalid-response", pointers).await;
        }
        place.assert_unchanged().await;
    });
}

#[test]
fn requests_that_are_no_answer() {
    run(async {
        let place = Place::new("refusals-requests").await;
        let path = format!("{}/responses", place.survey.path);
        let good = answer(9).to_string();
        let send = |path: &str| place.api.anonymous(Method::POST, path).body(good.clone());
        let text = |path: &str| send(path).header("content-type", "text/plain").header("origin", ORIGIN);
        let sites = "/v1/sites/refusals-requests";

        for (what, path, slug) in [
            ("a site", "/v1/sites/nobody/surveys/nps/responses".to_owned(), "unknown-site"),
            ("a site's name", "/v1/sites/No_Body/surveys/nps/responses".to_owned(), "unknown-site"),
            ("a survey", format!("{sites}/surveys/nobody/responses"), "unknown-survey"),
            ("a survey's name", format!("{sites}/surveys/No_Body/responses"), "unknown-survey"),
            ("a draft", format!("{sites}/surveys/draft/responses"), "survey-not-published"),
            ("no route", format!("{sites}/responses"), "not-found"),
            ("a slash too many", format!("{path}/"), "not-found"),
        ] {
            refused(what, text(&path), 404, slug, &[]).await;
        }
        for content_type in
            ["application/x-www-form-urlencoded", "multipart/form-data", "text/html", "text/plainly", ""]
        {
            let request = send(&path).header("content-type", content_type);
            refused(content_type, request, 415, "unsupported-media-type", &[]).await;
        }
        refused("no type", send(&path), 415, "unsupported-media-type", &[]).await;
        for origin in
            ["https://other.example", "http://refusals.example", "https://refusals.example:8443", "null"]
        {
            let request = send(&path).header("content-type", "text/plain").header("origin", origin);
            let reply = refused(origin, request, 403, "forbidden-origin", &[]).await;
            assert_eq!(reply.headers().get("access-control-allow-origin"), None, "{origin}");
        }
        let large = with(answer(9), json!({ "more": "x".repeat(33 * 1024) })).to_string();
        refused("33 KiB", place.survey.request(large.clone()), 413, "body-too-large", &[]).await;
        let pieces = large
            .into_bytes()
            .chunks(4096)
            .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
            .collect::<Vec<_>>();
        let stream = Body::wrap_stream(futures_util::stream::iter(pieces));
        refused("33 KiB of unknown length", place.survey.request(stream), 413, "body-too-large", &[]).await;

        for method in ["DELETE", "PUT", "PATCH", "PROPFIND"] {
            let request = place.api.anonymous(method.parse().unwrap(), &path);
            let reply = refused(method, request, 405, "method-not-allowed", &[]).await;
            assert_eq!(reply.headers()["allow"], "GET, POST, OPTIONS", "{method}");
        }
        place.assert_unchanged().await;
    });
}

#[test]
fn readers_without_the_right_token() {
    run(async {
        let place = Place::new("refusals-readers").await;
        place.api.site("refusals-neighbour", ORIGIN, "opt_in").await;
        let survey = &place.survey.path;
        let own = place.token(&["responses:read"], &["refusals-readers"]).await;
        let other = place.token(&["responses:read"], &["refusals-neighbour"]).await;
        let writer = place.token(&["survey:write"], &["refusals-readers"]).await;
        let unknown = format!("sondeo_00000000_{}", "0".repeat(64));
        let guessed = format!("{}{}", &own[..own.len() - 1], if own.ends_with('0') { '1' } else { '0' });
        for path in [
            format!("{survey}/responses"),
            format!("{survey}/stats"),
            format!("{survey}/responses/{}", answer(1)["id"].as_str().unwrap()),
        ] {
            let get = || place.api.anonymous(Method::GET, &path);
            for (what, request) in [
                ("no token", get()),
                ("not a token", get().bearer_auth("secret")),
                ("an unknown token", get().bearer_auth(&unknown)),
                ("a wrong secret", get().bearer_auth(&guessed)),
                ("another scheme", get().header("authorization", format!("Token {own}"))),
                (
                    "in the address",
                    place.api.anonymous(Method::GET, &format!("{path}?token={own}&access_token={own}")),
                ),
            ] {
                let reply = refused(what, request, 401, "unauthorized", &[]).await;
                assert_eq!(reply.headers()["www-authenticate"], "Bearer realm=\"sondeo\"", "{what}");
            }
            refused("of another site", get().bearer_auth(&other), 403, "forbidden", &[]).await;
            refused("of another scope", get().bearer_auth(&writer), 403, "forbidden", &[]).await;
        }
        let reply =
            place.api.anonymous(Method::GET, &format!("{survey}/responses")).bearer_auth(&own).send().await;
        assert_eq!(reply.unwrap().text().await.unwrap(), place.before, "the right token reads");

        let get = |rest: &str| place.api.anonymous(Method::GET, &format!("{survey}{rest}")).bearer_auth(&own);
        for (rest, pointers) in [
            ("/responses?format=xlsx", &["/format"] as Pointers),
            ("/responses?from=yesterday", &["/from"]),
            ("/responses?to=2026-02-30", &["/to"]),
            ("/stats?from=2026-01-01T00:00:00", &["/from"]),
        ] {
            refused(rest, get(rest), 422, "invalid-parameter", pointers).await;
        }
        refused("HTML", get("/responses").header("accept", "text/html"), 406, "not-acceptable", &[]).await;
        refused(
            "an unknown response",
            get(&format!("/responses/{}", uuid::Uuid::nil())),
            404,
            "unknown-response",
            &[],
        )
        .await;
        refused("no response's id", get("/responses/1"), 404, "unknown-response", &[]).await;
        let nobody = place
            .api
            .anonymous(Method::GET, "/v1/sites/refusals-readers/surveys/nobody/stats")
            .bearer_auth(&own);
        refused("an unknown survey", nobody, 404, "unknown-survey", &[]).await;
        place.assert_unchanged().await;
    });
}

#[test]
fn owners_without_the_right_token() {
    run(async {
        let place = Place::new("refusals-owners").await;
        let site = "/v1/sites/refusals-owners";
        let nps = &place.survey.path;
        let reader = place.token(&["responses:read"], &["refusals-owners"]).await;
        let writer = place.token(&["survey:write"], &["refusals-owners"]).await;
        let elsewhere = "/v1/sites/refusals-x/surveys/nps";
        for (what, token, method, path, status, slug) in [
            ("a reader's site", &reader, Method::PUT, site, 403, "forbidden"),
            ("a writer's site", &writer, Method::PUT, site, 403, "forbidden"),
            ("a reader's survey", &reader, Method::PUT, nps, 403, "forbidden"),
            ("a writer's token", &writer, Method::POST, "/v1/tokens", 403, "forbidden"),
            ("another site's survey", &writer, Method::PUT, elsewhere, 403, "forbidden"),
            ("a stranger's site", &"x".to_owned(), Method::PUT, site, 401, "unauthorized"),
        ] {
            let request = place.api.anonymous(method, path).bearer_auth(token);
            let request = request.header("content-type", "application/json").body("{}");
            refused(what, request, status, slug, &[]).await;
        }
        place.assert_unchanged().await;
    });
}

#[test]
fn definitions_that_are_not_valid() {
    run(async {
        let place = Place::new("refusals-definitions").await;
        let site = "/v1/sites/refusals-definitions";
        let nps = &place.survey.path;
        let settings = json!({ "name": "S", "origins": [ORIGIN], "consent_policy": "opt_in" });
        let bad_settings = json!({
            "origins": ["https://a.example/"], "consent_policy": "maybe", "theme": { "accent": "red" },
        });
        let survey = json!({ "title": "T", "metric": "csat", "triggers": [], "shards": 2 });
        let bad_survey = json!({ "metric": "smiles", "triggers": [{ "on": "telepathy" }] });
        let settings_faults: Pointers = &["/name", "/origins/0", "/consent_policy", "/theme/accent"];
        let survey_faults: Pointers = &["/title", "/metric", "/triggers/0/on"];
        let no_name = format!("{site}/surveys/Bad_Name");
        let nowhere = "/v1/sites/nobody/surveys/nps";
        let json = |method, path: &str, body: String| {
            place.api.request(method, path).header("content-type", "application/json").body(body)
        };
        let put = |path: &str, body: &Value| json(Method::PUT, path, body.to_string());
        for (what, request, status, slug, pointers) in [
            ("settings", put(site, &bad_settings), 422, "invalid-site", settings_faults),
            ("a site's name", put("/v1/sites/Bad_Name", &settings), 422, "invalid-site", &[""]),
            ("a survey", put(nps, &bad_survey), 422, "invalid-survey", survey_faults),
            ("no JSON", json(Method::PUT, nps, "{".into()), 422, "invalid-survey", &[""]),
            ("a survey's name", put(&no_name, &survey), 422, "invalid-survey", &[""]),
            (
                "another metric",
                put(nps, &survey),
                409,
                "survey-fixed",
                &["/metric", "/frequency/window", "/shards"],
            ),
            ("a survey of no site", put(nowhere, &survey), 404, "unknown-site", &[]),
        ] {
            refused(what, request, status, slug, pointers).await;
        }
        let publish = place.api.request(Method::POST, &format!("{site}/surveys/nobody/publish"));
        refused("no survey", publish, 404, "unknown-survey", &[]).await;
        let text = place.api.request(Method::PUT, nps).header("content-type", "text/plain").body("{}");
        refused("text", text, 415, "unsupported-media-type", &[]).await;
        // Refused by its announced length, before any of it comes.
        let never = Body::wrap_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let large = json(Method::PUT, nps, String::new()).header("content-length", 257 * 1024).body(never);
        refused("257 KiB", large, 413, "body-too-large", &[]).await;
        let token = json!({ "scopes": [], "sites": ["A"] }).to_string();
        let token = json(Method::POST, "/v1/tokens", token);
        refused("a token", token, 422, "invalid-token-request", &["/scopes", "/sites/0"]).await;

        place.assert_unchanged().await;
        let live = place.api.call(Method::GET, nps, String::new()).await;
        assert_eq!((&live["draft"]["metric"], &live["version"]), (&json!("nps"), &json!(1)), "as it was");
    });
}

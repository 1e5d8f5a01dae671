//! What owners do in the console, with plain forms: the API sees the same.

use super::{ORIGIN, token};
use e2e::answer::{answer, answer_about};
use e2e::api::Api;
use e2e::collector;
use e2e::console::Caller;
use e2e::run;
use reqwest::Method;
use serde_json::{Value, json};

async fn get(api: &Api, path: &str) -> Value {
    api.request(Method::GET, path).send().await.unwrap().json().await.unwrap()
}

/// Somebody with `admin` and the right to erase.
async fn owner(site: &str) -> (&'static Api, Caller, String) {
    let api = collector::shared().await;
    api.site(site, ORIGIN, "opt_in").await;
    let (kid, token) = token(api, &["admin", "responses:erase"], site).await;
    (api, Caller::sign_in(&api.base, &token).await, kid)
}

/// The text of what is shown to copy.
fn shown(page: &str) -> String {
    let (_, rest) = page.split_once("<pre tabindex=\"0\"><code>").unwrap_or_else(|| panic!("{page}"));
    rest.split("</code>").next().unwrap().to_owned()
}

#[test]
fn a_first_site_is_made_and_a_wrong_one_is_told_at_its_field() {
    run(async {
        let own = collector::Own::start().await;
        let api = &own.api;
        let caller = Caller::sign_in(&api.base, own.token()).await;
        let page = caller.page("/console").await;
        assert!(page.contains("Make your first site"), "{page}");
        let fields = [
            ("name", ""),
            ("id", "My Shop"),
            ("origins", "https://shop.example/x"),
            ("consent_policy", "opt_in"),
        ];
        let reply = caller.post("/console", "/console", &fields).await;
        assert_eq!(reply.status(), 422);
        let page = reply.text().await.unwrap();
        for name in ["name", "id", "origins"] {
            assert!(page.contains(&format!("id=\"{name}-error\"")), "{name}: {page}");
        }
        assert!(page.contains("https://shop.example/x"), "what was typed stays");
        let fields = [
            ("name", "My <Shop>"),
            ("id", "my-shop"),
            ("origins", " https://shop.example \r\n\r\nhttps://b.example"),
            ("consent_policy", "anonymous"),
        ];
        let page = caller.done("/console", "/console", &fields).await;
        assert!(page.contains("Ask your first question") && page.contains("My &lt;Shop&gt;"), "{page}");
        assert_eq!(
            shown(&page),
            format!("&lt;script async src=&quot;{}/s/my-shop.js&quot;&gt;&lt;/script&gt;", api.base)
        );
        let site = get(api, "/v1/sites/my-shop").await;
        assert_eq!(site["origins"], json!(["https://shop.example", "https://b.example"]));
        assert_eq!((&site["name"], &site["consent_policy"]), (&json!("My <Shop>"), &json!("anonymous")));
        let again = caller.post("/console?new", "/console", &fields).await;
        assert_eq!(again.status(), 422, "a site that there is is not overwritten");
    });
}

#[test]
fn settings_change_what_the_form_says_and_nothing_else() {
    run(async {
        let (api, caller, _) = owner("console-settings").await;
        let path = "/v1/sites/console-settings";
        let settings = json!({ "name": "Kestrel", "origins": [ORIGIN], "consent_policy": "opt_in", "tcf_purposes": [7],
            "responses_per_minute": 500, "theme": { "radius": 3, "font": "Inter" } });
        api.call(Method::PUT, path, settings.to_string()).await;
        let here = "/console/console-settings/settings";
        let mut fields = vec![
            ("name", "Kestrel"),
            ("origins", ORIGIN),
            ("consent_policy", "first_party"),
            ("consent_from", "site"),
            ("consent_from", "tcf"),
            ("mask_comments", "1"),
            ("time_zone", "Europe/Lisbon"),
            ("retention_days", "400"),
            ("spacing_hours", "48"),
            ("default_locale", "pt-BR"),
            ("accent", "#b4532a"),
            ("position", "top-start"),
            ("logo", ""),
            ("fallback", "hosted"),
        ];
        let page = caller.done(here, here, &fields).await;
        assert!(page.contains("Saved."), "{page}");
        let site = get(api, path).await;
        for (pointer, expected) in [
            ("/consent_policy", json!("first_party")),
            ("/consent_from", json!(["site", "tcf"])),
            ("/retention_days", json!(400)),
            ("/time_zone", json!("Europe/Lisbon")),
            ("/theme/accent", json!("#b4532a")),
            ("/theme/position", json!("top-start")),
            ("/mask_comments", json!(true)),
            ("/ask_consent", json!(false)),
            ("/fallback", json!("hosted")),
            // What the form does not have:
            ("/tcf_purposes", json!([7])),
            ("/responses_per_minute", json!(500)),
            ("/theme/radius", json!(3)),
            ("/theme/font", json!("Inter")),
        ] {
            assert_eq!(site.pointer(pointer), Some(&expected), "{pointer}: {site}");
        }
        fields.retain(|(name, _)| !["retention_days", "accent"].contains(name));
        fields.extend([("retention_days", "soon"), ("accent", "red")]);
        let reply = caller.post(here, here, &fields).await;
        assert_eq!(reply.status(), 422);
        let page = reply.text().await.unwrap();
        assert!(
            page.contains("id=\"retention_days-error\"") && page.contains("id=\"accent-error\""),
            "{page}"
        );
        assert_eq!(get(api, path).await, site, "nothing was saved");

        let document = json!({ "name": "All", "origins": [], "consent_policy": "opt_in" }).to_string();
        let checked = caller.post(here, here, &[("document", &document), ("check", "1")]).await;
        assert_eq!((checked.status().as_u16(), get(api, path).await), (200, site.clone()));
        let refused = caller.post(here, here, &[("document", "{\"name\": 1}"), ("check", "1")]).await;
        assert_eq!(refused.status(), 422);
        caller.done(here, here, &[("document", &document)]).await;
        assert_eq!(get(api, path).await["name"], "All");
    });
}

#[test]
fn tokens_are_made_rotated_and_ended() {
    run(async {
        let (api, caller, kid) = owner("console-tokens").await;
        let here = "/console/console-tokens/tokens";
        let none = caller.post(here, here, &[("scopes", "admin")]).await;
        assert_eq!(none.status(), 422);
        assert!(none.text().await.unwrap().contains("id=\"sites-error\""));
        api.site("console-tokens-not", ORIGIN, "opt_in").await;
        let beyond = caller.post(here, here, &[("scopes", "admin"), ("sites", "console-tokens-not")]).await;
        assert_eq!(beyond.status(), 403, "a token for a site that its maker does not reach");

        let fields = [
            ("scopes", "responses:read"),
            ("scopes", "responses:erase"),
            ("sites", "console-tokens"),
            ("days", "30"),
        ];
        let reply = caller.post(here, here, &fields).await;
        assert_eq!(reply.status(), 200);
        let first = shown(&reply.text().await.unwrap());
        let works = async |token: &str| {
            let request = api.anonymous(Method::GET, "/v1/sites/console-tokens").bearer_auth(token);
            request.send().await.unwrap().status() == 200
        };
        assert!(works(&first).await);
        let made = first.split('_').nth(1).unwrap();
        let page = caller.page(here).await;
        assert!(page.contains(made) && page.contains(&kid) && !page.contains(&first), "{page}");

        let rotate = format!("{here}/{made}/rotate");
        let reply = caller.post(&rotate, &rotate, &[("overlap", "0")]).await;
        let second = shown(&reply.text().await.unwrap());
        assert_eq!([works(&first).await, works(&second).await], [false, true]);

        let end = format!("{here}/{made}/end");
        let page = caller.done(&end, &end, &[]).await;
        assert!(page.contains("The token has ended.") && !page.contains(made), "{page}");
        assert!(!works(&second).await);
        let audit = caller.page("/console/console-tokens/audit").await;
        assert!(!audit.contains(made), "what was done to tokens may be of other sites");
        let end = format!("{here}/{kid}/end");
        let last = caller.post(&end, &end, &[]).await;
        assert_eq!(last.status(), 303);
        assert_eq!(caller.get(here).await.status(), 303, "who ends their own token is out");
    });
}

#[test]
fn webhooks_are_made_changed_and_ended() {
    run(async {
        let (api, caller, _) = owner("console-webhooks").await;
        let site = api.known_site("console-webhooks", ORIGIN);
        site.publish_metric("nps", &json!("order")).await;
        let (here, path) = ("/console/console-webhooks/webhooks", "/v1/sites/console-webhooks/webhooks");
        let reply = caller.post(here, here, &[("url", "ftp://crm.example")]).await;
        assert_eq!(reply.status(), 422);
        let page = reply.text().await.unwrap();
        assert!(page.contains("id=\"url-error\"") && page.contains("id=\"events-error\""), "{page}");

        let fields = [
            ("url", "https://crm.example/a"),
            ("events", "response.completed"),
            ("events", "response.created"),
            ("format", "json"),
            ("segment", "detractor"),
            ("score_max", "6"),
            ("value_min", "59.90"),
            ("currency", "EUR"),
            ("survey", "nps"),
        ];
        let reply = caller.post(here, here, &fields).await;
        assert_eq!(reply.status(), 200);
        assert!(shown(&reply.text().await.unwrap()).starts_with("whsec_"));
        let stored = get(api, path).await["items"][0].clone();
        assert_eq!(stored["events"], json!(["response.completed", "response.created"]));
        assert_eq!(
            stored["rule"],
            json!({ "segment": "detractor", "score": { "max": 6 }, "value": { "min": "59.90", "currency": "EUR" }, "survey": ["nps"] })
        );

        let one = format!("{here}/{}", stored["id"].as_str().unwrap());
        let page = caller.page(&one).await;
        assert!(page.contains("value=\"59.90\"") && page.contains("Everything got through."), "{page}");
        let page = caller
            .done(
                &one,
                &one,
                &[("url", "https://crm.example/b"), ("events", "response.updated"), ("format", "slack")],
            )
            .await;
        assert!(page.contains("https://crm.example/b"), "{page}");
        let stored = get(api, path).await["items"][0].clone();
        assert_eq!((&stored["format"], stored.get("rule")), (&json!("slack"), None));
        let page = caller.done(&one, &one, &[("do", "replay")]).await;
        assert!(page.contains("They are tried again."), "{page}");
        let rotate = format!("{one}/rotate");
        let reply = caller.post(&rotate, &rotate, &[("overlap", "86400")]).await;
        assert!(shown(&reply.text().await.unwrap()).starts_with("whsec_"));
        let end = format!("{one}/end");
        caller.done(&end, &end, &[]).await;
        assert_eq!(get(api, path).await["items"], json!([]));
        assert_eq!(caller.get(&one).await.status(), 404);
    });
}

#[test]
fn an_erasure_is_asked_twice_and_leaves_a_receipt_that_names_nobody() {
    run(async {
        let (api, caller, _) = owner("console-erasure").await;
        let site = api.known_site("console-erasure", ORIGIN);
        let survey = site.publish_metric("nps", &json!("order")).await;
        assert_eq!(survey.submit(&answer_about("order-4711", 3)).await.0, 201);
        assert_eq!(survey.submit(&answer(9)).await.0, 201);
        let here = "/console/console-erasure/erasure";
        let fields = [("kind", "order"), ("key", "order-4711"), ("survey", "")];
        let reply = caller.post(here, here, &[("kind", "response"), ("key", "order-4711")]).await;
        assert_eq!(reply.status(), 422);
        let reply = caller.post(here, here, &fields).await;
        assert_eq!(reply.status(), 200);
        let page = reply.text().await.unwrap();
        assert!(page.contains("name=\"sure\"") && page.contains("order-4711"), "{page}");
        assert_eq!(survey.count().await, 2, "nothing yet");
        let sure: Vec<(&str, &str)> = fields.into_iter().chain([("sure", "1")]).collect();
        let page = caller.done(here, here, &sure).await;
        assert!(page.contains("Erased.") && !page.contains("order-4711"), "{page}");
        assert_eq!(survey.count().await, 1);
        let receipt = get(api, "/v1/sites/console-erasure/erasures").await["items"][0].clone();
        assert_eq!((&receipt["erased"], &receipt["next"]), (&json!(1), &Value::Null));
        assert!(page.contains(receipt["id"].as_str().unwrap()), "{page}");
        let audit = caller.page("/console/console-erasure/audit").await;
        assert!(audit.contains("erasure.create") && !audit.contains("order-4711"), "{audit}");
    });
}

#[test]
fn each_page_asks_for_its_scope() {
    run(async {
        let (api, ..) = owner("console-scopes").await;
        let (_, reader) = token(api, &["responses:read", "survey:write"], "console-scopes").await;
        let caller = Caller::sign_in(&api.base, &reader).await;
        let page = caller.page("/console/console-scopes").await;
        let csrf = caller.csrf("/console/console-scopes").await;
        for path in
            ["/settings", "/tokens", "/webhooks", "/erasure", "/audit", "/tokens/0123abcd/end", "/webhooks/0"]
        {
            let path = format!("/console/console-scopes{path}");
            assert!(!page.contains(&format!("href=\"{path}\"")), "{path} is not offered");
            assert_eq!(caller.get(&path).await.status(), 403, "{path}");
            if !path.ends_with("/audit") {
                let fields = [
                    ("csrf", csrf.as_str()),
                    ("kind", "order"),
                    ("key", "1"),
                    ("sure", "1"),
                    ("document", "{}"),
                ];
                assert_eq!(caller.post_as(Some(&api.base), &path, &fields).await.status(), 403, "{path}");
            }
        }
    });
}

#[test]
fn the_audit_log_goes_on_page_by_page() {
    run(async {
        let (api, caller, _) = owner("console-audit").await;
        for at in 0..60 {
            let settings = json!({ "name": format!("Name {at}"), "origins": [], "consent_policy": "opt_in" });
            api.call(Method::PUT, "/v1/sites/console-audit", settings.to_string()).await;
        }
        let first = caller.page("/console/console-audit/audit").await;
        let rows = |page: &str| page.matches("<tr>").count() - 1;
        assert_eq!(rows(&first), 50);
        let (_, rest) = first.split_once("href=\"/console/console-audit/audit?before=").unwrap();
        let second = format!("/console/console-audit/audit?before={}", rest.split('"').next().unwrap());
        assert_eq!(rows(&caller.page(&second).await), 11, "with the one that made the site");
        assert_eq!(caller.get("/console/console-audit/audit?all=1").await.status(), 403);
    });
}

//! Who is asked: the browser agrees with the rules' own crate, and knows the facts.

use crate::scene::{agreeing, said, shop};
use e2e::browser::Browser;
use e2e::run;
use e2e::wait::until;
use serde_json::{Value, json};
use sondeo_survey::definition::Definition;

#[test]
fn a_browser_tests_rules_as_the_crate_does() {
    run(async {
        let vectors: Vec<Value> =
            serde_json::from_str(include_str!("../../survey/tests/audience.json")).unwrap();
        let vectors: Vec<Value> = vectors.iter().map(|vector| {
            let trigger = json!({ "on": "event", "name": "e", "where": vector.get("where") });
            let text = json!({ "title": "T", "metric": "nps", "triggers": [trigger], "audience": vector.get("audience") });
            let definition = Definition::parse(text.to_string().as_bytes()).unwrap();
            let mut rules = definition.audience.rules();
            rules.extend(definition.triggers.iter().flat_map(sondeo_survey::trigger::Trigger::conditions));
            json!({ "rules": rules, "facts": vector["facts"], "expected": vector["expected"] })
        }).collect();
        let source = include_str!("../../widget/src/loader/parts/holds.js");
        let script = format!(
            "const file = new Blob([{}], {{ type: 'text/javascript' }});
             return import(URL.createObjectURL(file)).then(({{ default: holds }}) => {}
                 .filter(({{ rules, facts, expected }}) => holds(rules, (name) => facts[name]) !== expected).map((vector) => JSON.stringify(vector)))",
            json!(source),
            Value::Array(vectors),
        );
        let browser = Browser::start().await;
        let shop = shop("audience-vectors", &[]).await;
        browser.goto(&shop.url("/privacy")).await;
        assert_eq!(browser.eval(&script).await, json!([]));
    });
}

/// Each audience with what a browser must make of it on the page of the test.
fn audiences() -> Vec<(Value, bool)> {
    vec![
        (json!({ "urls": { "include": [{ "exact": "/privacy" }] } }), true),
        (json!({ "urls": { "include": [{ "regex": "utm_source=(?:a|b)\\b" }] } }), false),
        (json!({ "urls": { "include": [{ "regex": "^https?://[^/]+/privacy\\?" }] } }), true),
        (json!({ "urls": { "include": [{ "prefix": "/" }], "exclude": [{ "wildcard": "/priv*" }] } }), false),
        (json!({ "devices": ["desktop"] }), true),
        (json!({ "devices": ["mobile", "tablet"] }), false),
        (json!({ "locales": ["en"] }), true),
        (json!({ "locales": ["es"] }), false),
        (json!({ "referrers": [""] }), true),
        (json!({ "referrers": ["news.example"] }), false),
        (json!({ "utm": { "source": ["letter two"], "campaign": ["spring", "x"] } }), true),
        (json!({ "utm": { "source": ["letter two"], "medium": ["email"] } }), false),
        (json!({ "visitors": "new" }), true),
        (json!({ "visitors": "returning" }), false),
        (
            json!({ "attributes": [{ "property": "plan", "is": ["pro"] }, { "property": "seats", "at_least": 5 }, { "property": "gone", "exists": false }] }),
            true,
        ),
        (json!({ "attributes": [{ "property": "gone", "exists": true }] }), false),
        (json!({ "sample_percent": 100 }), true),
    ]
}

#[test]
fn a_browser_knows_the_facts() {
    run(async {
        let browser = agreeing().await;
        let ids: Vec<String> = (0..audiences().len()).map(|at| format!("a{at}")).collect();
        let surveys: Vec<(&str, Value)> = ids
            .iter()
            .zip(audiences())
            .map(|(id, (audience, _))| {
                (id.as_str(), json!({ "triggers": [{ "on": "event", "name": id }], "audience": audience }))
            })
            .collect();
        let shop = shop("audience-facts", &surveys).await;
        browser.goto(&shop.url("/privacy?utm_source=letter+two&utm_campaign=spring&sondeo-debug#part")).await;
        browser.loader().await;
        browser.eval("sondeo('identify', 7, { plan: 'pro', seats: 5, gone: 1 }); sondeo('attributes', { gone: null })").await;
        let mut lines = Vec::new();
        for (id, (audience, expected)) in ids.iter().zip(audiences()) {
            browser.eval(&format!("sondeo('event', '{id}')")).await;
            let line = until(&format!("what became of {audience}"), async || {
                lines.extend(said(&browser).await);
                lines.iter().find_map(|line: &String| {
                    Some(line.strip_prefix(&format!("{id}: "))?.to_owned())
                        .filter(|line| !line.contains("armed"))
                })
            })
            .await;
            assert_eq!(!line.starts_with("audience"), expected, "{audience}: {line}");
        }
    });
}

#[test]
fn a_draw_is_kept_only_where_a_visitor_may_be_recognised() {
    run(async {
        let survey =
            json!({ "triggers": [{ "on": "load" }], "audience": { "sample_percent": 1, "visitors": "new" } });
        for (status, kept) in [("granted", true), ("denied", false)] {
            let browser = Browser::start().await;
            let shop = shop(&format!("audience-{status}"), &[("drawn", survey.clone())]).await;
            let policy = if kept { "opt_in" } else { "anonymous" };
            let settings = json!({ "name": "S", "origins": [shop.site.origin], "consent_policy": policy });
            shop.site.api.site_of(&shop.site.id, &shop.site.origin, settings.to_string()).await;
            browser.goto(&shop.url("/privacy?sondeo-debug")).await;
            browser.loader().await;
            browser.eval(&format!("sondeo('consent', '{status}')")).await;
            let keys = browser
                .eval("return Object.keys(localStorage).filter((key) => /:(draw|seen)/.test(key)).length")
                .await;
            assert_eq!(keys, if kept { 2 } else { 0 }, "{status}");
        }
    });
}

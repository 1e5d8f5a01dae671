//! Consent platforms are asked when a survey is due, and not before; what was said until then counts as far as it is known.

use crate::consent_platforms::{GTAG, PLATFORM, Scene};
use e2e::answer::with;
use e2e::cmp::tc_string;
use e2e::{Engine, in_both, run};
use serde_json::{Value, json};

/// What a visitor does who buys while the tag and the platform are long there.
const BUY: &str = "sondeo('event', 'later', { order_id: '1042', value: '59.90', currency: 'EUR' })";

fn gcm(how: &str, word: &str) -> String {
    format!("gtag('consent', '{how}', {{ analytics_storage: '{word}' }});")
}

in_both!(a_page_view_that_shows_nothing_asks_no_platform);
fn a_page_view_that_shows_nothing_asks_no_platform(engine: Engine) {
    run(async {
        let one = tc_string("one vendor by its number");
        let platforms = format!("{PLATFORM}{GTAG}<script>cmp.update('{one}')</script>");
        for (from, then, expected) in [
            ("tcf", String::new(), "granted"),
            ("tcf", format!("cmp.update('{}', false)", tc_string("purpose 1 alone")), ""),
            ("gcm", gcm("default", "denied") + &gcm("update", "granted"), "granted"),
            ("gcm", gcm("update", "granted") + &gcm("update", "denied"), ""),
        ] {
            let name = format!("demand-{from}-{}", expected.len());
            let members = json!({ "consent_from": [from], "tcf_purposes": [7] });
            let scene =
                Scene::with_surveys(engine, &name, members, &[("later", json!({}))], &platforms).await;
            scene.browser.eval(&then).await;
            let requests = scene.browser.requests().await;
            assert!(requests.iter().any(|url| url.contains("/s/")), "{requests:?}");
            assert!(!requests.iter().any(|url| url.contains("/a/")), "{requests:?}");
            assert_eq!(scene.browser.eval("return Object.hasOwn(dataLayer, 'push')").await, false);
            scene.browser.eval(BUY).await;
            if expected.is_empty() {
                scene.silent(&then).await;
            } else {
                assert_eq!(scene.answer().await.1, [expected, from, "1042"], "{then}");
            }
        }
    });
}

in_both!(of_words_that_have_lost_their_order_a_refusal_counts);
fn of_words_that_have_lost_their_order_a_refusal_counts(engine: Engine) {
    run(async {
        let both = json!({ "consent_from": ["site", "gcm"] });
        let say = |word: &str| format!("sondeo('consent', '{word}');");
        for (at, (said, then, source)) in [
            (say("granted") + &gcm("update", "denied"), gcm("update", "granted"), "gcm"),
            (say("denied") + &gcm("update", "granted"), say("granted"), "site"),
            (gcm("update", "granted") + &say("denied"), gcm("update", "granted"), "gcm"),
            (say("granted") + &gcm("update", "granted"), String::new(), "gcm"),
            (say("granted"), String::new(), "site"),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("demand-order-{at}");
            let scene = Scene::with_surveys(engine, &name, both.clone(), &[("later", json!({}))], GTAG).await;
            scene.browser.eval(&said).await;
            let now = "return new Date().toISOString()";
            let until = scene.browser.eval(now).await;
            scene.browser.eval(BUY).await;
            if !then.is_empty() {
                scene.silent(&said).await;
                scene.browser.eval(&then).await;
            }
            let (sent, stored) = scene.answer().await;
            assert_eq!(stored, ["granted", source, "1042"], "{said} {then}");
            // The page's word keeps its own time.
            let is_earlier = sent["at"].as_str() <= until.as_str();
            assert_eq!(is_earlier, said == say("granted"), "{said} {then}: {sent}");
        }
    });
}

in_both!(nothing_is_kept_before_the_platform_is_asked);
fn nothing_is_kept_before_the_platform_is_asked(engine: Engine) {
    run(async {
        let open = |from: &str| json!({ "consent_from": [from], "consent_policy": "first_party" });
        let to_new = json!({ "audience": { "visitors": "new" } });
        for (word, source, order, seen) in
            [("denied", "gcm", "", Value::Null), ("granted", "gcm", "1042", json!("1"))]
        {
            let head = format!("{GTAG}<script>{}</script>", gcm("default", word));
            let name = format!("demand-kept-{word}");
            let scene =
                Scene::with_surveys(engine, &name, open(source), &[("e", to_new.clone())], &head).await;
            scene.browser.card().question().await;
            let kept = format!("return localStorage['sondeo:{name}-{engine}:seen'] ?? null");
            assert_eq!(scene.browser.eval(&kept).await, seen, "{word}");
            assert_eq!(scene.answer().await.1, [word, source, order]);
        }
        let nobody = Scene::open(engine, "demand-nobody", open("tcf"), "").await;
        let (sent, stored) = nobody.answer().await;
        assert_eq!(stored, ["unknown", "none", "1042"]);
        assert_eq!(sent.get("at"), None, "nobody has spoken");
    });
}

in_both!(a_layer_that_has_lost_its_beginning_is_believed_from_an_update_on);
fn a_layer_that_has_lost_its_beginning_is_believed_from_an_update_on(engine: Engine) {
    run(async {
        let open = json!({ "consent_from": ["gcm"], "consent_policy": "first_party" });
        for (at, (word, policy, is_silent)) in [
            (gcm("default", "granted"), "first_party", true),
            (String::new(), "first_party", true),
            (gcm("update", "granted"), "opt_in", false),
        ]
        .into_iter()
        .enumerate()
        {
            let fill = "for (let nth = 0; nth < 300; nth++) dataLayer.push({ event: 'scroll' });";
            let head = format!("{GTAG}<script>{fill}{word}</script>");
            let members = with(open.clone(), json!({ "consent_policy": policy }));
            let scene = Scene::open(engine, &format!("demand-cut-{at}"), members, &head).await;
            if is_silent {
                scene.silent(&word).await;
                scene.browser.eval(&gcm("update", "denied")).await;
                assert_eq!(scene.answer().await.1, ["denied", "gcm", ""], "{word}");
            } else {
                assert_eq!(scene.answer().await.1, ["granted", "gcm", "1042"], "{word}");
            }
        }
    });
}

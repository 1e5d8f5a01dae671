//! Turnstile: what its verdict does to an answer, and how the card and the hosted page come by a token.

use crate::abuse::{flags, one_shard, site};
use e2e::answer::{answer, id, with};
use e2e::api::{Row, Survey};
use e2e::browser::{Browser, Visitor};
use e2e::collector::Own;
use e2e::pages::Pages;
use e2e::turnstile::{ASKS, BLOCKS, PASSES, TOKEN, Turnstile};
use e2e::wait::until;
use e2e::{Engine, in_both, run};
use serde_json::{Value, json};

async fn collector_with(service: &Turnstile) -> Own {
    let vars = service.vars();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Own::start_with(&vars).await
}

#[test]
fn a_challenge_flags_or_refuses() {
    run(async {
        let mut service = Turnstile::serve().await;
        let collector = collector_with(&service).await;
        let turnstile = |mode: &str| json!({ "turnstile": { "sitekey": PASSES, "mode": mode } });
        let flag = one_shard(&site(&collector.api, "flag", turnstile("flag")).await).await;
        let require = one_shard(&site(&collector.api, "require", turnstile("require")).await).await;
        let plain = one_shard(&site(&collector.api, "plain", json!({})).await).await;
        let token = |token: Option<&str>| with(answer(9), json!({ "challenge": token }));

        for (challenge, expected, refused) in
            [(Some("good"), "", false), (Some("bad"), "bot", true), (None, "bot", true)]
        {
            let sent = token(challenge);
            assert_eq!(flag.submit(&sent).await.0, 201);
            assert_eq!(flags(&flag, &sent).await, expected, "{challenge:?}");
            let sent = token(challenge);
            let reply = require.post(&sent).await;
            assert_eq!(reply.status(), if refused { 403 } else { 201 }, "{challenge:?}");
            let reply: Value = reply.json().await.unwrap();
            if refused {
                assert_eq!(reply["type"], "urn:problem-type:sondeo:challenge-required");
            }
        }
        // A token is good once: a revision and a replay come without one, or with one that is used up.
        let sent = token(Some("good"));
        assert_eq!(require.submit(&sent).await, (201, "created".into()));
        for (challenge, revision, expected) in
            [(None, 1, "unchanged"), (None, 2, "updated"), (Some("bad"), 3, "updated")]
        {
            let later = with(sent.clone(), json!({ "challenge": challenge, "revision": revision }));
            assert_eq!(require.submit(&later).await, (200, expected.into()));
        }
        assert_eq!(
            require.submit(&with(token(None), json!({ "revision": 2 }))).await.0,
            403,
            "a revision of nothing"
        );
        let asked = service.asked();
        assert!(asked.iter().any(|form| form["idempotency_key"] == id(&sent)), "{asked:?}");
        assert!(asked.iter().all(|form| form.len() == 3), "no address is told: {asked:?}");
        let before = asked.len();
        assert_eq!(plain.submit(&token(Some("bad"))).await.0, 201, "a site that does not ask");
        assert_eq!(service.asked().len(), before);
        let overlong = "x".repeat(2_049);
        assert_eq!(plain.submit(&token(Some(&overlong))).await.0, 422);

        // Nobody is punished for a service that is down, and nothing is let through that must be checked.
        service.stop().await;
        let late = token(Some("good"));
        assert_eq!(flag.submit(&late).await.0, 201);
        assert_eq!(flags(&flag, &late).await, "");
        let reply = require.post(&token(Some("good"))).await;
        assert_eq!(reply.status(), 503);
        assert!(reply.headers().contains_key("retry-after"));
        let log = std::fs::read_to_string(collector.state.join("collector.log")).unwrap();
        assert!(log.contains(r#""event":"turnstile""#), "{log}");
    });
}

/// A page of a site with a challenge, on which a card is asked for.
struct Scene {
    _pages: Pages,
    browser: Browser,
    survey: Survey,
}

impl Scene {
    /// `head` stands before the tag.
    async fn open(engine: Engine, collector: &Own, [name, key, mode, layout]: [&str; 4], head: &str) -> Self {
        let api = &collector.api;
        let page = format!(
            "<!doctype html><html lang=\"en\"><title>T</title>{head}<style>div {{ display: none }}</style><h1>T</h1>
            <script>sondeo = function () {{ (sondeo.q = sondeo.q || []).push(arguments) }}; window.__refused = [];
                sondeo('on', 'error', ({{ status }}) => __refused.push(status)); sondeo('event', 'e')</script>
            <script async src=\"{}/s/{name}.js\"></script>",
            api.base
        );
        let pages = Pages::serve([("/", page)]).await;
        let settings = json!({ "name": name, "origins": [pages.origin], "consent_policy": "first_party",
            "turnstile": { "sitekey": key, "mode": mode } });
        let site = api.site_of(name, &pages.origin, settings.to_string()).await;
        let survey = json!({ "title": "T", "metric": "nps", "layout": layout, "triggers": [{ "on": "event", "name": "e" }] });
        let survey = site.publish("n", &survey.to_string()).await;
        let browser = Browser::of(&Visitor { wants_stillness: true, ..Visitor::with(engine) }).await;
        browser.goto(&pages.url("/")).await;
        Self { _pages: pages, browser, survey }
    }

    async fn stored(&self) -> Row {
        until("the whole answer is stored", async || {
            self.survey.rows().await.into_iter().find(|row| row["complete"] == "true")
        })
        .await
    }
}

fn is_flagged(row: &Row) -> bool {
    row["flags"].split(';').any(|flag| flag == "bot")
}

in_both!(a_card_brings_a_token_and_loses_nothing_without_one);
fn a_card_brings_a_token_and_loses_nothing_without_one(engine: Engine) {
    run(async {
        let service = Turnstile::serve().await;
        let collector = collector_with(&service).await;
        let no_script = format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'unsafe-inline' 'wasm-unsafe-eval' {}\">",
            collector.api.base
        );
        for (name, key, mode, head, flagged) in [
            ("passes", PASSES, "require", "", false),
            ("blocks", BLOCKS, "flag", "", true),
            ("no-script", PASSES, "flag", no_script.as_str(), true),
        ] {
            let scene = Scene::open(engine, &collector, [name, key, mode, "corner"], head).await;
            scene.browser.card().answer(9, "Good").await;
            let row = scene.stored().await;
            assert_eq!((is_flagged(&row), row["comment"].as_str()), (flagged, "Good"), "{name}");
        }
        let asked = service.asked();
        assert!(!asked.is_empty() && asked.iter().all(|form| form["response"] == TOKEN), "{asked:?}");

        let scene = Scene::open(engine, &collector, ["refused", BLOCKS, "require", "corner"], "").await;
        scene.browser.card().choose(9).await;
        until("the page is told that the answer was refused", async || {
            (scene.browser.eval("return __refused").await == json!([403])).then_some(())
        })
        .await;
        assert_eq!(scene.survey.count().await, 0);
    });
}

in_both!(an_answer_waits_for_a_visitor_who_has_to_do_something);
fn an_answer_waits_for_a_visitor_who_has_to_do_something(engine: Engine) {
    run(async {
        let service = Turnstile::serve().await;
        let collector = collector_with(&service).await;
        for layout in ["corner", "dialog"] {
            let scene = Scene::open(engine, &collector, [layout, ASKS, "require", layout], "").await;
            let card = scene.browser.card();
            card.answer(9, "Said at once").await;
            let kept = "return Object.keys(localStorage).filter((key) => key.includes(':out:')).length";
            assert_eq!(scene.browser.eval(kept).await, 1, "it is in the outbox");
            assert_eq!(scene.survey.count().await, 0, "and not sent");
            // In the card, over the page that a dialog holds off, and not hidden by the page's rules.
            scene.browser.click(".person").await;
            let row = scene.stored().await;
            assert_eq!([&row["comment"], &row["revision"]], ["Said at once", "2"]);
            until("nothing is left", async || (scene.browser.eval(kept).await == 0).then_some(())).await;
        }

        // What is to be forgotten meanwhile is never sent.
        let scene = Scene::open(engine, &collector, ["forgets", ASKS, "require", "corner"], "").await;
        scene.browser.card().choose(3).await;
        let press = "const button = document.querySelector('.person');
            return !!button && (button.click(), sondeo('forget'), true)";
        until("the challenge is drawn", async || (scene.browser.eval(press).await == true).then_some(()))
            .await;
        let unsent = "return Object.keys(localStorage).filter((key) => key.includes(':out:')).length";
        until("the claim is sent", async || (scene.browser.eval(unsent).await == 0).then_some(())).await;
        assert_eq!(scene.survey.count().await, 0);
    });
}

in_both!(the_hosted_page_draws_the_challenge_in_its_form);
fn the_hosted_page_draws_the_challenge_in_its_form(engine: Engine) {
    run(async {
        let service = Turnstile::serve().await;
        let collector = collector_with(&service).await;
        for (name, key, mode, runs_scripts) in [
            ("passes", PASSES, "require", true),
            ("asks", ASKS, "require", true),
            ("blocks", BLOCKS, "require", true),
            ("blind", PASSES, "require", false),
            ("blind-flag", PASSES, "flag", false),
        ] {
            let turnstile = json!({ "turnstile": { "sitekey": key, "mode": mode } });
            let survey = one_shard(&site(&collector.api, name, turnstile).await).await;
            let browser = Browser::of(&Visitor { runs_scripts, ..Visitor::with(engine) }).await;
            browser.goto(&format!("{}/h/{name}/nps", collector.api.base)).await;
            browser.click("[name=score][value='9']").await;
            let says = "return document.body.innerText.includes('please turn on JavaScript')";
            assert_eq!(browser.eval(says).await, name == "blind", "{name}");
            browser.click(".send").await;
            if name == "asks" {
                browser.click(".person").await;
            }
            if matches!(name, "blocks" | "blind") {
                assert_eq!(
                    browser.text("[role=alert]").await,
                    "That did not work. Please try again.",
                    "{name}"
                );
                assert_eq!(browser.value(":checked").await, "9");
                assert_eq!(survey.count().await, 0, "{name}");
                continue;
            }
            assert_eq!(browser.text(".saved").await, "Your answer is saved.", "{name}");
            browser.fill("textarea", "Good").await;
            browser.click(".send").await;
            browser.text("main > h1").await;
            let row = &survey.rows().await[0];
            assert_eq!((is_flagged(row), row["comment"].as_str()), (mode == "flag", "Good"), "{name}");
            let severe: Vec<_> =
                browser.console().await.into_iter().filter(|(_, text)| !text.contains("favicon")).collect();
            assert!(severe.is_empty(), "{name}: {severe:?}");
        }
    });
}

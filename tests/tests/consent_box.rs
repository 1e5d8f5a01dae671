//! Where nobody has said anything of consent, the card asks for it; and the browser's own signals count in any case.

use crate::consent_platforms::Scene;
use crate::hostile_page::stored_row;
use e2e::answer::{answer_about, with};
use e2e::wait::until;
use e2e::{Engine, axe, collector, in_both, keys, run};
use serde_json::json;

const BOX: &str = ".agree";

/// What left the page, and what its storage keeps of an answer.
async fn left(scene: &Scene) -> u64 {
    let left = "return window.__sent.length + Object.keys(localStorage).filter((key) => /:(out|wait|visitor)/.test(key)).length";
    scene.browser.eval(left).await.as_u64().unwrap()
}

async fn box_of(scene: &Scene) -> serde_json::Value {
    let state = "const box = find('.agree'); return box && box.getAttribute('aria-checked') + ', ' + (box.offsetHeight >= 44)";
    scene.browser.card().eval(state).await
}

async fn axe_finds_nothing(scene: &Scene, step: &str) {
    assert_eq!(axe::violations(&scene.browser).await, Vec::<String>::new(), "{step}");
}

in_both!(without_a_tick_nothing_is_stored_or_sent);
fn without_a_tick_nothing_is_stored_or_sent(engine: Engine) {
    run(async {
        let scene = Scene::open(engine, "box-empty", json!({ "ask_consent": true }), "").await;
        let card = scene.browser.card();
        card.question().await;
        assert_eq!(box_of(&scene).await, "false, true");
        card.says(BOX, "I agree that my answer is stored.").await;
        axe_finds_nothing(&scene, "question").await;
        card.choose(9).await;
        card.part("textarea").await.send_keys("Only for me").await.unwrap();
        assert_eq!(box_of(&scene).await, "false, true");
        axe_finds_nothing(&scene, "comment").await;
        card.click(".send").await;
        card.says("p[role=status]", "Without your agreement nothing is stored.").await;
        assert_eq!(
            card.eval("return root.activeElement.className").await,
            "agree",
            "the last chance has the focus"
        );
        axe_finds_nothing(&scene, "thanks").await;
        card.click(".close").await;
        card.gone().await;
        assert_eq!(left(&scene).await, 0);
        assert_eq!(scene.survey.count().await, 0);
        // A dismissal is kept: nobody is asked again on the next page.
        scene.browser.requests().await;
        scene.browser.reload().await;
        scene.browser.loader().await;
        scene.silent("it rests").await;
    });
}

in_both!(a_tick_lets_the_answer_go_from_any_step);
fn a_tick_lets_the_answer_go_from_any_step(engine: Engine) {
    run(async {
        for step in ["question", "comment", "end"] {
            let scene = Scene::open(engine, &format!("box-{step}"), json!({ "ask_consent": true }), "").await;
            let card = scene.browser.card();
            card.question().await;
            if step == "question" {
                for state in ["true, true", "false, true", "true, true"] {
                    card.click(BOX).await;
                    assert_eq!(box_of(&scene).await, state);
                    assert_eq!(left(&scene).await, 0);
                }
                axe_finds_nothing(&scene, "ticked").await;
            }
            card.choose(9).await;
            let field = card.part("textarea").await;
            field.send_keys("Said before the tick").await.unwrap();
            if step == "comment" {
                // By keyboard: past the buttons of the step.
                for _ in 0..4 {
                    scene.browser.press(&[keys::TAB]).await;
                    if card.eval("return root.activeElement.className").await == "agree" {
                        break;
                    }
                }
                scene.browser.press(&[' ']).await;
                until("the score is stored", async || (scene.survey.count().await == 1).then_some(())).await;
                assert_eq!(box_of(&scene).await, json!(null), "it is settled");
                assert_eq!(card.eval("return find('textarea').value").await, "Said before the tick");
            }
            card.click(".send").await;
            if step == "end" {
                assert_eq!(left(&scene).await, 0);
                card.click(BOX).await;
            }
            card.says("p[role=status]", "Thank you. Your answer helps.").await;
            let row = stored_row(&scene.survey).await;
            let expected = ["granted", "survey", "1042", "Said before the tick", "9"];
            let columns = ["consent_status", "consent_source", "order_id", "comment", "score"];
            assert_eq!(columns.map(|name| &*row[name]), expected, "{step}");
            let at = "const { at, status, source } = window.__sent[0].consent;
                return [Math.abs(Date.now() - Date.parse(at)) < 6e4, status, source, 'tc_string' in window.__sent[0].consent]";
            assert_eq!(scene.browser.eval(at).await, json!([true, "granted", "survey", false]));
        }
    });
}

in_both!(who_said_something_sees_no_box);
fn who_said_something_sees_no_box(engine: Engine) {
    run(async {
        let asks = json!({ "ask_consent": true });
        let granted = "<script>sondeo = function () { (sondeo.q = sondeo.q || []).push(arguments); }; sondeo('consent', 'granted')</script>";
        let scene = Scene::open(engine, "box-granted", asks.clone(), granted).await;
        scene.browser.card().question().await;
        assert_eq!(box_of(&scene).await, json!(null));
        assert_eq!(scene.answer().await.1, ["granted", "site", "1042"]);

        let scene = Scene::open(engine, "box-denied", asks, &granted.replace("granted", "denied")).await;
        scene.silent("refused").await;

        let scene = Scene::open(engine, "box-refusal", json!({ "ask_consent": true }), "").await;
        scene.browser.card().question().await;
        scene.browser.eval("sondeo('consent', 'denied')").await;
        scene.browser.card().gone().await;
        assert_eq!(left(&scene).await, 0);
    });
}

in_both!(the_browsers_signals_unlink_at_both_ends);
fn the_browsers_signals_unlink_at_both_ends(engine: Engine) {
    run(async {
        const NAVIGATOR: &str =
            "Object.defineProperty(Navigator.prototype, 'NAME', { configurable: true, get: () => VALUE });";
        let granted = "<script>window.sondeo = function () { (sondeo.q = sondeo.q || []).push(arguments); }; sondeo('consent', 'granted'); NAV</script>";
        for (at, (name, value, honours, is_linked)) in [
            ("globalPrivacyControl", "true", false, false),
            ("globalPrivacyControl", "false", false, true),
            ("doNotTrack", "'1'", true, false),
            ("doNotTrack", "'1'", false, true),
        ]
        .into_iter()
        .enumerate()
        {
            let signal = NAVIGATOR.replace("NAME", name).replace("VALUE", value);
            let members = json!({ "honour_dnt": honours });
            let scene =
                Scene::open(engine, &format!("signal-{at}"), members, &granted.replace("NAV", &signal)).await;
            let (_, [.., order]) = scene.answer().await;
            assert_eq!(order, if is_linked { "1042" } else { "" }, "{name} {value}, honoured: {honours}");
            let order = "return window.__sent.some((answer) => JSON.stringify(answer).includes('1042'))";
            assert_eq!(scene.browser.eval(order).await, is_linked, "{name}: what need not travel stays");
        }
    });
}

#[test]
fn the_collector_reads_the_signals_itself() {
    run(async {
        let origin = "https://signals.example";
        for (at, (honours, header, value, is_linked)) in [
            (false, "Sec-GPC", "1", false),
            (true, "DNT", "1", false),
            (false, "DNT", "1", true),
            (true, "DNT", "0", true),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("signals-{at}");
            let settings = json!({ "name": name, "origins": [origin], "consent_policy": "opt_in", "honour_dnt": honours });
            let site = collector::shared().await.site_of(&name, origin, settings.to_string()).await;
            let survey = site.publish_metric("nps", &json!("order")).await;
            let answer = with(answer_about("7", 9), json!({})).to_string();
            let reply = survey.request(answer).header(header, value).send().await.unwrap();
            assert_eq!(reply.status(), 201);
            assert_eq!(
                survey.rows().await[0]["order_id"],
                if is_linked { "7" } else { "" },
                "{header}: {value}"
            );
        }
    });
}

#[test]
fn the_collector_says_that_it_abides_by_gpc() {
    run(async {
        let api = collector::shared().await;
        let reply = api.anonymous(reqwest::Method::GET, "/.well-known/gpc.json").send().await.unwrap();
        assert_eq!(
            (reply.status().as_u16(), &reply.headers()["content-type"]),
            (200, &"application/json".parse().unwrap())
        );
        let said: serde_json::Value = reply.json().await.unwrap();
        assert_eq!(said, json!({ "gpc": true, "lastUpdate": "2026-11-22" }));
    });
}

in_both!(a_survey_asks_by_itself_or_not_whatever_the_site_does);
fn a_survey_asks_by_itself_or_not_whatever_the_site_does(engine: Engine) {
    run(async {
        let order = "sondeo('event', 'SURVEY', { order_id: '1042' })";
        let [asks, plain] = [json!({ "ask_consent": true }), json!({})];
        let surveys = [("e", asks.clone()), ("plain", plain)];
        let scene = Scene::with_surveys(engine, "box-survey", json!({}), &surveys, "").await;
        let card = scene.browser.card();
        card.question().await;
        assert_eq!(box_of(&scene).await, "false, true");
        card.click(BOX).await;
        assert_eq!(scene.answer().await.1, ["granted", "survey", "1042"]);
        card.click(".close").await;
        card.gone().await;
        // The other one of the same site waits for somebody to say something.
        scene.browser.eval(&order.replace("SURVEY", "plain")).await;
        scene.browser.eval("sondeo('consent', 'unknown')").await;
        assert_eq!(card.count().await, 0);
        scene.browser.eval("sondeo('consent', 'granted')").await;
        card.question().await;
        assert_eq!(box_of(&scene).await, json!(null));

        let surveys = [("e", json!({ "ask_consent": false })), ("asks", json!({}))];
        let scene = Scene::with_surveys(engine, "box-survey-not", asks, &surveys, "").await;
        scene.silent("this one does not ask").await;
        scene.browser.eval(&order.replace("SURVEY", "asks")).await;
        scene.browser.card().question().await;
        assert_eq!(box_of(&scene).await, "false, true");
    });
}

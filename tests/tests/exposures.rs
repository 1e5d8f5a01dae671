//! How often a survey was shown, opened and dismissed, and the response rate that follows.

use crate::consent_platforms::Scene;
use crate::scene::{agreeing_in, shop};
use e2e::answer::{answer, with};
use e2e::api::Survey;
use e2e::browser::Browser;
use e2e::collector::{self, Own};
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, in_both, run};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sondeo_survey::stats::response_rate;

const ORIGIN: &str = "https://exposures.example";

/// Shown, opened, dismissed.
async fn counts(survey: &Survey) -> [u64; 3] {
    let stats = survey.stats().await;
    ["shown", "opened", "dismissed"].map(|kind| stats["exposures"][kind].as_u64().unwrap())
}

async fn until_counts(survey: &Survey, expected: [u64; 3]) {
    until(&format!("{expected:?} are counted"), async || (counts(survey).await == expected).then_some(()))
        .await;
}

async fn assert_rate(survey: &Survey, answered: u64, shown: u64) {
    let stats = survey.stats().await;
    let (rate, expected) = (&stats["response_rate"], response_rate(answered, shown).unwrap());
    assert_eq!((&stats["n"], &rate["name"]), (&json!(answered), &json!("response_rate")));
    let interval = expected.interval;
    for (member, expected) in [("value", expected.score), ("low", interval.low), ("high", interval.high)] {
        assert!((rate[member].as_f64().unwrap() - expected).abs() < 1e-9, "{member}: {rate}");
    }
}

/// How many reports the browser has sent since the last look at its requests.
async fn reports(browser: &Browser) -> usize {
    browser.requests().await.iter().filter(|url| url.ends_with("/exposures")).count()
}

#[test]
fn a_report_is_a_count_and_whatever_else_it_says_is_left_out() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("exposures-api", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let draft = json!({ "title": "D", "metric": "nps", "triggers": [] }).to_string();
        api.call(Method::PUT, "/v1/sites/exposures-api/surveys/draft", draft).await;
        assert_eq!(survey.stats().await["response_rate"], Value::Null, "nobody was asked");
        let send = async |path: &str, origin: &str, body: &str| {
            let request = api.anonymous(Method::POST, &format!("{path}/exposures")).header("origin", origin);
            request.header("content-type", "text/plain").body(body.to_owned()).send().await.unwrap()
        };
        for body in [
            r#"{"survey_version": 1, "shown": 1}"#,
            r#"{"survey_version": 1, "shown": 1}"#,
            r#"{"shown": 10, "opened": 2, "respondent": {"kind": "user", "key": "me"}}"#,
            r#"{"survey_version": 999, "dismissed": 3}"#,
        ] {
            let reply = send(&survey.path, ORIGIN, body).await;
            assert_eq!(reply.status(), 204, "{body}");
            let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(
                [
                    header("sondeo-rows-written"),
                    header("access-control-allow-origin"),
                    header("cache-control")
                ],
                ["1", ORIGIN, "no-store"]
            );
        }
        let (draft, none) = ("/v1/sites/exposures-api/surveys/draft", "/v1/sites/exposures-api/surveys/none");
        let good = r#"{"shown": 1}"#;
        for (path, origin, body, status, kind) in [
            (&*survey.path, "https://other.example", good, 403, "forbidden-origin"),
            (draft, ORIGIN, good, 404, "survey-not-published"),
            (none, ORIGIN, good, 404, "unknown-survey"),
            (&survey.path, ORIGIN, r#"{"shown": 11}"#, 422, "invalid-exposure"),
            (&survey.path, ORIGIN, "shown", 422, "invalid-exposure"),
            (&survey.path, ORIGIN, &" ".repeat(33_000), 413, "body-too-large"),
        ] {
            let reply = send(path, origin, body).await;
            assert_eq!(reply.status().as_u16(), status, "{path} {body:.40}");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["type"], format!("urn:problem-type:sondeo:{kind}"));
        }
        let preflight = api.anonymous(Method::OPTIONS, &format!("{}/exposures", survey.path));
        let reply = preflight.header("origin", ORIGIN).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::NO_CONTENT);

        assert_eq!(counts(&survey).await, [12, 2, 3]);
        for score in [9, 3] {
            assert_eq!(survey.submit(&answer(score)).await.0, 201);
        }
        assert_rate(&survey, 2, 12).await;
        for (period, shown) in [("to=2026-01-01", 0), ("from=2026-01-01", 12)] {
            let request = api.request(Method::GET, &format!("{}/stats?{period}", survey.path));
            let stats: Value = request.send().await.unwrap().json().await.unwrap();
            assert_eq!(stats["exposures"]["shown"], shown, "{period}");
        }
        survey.run_alarms("2999-01-01").await;
        assert_eq!(counts(&survey).await, [0; 3], "they go with the answers");
    });
}

#[test]
fn a_flood_of_reports_leaves_answers_their_room() {
    run(async {
        let collector = Own::start_with(&[("SONDEO_LIMITS", "on")]).await;
        let api = &collector.api;
        let few = json!({ "name": "F", "origins": [ORIGIN], "consent_policy": "opt_in", "responses_per_minute": 1 });
        let site = api.site_of("flood", ORIGIN, few.to_string()).await;
        let definition = json!({ "title": "T", "metric": "nps", "triggers": [], "shards": 1 });
        let survey = site.publish("s", &definition.to_string()).await;
        let report = async || {
            let request = api.anonymous(Method::POST, &format!("{}/exposures", survey.path));
            request.header("content-type", "application/json").body(r#"{"shown":1}"#).send().await.unwrap()
        };
        // A minute may end in between.
        let refused = until("a report is too much", async || {
            let reply = report().await;
            (reply.status() == 429).then_some(reply)
        })
        .await;
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(survey.submit(&answer(9)).await.0, 201);
        let counters = api.call(Method::GET, "/v1/counters", String::new()).await;
        assert_eq!((&counters["received"], &counters["exposures"]["limited"]), (&json!(1), &json!(1)));
        assert_eq!(counters["exposures"]["counted"], counts(&survey).await[0]);
    });
}

/// Notes the bodies of reports.
const WATCH: &str = "
    window.__reports = [];
    const own = window.fetch;
    window.fetch = (url, options) => {
        if (String(url).endsWith('/exposures')) window.__reports.push(options.body);
        return own(url, options);
    };
";

in_both!(a_card_counts_once_as_shown_and_once_as_what_became_of_it);
fn a_card_counts_once_as_shown_and_once_as_what_became_of_it(engine: Engine) {
    run(async {
        let on = |name: &str| json!({ "triggers": [{ "on": "event", "name": name }] });
        let tab = json!({ "layout": "tab" });
        let surveys = [("asked", on("a")), ("sent-away", on("b")), ("taken-away", on("c")), ("tab", tab)];
        let shop = shop(&format!("exposures-card-{engine}"), &surveys).await;
        let browser = agreeing_in(engine).await;
        browser.before_pages(WATCH).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        let card = browser.card();
        let [asked, sent_away, taken_away, tab] = surveys.map(|(id, _)| shop.site.survey(id));

        browser.eval("sondeo('event', 'a')").await;
        card.answer(9, "So there").await;
        until("it is stored", async || (asked.count().await == 1).then_some(())).await;
        card.click(".close").await;
        card.gone().await;
        until_counts(&asked, [1, 0, 0]).await;
        assert_rate(&asked, 1, 1).await;

        browser.eval("sondeo('event', 'b')").await;
        card.question().await;
        card.click(".close").await;
        card.gone().await;
        until_counts(&sent_away, [1, 0, 1]).await;
        assert_rate(&sent_away, 0, 1).await;

        browser.eval("sondeo('event', 'c')").await;
        card.question().await;
        browser.eval("sondeo('close')").await;
        card.gone().await;
        until_counts(&taken_away, [1, 0, 0]).await;
        let bodies = r#"{"survey_version":1,"shown":1}"#;
        let dismissed = r#"{"survey_version":1,"dismissed":1}"#;
        assert_eq!(browser.eval("return window.__reports").await, json!([bodies, bodies, dismissed, bodies]));

        // What rests is not shown, and what is not shown is not counted.
        browser.reload().await;
        browser.loader().await;
        browser.eval("for (const name of ['a', 'b', 'c']) sondeo('event', name)").await;
        card.question().await;
        until_counts(&taken_away, [2, 0, 0]).await;
        browser.eval("sondeo('close')").await;
        card.gone().await;
        browser.eval("sondeo('show', 'tab')").await;
        card.question().await;
        until_counts(&tab, [1, 1, 0]).await;
        assert_eq!((counts(&asked).await, counts(&sent_away).await), ([1, 0, 0], [1, 0, 1]));
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

in_both!(what_a_visitor_does_is_told_once_they_agree);
fn what_a_visitor_does_is_told_once_they_agree(engine: Engine) {
    run(async {
        let denied = "<script>sondeo = function () { (sondeo.q = sondeo.q || []).push(arguments); }; sondeo('consent', 'denied')</script>";
        let asks = || json!({ "ask_consent": true });
        let scene = Scene::open(engine, "exposures-denied", asks(), denied).await;
        scene.silent("refused").await;
        assert_eq!(counts(&scene.survey).await, [0; 3]);

        let scene = Scene::open(engine, "exposures-box", asks(), "").await;
        scene.browser.card().question().await;
        until_counts(&scene.survey, [1, 0, 0]).await;
        assert_eq!(reports(&scene.browser).await, 1);
        scene.browser.card().click(".close").await;
        scene.browser.card().gone().await;
        assert_eq!(reports(&scene.browser).await, 0, "nobody has agreed");

        // A site that does not go by consent asks those who refused, too.
        let anonymous = json!({ "consent_policy": "anonymous" });
        let scene = Scene::open(engine, "exposures-anonymous", anonymous, denied).await;
        scene.browser.card().question().await;
        scene.browser.card().click(".close").await;
        until_counts(&scene.survey, [1, 0, 1]).await;
    });
}

in_both!(a_frame_of_the_hosted_page_counts_as_a_card_does);
fn a_frame_of_the_hosted_page_counts_as_a_card_does(engine: Engine) {
    run(async {
        let api = collector::shared().await;
        let id = format!("exposures-frame-{engine}");
        let no_wasm = format!("script-src 'self' {0}; style-src 'self'; frame-src {0}", api.base);
        let shop = Shop::with_policy(api, &id, Some(no_wasm)).await;
        let path = format!("/v1/sites/{id}");
        let settings = api.call(Method::GET, &path, String::new()).await;
        api.call(Method::PUT, &path, with(settings, json!({ "fallback": "hosted" })).to_string()).await;
        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        until_counts(&shop.purchases(), [1, 0, 0]).await;
        browser.enter_frame("iframe[src*='/h/']").await;
        browser.click(".close").await;
        browser.leave_frame().await;
        until_counts(&shop.purchases(), [1, 0, 1]).await;
    });
}

#[test]
fn a_link_counts_where_a_browser_opens_it_and_not_where_it_is_scanned() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("exposures-link", ORIGIN, "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let preview = api.call(Method::POST, &format!("{}/preview", survey.path), String::new()).await;
        let draft = format!("?preview={}", preview["token"].as_str().unwrap());
        let page = ("sec-fetch-dest", "document");
        for (query, headers) in [
            ("", vec![]),
            ("", vec![page, ("sec-purpose", "prefetch;prerender")]),
            ("?embed=1", vec![("sec-fetch-dest", "iframe")]),
            (&draft, vec![page]),
        ] {
            let request = api.anonymous(Method::GET, &format!("/h/exposures-link/nps{query}"));
            let request =
                headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
        // Had one of them counted, this one would not be the first.
        let request = api.anonymous(Method::GET, "/h/exposures-link/nps").header(page.0, page.1);
        assert_eq!(request.send().await.unwrap().status(), 200);
        until_counts(&survey, [1, 0, 0]).await;
    });
}

in_both!(the_hosted_page_has_a_response_rate_of_its_own);
fn the_hosted_page_has_a_response_rate_of_its_own(engine: Engine) {
    run(async {
        let api = collector::shared().await;
        let id = format!("exposures-hosted-{engine}");
        let site = api.site(&id, ORIGIN, "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let browser = Browser::start_in(engine).await;
        let address = format!("{}/h/{id}/nps", api.base);
        for _ in 0..2 {
            browser.goto(&address).await;
        }
        browser.click("[name=score][value='9']").await;
        browser.click(".send").await;
        browser.text(".saved").await;
        until_counts(&survey, [2, 0, 0]).await;
        assert_rate(&survey, 1, 2).await;
    });
}

//! Each page: nothing for axe to find, whole without script, in every language, no wider than a phone.

use super::{ORIGIN, token};
use e2e::answer::answer;
use e2e::browser::{Browser, Visitor};
use e2e::console::{self, Caller};
use e2e::{Engine, axe, collector, run};
use reqwest::{Client, Method};
use serde_json::json;

/// Below `/console/{site}`.
const PAGES: [&str; 6] = ["", "/settings", "/tokens", "/webhooks", "/erasure", "/audit"];

/// A site with some of everything.
async fn site(id: &str) -> (&'static str, String) {
    let api = collector::shared().await;
    let site = api.site(id, ORIGIN, "opt_in").await;
    for (name, metric, touchpoint) in
        [("a", "nps", "browse"), ("b", "csat", "checkout"), ("c", "ces", "support")]
    {
        let survey = json!({ "title": format!("Survey {name}"), "metric": metric, "touchpoint": touchpoint,
            "triggers": [], "frequency": { "window": "ever" } });
        let survey = site.publish(name, &survey.to_string()).await;
        for score in [1, 2, 5, 5] {
            assert_eq!(survey.submit(&answer(score)).await.0, 201);
        }
    }
    let webhook = json!({ "url": "https://crm.example/hook", "events": ["response.created"],
        "rule": { "segment": "detractor", "survey": ["a"] } });
    api.call(Method::POST, &format!("/v1/sites/{id}/webhooks"), webhook.to_string()).await;
    api.call(Method::POST, &format!("/v1/sites/{id}/erasures"), r#"{"order": "1042"}"#.into()).await;
    let scopes = ["admin", "responses:read", "responses:erase"];
    (&api.base, token(api, &scopes, id).await.1)
}

#[test]
fn axe_finds_nothing_wrong() {
    run(async {
        let (base, token) = site("console-axe").await;
        let mut faults = Vec::new();
        for (wants_dark, width) in [(false, 1280), (true, 1280), (false, 375), (true, 320)] {
            let browser = Browser::of(&Visitor { wants_dark, ..Visitor::with(Engine::Chromium) }).await;
            browser.resize(width, 800, width < 500).await;
            let mut check = async |page: &str| {
                let found = axe::violations(&browser).await;
                faults
                    .extend(found.iter().map(|fault| format!("{page}, dark {wants_dark}, {width}: {fault}")));
                let over = "return document.documentElement.scrollWidth - innerWidth";
                let over = browser.eval(over).await.as_i64().unwrap();
                assert!(over <= 0, "{page} is {over} px wider than the window of {width}");
                let said = browser.console().await;
                let said: Vec<_> = said
                    .into_iter()
                    .filter(|(level, text)| level == "SEVERE" && !text.contains("Failed to load"))
                    .collect();
                assert!(said.is_empty(), "{page}: {said:?}");
            };
            browser.goto(&format!("{base}/console/sign-in")).await;
            check("sign-in").await;
            browser.click("button.main").await;
            console::sign_in(&browser, base, &token).await;
            for page in PAGES {
                browser.goto(&format!("{base}/console/console-axe{page}")).await;
                check(page).await;
            }
            for (list, link) in [
                ("/tokens", "td a[href$=rotate]"),
                ("/tokens", "td a[href$=end]"),
                ("/webhooks", "tbody th a"),
            ] {
                browser.goto(&format!("{base}/console/console-axe{list}")).await;
                browser.click(link).await;
                browser.at(&format!("{list}/")).await;
                check(link).await;
            }
            browser.click(".acts a[href$=end]").await;
            browser.text(".confirm p").await;
            check("end of a webhook").await;
            browser.goto(&format!("{base}/console/console-axe/erasure")).await;
            browser.click(".danger").await;
            browser.text(".error").await;
            check("a form that is refused").await;
            browser.goto(&format!("{base}/console/console-beyond-axe")).await;
            check("refused").await;
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    });
}

#[test]
fn every_page_is_in_the_readers_language() {
    run(async {
        let (base, token) = site("console-words").await;
        let caller = Caller::sign_in(base, &token).await;
        for page in PAGES {
            let mut seen = Vec::new();
            for language in ["en", "es", "pt-BR", "ro"] {
                let text = caller.page(&format!("/console/console-words{page}?lang={language}")).await;
                assert!(text.contains(&format!("<html lang=\"{language}\">")), "{page} {language}");
                // Headings such as "Webhooks" are the same in several.
                let (_, navigation) = text.split_once("class=\"skip\"").unwrap();
                let words = navigation.split("<main").next().unwrap().to_owned();
                assert!(!seen.contains(&words), "{page} {language}");
                seen.push(words);
            }
        }
        // A choice is kept, and counts before the browser's wish.
        let reply = caller.get("/console/console-words?lang=ro").await;
        let chosen = reply.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
        let caller = Caller::with_cookie(base, &format!("{}; {chosen}", caller.cookie()));
        assert!(caller.page("/console/console-words").await.contains("<html lang=\"ro\">"));
    });
}

#[test]
fn the_overview_says_what_the_api_says_as_the_language_writes_it() {
    run(async {
        let (base, token) = site("console-numbers").await;
        let survey = collector::shared().await.known_site("console-numbers", ORIGIN).survey("c");
        let shown = Client::new()
            .post(format!("{base}{}/exposures", survey.path))
            .header("Origin", ORIGIN)
            .header("Content-Type", "text/plain");
        assert_eq!(shown.body(r#"{"shown": 10}"#).send().await.unwrap().status(), 204);
        let caller = Caller::sign_in(base, &token).await;
        let (english, spanish) = (
            caller.page("/console/console-numbers?lang=en").await,
            caller.page("/console/console-numbers?lang=es").await,
        );
        // Answers of 1, 2, 5 and 5: no promoter and four detractors of NPS, two satisfied of CSAT, a mean for CES.
        for (page, written) in [
            (&english, "<strong>\u{2212}100</strong>"),
            (&english, "<strong>50%</strong>"),
            (&english, "<strong>3.3</strong>"),
            (&english, ">40%<"),
            (&english, "too few to tell"),
            (&spanish, "<strong>3,3</strong>"),
            (&spanish, "<strong>50\u{a0}%</strong>"),
        ] {
            assert!(page.contains(written), "{written}: {page}");
        }
        let bounds = survey.stats().await["score"].clone();
        let written = |name: &str| format!("{:.1}", bounds[name].as_f64().unwrap());
        assert!(
            english.contains(&format!("{} … {}", written("low"), written("high"))) || english.contains('±'),
            "{bounds}"
        );
        assert!(!english.contains("class=\"weakest\""), "four answers are too few for that");
    });
}

#[test]
fn the_weakest_moment_is_the_one_with_most_unhappy_answers() {
    run(async {
        let (base, token) = site("console-journey").await;
        let site = collector::shared().await.known_site("console-journey", ORIGIN);
        // 2 of 12 dissatisfied of CSAT, and 3 of 12 hard of CES, whose mean is far above the middle.
        for (survey, scores) in [("b", [5; 8]), ("c", [1, 7, 7, 7, 7, 7, 7, 7])] {
            for score in scores {
                assert_eq!(site.survey(survey).submit(&answer(score)).await.0, 201);
            }
        }
        let page = Caller::sign_in(base, &token).await.page("/console/console-journey").await;
        let (_, weakest) = page.split_once("<li class=\"weakest\">").unwrap();
        assert!(weakest.starts_with("<h3>support</h3>"), "{page}");
        assert_eq!(page.matches("Weakest moment").count(), 1);
    });
}

#[test]
fn the_console_works_without_script() {
    run(async {
        let (base, token) = site("console-plain").await;
        let visitor = Visitor { runs_scripts: false, ..Visitor::with(Engine::Chromium) };
        let browser = Browser::of(&visitor).await;
        browser.goto(&format!("{base}/console/console-plain")).await;
        browser.fill("[name=token]", &token).await;
        browser.click("button.main").await;
        browser.at("/console/console-plain").await;
        browser.click(".languages [lang=es]").await;
        browser.says("h1", "Resumen").await;
    });
}

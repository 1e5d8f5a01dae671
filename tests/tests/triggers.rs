//! What opens a survey, and what does not.

use crate::scene::{agreeing, agreeing_in, loads_something, shop};
use e2e::{Engine, in_both, run};
use serde_json::{Value, json};

struct Row {
    trigger: Value,
    /// Done first, which must open nothing.
    not: &'static str,
    /// Opens it.
    then: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |trigger, not, then| Row { trigger, not, then };
    vec![
        row(
            json!({ "on": "scroll", "percent": 50 }),
            "document.body.style.minHeight = '6000px'; scrollTo({ top: 1500, behavior: 'instant' })",
            "scrollTo({ top: 2600, behavior: 'instant' })",
        ),
        row(
            json!({ "on": "exit" }),
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientX: -1, clientY: 300 }))",
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientX: 300, clientY: -1 }))",
        ),
        row(
            json!({ "on": "click", "selector": ".later" }),
            "document.querySelector('h1').click()",
            "const later = document.createElement('div'); later.className = 'later'; later.innerHTML = '<b>x</b>';
             later.onclick = (event) => event.stopPropagation();
             document.querySelector('main').append(later); later.firstChild.click()",
        ),
        row(
            json!({ "on": "visible", "selector": "#reviews" }),
            "const far = document.createElement('div'); far.id = 'reviews'; far.style.cssText = 'margin-top: 3000px; height: 200px';
             document.body.append(far)",
            "document.getElementById('reviews').scrollIntoView({ block: 'center', behavior: 'instant' })",
        ),
        row(
            json!({ "on": "event", "name": "bought", "where": [{ "property": "value", "at_least": 100 }, { "property": "plan", "is": ["pro"] }] }),
            "sondeo('event'); sondeo('event', 'bought'); sondeo('event', 'bought', { value: 99.99, plan: 'pro' });
             sondeo('event', 'bought', { value: '100', plan: ['pro'] })",
            "sondeo('event', 'bought', { value: '100.5', plan: 'pro' })",
        ),
        row(
            json!({ "on": "views", "count": 3 }),
            // In the page's first half second, only a path makes another page.
            "return new Promise((done) => {
                 const timer = setInterval(() => {
                     if (`${history.pushState}`.includes('native')) return;
                     clearInterval(timer);
                     done(history.pushState(null, '', '?second'));
                 }, 20);
             })",
            "history.replaceState(null, '', '?tidy'); history.pushState(null, '', '?third')",
        ),
        row(json!({ "on": "load", "after_seconds": 1 }), "", ""),
        row(json!({ "on": "time", "seconds": 1 }), "", ""),
    ]
}

in_both!(each_opens_the_survey_when_it_should_and_not_before);
fn each_opens_the_survey_when_it_should_and_not_before(engine: Engine) {
    run(async {
        let browser = agreeing_in(engine).await;
        for (at, Row { trigger, not, then }) in rows().into_iter().enumerate() {
            let survey = ("asks", json!({ "triggers": [trigger] }));
            let shop = shop(&format!("triggers-{at}-{engine}"), &[survey]).await;
            browser.requests().await;
            browser.goto(&shop.url("/privacy")).await;
            browser.loader().await;
            if !not.is_empty() {
                browser.eval(not).await;
                assert!(!loads_something(&browser).await, "{trigger}");
            }
            browser.eval(then).await;
            assert_eq!(browser.card().question().await, "asks", "{trigger}");
            assert_eq!(browser.eval("return window.__errors.join()").await, "", "{trigger}");
        }
    });
}

#[test]
fn a_finger_that_flicks_back_up_is_about_to_leave() {
    run(async {
        let browser = agreeing().await;
        browser.resize(375, 740, true).await;
        let shop = shop("triggers-flick", &[("asks", json!({ "triggers": [{ "on": "exit" }] }))]).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        let scroll = |to: u32| {
            format!(
                "document.body.style.minHeight = '6000px'; scrollTo({{ top: {to}, behavior: 'instant' }});
                 return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
        };
        browser.requests().await;
        browser.eval(&scroll(1_500)).await;
        // Slowly.
        browser.eval(&format!("setTimeout(() => {{ {} }}, 400)", scroll(1_200))).await;
        assert!(!loads_something(&browser).await);
        let flick = format!("{}.then(() => scrollTo({{ top: 900, behavior: 'instant' }}))", scroll(2_000));
        browser.eval(&flick).await;
        browser.card().question().await;
    });
}

in_both!(what_is_out_of_view_again_when_the_wait_is_over_opens_nothing);
fn what_is_out_of_view_again_when_the_wait_is_over_opens_nothing(engine: Engine) {
    run(async {
        let browser = agreeing_in(engine).await;
        let trigger = json!({ "on": "visible", "selector": "#reviews", "after_seconds": 1 });
        let shop =
            shop(&format!("triggers-unseen-{engine}"), &[("asks", json!({ "triggers": [trigger] }))]).await;
        browser.goto(&shop.url("/privacy?sondeo-debug")).await;
        browser.loader().await;
        let far = "const far = document.createElement('div'); far.id = 'reviews'; far.style.cssText = 'margin-top: 3000px; height: 200px';
            document.body.append(far); far.scrollIntoView({ block: 'center', behavior: 'instant' });
            return new Promise((done) => setTimeout(() => { scrollTo({ top: 0, behavior: 'instant' }); done(); }, 400))";
        browser.eval(far).await;
        crate::scene::says(&browser, "asks: the page, or what").await;
        assert_eq!(browser.card().count().await, 0);
        browser.eval("document.getElementById('reviews').scrollIntoView({ behavior: 'instant' })").await;
        assert_eq!(browser.card().question().await, "asks");
    });
}

in_both!(many_surveys_and_bad_selectors_hold_up_nothing);
fn many_surveys_and_bad_selectors_hold_up_nothing(engine: Engine) {
    run(async {
        let triggers = json!({ "triggers": [{ "on": "click", "selector": "[[" }, { "on": "visible", "selector": "::" }, { "on": "scroll", "percent": 90 }] });
        let ids: Vec<String> = (0..20).map(|n| format!("s{n}")).collect();
        let mut surveys: Vec<(&str, Value)> = ids.iter().map(|id| (id.as_str(), triggers.clone())).collect();
        surveys.push(("asks", json!({ "triggers": [{ "on": "click", "selector": "h1" }] })));
        let browser = agreeing_in(engine).await;
        let shop = shop(&format!("triggers-many-{engine}"), &surveys).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        assert!(!loads_something(&browser).await);
        browser.eval("document.querySelector('h1').click()").await;
        assert_eq!(browser.card().question().await, "asks");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

//! What a page can say to the loader, and what it is told.

use crate::scene::{HOLD, agreeing, loads_something, said, says, shop};
use e2e::browser::Browser;
use e2e::run;
use e2e::shop::Shop;
use e2e::wait::until;
use serde_json::{Value, json};
use sondeo_survey::card::Field;

const ON_GO: &str = "go";

fn on_go() -> Value {
    json!({ "triggers": [{ "on": "event", "name": ON_GO }] })
}

/// Notes every event with what came with it.
const LISTEN: &str = "
    window.__told = [];
    for (const event of ['shown', 'answered', 'commented', 'completed', 'dismissed', 'error'])
        window.sondeo('on', event, (detail) => window.__told.push([event, detail]));
    window.sondeo('on', 'shown', () => { throw new Error('a careless page'); });
";

async fn opened(site: &str, surveys: &[(&str, Value)], before: &str) -> (Shop, Browser) {
    let browser = agreeing().await;
    if !before.is_empty() {
        browser.before_pages(before).await;
    }
    let shop = shop(site, surveys).await;
    browser.goto(&shop.url("/privacy?sondeo-debug")).await;
    browser.loader().await;
    (shop, browser)
}

async fn told(browser: &Browser, event: &str) -> Value {
    until(&format!("the page is told {event}"), async || {
        let found = format!("return window.__told.filter(([event]) => event === '{event}').map(([, detail]) => detail).at(-1) ?? null");
        Some(browser.eval(&found).await).filter(|found| !found.is_null())
    })
    .await
}

#[test]
fn a_page_is_told_what_happens_and_what_was_answered() {
    run(async {
        let (_shop, browser) = opened("commands-events", &[("asks", on_go())], "").await;
        browser.eval(LISTEN).await;
        browser.eval("window.__off = () => window.__told.push('off'); sondeo('on', 'shown', __off); sondeo('off', 'shown', __off); sondeo('event', 'go')").await;
        assert_eq!(told(&browser, "shown").await["survey"], "asks");
        browser.card().answer(9, "Good coffee").await;
        let answered = told(&browser, "answered").await;
        assert_eq!((&answered["survey"], &answered["score"]), (&json!("asks"), &json!(9)), "{answered}");
        let completed = told(&browser, "completed").await;
        assert_eq!(
            (&completed["comment"], &completed["id"]),
            (&json!("Good coffee"), &answered["id"]),
            "{completed}"
        );
        assert!(completed.get("consent").is_none(), "{completed}");
        assert_eq!(browser.eval("return [__told.includes('off'), __errors.join()].join()").await, "false,");
    });
}

#[test]
fn an_answer_that_is_refused_is_told_with_its_status() {
    run(async {
        let refuse = "const own = fetch; window.fetch = (...call) => String(call[0]).endsWith('/responses') ? Promise.resolve(new Response('{}', { status: 422 })) : own(...call)";
        let (_shop, browser) = opened("commands-refused", &[("asks", on_go())], refuse).await;
        browser.eval(LISTEN).await;
        browser.eval("sondeo('show', 'asks')").await;
        browser.card().choose(3).await;
        let error = told(&browser, "error").await;
        assert_eq!(
            (&error["survey"], &error["error"], &error["status"]),
            (&json!("asks"), &json!("refused"), &json!(422))
        );
    });
}

#[test]
fn a_card_that_cannot_be_loaded_is_told_and_may_come_later() {
    run(async {
        let broken = "const own = fetch; window.fetch = (...call) => window.__broken && String(call[0]).includes('/c/') ? Promise.reject(new TypeError('offline')) : own(...call)";
        let (_shop, browser) = opened("commands-network", &[("asks", on_go())], broken).await;
        browser.eval(LISTEN).await;
        browser.eval("window.__broken = true; sondeo('event', 'go')").await;
        assert_eq!(told(&browser, "error").await["error"], "network");
        browser.eval("window.__broken = false; sondeo('event', 'go')").await;
        assert_eq!(browser.card().question().await, "asks");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

#[test]
fn what_was_said_before_the_tag_loaded_counts_and_placeholders_are_filled() {
    run(async {
        let question = "{{name|You}}, how was {{ product | it }}{{nothing}}? {{a}}|{{b|{{c}}}}";
        let fills = json!({ "triggers": [{ "on": "event", "name": "bought" }], "wording": { "en": { "question": question } } });
        let before = "window.sondeo = function () { (sondeo.q = sondeo.q || []).push(arguments); };
            sondeo('attributes', { name: 'Ana\\u001fEvil', product: 'no', a: '$& <b>{{name}}</b>' });
            sondeo('event', 'bought', { product: 'tea' })";
        let (_shop, browser) = opened("commands-queue", &[("asks", fills)], before).await;
        assert_eq!(browser.card().question().await, "AnaEvil, how was tea? $& <b>{{name}}</b>|{{b|}}");
        assert_eq!(
            browser.card().eval("return root.querySelector('h2 b')").await,
            Value::Null,
            "text stays text"
        );
    });
}

#[test]
fn show_asks_for_a_survey_and_is_held_up_by_an_answer_only() {
    run(async {
        let never = json!({ "audience": { "devices": ["mobile"], "sample_percent": 1 } });
        let (shop, browser) = opened("commands-show", &[("asks", never), ("other", on_go())], "").await;
        let keep = |key: &str, seconds: i64| {
            format!(
                "localStorage.setItem('sondeo:commands-show:{key}', Math.floor(Date.now() / 1000) + {seconds})"
            )
        };
        browser.eval(&format!("{}; {}", keep("clock", 600), keep("rest:asks", 600))).await;
        browser.eval("sondeo('show', 'nobody'); sondeo('show', 'asks')").await;
        assert_eq!(browser.card().question().await, "asks");
        browser.eval("sondeo('close')").await;
        browser.card().gone().await;
        browser.eval(&keep("wait:asks", 600)).await;
        browser.requests().await;
        browser.goto(&shop.url("/privacy?sondeo-debug&again")).await;
        browser.loader().await;
        browser.eval("sondeo('show', 'asks')").await;
        says(&browser, "asks: answered, silent until 2").await;
        assert!(!browser.requests().await.iter().any(|url| url.ends_with("/card.wasm")));
    });
}

#[test]
fn a_survey_that_is_silent_loads_nothing() {
    run(async {
        let spaced = json!({ "triggers": [{ "on": "event", "name": "go" }], "frequency": { "window": "ever", "ignores_spacing": false } });
        let ordered =
            json!({ "triggers": [{ "on": "event", "name": "go" }], "frequency": { "window": "order" } });
        let browser = agreeing().await;
        let shop = shop(
            "commands-silent",
            &[("spaced", spaced), ("rests", on_go()), ("waits", on_go()), ("ordered", ordered)],
        )
        .await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        browser.eval("for (const key of ['clock', 'rest:rests', 'wait:waits', 'wait:ordered:7']) localStorage.setItem('sondeo:commands-silent:' + key, Date.now())").await;
        browser.requests().await;
        browser.eval("sondeo('event', 'go', { order_id: 7 })").await;
        assert!(!loads_something(&browser).await);
        browser.eval("sondeo('event', 'go', { order_id: 8 })").await;
        assert_eq!(browser.card().question().await, "ordered", "a free one of another order");
    });
}

#[test]
fn debug_says_why() {
    run(async {
        let far = json!({ "triggers": [{ "on": "delay", "seconds": 3600 }], "audience": { "devices": ["mobile"] } });
        let browser = Browser::start().await;
        let more = json!({ "triggers": [{ "on": "event", "name": "more" }] });
        let shop = shop("commands-debug", &[("far", far), ("asks", on_go()), ("more", more)]).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        browser.eval("sondeo('event', 'go'); sondeo('debug')").await;
        // What happened before it was asked for, too.
        says(&browser, "asks: waits for consent").await;
        browser.eval("sondeo('consent', 'granted')").await;
        says(&browser, "asks: shown").await;
        browser.eval("sondeo('event', 'more')").await;
        says(&browser, "more: another card is on the page").await;
        browser.eval("localStorage.setItem('sondeo:debug', 1)").await;
        browser.goto(&shop.url("/privacy?again")).await;
        says(&browser, "far: trigger load armed").await;
        assert!(said(&browser).await.iter().all(|line| !line.contains("undefined")));
    });
}

#[test]
fn locale_identify_reset_and_forget() {
    run(async {
        let words = json!({ "triggers": [{ "on": "event", "name": "go" }], "wording": { "en": { "question": "asks" }, "es": { "question": "pregunta" } } });
        let (shop, browser) = opened("commands-forget", &[("asks", words)], "").await;
        browser.eval("sondeo('locale', 'es'); sondeo('event', 'go')").await;
        assert_eq!(browser.card().question().await, "pregunta");
        browser.card().choose(9).await;
        until("it is kept", async || (shop.site.survey("asks").count().await == 1).then_some(())).await;
        let kept = "return Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter((key) => key.startsWith('sondeo:commands-forget:')).length";
        assert!(browser.eval(kept).await.as_u64() >= Some(2), "visitor and wait");
        browser.eval("localStorage.setItem('sondeo:commands-forget-2:wait:x', 1); sondeo('forget')").await;
        until("nothing is kept", async || (browser.eval(kept).await == 0).then_some(())).await;
        assert_eq!(shop.site.survey("asks").count().await, 0, "and it is erased");
        browser.card().gone().await;
        assert_eq!(
            browser.eval("return localStorage.getItem('sondeo:commands-forget-2:wait:x')").await,
            "1",
            "another site's"
        );
        browser.eval("sondeo('event', 'go')").await;
        browser.card().question().await;
        browser.eval("sondeo('reset')").await;
        browser.card().gone().await;
        said(&browser).await;
        browser.eval("sondeo('event', 'go')").await;
        says(&browser, "asks: waits for consent").await;
    });
}

#[test]
fn tabs_stand_in_a_column_and_make_room_for_their_cards() {
    run(async {
        let tab = json!({ "layout": "tab", "wording": { "en": { "question": "asks", "tab": "Tell us" } } });
        let other = json!({ "layout": "tab", "wording": { "en": { "question": "more", "tab": "More" } } });
        let (_shop, browser) = opened("commands-tab", &[("asks", tab), ("more", other)], "").await;
        let buttons = "const buttons = [...document.querySelectorAll('body > div')].flatMap((host) => [...host.shadowRoot?.querySelectorAll(':host > div > button') ?? []]);
            const button = buttons.find(({ textContent }) => textContent === 'Tell us');";
        let seen = async || {
            let script = format!("{buttons} if (buttons.length < 2) return null; const {{ width, height, right }} = button.getBoundingClientRect();
                return [button.textContent, width >= 44 && height >= 44, right === document.documentElement.clientWidth]");
            Some(browser.eval(&script).await).filter(|seen| !seen.is_null())
        };
        assert_eq!(until("the tab is drawn", seen).await, json!(["Tell us", true, true]));
        assert!(
            !browser.requests().await.iter().any(|url| url.ends_with("/card.wasm")),
            "no card until it is asked for"
        );
        let apart = format!(
            "{buttons} const [one, other] = buttons.map((each) => each.getBoundingClientRect());
            return one.bottom < other.top || other.bottom < one.top"
        );
        assert_eq!(browser.eval(&apart).await, json!(true), "they stand one under the other");
        browser.eval(&format!("{buttons} button.click()")).await;
        assert_eq!(browser.card().question().await, "asks");
        assert_eq!(seen().await, Some(json!(["Tell us", false, false])), "hidden");
        browser.card().click(".close").await;
        until("the tab is back", async || {
            (seen().await == Some(json!(["Tell us", true, true]))).then_some(())
        })
        .await;
    });
}

/// The collector's own answer to a preview is not there yet: the card's text stands in.
const PREVIEW: &str = "
    const own = fetch;
    window.fetch = async (...call) => {
        const asked = String(call[0]);
        if (!asked.includes('/preview?')) return own(...call);
        window.__preview = new URL(asked);
        const live = (await (await own(new URL('/s/commands-preview.js', asked))).text()).match(/\"(\\/c\\/[^\"]*\\/asks\\/[^\"]*)\"/)[1];
        return own(new URL(live, asked));
    };
";

#[test]
fn a_preview_stores_and_sends_nothing() {
    run(async {
        let browser = Browser::start().await;
        browser.before_pages(PREVIEW).await;
        let shop = shop("commands-preview", &[("asks", json!({ "triggers": [{ "on": "load" }] }))]).await;
        browser.goto(&shop.url("/privacy?sondeo-preview=asks&sondeo-token=a%26b")).await;
        assert_eq!(browser.card().question().await, "asks");
        assert_eq!(
            browser.eval("return [__preview.pathname, __preview.searchParams.get('token')].join()").await,
            "/c/commands-preview/asks/preview,a&b"
        );
        browser.card().choose(9).await;
        browser.card().part("textarea").await;
        assert_eq!(
            browser
                .eval("return Object.keys(localStorage).filter((key) => key.startsWith('sondeo:')).join()")
                .await,
            ""
        );
        assert!(!browser.requests().await.iter().any(|url| url.contains("/v1/")));
        assert_eq!(shop.site.survey("asks").count().await, 0);
    });
}

#[test]
fn the_hosted_page_stands_in_where_webassembly_may_not_run() {
    run(async {
        let (shop, browser) = opened("commands-frame", &[("asks", on_go())], HOLD).await;
        let base = &shop.site.api.base;
        // The file is called as the loader calls it.
        let question = Field::Question as usize;
        let site = &shop.site.id;
        let script = format!(
            "const script = fetch('{base}/s/{site}.js').then((reply) => reply.text());
             const page = {{ looks: [], tell() {{}}, set() {{}}, base: '{base}', live: {{ site: 's' }}, parts: {{ keep: () => true }}, status: 'granted', source: 'site', languages: 'en', text: (value) => value && '' + value, words: async () => Array({question}).fill('').concat('asks').join('\\x1f') }};
             return script.then((text) => import('{base}' + text.match(/\\/a\\/\\w+\\//) + 'frame.js')).then(async ({{ default: frame }}) => {{
                 frame(page, {{ id: 'asks', card: '/c' }}, {{ order_id: 7, value: '9.90' }});
                 await 0; await 0; await 0;
                 const {{ src, title, clientWidth, contentWindow }} = page.frame;
                 const post = (origin, data, source) => window.dispatchEvent(new MessageEvent('message', {{ origin, data, source }}));
                 post('https://evil.example', {{ sondeo: 'close' }}, contentWindow);
                 post('{base}', {{ sondeo: 'close' }}, window);
                 post('{base}', {{ sondeo: 'height', height: 300 }}, contentWindow);
                 const height = page.frame.clientHeight;
                 post('{base}', {{ sondeo: 'close' }}, contentWindow);
                 return [src, title, clientWidth, height, document.querySelectorAll('iframe').length];
             }})"
        );
        let src = format!("{base}/h/s/asks?embed=1&consent=granted&source=site&l=en&order=7&value=9.90");
        assert_eq!(browser.eval(&script).await, json!([src, "asks", 360, 300, 0]));
    });
}

//! Nothing that axe finds is wrong with the card: in each of its states, on each screen, light and dark, from right to
//! left, and however the survey is drawn.

use e2e::answer::with;
use e2e::browser::{Browser, Visitor};
use e2e::shop::Shop;
use e2e::{Engine, axe, collector, run};
use serde_json::{Value, json};

/// One way to see the card.
struct Look {
    name: &'static str,
    size: (u32, u32),
    is_dark: bool,
    language: &'static str,
    /// Members of the survey's definition.
    survey: &'static str,
    /// The metrics that are asked, with a score each.
    asks: &'static [(&'static str, u8)],
}

const DESKTOP: Look = Look {
    name: "desktop",
    size: (1280, 900),
    is_dark: false,
    language: "en",
    survey: "{}",
    asks: &[("nps", 9), ("csat", 2), ("ces", 4)],
};
const PHONE: Look = Look { name: "phone", size: (375, 740), ..DESKTOP };

/// One step of each kind, and a link.
const STEPS: &str = r#"{"link": "https://reviews.example/kestrel", "steps": [
    {"id": "reason", "ask": "many", "choices": ["price", "delivery"]},
    {"id": "late", "ask": "one", "choices": ["days", "weeks"]}, {"id": "why", "ask": "comment"}]}"#;

const LOOKS: [Look; 14] = [
    DESKTOP,
    Look { name: "desktop-dark", is_dark: true, ..DESKTOP },
    Look { name: "desktop-arabic", language: "ar", ..DESKTOP },
    PHONE,
    Look { name: "phone-dark", is_dark: true, ..PHONE },
    Look { name: "phone-dark-arabic", is_dark: true, language: "ar", ..PHONE },
    Look { name: "stars", survey: r#"{"look": "stars"}"#, asks: &[("csat", 4)], ..PHONE },
    Look { name: "smileys", survey: r#"{"look": "smileys"}"#, asks: &[("csat", 2)], ..DESKTOP },
    Look {
        name: "thumbs-dark",
        survey: r#"{"scale": {"min": 0, "max": 1}}"#,
        asks: &[("csat", 1)],
        is_dark: true,
        ..DESKTOP
    },
    Look { name: "dialog", survey: r#"{"layout": "dialog"}"#, asks: &[("nps", 9)], ..DESKTOP },
    Look { name: "steps", survey: STEPS, asks: &[("nps", 3)], ..DESKTOP },
    Look {
        name: "steps-dark-arabic",
        survey: STEPS,
        asks: &[("ces", 3)],
        is_dark: true,
        language: "ar",
        ..PHONE
    },
    Look {
        name: "inline",
        survey: r#"{"layout": "inline", "look": "stars"}"#,
        asks: &[("csat", 3)],
        ..DESKTOP
    },
    Look { name: "tab", survey: r#"{"layout": "tab"}"#, asks: &[("ces", 3)], ..PHONE },
];

/// The thank-you stays to be looked at.
const LINGER: &str = "
    const wait = window.setTimeout;
    window.setTimeout = (work, time, ...rest) => (time >= 3000 ? 0 : wait(work, time, ...rest));
";

#[test]
fn axe_finds_nothing_wrong_with_any_look_of_the_card() {
    run(async {
        let mut faults = Vec::new();
        for look in LOOKS {
            faults.extend(faults_of(&look).await);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    });
}

async fn faults_of(look: &Look) -> Vec<String> {
    let (_shop, browser) = open(look).await;
    let card = browser.card();
    let mut faults = Vec::new();
    let mut check = async |metric: &str, step: &str| {
        let found = axe::violations(&browser).await;
        assert_eq!(card.count().await, 1, "{metric}, {step}: the card was there all the time");
        faults.extend(found.iter().map(|fault| format!("{}, {metric}, {step}: {fault}", look.name)));
    };
    for &(metric, score) in look.asks {
        ask(&browser, metric, look).await;
        assert_eq!(seen(&browser).await, json!([look.is_dark, look.language]), "{}", look.name);
        check(metric, "question").await;
        card.choose(score).await;
        loop {
            let step = card.eval(STEP).await;
            let step = step.as_str().unwrap_or_else(|| panic!("{}: no step", look.name));
            check(metric, step).await;
            match step {
                "comment" => card.click(".send").await,
                "one" => card.click(".choices button").await,
                "many" => {
                    card.click(".choices button").await;
                    card.click(".send").await;
                }
                _ => break,
            }
        }
        if card.eval("return getComputedStyle(find('.close')).display").await != "none" {
            card.click(".close").await;
            card.gone().await;
        }
    }
    faults
}

/// What is on the card after the score.
const STEP: &str = "
    if (find('textarea')) return 'comment';
    const choices = find('.choices');
    if (choices) return choices.getAttribute('role') === 'group' ? 'many' : 'one';
    return find('p[role=status]').textContent && 'thanks';
";

#[test]
fn axe_would_find_it_in_the_card() {
    run(async {
        let (_shop, browser) = open(&Look { name: "broken", ..DESKTOP }).await;
        ask(&browser, "nps", &DESKTOP).await;
        assert_eq!(axe::violations(&browser).await, Vec::<String>::new());
        let harm = "
            find('.close').removeAttribute('aria-label');
            find('.ends').style.opacity = '0.3';
        ";
        browser.card().eval(harm).await;
        let faults = axe::violations(&browser).await;
        let rules: Vec<&str> = faults.iter().filter_map(|fault| Some(fault.split_once(' ')?.0)).collect();
        assert_eq!(rules, ["button-name", "color-contrast"], "{faults:?}");
    });
}

/// A page where each metric's survey waits for the event of its name, in the built-in wording, which there is in every
/// language.
async fn open(look: &Look) -> (Shop, Browser) {
    let shop = Shop::open(collector::shared().await, &format!("accessibility-{}", look.name)).await;
    for (metric, _) in look.asks {
        let trigger = json!({ "on": "event", "name": metric });
        // One after the other, with no day between them.
        let frequency = json!({ "ignores_spacing": true });
        let definition =
            json!({ "title": metric, "metric": metric, "triggers": [trigger], "frequency": frequency });
        let definition = with(definition, serde_json::from_str(look.survey).unwrap());
        shop.site.publish(metric, &definition.to_string()).await;
    }
    let visitor = Visitor {
        wants_dark: look.is_dark,
        // What is half faded in has too little contrast.
        wants_stillness: true,
        ..Visitor::with(Engine::Chromium)
    };
    let browser = Browser::of(&visitor).await;
    browser.before_pages(LINGER).await;
    let (width, height) = look.size;
    browser.resize(width, height, look.size == PHONE.size).await;
    shop.accept(&browser).await;
    browser.goto(&shop.url("/privacy")).await;
    browser.loader().await;
    browser.eval(&format!("document.documentElement.lang = {:?}", look.language)).await;
    (shop, browser)
}

/// Opens a survey as its layout wants. A tab has to be found, and is looked at, too.
async fn ask(browser: &Browser, metric: &str, look: &Look) {
    let how = if look.survey.contains("inline") {
        format!(
            "const place = document.createElement('div'); place.dataset.sondeo = {metric:?}; document.querySelector('main').append(place)"
        )
    } else if look.survey.contains("tab") {
        let tab = "[...document.body.children].map((one) => one.shadowRoot?.querySelector('button')).find((one) => one)";
        e2e::wait::until("the tab is there", async || {
            browser.eval(&format!("return !!{tab}")).await.as_bool().filter(|there| *there)
        })
        .await;
        assert_eq!(axe::violations(browser).await, Vec::<String>::new(), "the tab");
        format!("{tab}.click()")
    } else {
        format!("window.sondeo('event', {metric:?})")
    };
    browser.eval(&how).await;
    browser.card().question().await;
}

/// Whether the page is dark, and the card's language.
async fn seen(browser: &Browser) -> Value {
    browser.card().eval("return [matchMedia('(prefers-color-scheme: dark)').matches, host.lang]").await
}

#[test]
fn axe_finds_nothing_wrong_with_the_hosted_page() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("accessibility-hosted", "https://hosted.example", "opt_in").await;
        let steps = json!([{ "id": "reason", "ask": "many", "choices": ["price", "taste"] },
            { "id": "late", "ask": "one", "choices": ["days", "weeks"] }, { "id": "why", "ask": "comment" }]);
        for (id, metric, scale, look) in [
            ("nps", "nps", (0, 10), "numbers"),
            ("stars", "csat", (1, 5), "stars"),
            ("thumbs", "csat", (0, 1), "thumbs"),
        ] {
            let scale = json!({ "min": scale.0, "max": scale.1 });
            let survey = json!({ "title": id, "metric": metric, "scale": scale, "look": look, "triggers": [],
                "steps": steps, "link": "https://reviews.example/" });
            site.publish(id, &survey.to_string()).await;
        }
        let mut faults = Vec::new();
        for wants_dark in [false, true] {
            let browser = Browser::of(&Visitor { wants_dark, ..Visitor::with(Engine::Chromium) }).await;
            browser.resize(320, 640, true).await;
            let mut check = async |step: &str| {
                let found = axe::violations(&browser).await;
                faults.extend(found.iter().map(|fault| format!("{step}, dark {wants_dark}: {fault}")));
                let over = "return document.documentElement.scrollWidth - innerWidth";
                assert_eq!(browser.eval(over).await, 0, "{step} is as wide as the window");
            };
            let page = |rest: &str| format!("{}/h/accessibility-hosted/{rest}", api.base);
            for rest in ["stars?score=4&l=en", "thumbs?score=1&l=fr", "nps?l=ar&embed=1", "nothing"] {
                browser.goto(&page(rest)).await;
                check(rest).await;
            }
            browser.goto(&page("nps?l=de&score=3")).await;
            // Only the collector is to say what is missing.
            browser.eval("document.forms[0].noValidate = true").await;
            browser.click(".send").await;
            browser.text(".message").await;
            check("without consent").await;
            browser.click("[name=agree]").await;
            browser.click(".send").await;
            browser.text(".saved").await;
            check("many").await;
            browser.click(".send").await;
            browser.click("[value=weeks]").await;
            check("one").await;
            browser.click(".send").await;
            browser.fill("textarea", "Late").await;
            check("comment").await;
            browser.click(".send").await;
            browser.text(".link").await;
            check("thanks").await;
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    });
}

//! The examples of `survey/tests/eligibility.json`, decided by the card as it is served, in real browsers.

use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};
use reqwest::Method;
use serde_json::{Value, json};
use sondeo_survey::card::Card;
use sondeo_survey::definition::Definition;
use sondeo_survey::site::Site;

/// Starts the card without the loader, with a page that knows what the example says, and notes what `show` answers.
const DECIDE: &str = "
    const [base, assets, examples] = arguments;
    const hour = 3600;
    (async () => {
        const card = await import(base + assets + 'card.js');
        const page = { base, live: { site: 's', surveys: [], ask: [] }, traits: {}, parts: {}, source: 'site', looks: [], set() {}, tell() {}, send() {}, text: (value) => value, why: (survey, reason) => reason, wasm: () => fetch(base + assets + 'card.wasm') };
        const show = card.start(page);
        const decided = [];
        for (const example of examples) {
            const hours = { 'wait:K': example.waits, 'rest:K': example.rests, clock: example.clock };
            page.get = (key) => (hours[key] === undefined ? undefined : String(Math.floor(Date.now() / 1000 + hours[key] * hour)));
            page.status = example.status || 'unknown';
            decided.push(await show(page, 's', example.card, 'K', example.order && { order_id: '1' }, example.asked));
            page.close();
        }
        return decided;
    })().then((decided) => (window.decided = decided), (error) => (window.decided = [String(error)]));
";

in_both!(the_card_decides_as_the_rules_do);
fn the_card_decides_as_the_rules_do(engine: Engine) {
    run(async {
        let collector = collector::shared().await;
        let shop = Shop::open(collector, &format!("eligibility-{engine:?}").to_lowercase()).await;
        let path = format!("/s/{}.js", shop.site.id);
        let loader = collector.anonymous(Method::GET, &path).send().await.unwrap().text().await.unwrap();
        let assets =
            loader.split('"').find(|text| text.starts_with("/a/")).expect("the loader names its assets");
        let mut examples: Vec<Value> =
            serde_json::from_str(include_str!("../../survey/tests/eligibility.json")).unwrap();
        for example in &mut examples {
            let policy = example["policy"].as_str().unwrap_or("first_party");
            let site = json!({ "name": "S", "origins": [], "consent_policy": policy }).to_string();
            let definition =
                json!({ "title": "T", "metric": "nps", "triggers": [], "frequency": example["frequency"] });
            let definition = Definition::parse(definition.to_string().as_bytes()).unwrap();
            example["card"] = Card::sent(&Site::parse(site.as_bytes()).unwrap(), 1, &definition, "en").into();
        }
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.eval_with(DECIDE, vec![json!(collector.base), json!(assets), json!(examples)]).await;
        let decided = until("the card has decided", async || {
            Some(browser.eval("return window.decided").await).filter(|decided| !decided.is_null())
        })
        .await;
        let expected: Vec<&Value> = examples.iter().map(|example| &example["expected"]).collect();
        assert_eq!(decided, json!(expected));
    });
}

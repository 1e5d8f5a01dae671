//! What consent platforms know counts as the site says: the IAB TCF, by npm's own platform, and Google Consent Mode.

use crate::hostile_page::stored_row;
use crate::scene::loads_something;
use e2e::answer::{answer_about, with};
use e2e::api::{Site, Survey};
use e2e::browser::{Browser, Visitor};
use e2e::cmp::{self, tc_string};
use e2e::pages::Pages;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};
use serde_json::{Value, json};

/// Notes what answers are sent.
const WATCH: &str = "
    window.__sent = [];
    const own = window.fetch;
    window.fetch = (url, options) => {
        if (String(url).endsWith('/responses')) window.__sent.push(JSON.parse(options.body));
        return own(url, options);
    };
";

/// In the head, before the tag.
const EVENT: &str = "
    window.sondeo = window.sondeo || function () { (sondeo.q = sondeo.q || []).push(arguments); };
    sondeo('event', 'e', { order_id: '1042', value: '59.90', currency: 'EUR' });
";

/// A page of a site of its own with one survey, which an event of the page asks.
pub struct Scene {
    _pages: Pages,
    pub browser: Browser,
    pub survey: Survey,
    /// Whether the site hears platforms, which nobody asks before a survey is due.
    listens: bool,
}

/// Waits until the file that listens to platforms has come.
async fn platform_is_asked(browser: &Browser) {
    let found =
        "return performance.getEntriesByType('resource').some(({ name }) => name.includes('/platform.js'))";
    until("the platform is asked", async || (browser.eval(found).await == true).then_some(())).await;
}

impl Scene {
    /// `members` are settings of the site; `head` stands before the tag.
    pub async fn open(engine: Engine, name: &str, members: Value, head: &str) -> Self {
        Self::with_surveys(engine, name, members, &[("e", json!({}))], head).await
    }

    /// With these surveys in place of the one: each is asked by the event of its name. `survey` is the first.
    pub async fn with_surveys(
        engine: Engine,
        name: &str,
        members: Value,
        surveys: &[(&str, Value)],
        head: &str,
    ) -> Self {
        let collector = collector::shared().await;
        let name = format!("{name}-{engine}");
        let tag = format!("<script async src=\"{}/s/{name}.js\"></script>", collector.base);
        let page = format!(
            "<!doctype html><html lang=\"en\"><title>Thanks</title><h1>Thanks</h1>{head}<script>{EVENT}</script>{tag}"
        );
        let pages = Pages::serve([("/", page), ("/cmp.js", cmp::SCRIPT.clone())]).await;
        let from = members["consent_from"].as_array();
        let listens = from.is_some_and(|from| from.iter().any(|source| source != "site"));
        let site = site(&name, &pages.origin, members).await;
        for (id, members) in surveys {
            let definition = json!({ "title": id, "metric": "nps", "triggers": [{ "on": "event", "name": id }],
                "frequency": { "window": "order", "ignores_spacing": true } });
            site.publish(id, &with(definition, members.clone()).to_string()).await;
        }
        let survey = site.survey(surveys[0].0);
        // What is half faded in has too little contrast for axe.
        let visitor = Visitor { wants_stillness: true, ..Visitor::with(engine) };
        let browser = Browser::of(&visitor).await;
        browser.before_pages(WATCH).await;
        browser.goto(&pages.url("/")).await;
        browser.loader().await;
        Self { _pages: pages, browser, survey, listens }
    }

    /// The platform tells its listeners this string, or that the GDPR does not apply. `ui`: its banner is still there.
    async fn platform(&self, string: Option<&str>, ui: bool) {
        self.browser
            .eval_with("cmp.update(arguments[0], arguments[1])", vec![string.into(), ui.into()])
            .await;
    }

    pub async fn silent(&self, why: &str) {
        if self.listens {
            platform_is_asked(&self.browser).await;
        }
        assert!(!loads_something(&self.browser).await, "{why}: nothing is loaded");
        assert_eq!(self.browser.card().count().await, 0, "{why}: no card");
    }

    /// The visitor answers; gives what the page sent of consent, and the stored row's status, source and order.
    pub async fn answer(&self) -> (Value, [String; 3]) {
        self.browser.card().question().await;
        self.browser.card().answer(9, "as the platform says").await;
        let row = stored_row(&self.survey).await;
        let sent = self.browser.eval("return window.__sent.at(-1).consent").await;
        (sent, ["consent_status", "consent_source", "order_id"].map(|name| row[name].clone()))
    }
}

async fn site(name: &str, origin: &str, members: Value) -> Site {
    let settings = json!({ "name": name, "origins": [origin], "consent_policy": "opt_in" });
    let settings = with(settings, members).to_string();
    collector::shared().await.site_of(name, origin, settings).await
}

pub const PLATFORM: &str =
    "<script src=\"/cmp.js\"></script><script>cmp = new iab.CmpApi(300, 4, true)</script>";

fn tcf(purposes: &[u8], vendor: Option<u16>) -> Value {
    json!({ "consent_from": ["tcf"], "tcf_purposes": purposes, "tcf_vendor": vendor })
}

in_both!(the_tcf_grants_what_the_site_needs_and_nothing_less);
fn the_tcf_grants_what_the_site_needs_and_nothing_less(engine: Engine) {
    run(async {
        let good = tc_string("everything, vendors in ranges");
        for (at, (purposes, vendor, missing)) in [
            (&[][..], None, "nothing"),
            (&[], None, "no purpose 1"),
            (&[7], None, "purpose 1 alone"),
            (&[7, 8], None, "one vendor by its number"),
            (&[7], Some(755), "a few low vendors"),
        ]
        .into_iter()
        .enumerate()
        {
            let scene = Scene::open(engine, &format!("tcf-{at}"), tcf(purposes, vendor), PLATFORM).await;
            scene.silent("the platform knows nothing yet").await;
            scene.platform(Some(&good), true).await;
            scene.silent("the visitor has not chosen yet").await;
            scene.platform(Some(&tc_string(missing)), false).await;
            scene.silent(missing).await;
            scene.platform(Some(&good), false).await;
            let (sent, stored) = scene.answer().await;
            assert_eq!(stored, ["granted", "tcf", "1042"], "{missing}");
            assert_eq!((&sent["source"], &sent["tc_string"]), (&json!("tcf"), &json!(good)), "{missing}");
        }
    });
}

in_both!(a_platform_may_know_before_the_tag_and_come_after_it);
fn a_platform_may_know_before_the_tag_and_come_after_it(engine: Engine) {
    run(async {
        let one = tc_string("one vendor by its number");
        let known = format!("{PLATFORM}<script>cmp.update('{one}')</script>");
        let scene = Scene::open(engine, "tcf-known", tcf(&[7], Some(755)), &known).await;
        assert_eq!(scene.answer().await.1, ["granted", "tcf", "1042"]);

        // The stub that platforms tell pages to have, which keeps what is asked.
        let stub = "<script>{ const queue = [];
            window.__tcfapi = (...call) => (call.length ? void queue.push(call) : queue); }</script>";
        for (name, head) in [("tcf-stub", stub), ("tcf-late", "")] {
            let scene = Scene::open(engine, name, tcf(&[], None), head).await;
            scene.silent("no platform is there").await;
            let load = "return new Promise((done) => {
                const script = document.createElement('script');
                script.src = '/cmp.js';
                script.onload = () => { window.cmp = new iab.CmpApi(300, 4, true); done(); };
                document.head.append(script);
            })";
            scene.browser.eval(load).await;
            scene.platform(Some(&one), false).await;
            assert_eq!(scene.answer().await.1, ["granted", "tcf", "1042"], "{name}");
        }
    });
}

in_both!(a_consent_that_is_withdrawn_takes_the_card_away);
fn a_consent_that_is_withdrawn_takes_the_card_away(engine: Engine) {
    run(async {
        let scene = Scene::open(engine, "tcf-withdrawn", tcf(&[7], None), PLATFORM).await;
        let card = scene.browser.card();
        scene.platform(Some(&tc_string("one vendor by its number")), false).await;
        card.question().await;
        card.choose(9).await;
        card.part("textarea").await.send_keys("Not to be sent").await.unwrap();
        until("the score is stored", async || (scene.survey.count().await == 1).then_some(())).await;
        scene.platform(Some(&tc_string("purpose 1 alone")), false).await;
        card.gone().await;
        let row = &scene.survey.rows().await[0];
        assert_eq!([&row["revision"], &row["comment"]], ["1", ""]);
        assert_eq!(scene.browser.eval("return window.__sent.length").await, 1);
    });
}

in_both!(where_the_gdpr_does_not_apply_the_platform_says_nothing);
fn where_the_gdpr_does_not_apply_the_platform_says_nothing(engine: Engine) {
    run(async {
        let both = json!({ "consent_from": ["site", "tcf"] });
        let scene = Scene::open(engine, "tcf-nowhere", both.clone(), PLATFORM).await;
        scene.platform(None, false).await;
        scene.silent("nobody has agreed").await;
        scene.browser.eval("sondeo('consent', 'granted'); cmp.update(null)").await;
        assert_eq!(scene.answer().await.1, ["granted", "site", "1042"], "the site's own word stands");

        let open = with(both, json!({ "consent_policy": "first_party" }));
        let scene = Scene::open(
            engine,
            "tcf-nowhere-open",
            open,
            &format!("{PLATFORM}<script>cmp.update(null)</script>"),
        )
        .await;
        assert_eq!(scene.answer().await.1, ["unknown", "tcf", "1042"]);
    });
}

pub const GTAG: &str =
    "<script>window.dataLayer = []; function gtag() { dataLayer.push(arguments); }</script>";

in_both!(consent_mode_grants_by_its_analytics_storage);
fn consent_mode_grants_by_its_analytics_storage(engine: Engine) {
    run(async {
        let gcm = json!({ "consent_from": ["gcm"] });
        let say = |how: &str, said: &str| format!("gtag('consent', '{how}', {said});");
        let (denied, granted) = ("{ analytics_storage: 'denied' }", "{ analytics_storage: 'granted' }");
        let abroad = "{ analytics_storage: 'granted', region: ['US'] }";
        let here = "{ analytics_storage: 'denied', region: ['ES'] }";
        let update = say("update", granted);
        for (at, (head, then)) in [
            (say("default", granted), String::new()),
            (say("default", denied) + &update, String::new()),
            (say("default", denied), update.clone()),
            (say("default", abroad), update.clone()),
            (say("default", here) + &say("default", granted), update.clone()),
            (say("update", denied) + &say("default", granted), update.clone()),
            (say("default", "{ ad_storage: 'granted' }"), update.clone()),
            (String::new(), format!("sondeo('consent', 'granted'); {}", say("default", denied)) + &update),
        ]
        .into_iter()
        .enumerate()
        {
            let head = format!("{GTAG}<script>{head}</script>");
            let scene = Scene::open(engine, &format!("gcm-{at}"), gcm.clone(), &head).await;
            if !then.is_empty() {
                scene.silent(&head).await;
                let (before, update) = then.split_at(then.len() - update.len());
                scene.browser.eval(before).await;
                scene.silent(before).await;
                scene.browser.eval(update).await;
            }
            let (sent, stored) = scene.answer().await;
            assert_eq!(stored, ["granted", "gcm", "1042"], "{head} {then}");
            assert_eq!(sent.get("tc_string"), None);
        }
    });
}

#[test]
fn evidence_that_does_not_hold_is_refused() {
    run(async {
        let origin = "https://forged.example";
        let strict =
            site("forged", origin, tcf(&[7], Some(755))).await.publish_metric("nps", &json!("order")).await;
        let open = with(tcf(&[7], Some(755)), json!({ "consent_policy": "first_party" }));
        let open = site("forged-open", origin, open).await.publish_metric("nps", &json!("order")).await;
        let one = tc_string("one vendor by its number");
        let claim = |source: &str, string: &str| {
            let string = if string.is_empty() { Value::Null } else { string.into() };
            json!({ "status": "granted", "source": source, "tc_string": string })
        };
        for (at, (consent, status, kept)) in [
            (claim("tcf", &tc_string("purpose 1 alone")), "denied", ""),
            (claim("tcf", &tc_string("no purpose 1")), "denied", ""),
            (claim("tcf", &tc_string("a few low vendors")), "denied", ""),
            (claim("tcf", ""), "unknown", "order"),
            (claim("tcf", "granted"), "unknown", "order"),
            (claim("tcf", &one[..40]), "unknown", "order"),
            (claim("site", &one), "unknown", "order"),
            (claim("gcm", &one), "unknown", "order"),
            (claim("survey", &one), "unknown", "order"),
            (claim("none", &one), "unknown", "order"),
        ]
        .into_iter()
        .enumerate()
        {
            let order = format!("order-{at}");
            let answer = with(answer_about(&order, 9), json!({ "consent": consent }));
            let reply = strict.post(&answer).await;
            assert_eq!(reply.status(), 403, "{consent}");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["type"], "urn:problem-type:sondeo:consent-required", "{consent}");
            // Where the site has a ground of its own, nothing is lost, and a refusal unlinks.
            assert_eq!(open.submit(&answer).await, (201, "created".into()), "{consent}");
            let row = open.rows().await.into_iter().last().unwrap();
            assert_eq!(row["consent_status"], status, "{consent}");
            assert_eq!(row["order_id"], if kept.is_empty() { "" } else { &order }, "{consent}");
        }
        assert_eq!(strict.count().await, 0);
        let good = with(answer_about("good", 9), json!({ "consent": claim("tcf", &one) }));
        assert_eq!(strict.submit(&good).await, (201, "created".into()));
    });
}

/// What pages with a platform have beside it, so that frames in them can ask it (IAB CMP API v2): a frame whose name says
/// that it is there, and an ear for messages.
const LOCATOR: &str = "<iframe name=\"__tcfapiLocator\" hidden></iframe><script>
    addEventListener('message', ({ data, source }) => {
        const asked = data && data.__tcfapiCall;
        if (!asked) return;
        __tcfapi(asked.command, asked.version, (returnValue, success) => {
            const reply = { __tcfapiReturn: { returnValue, success, callId: asked.callId } };
            source.postMessage(location.search ? JSON.stringify(reply) : reply, '*');
        }, asked.parameter);
    });
</script>";

in_both!(in_a_frame_the_platform_of_the_page_around_is_heard);
fn in_a_frame_the_platform_of_the_page_around_is_heard(engine: Engine) {
    run(async {
        let collector = collector::shared().await;
        // Directly around, two frames up, and with replies in text.
        for (name, path, depth) in [("one", "/", 1), ("two", "/", 2), ("text", "/?text", 1)] {
            let name = format!("tcf-frame-{name}-{engine}");
            let inner = format!(
                "<!doctype html><title>T</title><h1>T</h1><script>{EVENT}</script><script async src=\"{}/s/{name}.js\"></script>",
                collector.base
            );
            let inner = Pages::serve([("/", inner)]).await;
            let frame = |url: &str| {
                format!("<!doctype html><title>F</title><iframe class=\"inner\" src=\"{url}\"></iframe>")
            };
            let between = Pages::serve([("/", frame(&inner.url("/")))]).await;
            let shown = if depth == 2 { &between } else { &inner };
            let outer = format!("{}{PLATFORM}{LOCATOR}", frame(&shown.url("/")));
            let outer = Pages::serve([("/", outer), ("/cmp.js", cmp::SCRIPT.clone())]).await;
            let site = site(&name, &inner.origin, tcf(&[7], None)).await;
            let survey = site.publish("e", &json!({
                "title": "E", "metric": "nps", "triggers": [{ "on": "event", "name": "e" }], "frequency": { "window": "order" },
            }).to_string()).await;
            let browser = Browser::of(&Visitor { wants_stillness: true, ..Visitor::with(engine) }).await;
            browser.goto(&outer.url(path)).await;
            let enter = async || {
                for _ in 0..depth {
                    browser.enter_frame(".inner").await;
                }
            };
            enter().await;
            browser.loader().await;
            // What Firefox tells of requests is of the page around alone.
            platform_is_asked(&browser).await;
            assert_eq!(browser.card().count().await, 0, "nobody has agreed");
            for _ in 0..depth {
                browser.leave_frame().await;
            }
            let update = "cmp.update(arguments[0], false)";
            browser.eval_with(update, vec![tc_string("one vendor by its number").into()]).await;
            enter().await;
            browser.card().question().await;
            browser.card().answer(9, "In a frame").await;
            let row = stored_row(&survey).await;
            let seen = ["consent_status", "consent_source", "order_id"].map(|name| row[name].clone());
            assert_eq!(seen, ["granted", "tcf", "1042"], "{name}");
        }
    });
}

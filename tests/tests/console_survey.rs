//! The console's pages for reading: a survey, its answers, the inbox.

use e2e::answer::{answer, with};
use e2e::api::{Api, Site, Survey};
use e2e::browser::{Browser, Visitor};
use e2e::console::{self, Caller};
use e2e::{Engine, axe, collector, run};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ORIGIN: &str = "https://reading.example";
/// Tags, a text that would turn what follows it around, and a word that is wider than any page.
const HOSTILE: [&str; 4] = [
    "<script>document.title = 'owned'</script>",
    "\u{202e}desrever \"&quot;",
    "a' onmouseover=alert(1) '",
    "W",
];

/// A token for what analysts do, and what owners do where `may_write`.
async fn token(api: &Api, site: &str, may_write: bool) -> String {
    let scopes: &[&str] = if may_write { &["responses:read", "survey:write"] } else { &["responses:read"] };
    let body = json!({ "scopes": scopes, "sites": [site] });
    api.call(Method::POST, "/v1/tokens", body.to_string()).await["token"].as_str().unwrap().to_owned()
}

async fn survey(site: &Site, id: &str, metric: &str) -> Survey {
    let survey = json!({ "title": format!("Survey {id}"), "metric": metric, "touchpoint": "purchase", "triggers": [],
        "frequency": { "window": { "days": 30 } } });
    site.publish(id, &survey.to_string()).await
}

/// Made-up answers of some weeks, with all that answers have.
async fn fill(api: &Api, survey: &Survey, count: u32) {
    let from = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * 60)).to_string();
    let path = survey.path.replacen("/v1/", "/debug/", 1);
    api.call(Method::POST, &format!("{path}/fill?from={from}&count={count}&seed=7"), String::new()).await;
}

/// Where answers are, and the number that leads there.
fn links(page: &str) -> Vec<(String, u64)> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| {
        let (address, rest) = rest.split_once('"')?;
        let (label, _) = rest.split_once('>')?.1.split_once("</a>")?;
        let digits: String = label.chars().filter(|c| !matches!(c, ',' | '.')).collect();
        let number = digits.split(' ').next()?.parse().ok()?;
        address.contains("/answers?").then(|| (address.replace("&amp;", "&"), number))
    });
    links.collect()
}

/// How many answers a page says that there are.
fn total(page: &str) -> u64 {
    let (_, rest) = page.split_once("id=\"total\">").unwrap();
    rest.split('<').next().unwrap().replace(',', "").parse().unwrap()
}

/// The ids of the answers on a page.
fn ids(page: &str) -> Vec<String> {
    let links = page.split("/answers/").skip(1).filter_map(|rest| rest.split('"').next());
    let mut ids: Vec<String> = links.map(str::to_owned).collect();
    ids.dedup();
    ids
}

#[test]
fn numbers_are_those_of_the_api_and_lead_to_their_answers() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("reading-numbers", ORIGIN, "opt_in").await;
        let survey = survey(&site, "nps", "nps").await;
        fill(api, &survey, 1_500).await;
        let caller = Caller::sign_in(&api.base, &token(api, "reading-numbers", false).await).await;
        let base = "/console/reading-numbers/surveys/nps";
        let stats = api.call(Method::GET, &format!("{}/stats", survey.path), String::new()).await;
        let page = caller.page(&format!("{base}?days=all&lang=en")).await;
        let score = stats["score"]["value"].as_f64().unwrap();
        let shown = format!("<strong>{score:.0}</strong>").replace('-', "−");
        assert!(page.contains(&shown), "{score}: {page}");
        for bar in stats["distribution"].as_array().unwrap() {
            let ending = format!("score={}", bar["score"]);
            let link = links(&page).into_iter().find(|(address, _)| address.ends_with(&ending)).unwrap();
            assert_eq!(bar["count"], link.1, "{ending}");
        }
        // Each number of the page, by each way to divide it.
        let mut followed = BTreeSet::new();
        for query in
            ["days=all&by=device", "days=all&by=attr:plan", "days=30&by=locale", "days=7&by=touchpoint"]
        {
            let page = caller.page(&format!("{base}?{query}&lang=en")).await;
            let n = api_n(&stats, &page);
            assert!(query.contains("all") == (n == stats["n"].as_u64().unwrap()), "{query}: {n}");
            for (address, number) in links(&page) {
                if followed.insert(address.clone()) {
                    assert_eq!(total(&caller.page(&address).await), number, "{query}: {address}");
                }
            }
        }
        assert!(followed.len() > 60, "{}", followed.len());
    });
}

/// The number behind `n =`.
fn api_n(stats: &Value, page: &str) -> u64 {
    assert!(stats["n"].as_u64() > Some(1_000));
    let (_, rest) = page.split_once(", n = <a").unwrap();
    rest.split_once('>').unwrap().1.split('<').next().unwrap().replace(',', "").parse().unwrap()
}

#[test]
fn pages_of_answers_have_each_once_and_files_have_the_same() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("reading-pages", ORIGIN, "opt_in").await;
        let survey = survey(&site, "csat", "csat").await;
        fill(api, &survey, 400).await;
        let caller = Caller::sign_in(&api.base, &token(api, "reading-pages", false).await).await;
        let list = "/console/reading-pages/surveys/csat/answers?days=all&segment=dissatisfied";
        let (mut next, mut seen) = (list.to_owned(), Vec::new());
        let first = caller.page(&next).await;
        let all = total(&first);
        assert!(all > 50, "{all} are one page");
        loop {
            let page = caller.page(&next).await;
            seen.extend(ids(&page));
            let older = page.split("href=\"").find(|rest| rest.contains("after="));
            let Some(older) = older else { break };
            next = older.split('"').next().unwrap().replace("&amp;", "&");
        }
        assert_eq!(u64::try_from(seen.len()).unwrap(), all);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
        let file = first.split("href=\"").find(|rest| rest.contains("format=csv")).unwrap();
        let file = file.split('"').next().unwrap().replace("&amp;", "&");
        let file = caller.get(&file).await.text().await.unwrap();
        let ids: BTreeSet<&str> = file.lines().skip(1).filter_map(|line| line.get(..36)).collect();
        assert!(seen.iter().all(|id| ids.contains(id.as_str())), "the file has the page's answers");
        let export = format!("{}/responses?format=csv&segment=dissatisfied", survey.path);
        let export = api.request(Method::GET, &export).send().await.unwrap().text().await.unwrap();
        assert_eq!(file, export);
    });
}

#[test]
fn what_is_handled_leaves_the_inbox() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("reading-inbox", ORIGIN, "opt_in").await;
        let survey = survey(&site, "nps", "nps").await;
        for (score, comment) in [(9, "Great"), (2, "Never again"), (8, "Fine")] {
            let sent = with(answer(score), json!({ "comment": comment, "complete": true }));
            assert_eq!(survey.submit(&sent).await.0, 201);
        }
        let inbox = "/console/reading-inbox/inbox";
        let reader = Caller::sign_in(&api.base, &token(api, "reading-inbox", false).await).await;
        let page = reader.page(inbox).await;
        assert!(total(&page) == 1 && page.contains("Never again") && !page.contains("<textarea"), "{page}");
        let path = format!("/console/reading-inbox/surveys/nps/answers/{}", ids(&page)[0]);
        assert_eq!(reader.post(&path, &path, &[("act", "handled")]).await.status(), 403);

        // By somebody without script.
        let visitor = Visitor { runs_scripts: false, ..Visitor::with(Engine::Chromium) };
        let browser = Browser::of(&visitor).await;
        console::sign_in(&browser, &api.base, &token(api, "reading-inbox", true).await).await;
        browser.goto(&format!("{}{inbox}", api.base)).await;
        browser.click(".act summary").await;
        browser.fill(".act textarea", "Called, <b>refunded</b>").await;
        browser.click(".act button.main").await;
        browser.at("done=saved").await;
        browser.text(".empty h2").await;

        assert_eq!(total(&reader.page(inbox).await), 0);
        let handled = reader.page(&format!("{inbox}?show=handled&lang=en")).await;
        assert!(total(&handled) == 1 && handled.contains("Called, &lt;b&gt;refunded"), "{handled}");
        assert!(handled.contains("0 minutes"), "{handled}");
        let rows = survey.rows().await;
        let handled: Vec<&str> = rows
            .iter()
            .filter(|row| !row["handled_at"].is_empty())
            .map(|row| row["score"].as_str())
            .collect();
        assert_eq!(handled, ["2"]);
        let log = api.call(Method::GET, "/v1/audit?limit=50", String::new()).await.to_string();
        assert!(log.contains("response.handled"), "{log}");
    });
}

#[test]
fn hostile_words_are_words_and_axe_finds_nothing_wrong() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("reading-hostile", ORIGIN, "opt_in").await;
        let survey = survey(&site, "ces", "ces").await;
        for text in HOSTILE {
            let text = if text == "W" { text.repeat(1_900) } else { text.to_owned() };
            let sent = with(
                answer(1),
                json!({ "comment": text, "complete": true, "attributes": { "plan<b>": text.chars().take(150).collect::<String>() },
                    "page": { "path": "/<i>" }, "order": { "id": "\"><script>", "value": "12.50", "currency": "EUR" } }),
            );
            assert_eq!(survey.submit(&sent).await.0, 201);
        }
        fill(api, &survey, 300).await;
        let token = token(api, "reading-hostile", true).await;
        let base = format!("{}/console/reading-hostile", api.base);
        let pages = [
            "/surveys/ces?by=attr:plan%3Cb%3E",
            "/surveys/ces?days=7",
            "/surveys/ces/answers",
            "/surveys/ces/answers?q=zzz",
            "/inbox",
            "/inbox?show=handled",
        ];
        let mut faults = Vec::new();
        for (wants_dark, width) in [(false, 1280), (true, 1280), (false, 375), (true, 320)] {
            let browser = Browser::of(&Visitor { wants_dark, ..Visitor::with(Engine::Chromium) }).await;
            browser.resize(width, 800, width < 500).await;
            console::sign_in(&browser, &api.base, &token).await;
            browser.goto(&format!("{base}/surveys/ces/answers")).await;
            let one = browser.eval("return document.querySelector('.answers .meta a').pathname").await;
            let one = one.as_str().unwrap().strip_prefix("/console/reading-hostile").unwrap().to_owned();
            for page in pages.into_iter().chain([one.as_str()]) {
                browser.goto(&format!("{base}{page}")).await;
                browser.eval("document.querySelectorAll('details:not([data-menu])').forEach((part) => { part.open = true; })").await;
                let found = axe::violations(&browser).await;
                faults
                    .extend(found.iter().map(|fault| format!("{page}, dark {wants_dark}, {width}: {fault}")));
                let over = browser
                    .eval(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
                    )
                    .await;
                assert_eq!(over, 0, "{page} is as wide as the window of {width}");
                assert_ne!(browser.eval("return document.title").await, "owned");
                let said = browser.console().await;
                assert!(said.iter().all(|(level, _)| level != "SEVERE"), "{page}: {said:?}");
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    });
}

#[test]
fn every_language_has_its_words_and_numbers() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("reading-words", ORIGIN, "opt_in").await;
        let survey = survey(&site, "ces", "ces").await;
        let caller = Caller::sign_in(&api.base, &token(api, "reading-words", true).await).await;
        let base = "/console/reading-words";
        let empty = caller.page(&format!("{base}/surveys/ces?days=all&lang=es")).await;
        assert!(empty.contains("Aún no hay respuestas") && empty.contains("/s/reading-words.js"), "{empty}");
        fill(api, &survey, 300).await;
        for (language, words) in [
            ("en", ["on the 90 days before", "Orders"]),
            ("es", ["que en los 90 días anteriores", "Pedidos"]),
            ("pt-BR", ["nos 90 dias anteriores", "Pedidos"]),
            ("ro", ["perioada anterioară (90 zile)", "Comenzi"]),
        ] {
            for page in ["/surveys/ces?", "/surveys/ces/answers?", "/inbox?"] {
                let text = caller.page(&format!("{base}{page}lang={language}")).await;
                assert!(text.contains(&format!("<html lang=\"{language}\">")), "{page} {language}");
                assert!(!text.contains('{') && !text.contains("undefined"), "{page} {language}: {text}");
                if page == "/surveys/ces?" {
                    // All came within the last 60 days, so there is nothing to compare with; 30 days have some before.
                    let text = caller.page(&format!("{base}{page}days=30&lang={language}")).await;
                    let said = words[0].replace("90", "30");
                    assert!(text.contains(&said) && text.contains(words[1]), "{language} {said}: {text}");
                }
            }
        }
    });
}

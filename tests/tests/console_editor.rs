//! The console's editor: a survey from its first word to a visitor, with script and without; versions; what is shared.

use e2e::api::Api;
use e2e::browser::{Browser, Visitor};
use e2e::console::{self, Caller, value_of};
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, axe, collector, run};
use reqwest::Method;
use serde_json::{Value, json};

const ORIGIN: &str = "https://editor.example";

/// A site, and somebody signed in who may make its surveys.
async fn owner(site: &str) -> (&'static Api, Caller, String) {
    let api = collector::shared().await;
    api.site(site, ORIGIN, "opt_in").await;
    let token = token(api, site).await;
    (api, Caller::sign_in(&api.base, &token).await, token)
}

async fn token(api: &Api, site: &str) -> String {
    let body = json!({ "scopes": ["survey:write", "responses:read"], "sites": [site] }).to_string();
    api.call(Method::POST, "/v1/tokens", body).await["token"].as_str().unwrap().to_owned()
}

/// The document that a page's form carries.
fn base(page: &str) -> String {
    let base = value_of(page, "base").unwrap();
    base.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The text of the element with this id.
fn at<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap_or_else(|| panic!("no {id} in {page}"));
    rest.split('<').next().unwrap()
}

async fn stored(api: &Api, site: &str, survey: &str) -> Value {
    api.call(Method::GET, &format!("/v1/sites/{site}/surveys/{survey}"), String::new()).await
}

#[test]
fn a_survey_is_made_and_changed_by_forms_alone() {
    run(async {
        let site = "editor-forms";
        let (api, caller, _) = owner(site).await;
        let new = format!("/console/{site}/new-survey");
        let page = caller.page(&new).await;
        let first = base(&page);
        let send = async |path: &str, base: &str, fields: &[(&str, &str)]| {
            let fields: Vec<(&str, &str)> =
                [("base", base)].into_iter().chain(fields.iter().copied()).collect();
            let reply = caller.post(&new, path, &fields).await;
            (reply.status().as_u16(), reply.text().await.unwrap())
        };
        // What is wrong stands at its field, and nothing is saved.
        let wrong = [("act", "save"), ("id", "After"), ("t/title", ""), ("n/frequency/most_shown", "many")];
        let (status, page) = send(&new, &first, &wrong).await;
        assert_eq!(status, 422);
        assert!(at(&page, "id-error").contains("must be 1 to 63 characters"), "{page}");
        let wrong = [("act", "check"), ("id", "after"), ("t/title", ""), ("n/frequency/most_shown", "many")];
        let (status, page) = send(&new, &first, &wrong).await;
        assert_eq!((status, at(&page, "t/title-error")), (422, "is required"));
        assert!(at(&page, "n/frequency/most_shown-error").contains("whole number"), "{page}");
        assert!(page.contains("value=\"many\""), "what was typed is still there");
        // Rows come and go by buttons.
        let (_, page) = send(&new, &first, &[("act", "add-trigger"), ("t/title", "After")]).await;
        let (_, page) = send(&new, &base(&page), &[("act", "add-step"), ("k/triggers/1", "exit")]).await;
        let (_, page) = send(&new, &base(&page), &[("act", "add-language"), ("language", "es")]).await;
        let document: Value = serde_json::from_str(&base(&page)).unwrap();
        assert_eq!(document["triggers"], json!([{ "on": "event", "name": "purchase" }, { "on": "exit" }]));
        assert_eq!((&document["steps"][0]["id"], &document["wording"]["es"]), (&json!("step-1"), &json!({})));
        let (_, page) = send(&new, &base(&page), &[("act", "drop-step/0")]).await;

        let words = [
            ("act", "save"),
            ("id", "after"),
            ("t/wording/es/question", "¿Qué tal <b>?"),
            ("t/wording/es/follow_up/promoter", "¡Bien!"),
        ];
        let (status, _) = send(&new, &base(&page), &words).await;
        assert_eq!(status, 303);
        let survey = stored(api, site, "after").await;
        assert_eq!(
            survey["draft"]["wording"]["es"],
            json!({ "question": "¿Qué tal <b>?", "follow_up": { "promoter": "¡Bien!" } })
        );
        assert_eq!((&survey["status"], &survey["draft"]["title"]), (&json!("draft"), &json!("After")));
        let (status, page) =
            send(&new, &first, &[("act", "save"), ("id", "after"), ("t/title", "Another")]).await;
        assert_eq!((status, at(&page, "id-error")), (422, "another survey has this name"));

        // As a document, with what no field shows; then by a field again, which loses nothing.
        let edit = format!("/console/{site}/surveys/after/edit");
        let mut document = survey["draft"].clone();
        document["audience"] = json!({ "attributes": [{ "property": "plan", "is": ["pro"] }] });
        let (status, _) = send(&edit, "", &[("act", "save"), ("document", &document.to_string())]).await;
        assert_eq!(status, 303);
        let page = caller.page(&edit).await;
        assert!(page.contains("¿Qué tal &lt;b&gt;?") && !page.contains("<b>?"), "{page}");
        let (status, _) = send(&edit, &base(&page), &[("act", "save"), ("t/touchpoint", "purchase")]).await;
        assert_eq!(status, 303);
        document["touchpoint"] = json!("purchase");
        assert_eq!(stored(api, site, "after").await["draft"], document);
        let (status, page) = send(&edit, "", &[("act", "to-form"), ("document", "{ no")]).await;
        assert_eq!(status, 422);
        assert!(page.contains("not a JSON document") && page.contains("{ no</textarea>"), "{page}");
        // A fault where no field is stands at the top, with its place.
        document["audience"] = json!({ "urls": { "include": [{ "prefix": "/a#b" }] } });
        let (status, page) = send(&edit, &document.to_string(), &[("act", "check")]).await;
        assert!(status == 422 && page.contains("<code>/audience/urls/include/0/prefix</code>"), "{page}");
    });
}

#[test]
fn it_goes_live_after_a_confirmation_and_its_versions_tell_what_changed() {
    run(async {
        let site = "editor-versions";
        let (api, caller, _) = owner(site).await;
        let known = api.known_site(site, ORIGIN);
        let draft =
            json!({ "title": "One", "metric": "csat", "triggers": [], "frequency": { "window": "ever" } });
        api.call(Method::PUT, &known.survey("s").path, draft.to_string()).await;
        let page = |rest: &str| format!("/console/{site}/surveys/s/{rest}");
        let status = async || stored(api, site, "s").await["status"].clone();

        let asked = caller.page(&page("publish")).await;
        assert!(asked.contains("Visitors are asked this") && status().await == "draft", "{asked}");
        let shared = caller.done(&page("publish"), &page("publish"), &[]).await;
        assert!(shared.contains("Published.") && status().await == "live");

        // Metric and scale are no fields any more, and stay where a form brings others.
        let edit = caller.page(&page("edit")).await;
        assert!(!edit.contains("name=\"t/metric\"") && edit.contains("CSAT"), "{edit}");
        let other = [("act", "save"), ("base", &base(&edit)), ("t/metric", "nps")];
        let refused = caller.post(&page("edit"), &page("edit"), &other).await;
        assert_eq!(refused.status(), 409);
        assert!(refused.text().await.unwrap().contains("<code>/metric</code>"));
        // Save and publish: the confirmation says what will change.
        let fields =
            [("act", "publish"), ("base", &base(&edit)), ("t/title", "Two"), ("t/touchpoint", "delivery")];
        let asked = caller.done(&page("edit"), &page("edit"), &fields).await;
        for cell in [
            "<code>/title</code>",
            "<code>&quot;One&quot;</code>",
            "<code>&quot;Two&quot;</code>",
            "<code>/touchpoint</code>",
        ] {
            assert!(asked.contains(cell), "{asked}");
        }
        caller.done(&page("publish"), &page("publish"), &[]).await;

        let versions = caller.page(&page("versions")).await;
        let (newest, first) = versions.split_once("Version 1").unwrap();
        let kid = caller.cookie().split(['=', '.']).nth(1).unwrap();
        for cell in
            ["Version 2", "Nothing is changed.", "<code>/title</code>", "<code>&quot;Two&quot;</code>", kid]
        {
            assert!(newest.contains(cell), "{cell}: {versions}");
        }
        assert!(first.contains("The first version.") && first.contains("versions/1"), "{first}");

        // An older one again is a new version with its words.
        assert!(caller.page(&page("versions/1")).await.contains("It becomes the draft"));
        assert_eq!(caller.get(&page("versions/9")).await.status(), 404);
        caller.done(&page("versions/1"), &page("versions/1"), &[]).await;
        let survey = stored(api, site, "s").await;
        assert_eq!((&survey["version"], &survey["published"]["title"]), (&json!(3), &json!("One")));

        caller.done(&page("pause"), &page("pause"), &[]).await;
        assert_eq!(status().await, "paused");
    });
}

#[test]
fn only_who_may_write_surveys_gets_there() {
    run(async {
        let site = "editor-scope";
        let (api, writer, _) = owner(site).await;
        let known = api.known_site(site, ORIGIN);
        known.publish("s", r#"{"title": "T", "metric": "nps", "triggers": []}"#).await;
        let body = json!({ "scopes": ["responses:read"], "sites": [site] }).to_string();
        let reader = api.call(Method::POST, "/v1/tokens", body).await;
        let reader = Caller::sign_in(&api.base, reader["token"].as_str().unwrap()).await;
        let pages = [
            "edit",
            "versions",
            "versions/1",
            "publish",
            "pause",
            "share",
            "definition.toml",
            "qr.svg",
            "plain",
        ];
        for page in
            pages.map(|page| format!("surveys/s/{page}")).iter().map(String::as_str).chain(["new-survey"])
        {
            let path = format!("/console/{site}/{page}");
            assert_eq!(reader.get(&path).await.status(), 403, "{page}");
            assert!(writer.get(&path).await.status().as_u16() < 400, "{page}");
        }
        for page in
            ["surveys/s/edit", "surveys/s/preview", "surveys/s/publish", "surveys/s/pause", "new-survey"]
        {
            let path = format!("/console/{site}/{page}");
            let reply =
                reader.post(&format!("/console/{site}"), &path, &[("act", "save"), ("base", "{}")]).await;
            assert_eq!(reply.status(), 403, "{page}");
        }
        assert_eq!(writer.get(&format!("/console/{site}/surveys/none/edit")).await.status(), 404);
        assert_eq!(stored(api, site, "s").await["status"], "live");
    });
}

#[test]
fn what_is_shared_leads_to_the_survey() {
    run(async {
        let site = "editor-share";
        let (api, caller, _) = owner(site).await;
        let survey = api
            .known_site(site, ORIGIN)
            .publish("s", r#"{"title": "T", "metric": "nps", "triggers": []}"#)
            .await;
        let share = caller.page(&format!("/console/{site}/surveys/s/share")).await;
        let link = format!("{}/h/{site}/s", api.base);
        assert!(
            share.contains(&link)
                && share.contains(&format!("/s/{site}.js"))
                && share.contains("sondeo('show', 's')"),
            "{share}"
        );
        let code = caller.get(&format!("/console/{site}/surveys/s/qr.svg")).await;
        assert_eq!(code.headers()["content-type"], "image/svg+xml");
        let file = async |name: &str| caller.page(&format!("/console/{site}/surveys/s/{name}")).await;
        assert!(
            file("definition.toml")
                .await
                .starts_with("site = \"editor-share\"\n\n[surveys.s]\ntitle = \"T\"\n")
        );
        let document: Value = serde_json::from_str(&file("definition.json").await).unwrap();
        let draft = api.call(Method::GET, &survey.path, String::new()).await["draft"].clone();
        assert_eq!(document, json!({ "site": site, "surveys": { "s": draft } }));
        let plain = caller.get(&format!("/console/{site}/surveys/s/plain")).await;
        let plain = plain.headers()["location"].to_str().unwrap().to_owned();
        assert!(caller.page(&plain).await.contains("<form"), "{plain}");
    });
}

#[test]
fn the_real_card_is_seen_while_it_is_written_and_then_asks_in_the_shop() {
    run(async {
        let api = collector::shared().await;
        let shop = Shop::open(api, "editor-shop").await;
        let browser = Browser::start().await;
        console::sign_in(&browser, &api.base, &token(api, "editor-shop").await).await;
        browser.goto(&format!("{}/console/editor-shop/new-survey", api.base)).await;
        browser.fill("[name='t/title']", "Seen by the card").await;
        browser.fill("[name=id]", "seen").await;
        browser.fill("[name='t/wording/en/question']", "Is this seen?").await;
        let choose = "const field = document.querySelector(arguments[0]); field.value = arguments[1];
            field.dispatchEvent(new Event('input', { bubbles: true }));";
        browser.eval_with(choose, vec!["[name='k/triggers/0']".into(), "load".into()]).await;
        browser.eval_with(choose, vec!["[name='w/frequency/window']".into(), "ever".into()]).await;
        let asks =
            "return [...(document.querySelector('iframe')?.contentDocument?.querySelectorAll('div') ?? [])]
            .map((element) => element.shadowRoot?.querySelector('h2')?.textContent).find(Boolean) ?? null";
        until("the card asks what was typed", async || {
            (browser.eval(asks).await == "Is this seen?").then_some(())
        })
        .await;
        assert_eq!(
            browser.eval("return document.activeElement.name").await,
            "t/wording/en/question",
            "typing goes on"
        );
        let said = browser.console().await;
        assert!(said.iter().all(|(level, _)| level != "SEVERE"), "{said:?}");

        browser.click("#editor [value=publish]").await;
        browser.at("/surveys/seen/publish").await;
        browser.click(".confirm .main").await;
        browser.at("/surveys/seen/share?done=published").await;
        // A visitor's own browser: this one keeps the tag that the preview had for a minute.
        let visitor = crate::scene::agreeing().await;
        visitor.goto(&shop.url("/privacy")).await;
        assert_eq!(visitor.card().question().await, "Is this seen?");
    });
}

#[test]
fn axe_finds_nothing_wrong_in_the_editor() {
    run(async {
        let site = "editor-axe";
        let (api, _, token) = owner(site).await;
        let draft = json!({ "title": "All of it", "metric": "csat", "layout": "tab", "link": "https://reviews.example/",
            "wording": { "en": { "question": "Q" }, "es": { "question": "¿Q?" } }, "triggers": [{ "on": "exit" }, { "on": "delay", "seconds": 3 }],
            "steps": [{ "id": "reason", "ask": "many", "choices": ["price", "taste"], "when": { "segments": ["dissatisfied"] } }] });
        let survey = api.known_site(site, ORIGIN).publish("s", &draft.to_string()).await;
        let mut other = draft.clone();
        other["title"] = "All of it, changed".into();
        api.call(Method::PUT, &survey.path, other.to_string()).await;
        let mut faults = Vec::new();
        for (wants_dark, width) in [(false, 1280), (true, 375)] {
            let browser = Browser::of(&Visitor { wants_dark, ..Visitor::with(Engine::Chromium) }).await;
            browser.resize(width, 800, width < 500).await;
            console::sign_in(&browser, &api.base, &token).await;
            for page in [
                "new-survey",
                "surveys/s/edit",
                "surveys/s/edit?view=document",
                "surveys/s/versions",
                "surveys/s/publish",
                "surveys/s/share",
            ] {
                browser.goto(&format!("{}/console/{site}/{page}", api.base)).await;
                let found = axe::violations(&browser).await;
                faults.extend(found.iter().map(|fault| format!("{page}, {width}: {fault}")));
                let over =
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
                assert_eq!(browser.eval(over).await, 0, "{page} is as wide as the window of {width}");
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    });
}

#[test]
fn the_editor_speaks_four_languages() {
    run(async {
        let site = "editor-words";
        let (api, caller, _) = owner(site).await;
        api.known_site(site, ORIGIN).publish("s", r#"{"title": "T", "metric": "nps", "triggers": []}"#).await;
        for page in ["surveys/s/edit", "surveys/s/versions", "surveys/s/share"] {
            let mut seen: Vec<String> = Vec::new();
            for language in ["en", "es", "pt-BR", "ro"] {
                let text = caller.page(&format!("/console/{site}/{page}?lang={language}")).await;
                let (_, heading) = text.split_once("<h2>").unwrap();
                let heading = heading.split("</h2>").next().unwrap().to_owned();
                assert!(!seen.contains(&heading), "{page} {language}: {heading}");
                seen.push(heading);
            }
        }
    });
}

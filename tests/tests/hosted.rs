//! The survey as a page of its own: for links, e-mails and QR codes, without any script.

use e2e::api::{Api, Site, Survey};
use e2e::browser::{self, Browser};
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, run, wait};
use reqwest::{Method, Response, header::HeaderMap};
use serde_json::{Value, json};

const ORIGIN: &str = "https://hosted.example";

/// Reasons of those who are not happy, then a comment of everybody.
fn steps() -> Value {
    json!({ "title": "After purchase", "metric": "nps", "triggers": [], "frequency": { "window": "order" },
        "link": "https://reviews.example/shop",
        "steps": [
            { "id": "reason", "ask": "many", "choices": ["price", "delivery"], "when": { "segments": ["detractor", "passive"] } },
            { "id": "why", "ask": "comment" }],
        "wording": { "en": { "question": "Would you <recommend> us?", "thanks": { "detractor": "We will do better on order {{order_id|yours}}." },
            "steps": { "reason": { "choices": { "price": "The price", "delivery": "The delivery" } } } } } })
}

/// A visitor whose browser runs no script: what is sent is what the form holds.
struct Visitor<'a> {
    api: &'a Api,
    /// Path and query.
    address: String,
    headers: Vec<(&'static str, String)>,
    fields: Vec<(String, String)>,
    page: String,
}

impl<'a> Visitor<'a> {
    fn new(api: &'a Api, address: impl Into<String>) -> Self {
        Self { api, address: address.into(), headers: Vec::new(), fields: Vec::new(), page: String::new() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    async fn ask(&self, method: Method, body: Option<String>) -> Response {
        let mut request = self.api.anonymous(method, &self.address);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        request.send().await.unwrap()
    }

    async fn open(&mut self) -> u16 {
        let reply = self.ask(Method::GET, None).await;
        self.look_at(reply).await
    }

    /// Sends the form with these fields in place of its own of the same name.
    async fn send(&mut self, changes: &[(&str, &str)]) -> u16 {
        let mut fields = std::mem::take(&mut self.fields);
        fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(&fields).await
    }

    async fn post(&mut self, fields: &[(String, String)]) -> u16 {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let reply = self.ask(Method::POST, Some(body)).await;
        self.look_at(reply).await
    }

    async fn look_at(&mut self, reply: Response) -> u16 {
        assert_eq!(header(reply.headers(), "content-type"), "text/html; charset=utf-8");
        let status = reply.status().as_u16();
        self.page = reply.text().await.unwrap();
        self.fields = fields(&self.page);
        status
    }

    fn sees(&self, text: &str) -> bool {
        self.page.contains(text)
    }
}

/// What a browser sends of a form that nobody touches.
fn fields(page: &str) -> Vec<(String, String)> {
    let text = |html: &str| {
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(text(rest.split('"').next()?))
    };
    let tags = page.split("<input").skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag));
    let sent = tags.filter(|tag| tag.contains("type=\"hidden\"") || tag.ends_with(" checked"));
    let mut fields: Vec<_> =
        sent.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect();
    if let Some((_, rest)) = page.split_once("<textarea") {
        let written = rest.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        fields.push(("comment".into(), text(written.trim_start_matches('\n'))));
    }
    fields
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn site(id: &str, policy: &str) -> (&'static Api, Site) {
    let api = collector::shared().await;
    (api, api.site(id, ORIGIN, policy).await)
}

/// The path and query of a link that the collector has signed.
async fn link(api: &Api, survey: &Survey, request: Value) -> String {
    let link = api.call(Method::POST, &format!("{}/links", survey.path), request.to_string()).await;
    link["url"].as_str().unwrap().strip_prefix(&api.base).expect("it leads to the collector").to_owned()
}

in_both!(a_whole_answer_in_a_browser_that_runs_no_script);
fn a_whole_answer_in_a_browser_that_runs_no_script(engine: Engine) {
    run(async {
        let (api, site) = site(&format!("hosted-whole-{engine}"), "opt_in").await;
        let survey = site.publish("after", &steps().to_string()).await;
        let request = json!({ "order": "1042", "value": "59.90", "currency": "EUR", "consent": "granted",
            "attributes": { "plan": "pro & more" }, "expires_in_days": 30 });
        let address = format!("{}{}&score=9", api.base, link(api, &survey, request).await);
        let browser =
            Browser::of(&browser::Visitor { runs_scripts: false, ..browser::Visitor::with(engine) }).await;
        browser.goto(&address).await;
        assert_eq!(browser.text("h1").await, "Would you <recommend> us?");
        assert_eq!(browser.eval("return document.querySelector(':checked').value").await, "9");
        browser.click("[name=score][value='3']").await;
        browser.click(".send").await;
        assert_eq!(browser.text(".saved").await, "Your answer is saved.");
        assert_eq!(browser.text(".note").await, "Step 1 of 2");
        browser.click("[value=delivery]").await;
        browser.click(".send").await;
        browser.fill("textarea", "Late,\nand \"wet\"").await;
        browser.click(".back").await;
        browser.click("[value=price]").await;
        browser.click(".send").await;
        assert_eq!(
            browser.eval("return document.querySelector('textarea').value").await,
            "Late,\nand \"wet\""
        );
        browser.click(".send").await;
        assert_eq!(browser.text("h1").await, "We will do better on order 1042.");
        assert_eq!(browser.text(".link span").await, "reviews.example");
        browser.reload().await;
        assert_eq!(
            browser.text("h1").await,
            "We will do better on order 1042.",
            "the same answer, sent again"
        );

        let rows = survey.rows().await;
        assert_eq!(rows.len(), 1);
        for (column, expected) in [
            ("score", "3"),
            ("segment", "detractor"),
            ("reasons", "price;delivery"),
            ("comment", "Late,\nand \"wet\""),
            ("complete", "true"),
            ("locale", "en"),
            ("device", "desktop"),
            ("page_path", ""),
            ("order_id", "1042"),
            ("order_value", "59.90"),
            ("order_currency", "EUR"),
            ("attr_plan", "pro & more"),
            ("verified", "true"),
            ("flags", ""),
            ("consent_status", "granted"),
            ("consent_source", "site"),
            ("survey_version", "1"),
            ("revision", "4"),
        ] {
            assert_eq!(rows[0][column], expected, "{column}");
        }
        assert_eq!(rows[0]["respondent"].len(), 64);
        let severe: Vec<_> =
            browser.console().await.into_iter().filter(|(_, text)| !text.contains("favicon")).collect();
        assert!(severe.is_empty(), "{severe:?}");
    });
}

#[test]
fn who_only_looks_records_nothing() {
    run(async {
        let (api, site) = site("hosted-scanner", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = link(api, &survey, json!({ "order": "1" })).await;
        for (query, checked) in [("&score=9", Some("9")), ("&score=11", None), ("&score=x", None), ("", None)]
        {
            let mut scanner = Visitor::new(api, format!("{address}{query}"));
            assert_eq!(scanner.ask(Method::HEAD, None).await.status(), 200);
            assert_eq!(scanner.open().await, 200);
            let score = scanner.fields.iter().find(|(name, _)| name == "score");
            assert_eq!(score.map(|(_, value)| value.as_str()), checked, "{query}");
        }
        assert_eq!(survey.count().await, 0);
    });
}

#[test]
fn a_form_that_is_sent_twice_changes_nothing_and_an_order_answers_once() {
    run(async {
        let (api, site) = site("hosted-twice", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = link(api, &survey, json!({ "order": "1", "locale": "de" })).await;
        let mut visitor = Visitor::new(api, &address);
        visitor.open().await;
        let first = [&visitor.fields[..], &[("score".into(), "9".into())]].concat();
        assert_eq!((visitor.post(&first).await, visitor.post(&first).await), (200, 200));
        assert!(visitor.sees("gespeichert"), "{}", visitor.page);
        assert_eq!(visitor.send(&[("comment", "Gut")]).await, 200);
        let row = &survey.rows().await[0];
        assert_eq!(
            (row["revision"].as_str(), row["comment"].as_str(), row["locale"].as_str()),
            ("2", "Gut", "de")
        );

        let mut again = Visitor::new(api, &address);
        assert_eq!(again.open().await, 200);
        assert_eq!(again.send(&[("score", "1")]).await, 409);
        assert!(again.sees("<h1>") && !again.sees("<form"), "{}", again.page);
        assert_eq!(survey.rows().await[0]["score"], "9");
    });
}

in_both!(who_goes_back_in_the_browser_answers_once);
fn who_goes_back_in_the_browser_answers_once(engine: Engine) {
    run(async {
        let (api, site) = site(&format!("hosted-back-{engine}"), "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&format!("{}/h/hosted-back-{engine}/nps", api.base)).await;
        browser.click("[name=score][value='9']").await;
        browser.click(".send").await;
        browser.text("label[for=c]").await;
        browser.eval("history.back()").await;
        browser.click("[name=score][value='3']").await;
        browser.click(".send").await;
        browser.text("label[for=c]").await;
        let rows = survey.rows().await;
        assert_eq!(rows.len(), 1, "the same answer");
        assert_eq!((rows[0]["score"].as_str(), rows[0]["revision"].as_str()), ("3", "2"));
    });
}

#[test]
fn a_last_page_that_is_changed_counts_and_a_replay_of_it_does_not() {
    run(async {
        let (api, site) = site("hosted-last", "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let mut visitor = Visitor::new(api, "/h/hosted-last/nps");
        visitor.open().await;
        visitor.send(&[("score", "9")]).await;
        let last = std::mem::take(&mut visitor.fields);
        for (comment, stored, revision) in
            [("a", "a", "2"), ("b", "b", "3"), ("b", "b", "3"), ("a", "b", "3")]
        {
            visitor.fields.clone_from(&last);
            assert_eq!(visitor.send(&[("comment", comment)]).await, 200);
            let row = &survey.rows().await[0];
            assert_eq!((row["comment"].as_str(), row["revision"].as_str()), (stored, revision), "{comment}");
        }
    });
}

#[test]
fn what_was_under_way_when_another_version_was_published_is_kept() {
    run(async {
        let (api, site) = site("hosted-versions", "first_party").await;
        let survey = site.publish("after", &steps().to_string()).await;
        let mut visitor = Visitor::new(api, "/h/hosted-versions/after");
        visitor.open().await;
        visitor.send(&[("score", "3")]).await;
        visitor.send(&[("choice", "price")]).await;
        let mut next = steps();
        next["steps"] = json!([{ "id": "late", "ask": "one", "choices": ["days", "weeks"] }]);
        next["wording"] = json!({});
        site.publish("after", &next.to_string()).await;
        wait::until("the other version is asked", async || {
            let mut other = Visitor::new(api, "/h/hosted-versions/after");
            other.open().await;
            other.fields.contains(&("version".into(), "2".into())).then_some(())
        })
        .await;
        assert_eq!(visitor.send(&[("comment", "Dear")]).await, 200);
        assert!(visitor.sees("reviews.example"), "the last page: {}", visitor.page);
        let row = &survey.rows().await[0];
        for (column, expected) in
            [("comment", "Dear"), ("reasons", "price"), ("survey_version", "1"), ("complete", "true")]
        {
            assert_eq!(row[column], expected, "{column}");
        }
    });
}

#[test]
fn a_frame_says_answered_after_an_answer_alone() {
    const ANSWERED: &str = "<main data-answered>";
    run(async {
        let (api, site) = site("hosted-answered", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = "/h/hosted-answered/nps?embed=1&order=1";
        let mut visitor = Visitor::new(api, address);
        for (changes, status, is_answered) in [
            (&[][..], 422, false),
            (&[("score", "9"), ("revision", "1000")], 422, false),
            (&[("score", "9"), ("revision", "0")], 200, true),
            (&[("comment", "x")], 200, true),
        ] {
            if visitor.page.is_empty() {
                visitor.open().await;
                assert!(!visitor.sees(ANSWERED), "the question");
            }
            assert_eq!(visitor.send(changes).await, status);
            assert_eq!(visitor.sees(ANSWERED), is_answered, "{changes:?}");
        }
        let mut again = Visitor::new(api, address);
        again.open().await;
        assert_eq!(again.send(&[("score", "1")]).await, 409);
        assert!(again.sees(ANSWERED));
        api.call(Method::POST, &format!("{}/pause", survey.path), String::new()).await;
        for (address, status) in [(address, 410), ("/h/hosted-answered/none?embed=1", 404)] {
            let mut closed = Visitor::new(api, address);
            assert_eq!(closed.open().await, status);
            assert!(!closed.sees(ANSWERED), "{address}");
        }
    });
}

#[test]
fn only_what_the_site_has_signed_counts() {
    run(async {
        let (api, site) = site("hosted-signed", "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let key = api.call(Method::GET, "/v1/sites/hosted-signed/link-key", String::new()).await;
        let sign = |id: &str, query: &str| {
            let signature =
                sondeo_survey::link::sign(key["key"].as_str().unwrap(), "hosted-signed", id, query);
            format!("/h/hosted-signed/nps?{query}&sig={signature}")
        };
        let own = sign("nps", "order=1042&user=u-7&expires=99999999999");
        for (address, status) in [
            (own.replace("1042", "1043"), 403),
            (format!("{own}0"), 403),
            (sign("other", "order=1042"), 403),
            ("/h/hosted-signed/nps?order=1&sig=".into(), 403),
            (sign("nps", &format!("order=1042&expires={}", seconds_ago(3_700))), 410),
            (sign("nps", "order=1042&expires=soon"), 410),
        ] {
            let mut visitor = Visitor::new(api, &address);
            assert_eq!(visitor.open().await, status, "{address}");
            assert!(visitor.sees("This survey is closed.") && !visitor.sees("<form"), "{address}");
            let id = ("id".into(), "0193a7c2-0000-7000-8000-000000000001".into());
            assert_eq!(visitor.post(&[id, ("score".into(), "9".into())]).await, status, "{address}");
        }
        assert_eq!(survey.count().await, 0);

        let mut late = Visitor::new(api, sign("nps", &format!("user=late&expires={}", seconds_ago(60))));
        assert_eq!(late.open().await, 410);
        assert_eq!(late.post(&[("score".into(), "7".into())]).await, 200, "it may have been open");
        let mut signed = Visitor::new(api, format!("{own}&order=7&utm_source=mail"));
        signed.open().await;
        assert_eq!(signed.send(&[("score", "9")]).await, 200);
        let said = "order=1042&user=u-7&consent=granted";
        for query in [said, &format!("{said}&embed=1")] {
            // A browser says that this is no frame.
            let mut unsigned = Visitor::new(api, format!("/h/hosted-signed/nps?{query}"));
            unsigned = unsigned.with("Sec-Fetch-Dest", "document");
            unsigned.open().await;
            assert_eq!(unsigned.send(&[("score", "8")]).await, 200);
        }
        let mut rows = survey.rows().await;
        assert_eq!(rows.remove(0)["verified"], "true", "the late one");
        let seen = |row: &e2e::api::Row| {
            [&row["score"], &row["order_id"], &row["verified"], &row["consent_status"]].map(String::to_owned)
        };
        assert_eq!(seen(&rows[0]), ["9", "1042", "true", "unknown"]);
        assert_eq!(seen(&rows[1]), ["8", "", "false", "unknown"]);
        assert_eq!(seen(&rows[2]), ["8", "", "false", "unknown"]);
        assert_eq!(user(&survey, "u-7").await, 409, "the same user by the API");
    });
}

/// A time of the past, in seconds since 1970.
fn seconds_ago(seconds: u64) -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() - seconds
}

/// What the API says to another answer of a user.
async fn user(survey: &Survey, key: &str) -> u16 {
    let respondent = json!({ "respondent": { "kind": "user", "key": key } });
    survey.submit(&e2e::answer::with(e2e::answer::answer(5), respondent)).await.0
}

#[test]
fn without_consent_nothing_is_stored_and_the_page_says_so() {
    const NOTHING: &str = "Without your agreement nothing is stored.";
    run(async {
        let (api, site) = site("hosted-consent", "opt_in").await;
        let survey = site.publish_metric("csat", &json!("ever")).await;
        let mut visitor = Visitor::new(api, "/h/hosted-consent/csat");
        visitor.open().await;
        assert!(visitor.sees("I agree that my answer is stored.") && visitor.sees(NOTHING));
        assert_eq!(visitor.send(&[("score", "4")]).await, 403);
        assert!(
            visitor.sees(NOTHING) && visitor.fields.contains(&("score".into(), "4".into())),
            "the form again"
        );
        assert_eq!(survey.count().await, 0);
        assert_eq!(visitor.send(&[("agree", "1")]).await, 200);
        assert_eq!(visitor.send(&[("comment", "Fine")]).await, 200, "the tick goes with the answer");

        let claims = "/h/hosted-consent/csat?embed=1&consent=granted&source=survey";
        for (place, asks) in [("document", true), ("iframe", false)] {
            let mut unsigned = Visitor::new(api, claims).with("Sec-Fetch-Dest", place);
            unsigned.open().await;
            assert_eq!(unsigned.sees("name=\"agree\""), asks, "{place}");
        }

        let mut signed = Visitor::new(api, link(api, &survey, json!({ "consent": "granted" })).await);
        signed.open().await;
        assert!(!signed.sees("name=\"agree\""));
        assert_eq!(signed.with("Sec-GPC", "1").send(&[("score", "5")]).await, 200);
        let rows = survey.rows().await;
        let seen =
            rows.iter().map(|row| [&row["score"], &row["comment"], &row["consent_source"], &row["gpc"]]);
        assert_eq!(seen.collect::<Vec<_>>(), [["4", "Fine", "survey", "false"], ["5", "", "site", "true"]]);
    });
}

#[test]
fn global_privacy_control_keeps_no_link_to_a_person() {
    run(async {
        let (api, site) = site("hosted-gpc", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = link(api, &survey, json!({ "order": "1", "attributes": { "plan": "pro" } })).await;
        let mut visitor = Visitor::new(api, address).with("Sec-GPC", "1");
        visitor.open().await;
        assert_eq!(visitor.send(&[("score", "9")]).await, 200);
        let row = &survey.rows().await[0];
        for linkable in ["respondent", "order_id"] {
            assert_eq!(row[linkable], "", "{linkable}");
        }
        assert_eq!((row["verified"].as_str(), row.get("attr_plan")), ("false", None));
    });
}

#[test]
fn what_is_not_asked_is_a_page_that_says_so() {
    run(async {
        let (api, site) = site("hosted-paused", "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let draft = json!({ "title": "T", "metric": "nps", "triggers": [] }).to_string();
        api.call(Method::PUT, &site.survey("draft").path, draft).await;
        let mut open = Visitor::new(api, "/h/hosted-paused/nps");
        assert_eq!(open.open().await, 200);
        api.call(Method::POST, &format!("{}/pause", survey.path), String::new()).await;
        for (address, status) in [
            ("/h/hosted-paused/nps", 410),
            ("/h/hosted-paused/draft", 404),
            ("/h/hosted-paused/nothing", 404),
            ("/h/hosted-nowhere/nps", 404),
            ("/h/hosted-paused/draft?preview=1.00", 403),
        ] {
            let mut visitor = Visitor::new(api, address).with("Accept-Language", "tlh, es;q=0.9, en;q=0.8");
            assert_eq!(visitor.open().await, status, "{address}");
            assert!(visitor.sees("<html lang=\"es\" dir=\"ltr\">") && !visitor.sees("<form"), "{address}");
        }
        assert_eq!(open.send(&[("score", "9")]).await, 200, "what was open is taken");
        assert_eq!(survey.count().await, 1);
    });
}

#[test]
fn what_cannot_be_taken_is_asked_again() {
    run(async {
        let (api, site) = site("hosted-faults", "first_party").await;
        let survey = site.publish("after", &steps().to_string()).await;
        let page = || Visitor::new(api, "/h/hosted-faults/after");
        let long = "x".repeat(2001);
        for (changes, message) in [
            (&[][..], "Please choose an answer."),
            (&[("score", "11")], "Please choose an answer."),
            (&[("score", "9"), ("revision", "1000")], "That did not work."),
            (&[("score", "9"), ("step", "1"), ("comment", &long), ("comment_of", "1")], "That did not work."),
        ] {
            let mut visitor = page();
            visitor.open().await;
            assert_eq!(visitor.send(changes).await, 422, "{message}");
            assert!(visitor.sees(message) && visitor.sees("<form"), "{message}: {}", visitor.page);
            let kept = changes.iter().filter(|(_, value)| *value == long);
            assert!(kept.clone().all(|_| visitor.sees(&long)), "what was typed stays");
        }
        let mut other = page().with("Origin", "https://other.example");
        other.open().await;
        assert_eq!(other.send(&[("score", "9")]).await, 403);
        let own =
            page().with("Origin", "https://hosted.example").ask(Method::POST, Some("score=9".into())).await;
        assert_eq!(own.status(), 403, "not even a page of the site");
        let json =
            api.anonymous(Method::POST, "/h/hosted-faults/after").header("content-type", "application/json");
        assert_eq!(json.body("{}").send().await.unwrap().status(), 415);
        assert_eq!(survey.count().await, 0);
    });
}

#[test]
fn the_page_is_alone_with_its_visitor() {
    run(async {
        let (api, site) = site("hosted-headers", "first_party").await;
        site.publish("after", &steps().to_string()).await;
        let mut visitor = Visitor::new(api, "/h/hosted-headers/after");
        visitor.open().await;
        let sent = Some("score=9".into());
        let reply = visitor.ask(Method::POST, sent).await;
        assert_eq!(header(reply.headers(), "cache-control"), "no-store", "the step after an answer");
        for (query, policy) in [
            ("?l=ar", "frame-ancestors 'none'"),
            ("?l=ar&embed=1", "frame-ancestors https://hosted.example; script-src 'nonce-"),
        ] {
            let reply =
                Visitor::new(api, format!("/h/hosted-headers/after{query}")).ask(Method::GET, None).await;
            let headers = reply.headers().clone();
            for (name, expected) in [
                ("cache-control", "private, max-age=0"),
                ("x-content-type-options", "nosniff"),
                ("x-robots-tag", "noindex"),
                ("referrer-policy", "same-origin"),
                ("access-control-allow-origin", ""),
            ] {
                assert_eq!(header(&headers, name), expected, "{name}");
            }
            let csp = header(&headers, "content-security-policy");
            assert!(
                csp.starts_with("default-src 'none'; style-src 'nonce-") && csp.contains(policy),
                "{csp}"
            );
            let page = reply.text().await.unwrap();
            assert!(
                page.contains("Would you &lt;recommend&gt; us?"),
                "a survey with a question of its own has its words"
            );
        }
        site.publish_metric("nps", &json!("ever")).await;
        let mut arabic = Visitor::new(api, "/h/hosted-headers/nps?l=ar-EG,en");
        arabic.open().await;
        assert!(arabic.sees("lang=\"ar\" dir=\"rtl\"") && !arabic.sees("Send answer"), "{}", arabic.page);
    });
}

#[test]
fn a_preview_shows_the_draft_and_stores_nothing() {
    run(async {
        let (api, site) = site("hosted-preview", "opt_in").await;
        let survey = site.survey("draft");
        api.call(Method::PUT, &survey.path, steps().to_string()).await;
        let preview = api.call(Method::POST, &format!("{}/preview", survey.path), String::new()).await;
        let token = preview["token"].as_str().unwrap();
        assert_eq!(preview["query"], format!("sondeo-preview=draft&sondeo-token={token}"));

        let get = async |address: &str| api.anonymous(Method::GET, address).send().await.unwrap();
        let text = get(&format!("/c/hosted-preview/draft/preview?token={token}&l=en")).await;
        assert_eq!((text.status().as_u16(), header(text.headers(), "cache-control")), (200, "no-store"));
        assert_eq!(header(text.headers(), "access-control-allow-origin"), "*");
        assert!(text.text().await.unwrap().contains("Would you <recommend> us?"));
        for wrong in ["", "?token=", "?token=1.00", &format!("?token=9{token}")] {
            assert_eq!(
                get(&format!("/c/hosted-preview/draft/preview{wrong}")).await.status(),
                403,
                "{wrong}"
            );
        }
        api.call(Method::PUT, &site.survey("other").path, steps().to_string()).await;
        assert_eq!(get(&format!("/c/hosted-preview/other/preview?token={token}")).await.status(), 403);

        let mut owner = Visitor::new(api, preview["url"].as_str().unwrap().strip_prefix(&api.base).unwrap());
        assert_eq!(owner.open().await, 200);
        assert_eq!(owner.send(&[("score", "9"), ("agree", "1")]).await, 200);
        assert_eq!(owner.send(&[("comment", "x")]).await, 200);
        assert!(owner.sees("reviews.example"), "the last page");
        assert_eq!(survey.count().await, 0);
    });
}

#[test]
fn links_are_made_for_owners_only() {
    run(async {
        let (api, site) = site("hosted-links", "first_party").await;
        let survey = site.publish_metric("nps", &json!("ever")).await;
        let post = async |body: Value| {
            let request = api.request(Method::POST, &format!("{}/links", survey.path));
            let reply =
                request.header("content-type", "application/json").body(body.to_string()).send().await;
            let reply = reply.unwrap();
            (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
        };
        let (status, made) = post(json!({ "order": "ä 1", "expires_in_days": 30 })).await;
        assert_eq!(status, 200);
        assert!(
            made["url"].as_str().unwrap().contains("/h/hosted-links/nps?order=%C3%A4+1&expires="),
            "{made}"
        );
        assert!(made["expires_at"].as_str().unwrap().ends_with('Z'));
        let (status, problem) = post(json!({ "order": 7, "consent": "yes" })).await;
        assert_eq!((status, problem["errors"].as_array().unwrap().len()), (422, 2), "{problem}");
        for (method, path) in [
            (Method::POST, format!("{}/links", survey.path)),
            (Method::POST, format!("{}/preview", survey.path)),
            (Method::GET, "/v1/sites/hosted-links/link-key".into()),
        ] {
            assert_eq!(api.anonymous(method, &path).send().await.unwrap().status(), 401, "{path}");
        }
    });
}

in_both!(where_the_card_may_not_run_a_frame_of_the_page_asks);
fn where_the_card_may_not_run_a_frame_of_the_page_asks(engine: Engine) {
    const FRAME: &str = "iframe[src*='/h/']";
    run(async {
        let api = collector::shared().await;
        let id = format!("hosted-frame-{engine}");
        let no_wasm = format!("script-src 'self' {0}; style-src 'self'; frame-src {0}", api.base);
        let shop = Shop::with_policy(api, &id, Some(no_wasm)).await;
        let path = format!("/v1/sites/{id}");
        let settings = api.call(Method::GET, &path, String::new()).await;
        let settings = e2e::answer::with(settings, json!({ "fallback": "hosted" }));
        api.call(Method::PUT, &path, settings.to_string()).await;

        let browser = Browser::start_in(engine).await;
        shop.accept(&browser).await;
        let order = shop.buy(&browser).await;
        let height = format!("return parseInt(document.querySelector(\"{FRAME}\")?.style.height) || null");
        wait::until("the frame is as high as the page in it", async || {
            browser.eval(&height).await.as_u64().filter(|height| *height < 400)
        })
        .await;
        // It is counted as a card is.
        let count = format!("return localStorage['sondeo:{id}:shown:post-purchase:{order}']");
        assert_eq!(browser.eval(&count).await, "1");
        browser.enter_frame(FRAME).await;
        browser.click("[name=score][value='9']").await;
        browser.click(".send").await;
        browser.fill("textarea", "Quick").await;
        browser.click(".send").await;
        browser.text("main > h1").await;
        browser.click(".close").await;
        browser.leave_frame().await;
        let gone = format!("return document.querySelector(\"{FRAME}\") === null");
        wait::until("the frame is gone", async || browser.eval(&gone).await.as_bool().filter(|gone| *gone))
            .await;
        browser.reload().await;
        browser.loader().await;
        browser.eval("sondeo('debug')").await;
        crate::scene::says(&browser, "post-purchase: answered, silent until for good").await;
        let row = &shop.purchases().rows().await[0];
        for (column, expected) in [
            ("order_id", order.as_str()),
            ("order_currency", "EUR"),
            ("comment", "Quick"),
            ("consent_status", "granted"),
            ("consent_source", "site"),
            ("verified", "false"),
        ] {
            assert_eq!(row[column], expected, "{column}");
        }
    });
}

#[test]
fn the_sites_own_page_shows_the_draft() {
    run(async {
        let shop = Shop::open(collector::shared().await, "hosted-draft").await;
        let draft = shop.site.survey("draft");
        shop.site.api.call(Method::PUT, &draft.path, steps().to_string()).await;
        let preview =
            shop.site.api.call(Method::POST, &format!("{}/preview", draft.path), String::new()).await;
        let browser = Browser::start().await;
        browser.goto(&shop.url(&format!("/privacy?{}", preview["query"].as_str().unwrap()))).await;
        assert_eq!(browser.card().question().await, "Would you <recommend> us?");
        browser.card().choose(9).await;
        browser.card().part("textarea").await;
        assert_eq!(draft.count().await, 0);
    });
}

/// The row of numbers in docs/EMBED.md, as a mail programme shows it.
#[test]
fn the_row_for_emails_leads_to_a_page_that_waits_for_a_press() {
    const PAGE: &str = include_str!("../../docs/EMBED.md");
    run(async {
        let (api, site) = site("hosted-mail", "first_party").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let address = format!("{}{}", api.base, link(api, &survey, json!({ "order": "1042" })).await);
        let (_, rest) = PAGE.split_once("### In an e-mail").unwrap();
        let (_, rest) = rest.split_once("```html\n").unwrap();
        let (row, _) = rest.split_once("```").unwrap();
        assert_eq!(row.matches("LINK&amp;score=").count(), 11);
        let mail = row.replace("LINK", &address.replace('&', "&amp;"));
        let browser = Browser::start().await;
        browser.resize(320, 640, true).await;
        let head = "<!doctype html><meta name=viewport content=width=device-width><body>";
        let encoded: String =
            url::form_urlencoded::byte_serialize(format!("{head}{mail}").as_bytes()).collect();
        browser.goto(&format!("data:text/html;charset=utf-8,{}", encoded.replace('+', "%20"))).await;
        let sizes = browser
            .eval(
                "const boxes = [...document.links].map((link) => link.getBoundingClientRect());
                return {
                    overflow: document.documentElement.scrollWidth - innerWidth,
                    smallest: Math.min(...boxes.flatMap((box) => [box.width, box.height])),
                    rows: new Set(boxes.map((box) => box.top)).size,
                };",
            )
            .await;
        assert_eq!(sizes, json!({ "overflow": 0, "smallest": 44, "rows": 2 }));
        browser.click("a[title^='9']").await;
        browser.at("/h/hosted-mail/nps").await;
        assert_eq!(browser.eval("return document.querySelector(':checked').value").await, "9");
        assert_eq!(survey.count().await, 0, "a look is no answer");
        browser.click(".send").await;
        browser.text(".saved").await;
        assert_eq!(survey.rows().await[0]["score"], "9");
    });
}

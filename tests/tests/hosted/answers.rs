//! Answers by forms: whole ones, again, back, late.

use super::{Visitor, link, site, steps};
use e2e::browser::{self, Browser};
use e2e::{Engine, in_both, run, wait};
use reqwest::Method;
use serde_json::json;

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
        browser.says("h1", "Would you <recommend> us?").await;
        assert_eq!(browser.value(":checked").await, "9");
        browser.click("[name=score][value='3']").await;
        browser.click(".send").await;
        browser.says(".saved", "Your answer is saved.").await;
        browser.says(".note", "Step 1 of 2").await;
        browser.click("[value=delivery]").await;
        browser.click(".send").await;
        browser.fill("textarea", "Late,\nand \"wet\"").await;
        browser.click(".back").await;
        browser.click("[value=price]").await;
        browser.click(".send").await;
        assert_eq!(browser.value("textarea").await, "Late,\nand \"wet\"");
        browser.click(".send").await;
        browser.says("h1", "We will do better on order 1042.").await;
        browser.says(".link span", "reviews.example").await;
        browser.reload().await;
        browser.says("h1", "We will do better on order 1042.").await;

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

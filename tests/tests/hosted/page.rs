//! The page itself: what it says where it cannot ask, its headers, and looks at a draft.

use super::{Visitor, header, site, steps};
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{collector, run};
use reqwest::Method;
use serde_json::json;

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

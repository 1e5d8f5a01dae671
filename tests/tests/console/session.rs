//! Sessions: how they begin and end, and that no other page can use one.

use super::{ORIGIN, token};
use e2e::api::Api;
use e2e::browser::Browser;
use e2e::collector::{self, Own};
use e2e::console::{self, Caller};
use e2e::{Engine, in_both, run};
use reqwest::Method;
use reqwest::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};
use sha2::{Digest, Sha256};

/// A site, and a token with `admin` on it.
async fn admin(site: &str) -> (&'static Api, String, String) {
    let api = collector::shared().await;
    api.site(site, ORIGIN, "opt_in").await;
    let (kid, token) = token(api, &["admin"], site).await;
    (api, kid, token)
}

fn location(reply: &reqwest::Response) -> &str {
    reply.headers()[LOCATION].to_str().unwrap()
}

#[test]
fn a_session_is_a_cookie_without_the_token_in_it() {
    run(async {
        let (api, kid, token) = admin("console-cookie").await;
        let fields = [("token", token.as_str()), ("next", "/console/console-cookie?x=1")];
        let reply = Caller::stranger(&api.base).post_as(Some(&api.base), "/console/sign-in", &fields).await;
        assert_eq!((reply.status().as_u16(), location(&reply)), (303, "/console/console-cookie?x=1"));
        let cookie = reply.headers()[SET_COOKIE].to_str().unwrap();
        let (value, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict");
        let parts: Vec<&str> = value.strip_prefix("__Host-sondeo=").unwrap().split('.').collect();
        let [name, end, mac] = parts.as_slice() else { panic!("{value}") };
        assert_eq!((*name, end.len(), mac.len()), (kid.as_str(), 13, 64));
        let secret = token.rsplit('_').next().unwrap();
        assert!(!value.contains(secret) && !value.contains(&hex::encode(Sha256::digest(&token))));
        let page = Caller::with_cookie(&api.base, value).get("/console/console-cookie").await;
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()[CACHE_CONTROL], "no-store");
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        for rule in [
            "default-src 'none'",
            "style-src 'self';",
            "script-src 'self';",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
    });
}

#[test]
fn what_is_no_session_leads_to_the_sign_in() {
    run(async {
        let (api, kid, token) = admin("console-forged").await;
        let good = Caller::sign_in(&api.base, &token).await;
        let (value, mac) = good.cookie().rsplit_once('.').unwrap();
        let later = value.replace(&kid, "00000000");
        let (name, end) = value.rsplit_once('.').unwrap();
        let longer = end.parse::<u64>().unwrap() + 1;
        for cookie in [
            String::new(),
            "__Host-sondeo=".into(),
            value.to_owned(),
            format!("{value}.{}", "0".repeat(64)),
            format!("{name}.{longer}.{mac}"),
            format!("{later}.{mac}"),
            format!("__Host-sondeo={token}"),
            good.cookie().replace("__Host-sondeo", "sondeo"),
        ] {
            let reply = Caller::with_cookie(&api.base, &cookie).get("/console/console-forged").await;
            let expected = (303, "/console/sign-in?next=%2Fconsole%2Fconsole-forged");
            assert_eq!((reply.status().as_u16(), location(&reply)), expected, "{cookie}");
        }
        // A token in the header is the API's, and no session.
        let by_header = api.request(Method::GET, "/console/console-forged").send().await.unwrap();
        assert!(by_header.url().path().ends_with("/sign-in"));
    });
}

#[test]
fn a_token_that_is_not_good_is_told_and_opens_nothing() {
    run(async {
        let (api, _, token) = admin("console-wrong").await;
        let stranger = Caller::stranger(&api.base);
        let mistyped = format!("{}0", &token[..token.len() - 1]).replace("00", "01");
        for wrong in
            ["", "sondeo", "sondeo_0123abcd_0", &mistyped, &format!("sondeo_0123abcd_{}", "5".repeat(64))]
        {
            let reply = stranger.post_as(Some(&api.base), "/console/sign-in", &[("token", wrong)]).await;
            assert_eq!((reply.status().as_u16(), reply.headers().get(SET_COOKIE)), (403, None), "{wrong}");
            let page = reply.text().await.unwrap();
            assert!(page.contains("id=\"token-error\"") && !page.contains("55555"), "{page}");
        }
        for next in ["https://evil.example/", "//evil.example", "/v1/sites"] {
            let fields = [("token", token.as_str()), ("next", next)];
            let reply = stranger.post_as(Some(&api.base), "/console/sign-in", &fields).await;
            assert_eq!((reply.status().as_u16(), location(&reply)), (303, "/console"), "{next}");
        }
    });
}

#[test]
fn a_form_that_another_page_sends_is_refused() {
    run(async {
        let api = collector::shared().await;
        let (_, token) = {
            api.site("console-forms", ORIGIN, "opt_in").await;
            super::token(api, &["admin"], "console-forms").await
        };
        let caller = Caller::sign_in(&api.base, &token).await;
        let other = Caller::sign_in(&api.base, &token).await;
        let (csrf, foreign) =
            (caller.csrf("/console/console-forms").await, other.csrf("/console/console-forms").await);
        // A session that begins in the same millisecond is the same session.
        assert!(csrf != foreign || caller.cookie() == other.cookie());
        let own = Some(api.base.as_str());
        let sent = async |origin: Option<&str>, fields: &[(&str, &str)]| {
            caller.post_as(origin, "/console/sign-out", fields).await.status().as_u16()
        };
        let good = [("csrf", csrf.as_str())];
        assert_eq!(sent(Some("https://evil.example"), &good).await, 403);
        assert_eq!(sent(Some("null"), &good).await, 403);
        assert_eq!(sent(None, &good).await, 403, "a browser says where a form comes from");
        assert_eq!(sent(own, &[]).await, 403);
        assert_eq!(sent(own, &[("csrf", "")]).await, 403);
        assert_eq!(sent(own, &[("csrf", &"0".repeat(64))]).await, 403);
        if csrf != foreign {
            assert_eq!(sent(own, &[("csrf", &foreign)]).await, 403, "of another session");
        }
        let stranger = Caller::stranger(&api.base);
        let reply =
            stranger.post_as(Some("https://evil.example"), "/console/sign-in", &[("token", &token)]).await;
        assert_eq!((reply.status().as_u16(), reply.headers().get(SET_COOKIE)), (403, None));
        let out = caller.post_as(own, "/console/sign-out", &good).await;
        assert_eq!(out.status(), 303);
        assert!(out.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    });
}

#[test]
fn a_session_ends_with_its_token() {
    run(async {
        let collector = Own::start().await;
        let api = &collector.api;
        api.site("shop", ORIGIN, "opt_in").await;
        let is_in = async |caller: &Caller| caller.get("/console/shop").await.status() == 200;

        let (kid, secret) = token(api, &["admin"], "shop").await;
        let caller = Caller::sign_in(&api.base, &secret).await;
        assert!(is_in(&caller).await);
        let rotate = async |overlap: u32| {
            let body = format!(r#"{{"overlap_seconds": {overlap}}}"#);
            let reply = api.call(Method::POST, &format!("/v1/tokens/{kid}/rotate"), body).await;
            reply["token"].as_str().unwrap().to_owned()
        };
        let second = rotate(3600).await;
        assert!(is_in(&caller).await, "the secret of before is still good");
        let caller = Caller::sign_in(&api.base, &second).await;
        rotate(0).await;
        assert!(!is_in(&caller).await, "rotated without overlap");

        let (kid, secret) = token(api, &["admin"], "shop").await;
        let caller = Caller::sign_in(&api.base, &secret).await;
        assert!(is_in(&caller).await);
        api.call(Method::DELETE, &format!("/v1/tokens/{kid}"), String::new()).await;
        assert!(!is_in(&caller).await, "ended");

        // A token that ends soon has a session that ends with it.
        let body = format!(
            r#"{{"scopes": ["admin"], "sites": ["shop"], "expires_at": "{}"}}"#,
            jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5)
        );
        let soon = api.call(Method::POST, "/v1/tokens", body).await;
        let fields = [("token", soon["token"].as_str().unwrap())];
        let reply = Caller::stranger(&api.base).post_as(Some(&api.base), "/console/sign-in", &fields).await;
        let cookie = reply.headers()[SET_COOKIE].to_str().unwrap();
        let (_, rest) = cookie.split_once("Max-Age=").unwrap();
        assert!((1..=300).contains(&rest.split(';').next().unwrap().parse::<u32>().unwrap()), "{cookie}");

        // The administrator's own token is the deployment's.
        let admin = Caller::sign_in(&api.base, collector.token()).await;
        assert!(is_in(&admin).await);
    });
}

#[test]
fn a_page_shows_what_the_token_is_good_for() {
    run(async {
        let api = collector::shared().await;
        api.site("console-reach", ORIGIN, "opt_in").await;
        api.site("console-beyond", ORIGIN, "opt_in").await;
        let (_, reader) = token(api, &["responses:read"], "console-reach").await;
        let caller = Caller::sign_in(&api.base, &reader).await;
        let page = caller.get("/console").await;
        assert_eq!((page.status().as_u16(), location(&page)), (303, "/console/console-reach"));
        for (path, status) in [
            ("/console/console-reach", 200),
            ("/console/console-beyond", 403),
            ("/console/console-nowhere", 403),
            ("/console/console-reach/nothing", 404),
            ("/console/assets/0/console.css", 403),
        ] {
            let reply = caller.get(path).await;
            assert_eq!(reply.status(), status, "{path}");
            assert!(reply.text().await.unwrap().contains("<h1>"), "{path} is a page");
        }
        let made =
            caller.post("/console/console-reach", "/console", &[("id", "console-new"), ("name", "N")]).await;
        assert_eq!(made.status(), 403);
    });
}

in_both!(signs_in_and_out);

fn signs_in_and_out(engine: Engine) {
    run(async {
        let site = format!("console-{engine:?}").to_lowercase();
        let (api, _, token) = admin(&site).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&format!("{}/console/{site}?x=1", api.base)).await;
        browser.at("/console/sign-in").await;
        browser.fill("[name=token]", "sondeo_0123abcd_nonsense").await;
        browser.click("button.main").await;
        assert!(browser.text("#token-error").await.contains("not good"));
        browser.fill("[name=token]", &token).await;
        browser.click("button.main").await;
        browser.at(&format!("/console/{site}?x=1")).await;
        browser.says("h1", "Overview").await;
        assert_eq!(browser.eval("return document.cookie").await, "", "no script reads the session");
        browser.click(".leave button").await;
        browser.at("/console/sign-in?done=signed-out").await;
        browser.says("[role=status]", "You are signed out.").await;
        browser.goto(&format!("{}/console/{site}", api.base)).await;
        browser.at("/console/sign-in").await;
    });
}

#[test]
fn a_link_from_another_site_finds_the_session() {
    run(async {
        let (api, _, token) = admin("console-led").await;
        let browser = Browser::start().await;
        console::sign_in(&browser, &api.base, &token).await;
        // `localhost` is another site than the collector's address.
        let elsewhere = api.base.replace("127.0.0.1", "localhost");
        browser.goto(&format!("{elsewhere}/healthz")).await;
        browser.eval(&format!("location.href = '{}/console/console-led'", api.base)).await;
        browser.at("/console/console-led").await;
        browser.says("h1", "Overview").await;
    });
}

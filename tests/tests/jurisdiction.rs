//! A collector that is told to keep all in a jurisdiction does not run without one.

use e2e::api::Api;
use e2e::wait::until;
use e2e::{run, scratch};
use futures_util::future::{Either, select};
use reqwest::Method;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::pin::pin;
use xtask::collector::{Collector, Options};
use xtask::token::Token;

/// workerd has no jurisdictions.
#[test]
fn where_there_is_none_each_request_is_refused() {
    run(async {
        let token = Token::generate().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut options = Options::new(scratch::fresh("state"), &token);
        options.port = Some(free.port());
        options.vars.push(("SONDEO_JURISDICTION".into(), "eu".into()));
        let api = Api::new(&format!("http://{free}"), token.as_str());
        let refused = until("a refusal", async || {
            let reply = api.request(Method::GET, "/healthz").send().await.ok()?;
            Some((reply.status().as_u16(), reply.json::<Value>().await.unwrap()))
        });
        // It waits for a collector that is well, which this one never is.
        let starting = pin!(Collector::start(&options));
        let Either::Right(((status, problem), _running)) = select(starting, pin!(refused)).await else {
            panic!("it took no notice");
        };
        assert_eq!((status, problem["type"].as_str()), (503, Some("urn:problem-type:sondeo:unavailable")));
        until("the reason in the log", async || {
            let log = fs::read_to_string(options.state.join("collector.log")).unwrap();
            log.contains("Jurisdiction restrictions are not implemented in workerd").then_some(())
        })
        .await;
        let site = r#"{"name": "A", "origins": ["https://a.example"], "consent_policy": "opt_in"}"#;
        let site =
            api.request(Method::PUT, "/v1/sites/a").header("content-type", "application/json").body(site);
        assert_eq!(site.send().await.unwrap().status(), 503);
    });
}

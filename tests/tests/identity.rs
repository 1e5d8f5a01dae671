//! The site's server says who a visitor is and whose an order is: what the tag is told of it goes with the answer.

use crate::abuse::proof::hex_hmac;
use e2e::browser::{Browser, Visitor};
use e2e::pages::Pages;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};
use reqwest::Method;
use serde_json::json;

in_both!(what_the_sites_server_vouches_for_is_verified);
fn what_the_sites_server_vouches_for_is_verified(engine: Engine) {
    run(async {
        let api = collector::shared().await;
        let id = format!("identity-{engine}");
        api.site(&id, "https://soon.example", "first_party").await;
        let keys = api.call(Method::GET, &format!("/v1/sites/{id}/identity-key"), String::new()).await;
        let proof = |name: &str, of: &str| hex_hmac(keys[name].as_str().unwrap(), of);
        // The survey, the tag's attributes, what the page calls, and what is stored: nothing, or whether it is verified.
        // `USER`, `ORDER`: ids of each case's own. `U-PROOF`, `O-PROOF`: their proofs. `OTHER`: another user's.
        let cases = [
            ("user", "data-user=\"USER\" data-proof=\"U-PROOF\"", "", Some("true")),
            (
                "user",
                "",
                "sondeo('identify', { user: 'USER', proof: 'U-PROOF' }, { plan: 'pro' })",
                Some("true"),
            ),
            ("user", "data-user=\"USER\"", "", Some("false")),
            ("user", "", "sondeo('identify', 'USER')", Some("false")),
            ("user", "", "sondeo('identify', { user: 'USER', proof: 'OTHER' })", None),
            (
                "order",
                "",
                "sondeo('event', 'purchase', { order_id: 'ORDER', proof: 'O-PROOF' })",
                Some("true"),
            ),
            ("order", "data-order-id=\"ORDER\" data-order-proof=\"O-PROOF\"", "", Some("true")),
            ("order", "data-order-id=\"ORDER\" data-user=\"USER\" data-proof=\"U-PROOF\"", "", Some("false")),
            ("order", "", "sondeo('event', 'purchase', { order_id: 'ORDER', proof: 'U-PROOF' })", None),
        ];
        let pages = cases.iter().enumerate().map(|(at, (_, attributes, calls, _))| {
            let (user, order) = (format!("u-{at}"), format!("o-{at}"));
            let filled = |text: &str| {
                text.replace("USER", &user)
                    .replace("ORDER", &order)
                    .replace("U-PROOF", &proof("key", &user))
                    .replace("O-PROOF", &proof("order_key", &order))
                    .replace("OTHER", &proof("key", "other"))
            };
            let (attributes, calls) = (filled(attributes), filled(calls));
            let page = format!(
                "<!doctype html><html lang=\"en\"><title>T</title><h1>T</h1><script>localStorage.clear(); window.__refused = [];
                    sondeo = function () {{ (sondeo.q = sondeo.q || []).push(arguments) }};
                    sondeo('on', 'error', ({{ status }}) => __refused.push(status)); {calls}</script>
                <script async src=\"{}/s/{id}.js\" {attributes}></script>",
                api.base
            );
            (format!("/{at}"), page)
        });
        let pages = Pages::serve(pages).await;
        let site = api.site(&id, &pages.origin, "first_party").await;
        let survey = |window: &str, event: &str| {
            json!({ "title": "T", "metric": "nps", "triggers": [{ "on": "event", "name": event }],
                "frequency": { "window": window, "ignores_spacing": true } })
            .to_string()
        };
        let of_users = site.publish("user", &survey("ever", "visit")).await;
        let of_orders = site.publish("order", &survey("order", "purchase")).await;
        let browser = Browser::of(&Visitor { wants_stillness: true, ..Visitor::with(engine) }).await;
        for (at, (kind, _, _, verified)) in cases.iter().enumerate() {
            browser.goto(&pages.url(&format!("/{at}"))).await;
            browser.loader().await;
            if *kind == "user" {
                browser.eval("sondeo('event', 'visit')").await;
            }
            let survey = if *kind == "user" { &of_users } else { &of_orders };
            browser.card().question().await;
            let score = u8::try_from(at).unwrap();
            browser.card().choose(score).await;
            let Some(verified) = verified else {
                until("it is refused", async || {
                    (browser.eval("return __refused").await == json!([403])).then_some(())
                })
                .await;
                continue;
            };
            let row = until("it is stored", async || {
                survey.rows().await.into_iter().find(|row| row["score"] == score.to_string())
            })
            .await;
            assert_eq!(row["verified"], *verified, "{at}");
        }
    });
}

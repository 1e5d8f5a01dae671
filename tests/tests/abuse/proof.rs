//! Proofs of who answers.

use super::{one_shard, site};
use e2e::answer::{answer, answer_about, with};
use e2e::{collector, run};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

#[test]
fn a_proof_makes_a_user_verified_and_a_wrong_one_takes_no_place() {
    run(async {
        let api = collector::shared().await;
        let survey = one_shard(&site(api, "abuse-identity", json!({})).await).await;
        let key = api.call(Method::GET, "/v1/sites/abuse-identity/identity-key", String::new()).await;
        let [key, order_key] = ["key", "order_key"].map(|name| key[name].as_str().unwrap().to_owned());
        let by = |kind: &str, user: &str, proof: &str| {
            with(answer(9), json!({ "respondent": { "kind": kind, "key": user, "proof": proof } }))
        };
        let of = |user: &str| hex_hmac(&key, user);
        for (what, sent) in [
            ("another user's", by("user", "u-1", &of("u-2"))),
            ("of another key", by("user", "u-1", &hex_hmac("other", "u-1"))),
            ("no hex", by("user", "u-1", "proof")),
            ("cut off", by("user", "u-1", of("u-1").get(..32).unwrap())),
            ("an order's", by("order", "u-1", &of("u-1"))),
            ("a visitor's", by("visitor", "u-1", &of("u-1"))),
        ] {
            let reply = survey.post(&sent).await;
            assert_eq!(reply.status(), 403, "{what}");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["type"], "urn:problem-type:sondeo:wrong-proof", "{what}");
        }
        let proved = by("user", "u-1", &of("u-1"));
        assert_eq!(survey.submit(&proved).await, (201, "created".into()), "the place was free");
        assert_eq!(survey.submit(&by("user", "u-1", &of("u-1"))).await.0, 409);
        let claimed = with(answer(9), json!({ "respondent": { "kind": "user", "key": "u-2" } }));
        assert_eq!(survey.submit(&claimed).await.0, 201, "without a proof nobody vouches");
        let verified: Vec<String> = survey.rows().await.iter().map(|row| row["verified"].clone()).collect();
        assert_eq!(verified, ["true", "false"]);

        // Where one order has one answer, the proof of a user says nothing of the order.
        let definition =
            json!({ "title": "T", "metric": "nps", "triggers": [], "frequency": { "window": "order" } });
        let orders =
            site(api, "abuse-identity", json!({})).await.publish("orders", &definition.to_string()).await;
        let about = with(answer_about("1042", 9), json!({ "respondent": proved["respondent"] }));
        assert_eq!(orders.submit(&about).await.0, 201);
        assert_eq!(orders.rows().await[0]["verified"], "false");
        let of_order = by("order", "1043", &hex_hmac(&order_key, "1043"));
        let about_another = with(of_order.clone(), json!({ "order": { "id": "1044" } }));
        assert_eq!(orders.post(&about_another).await.status(), 403);
        let about_it =
            with(of_order, json!({ "order": { "id": "1043", "value": "5.00", "currency": "EUR" } }));
        assert_eq!(orders.submit(&about_it).await.0, 201);
        assert_eq!(orders.rows().await[1]["verified"], "true");
    });
}

pub fn hex_hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

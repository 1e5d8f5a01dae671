//! Pages of other sites.

use super::{one_shard, site};
use e2e::answer::answer;
use e2e::{collector, run};
use reqwest::Method;
use serde_json::json;

#[test]
fn only_the_sites_own_origins_read_a_reply() {
    run(async {
        let origins =
            json!({ "origins": ["https://abuse.example", "http://[::1]:8788", "https://b.example:8443"] });
        let survey = one_shard(&site(collector::shared().await, "abuse-cors", origins).await).await;
        for (origin, is_own) in [
            (Some("https://abuse.example"), true),
            (Some("http://[::1]:8788"), true),
            (Some("https://b.example:8443"), true),
            (None, true),
            (Some("null"), false),
            (Some("https://ABUSE.example"), false),
            (Some("https://abuse.example/"), false),
            (Some("https://abuse.example:443"), false),
            (Some("https://abuse.example."), false),
            (Some("http://abuse.example"), false),
            (Some("https://www.abuse.example"), false),
            (Some("https://evil-abuse.example"), false),
            (Some("https://abuse.example.evil.example"), false),
            (Some("https://abuse.example, https://evil.example"), false),
            (Some("https://abuse.example https://evil.example"), false),
            (Some("https://b.example"), false),
            (Some("*"), false),
        ] {
            for method in [Method::POST, Method::OPTIONS] {
                let is_post = method == Method::POST;
                let mut request =
                    collector::shared().await.anonymous(method, &format!("{}/responses", survey.path));
                if is_post {
                    request = request.header("content-type", "text/plain").body(answer(9).to_string());
                }
                if let Some(origin) = origin {
                    request = request.header("origin", origin);
                }
                let reply = request.send().await.unwrap();
                // A preflight without an origin is nobody's.
                let is_taken = is_own && (is_post || origin.is_some());
                let expected = if !is_taken {
                    403
                } else if is_post {
                    201
                } else {
                    204
                };
                assert_eq!(reply.status(), expected, "{origin:?}");
                let headers = reply.headers();
                let allowed = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
                assert_eq!(allowed, origin.filter(|_| is_own), "{origin:?}");
                if is_post || is_taken {
                    assert_eq!(headers["vary"], "Origin", "{origin:?}");
                }
                assert!(!headers.contains_key("access-control-allow-credentials"));
            }
        }
    });
}

//! The console: who gets in, and what its pages are made of.

mod owner;
mod pages;
mod session;

use e2e::api::Api;
use reqwest::Method;
use serde_json::{Value, json};

const ORIGIN: &str = "https://console.example";

/// A token of these scopes for a site: its name, and the token.
async fn token(api: &Api, scopes: &[&str], site: &str) -> (String, String) {
    let body = json!({ "scopes": scopes, "sites": [site] });
    let reply = api.call(Method::POST, "/v1/tokens", body.to_string()).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&reply["id"]), text(&reply["token"]))
}

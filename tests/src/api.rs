//! The collector's public API, as owners, analysts and browsers call it.

use reqwest::header::{CONTENT_TYPE, ORIGIN};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A collector's address with the administrator's token.
#[derive(Clone)]
pub struct Api {
    /// Such as `http://127.0.0.1:8787`.
    pub base: String,
    token: String,
    http: Client,
}

/// A row of an export: column and cell.
pub type Row = BTreeMap<String, String>;

impl Api {
    /// Of the collector at this address, whose administrator has this token.
    #[must_use]
    pub fn new(base: &str, token: &str) -> Self {
        // workerd resets a kept connection after a reply that did not wait for the request's body.
        let http = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self { base: base.into(), token: token.into(), http }
    }

    /// A request without a token.
    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// A request with the administrator's token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.token)
    }

    /// Does what must succeed.
    pub async fn call(&self, method: Method, path: &str, body: String) -> Value {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json").body(body);
        let reply = request.send().await.unwrap();
        let status = reply.status();
        let text = reply.text().await.unwrap();
        assert!(status.is_success(), "{path} answered {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Creates a site with this policy whose pages are at `origin`.
    pub async fn site(&self, id: &str, origin: &str, policy: &str) -> Site {
        let settings = json!({ "name": id, "origins": [origin], "consent_policy": policy });
        self.site_of(id, origin, settings.to_string()).await
    }

    /// Creates a site with these settings.
    pub async fn site_of(&self, id: &str, origin: &str, settings: String) -> Site {
        self.call(Method::PUT, &format!("/v1/sites/{id}"), settings).await;
        self.known_site(id, origin)
    }

    /// A site that exists.
    #[must_use]
    pub fn known_site(&self, id: &str, origin: &str) -> Site {
        Site { api: self.clone(), id: id.into(), origin: origin.into() }
    }
}

/// A site of a collector.
#[derive(Clone)]
pub struct Site {
    /// Where it is.
    pub api: Api,
    /// Its name in addresses.
    pub id: String,
    /// Where its pages are.
    pub origin: String,
}

impl Site {
    /// Creates a survey and publishes it.
    pub async fn publish(&self, id: &str, definition: &str) -> Survey {
        let survey = self.survey(id);
        self.api.call(Method::PUT, &survey.path, definition.into()).await;
        self.api.call(Method::POST, &format!("{}/publish", survey.path), String::new()).await;
        survey
    }

    /// A survey of this metric, with one answer in the window.
    pub async fn publish_metric(&self, metric: &str, window: &Value) -> Survey {
        let frequency = json!({ "window": window });
        let definition = json!({ "title": metric, "metric": metric, "triggers": [], "frequency": frequency });
        self.publish(metric, &definition.to_string()).await
    }

    /// A survey that exists.
    #[must_use]
    pub fn survey(&self, id: &str) -> Survey {
        Survey { site: self.clone(), path: format!("/v1/sites/{}/surveys/{id}", self.id) }
    }
}

/// A survey of a site.
#[derive(Clone)]
pub struct Survey {
    site: Site,
    /// Its address in the API.
    pub path: String,
}

impl Survey {
    /// A request to store an answer, as a page of the site sends it.
    pub fn request(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let request = self.site.api.anonymous(Method::POST, &format!("{}/responses", self.path));
        request.header(ORIGIN, &self.site.origin).header(CONTENT_TYPE, "text/plain;charset=UTF-8").body(body)
    }

    /// Sends an answer.
    pub async fn post(&self, answer: &Value) -> Response {
        self.request(answer.to_string()).send().await.unwrap()
    }

    /// Sends an answer and says what became of it: the status and the `status` of the reply.
    pub async fn submit(&self, answer: &Value) -> (u16, String) {
        let reply = self.post(answer).await;
        let status = reply.status().as_u16();
        let reply: Value = reply.json().await.unwrap();
        (status, reply["status"].as_str().unwrap_or_default().to_owned())
    }

    async fn get(&self, rest: &str) -> Response {
        let reply = self.site.api.request(Method::GET, &format!("{}{rest}", self.path)).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK, "{rest}");
        reply
    }

    /// The CSV export.
    pub async fn csv(&self) -> String {
        let bytes = self.get("/responses?format=csv").await.bytes().await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// The rows of the CSV export.
    pub async fn rows(&self) -> Vec<Row> {
        let text = self.csv().await;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().collect::<Result<_, _>>().unwrap()
    }

    /// The rows of the NDJSON export.
    pub async fn ndjson(&self) -> Vec<Value> {
        let text = self.get("/responses?format=ndjson").await.text().await.unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Score, interval and counts of all answers: a browser's driver is quicker than a person, and flagged for it.
    pub async fn stats(&self) -> Value {
        self.get("/stats?flagged=include").await.json().await.unwrap()
    }

    /// Has the survey's Shards run what is due at a time, as by alarm.
    pub async fn run_alarms(&self, now: &str) {
        let path = self.path.replacen("/v1/", "/debug/", 1);
        self.site.api.call(Method::POST, &format!("{path}/alarm?now={now}"), String::new()).await;
    }

    /// How many answers are stored.
    pub async fn count(&self) -> u64 {
        self.stats().await["n"].as_u64().unwrap()
    }
}

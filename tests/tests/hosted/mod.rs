//! The survey as a page of its own: for links, e-mails and QR codes, without any script.

mod answers;
mod consent;
mod frame;
mod links;
mod page;

use e2e::api::{Api, Site, Survey};
use e2e::collector;
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

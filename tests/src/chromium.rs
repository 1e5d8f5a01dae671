//! Chromium: how it is started, and what it tells through its `DevTools` protocol.

use crate::browser::{Visitor, session};
use crate::driver::Driver;
use crate::scratch;
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

/// As root in a container, on a closed network.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// A session of chromedriver.
pub(crate) struct Chromium(Client);

impl Chromium {
    pub(crate) async fn start(visitor: &Visitor) -> (Client, Self) {
        let driver = Driver::chromium().await;
        let profile = scratch::fresh("profile");
        let profile = format!("--user-data-dir={}", profile.display());
        let language = format!("--accept-lang={}", visitor.language);
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile.as_str(), language.as_str()]).collect();
        let wanted = json!({
            "goog:chromeOptions": {
                "binary": driver.browser,
                "args": flags,
                "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let client = session(driver, wanted).await;
        let this = Self(client.clone());
        let features = json!([
            { "name": "prefers-color-scheme", "value": if visitor.wants_dark { "dark" } else { "light" } },
            { "name": "prefers-reduced-motion", "value": if visitor.wants_stillness { "reduce" } else { "" } },
        ]);
        this.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        let is_off = json!({ "value": !visitor.runs_scripts });
        this.devtools("Emulation.setScriptExecutionDisabled", is_off).await;
        (client, this)
    }

    pub(crate) async fn before_pages(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    pub(crate) async fn resize(&self, width: u32, height: u32, is_phone: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": is_phone })).await;
    }

    pub(crate) async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        let messages = entries.iter().filter_map(|entry| entry["message"].as_str());
        let messages = messages.filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let requests = messages.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        requests
            .filter_map(|event| Some(event["message"]["params"]["request"]["url"].as_str()?.to_owned()))
            .collect()
    }

    pub(crate) async fn console(&self) -> Vec<(String, String)> {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = self.log("browser").await;
        entries.iter().map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.issue("se/log", json!({ "type": kind })).await;
        entries.as_array().cloned().unwrap_or_default()
    }

    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.issue("goog/cdp/execute", json!({ "cmd": method, "params": parameters })).await
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        self.0.issue_cmd(Vendor { path, body }).await.unwrap()
    }
}

/// A command that chromedriver has beside the standard's.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

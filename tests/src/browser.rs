//! A browser of one test, with a profile of its own.

use crate::card::Card;
use crate::wait::{PATIENCE, until};
use crate::{RUNTIME, driver, keys, scratch};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

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

/// A running browser with one page. Dropping it closes it.
pub struct Browser {
    client: Client,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A page that is still busy must not hold up the next test.
        RUNTIME.spawn(self.client.clone().close());
    }
}

impl Browser {
    /// Starts one that wants English pages.
    pub async fn start() -> Self {
        Self::with_language("en").await
    }

    /// Starts one whose visitor wants pages in this language.
    pub async fn with_language(language: &str) -> Self {
        let driver = driver::shared().await;
        let profile = scratch::fresh("profile");
        let profile = format!("--user-data-dir={}", profile.display());
        let language_flag = format!("--accept-lang={language}");
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile.as_str(), language_flag.as_str()]).collect();
        let wanted = json!({
            "goog:chromeOptions": {
                "binary": driver.chromium,
                "args": flags,
                "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(wanted) = wanted else { unreachable!("an object is written above") };
        let capabilities: Capabilities = wanted.into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver.url).await.unwrap();
        Self { client }
    }

    /// Opens a page and waits until it has loaded.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    /// Runs the body of a function in the page; what it returns is the result.
    pub async fn eval(&self, body: &str) -> Value {
        self.client.execute(body, Vec::new()).await.unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    /// The element that the body of a function returns.
    pub(crate) async fn element(&self, body: &str, arguments: Vec<Value>) -> Option<Element> {
        let found = self.client.execute(body, arguments).await.unwrap();
        let id = found.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    /// Waits for the element of the page and clicks it as a visitor does.
    pub async fn click(&self, selector: &str) {
        let found = self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
        // The shop scrolls smoothly, and WebDriver aims while it does.
        let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(scroll, vec![serde_json::to_value(&found).unwrap()]).await.unwrap();
        click(selector, async || found.clone()).await;
    }

    /// Types into a field of the page.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Waits for a text that is not empty.
    pub async fn text(&self, selector: &str) -> String {
        until(&format!("{selector} has a text"), async || {
            let script = "return document.querySelector(arguments[0])?.textContent.trim() || null";
            let text = self.client.execute(script, vec![selector.into()]).await.unwrap();
            text.as_str().map(str::to_owned)
        })
        .await
    }

    /// Waits until the address of the page contains `part`.
    pub async fn at(&self, part: &str) {
        until(part, async || {
            let here = self.client.current_url().await.unwrap();
            here.as_str().contains(part).then_some(())
        })
        .await;
    }

    /// Presses keys, one after the other.
    pub async fn press(&self, keys: &[char]) {
        self.client.perform_actions(keys::typed(keys)).await.unwrap();
    }

    /// Types a text where the focus is.
    pub async fn write(&self, text: &str) {
        self.press(&text.chars().collect::<Vec<_>>()).await;
    }

    /// Presses `key` while `held` is down.
    pub async fn press_with(&self, held: char, key: char) {
        self.client.perform_actions(keys::together(held, key)).await.unwrap();
    }

    /// A PNG of what is in the window.
    pub async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }

    /// The card on the page, be it there or not.
    #[must_use]
    pub fn card(&self) -> Card<'_> {
        Card::of(self)
    }

    /// Waits until the loader runs; what it was told before, it has done by then.
    pub async fn loader(&self) {
        until("the loader runs", async || {
            let ready = self.eval("return document.readyState === 'complete' && !!window.sondeo?.on").await;
            ready.as_bool().filter(|ready| *ready)
        })
        .await;
    }

    /// Runs a script in every page from now on, before the page's own.
    pub async fn before_pages(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Shows pages as a device of this size does.
    pub async fn resize(&self, width: u32, height: u32, is_phone: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": is_phone })).await;
    }

    /// Addresses that were asked for since the last call.
    pub async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        let messages = entries.iter().filter_map(|entry| entry["message"].as_str());
        let messages = messages.filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let requests = messages.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        requests
            .filter_map(|event| Some(event["message"]["params"]["request"]["url"].as_str()?.to_owned()))
            .collect()
    }

    /// What the console said since the last call: level and text.
    pub async fn console(&self) -> Vec<(String, String)> {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = self.log("browser").await;
        entries.iter().map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.issue("se/log", json!({ "type": kind })).await;
        entries.as_array().cloned().unwrap_or_default()
    }

    /// A command of the Chrome `DevTools` protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.issue("goog/cdp/execute", json!({ "cmd": method, "params": parameters })).await
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Vendor { path, body }).await.unwrap()
    }
}

/// Clicks what `find` finds, again where it moves or is replaced at that moment.
///
/// # Panics
/// When it cannot be clicked in time, with what was in the way.
pub(crate) async fn click(what: &str, mut find: impl AsyncFnMut() -> Element) {
    let end = Instant::now() + PATIENCE;
    loop {
        let error = match find().await.click().await {
            Ok(()) => return,
            Err(CmdError::Standard(error)) => error,
            Err(error) => panic!("{what}: {error}"),
        };
        let passes =
            matches!(error.error, ErrorStatus::ElementClickIntercepted | ErrorStatus::StaleElementReference);
        assert!(passes && Instant::now() < end, "{what}: {}", error.message);
        sleep(Duration::from_millis(20)).await;
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

//! A browser of one test, with a profile of its own.

use crate::card::Card;
use crate::chromium::Chromium;
use crate::driver::Driver;
use crate::firefox::Firefox;
use crate::wait::{PATIENCE, becomes, until};
use crate::{RUNTIME, keys};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use xtask::setup::Engine;

/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How a visitor has set up their browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The browser.
    pub engine: Engine,
    /// The language of the pages that they want.
    pub language: &'static str,
    /// Whether they want dark pages.
    pub wants_dark: bool,
    /// Whether they want no animations.
    pub wants_stillness: bool,
    /// Whether scripts of pages run.
    pub runs_scripts: bool,
}

impl Visitor {
    /// One with this browser, who wants English pages and nothing else.
    #[must_use]
    pub const fn with(engine: Engine) -> Self {
        Self { engine, language: "en", wants_dark: false, wants_stillness: false, runs_scripts: true }
    }
}

/// A running browser with one page. Dropping it closes it.
pub struct Browser {
    client: Client,
    own: Option<Own>,
}

/// What an engine does in its own way.
enum Own {
    Chromium(Chromium),
    Firefox(Box<Firefox>),
}

impl Drop for Browser {
    fn drop(&mut self) {
        let client = self.client.clone();
        let own = self.own.take();
        // A page that is still busy must not hold up the next test.
        RUNTIME.spawn(async move {
            match own {
                Some(Own::Firefox(firefox)) => firefox.close().await,
                _ => client.close().await,
            }
        });
    }
}

impl Browser {
    /// Starts a Chromium that wants English pages.
    pub async fn start() -> Self {
        Self::start_in(Engine::Chromium).await
    }

    /// Starts one that wants English pages.
    pub async fn start_in(engine: Engine) -> Self {
        Self::of(&Visitor::with(engine)).await
    }

    /// Starts a Chromium whose visitor wants pages in this language.
    pub async fn with_language(language: &'static str) -> Self {
        Self::of(&Visitor { language, ..Visitor::with(Engine::Chromium) }).await
    }

    /// Starts the browser of this visitor.
    pub async fn of(visitor: &Visitor) -> Self {
        let (client, own) = match visitor.engine {
            Engine::Chromium => {
                let (client, own) = Chromium::start(visitor).await;
                (client, Own::Chromium(own))
            }
            Engine::Firefox => {
                let (client, own) = Firefox::start(visitor).await;
                (client, Own::Firefox(Box::new(own)))
            }
        };
        Self { client, own: Some(own) }
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
        self.eval_with(body, Vec::new()).await
    }

    /// [`Browser::eval`] with `arguments`.
    pub async fn eval_with(&self, body: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(body, arguments).await.unwrap_or_else(|error| panic!("{body:.300}: {error}"))
    }

    /// The element that the body of a function returns.
    pub(crate) async fn element(&self, body: &str, arguments: Vec<Value>) -> Option<Element> {
        let found = self.client.execute(body, arguments).await.unwrap();
        let id = found.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    /// Waits for the element of the page and clicks it as a visitor does.
    pub async fn click(&self, selector: &str) {
        // The shop scrolls smoothly, and WebDriver aims while it does.
        let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        click(selector, async || {
            let found = self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
            // Where it is gone with its page, the click says so.
            let _ = self.client.execute(scroll, vec![serde_json::to_value(&found).unwrap()]).await;
            found
        })
        .await;
    }

    /// Types into a field of the page.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Waits for a field of the page; what is in it.
    pub async fn value(&self, selector: &str) -> String {
        let field = self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
        field.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Goes on inside a frame of the page.
    pub async fn enter_frame(&self, selector: &str) {
        let frame = self.client.wait().for_element(Locator::Css(selector)).await.unwrap();
        frame.enter_frame().await.unwrap();
    }

    /// Goes back to the page around the frame.
    pub async fn leave_frame(&self) {
        self.client.clone().enter_parent_frame().await.unwrap();
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

    /// Waits until a text is this one: a click may return before the next page is there.
    pub async fn says(&self, selector: &str, expected: &str) {
        becomes(selector, expected, async || self.text(selector).await).await;
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
        match self.own() {
            Own::Chromium(chromium) => chromium.before_pages(script).await,
            Own::Firefox(firefox) => firefox.before_pages(script).await,
        }
    }

    /// Shows pages as a device of this size does. Only Chromium can be a phone.
    pub async fn resize(&self, width: u32, height: u32, is_phone: bool) {
        match self.own() {
            Own::Chromium(chromium) => chromium.resize(width, height, is_phone).await,
            Own::Firefox(firefox) => firefox.resize(width, height, is_phone).await,
        }
    }

    /// Addresses that were asked for since the last call.
    pub async fn requests(&self) -> Vec<String> {
        match self.own() {
            Own::Chromium(chromium) => chromium.requests().await,
            Own::Firefox(firefox) => firefox.requests().await,
        }
    }

    /// What the console said since the last call: level, as Chromium names it, and text. What the browser itself complains
    /// about, such as failed requests, stands there in Chromium alone.
    pub async fn console(&self) -> Vec<(String, String)> {
        match self.own() {
            Own::Chromium(chromium) => chromium.console().await,
            Own::Firefox(firefox) => firefox.console().await,
        }
    }

    /// A command of the Chrome `DevTools` protocol, which Firefox has not.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let Own::Chromium(chromium) = self.own() else { panic!("{method}: only Chromium knows it") };
        chromium.devtools(method, parameters).await
    }

    fn own(&self) -> &Own {
        self.own.as_ref().expect("it is there until the browser is dropped")
    }
}

/// Begins a session with these capabilities.
pub(crate) async fn session(driver: &Driver, wanted: Value) -> Client {
    let Value::Object(wanted) = wanted else { panic!("{wanted} is no object") };
    let capabilities: Capabilities = wanted.into_iter().collect();
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities).connect(&driver.url).await.unwrap()
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

//! Firefox: how it is started, and what it tells through `WebDriver` `BiDi`.
//!
//! It takes seconds to start, so a running one serves one test after the other: each in a window of a user context of its
//! own, which shares neither storage nor caches with another.

use crate::bidi::Bidi;
use crate::browser::{Visitor, session};
use crate::driver::Driver;
use fantoccini::Client;
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use xtask::setup::Engine;

const REQUEST: &str = "network.beforeRequestSent";
const ENTRY: &str = "log.entryAdded";

/// Those that no test uses now.
static IDLE: Mutex<Vec<Process>> = Mutex::new(Vec::new());

/// A running Firefox.
struct Process {
    client: Client,
    bidi: Bidi,
    /// The window that it began with, which keeps it open.
    first: WindowHandle,
    /// A geckodriver of its own.
    _driver: Driver,
}

/// A Firefox as one test has it.
pub(crate) struct Firefox {
    process: Process,
    /// The window.
    context: String,
    user: Value,
    /// Whether another test may have the process: not where its visitor has set up something.
    is_plain: bool,
}

impl Process {
    async fn start(visitor: &Visitor) -> Self {
        let driver = Driver::firefox().await;
        let wanted = json!({
            "webSocketUrl": true,
            // It asks before it sends a form again.
            "unhandledPromptBehavior": "accept",
            "moz:firefoxOptions": {
                "binary": driver.browser,
                "args": ["-headless", "--width=1280", "--height=900"],
                "prefs": prefs(visitor),
            },
        });
        let client = session(&driver, wanted).await;
        let told = client.capabilities().and_then(|told| told.get("webSocketUrl")).and_then(Value::as_str);
        let bidi = Bidi::connect(told.expect("Firefox says where its BiDi is"), &[REQUEST, ENTRY]).await;
        let first = client.window().await.unwrap();
        Self { client, bidi, first, _driver: driver }
    }
}

impl Firefox {
    pub(crate) async fn start(visitor: &Visitor) -> (Client, Self) {
        let is_plain = *visitor == Visitor::with(Engine::Firefox);
        let idle = if is_plain { idle().pop() } else { None };
        let process = match idle {
            Some(process) => process,
            None => Process::start(visitor).await,
        };
        let mut made = process.bidi.command("browser.createUserContext", json!({})).await;
        let user = made["userContext"].take();
        let window = json!({ "type": "tab", "userContext": user });
        let made = process.bidi.command("browsingContext.create", window).await;
        let context = made["context"].as_str().unwrap().to_owned();
        let client = process.client.clone();
        client.switch_to_window(context.clone().try_into().unwrap()).await.unwrap();
        (client, Self { process, context, user, is_plain })
    }

    /// Closes the window and all that it kept.
    pub(crate) async fn close(self) -> Result<(), CmdError> {
        if !self.is_plain {
            return self.process.client.close().await;
        }
        self.process.bidi.command("browser.removeUserContext", json!({ "userContext": self.user })).await;
        self.process.client.switch_to_window(self.process.first.clone()).await?;
        idle().push(self.process);
        Ok(())
    }

    pub(crate) async fn before_pages(&self, script: &str) {
        let function = format!("() => {{ {script} }}");
        let script = json!({ "functionDeclaration": function, "userContexts": [self.user] });
        self.process.bidi.command("script.addPreloadScript", script).await;
    }

    /// # Panics
    /// Where a phone is wanted: Firefox on a desktop is none.
    pub(crate) async fn resize(&self, width: u32, height: u32, is_phone: bool) {
        assert!(!is_phone, "Firefox cannot be made a phone: test that in Chromium");
        let size = json!({ "context": self.context, "viewport": { "width": width, "height": height } });
        self.process.bidi.command("browsingContext.setViewport", size).await;
    }

    pub(crate) async fn requests(&self) -> Vec<String> {
        let events = self.process.bidi.take(REQUEST).await;
        // What the last test's pages sent while they were closed is not ours.
        let ours = events.iter().filter(|event| event["context"] == self.context.as_str());
        ours.filter_map(|event| Some(event["request"]["url"].as_str()?.to_owned())).collect()
    }

    pub(crate) async fn console(&self) -> Vec<(String, String)> {
        let events = self.process.bidi.take(ENTRY).await;
        let ours = events.iter().filter(|event| event["source"]["context"] == self.context.as_str());
        let entry = |event: &Value| {
            let level = match event["level"].as_str() {
                Some("error") => "SEVERE",
                Some("warn") => "WARNING",
                _ => "INFO",
            };
            (level.to_owned(), event["text"].as_str().unwrap_or_default().to_owned())
        };
        ours.map(entry).collect()
    }
}

fn idle() -> std::sync::MutexGuard<'static, Vec<Process>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// geckodriver sets many of its own, for a fresh and quiet profile.
fn prefs(visitor: &Visitor) -> Value {
    json!({
        "intl.accept_languages": visitor.language,
        "javascript.enabled": visitor.runs_scripts,
        "ui.prefersReducedMotion": i32::from(visitor.wants_stillness),
        "layout.css.prefers-color-scheme.content-override": i32::from(!visitor.wants_dark),
        // A closed network: nothing but the test's pages is asked for.
        "app.normandy.enabled": false,
        "app.update.disabledForTesting": true,
        "browser.safebrowsing.downloads.enabled": false,
        "browser.safebrowsing.malware.enabled": false,
        "browser.safebrowsing.phishing.enabled": false,
        "datareporting.policy.dataSubmissionEnabled": false,
        "extensions.getAddons.cache.enabled": false,
        "extensions.systemAddon.update.enabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "network.dns.disablePrefetch": true,
        "network.http.speculative-parallel-limit": 0,
        "services.settings.server": "data:,#remote-settings-dummy/v1",
        "toolkit.telemetry.enabled": false,
        "toolkit.telemetry.server": "data:,",
    })
}

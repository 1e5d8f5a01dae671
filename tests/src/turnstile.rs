//! Cloudflare's Turnstile, as far as it is documented: the script that draws its widget, and the service that checks a
//! token. Its sitekeys for tests say what happens.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::routing::{get, post};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Lets everybody pass.
pub const PASSES: &str = "1x00000000000000000000AA";
/// Lets nobody pass.
pub const BLOCKS: &str = "2x00000000000000000000AB";
/// Asks for a press of `.person`.
pub const ASKS: &str = "3x00000000000000000000FF";
/// The secret that the collector has to have.
pub const SECRET: &str = "hush";
/// What the widget gives, and the service takes.
pub const TOKEN: &str = "good";

const SCRIPT: &str = "
    window.turnstile = { render(place, options) {
        if (place.getRootNode() !== document) throw new Error('it draws nothing in a shadow root');
        const pass = () => {
            if (options['response-field'] !== false) {
                const field = document.createElement('input');
                Object.assign(field, { type: 'hidden', name: options['response-field-name'] || 'cf-turnstile-response', value: 'good' });
                place.append(field);
            }
            options.callback('good');
        };
        setTimeout(() => {
            if (options.sitekey[0] === '1') return pass();
            if (options.sitekey[0] === '2') return options['error-callback']('300030');
            options['before-interactive-callback']();
            const button = document.createElement('button');
            Object.assign(button, { type: 'button', className: 'person', textContent: 'I am a person' });
            button.addEventListener('click', () => { options['after-interactive-callback'](); button.remove(); pass(); });
            place.append(button);
        }, 50);
        return 'widget';
    } };
";

/// What forms the service got.
type Asked = Arc<Mutex<Vec<HashMap<String, String>>>>;

/// Runs until it is dropped.
pub struct Turnstile {
    origin: String,
    asked: Asked,
    server: JoinHandle<()>,
}

impl Turnstile {
    /// Starts one.
    pub async fn serve() -> Self {
        let asked = Asked::default();
        let script = || async { ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT) };
        let app = Router::new().route("/siteverify", post(verify)).route("/api.js", get(script));
        let app = app.with_state(asked.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { origin, asked, server }
    }

    /// What a collector needs to know of it.
    #[must_use]
    pub fn vars(&self) -> [(&'static str, String); 3] {
        [
            ("SONDEO_TURNSTILE_SCRIPT", format!("{}/api.js", self.origin)),
            ("SONDEO_TURNSTILE_VERIFY", format!("{}/siteverify", self.origin)),
            ("SONDEO_TURNSTILE_SECRET", SECRET.into()),
        ]
    }

    /// The forms that the service got so far.
    #[must_use]
    pub fn asked(&self) -> Vec<HashMap<String, String>> {
        self.asked.lock().unwrap().clone()
    }

    /// Ends it, and waits for that.
    pub async fn stop(&mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }
}

impl Drop for Turnstile {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn verify(State(asked): State<Asked>, body: String) -> String {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let success = form["response"] == TOKEN && form["secret"] == SECRET;
    asked.lock().unwrap().push(form);
    json!({ "success": success, "error-codes": [], "hostname": "shop.example" }).to_string()
}

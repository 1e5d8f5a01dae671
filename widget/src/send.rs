//! Carries answers to the collector: stored first, then sent, until the collector has given a final word.
//!
//! Exactly once is the work of both ends: here nothing is forgotten before it is acknowledged, there a repeat changes
//! nothing. Each answer has a storage key of its own, so that two tabs never overwrite each other's list.

use crate::page::{Page, join, window};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use serde::Serializer;
use sondeo_survey::response::Submission;
use std::cell::RefCell;
use uuid::Uuid;
use wasm_bindgen::prelude::*;

const PREFIX: &str = "out:";

/// Longest wait between two tries, in milliseconds.
const LONGEST_WAIT: u32 = 60_000;
/// After this many tries the answer waits for the next page: seven minutes on this one.
const TRIES: u32 = 12;
/// Age at which an unsent answer is given up, in milliseconds: one week.
const EXPIRY: f64 = 604_800_000.0;

thread_local! {
    /// Keys between two tries: what `pagehide` must hand to a beacon.
    static WAITING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static ON_HIDE: RefCell<Option<EventListener>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(url: &str, options: &JsValue) -> Result<Sent, JsValue>;
    #[wasm_bindgen(catch, js_namespace = navigator, js_name = sendBeacon)]
    fn send_beacon(url: &str, body: &str) -> Result<bool, JsValue>;

    /// A promise of a reply.
    type Sent;
    #[wasm_bindgen(method, catch)]
    fn then(this: &Sent, answered: &JsValue, failed: &JsValue) -> Result<JsValue, JsValue>;

    type Reply;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Reply) -> u16;
}

/// An answer as it is stored: when it was written, for which survey, and the body.
struct Stored<'a> {
    written: &'a str,
    survey: &'a str,
    body: &'a str,
}

impl<'a> Stored<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let mut lines = value.splitn(3, '\n');
        let (written, survey, body) = (lines.next()?, lines.next()?, lines.next()?);
        Some(Self { written, survey, body })
    }

    fn url(&self, page: &Page) -> String {
        join(&[
            &page.text("base"),
            "/v1/sites/",
            &page.live().text("site"),
            "/surveys/",
            self.survey,
            "/responses",
        ])
    }
}

/// Stores an answer and sends it. A later revision takes the place of an earlier one.
pub fn submit(page: &Page, survey: &str, submission: &Submission) {
    let key = join(&[PREFIX, submission.id.hyphenated().encode_lower(&mut Uuid::encode_buffer())]);
    let now = text(js_sys::Date::now());
    page.set(&key, Some(&join(&[&now, "\n", survey, "\n", &submission.to_json()])));
    attempt(page.clone(), key, 0);
}

/// Sends everything that an earlier page left behind.
pub fn flush(page: &Page) {
    for key in page.keys() {
        if let Some(key) = key.as_string().filter(|key| key.starts_with(PREFIX)) {
            attempt(page.clone(), key, 0);
        }
    }
}

/// A whole number in digits; JavaScript's own formatting costs no bytes here.
pub fn text(number: f64) -> String {
    js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

fn attempt(page: Page, key: String, tries: u32) {
    waiting(|keys| keys.retain(|other| *other != key));
    let Some(value) = page.get(&key) else { return };
    let Some(stored) = Stored::read(&value) else { return page.set(&key, None) };
    if js_sys::Date::now() - js_sys::parse_int(stored.written, 10) > EXPIRY {
        return page.set(&key, None);
    }
    // A text body is `text/plain`: no preflight, so the answer is one request. `keepalive` lets it outlive the page;
    // any text is true.
    let options = [("method", "POST"), ("body", stored.body), ("credentials", "omit"), ("keepalive", "true")];
    let options = serde_wasm_bindgen::Serializer::json_compatible().collect_map(options);
    let Ok(Ok(sent)) = options.map(|options| fetch(&stored.url(&page), &options)) else {
        return retry(page, key, tries);
    };
    let (again, again_key) = (page.clone(), key.clone());
    let answered = Closure::once_into_js(move |reply: Reply| {
        let status = reply.status();
        // Busy, broken or too early: the collector has not decided. All else is its last word.
        if status >= 500 || matches!(status, 408 | 429) {
            retry(page, key, tries);
        } else if page.get(&key).as_ref() == Some(&value) {
            page.set(&key, None);
        }
    });
    let failed = Closure::once_into_js(move |_: JsValue| retry(again, again_key, tries));
    let _ = sent.then(&answered, &failed);
}

/// Tries again after 1, 2, 4, … seconds, each stretched or shortened by half, so that many visitors of a collector
/// that was down do not all come back at once.
fn retry(page: Page, key: String, tries: u32) {
    let tries = tries + 1;
    if tries >= TRIES {
        return;
    }
    waiting(|keys| keys.push(key.clone()));
    on_hide(&page);
    let wait = (500_u32 << tries.min(8)).min(LONGEST_WAIT);
    let wait = f64::from(wait) * (0.5 + js_sys::Math::random());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 500 to 90,000")]
    Timeout::new(wait as u32, move || attempt(page, key, tries)).forget();
}

fn waiting(change: impl FnOnce(&mut Vec<String>)) {
    WAITING.with(|keys| {
        if let Ok(mut keys) = keys.try_borrow_mut() {
            change(&mut keys);
        }
    });
}

/// The page may go before the next try: a beacon is the last chance here, and the stored copy the next page's.
fn on_hide(page: &Page) {
    let page = page.clone();
    ON_HIDE.with(|listener| {
        let Ok(mut listener) = listener.try_borrow_mut() else { return };
        listener.get_or_insert_with(|| {
            EventListener::new(&window(), "pagehide", move |_| {
                waiting(|keys| {
                    for value in keys.iter().filter_map(|key| page.get(key)) {
                        if let Some(stored) = Stored::read(&value) {
                            let _ = send_beacon(&stored.url(&page), stored.body);
                        }
                    }
                });
            })
        });
    });
}

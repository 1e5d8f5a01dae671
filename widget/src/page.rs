//! What the loader hands over.

use serde::{Serialize, Serializer};
use sondeo_survey::card::{Card, named};
use sondeo_survey::consent::{Decision, Signals, Source, Status};
use wasm_bindgen::prelude::*;
use web_sys::Document;

#[wasm_bindgen]
extern "C" {
    /// An object that the loader or the collector made. One getter for all members is smaller than one for each.
    #[derive(Clone)]
    pub type Data;
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub fn member(this: &Data, name: &str) -> Data;

    /// The loader's view of the page; see `page` in `loader.js`.
    #[wasm_bindgen(extends = Data)]
    #[derive(Clone)]
    pub type Page;
    #[wasm_bindgen(method)]
    pub fn get(this: &Page, key: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    pub fn set(this: &Page, key: &str, value: &str);
    /// Puts an answer into the outbox, and sends it.
    #[wasm_bindgen(method)]
    pub fn send(this: &Page, id: &str, survey: &str, body: &str);
    #[wasm_bindgen(method)]
    fn emit(this: &Page, event: JsValue, survey: &str);

    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: web_sys::Window;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Document;
}

/// The window; `web_sys::window` looks in three places for it, and one is enough in a page.
pub fn window() -> web_sys::Window {
    WINDOW.with(web_sys::Window::clone)
}

/// The document.
pub fn document() -> Document {
    DOCUMENT.with(Document::clone)
}

impl Data {
    /// A member that may be text.
    pub fn maybe(&self, name: &str) -> Option<String> {
        self.member(name).as_string()
    }

    /// A member that is text.
    pub fn text(&self, name: &str) -> String {
        self.maybe(name).unwrap_or_default()
    }

    /// A member that is true or false.
    pub fn flag(&self, name: &str) -> bool {
        self.member(name).is_truthy()
    }
}

/// Joins texts; the standard library's `concat` is ten times as large.
pub fn join(parts: &[&str]) -> String {
    let mut joined = String::new();
    for part in parts {
        joined.push_str(part);
    }
    joined
}

/// What a page may listen to.
#[derive(Clone, Copy)]
pub enum Event {
    Shown,
    Answered,
    Completed,
    Dismissed,
}

impl Serialize for Event {
    // A derived one would bring a table of names along.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Event::Shown => "shown",
            Event::Answered => "answered",
            Event::Completed => "completed",
            Event::Dismissed => "dismissed",
        })
    }
}

impl Page {
    /// Tells those who listen.
    pub fn tell(&self, event: Event, survey: &str) {
        if let Ok(event) = serde_wasm_bindgen::to_value(&event) {
            self.emit(event, survey);
        }
    }

    /// What the visitor said of consent, and who said so.
    pub fn evidence(&self) -> (Status, Source) {
        let status = named(&Status::NAMES, &self.text("status")).unwrap_or_default();
        (status, named(&Source::NAMES, &self.text("source")).unwrap_or_default())
    }

    /// The browser's signals.
    pub fn signals(&self) -> Signals {
        Signals { gpc: self.flag("gpc"), dnt: self.flag("dnt") }
    }

    /// What may be kept of an answer now.
    pub fn decide(&self, card: &Card) -> Decision {
        card.decide(self.evidence().0, self.signals())
    }
}

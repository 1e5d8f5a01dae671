//! What the loader hands over.

use sondeo_survey::card::{Card, named};
use sondeo_survey::consent::{Decision, Signals, Source, Status};
use sondeo_survey::response::Evidence;
use sondeo_survey::wire::decimal;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, EventTarget, ShadowRoot};

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
    /// Listens to what is pressed in a card, until its root is gone.
    #[wasm_bindgen(method)]
    pub fn watch(this: &Page, root: &ShadowRoot, host: &Element);
    /// Gives the focus back to what had it before a card.
    #[wasm_bindgen(method)]
    pub fn back(this: &Page, host: &Element);
    /// Calls [`crate::tick`] for a card after so many milliseconds.
    #[wasm_bindgen(method)]
    pub fn later(this: &Page, milliseconds: u32, host: &EventTarget);
    /// Tells those who listen what happened to a survey, with the answer as JSON where there is one.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Page, event: &str, survey: &str, answer: Option<&str>);

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

/// A time in milliseconds, which is far inside what both types hold exactly.
#[allow(clippy::cast_possible_truncation, reason = "times are under 2^53")]
pub const fn whole(time: f64) -> i64 {
    time as i64
}

impl Page {
    /// What the visitor said of consent, and who said so.
    pub fn evidence(&self) -> Evidence {
        let status = named(&Status::NAMES, &self.text("status")).unwrap_or_default();
        let source = named(&Source::NAMES, &self.text("source")).unwrap_or_default();
        // The loader keeps the platform's last string when somebody else has spoken since.
        let tc_string = if source == Source::Tcf { self.maybe("tc") } else { None };
        Evidence { status, source, tc_string, at: self.maybe("at") }
    }

    /// A time that was kept in seconds, in milliseconds; 0 where none was.
    pub fn time(&self, kind: &str, key: &str) -> i64 {
        let kept = self.get(&join(&[kind, key]));
        kept.map_or(0, |until| whole(js_sys::parse_int(&until, 10)).saturating_mul(1000))
    }

    /// Keeps a time.
    pub fn keep(&self, kind: &str, key: &str, until: i64) {
        let until = u32::try_from(until / 1000).unwrap_or(u32::MAX);
        self.set(&join(&[kind, key]), &decimal(until));
    }

    /// The browser's signals.
    pub fn signals(&self) -> Signals {
        Signals { gpc: self.flag("gpc"), dnt: self.flag("dnt") }
    }

    /// What the site told of the visitor: names and values, one after the other.
    pub fn attributes(&self) -> Vec<(String, String)> {
        let text = self.text("attributes");
        let text = Card(text);
        let mut pairs = Vec::new();
        while !text.at(2 * pairs.len()).is_empty() {
            let at = 2 * pairs.len();
            pairs.push((text.at(at).to_owned(), text.at(at + 1).to_owned()));
        }
        pairs
    }

    /// What may be kept of an answer now.
    pub fn decide(&self, card: &Card) -> Decision {
        card.decide(self.evidence().status, self.signals())
    }
}

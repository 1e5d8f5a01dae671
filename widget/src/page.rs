//! What the loader hands over, read member by member: deserializing it would cost 12 KB of brotli.

use js_sys::Array;
use sondeo_survey::consent::{self, Decision, Policy, Signals, Source, Status};
use sondeo_survey::definition::{Frequency, Window};
use sondeo_survey::locale;
use sondeo_survey::metric::{Metric, Scale};
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
    pub fn set(this: &Page, key: &str, value: Option<&str>);
    #[wasm_bindgen(method)]
    pub fn keys(this: &Page) -> Array;

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

    /// A member that may be a whole number.
    pub fn number(&self, name: &str) -> Option<u32> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the collector wrote whole numbers"
        )]
        self.member(name).as_f64().map(|number| number as u32)
    }

    /// A member that is true or false.
    pub fn flag(&self, name: &str) -> bool {
        self.member(name).is_truthy()
    }

    /// A member that is an array of texts.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let array: Array = self.member(name).unchecked_into();
        array.iter().filter_map(|item| item.as_string()).collect()
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

/// The word's meaning.
fn named<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

impl Page {
    /// The site and its surveys: `survey::live::Live`.
    pub fn live(&self) -> Data {
        self.member("live")
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

    /// What may be kept of an answer now. An unknown policy asks for consent.
    pub fn decision(&self) -> Decision {
        let live = self.live();
        let policy = named(&Policy::NAMES, &live.text("policy")).unwrap_or(Policy::OptIn);
        consent::decide(policy, self.evidence().0, self.signals(), live.flag("dnt"))
    }
}

/// A survey in the visitor's language.
pub struct Survey {
    pub id: String,
    pub version: u32,
    pub metric: Metric,
    pub scale: Scale,
    pub frequency: Frequency,
    pub locale: String,
    /// `survey::live::Words`.
    pub words: Data,
}

impl Survey {
    /// Reads a `survey::live::LiveSurvey`; `wanted` are the visitor's languages, best first. The survey's first
    /// language is its default.
    pub fn read(live: &Data, wanted: &[String]) -> Option<Self> {
        let mut locales = live.texts("locales");
        let at = locale::choose(&locales, wanted).unwrap_or(0);
        let words: Array = live.member("words").unchecked_into();
        let frequency = live.member("frequency");
        let window = frequency.member("window");
        let window = match window.number("days") {
            Some(days) => Window::Days(days),
            None if window.as_string().as_deref() == Some("ever") => Window::Ever,
            None => Window::Order,
        };
        let end = |name| live.number(name).and_then(|number| u8::try_from(number).ok());
        Some(Self {
            id: live.text("id"),
            version: live.number("version")?,
            metric: named(&Metric::NAMES, &live.text("metric"))?,
            scale: Scale { min: end("min")?, max: end("max")? },
            frequency: Frequency { window, after_dismissal_days: frequency.number("after_dismissal_days")? },
            words: words.get(u32::try_from(at).ok()?).unchecked_into(),
            locale: if at < locales.len() { locales.swap_remove(at) } else { return None },
        })
    }

    /// Whether the chosen language is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.words.flag("rtl")
    }

    /// What is asked after a score; some segments are asked nothing.
    pub fn follow_up(&self, score: u8) -> Option<String> {
        self.words.member("follow_up").maybe(self.metric.segment(self.scale, score).name())
    }
}

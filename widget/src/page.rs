//! What the loader hands over.

use sondeo_survey::card::{Card, named};
use sondeo_survey::consent::{Decision, Signals, Source, Status};
use sondeo_survey::response::Evidence;
use sondeo_survey::wire::decimal;
use uuid::Uuid;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object that the loader or the collector made. One getter for all members is smaller than one for each.
    #[derive(Clone)]
    pub type Data;
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub fn member(this: &Data, name: &str) -> Data;

    /// The only element of a card that the page sees. It stands for the card.
    #[derive(Clone)]
    pub type Host;

    /// The loader's view of the page, and what `show.js` and `stage.js` do for a card in it.
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
    /// Fills `bytes` with random ones.
    #[wasm_bindgen(method)]
    pub fn random(this: &Page, bytes: &mut [u8]);
    /// Makes what is seen of a card equal to `view`. The first element stays for good: what it says is announced when it
    /// changes. The others are made anew for another step; within a step what is chosen changes, and what depends on it is said.
    #[wasm_bindgen(method)]
    pub fn draw(this: &Page, host: &Host, view: &str, is_other_step: bool);
    /// Puts a card on the page, if it is not there yet.
    #[wasm_bindgen(method)]
    pub fn put(this: &Page, host: &Host);
    /// Takes a card off the page.
    #[wasm_bindgen(method)]
    pub fn off(this: &Page, host: &Host);
    /// Whether a card is on the page.
    #[wasm_bindgen(method)]
    pub fn has(this: &Page, host: &Host) -> bool;
    /// What stands in the card's field; nothing where it has none.
    #[wasm_bindgen(method)]
    pub fn written(this: &Page, host: &Host) -> Option<String>;
    /// Whether something in the card has the focus.
    #[wasm_bindgen(method)]
    pub fn inside(this: &Page, host: &Host) -> bool;
    /// Whether the visitor reads the card or is inside.
    #[wasm_bindgen(method)]
    pub fn uses(this: &Page, host: &Host) -> bool;
    /// Gives the focus to the first element of the card that matches.
    #[wasm_bindgen(method)]
    pub fn focus(this: &Page, host: &Host, selector: &str);
    /// Takes the focus from the card itself, and gives it back to what had it before, if that is wanted.
    #[wasm_bindgen(method)]
    pub fn back(this: &Page, host: &Host, is_wanted: bool);
    /// Has the card fade.
    #[wasm_bindgen(method)]
    pub fn fade(this: &Page, host: &Host);
    /// Calls [`crate::tick`] for a card after so many milliseconds.
    #[wasm_bindgen(method)]
    pub fn later(this: &Page, milliseconds: u32, host: &Host);
    /// Tells those who listen what happened to a survey, with the answer as JSON where there is one.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Page, event: &str, survey: &str, answer: Option<&str>);
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
    /// `crypto.randomUUID` is for secure contexts only; this works on any page.
    pub fn random_id(&self) -> Uuid {
        let mut random = [0; 16];
        self.random(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }

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

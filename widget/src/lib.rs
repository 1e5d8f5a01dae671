//! The card that a visitor sees.
//!
//! `loader.js` calls [`open`] when a trigger fires, and carries the answers to the collector: it must do so on pages
//! that show nothing, too. Nothing here panics and nothing throws into the page: what a browser refuses is given up
//! in silence.
//!
//! One direction: an event becomes a [`state::Message`]; [`state::update`] changes the state and names effects;
//! [`view::view`] says what should be seen; [`dom`] makes it so; the effects run last, in [`shown`].

mod card;
mod dom;
mod page;
mod send;
mod shown;
mod state;
mod view;

/// A tenth of the default allocator's 2 KB of brotli. A card allocates little and lives for seconds.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
#[allow(
    unsafe_code,
    reason = "sound where there is one thread, and a Wasm module without shared memory has one"
)]
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };

use page::{Data, Page};
use sondeo_survey::card::Card;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, EventTarget, KeyboardEvent};

/// Shows a survey, or says in a word why not. `survey` is its name in addresses, `text` its card, `key` what its
/// silence is kept under, `container` the element of the page where it stands in the page, `is_asked_for` whether somebody asked
/// for it.
#[wasm_bindgen]
pub fn open(
    page: Page,
    survey: String,
    text: String,
    key: String,
    order: Option<Data>,
    container: Option<Element>,
    is_asked_for: bool,
) -> Option<String> {
    // A browser that refuses leaves nothing behind: the host element is added last.
    card::open(page, survey, Card(text), key, order, container, is_asked_for)
        .unwrap_or(Some("blocked"))
        .map(String::from)
}

/// A button of the card in `host` was pressed; `value` is its own.
#[wasm_bindgen]
pub fn press(host: &EventTarget, value: &str) {
    card::press(host, value);
}

/// Takes a key that is used in a card, and says whether it was. `is_press` is when it goes down.
#[wasm_bindgen]
#[must_use]
pub fn key(event: &KeyboardEvent, is_press: bool) -> bool {
    card::key(event, is_press)
}

/// The time that the card in `host` asked for by `page.later` is over.
#[wasm_bindgen]
pub fn tick(host: &EventTarget) {
    card::tick(host);
}

/// Takes every card away, as the page wishes.
#[wasm_bindgen]
pub fn close() {
    card::close();
}

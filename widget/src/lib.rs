//! The card that a visitor sees.
//!
//! `loader.js` calls [`open`] when a trigger fires, and carries the answers to the collector: it must do so on pages
//! that show nothing, too. Nothing here panics and nothing throws into the page: what a browser refuses is given up
//! in silence.
//!
//! One direction: an event becomes a [`Message`](sondeo_survey::card::state::Message); `update` beside it changes the state
//! and names effects; [`view`](sondeo_survey::card::view::view) says what should be seen; `loader/stage.js` makes it so;
//! the effects run last, in [`shown`].

mod card;
mod page;
mod send;
mod shown;

/// A tenth of the default allocator's 2 KB of brotli. A card allocates little and lives for seconds.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
#[allow(
    unsafe_code,
    reason = "sound where there is one thread, and a Wasm module without shared memory has one"
)]
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };

use page::{Data, Host, Page};
use sondeo_survey::card::Card;
use wasm_bindgen::prelude::wasm_bindgen;

/// Shows a survey in `host`, or says in a word why not. `survey` is its name in addresses, `text` its card, `key` what its
/// silence is kept under, `is_asked_for` whether somebody asked for it, `since` when its question was to be seen, in
/// milliseconds since 1970.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "an object of them is read member by member")]
pub fn open(
    page: Page,
    host: Host,
    survey: String,
    text: String,
    key: String,
    order: Option<Data>,
    is_asked_for: bool,
    since: f64,
) -> Option<String> {
    card::open(page, host, survey, Card(text), key, order, is_asked_for, since).map(String::from)
}

/// A button of the card in `host` was pressed; `value` is its own.
#[wasm_bindgen]
pub fn press(host: &Host, value: &str) {
    card::press(host, value);
}

/// A key went down in a card. `is_command` is with Control or Meta, `is_alt` with Alt, `in_radios` where one of several can be
/// chosen. Says whether that was all that the key should do.
#[wasm_bindgen]
#[must_use]
pub fn key(host: &Host, key: &str, is_command: bool, is_alt: bool, in_radios: bool) -> bool {
    card::key(host, &shown::Key { name: key, is_command, is_alt, in_radios })
}

/// The time that the card in `host` asked for by `page.later` is over.
#[wasm_bindgen]
pub fn tick(host: &Host) {
    card::tick(host);
}

/// Takes every card away, as the page wishes.
#[wasm_bindgen]
pub fn close() {
    card::close();
}

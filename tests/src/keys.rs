//! Keys as `WebDriver` names them.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};

/// The Tab key.
pub const TAB: char = '\u{e004}';
/// The Enter key.
pub const ENTER: char = '\u{e007}';
/// The Control key, at the left.
pub const CONTROL: char = '\u{e009}';
/// The Escape key.
pub const ESCAPE: char = '\u{e00c}';
/// To the last one.
pub const END: char = '\u{e010}';
/// To the first one.
pub const HOME: char = '\u{e011}';
/// The arrow downwards.
pub const DOWN: char = '\u{e015}';
/// The arrow to the right.
pub const RIGHT: char = '\u{e014}';
/// The arrow to the left.
pub const LEFT: char = '\u{e012}';

/// One after the other.
pub(crate) fn typed(keys: &[char]) -> KeyActions {
    keys.iter().fold(KeyActions::new("keyboard".into()), |actions, key| {
        actions.then(KeyAction::Down { value: *key }).then(KeyAction::Up { value: *key })
    })
}

/// `key` while `held` is down.
pub(crate) fn together(held: char, key: char) -> KeyActions {
    KeyActions::new("keyboard".into())
        .then(KeyAction::Down { value: held })
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key })
        .then(KeyAction::Up { value: held })
}

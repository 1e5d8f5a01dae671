//! Where a page of an export ends.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The last answer that was given out, and the end of the period: what came in since the first page is on none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) after: (i64, Uuid),
    pub(super) to: i64,
}

impl Cursor {
    pub(super) fn text(self) -> String {
        let (time, id) = self.after;
        let parts: [&[u8]; 3] = [&time.to_be_bytes(), id.as_bytes(), &self.to.to_be_bytes()];
        URL_SAFE_NO_PAD.encode(parts.concat())
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (time, rest) = bytes.split_first_chunk()?;
        let (id, to) = rest.split_first_chunk()?;
        // What no clock says is no cursor of ours: JavaScript, through which it goes to the store, has no larger numbers.
        let number = |bytes| Some(i64::from_be_bytes(bytes)).filter(|number| (0..1 << 53).contains(number));
        Some(Self { after: (number(*time)?, Uuid::from_bytes(*id)), to: number(to.try_into().ok()?)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(time in 0_i64..1 << 53, id: u128, to in 0_i64..1 << 53) {
            let cursor = Cursor { after: (time, Uuid::from_u128(id)), to };
            prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }

        #[test]
        fn what_was_never_given_out_is_none(text in "[A-Za-z0-9_-]{0,50}") {
            prop_assert!(Cursor::parse(&text).is_none_or(|cursor| cursor.text() == text));
        }
    }
}

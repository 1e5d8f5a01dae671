//! Times as exports have them. Written by hand: a million rows have two million of them.

use serde::{Serialize, Serializer};
use std::fmt;

/// An instant, in milliseconds since 1970. It reads `2026-01-31T10:00:00.123Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

/// What a clock on a wall shows, in milliseconds since its own 1970. It reads as an instant does, without `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime(pub i64);

const DAY: i64 = 86_400_000;

/// Year, month and day of a day since 1970 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`).
const fn date(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

/// The characters; years outside of four digits are not told apart from those inside.
fn letters(millis: i64) -> [u8; 24] {
    let mut letters = *b"0000-00-00T00:00:00.000Z";
    let (year, month, day) = date(millis.div_euclid(DAY));
    let of_day = millis.rem_euclid(DAY);
    let parts = [
        (0, 4, year),
        (5, 2, month),
        (8, 2, day),
        (11, 2, of_day / 3_600_000),
        (14, 2, of_day / 60_000 % 60),
        (17, 2, of_day / 1_000 % 60),
        (20, 3, of_day % 1_000),
    ];
    for (at, width, mut number) in parts {
        for letter in letters.iter_mut().skip(at).take(width).rev() {
            *letter += number.rem_euclid(10).to_le_bytes()[0];
            number /= 10;
        }
    }
    letters
}

/// Its text, passed on without an allocation.
fn with<T>(millis: i64, length: usize, then: impl FnOnce(&str) -> T) -> T {
    let letters = letters(millis);
    then(letters.get(..length).and_then(|letters| std::str::from_utf8(letters).ok()).unwrap_or_default())
}

macro_rules! text {
    ($time:ty, $length:literal) => {
        impl $time {
            /// Passes its text on.
            pub fn with<T>(self, then: impl FnOnce(&str) -> T) -> T {
                with(self.0, $length, then)
            }
        }

        impl fmt::Display for $time {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.with(|text| f.write_str(text))
            }
        }

        impl Serialize for $time {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.with(|text| serializer.serialize_str(text))
            }
        }
    };
}

text!(Time, 24);
text!(WallTime, 23);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_time_reads_as_jiff_writes_it(millis in -62_167_219_200_000_i64..=253_402_300_799_999) {
            let expected = format!("{:.3}", jiff::Timestamp::from_millisecond(millis).unwrap());
            prop_assert_eq!(Time(millis).to_string(), &*expected);
            prop_assert_eq!(WallTime(millis).to_string(), expected.trim_end_matches('Z'));
        }
    }

    #[test]
    fn the_ends_of_days_and_years_are_right() {
        for text in [
            "1969-12-31T23:59:59.999Z",
            "2000-02-29T00:00:00.000Z",
            "2026-01-31T23:59:59.999Z",
            "2100-03-01T00:00:00.000Z",
        ] {
            let time: jiff::Timestamp = text.parse().unwrap();
            assert_eq!(Time(time.as_millisecond()).to_string(), text);
        }
    }
}

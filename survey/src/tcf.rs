//! The part of an IAB TC string that says what was agreed to: the beginning of its core segment, up to the vendors'
//! consents.
//!
//! Source: IAB Tech Lab, "Consent string and vendor list formats v2", the core string. Numbers are big-endian and not
//! aligned; a character of base64url holds six bits, so nothing is decoded into bytes first.

use crate::limits;
use std::ops::RangeInclusive;

/// Bits before the vendors' consents: 24 of them are the purposes' consents, and stand at 152.
const HEAD: usize = 213;
const PURPOSES: usize = 152;

/// What a TC string says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TcString {
    /// When the visitor was first asked, in milliseconds since 1970. From TCF 2.2 on no more exact than a day.
    pub created: u64,
    /// When the visitor last chose, as `created`.
    pub updated: u64,
    /// The consent platform, by its number with the IAB.
    pub cmp: u16,
    /// The purposes that were agreed to: purpose 1 is the highest of 24 bits.
    purposes: u32,
    /// The vendors that were agreed to.
    vendors: Vec<RangeInclusive<u16>>,
}

impl TcString {
    /// Reads a TC string of version 2; `None` where it is none, or ends too soon. Takes time and memory in proportion
    /// to its length, which is bounded.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let core = text.split('.').next().filter(|_| text.len() <= limits::TC_STRING)?;
        let mut bits = Bits { sextets: core.bytes().map(sextet).collect::<Option<_>>()?, at: 0 };
        let version = bits.number(6)?;
        // In tenths of a second.
        let (created, updated) = (bits.number(36)? * 100, bits.number(36)? * 100);
        let cmp = bits.id(12)?;
        bits.at = PURPOSES;
        let purposes = u32::try_from(bits.number(24)?).ok()?;
        bits.at = HEAD;
        let vendors = bits.vendors()?;
        (version == 2).then_some(Self { created, updated, cmp, purposes, vendors })
    }

    /// Whether the visitor agreed to a purpose, by its number from 1.
    #[must_use]
    pub const fn has_purpose(&self, number: u8) -> bool {
        matches!(number, 1..=24) && (self.purposes >> (24 - number)) & 1 == 1
    }

    /// Whether the visitor agreed to a vendor, by its number with the IAB.
    #[must_use]
    pub fn has_vendor(&self, number: u16) -> bool {
        self.vendors.iter().any(|range| range.contains(&number))
    }
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

struct Bits {
    sextets: Vec<u8>,
    at: usize,
}

impl Bits {
    fn bit(&mut self) -> Option<bool> {
        let sextet = self.sextets.get(self.at / 6)?;
        let bit = (sextet >> (5 - self.at % 6)) & 1 == 1;
        self.at += 1;
        Some(bit)
    }

    /// A number of so many bits, 64 at most.
    fn number(&mut self, count: usize) -> Option<u64> {
        (0..count).try_fold(0, |number, _| Some(number << 1 | u64::from(self.bit()?)))
    }

    /// A number of 16 bits at most.
    fn id(&mut self, count: usize) -> Option<u16> {
        u16::try_from(self.number(count)?).ok()
    }

    /// The vendors: a bit for each up to the last one, or a list of numbers and of first and last numbers.
    fn vendors(&mut self) -> Option<Vec<RangeInclusive<u16>>> {
        let last = self.id(16)?;
        let mut vendors = Vec::new();
        if !self.bit()? {
            for vendor in 1..=last {
                if self.bit()? {
                    vendors.push(vendor..=vendor);
                }
            }
            return Some(vendors);
        }
        for _ in 0..self.number(12)? {
            let is_range = self.bit()?;
            let first = self.id(16)?;
            let last = if is_range { self.id(16)? } else { first };
            // What ends before it begins was damaged: who knows what else is.
            vendors.push((first <= last).then_some(first..=last)?);
        }
        Some(vendors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::Value;

    /// Strings that `@iabtcf/core` 1.5.6 wrote, and what it reads in them.
    fn vectors() -> Vec<Value> {
        serde_json::from_str(include_str!("../tests/tcf.json")).unwrap()
    }

    fn text(vector: &Value) -> &str {
        vector["text"].as_str().unwrap()
    }

    #[test]
    fn it_reads_what_the_reference_library_wrote() {
        let mut encodings = Vec::new();
        for vector in vectors() {
            let name = &vector["name"];
            let read = TcString::read(text(&vector)).unwrap_or_else(|| panic!("{name}"));
            let time = |member: &str| {
                let time: Timestamp = vector[member].as_str().unwrap().parse().unwrap();
                u64::try_from(time.as_millisecond()).unwrap()
            };
            assert_eq!((read.created, read.updated), (time("created"), time("updated")), "{name}");
            assert_eq!(u64::from(read.cmp), vector["cmp"], "{name}");
            let purposes: Vec<u8> = (0..=255).filter(|number| read.has_purpose(*number)).collect();
            assert_eq!(serde_json::json!(purposes), vector["purposes"], "{name}");
            let agreed = |number: u16| {
                let mut ranges = vector["vendors"].as_array().unwrap().iter();
                ranges.any(|range| (range[0].as_u64()..=range[1].as_u64()).contains(&Some(number.into())))
            };
            for number in 0..=u16::MAX {
                assert_eq!(read.has_vendor(number), agreed(number), "{name}: vendor {number}");
            }
            encodings.push(vector["encoding"].as_str().unwrap().to_owned());
        }
        assert!(encodings.iter().any(|one| one == "field") && encodings.iter().any(|one| one == "ranges"));
    }

    #[test]
    fn what_is_no_tc_string_is_none() {
        let good = text(&vectors()[0]).to_owned();
        let long = format!("{good}.{}", "A".repeat(limits::TC_STRING));
        let other_version = format!("D{}", &good[1..]);
        let padded = good.replace('.', "=.");
        for bad in ["", ".", "C", "granted", &long, &other_version, &padded, &good.replace('t', "+"), "CQé"]
        {
            assert!(TcString::read(bad).is_none(), "{bad}");
        }
        // One range, from 5 to 4: the head, 16 bits of a last vendor, the mark of ranges, a count of 12 bits, a mark.
        let mut bits = "0".repeat(HEAD);
        bits.replace_range(4..5, "1");
        let backwards = |first: u16, last: u16| {
            let bits = format!("{bits}{:016b}1{:012b}1{first:016b}{last:016b}00000", 9, 1);
            let sextets = bits.as_bytes().chunks_exact(6).map(|six| {
                let six = u8::from_str_radix(std::str::from_utf8(six).unwrap(), 2).unwrap();
                (0..=255u8).find(|byte| sextet(*byte) == Some(six)).map(char::from).unwrap()
            });
            TcString::read(&sextets.collect::<String>())
        };
        assert!(backwards(4, 5).unwrap().has_vendor(5));
        assert_eq!(backwards(5, 4), None);
    }

    #[test]
    fn what_is_cut_off_inside_the_core_never_agrees_to_more() {
        for vector in vectors() {
            let whole = TcString::read(text(&vector)).unwrap();
            for end in 0..text(&vector).len() {
                if let Some(cut) = TcString::read(&text(&vector)[..end]) {
                    assert_eq!(cut, whole, "{end} characters of {}", vector["name"]);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(any in any::<String>(), like in "C[A-Za-z0-9_-]{0,400}(\\.[A-Z]{0,9})?") {
            let _ = TcString::read(&any);
            if let Some(read) = TcString::read(&like) {
                prop_assert!(!read.has_purpose(0) && !read.has_purpose(25));
                prop_assert!(read.vendors.len() <= 6 * like.len());
            }
        }
    }
}

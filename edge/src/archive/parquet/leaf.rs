//! One column of values, as it grows row by row and as it is written.

use super::hybrid;
use super::thrift::Thrift;
use std::borrow::Cow;
use std::collections::HashMap;

/// `PLAIN`, `RLE`, `RLE_DICTIONARY` of the format's enumeration `Encoding`.
const PLAIN: u8 = 0;
const RLE: u8 = 3;
const RLE_DICTIONARY: u8 = 8;

/// What the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Time,
    WallTime,
    Flag,
}

impl Kind {
    /// The format's enumeration `Type`: `BYTE_ARRAY`, `INT64`, `BOOLEAN`.
    pub(super) const fn physical(self) -> usize {
        match self {
            Self::Text => 6,
            Self::Number | Self::Time | Self::WallTime => 2,
            Self::Flag => 0,
        }
    }
}

/// The values of a column. Every column may be null or, in a list, be there any number of times, so that the largest
/// definition level is 1 everywhere, and that of repetition 1 in lists.
pub(super) struct Leaf {
    pub(super) kind: Kind,
    /// Where it is below the root.
    pub(super) path: Vec<Cow<'static, str>>,
    /// Inside a list.
    repeated: bool,
    /// 1 where there is a value.
    definition: Vec<u8>,
    /// 1 where a value is not the first of its list.
    repetition: Vec<u8>,
    values: Values,
}

enum Values {
    /// As they are.
    Plain(Vec<u8>),
    /// Each different one once, and which of them come one after another.
    Coded { known: HashMap<Box<[u8]>, u32>, dictionary: Vec<u8>, codes: Vec<u32>, last: Vec<u8> },
    /// Eight a byte.
    Flags(Vec<bool>),
}

/// A written column, for the footer.
pub(super) struct Chunk {
    pub(super) values: usize,
    pub(super) size: usize,
    pub(super) data_page: usize,
    pub(super) dictionary_page: Option<usize>,
}

impl Chunk {
    /// How its pages are encoded.
    pub(super) const fn encodings(&self) -> &'static [u8] {
        if self.dictionary_page.is_some() { &[PLAIN, RLE, RLE_DICTIONARY] } else { &[PLAIN, RLE] }
    }
}

impl Leaf {
    /// `coded`: with a dictionary, where few different values are expected. `below` its name is what a list or a map has.
    pub(super) fn new(kind: Kind, coded: bool, name: Cow<'static, str>, below: &[&'static str]) -> Self {
        let values = match kind {
            Kind::Flag => Values::Flags(Vec::new()),
            _ if coded => Values::Coded {
                known: HashMap::new(),
                dictionary: Vec::new(),
                codes: Vec::new(),
                last: Vec::new(),
            },
            _ => Values::Plain(Vec::new()),
        };
        let repeated = !below.is_empty();
        let path = [name].into_iter().chain(below.iter().map(|&part| part.into())).collect();
        Self { kind, path, repeated, definition: Vec::new(), repetition: Vec::new(), values }
    }

    /// Bytes that it holds.
    pub(super) fn size(&self) -> usize {
        let values = match &self.values {
            Values::Plain(bytes) => bytes.len(),
            // Each different one is there twice.
            Values::Coded { dictionary, codes, .. } => 2 * dictionary.len() + 4 * codes.len(),
            Values::Flags(flags) => flags.len(),
        };
        values + self.definition.len() + self.repetition.len()
    }

    /// A text, or null.
    pub(super) fn text(&mut self, text: Option<&str>) {
        self.definition.push(text.is_some().into());
        if let Some(text) = text {
            // As `PLAIN` has it: its length, then itself.
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            self.value(&length.to_le_bytes(), text.as_bytes());
        }
    }

    /// A number or a time, or null.
    pub(super) fn number(&mut self, number: Option<i64>) {
        self.definition.push(number.is_some().into());
        if let Some(number) = number {
            self.value(&[], &number.to_le_bytes());
        }
    }

    /// A truth value.
    pub(super) fn flag(&mut self, flag: bool) {
        self.definition.push(1);
        if let Values::Flags(flags) = &mut self.values {
            flags.push(flag);
        }
    }

    /// The items of a row's list.
    pub(super) fn list<'a>(&mut self, items: impl Iterator<Item = &'a str>) {
        let before = self.definition.len();
        for item in items {
            self.repetition.push((self.definition.len() > before).into());
            self.text(Some(item));
        }
        if self.definition.len() == before {
            self.repetition.push(0);
            self.definition.push(0);
        }
    }

    fn value(&mut self, length: &[u8], bytes: &[u8]) {
        match &mut self.values {
            Values::Plain(all) => {
                all.extend_from_slice(length);
                all.extend_from_slice(bytes);
            }
            Values::Coded { known, dictionary, codes, last } => {
                // Many a column says the same in row after row.
                if let Some(&code) = codes.last().filter(|_| last == bytes) {
                    codes.push(code);
                    return;
                }
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                let code = known.get(bytes).copied().unwrap_or_else(|| {
                    dictionary.extend_from_slice(length);
                    dictionary.extend_from_slice(bytes);
                    known.insert(bytes.into(), next);
                    next
                });
                codes.push(code);
                last.clear();
                last.extend_from_slice(bytes);
            }
            Values::Flags(_) => {}
        }
    }

    /// Appends its pages to `to`, of which what is at `start` has the place `position` in the file, and is then empty again.
    pub(super) fn write(&mut self, to: &mut Vec<u8>, position: usize, start: usize) -> Chunk {
        let place = |to: &Vec<u8>| position + to.len() - start;
        let (before, values) = (to.len(), self.definition.len());
        let mut page = Vec::new();
        if self.repeated {
            levels(&self.repetition, &mut page);
        }
        levels(&self.definition, &mut page);
        self.definition.clear();
        self.repetition.clear();

        let mut dictionary_page = None;
        let mut encoding = PLAIN;
        // Many, and already as they are written.
        let mut plain = &mut Vec::new();
        match &mut self.values {
            Values::Plain(bytes) => plain = bytes,
            Values::Flags(flags) => {
                let byte =
                    |eight: &[bool]| eight.iter().rev().fold(0, |byte, &flag| byte << 1 | u8::from(flag));
                page.extend(flags.chunks(8).map(byte));
                flags.clear();
            }
            // No dictionary where there is nothing to look up.
            Values::Coded { codes, .. } if codes.is_empty() => {}
            Values::Coded { known, dictionary, codes, .. } => {
                dictionary_page = Some(place(to));
                header(2, dictionary.len(), to, |thrift| {
                    thrift.inner(7, |thrift| {
                        thrift.i32(1, known.len());
                        thrift.i32(2, PLAIN.into());
                    });
                });
                to.append(dictionary);
                encoding = RLE_DICTIONARY;
                let width = (known.len() - 1).max(1).ilog2() + 1;
                page.push(width.to_le_bytes()[0]);
                hybrid::encode(codes, width, &mut page);
                known.clear();
                codes.clear();
            }
        }
        let data_page = place(to);
        header(0, page.len() + plain.len(), to, |thrift| {
            thrift.inner(5, |thrift| {
                thrift.i32(1, values);
                thrift.i32(2, encoding.into());
                thrift.i32(3, RLE.into());
                thrift.i32(4, RLE.into());
            });
        });
        to.append(&mut page);
        to.append(plain);
        Chunk { values, size: to.len() - before, data_page, dictionary_page }
    }
}

/// Levels of one bit, after their length.
fn levels(levels: &[u8], page: &mut Vec<u8>) {
    let mut bytes = Vec::new();
    hybrid::encode(levels, 1, &mut bytes);
    page.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    page.append(&mut bytes);
}

/// `PageHeader`. Nothing is compressed, so both sizes are the same.
fn header(kind: usize, size: usize, to: &mut Vec<u8>, more: impl FnOnce(&mut Thrift)) {
    to.append(&mut Thrift::structure(|thrift| {
        thrift.i32(1, kind);
        thrift.i32(2, size);
        thrift.i32(3, size);
        more(thrift);
    }));
}

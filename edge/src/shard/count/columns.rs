//! A few columns of all answers of a Shard, as small as they can be.

use super::orders::Order;
use super::{Dimension, MOST_VALUES};
use crate::shard::read::Flagged;
use crate::sql::{Error, Sql};
use std::collections::{BTreeSet, HashMap};
use worker::SqlStorageValue as Value;

/// Which columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Times and scores alone.
    Scores,
    /// And the values of a dimension.
    Values(Dimension),
    /// And orders, of the answers that are about one; times and scores of the others are apart.
    Orders,
}

/// When an answer came, its score, and whether it is doubtful: `time * 32 + score * 2 + doubtful`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(pub(super) i64);

/// The least [`Mark`] of a time.
pub(super) fn first_at(time: i64) -> i64 {
    time.saturating_mul(32)
}

impl Mark {
    pub(super) fn score(self) -> u8 {
        u8::try_from((self.0 >> 1) & 15).unwrap_or_default()
    }

    pub(super) fn is_doubtful(self) -> bool {
        self.0 & 1 == 1
    }

    fn minute(self) -> i64 {
        minute(self.0 >> 5)
    }
}

/// Since 1970.
pub(super) fn minute(time: i64) -> i64 {
    time.div_euclid(MINUTE)
}

const MINUTE: i64 = 60_000;
/// Rows of a page, some 400 KB of text mostly. The runtime has 2 MB for one value.
const ROWS: usize = 10_000;
/// Rows of a page whose texts are very long: four bytes each of 300 characters, and the rest.
const FEW_ROWS: usize = 1_000;

/// Of a UUID.
const ID_BYTES: usize = 16;

/// A primary key: respondent's hash and id.
type Key = (Vec<u8>, Vec<u8>);

/// The columns, in no order.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) shape: Shape,
    pub(super) marks: Vec<Mark>,
    /// Of values: 0 is none, the others are places in `names` from 1 on. Empty where the shape has no values.
    pub(super) codes: Vec<u32>,
    /// Empty where the shape has no orders.
    pub(super) orders: Vec<Order>,
    /// Of answers without an order, where the shape has orders.
    pub(super) others: Vec<Mark>,
    names: Names,
    /// When the oldest answer came. Retention deletes from that end, which shows here.
    oldest: Option<i64>,
    /// The minutes in which something has changed since.
    changed: BTreeSet<i64>,
}

/// The code of values past the most.
pub(super) const BEYOND: u32 = u32::MAX;

#[derive(Debug, Default)]
struct Names {
    list: Vec<String>,
    codes: HashMap<String, u32>,
    bytes: usize,
}

impl Names {
    fn code(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(code) = self.codes.get(name) {
            return *code;
        }
        // Past the most there are none told apart, and the whole is refused.
        if self.list.len() < MOST_VALUES {
            self.list.push(name.to_owned());
            // Two strings, and what a map has beside them.
            self.bytes += 2 * name.len() + 80;
        } else {
            return BEYOND;
        }
        let code = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.codes.insert(name.to_owned(), code);
        code
    }
}

impl Columns {
    pub(super) fn new(shape: Shape) -> Self {
        let (marks, codes, orders, others) = Default::default();
        let (names, oldest, changed) = Default::default();
        Self { shape, marks, codes, orders, others, names, oldest, changed }
    }

    /// Bytes, more or less.
    pub(super) fn weight(&self) -> usize {
        let rows =
            (self.marks.len() + self.others.len()) * size_of::<Mark>() + self.codes.len() * size_of::<u32>();
        rows + self.orders.len() * size_of::<Order>() + self.names.bytes
    }

    /// The names of the values by their codes, from 1 on; nothing where there are too many.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        (self.names.list.len() < MOST_VALUES).then(|| self.names.list.clone())
    }

    /// Reads all answers in the order of the primary key, which costs a tenth of that of time. Whenever there is more than
    /// `most` bytes of it, it is passed on and let go: then what remains in the end is not whole, and this says so.
    pub(super) fn load(
        &mut self,
        sql: &impl Sql,
        most: usize,
        pass: &mut dyn FnMut(&Columns),
    ) -> Result<bool, Error> {
        self.oldest = super::oldest(sql)?;
        let mut is_whole = true;
        let mut rows = ROWS;
        let mut after = Key::default();
        loop {
            let bindings = vec![self.attribute(), after.0.clone().into(), after.1.clone().into()];
            let end = match self.read(sql, "(key, id) > (?2, ?3)", Some(rows), bindings) {
                Ok(end) => end,
                // Too long for one text: fewer rows, which fit however long theirs are.
                Err(_) if rows > FEW_ROWS => {
                    rows = FEW_ROWS;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(end) = end else { return Ok(is_whole) };
            if self.weight() > most {
                is_whole = false;
                pass(self);
                self.marks.clear();
                self.codes.clear();
                self.orders.clear();
                self.others.clear();
            }
            after = end;
        }
    }

    /// Something came or went that was received at this time. `false` is too much of that: it is cheaper to begin anew.
    pub(super) fn change(&mut self, time: i64) -> bool {
        self.changed.insert(minute(time));
        self.changed.len() <= 2_000
    }

    /// Reads again what has changed.
    pub(super) fn refresh(&mut self, sql: &impl Sql) -> Result<(), Error> {
        let oldest = super::oldest(sql)?;
        if oldest != self.oldest {
            self.oldest = oldest;
            let first = first_at(oldest.unwrap_or(i64::MAX));
            self.retain(|mark| mark.0 >= first);
            // Of those that came at the same moment, some may be left.
            self.changed.extend(oldest.map(minute));
        }
        if self.changed.is_empty() {
            return Ok(());
        }
        let changed = std::mem::take(&mut self.changed);
        self.retain(|mark| !changed.contains(&mark.minute()));
        for minute in changed {
            let bindings = vec![self.attribute(), (minute * MINUTE).into(), ((minute + 1) * MINUTE).into()];
            self.read(sql, "received_at >= ?2 AND received_at < ?3", None, bindings)?;
        }
        Ok(())
    }

    fn retain(&mut self, keep: impl Fn(Mark) -> bool) {
        fn of<T>(column: &mut Vec<T>, kept: &[bool]) {
            let mut kept = kept.iter();
            column.retain(|_| kept.next().is_none_or(|kept| *kept));
        }

        let kept: Vec<bool> = self.marks.iter().map(|mark| keep(*mark)).collect();
        of(&mut self.marks, &kept);
        of(&mut self.codes, &kept);
        of(&mut self.orders, &kept);
        self.others.retain(|mark| keep(*mark));
    }

    /// A path in JSON where the name may stand in one, else the name.
    fn attribute(&self) -> Value {
        match &self.shape {
            Shape::Values(Dimension::Attribute(name)) if is_plain(name) => format!("$.\"{name}\"").into(),
            Shape::Values(Dimension::Attribute(name)) => name.as_str().into(),
            _ => Value::Null,
        }
    }

    /// One text for many rows, with separators that no stored text has, as control characters are left out of it: each row
    /// that crosses the border to Wasm by itself costs as much as a hundred here. Of `most` rows it says where they end, in
    /// the same look at the table: one that counts rows first costs as much as one that reads them.
    fn read(
        &mut self,
        sql: &impl Sql,
        condition: &str,
        most: Option<usize>,
        bindings: Vec<Value>,
    ) -> Result<Option<Key>, Error> {
        let mark = format!("received_at * 32 + score * 2 + ({})", Flagged::Only.condition());
        let text = match &self.shape {
            Shape::Scores => "NULL",
            Shape::Values(dimension) => expression(dimension),
            Shape::Orders => Order::EXPRESSION,
        };
        // In the order of (key, id): ids have the same length, and no key is the beginning of another, but by a hash of 128 bits.
        let (place, page) = match most {
            Some(most) => ("key || id", format!("ORDER BY key, id LIMIT {most}")),
            None => ("NULL", String::new()),
        };
        // The first parameter is there in any case, so that the others have the same numbers.
        let query = format!(
            "SELECT CAST(group_concat(item, char(30)) AS BLOB), count(*), CAST(max(place) AS BLOB), ?1 FROM (SELECT ({mark}) || \
             coalesce(char(31) || ({text}), '') AS item, {place} AS place FROM response WHERE {condition} {page})"
        );
        let Some(mut row) = sql.run(&query, bindings)?.rows.into_iter().next() else { return Ok(None) };
        // As bytes: a text would be made in JavaScript first, and go from there to Wasm character by character.
        let (bytes, count, place) = (row.bytes()?.unwrap_or_default(), row.number::<usize>()?, row.bytes()?);
        let text = std::str::from_utf8(&bytes).map_err(|_| Error("a row of statistics is no text".into()))?;
        for item in items(text) {
            let (mark, text) = halves(item, 0x1f).map_or((item, None), |(mark, text)| (mark, Some(text)));
            let mark = Mark(mark.parse().map_err(|_| Error("a row of statistics is none".into()))?);
            match (&self.shape, text) {
                (Shape::Scores, _) => {}
                (Shape::Values(_), text) => self.codes.push(self.names.code(text)),
                (Shape::Orders, Some(text)) => self.orders.push(Order::read(text)),
                (Shape::Orders, None) => {
                    self.others.push(mark);
                    continue;
                }
            }
            self.marks.push(mark);
        }
        let end = place.filter(|_| count == most);
        Ok(end.and_then(|mut key| {
            let id = key.split_off(key.len().checked_sub(ID_BYTES)?);
            Some((key, id))
        }))
    }
}

/// What separators are between.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    let next = move || {
        let text = rest?;
        let (item, others) = halves(text, 0x1e).map_or((text, None), |(item, others)| (item, Some(others)));
        rest = others;
        Some(item)
    };
    std::iter::from_fn(next).filter(|item| !item.is_empty())
}

/// What is before a separator of ASCII, and what is behind it. Byte by byte, as the pieces are short: the standard library's search
/// is made for long texts, and took a fifteenth of a cold answer.
fn halves(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    text.get(..at).zip(text.get(at + 1..))
}

fn expression(dimension: &Dimension) -> &'static str {
    match dimension {
        Dimension::Touchpoint => "touchpoint",
        Dimension::Locale => "locale",
        Dimension::Device => "device",
        Dimension::Path => "page_path",
        Dimension::Attribute(name) if is_plain(name) => "attributes ->> ?1",
        Dimension::Attribute(_) => {
            "(SELECT value FROM json_each(attributes) AS attribute WHERE attribute.key = ?1)"
        }
    }
}

/// Whether a path in JSON can name it.
fn is_plain(name: &str) -> bool {
    !name.contains(['"', '\\'])
}

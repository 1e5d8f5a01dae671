//! The runtime's `SQLite`: a statement with all its bindings goes out of Wasm in one step, and its rows come back in one. Handed
//! over one by one, the bindings of an answer took as long as half of what `SQLite` does with them.

use super::{Error, Ran, Row, Sql, Value};
use serde::Serialize;
use std::cell::RefCell;
use worker::js_sys::Array;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};

/// Texts of statements that are kept. Some are made anew each time, so there is no end to them.
const MOST_KEPT: usize = 32;

/// Values that come back without a list, if they are numbers and nulls: each of a list is looked at by itself, in some seven
/// steps out of Wasm.
const MOST_NUMBERS: usize = 6;

// `raw` alone among the cursor's methods gives columns of one name their own places. What goes wrong while stepping is thrown
// as what goes wrong before.
#[wasm_bindgen(inline_js = r"
export const runStatement = (sql, query, bindings, bytes, counts, numbers) => {
  const [values, blobs] = JSON.parse(bindings);
  for (let at = 0; at < blobs.length; at += 3) values[blobs[at]] = bytes.slice(blobs[at + 1], blobs[at + 2]);
  const cursor = sql.exec(query, ...values);
  const all = [];
  let rows = 0;
  for (const row of cursor.raw()) {
    rows++;
    for (const value of row) all.push(value);
  }
  counts[0] = cursor.rowsWritten;
  counts[1] = rows;
  counts[2] = all.length;
  if (all.length > numbers.length) return all;
  for (let at = 0; at < all.length; at++) {
    const value = all[at];
    if (value !== null && typeof value !== 'number') return all;
    numbers[at] = value ?? NaN;
  }
};
")]
#[allow(unsafe_code, reason = "what the macro expands to")]
extern "C" {
    /// `bindings` and `bytes` are those of [`Bindings`]. Counts rows written, rows, and their values, which are then in
    /// `numbers`, or else in what it gives.
    #[wasm_bindgen(catch, js_name = runStatement)]
    fn run_statement(
        sql: &JsValue,
        query: &JsValue,
        bindings: &str,
        bytes: &[u8],
        counts: &mut [u32],
        numbers: &mut [f64],
    ) -> Result<Option<Array>, JsValue>;
}

impl Sql for worker::SqlStorage {
    fn run(&self, sql: &str, bindings: Vec<Value>) -> Result<Ran, Error> {
        let Bindings { text, bytes } = Bindings::write(&bindings)?;
        let (mut counts, mut numbers) = ([0; 3], [0.0; MOST_NUMBERS]);
        let list = run_statement(self.as_ref(), &query(sql), &text, &bytes, &mut counts, &mut numbers)?;
        let [written, rows, count] = counts.map(|count| count as usize);
        let values: Vec<Value> = match list {
            Some(list) => list.iter().map(Value::try_from).collect::<Result<_, _>>()?,
            None => numbers.into_iter().take(count).map(number).collect(),
        };
        let columns = count.checked_div(rows).unwrap_or_default();
        let mut values = values.into_iter();
        let rows = (0..rows).map(|_| Row(values.by_ref().take(columns).collect::<Vec<_>>().into_iter()));
        Ok(Ran { rows: rows.collect(), written })
    }
}

/// A number as JavaScript has it; none is a null, which `SQLite` makes of it, too.
fn number(number: f64) -> Value {
    /// 2^53: from there on not every whole number is one of JavaScript's.
    const END: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "whole, and less than 2^53")]
    if number.is_nan() {
        Value::Null
    } else if number.abs() < END && number.trunc().to_bits() == number.to_bits() {
        Value::Integer(number as i64)
    } else {
        Value::Float(number)
    }
}

/// The text of a statement as JavaScript has it. The runtime finds what it has compiled by this very text, and JavaScript knows
/// the hash of one that it has seen.
fn query(sql: &str) -> JsValue {
    thread_local! {
        static KEPT: RefCell<Vec<(String, JsValue)>> = const { RefCell::new(Vec::new()) };
    }
    KEPT.with_borrow_mut(|kept| {
        if let Some((_, query)) = kept.iter().find(|(known, _)| is_same(known, sql)) {
            return query.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let query = JsValue::from_str(sql);
        kept.push((sql.to_owned(), query.clone()));
        query
    })
}

/// Compares by words: Wasm's own comparison of texts takes byte by byte.
fn is_same(one: &str, other: &str) -> bool {
    let ((words, rest), (others, end)) = (one.as_bytes().as_chunks::<8>(), other.as_bytes().as_chunks::<8>());
    one.len() == other.len() && words == others && rest == end
}

/// The values of a statement, to be read in one step: JSON of two lists, the values themselves, and for each blob its place in
/// them, where its bytes begin and where they end. All bytes are one after another.
struct Bindings {
    text: String,
    bytes: Vec<u8>,
}

impl Bindings {
    fn write(values: &[Value]) -> Result<Self, Error> {
        let (mut bytes, mut blobs) = (Vec::new(), Vec::new());
        let mut text = b"[[".to_vec();
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            match value {
                Value::Null => text.extend_from_slice(b"null"),
                Value::Boolean(value) => append(&mut text, value)?,
                Value::Integer(number) => append(&mut text, number)?,
                // JSON has no others.
                Value::Float(number) if number.is_finite() => append(&mut text, number)?,
                Value::Float(_) => return Err(Error("a number that is none".into())),
                Value::String(value) => append(&mut text, value)?,
                Value::Blob(blob) => {
                    text.push(b'0');
                    blobs.extend([at, bytes.len(), bytes.len() + blob.len()]);
                    bytes.extend_from_slice(blob);
                }
            }
        }
        text.extend_from_slice(b"],");
        append(&mut text, &blobs)?;
        text.push(b']');
        let text = String::from_utf8(text).map_err(|error| Error(error.to_string()))?;
        Ok(Self { text, bytes })
    }
}

fn append(text: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Error> {
    Ok(serde_json::to_writer(text, value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_to_the_last_byte() {
        for (one, other) in [("", ""), ("SELECT 1", "SELECT 1"), ("SELECT 1, 2", "SELECT 1, 2")] {
            assert!(is_same(one, other), "{one}");
        }
        for other in ["SELECT 1, 3", "SELECT 2, 2", "SELECT 1", ""] {
            assert!(!is_same("SELECT 1, 2", other), "{other}");
        }
    }

    #[test]
    fn whole_numbers_are_whole_and_none_is_null() {
        let whole = [0.0, -1.0, 1_800_000_000_000.0, 9_007_199_254_740_991.0].map(number);
        assert_eq!(whole, [0, -1, 1_800_000_000_000, (1 << 53) - 1].map(Value::Integer));
        let others = [0.5, 9_007_199_254_740_992.0, f64::INFINITY];
        assert_eq!(others.map(number), others.map(Value::Float));
        assert_eq!(number(f64::NAN), Value::Null);
    }

    #[test]
    fn bindings_are_two_lists_and_bytes() {
        let values = [
            Value::Blob(vec![1, 2]),
            Value::Null,
            Value::String("a\"\n\u{2028}é\0".into()),
            Value::Integer((1 << 53) - 1),
            Value::Integer(-1),
            Value::Boolean(true),
            Value::Float(0.1),
            Value::Blob(vec![]),
            Value::Blob(vec![0xff]),
        ];
        let Bindings { text, bytes } = Bindings::write(&values).unwrap();
        let expected =
            "[[0,null,\"a\\\"\\n\u{2028}é\\u0000\",9007199254740991,-1,true,0.1,0,0],[0,0,2,7,2,2,8,2,3]]";
        assert_eq!((text.as_str(), bytes.as_slice()), (expected, [1, 2, 0xff].as_slice()));
        assert_eq!(Bindings::write(&[]).unwrap().text, "[[],[]]");
        assert!(Bindings::write(&[Value::Float(f64::NAN)]).is_err());
    }
}

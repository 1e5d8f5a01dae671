//! A document as it was sent, borrowed from its bytes. `serde_json`'s own makes a map of each object, sorted and with a copy of
//! each name: of what an answer's reading took, that was a third.

use crate::export::Text;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Any JSON value.
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    /// A whole number that is not negative.
    Whole(u64),
    /// Any other number.
    Float(f64),
    Text(Text<'a>),
    Array(Vec<Value<'a>>),
    Object(Object<'a>),
}

/// The members of an object, in the order in which they stand. Of several with one name, the last counts.
pub(super) struct Object<'a>(Vec<(Text<'a>, Value<'a>)>);

impl<'a> Object<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().rev().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// Those that count, by name.
    pub(super) fn members(&self) -> Vec<(&str, &Value<'a>)> {
        let mut members: Vec<(&str, &Value<'a>)> =
            self.0.iter().rev().map(|(name, v)| (&**name, v)).collect();
        // In a stable order the last of one name is the first of them now.
        members.sort_by_key(|(name, _)| *name);
        members.dedup_by_key(|(name, _)| *name);
        members
    }
}

impl Value<'_> {
    #[allow(clippy::cast_precision_loss, reason = "as JavaScript reads it")]
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Value::Whole(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value<'de>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("JSON")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Value::Bool(value))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Value::Whole(number))
            }

            #[allow(clippy::cast_precision_loss, reason = "as JavaScript reads it")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(u64::try_from(number).map_or(Value::Float(number as f64), Value::Whole))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Value::Float(number))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Value::Text(text.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Value::Text(text.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Value::Array(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = members.next_entry()? {
                    all.push(member);
                }
                Ok(Value::Object(Object(all)))
            }
        }
        from.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// As `serde_json` has it.
    fn plain(value: &Value<'_>) -> serde_json::Value {
        match value {
            Value::Null => json!(null),
            Value::Bool(value) => json!(value),
            Value::Whole(number) => json!(number),
            Value::Float(number) => json!(number),
            Value::Text(text) => json!(&**text),
            Value::Array(items) => items.iter().map(plain).collect(),
            Value::Object(object) => {
                let members = object.members();
                assert!(members.iter().all(|(name, value)| std::ptr::eq(object.get(name).unwrap(), *value)));
                members.into_iter().map(|(name, value)| (name.to_owned(), plain(value))).collect()
            }
        }
    }

    proptest! {
        /// Names come again, texts have escapes, numbers are of every kind.
        #[test]
        fn a_document_reads_as_serde_json_reads_it(text in document()) {
            let value: Value<'_> = serde_json::from_str(&text).unwrap();
            let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
            // By their text, as 1 and 1.0 are one number here.
            let same = |value: serde_json::Value| value.to_string().replace(".0", "");
            prop_assert_eq!(same(plain(&value)), same(expected));
        }
    }

    const LEAVES: &[&str] =
        &["null", "true", "0", "-0", "-7", "18446744073709551615", "1e3", "0.25", r#""a\u0041\n""#, r#""ñ""#];

    fn document() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(LEAVES).prop_map(str::to_owned);
        leaf.prop_recursive(4, 40, 6, |inner| {
            let names = prop::sample::select(&["a", "b", r"\u0061", ""][..]);
            let object = prop::collection::vec((names, inner.clone()), 0..6).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
                format!("{{{}}}", members.join(","))
            });
            prop_oneof![
                object,
                prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(",")))
            ]
        })
    }
}

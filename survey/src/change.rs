//! What differs between two documents, for people to read.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// A place at which two documents differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// A JSON pointer (RFC 6901).
    pub pointer: String,
    /// What was there, as JSON; none where nothing was.
    pub old: Option<String>,
    /// What is there now.
    pub new: Option<String>,
}

/// Every place at which `new` differs from `old`. Objects are entered; lists are, too, where both are as long, as of others
/// nobody can say which item became which.
///
/// ```
/// use serde_json::json;
/// use sondeo_survey::change::changes;
/// let found = changes(&json!({ "title": "A" }), &json!({ "title": "B" }));
/// assert_eq!(found[0].pointer, "/title");
/// ```
#[must_use]
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    compare(String::new(), Some(old), Some(new), &mut found);
    found
}

fn compare(pointer: String, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Change>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                compare(format!("{pointer}/{escaped}"), old.get(key), new.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => {
            for (at, (old, new)) in old.iter().zip(new).enumerate() {
                compare(format!("{pointer}/{at}"), Some(old), Some(new), found);
            }
        }
        (old, new) => {
            let [old, new] = [old, new].map(|value| value.map(Value::to_string));
            found.push(Change { pointer, old, new });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_is_told_where_it_is() {
        let old = json!({ "a": 1, "b": { "c": "x", "d": [1, 2] }, "e/~": true, "f": [1], "g": 1 });
        let new = json!({ "a": 1, "b": { "c": "y", "d": [1, 3] }, "e/~": false, "f": [1, 2], "h": {} });
        let found = changes(&old, &new);
        let found: Vec<(&str, Option<&str>, Option<&str>)> = found
            .iter()
            .map(|change| (change.pointer.as_str(), change.old.as_deref(), change.new.as_deref()))
            .collect();
        let expected = [
            ("/b/c", Some("\"x\""), Some("\"y\"")),
            ("/b/d/1", Some("2"), Some("3")),
            ("/e~1~0", Some("true"), Some("false")),
            ("/f", Some("[1]"), Some("[1,2]")),
            ("/g", Some("1"), None),
            ("/h", None, Some("{}")),
        ];
        assert_eq!(found, expected);
        assert_eq!(changes(&old, &old), []);
    }
}

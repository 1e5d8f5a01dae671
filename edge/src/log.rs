//! The Worker's own lines: one JSON object each, for what went wrong and for what an operator wants to count. Nothing that
//! a visitor sent belongs in one.

use serde_json::{Map, Value};
use worker::{console_error, console_log, console_warn};

/// Something failed inside.
pub(crate) fn error(event: &str, fields: &[(&str, &str)]) {
    console_error!("{}", line("error", event, texts(fields)));
}

/// Something is not as it should be, and is done all the same.
pub(crate) fn warn(event: &str, fields: &[(&str, &str)]) {
    console_warn!("{}", line("warn", event, texts(fields)));
}

/// Something worth counting.
pub(crate) fn info(event: &str, fields: Value) {
    let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
    console_log!("{}", line("info", event, fields));
}

fn texts(fields: &[(&str, &str)]) -> Map<String, Value> {
    fields.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect()
}

fn line(level: &str, event: &str, mut fields: Map<String, Value>) -> String {
    fields.insert("level".into(), level.into());
    fields.insert("event".into(), event.into());
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object() {
        let text = line("warn", "x", texts(&[("detail", "a \"b\"\nc")]));
        assert!(!text.contains('\n'));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, serde_json::json!({"level": "warn", "event": "x", "detail": "a \"b\"\nc"}));
    }
}

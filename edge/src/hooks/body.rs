//! What a receiver reads.

use crate::clock;
use serde::Serialize;
use sondeo_survey::export::Record;
use sondeo_survey::webhook::Format;

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Record<'a>,
}

/// The body of one message: what happened (the event's name), when, and the response as it is now.
pub(super) fn write(
    format: Format,
    event: &str,
    at: i64,
    record: &Record<'_>,
) -> Result<String, serde_json::Error> {
    match format {
        Format::Json => {
            serde_json::to_string(&Body { r#type: event, timestamp: clock::rfc3339(at), data: record })
        }
        Format::Slack => serde_json::to_string(&serde_json::json!({ "text": text(record) })),
    }
}

/// A line with the score, one with the order, and what the visitor said, quoted.
fn text(record: &Record<'_>) -> String {
    let Record { survey, score, scale_max, segment, .. } = record;
    let mut lines = vec![format!("*{}*: {score} of {scale_max} ({segment})", escape(survey))];
    if let Some(order) = &record.order_id {
        let amount = record.order_value.as_ref().zip(record.order_currency.as_ref());
        let amount = amount.map(|(value, currency)| format!(", {value} {currency}")).unwrap_or_default();
        lines.push(format!("Order {}{amount}", escape(order)));
    }
    if !record.reasons.is_empty() {
        let reasons: Vec<&str> = record.reasons.iter().map(|reason| &**reason).collect();
        lines.push(escape(&reasons.join(", ")));
    }
    let comment = record.comment.iter().flat_map(|comment| comment.lines());
    lines.extend(comment.map(|line| format!("> {}", escape(line))));
    lines.join("\n")
}

/// Slack takes three characters for its own: mentions and links begin with `<`.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

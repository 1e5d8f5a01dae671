//! Answers as a widget writes them.

use serde_json::{Value, json};
use uuid::Uuid;

/// A new answer with the least that a site with an opt-in policy stores.
#[must_use]
pub fn answer(score: u8) -> Value {
    json!({
        "id": Uuid::new_v4(),
        "revision": 1,
        "score": score,
        "consent": { "status": "granted", "source": "site" },
    })
}

/// [`answer`] about an order.
#[must_use]
pub fn answer_about(order: &str, score: u8) -> Value {
    with(answer(score), json!({ "order": { "id": order, "value": "10.00", "currency": "EUR" } }))
}

/// The answer with these members in place of its own.
#[must_use]
pub fn with(mut answer: Value, members: Value) -> Value {
    let Value::Object(members) = members else { panic!("{members} is no object") };
    answer.as_object_mut().unwrap().extend(members);
    answer
}

/// The id of an answer.
#[must_use]
pub fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

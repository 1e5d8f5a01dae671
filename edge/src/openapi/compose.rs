//! Makes one OpenAPI document of a file for each area of the API, while the Worker is built.
//!
//! What repeats is written once and filled in here. An operation names the statuses that it refuses with as `refusals`
//! (problem documents) or `pages` (HTML); a parameter in a path is found by its name; `problems` in `document.json` has
//! the types of each status. 500 and 503 are every operation's.

use serde_json::{Map, Value, json};

const AREAS: [&str; 9] = [
    include_str!("document.json"),
    include_str!("browser.json"),
    include_str!("responses.json"),
    include_str!("exposures.json"),
    include_str!("erasures.json"),
    include_str!("surveys.json"),
    include_str!("sites.json"),
    include_str!("webhooks.json"),
    include_str!("operators.json"),
];

pub(crate) fn document() -> serde_json::Result<Value> {
    let mut document = json!({});
    for area in AREAS {
        merge(&mut document, serde_json::from_str(area)?);
    }
    for (status, types) in take(&mut document, "problems") {
        let refused = refused(&status, &types);
        merge(&mut document, json!({ "components": { "responses": { status: refused } } }));
    }
    let mut paths = take(&mut document, "paths");
    for (path, item) in &mut paths {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            fill(operation);
        }
        merge(item, json!({ "parameters": parameters(path) }));
    }
    merge(&mut document, json!({ "paths": paths }));
    Ok(document)
}

/// A member that is an object, out of its place.
fn take(from: &mut Value, name: &str) -> Map<String, Value> {
    match from.as_object_mut().and_then(|map| map.remove(name)) {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Objects member by member; of anything else the later counts.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// The reply of a refusal: what it is, and its headers.
fn refused(status: &str, types: &Value) -> Value {
    let slugs: Vec<&str> = types.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let urns: Vec<String> = slugs.iter().map(|slug| format!("urn:problem-type:sondeo:{slug}")).collect();
    let number: u16 = status.parse().unwrap_or_default();
    let header = match number {
        401 => Some("WWW-Authenticate"),
        405 => Some("Allow"),
        429 | 503 => Some("Retry-After"),
        _ => None,
    };
    let headers: Map<String, Value> = header
        .map(|name| (name.to_owned(), json!({ "required": true, "schema": { "type": "string" } })))
        .into_iter()
        .collect();
    json!({
        "description": slugs.join(", "),
        "headers": headers,
        "content": { "application/problem+json": { "schema": { "allOf": [
            { "$ref": "#/components/schemas/Problem" },
            { "properties": { "type": { "enum": urns }, "status": { "const": number } } },
        ] } } },
    })
}

/// Puts an operation's refusals among its responses; where one is a page and a problem, it is a page.
fn fill(operation: &mut Value) {
    let mut statuses = |name: &str| {
        let list = operation.as_object_mut().and_then(|map| map.remove(name));
        list.as_ref().and_then(Value::as_array).into_iter().flatten().map(ToString::to_string).collect()
    };
    let (mut refusals, pages): (Vec<String>, Vec<String>) = (statuses("refusals"), statuses("pages"));
    refusals.extend(["500".into(), "503".into()]);
    for status in refusals {
        let refused = json!({ "$ref": format!("#/components/responses/{status}") });
        merge(operation, json!({ "responses": { status: refused } }));
    }
    for status in pages {
        merge(operation, json!({ "responses": { status: { "$ref": "#/components/responses/page" } } }));
    }
}

fn parameters(path: &str) -> Value {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

//! Audiences and conditions against `audience.json`, which a browser reads, too: `tests/tests/audience.rs`.

use serde_json::{Value, json};
use sondeo_survey::audience::{Facts, holds};
use sondeo_survey::definition::Definition;

#[test]
fn the_vectors_hold() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("audience.json")).unwrap();
    for vector in &vectors {
        let trigger = json!({ "on": "event", "name": "e", "where": vector.get("where") });
        let text = json!({ "title": "T", "metric": "nps", "triggers": [trigger], "audience": vector.get("audience") });
        let definition = Definition::parse(text.to_string().as_bytes()).unwrap();
        let facts: Facts = serde_json::from_value(vector["facts"].clone()).unwrap();
        let mut rules = definition.audience.rules();
        rules.extend(definition.triggers.iter().flat_map(sondeo_survey::trigger::Trigger::conditions));
        assert_eq!(holds(&rules, &facts), vector["expected"], "{vector}");
    }
}

//! Whether a visitor is asked, by examples; `tests/tests/eligibility.rs` runs the same ones in a browser. Times are hours
//! from now.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use sondeo_survey::card::{Card, named};
use sondeo_survey::consent::{Signals, Status};
use sondeo_survey::definition::Definition;
use sondeo_survey::eligibility::{Moment, Silence, decide};
use sondeo_survey::site::Site;

const NOW: i64 = 1_800_000_000_000;

#[test]
fn a_visitor_is_asked_or_not_as_the_examples_say() {
    let examples: Vec<Value> = serde_json::from_str(include_str!("eligibility.json")).unwrap();
    for example in examples {
        let policy = example["policy"].as_str().unwrap_or("first_party");
        let site = json!({ "name": "S", "origins": [], "consent_policy": policy }).to_string();
        let definition =
            json!({ "title": "T", "metric": "nps", "triggers": [], "frequency": example["frequency"] });
        let definition = Definition::parse(definition.to_string().as_bytes()).unwrap();
        let card = Card::write(&Site::parse(site.as_bytes()).unwrap(), 1, &definition, "en");
        let status = named(&Status::NAMES, example["status"].as_str().unwrap_or("unknown")).unwrap();
        let until = |name: &str| example[name].as_i64().map_or(0, |hours| NOW + hours * 3_600_000);
        let is = |name: &str| example[name] == true;
        let moment = Moment {
            now: NOW,
            waits_until: until("waits"),
            rests_until: until("rests"),
            spaced_until: until("clock"),
            consent: card.decide(status, Signals::default()),
            has_order: is("order"),
            is_asked_for: is("asked"),
        };
        let got = decide(card.frequency(), moment).map_or_else(Silence::name, |()| "shown");
        assert_eq!(got, example["expected"], "{example}");
    }
}

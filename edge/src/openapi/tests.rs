//! The document says what the code does: its routes, its refusals, its limits.

use super::DOCUMENT;
use serde_json::{Value, json};
use sondeo_survey::{access, consent, export, limits, look, metric, response, webhook};
use std::collections::{BTreeMap, BTreeSet};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

/// The operations by path and method.
fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if METHODS.contains(&method.as_str()) {
                operations.insert((path.clone(), method.to_uppercase()), operation.clone());
            }
        }
    }
    operations
}

#[test]
fn every_route_is_documented_and_nothing_else() {
    // Below /debug/ is what exists for tests alone, below /console what people open.
    let routes: BTreeSet<(String, String)> = crate::routes::table()
        .filter(|(path, _)| !path.starts_with("/debug/") && !path.starts_with("/console"))
        .flat_map(|(path, methods)| methods.into_iter().map(move |method| (path.to_owned(), method)))
        .collect();
    let documented: BTreeSet<_> = operations(&document()).into_keys().collect();
    assert_eq!(documented, routes);
}

#[test]
fn operations_have_names_of_their_own_and_no_shorthand_is_left() {
    let operations = operations(&document());
    let names: BTreeSet<&str> = operations.values().map(|op| op["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    for (key, operation) in &operations {
        assert!(operation.get("refusals").is_none() && operation.get("pages").is_none(), "{key:?}");
        assert!(operation["responses"].get("503").is_some(), "{key:?}");
        for scope in operation["security"].as_array().into_iter().flatten() {
            for name in scope["token"].as_array().unwrap() {
                assert!(access::Scope::of(name.as_str().unwrap()).is_some(), "{key:?}: {name}");
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn follow(document: &Value, at: &Value) {
        match at {
            Value::Object(map) => {
                if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                    let pointer = target.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{target}");
                }
                map.values().for_each(|value| follow(document, value));
            }
            Value::Array(items) => items.iter().for_each(|value| follow(document, value)),
            _ => {}
        }
    }
    let document = document();
    follow(&document, &document);
}

/// Read out of the source, since an enum with fields cannot be listed: `(404, "not-found", …)`.
fn problems() -> BTreeMap<String, BTreeSet<String>> {
    let source = include_str!("../problem.rs");
    let source: String = source.split_whitespace().collect();
    let mut problems: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (at, _) in source.match_indices(",\"") {
        let (before, after) = (&source[..at], &source[at + 2..]);
        let status: String = before.chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect();
        let opens = before.ends_with(&format!("({status}")) && status.bytes().all(|b| b.is_ascii_digit());
        if opens {
            let slug = after.split('"').next().unwrap().to_owned();
            problems.entry(status).or_default().insert(slug);
        }
    }
    problems
}

#[test]
fn every_problem_is_documented_with_its_status() {
    let document = document();
    let responses = document["components"]["responses"].as_object().unwrap();
    let documented: BTreeMap<String, BTreeSet<String>> =
        responses
            .iter()
            .filter(|(name, _)| name.parse::<u16>().is_ok())
            .map(|(status, reply)| {
                let types = &reply["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]
                    ["type"]["enum"];
                let slug = |urn: &Value| {
                    urn.as_str().unwrap().strip_prefix("urn:problem-type:sondeo:").unwrap().to_owned()
                };
                (status.clone(), types.as_array().unwrap().iter().map(slug).collect())
            })
            .collect();
    assert!(documented["404"].contains("unknown-site"));
    assert_eq!(documented, problems());
}

fn names<T: Copy, const N: usize>(table: [(&'static str, T); N]) -> Vec<Value> {
    table.into_iter().map(|(name, _)| name.into()).collect()
}

fn nullable(mut names: Vec<Value>) -> Vec<Value> {
    names.push(Value::Null);
    names
}

#[test]
fn limits_and_words_are_those_of_the_code() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let (whole, fraction) = limits::AMOUNT_DIGITS;
    let metrics = names(metric::Metric::NAMES);
    let table: Vec<(&str, Value)> = vec![
        ("Response/properties/revision/maximum", limits::REVISION.into()),
        ("Response/properties/comment/maxLength", limits::COMMENT.into()),
        ("Response/properties/reasons/maxItems", limits::REASONS.into()),
        ("Response/properties/reasons/items/maxLength", limits::REASON.into()),
        ("Response/properties/page/properties/path/maxLength", limits::PATH.into()),
        ("Response/properties/page/properties/referrer/maxLength", limits::HOST.into()),
        ("Response/properties/order/properties/id/maxLength", limits::KEY.into()),
        ("Response/properties/respondent/properties/key/maxLength", limits::KEY.into()),
        ("Response/properties/respondent/properties/proof/maxLength", limits::PROOF.into()),
        (
            "Response/properties/respondent/properties/kind/enum",
            names(response::RespondentKind::NAMES).into(),
        ),
        ("Response/properties/consent/properties/tc_string/maxLength", limits::TC_STRING.into()),
        (
            "Response/properties/consent/properties/status/enum",
            nullable(names(consent::Status::NAMES)).into(),
        ),
        (
            "Response/properties/consent/properties/source/enum",
            nullable(names(consent::Source::NAMES)).into(),
        ),
        ("Response/properties/timing/properties/shown_to_score_ms/maximum", limits::TIMING_MS.into()),
        ("Site/properties/consent_from/items/enum", names(consent::Sources::NAMES).into()),
        ("ExposureReport/properties/dismissed/maximum", limits::EXPOSURES.into()),
        ("Outcome/properties/revision/maximum", limits::REVISION.into()),
        ("Attributes/maxProperties", limits::ATTRIBUTES.into()),
        ("Attributes/propertyNames/maxLength", limits::ATTRIBUTE_NAME.into()),
        ("Attributes/additionalProperties/maxLength", limits::ATTRIBUTE_VALUE.into()),
        ("Amount/pattern", format!("^-?[0-9]{{1,{whole}}}(\\.[0-9]{{1,{fraction}}})?$").into()),
        ("Record/required", export::COLUMNS.to_vec().into()),
        ("Handling/properties/note/maxLength", limits::NOTE.into()),
        ("Metric/enum", metrics.into()),
        ("Scope/enum", names(access::Scope::NAMES).into()),
        ("RespondentKey/maxLength", limits::KEY.into()),
        ("RotationRequest/properties/overlap_seconds/maximum", limits::OVERLAP_SECONDS.into()),
        ("RotationRequest/properties/overlap_seconds/default", limits::OVERLAP_SECONDS_DEFAULT.into()),
        ("TokenRequest/properties/scopes/maxItems", limits::ENTRIES.into()),
        ("TokenRequest/properties/sites/maxItems", limits::ENTRIES.into()),
        ("Site/properties/name/maxLength", limits::NAME.into()),
        ("Site/properties/origins/maxItems", limits::ENTRIES.into()),
        ("Site/properties/consent_policy/enum", names(consent::Policy::NAMES).into()),
        ("Site/properties/retention_days/minimum", limits::RETENTION_DAYS.into()),
        ("Site/properties/retention_days/maximum", limits::DAYS.into()),
        ("Site/properties/spacing_hours/maximum", limits::DAYS.into()),
        ("Site/properties/theme/properties/font/maxLength", limits::WORDING.into()),
        ("OptionalAddress/maxLength", limits::PATH.into()),
        ("LinkKey/maxLength", limits::KEY.into()),
        ("LinkRequest/properties/expires_in_days/maximum", limits::DAYS.into()),
        ("Survey/properties/title/maxLength", limits::NAME.into()),
        ("Survey/properties/touchpoint/maxLength", limits::NAME.into()),
        ("Survey/properties/look/enum", nullable(names(look::Look::NAMES)).into()),
        ("Survey/properties/layout/enum", nullable(names(look::Layout::NAMES)).into()),
        ("Survey/properties/wording/maxProperties", limits::ENTRIES.into()),
        ("Survey/properties/steps/maxItems", limits::STEPS.into()),
        ("Survey/properties/triggers/maxItems", limits::ENTRIES.into()),
        ("Survey/properties/shards/maximum", limits::SHARDS.into()),
        ("StoredSurvey/properties/shards/maximum", limits::SHARDS.into()),
        ("Words/maxLength", limits::WORDING.into()),
        ("Wording/properties/link/maxLength", limits::NAME.into()),
        ("Wording/properties/tab/maxLength", limits::TAB.into()),
        ("Step/properties/choices/maxItems", limits::CHOICES.into()),
        ("Step/properties/when/properties/chosen/maxItems", limits::CHOICES_IN_ALL.into()),
        ("Trigger/properties/after_seconds/maximum", limits::DELAY_SECONDS.into()),
        ("Trigger/oneOf/1/properties/seconds/maximum", limits::DELAY_SECONDS.into()),
        ("Trigger/oneOf/3/properties/selector/maxLength", limits::SELECTOR.into()),
        ("Trigger/oneOf/4/properties/name/maxLength", limits::NAME.into()),
        ("Trigger/oneOf/5/properties/count/maximum", limits::VIEWS.into()),
        ("Trigger/oneOf/6/properties/seconds/maximum", limits::SESSION_SECONDS.into()),
        ("Webhook/properties/url/maxLength", limits::URL.into()),
        ("Webhook/properties/format/enum", nullable(names(webhook::Format::NAMES)).into()),
        ("Webhook/properties/events/maxItems", webhook::Event::NAMES.len().into()),
        ("Webhook/properties/rule/properties/survey/maxItems", limits::ENTRIES.into()),
        ("Event/enum", names(webhook::Event::NAMES).into()),
        ("Filters/maxItems", limits::ATTRIBUTES.into()),
        ("Filter/properties/property/maxLength", limits::ATTRIBUTE_NAME.into()),
        ("Values/maxItems", limits::ENTRIES.into()),
        ("Values/items/maxLength", limits::ATTRIBUTE_VALUE.into()),
        ("Patterns/items/properties/exact/maxLength", limits::PATH.into()),
        ("Patterns/items/properties/regex/maxLength", limits::REGEX.into()),
        ("Frequency/properties/after_dismissal_days/maximum", limits::DAYS.into()),
        ("Frequency/properties/most_shown/maximum", limits::MOST_SHOWN.into()),
        ("Frequency/properties/window/oneOf/1/properties/days/maximum", limits::DAYS.into()),
    ];
    for (place, expected) in table {
        assert_eq!(schemas.pointer(&format!("/{place}")), Some(&json!(expected)), "{place}");
    }
}

//! What the editor's form says of a definition. The form holds the whole document, and fields over it: a field's name is a letter
//! for what it holds and the JSON pointer where that belongs. So a fault finds its field, and what no field shows stays.

use crate::console::form::Form;
use serde_json::{Map, Value, json};

/// What of a trigger its one value is: its member, and whether that is a number.
pub(super) const TRIGGERS: [(&str, &str, bool); 9] = [
    ("event", "name", false),
    ("delay", "seconds", true),
    ("scroll", "percent", true),
    ("exit", "", false),
    ("click", "selector", false),
    ("visible", "selector", false),
    ("views", "count", true),
    ("time", "seconds", true),
    ("load", "", false),
];

/// The document with what the fields say.
pub(super) fn apply(mut document: Value, form: &Form) -> Value {
    for (name, value) in form.fields() {
        let Some((kind, pointer)) = name.split_at_checked(1).filter(|(_, rest)| rest.starts_with('/')) else {
            continue;
        };
        let path: Vec<&str> = pointer.split('/').skip(1).collect();
        let other = |kind: &str| form.get(&format!("{kind}{pointer}")).to_owned();
        match kind {
            "n" => put(&mut document, &path, number(value)),
            "b" => put(&mut document, &path, value.parse::<bool>().ok().map(Value::from)),
            "l" => put(&mut document, &path, list(value.split([',', '\n']))),
            "c" => put(&mut document, &path, list(form.all(name))),
            "r" => put(&mut document, &path, range(value)),
            "w" if value == "days" => {
                put(&mut document, &path, Some(json!({ "days": number(&other("d")) })));
            }
            "t" | "w" => put(&mut document, &path, text(value)),
            "k" => {
                if let Some(trigger) = document.pointer_mut(pointer) {
                    retype(trigger, value, &other("v"));
                }
            }
            "i" => rename(&mut document, pointer, value),
            _ => {}
        }
    }
    document
}

/// Another metric has other scales and looks: those of the old one go.
pub(super) fn settle(document: &mut Value, before: &Value) {
    if document.get("metric") != before.get("metric")
        && let Some(members) = document.as_object_mut()
    {
        members.remove("scale");
        members.remove("look");
    } else if document.get("scale") != before.get("scale")
        && let Some(members) = document.as_object_mut()
    {
        members.remove("look");
    }
}

fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| value.into())
}

/// What is no number stays text, so that it is told of where it stands.
fn number(value: &str) -> Option<Value> {
    value.parse::<u32>().map(Value::from).ok().or_else(|| text(value))
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> Option<Value> {
    let items: Vec<&str> = items.map(str::trim).filter(|item| !item.is_empty()).collect();
    (!items.is_empty()).then(|| json!(items))
}

fn range(value: &str) -> Option<Value> {
    let (min, max) = value.split_once('-')?;
    Some(json!({ "min": number(min), "max": number(max) }))
}

/// Writes or removes what is at a place. An object that is left without a member goes, too, but for a language.
fn put(node: &mut Value, path: &[&str], value: Option<Value>) {
    let languages = if path.first() == Some(&"wording") { path.get(1).copied() } else { None };
    put_below(node, path, value, languages);
}

fn put_below(node: &mut Value, path: &[&str], value: Option<Value>, stays: Option<&str>) {
    let Some((key, rest)) = path.split_first() else { return };
    if let Value::Array(items) = node {
        let Some(item) = key.parse().ok().and_then(|at: usize| items.get_mut(at)) else { return };
        return put_below(item, rest, value, stays);
    }
    let Value::Object(members) = node else { return };
    let name = key.replace("~1", "/").replace("~0", "~");
    match (rest.is_empty(), value) {
        (true, Some(value)) => drop(members.insert(name, value)),
        (true, None) => drop(members.remove(&name)),
        (false, Some(value)) => {
            let child = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
            put_below(child, rest, Some(value), stays);
        }
        (false, None) => {
            let Some(child) = members.get_mut(&name) else { return };
            let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
            let was_empty = is_empty(child);
            put_below(child, rest, None, stays);
            if !was_empty && is_empty(child) && stays != Some(key) {
                members.remove(&name);
            }
        }
    }
}

/// A trigger of another kind has another member; of the same kind it keeps what no field shows.
fn retype(trigger: &mut Value, kind: &str, value: &str) {
    let Value::Object(members) = trigger else { return };
    if members.get("on").and_then(Value::as_str) != Some(kind) {
        members.retain(|name, _| name == "after_seconds");
        members.insert("on".into(), kind.into());
    }
    let Some((_, member, is_number)) = TRIGGERS.iter().find(|(known, ..)| *known == kind) else { return };
    if !member.is_empty() {
        match if *is_number { number(value) } else { text(value) } {
            Some(value) => members.insert((*member).into(), value),
            None => members.remove(*member),
        };
    }
}

/// A step's words are under its name, in every language.
fn rename(document: &mut Value, pointer: &str, to: &str) {
    let Some(Value::Object(step)) = document.pointer_mut(pointer) else { return };
    let from = step.insert("id".into(), to.into());
    let Some(from) = from.as_ref().and_then(Value::as_str).filter(|from| *from != to) else { return };
    for steps in words(document) {
        if let Some(held) = steps.remove(from) {
            steps.insert(to.into(), held);
        }
    }
}

fn words(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let languages = document.get_mut("wording").and_then(Value::as_object_mut).into_iter().flatten();
    languages.filter_map(|(_, words)| words.get_mut("steps")?.as_object_mut())
}

/// Does what a button says to the document's lists; false where the button is none of theirs.
pub(super) fn change(document: &mut Value, act: &str, form: &Form) -> bool {
    let (verb, at) = act.split_once('/').unwrap_or((act, ""));
    match verb {
        "add-trigger" => push(document, "triggers", json!({ "on": "delay", "seconds": 20 })),
        "drop-trigger" => drop(pull(document, "triggers", at)),
        "add-step" => {
            let count = document.get("steps").and_then(Value::as_array).map_or(0, Vec::len);
            push(document, "steps", json!({ "id": format!("step-{}", count + 1), "ask": "comment" }));
        }
        "drop-step" => {
            let step = pull(document, "steps", at);
            let id = step.as_ref().and_then(|step| step.get("id")).and_then(Value::as_str);
            for steps in words(document) {
                id.and_then(|id| steps.remove(id));
            }
        }
        "add-language" => {
            let tag = form.get("language");
            if !tag.is_empty() && document.get("wording").and_then(|wording| wording.get(tag)).is_none() {
                put(document, &["wording", tag], Some(json!({})));
            }
        }
        "drop-language" => put(document, &["wording", at], None),
        _ => return false,
    }
    true
}

fn push(document: &mut Value, list: &str, item: Value) {
    let Value::Object(members) = document else { return };
    if let Some(items) = members.entry(list).or_insert_with(|| json!([])).as_array_mut() {
        items.push(item);
    }
}

/// `steps` that are empty ask nothing, and none at all ask for a comment: the last one that goes leaves none at all.
fn pull(document: &mut Value, list: &str, at: &str) -> Option<Value> {
    let items = document.get_mut(list)?.as_array_mut()?;
    let at = at.parse().ok().filter(|at| *at < items.len())?;
    let item = items.remove(at);
    if items.is_empty() && list == "steps" {
        document.as_object_mut()?.remove(list);
    }
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Form {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Form::parse(body.as_bytes())
    }

    fn document() -> Value {
        json!({
            "title": "T", "metric": "nps", "wording": { "en": { "question": "Q", "follow_up": {}, "steps": { "why": { "question": "W" } } }, "es": {} },
            "steps": [{ "id": "why", "ask": "comment", "when": { "segments": ["detractor"], "scores": { "min": 0, "max": 3 } } }],
            "triggers": [{ "on": "event", "name": "go", "where": [{ "property": "x", "exists": true }] }],
            "audience": { "attributes": [{ "property": "plan", "is": ["pro"] }], "devices": ["mobile"] },
            "frequency": { "window": { "days": 30 } }
        })
    }

    #[test]
    fn what_no_field_shows_stays() {
        let same = [
            ("t/title", "T"),
            ("t/wording/en/question", "Q"),
            ("t/wording/en/low", ""),
            ("t/wording/en/follow_up/promoter", ""),
            ("t/wording/es/question", ""),
            ("k/triggers/0", "event"),
            ("v/triggers/0", "go"),
            ("i/steps/0", "why"),
            ("c/steps/0/when/segments", ""),
            ("c/steps/0/when/segments", "detractor"),
            ("c/audience/devices", "mobile"),
            ("w/frequency/window", "days"),
            ("d/frequency/window", "30"),
            ("n/audience/sample_percent", ""),
            ("b/ask_consent", ""),
            ("act", "save"),
            ("t/../x", ""),
            ("t", "x"),
            ("é/x", "y"),
            ("t/triggers/9/on", "x"),
            ("t/title/deeper", "x"),
        ];
        assert_eq!(apply(document(), &form(&same)), document());
    }

    #[test]
    fn each_field_is_written_where_it_belongs() {
        for (fields, pointer, expected) in [
            (vec![("t/touchpoint", " purchase ")], "/touchpoint", json!("purchase")),
            (vec![("t/title", "")], "/title", Value::Null),
            (vec![("r/scale", "1-7")], "/scale", json!({ "min": 1, "max": 7 })),
            (vec![("n/frequency/most_shown", "2")], "/frequency/most_shown", json!(2)),
            (vec![("n/frequency/most_shown", "two")], "/frequency/most_shown", json!("two")),
            (vec![("b/ask_consent", "false")], "/ask_consent", json!(false)),
            (
                vec![("l/audience/locales", "en, es\npt-BR")],
                "/audience/locales",
                json!(["en", "es", "pt-BR"]),
            ),
            (vec![("c/audience/devices", "")], "/audience/devices", Value::Null),
            (
                vec![("w/frequency/window", "order"), ("d/frequency/window", "9")],
                "/frequency/window",
                json!("order"),
            ),
            (
                vec![("w/frequency/window", "days"), ("d/frequency/window", "")],
                "/frequency/window",
                json!({ "days": null }),
            ),
            (
                vec![("k/triggers/0", "delay"), ("v/triggers/0", "5")],
                "/triggers/0",
                json!({ "on": "delay", "seconds": 5 }),
            ),
            (vec![("k/triggers/0", "exit"), ("v/triggers/0", "5")], "/triggers/0", json!({ "on": "exit" })),
            (vec![("v/triggers/0", "stop"), ("k/triggers/0", "event")], "/triggers/0/name", json!("stop")),
            (vec![("i/steps/0", "reason")], "/wording/en/steps/reason/question", json!("W")),
            (vec![("t/wording/en/steps/why/question", "")], "/wording/en/steps", Value::Null),
            (vec![("t/wording/es/question", "¿Q?")], "/wording/es", json!({ "question": "¿Q?" })),
            (
                vec![("t/wording/en/follow_up/passive", "P")],
                "/wording/en/follow_up",
                json!({ "passive": "P" }),
            ),
        ] {
            let written = apply(document(), &form(&fields));
            assert_eq!(written.pointer(pointer).unwrap_or(&Value::Null), &expected, "{fields:?}");
        }
    }

    #[test]
    fn buttons_change_lists() {
        let after = |act: &str, fields: &[(&str, &str)]| {
            let mut document = document();
            assert!(change(&mut document, act, &form(fields)), "{act}");
            document
        };
        assert_eq!(after("add-trigger", &[])["triggers"].as_array().unwrap().len(), 2);
        assert_eq!(after("drop-trigger/0", &[])["triggers"], json!([]));
        assert_eq!(after("drop-trigger/7", &[]), document());
        assert_eq!(after("add-step", &[])["steps"][1], json!({ "id": "step-2", "ask": "comment" }));
        let without = after("drop-step/0", &[]);
        assert_eq!((without.get("steps"), &without["wording"]["en"]["steps"]), (None, &json!({})));
        assert_eq!(after("add-language", &[("language", "pt-BR")])["wording"]["pt-BR"], json!({}));
        assert_eq!(after("add-language", &[("language", "en")]), document());
        assert_eq!(after("drop-language/es", &[])["wording"].get("es"), None);
        assert!(!change(&mut document(), "save", &form(&[])));
    }

    #[test]
    fn another_metric_has_its_own_scale_and_look() {
        let (before, mut after) = (
            json!({ "metric": "nps", "scale": 1, "look": 1 }),
            json!({ "metric": "csat", "scale": 1, "look": 1 }),
        );
        settle(&mut after, &before);
        assert_eq!(after, json!({ "metric": "csat" }));
    }
}

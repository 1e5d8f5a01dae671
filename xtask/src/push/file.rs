//! Reads a file of surveys.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use sondeo_survey::file::SurveyFile;

/// The file, and pointers to members that nobody knows: a misspelled name is no fault for the API, which ignores what it does
/// not know, but never what somebody meant.
pub fn read(path: &Path) -> Result<(SurveyFile, Vec<String>)> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let value: Value = if is_json {
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?
    } else {
        toml::from_str(&text).with_context(|| format!("{} is not TOML", path.display()))?
    };
    let file = SurveyFile::parse(value.to_string().as_bytes()).map_err(|faults| {
        let faults: Vec<String> =
            faults.0.iter().map(|fault| format!("\n  {}: {}", fault.pointer, fault.detail)).collect();
        anyhow!("{} is not valid; nothing was sent:{}", path.display(), faults.concat())
    })?;
    let mut unknown = Vec::new();
    compare("", &value, &file.document(), &mut unknown);
    Ok((file, unknown))
}

/// Members of `given` that `read` lacks and that say something.
fn compare(pointer: &str, given: &Value, read: &Value, unknown: &mut Vec<String>) {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            for (key, value) in given.iter().filter(|(key, _)| *key != "shards") {
                let pointer = format!("{pointer}/{key}");
                // Tags of languages are written in one way, whatever came.
                let same =
                    |known: &&String| known.replace('_', "-").eq_ignore_ascii_case(&key.replace('_', "-"));
                match read.keys().find(same).and_then(|known| read.get(known)) {
                    Some(read) => compare(&pointer, value, read, unknown),
                    None if says_nothing(value) => {}
                    None => unknown.push(pointer),
                }
            }
        }
        (Value::Array(given), Value::Array(read)) if given.len() == read.len() => {
            for (at, (given, read)) in given.iter().zip(read).enumerate() {
                compare(&format!("{pointer}/{at}"), given, read, unknown);
            }
        }
        _ => {}
    }
}

/// What is not written back, as leaving it out means the same.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
        Value::Bool(true) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        (dir, path)
    }

    const TOML: &str = r#"
        site = "shop"
        [surveys.nps]
        title = "After purchase"
        metric = "nps"
        triggers = [{ on = "event", name = "purchase", after_seconds = 0 }]
        [surveys.nps.wording.pt-br]
        question = "Q"
    "#;

    #[test]
    fn toml_and_json_say_the_same_and_both_come_back() {
        let (_dir, path) = file("surveys.toml", TOML);
        let (read_toml, unknown) = read(&path).unwrap();
        assert_eq!(unknown, Vec::<String>::new());
        let (_dir, path) = file("again.toml", &read_toml.to_toml());
        assert_eq!(read(&path).unwrap().0, read_toml);
        let (_dir, path) = file("surveys.JSON", &read_toml.document().to_string());
        assert_eq!(read(&path).unwrap(), (read_toml, Vec::new()));
    }

    #[test]
    fn whatever_is_pulled_reads_back() {
        // Every definition of the demo, and one with what they lack.
        let rich = r#"{"title": "\"\\ \t\n ü 🎉 'x' # =", "metric": "csat", "scale": {"min": 1, "max": 7}, "look": "stars", "shards": 3,
            "wording": {"es": {"question": "¿?", "follow_up": {}, "thanks": {"satisfied": "Sí"}, "steps": {"reason": {"choices": {"price": "P"}}}}, "zh-Hans": {}},
            "steps": [{"id": "reason", "ask": "many", "choices": ["price", "taste"], "when": {"scores": {"max": 3}}},
                      {"id": "why", "ask": "comment", "when": {"segments": ["dissatisfied"], "chosen": ["taste"]}}],
            "link": "https://reviews.example/shop", "ask_consent": false,
            "triggers": [{"on": "event", "name": "go", "where": [{"property": "plan \"x\"", "is": ["pro"], "at_least": 0.25}]}, {"on": "exit"}],
            "audience": {"urls": {"include": [{"regex": "^/a\\d+"}]}, "utm": {"source": ["x"]}, "sample_percent": 50},
            "frequency": {"window": {"days": 30}}}"#;
        let demo = sondeo_demo::surveys().into_iter().map(|(name, text)| format!("\"{name}\": {text}"));
        let surveys: Vec<String> = demo.chain([format!("\"rich\": {rich}")]).collect();
        let text = format!(r#"{{"site": "shop", "surveys": {{{}}}}}"#, surveys.join(", "));
        let (_dir, path) = file("surveys.json", &text);
        let (read_json, unknown) = read(&path).unwrap();
        assert_eq!((read_json.surveys.len(), unknown), (surveys.len(), Vec::new()));
        let (_dir, path) = file("surveys.toml", &read_json.to_toml());
        assert_eq!(read(&path).unwrap().0, read_json, "{}", read_json.to_toml());
    }

    #[test]
    fn the_file_of_the_documentation_is_good_and_every_member_known() {
        let page = include_str!("../../../docs/SURVEYS.md");
        let (_, example) = page.split_once("```toml\n").unwrap();
        let (_dir, path) = file("surveys.toml", example.split("```").next().unwrap());
        let (file, unknown) = read(&path).unwrap();
        assert_eq!((file.surveys.len(), unknown), (2, Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            (TOML.replace("nps\"", "npx\""), "/surveys/nps/metric: must be one of: nps, csat, ces"),
            (TOML.replace("name = \"purchase\"", "name = 7"), "/surveys/nps/triggers/0/name: must be text"),
            (TOML.replace("site = \"shop\"", ""), "/site: is required"),
            (TOML.replace("[{", "{"), "line 6"),
        ] {
            let (_dir, path) = file("surveys.toml", &text);
            let error = format!("{:#}", read(&path).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
        let (_dir, path) = file("surveys.toml", &TOML.replace("question", "qestion"));
        assert_eq!(read(&path).unwrap().1, ["/surveys/nps/wording/pt-br/qestion"]);
    }
}

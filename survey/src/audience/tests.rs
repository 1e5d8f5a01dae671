use super::*;
use crate::json::{Faults, read_document};
use proptest::prelude::*;
use serde_json::{Value, json};

fn parse(audience: &Value) -> Result<Audience, Faults> {
    read_document(audience.to_string().as_bytes(), |node| Some(read(&node)))
}

fn audience(audience: &Value) -> Audience {
    parse(audience).unwrap_or_else(|faults| panic!("{audience}: {faults}"))
}

#[test]
fn what_is_written_reads_back() {
    for text in [
        json!({}),
        json!({
            "urls": { "include": [{ "prefix": "/blog" }, { "regex": "^/p/\\d+$" }], "exclude": [{ "exact": "https://a.example/" }] },
            "devices": ["mobile", "tablet"], "locales": ["es", "pt-BR"], "referrers": ["", "*.google.com"],
            "utm": { "campaign": ["spring"], "source": ["newsletter", "x"] }, "visitors": "returning",
            "attributes": [{ "property": "plan", "is": ["pro"] }, { "property": "value", "at_least": 1.5 }], "sample_percent": 25,
        }),
    ] {
        let read = audience(&text);
        assert_eq!(serde_json::to_value(&read).unwrap(), text);
        assert_eq!(audience(&serde_json::to_value(&read).unwrap()), read);
    }
}

#[test]
fn every_fault_is_reported() {
    let faults = parse(&json!({
        "urls": { "include": [{}, { "exact": "/a", "prefix": "/b" }, { "regex": "(?i)x" }, { "exact": "/a#b" }, { "regex": "x".repeat(201) }] },
        "devices": ["watch"], "locales": ["e"], "referrers": ["https://x.example"], "utm": { "medium": [""], "id": [] },
        "visitors": "old", "sample_percent": 0,
        "attributes": [{ "property": "a" }, { "is": ["b"] }, { "property": "c", "is": [[]] }, { "property": "d", "at_least": "5", "at_most": 1e11 }, { "property": "e", "is": [] }],
    }));
    let faults = faults.unwrap_err();
    let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
    let expected = [
        "/urls/include/0",
        "/urls/include/1",
        "/urls/include/2/regex",
        "/urls/include/3/exact",
        "/urls/include/4/regex",
        "/devices/0",
        "/locales/0",
        "/referrers/0",
        "/utm/id",
        "/utm/medium/0",
        "/visitors",
        "/attributes/0",
        "/attributes/1/property",
        "/attributes/2/is/0",
        "/attributes/3/at_least",
        "/attributes/3/at_most",
        "/attributes/4/is",
        "/sample_percent",
    ];
    assert_eq!(pointers, expected);
}

#[test]
fn rules_are_flat_json() {
    let rules = audience(&json!({
        "urls": { "include": [{ "prefix": "/a.b" }, { "exact": "https://x.example/" }], "exclude": [{ "wildcard": "/a/*" }] },
        "attributes": [{ "property": "n", "at_least": 2, "at_most": 2.5, "exists": false }], "sample_percent": 25,
    }));
    let expected = json!([
        ["path", "^/a\\.b", 0, "url", "^https://x\\.example/(?:\\?|$)"],
        ["path", "^/a/[^?]*(?:\\?|$)", 1],
        ["attr:n", [2, 2.5]],
        ["attr:n", "", 1],
        ["draw", [null, 24]],
    ]);
    assert_eq!(serde_json::to_value(rules.rules()).unwrap(), expected);
}

/// Addresses that meet each other's patterns often, with what is special in patterns.
fn path() -> impl Strategy<Value = String> {
    "/[ab.+*/]{0,5}(\\?[ab=&.?]{0,4})?"
}

fn on(path: &str) -> Facts {
    [("path", path.to_owned()), ("url", format!("https://x.example{path}"))]
        .map(|(k, v)| (k.to_owned(), v))
        .into()
}

fn only(kind: &str, pattern: &str) -> Value {
    json!({ "urls": { "include": [{ kind: pattern }] } })
}

fn without_query(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// `*` by hand: whether the parts lie in `text` one after the other.
fn wild(parts: &[&str], text: &str) -> bool {
    match parts {
        [] => text.is_empty(),
        [last] => text == *last,
        [first, rest @ ..] => text.strip_prefix(first).is_some_and(|text| {
            (0..=text.len()).any(|at| text.is_char_boundary(at) && wild(rest, &text[at..]))
        }),
    }
}

proptest! {
    /// A bound of 1e130 once read back as another: JSON's numbers are exact to 15 digits alone.
    #[test]
    fn a_bound_reads_back(number in prop_oneof![any::<f64>(), -1e11..1e11, Just(1e130), Just(99_999_999_999.999_98)]) {
        let text = json!({ "attributes": [{ "property": "a", "at_least": number }] });
        if let Ok(read) = parse(&text) {
            prop_assert_eq!(audience(&serde_json::to_value(&read).unwrap()), read);
        } else {
            prop_assert!(!number.is_finite() || number.abs() > 1e11 - 1.0);
        }
    }

    #[test]
    fn patterns_agree_with_plain_text(pattern in path(), address in path(), whole in any::<bool>()) {
        let facts = on(&address);
        let prefix = if whole { "https://x.example" } else { "" };
        let (pattern, address) = (format!("{prefix}{pattern}"), format!("{prefix}{address}"));
        let seen = if pattern.contains('?') { address.as_str() } else { without_query(&address) };
        for (kind, expected) in [
            ("exact", seen == pattern),
            ("prefix", address.starts_with(&pattern)),
            ("wildcard", wild(&pattern.split('*').collect::<Vec<_>>(), seen)),
        ] {
            let rules = audience(&only(kind, &pattern)).rules();
            prop_assert_eq!(holds(&rules, &facts), expected, "{} {} on {}", kind, pattern, address);
        }
    }

    #[test]
    fn exclude_wins(include in path(), exclude in path(), address in path()) {
        let facts = on(&address);
        let both = audience(&json!({ "urls": { "include": [{ "prefix": include }], "exclude": [{ "prefix": exclude }] } }));
        let expected = address.starts_with(&include) && !address.starts_with(&exclude);
        prop_assert_eq!(holds(&both.rules(), &facts), expected);
    }

    #[test]
    fn another_condition_never_widens_an_audience(
        address in path(), device in "mobile|desktop", plan in prop::option::of("pro|free"), number in "-?[0-9]{1,3}",
        members in prop::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 0..=6), more in 0..6_usize,
    ) {
        let mut facts = on(&address);
        facts.insert("device".into(), device);
        facts.insert("draw".into(), number.clone());
        facts.insert("attr:n".into(), number);
        facts.extend(plan.map(|plan| ("attr:plan".to_owned(), plan)));
        let of = |members: &[usize]| {
            let mut all = json!({});
            for at in members {
                let (name, value) = [
                    ("urls", json!({ "include": [{ "prefix": "/a" }, { "exact": "https://x.example/b" }] })),
                    ("devices", json!(["mobile"])),
                    ("attributes", json!([{ "property": "plan", "is_not": ["free"] }])),
                    ("sample_percent", json!(50)),
                    ("locales", json!(["es"])),
                    ("visitors", json!("new")),
                ][*at].clone();
                all[name] = value;
            }
            audience(&all).rules()
        };
        let narrow: Vec<usize> = members.iter().copied().chain([more]).collect();
        prop_assert!(!holds(&of(&narrow), &facts) || holds(&of(&members), &facts));
    }
}

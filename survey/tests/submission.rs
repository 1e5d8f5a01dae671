//! Properties of what comes from the open internet.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::{Value, json};
use sondeo_survey::dedup::{self, Outcome, Stored};
use sondeo_survey::erasure::Claim;
use sondeo_survey::frequency::Window;
use sondeo_survey::metric::{Metric, Scale};
use sondeo_survey::response::{RespondentKind, Submission};
use sondeo_survey::{Fault, limits, site::Site};

const NPS: Scale = Scale { min: 0, max: 10 };
const ID: &str = "0193a7c2-0000-7000-8000-000000000001";
const KEY: &str = "0193a7c2-0000-4000-8000-000000000002";

fn pointers(body: &Value) -> Vec<String> {
    let faults = Submission::parse(body.to_string().as_bytes(), NPS).unwrap_err();
    faults.0.into_iter().map(|Fault { pointer, .. }| pointer).collect()
}

#[test]
fn a_full_answer_reads_back() {
    let body = json!({
        "id": ID, "erasure_key": KEY, "revision": 2, "survey_version": 3, "score": 9, "complete": true,
        "comment": " \"Lovely\"\r\n\tcoffee\\\u{0} ", "reasons": ["delivery"], "locale": "es-mx",
        "page": {"path": "/checkout/thanks", "referrer": "news.example"},
        "order": {"id": "1042", "value": "59.90", "currency": "EUR"},
        "respondent": {"kind": "order", "key": "1042", "proof": "p"},
        "attributes": {"plan": "pro"},
        "consent": {"status": "granted", "source": "site", "tc_string": "CP", "at": "2026-11-21T10:00:00Z"},
        "signals": {"gpc": false, "dnt": true}, "timing": {"shown_to_score_ms": 2300},
        "unknown": {"is": ["ignored"]}
    });
    let answer = Submission::parse(body.to_string().as_bytes(), NPS).unwrap();
    assert_eq!(answer.comment.as_deref(), Some("\"Lovely\"\n\tcoffee\\"));
    assert_eq!(answer.locale.as_deref(), Some("es-MX"));
    let written = answer.to_json();
    assert_eq!(Submission::parse(written.as_bytes(), NPS).unwrap(), answer);
    let mut expected = body;
    expected.as_object_mut().unwrap().remove("unknown");
    expected["comment"] = "\"Lovely\"\n\tcoffee\\".into();
    expected["locale"] = "es-MX".into();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), expected, "the wire format is pinned");
    let claims = Claim::parse_all(format!("[{}]", answer.claim("s")).as_bytes()).unwrap();
    let [claim] = claims.as_slice() else { panic!("{claims:?}") };
    assert_eq!((claim.survey.as_str(), claim.id, Some(claim.key)), ("s", answer.id, answer.erasure_key));
    assert_eq!(claim.respondent, Some((RespondentKind::Order, "1042".to_owned())));
}

#[test]
fn a_text_is_counted_as_it_came() {
    let most = limits::COMMENT;
    let comment = |text: String| json!({"id": ID, "revision": 1, "score": 9, "comment": text});
    for (end, is_taken) in [
        ("x", true),
        ("🙂", true),
        ("\n", true),
        ("\r\n", true),
        ("xx", false),
        ("x\0", false),
        ("x ", false),
    ] {
        let body = comment("x".repeat(most - 1) + end).to_string();
        let read = Submission::parse(body.as_bytes(), NPS);
        assert_eq!(read.is_ok(), is_taken, "{end:?}: {:?}", read.err());
    }
}

#[test]
fn every_fault_of_one_body_is_reported() {
    let got = pointers(&json!({
        "id": "1", "erasure_key": 1, "revision": 0, "score": 11, "complete": "yes", "comment": "x".repeat(limits::COMMENT + 1),
        "reasons": ["", 5], "locale": "english!", "page": {"path": "/a?b=c"},
        "order": {"value": 59.9, "currency": "eur"}, "respondent": {"kind": "cookie"},
        "attributes": {"a/b": 1}, "consent": {"status": "yes", "at": "today"}, "signals": [], "timing": 3
    }));
    let expected = [
        "/id",
        "/erasure_key",
        "/revision",
        "/score",
        "/complete",
        "/comment",
        "/reasons/0",
        "/reasons/1",
        "/locale",
        "/page/path",
        "/order/id",
        "/order/value",
        "/order/currency",
        "/respondent/kind",
        "/respondent/key",
        "/attributes/a~1b",
        "/consent/status",
        "/consent/at",
        "/signals",
        "/timing",
    ];
    assert_eq!(got, expected);
}

#[test]
fn what_is_no_answer_is_named() {
    let deep = "[".repeat(10_000);
    for body in ["", "nonsense", "[]", "7", "null", "{\"id\":\"\\ud800\"}", "\u{feff}{}", deep.as_str()] {
        let faults = Submission::parse(body.as_bytes(), NPS).unwrap_err();
        assert_eq!(faults.0[0].pointer, "", "{body:.20}: {faults}");
    }
    assert!(Submission::parse(b"{\"id\":\"\xff\"}", NPS).is_err());
    assert_eq!(pointers(&json!({})), ["/id", "/revision", "/score"]);
}

#[test]
fn scores_are_whole_numbers_of_their_scale() {
    let accepts = |scale, score: &str| {
        let body = format!(r#"{{"id": "{ID}", "revision": 1, "score": {score}}}"#);
        Submission::parse(body.as_bytes(), scale).is_ok()
    };
    for (_, metric) in Metric::NAMES {
        for &scale in metric.scales() {
            for score in -1..12_i32 {
                let fits = i32::from(scale.min) <= score && score <= i32::from(scale.max);
                assert_eq!(accepts(scale, &score.to_string()), fits, "{score} on {scale:?}");
            }
        }
    }
    for (score, fits) in [
        ("7.0", true),
        ("7.5", false),
        ("2.5e-42", false),
        ("\"7\"", false),
        ("1e300", false),
        ("true", false),
    ] {
        assert_eq!(accepts(NPS, score), fits, "{score}");
    }
}

#[test]
fn amounts_are_decimal_text() {
    for (value, fits) in [
        ("59.90", true),
        ("0", true),
        ("-3.5", true),
        ("999999999999.9999", true),
        ("", false),
        (".5", false),
        ("5.", false),
        ("1,50", false),
        ("1e3", false),
        ("--1", false),
        ("1.23456", false),
        ("1234567890123", false),
    ] {
        let body = json!({"id": ID, "revision": 1, "score": 1, "order": {"id": "1", "value": value}});
        assert_eq!(Submission::parse(body.to_string().as_bytes(), NPS).is_ok(), fits, "{value}");
    }
}

#[test]
fn an_anonymous_answer_holds_nothing_linkable() {
    let body = json!({
        "id": ID, "revision": 1, "score": 9, "comment": "kept", "page": {"path": "/secret"},
        "order": {"id": "secret"}, "respondent": {"kind": "user", "key": "secret"},
        "attributes": {"secret": "secret"}, "consent": {"status": "granted", "tc_string": "secret"}
    });
    let answer = Submission::parse(body.to_string().as_bytes(), NPS).unwrap().anonymous();
    let text = answer.to_json();
    assert!(!text.contains("secret") && text.contains("kept"), "{text}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(Value::from(ID)),
    ];
    let key = prop_oneof![
        ".{0,8}",
        prop::sample::select(vec![
            "id",
            "revision",
            "score",
            "comment",
            "reasons",
            "page",
            "path",
            "order",
            "value",
            "respondent",
            "kind",
            "attributes",
            "consent",
            "signals",
            "timing",
            "wording",
            "triggers",
            "frequency",
            "theme",
            "origins",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Submission::parse(&bytes, NPS);
        let _ = Site::parse(&bytes);
    }

    #[test]
    fn whatever_parses_survives_a_round_trip(value in any_json()) {
        let bytes = value.to_string().into_bytes();
        let _ = Site::parse(&bytes);
        let _ = sondeo_survey::definition::Definition::parse(&bytes);
        match Submission::parse(&bytes, NPS) {
            Ok(answer) => {
                let written = answer.to_json();
                prop_assert_eq!(Submission::parse(written.as_bytes(), NPS).unwrap(), answer);
            }
            Err(faults) => prop_assert!(!faults.0.is_empty()),
        }
    }

    /// Any order and repetition of a respondent's requests leaves the same answer with the highest revision.
    #[test]
    fn replays_and_disorder_change_nothing(requests in prop::collection::vec((0u8..3, 1u32..5), 1..20)) {
        let start = dedup::window_start(Window::Ever, 1_000);
        let mut kept: Vec<Stored<u8>> = Vec::new();
        for (id, revision) in requests.iter().chain(&requests) {
            let before = kept.clone();
            match dedup::decide(&kept, id, *revision, start) {
                Outcome::Created => kept.push(Stored { id: *id, revision: *revision, received_at: 1_000 }),
                Outcome::Updated => kept[0].revision = *revision,
                Outcome::Unchanged(stored) => prop_assert!(stored >= *revision && kept == before),
                Outcome::AlreadyAnswered => prop_assert!(kept[0].id != *id && kept == before),
            }
        }
        let first = requests[0].0;
        let highest = requests.iter().filter(|(id, _)| *id == first).map(|(_, revision)| *revision).max();
        prop_assert_eq!(kept.len(), 1);
        prop_assert_eq!((kept[0].id, Some(kept[0].revision)), (first, highest));
    }
}

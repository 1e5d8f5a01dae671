use super::*;

fn site(policy: &str) -> Site {
    let text = format!(r#"{{"name": "S", "origins": [], "consent_policy": "{policy}"}}"#);
    Site::parse(text.as_bytes()).unwrap()
}

fn definition(text: &str) -> Definition {
    Definition::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_survey_is_named_and_addressed_and_a_hostile_event_stays_inside_the_script() {
    let definition = definition(
        r#"{"title": "T", "metric": "nps", "frequency": {"window": "order"},
            "triggers": [{"on": "event", "name": "a\u2028</script><!--"}]}"#,
    );
    let script = to_script(&Live::new("s", &site("opt_in"), 7, "ab", [("n", 3, &definition)]));
    assert!(!script.contains('<') && !script.contains('\u{2028}'), "{script}");
    let expected = r#""id":"n","card":"/c/s/n/3.7.ab","order":true,"free":true}],"triggers":[{"of":0,"on":"event","name":"a\u2028\u003c/script>\u003c!--"}]}"#;
    assert!(script.contains(expected), "{script}");
}

#[test]
fn what_no_survey_needs_does_not_travel() {
    for (rest, expected) in [
        (r#""triggers": [{"on": "event", "name": "e"}]"#, ""),
        (r#""triggers": [{"on": "event", "name": "purchase"}]"#, "layer purchase"),
        (
            r#""triggers": [{"on": "event", "name": "e", "where": [{"property": "p", "exists": true}]}]"#,
            "holds",
        ),
        (r#""triggers": [{"on": "delay", "seconds": 3}]"#, "load pages"),
        (
            r##""triggers": [{"on": "visible", "selector": "#a"}, {"on": "views", "count": 2}]"##,
            "pages seek session views visible",
        ),
        (
            r#""triggers": [], "audience": {"utm": {"source": ["a"], "term": ["b"]}, "attributes": [{"property": "utm_x:y", "is": ["a"]}]}"#,
            "attr holds utm",
        ),
        (
            r#""triggers": [], "audience": {"urls": {"include": [{"prefix": "/"}, {"prefix": "h"}]}}"#,
            "holds path url",
        ),
        (
            r#""triggers": [], "audience": {"visitors": "new", "sample_percent": 5}"#,
            "draw holds keep session visitor",
        ),
        (r#""triggers": [], "layout": "inline""#, "inline pages seek"),
        (r#""triggers": [], "layout": "tab""#, "pages tab"),
        (r#""triggers": [], "wording": {"en": {"question": "How was {{product|it}}?"}}"#, "fill"),
    ] {
        let definition = definition(&format!(r#"{{"title": "T", "metric": "nps", {rest}}}"#));
        let site = site("opt_in");
        let live = Live::new("s", &site, 1, "0", [("n", 1, &definition)]);
        assert_eq!(live.parts().into_iter().collect::<Vec<_>>().join(" "), expected, "{rest}");
        let keeps = live.parts().contains("keep");
        assert_eq!(live.keep, if keeps { vec![Status::Granted] } else { Vec::new() });
    }
}

#[test]
fn triggers_are_what_the_loader_takes() {
    let definition = definition(
        r##"{"title": "T", "metric": "nps", "triggers": [
            {"on": "load"}, {"on": "delay", "seconds": 20, "after_seconds": 1}, {"on": "scroll", "percent": 50, "after_seconds": 2},
            {"on": "exit"}, {"on": "click", "selector": ".x"}, {"on": "visible", "selector": "#y"}, {"on": "views", "count": 3},
            {"on": "time", "seconds": 60}, {"on": "event", "name": "e", "where": [{"property": "value", "at_least": 100}]}]}"##,
    );
    let inline = self::definition(
        r#"{"title": "T", "metric": "nps", "layout": "inline", "triggers": [{"on": "event", "name": "purchase"}, {"on": "exit"}]}"#,
    );
    let expected = serde_json::json!([
        {"of": 0, "on": "load"}, {"of": 0, "on": "load", "after": 21}, {"of": 0, "on": "scroll", "number": 50, "after": 2},
        {"of": 0, "on": "exit"}, {"of": 0, "on": "click", "selector": ".x"}, {"of": 0, "on": "visible", "selector": "#y"},
        {"of": 0, "on": "views", "number": 3}, {"of": 0, "on": "time", "number": 60},
        {"of": 0, "on": "event", "name": "e", "where": [["value", [100, null]]]},
        {"of": 1, "on": "event", "name": "purchase"}, {"of": 1, "on": "exit"}, {"of": 1, "on": "purchase"},
        {"of": 1, "on": "inline", "name": "b"},
    ]);
    let site = site("opt_in");
    let live = Live::new("s", &site, 1, "0", [("a", 1, &definition), ("b", 1, &inline)]);
    assert_eq!(serde_json::to_value(live.triggers).unwrap(), expected);
}

#[test]
fn the_loader_knows_which_consent_allows_a_question() {
    use Status::{Denied, Granted, Unknown};
    for (policy, expected, with_a_box) in [
        ("opt_in", vec![Granted], vec![Granted, Unknown]),
        ("anonymous", vec![Granted, Denied, Unknown], vec![Granted, Denied, Unknown]),
        ("first_party", vec![Granted, Denied, Unknown], vec![Granted, Denied, Unknown]),
    ] {
        let mut site = site(policy);
        let survey =
            |asks: &str| definition(&format!(r#"{{"title": "T", "metric": "nps", "triggers": []{asks}}}"#));
        let [plain, with, without] =
            ["", r#", "ask_consent": true"#, r#", "ask_consent": false"#].map(survey);
        let asked = |site: &Site, surveys: &[&Definition]| {
            let live = Live::new("s", site, 1, "0", surveys.iter().map(|survey| ("n", 1, *survey)));
            (live.ask, live.surveys.into_iter().map(|survey| survey.ask).collect::<Vec<_>>())
        };
        let less = if expected == with_a_box { Vec::new() } else { expected.clone() };
        assert_eq!(asked(&site, &[&plain, &without]), (expected.clone(), vec![vec![]; 2]), "{policy}");
        let mixed = vec![less.clone(), vec![], less.clone()];
        assert_eq!(asked(&site, &[&plain, &with, &without]), (with_a_box.clone(), mixed), "{policy}");
        site.sources.card = true;
        assert_eq!(asked(&site, &[&plain, &without]), (with_a_box, vec![vec![], less]), "{policy}");
        assert_eq!(asked(&site, &[&without]), (expected, vec![vec![]]), "{policy}");
    }
}

#[test]
fn consent_platforms_are_listened_to_where_the_site_names_them() {
    let definition =
        definition(r#"{"title": "T", "metric": "nps", "triggers": [{"on": "event", "name": "e"}]}"#);
    for (from, parts, expected) in [
        ("[]", "", ""),
        (r#"["gcm", "site"]"#, "platform", r#""gcm":true,"#),
        (r#"["tcf"], "tcf_purposes": [7, 1]"#, "platform", r#""deaf":true,"tcf":{"purposes":[1,7]},"#),
        (r#"["site", "tcf"], "tcf_vendor": 755"#, "platform", r#""tcf":{"purposes":[1],"vendor":755},"#),
    ] {
        let from = if from == "[]" { String::new() } else { format!(r#", "consent_from": {from}"#) };
        let text = format!(r#"{{"name": "S", "origins": [], "consent_policy": "opt_in"{from}}}"#);
        let site = Site::parse(text.as_bytes()).unwrap();
        let live = Live::new("s", &site, 1, "0", [("n", 1, &definition), ("m", 1, &definition)]);
        assert_eq!(live.parts().into_iter().collect::<Vec<_>>().join(" "), parts, "{from}");
        let script = to_script(&live);
        assert!(script.contains(&format!(r#""ask":["granted"],{expected}"surveys""#)), "{script}");
        let none = Live::new("s", &site, 1, "0", []);
        assert_eq!(none.parts().len(), 0, "nobody is asked, so nobody is listened to");
    }
}

//! What a visitor's browser gets of a site: the loader carries it as JSON.

use crate::consent::{self, Decision, Signals, Status};
use crate::definition::{Definition, Trigger};
use crate::frequency::Window;
use crate::site::Site;
use serde::Serialize;

/// A site and its live surveys.
#[derive(Debug, Serialize)]
pub struct Live<'a> {
    /// The site's name in addresses.
    pub site: &'a str,
    /// Folder of the widget's files.
    pub assets: String,
    /// The answers to the question of consent under which a survey may be shown, so that a page view without
    /// them loads nothing.
    pub ask: Vec<Status>,
    /// The surveys.
    pub surveys: Vec<LiveSurvey<'a>>,
}

/// A published survey. Its words travel only when it is shown, and only in the visitor's language.
#[derive(Debug, Serialize)]
pub struct LiveSurvey<'a> {
    /// Its name in addresses.
    pub id: &'a str,
    /// Where its card's text is.
    pub card: String,
    /// Any of these opens it.
    pub triggers: &'a [Trigger],
    /// Whether each order has an answer of its own.
    pub order: bool,
}

/// What a card's text depends on, for its address: another text has another address and may be kept for good.
#[must_use]
pub fn card_version(survey_version: u32, site_version: u32, build: &str) -> String {
    format!("{survey_version}.{site_version}.{build}")
}

impl<'a> Live<'a> {
    /// Composes what the loader carries. `build` is the widget's hash; `surveys` are `(id, version, definition)`.
    #[must_use]
    pub fn new(
        site: &'a str,
        settings: &'a Site,
        site_version: u32,
        build: &'a str,
        surveys: impl IntoIterator<Item = (&'a str, u32, &'a Definition)>,
    ) -> Self {
        let allowed = |status: &Status| {
            let decision =
                consent::decide(settings.consent_policy, *status, Signals::default(), settings.honour_dnt);
            !matches!(decision, Decision::Refuse(_))
        };
        let live = |(id, version, definition): (&'a str, u32, &'a Definition)| LiveSurvey {
            id,
            card: format!("/c/{site}/{id}/{}", card_version(version, site_version, build)),
            triggers: &definition.triggers,
            order: definition.frequency.window == Window::Order,
        };
        Self {
            site,
            assets: format!("/a/{build}/"),
            ask: Status::NAMES.into_iter().map(|(_, status)| status).filter(allowed).collect(),
            surveys: surveys.into_iter().map(live).collect(),
        }
    }
}

/// JSON that may stand inside a script: `<` cannot end a script element, and the two line separators cannot end a
/// string in old engines.
#[must_use]
pub fn to_script(live: &Live<'_>) -> String {
    serde_json::to_string(live)
        .unwrap_or_default()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
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
        let expected = r#""id":"n","card":"/c/s/n/3.7.ab","triggers":[{"on":"event","name":"a\u2028\u003c/script>\u003c!--"}],"order":true"#;
        assert!(script.contains(expected), "{script}");
    }

    #[test]
    fn the_loader_knows_which_consent_allows_a_question() {
        use Status::{Denied, Granted, Unknown};
        for (policy, expected) in [
            ("opt_in", vec![Granted]),
            ("anonymous", vec![Granted, Denied, Unknown]),
            ("first_party", vec![Granted, Denied, Unknown]),
        ] {
            assert_eq!(Live::new("s", &site(policy), 1, "0", []).ask, expected, "{policy}");
        }
    }
}

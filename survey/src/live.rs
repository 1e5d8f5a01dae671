//! What a visitor's browser gets of a site: the loader carries it as JSON.

use crate::card::Card;
use crate::consent::{self, Decision, Signals, Status};
use crate::definition::{Definition, Trigger, Window};
use crate::locale::Locale;
use crate::site::Site;
use serde::Serialize;
use std::collections::BTreeMap;

/// A site and its live surveys.
#[derive(Debug, Serialize)]
pub struct Live<'a> {
    /// The site's name in addresses.
    pub site: &'a str,
    /// Folder of the widget's files.
    pub assets: &'a str,
    /// The answers to the question of consent under which a survey may be shown, so that a page view without
    /// them loads nothing.
    pub ask: Vec<Status>,
    /// The surveys.
    pub surveys: Vec<LiveSurvey<'a>>,
}

/// A published survey.
#[derive(Debug, Serialize)]
pub struct LiveSurvey<'a> {
    /// Its name in addresses.
    pub id: &'a str,
    /// Any of these opens it.
    pub triggers: &'a [Trigger],
    /// Whether each order has an answer of its own.
    pub order: bool,
    /// The languages, the default first, with commas between: the widget takes text in one piece.
    pub locales: String,
    /// What the card needs, by language.
    pub cards: BTreeMap<&'a str, String>,
}

impl<'a> Live<'a> {
    /// Composes what the loader carries. `surveys` are `(id, version, definition)`.
    #[must_use]
    pub fn new(
        site: &'a str,
        settings: &'a Site,
        assets: &'a str,
        surveys: impl IntoIterator<Item = (&'a str, u32, &'a Definition)>,
    ) -> Self {
        let allowed = |status: &Status| {
            let decision =
                consent::decide(settings.consent_policy, *status, Signals::default(), settings.honour_dnt);
            !matches!(decision, Decision::Refuse(_))
        };
        let live = |(id, version, definition)| LiveSurvey::new(id, settings, version, definition);
        Self {
            site,
            assets,
            ask: Status::NAMES.into_iter().map(|(_, status)| status).filter(allowed).collect(),
            surveys: surveys.into_iter().map(live).collect(),
        }
    }
}

impl<'a> LiveSurvey<'a> {
    fn new(id: &'a str, site: &Site, version: u32, definition: &'a Definition) -> Self {
        let default = &definition.default_locale;
        let others = definition.wording.keys().filter(|tag| *tag != default);
        let locales: Vec<&str> = std::iter::once(default).chain(others).map(Locale::as_str).collect();
        Self {
            id,
            triggers: &definition.triggers,
            order: definition.frequency.window == Window::Order,
            locales: locales.join(","),
            cards: locales
                .into_iter()
                .map(|tag| (tag, Card::write(site, version, definition, tag).0))
                .collect(),
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
    fn the_default_language_comes_first() {
        let definition = definition(
            r#"{"title": "T", "metric": "nps", "default_locale": "es", "triggers": [],
                "wording": {"es": {}, "en": {}}, "frequency": {"window": "order"}}"#,
        );
        let live = LiveSurvey::new("s", &site("opt_in"), 1, &definition);
        assert_eq!((live.locales.as_str(), live.order), ("es,en", true));
        assert_eq!(live.cards.into_keys().collect::<Vec<_>>(), ["en", "es"]);
    }

    #[test]
    fn a_hostile_wording_stays_inside_the_script() {
        let definition = definition(
            r#"{"title": "T", "metric": "nps", "triggers": [],
                "wording": {"en": {"question": "</script><!--\u2028"}}}"#,
        );
        let script = to_script(&Live::new("s", &site("opt_in"), "/a/0/", [("n", 1, &definition)]));
        assert!(!script.contains('<') && !script.contains('\u{2028}'), "{script}");
    }

    #[test]
    fn the_loader_knows_which_consent_allows_a_question() {
        use Status::{Denied, Granted, Unknown};
        for (policy, expected) in [
            ("opt_in", vec![Granted]),
            ("anonymous", vec![Granted, Denied, Unknown]),
            ("first_party", vec![Granted, Denied, Unknown]),
        ] {
            assert_eq!(Live::new("s", &site(policy), "/a/0/", []).ask, expected, "{policy}");
        }
    }
}

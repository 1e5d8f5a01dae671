//! What a visitor's browser gets of a site: the loader carries this as JSON, and the widget reads it.

use crate::consent::{self, Decision, Policy, Signals, Status};
use crate::definition::{Definition, Frequency, Trigger, Wording};
use crate::locale::{self, Locale};
use crate::metric::{Metric, Scale, Segment};
use crate::site::Site;
use crate::texts;
use serde::Serialize;
use std::collections::BTreeMap;

/// A site and its live surveys.
#[derive(Debug, Serialize)]
pub struct Live<'a> {
    /// The site's name in addresses.
    pub site: &'a str,
    /// Folder of the widget's files.
    pub assets: &'a str,
    /// The policy, for the widget to decide by.
    pub policy: Policy,
    /// Whether Do Not Track counts.
    pub dnt: bool,
    /// The answers to the question of consent under which a survey may be shown, so that a page view without
    /// them loads nothing.
    pub ask: Vec<Status>,
    /// The accent colour.
    pub accent: &'a str,
    /// The colour of text on it.
    pub on: &'static str,
    /// The surveys.
    pub surveys: Vec<LiveSurvey<'a>>,
}

/// A published survey.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "as in the definition")]
pub struct LiveSurvey<'a> {
    pub id: &'a str,
    pub version: u32,
    pub metric: Metric,
    #[serde(flatten)]
    pub scale: Scale,
    pub triggers: &'a [Trigger],
    pub frequency: Frequency,
    /// The languages, the default first.
    pub locales: Vec<Locale>,
    /// The words, in the order of `locales`.
    pub words: Vec<Words>,
}

/// Every text of a card in one language.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "named for where they stand on the card")]
pub struct Words {
    pub question: String,
    pub low: String,
    pub high: String,
    pub follow_up: BTreeMap<Segment, String>,
    pub thanks: String,
    pub close: &'static str,
    pub send: &'static str,
    pub skip: &'static str,
    /// Whether the language is written from right to left.
    pub rtl: bool,
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
        Self {
            site,
            assets,
            policy: settings.consent_policy,
            dnt: settings.honour_dnt,
            ask: Status::NAMES.into_iter().map(|(_, status)| status).filter(allowed).collect(),
            accent: &settings.theme.accent,
            on: settings.theme.on_accent(),
            surveys: surveys
                .into_iter()
                .map(|(id, version, definition)| LiveSurvey::new(id, version, definition))
                .collect(),
        }
    }
}

impl<'a> LiveSurvey<'a> {
    fn new(id: &'a str, version: u32, definition: &'a Definition) -> Self {
        let mut locales: Vec<Locale> = vec![definition.default_locale.clone()];
        locales.extend(definition.wording.keys().filter(|tag| **tag != definition.default_locale).cloned());
        let words = locales.iter().map(|tag| words(definition, tag)).collect();
        Self {
            id,
            version,
            metric: definition.metric,
            scale: definition.scale,
            triggers: &definition.triggers,
            frequency: definition.frequency,
            locales,
            words,
        }
    }
}

/// The site's own words where it has some, the built-in ones elsewhere.
fn words(definition: &Definition, tag: &Locale) -> Words {
    let tags: Vec<&str> = definition.wording.keys().map(Locale::as_str).collect();
    let own = locale::choose(&tags, &[tag.as_str()]).and_then(|at| definition.wording.values().nth(at));
    let none = Wording::default();
    let own = own.unwrap_or(&none);
    let built_in = texts::for_locale(tag.as_str());
    let question = built_in.of(definition.metric);
    let or = |own: &Option<String>, built_in: &str| own.clone().unwrap_or_else(|| built_in.to_owned());
    Words {
        question: or(&own.question, question.question),
        low: or(&own.low, question.low),
        high: or(&own.high, question.high),
        follow_up: own.follow_up.clone().unwrap_or_else(|| {
            let segments = definition.metric.segments();
            segments.into_iter().zip(question.follow_up.map(str::to_owned)).collect()
        }),
        thanks: or(&own.thanks, built_in.thanks),
        close: built_in.close,
        send: built_in.send,
        skip: built_in.skip,
        rtl: locale::is_right_to_left(tag.as_str()),
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

    fn definition(text: &str) -> Definition {
        Definition::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn own_words_win_and_the_rest_is_built_in() {
        let definition = definition(
            r#"{"title": "T", "metric": "nps", "default_locale": "es", "triggers": [],
                "wording": {"es": {"question": "¿Nos recomendarías?", "follow_up": {}}, "en": {}}}"#,
        );
        let live = LiveSurvey::new("s", 1, &definition);
        let tags: Vec<&str> = live.locales.iter().map(Locale::as_str).collect();
        assert_eq!(tags, ["es", "en"]);
        assert_eq!(live.words[0].question, "¿Nos recomendarías?");
        assert_eq!(live.words[0].low, "Nada probable");
        assert!(live.words[0].follow_up.is_empty(), "an empty table means no follow-up");
        assert_eq!(live.words[1].follow_up.len(), 3);
    }

    #[test]
    fn a_hostile_wording_stays_inside_the_script() {
        let site = Site::parse(br#"{"name": "S", "origins": [], "consent_policy": "opt_in"}"#).unwrap();
        let definition = definition(
            r#"{"title": "T", "metric": "nps", "triggers": [],
                "wording": {"en": {"question": "</script><!--\u2028"}}}"#,
        );
        let script = to_script(&Live::new("s", &site, "/a/0/", [("n", 1, &definition)]));
        assert!(!script.contains('<') && !script.contains('\u{2028}'), "{script}");
        assert!(script.contains(r#""ask":["granted"]"#), "{script}");
    }
}

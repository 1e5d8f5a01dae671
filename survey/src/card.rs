//! Everything that a card needs to know of its survey, as one text: the collector writes it, the widget reads it.
//!
//! Reading members of JavaScript objects one by one, or deserializing them, costs the widget kilobytes. A field of a
//! text costs a slice. Both ends are here, so that they cannot disagree.

use crate::consent::{self, Decision, Policy, Signals, Status};
use crate::definition::{Definition, Frequency, Window, Wording};
use crate::locale;
use crate::metric::{Metric, Scale};
use crate::site::Site;
use crate::texts;

/// The ASCII unit separator: parsed texts hold no control characters other than line breaks and tabs.
const SEPARATOR: char = '\u{1f}';

/// The fields in their order. The first eleven are names and numbers, the rest is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "named for what they hold or for where they stand on the card")]
pub enum Field {
    /// The card's language.
    Locale,
    /// Of the survey.
    Version,
    Metric,
    Min,
    Max,
    /// `order`, `ever` or a number of days.
    Window,
    AfterDismissalDays,
    Policy,
    /// `1` where Do Not Track counts.
    HonourDnt,
    /// Colours, as CSS declarations.
    Style,
    /// `ltr` or `rtl`.
    Direction,
    Question,
    Low,
    High,
    /// The lowest score with its meaning, for those who hear the card.
    LowLabel,
    HighLabel,
    /// The follow-ups of the happy, the middle and the unhappy segment; empty where there is none.
    FollowUpHappy,
    FollowUpMiddle,
    FollowUpUnhappy,
    Thanks,
    Close,
    Send,
    Skip,
}

/// A card's text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card(pub String);

impl Card {
    /// Writes a card: the site's own words where it has some, the built-in ones elsewhere.
    #[must_use]
    pub fn write(site: &Site, version: u32, definition: &Definition, tag: &str) -> Self {
        let tags: Vec<&str> = definition.wording.keys().map(locale::Locale::as_str).collect();
        let own = locale::choose(&tags, &[tag]).and_then(|at| definition.wording.values().nth(at));
        let none = Wording::default();
        let own = own.unwrap_or(&none);
        let built_in = texts::for_locale(tag);
        // What a reader and a screen reader are told is the language of the question as it stands.
        let written = if own.question.is_some() { tag } else { built_in.locale };
        let question = built_in.of(definition.metric);
        let or = |own: &Option<String>, built_in: &str| own.clone().unwrap_or_else(|| built_in.to_owned());
        let Frequency { window, after_dismissal_days } = definition.frequency;
        let Scale { min, max } = definition.scale;
        let (low, high) = (or(&own.low, question.low), or(&own.high, question.high));
        let segments = definition.metric.segments();
        let follow_up = |at: usize| match (&own.follow_up, segments.get(at)) {
            (Some(table), Some(segment)) => table.get(segment).cloned().unwrap_or_default(),
            _ => question.follow_up.get(at).map(|text| (*text).to_owned()).unwrap_or_default(),
        };
        let fields = [
            written.to_owned(),
            version.to_string(),
            definition.metric.name().into(),
            min.to_string(),
            max.to_string(),
            match window {
                Window::Order => "order".into(),
                Window::Ever => "ever".into(),
                Window::Days(days) => days.to_string(),
            },
            after_dismissal_days.to_string(),
            site.consent_policy.name().into(),
            u8::from(site.honour_dnt).to_string(),
            format!("--accent:{};--on:{}", site.theme.accent, site.theme.on_accent()),
            if locale::is_right_to_left(written) { "rtl" } else { "ltr" }.into(),
            or(&own.question, question.question),
            low.clone(),
            high.clone(),
            format!("{min}, {low}"),
            format!("{max}, {high}"),
            follow_up(0),
            follow_up(1),
            follow_up(2),
            or(&own.thanks, built_in.thanks),
            built_in.close.into(),
            built_in.send.into(),
            built_in.skip.into(),
        ];
        Self(fields.join(&SEPARATOR.to_string()))
    }

    /// The card in the first of `languages` (tags with commas between) that the survey is asked in, or else in the
    /// survey's own default.
    ///
    /// A survey is asked in the languages that it has words for. One without a question of its own is asked in every
    /// built-in language, too; one with such a question is not, as the built-in question is another.
    #[must_use]
    pub fn for_languages(site: &Site, version: u32, definition: &Definition, languages: &str) -> Self {
        let mut own: Vec<&str> = definition.wording.keys().map(locale::Locale::as_str).collect();
        let default = definition.default_locale.as_str();
        own.push(default);
        let asks_in_own_words = definition.wording.values().any(|wording| wording.question.is_some());
        let tag = languages.split(',').map(str::trim).find_map(|wanted| {
            let chosen = locale::choose(&own, &[wanted]).and_then(|at| own.get(at).copied());
            chosen.or_else(|| texts::find(wanted).map(|texts| texts.locale).filter(|_| !asks_in_own_words))
        });
        Self::write(site, version, definition, tag.unwrap_or(default))
    }

    /// A field; empty where the text is too short to have it.
    #[must_use]
    pub fn field(&self, field: Field) -> &str {
        self.0.split(SEPARATOR).nth(field as usize).unwrap_or_default()
    }

    /// A field that is a whole number; 0 where it is none.
    #[must_use]
    pub fn number(&self, field: Field) -> u32 {
        let digits = self.field(field).bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
        digits.fold(0, |number, digit| number.wrapping_mul(10).wrapping_add(digit))
    }

    /// What is measured.
    #[must_use]
    pub fn metric(&self) -> Metric {
        named(&Metric::NAMES, self.field(Field::Metric)).unwrap_or(Metric::Nps)
    }

    /// The numbers that may be chosen.
    #[must_use]
    pub fn scale(&self) -> Scale {
        #[allow(clippy::cast_possible_truncation, reason = "at most 10")]
        let end = |field| self.number(field) as u8;
        Scale { min: end(Field::Min), max: end(Field::Max) }
    }

    /// How often one visitor is asked.
    #[must_use]
    pub fn frequency(&self) -> Frequency {
        let window = match self.field(Field::Window) {
            "order" => Window::Order,
            "ever" => Window::Ever,
            _ => Window::Days(self.number(Field::Window)),
        };
        Frequency { window, after_dismissal_days: self.number(Field::AfterDismissalDays) }
    }

    /// What may be kept of an answer. An unknown policy asks for consent.
    #[must_use]
    pub fn decide(&self, status: Status, signals: Signals) -> Decision {
        let policy = named(&Policy::NAMES, self.field(Field::Policy)).unwrap_or(Policy::OptIn);
        consent::decide(policy, status, signals, self.field(Field::HonourDnt) == "1")
    }

    /// The field of what is asked after a score, unless nothing is.
    #[must_use]
    pub fn follow_up(&self, score: u8) -> Option<Field> {
        let metric = self.metric();
        let [happy, middle, _] = metric.segments();
        let segment = metric.segment(self.scale(), score);
        let field = if segment == happy {
            Field::FollowUpHappy
        } else if segment == middle {
            Field::FollowUpMiddle
        } else {
            Field::FollowUpUnhappy
        };
        (!self.field(field).is_empty()).then_some(field)
    }
}

/// What a word of a table stands for.
pub fn named<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Trigger;

    fn site() -> Site {
        Site::parse(
            br##"{"name": "S", "origins": [], "consent_policy": "first_party", "honour_dnt": true,
            "theme": {"accent": "#ffd400"}}"##,
        )
        .unwrap()
    }

    fn definition(text: &str) -> Definition {
        Definition::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let definition = definition(
            r#"{"title": "T", "metric": "ces", "scale": {"min": 1, "max": 5}, "triggers": [],
                "frequency": {"window": {"days": 30}, "after_dismissal_days": 7},
                "wording": {"fa": {"question": "س", "low": "أ", "follow_up": {"hard": "لماذا؟"}, "thanks": "شكرا"}}}"#,
        );
        let card = Card::write(&site(), 12, &definition, "fa");
        assert_eq!(card.number(Field::Version), 12);
        assert_eq!((card.metric(), card.scale()), (definition.metric, definition.scale));
        assert_eq!(card.frequency(), definition.frequency);
        assert_eq!(card.field(Field::Style), "--accent:#ffd400;--on:#000");
        assert_eq!(card.field(Field::Direction), "rtl");
        assert_eq!(card.field(Field::LowLabel), "1, أ");
        assert_eq!((1..=5).map(|score| card.follow_up(score)).collect::<Vec<_>>(), {
            let hard = Some(Field::FollowUpUnhappy);
            [hard, hard, None, None, None]
        });
        assert_eq!(
            card.field(Field::Skip),
            "No thanks",
            "the last field, in English where a language is missing"
        );
        assert_eq!(card.decide(Status::Unknown, Signals { gpc: false, dnt: true }), Decision::StoreAnonymous);
        assert_eq!(card.decide(Status::Unknown, Signals::default()), Decision::Store);
        for window in [Window::Order, Window::Ever, Window::Days(365)] {
            let frequency = Frequency { window, after_dismissal_days: 0 };
            let definition =
                Definition { frequency, triggers: vec![Trigger::Delay { seconds: 1 }], ..definition.clone() };
            assert_eq!(Card::write(&site(), 1, &definition, "en").frequency(), frequency);
        }
    }

    #[test]
    fn own_words_win_and_the_rest_is_built_in() {
        let definition = definition(
            r#"{"title": "T", "metric": "nps", "triggers": [],
                "wording": {"es": {"question": "¿Nos recomendarías?", "follow_up": {}}, "en": {}}}"#,
        );
        let (es, en) =
            (Card::write(&site(), 1, &definition, "es"), Card::write(&site(), 1, &definition, "en"));
        assert_eq!(es.field(Field::Question), "¿Nos recomendarías?");
        assert_eq!(es.field(Field::Low), "Nada probable");
        assert_eq!((es.follow_up(0), es.follow_up(10)), (None, None), "an empty table means no follow-up");
        assert_eq!(
            (en.follow_up(0), en.follow_up(8)),
            (Some(Field::FollowUpUnhappy), Some(Field::FollowUpMiddle))
        );
    }

    #[test]
    fn a_visitor_is_asked_in_the_best_language_there_is() {
        let own = definition(
            r#"{"title": "T", "metric": "nps", "default_locale": "es", "triggers": [],
                "wording": {"es": {"question": "¿Nos recomendarías?"}, "en": {}}}"#,
        );
        let plain = definition(r#"{"title": "T", "metric": "nps", "triggers": []}"#);
        for (definition, languages, expected) in [
            (&own, "en-GB,es", "en"),
            (&own, "pt-BR, fr", "es"),
            (&own, "", "es"),
            (&plain, "xx,es-MX", "es"),
            (&plain, "pt-BR", "pt-BR"),
            (&plain, "no", "nb"),
            (&plain, "tlh", "en"),
        ] {
            let card = Card::for_languages(&site(), 1, definition, languages);
            assert_eq!(card.field(Field::Locale), expected, "{languages}");
        }
    }

    #[test]
    fn a_short_text_is_read_without_a_fault() {
        let card = Card("en\u{1f}1\u{1f}nps".into());
        assert_eq!(card.field(Field::Skip), "");
        assert_eq!(card.scale(), Scale { min: 0, max: 0 });
        assert_eq!(
            card.decide(Status::Unknown, Signals::default()),
            Decision::Refuse(consent::Refusal::NotGranted)
        );
    }
}

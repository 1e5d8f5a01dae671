//! What the collector writes.

use super::squeeze::squeeze;
use super::state::{Consent, State};
use super::{Card, SEPARATOR, icons, view};
use crate::definition::Definition;
use crate::frequency::{Frequency, Window};
use crate::limits;
use crate::locale;
use crate::look::{Layout, Look};
use crate::metric::Scale;
use crate::site::Site;
use crate::slug::Slug;
use crate::step::{Ask, Step, When};
use crate::texts::{self, Question, Texts};
use crate::wording::Wording;

impl Card {
    /// Writes a card: the site's own words where it has some, the built-in ones elsewhere.
    #[must_use]
    pub fn write(site: &Site, version: u32, definition: &Definition, tag: &str) -> Self {
        Self(Words::new(definition, tag).fields(site, version).join(&char::from(SEPARATOR).to_string()))
    }

    /// What a browser gets: the card as the survey is asked in the first of `languages` (tags with commas between), and what
    /// it needs to draw the first question of it: the style rules, the frame and the view, also with the box for consent where
    /// it has one.
    #[must_use]
    pub fn sent(site: &Site, version: u32, definition: &Definition, languages: &str) -> String {
        let card = Self::for_languages(site, version, definition, languages);
        let view = |consent| view::view(State::new(card.scale(), consent), &card, &card.steps(), "");
        let mut views = vec![view(Consent::Settled)];
        if site.asks_consent(definition) {
            views.push(view(Consent::Open));
        }
        let frame = view::frame(&card, site.theme.logo.as_deref().unwrap_or_default());
        let head = [card.0, rules(site, definition), frame];
        [&head[..], &views].concat().join("\x1d")
    }

    /// The card in the first of `languages` (tags with commas between) that the survey is asked in, or else in the
    /// survey's own default.
    #[must_use]
    pub fn for_languages(site: &Site, version: u32, definition: &Definition, languages: &str) -> Self {
        Self::write(site, version, definition, language(definition, languages))
    }
}

/// The first of `languages` (tags with commas between) that the survey is asked in, or else the survey's default.
///
/// A survey is asked in the languages that it has words for. One without a question of its own is asked in every
/// built-in language, too; one with such a question is not, as the built-in question is another.
fn language<'a>(definition: &'a Definition, languages: &str) -> &'a str {
    let mut own: Vec<&str> = definition.wording.keys().map(locale::Locale::as_str).collect();
    let default = definition.default_locale.as_str();
    own.push(default);
    let asks_in_own_words = definition.wording.values().any(|wording| wording.question.is_some());
    let tag = languages.split(',').map(str::trim).find_map(|wanted| {
        let chosen = locale::choose(&own, &[wanted]).and_then(|at| own.get(at).copied());
        chosen.or_else(|| texts::find(wanted).map(|texts| texts.locale).filter(|_| !asks_in_own_words))
    });
    tag.unwrap_or(default)
}

/// The style rules of what this card has and others do not.
fn rules(site: &Site, definition: &Definition) -> String {
    let Definition { look, layout, ref steps, ref link, .. } = *definition;
    let parts = [
        (layout == Layout::Dialog, include_str!("style/dialog.css")),
        (layout == Layout::Inline, include_str!("style/inline.css")),
        (look != Look::Numbers, include_str!("style/icons.css")),
        (steps.is_some(), include_str!("style/choices.css")),
        (link.is_some(), include_str!("style/link.css")),
        (site.asks_consent(definition), include_str!("style/agree.css")),
        (site.theme.logo.is_some(), include_str!("style/logo.css")),
    ];
    parts.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, rules)| squeeze(rules)).collect()
}

/// A survey's words in one language.
struct Words<'a> {
    definition: &'a Definition,
    tag: &'a str,
    /// The site's.
    own: Option<&'a Wording>,
    /// The site's in the survey's default language, for what nobody else can say: the names of its choices.
    default: Option<&'a Wording>,
    texts: &'static Texts,
    question: &'static Question,
}

impl<'a> Words<'a> {
    fn new(definition: &'a Definition, tag: &'a str) -> Self {
        let tags: Vec<&str> = definition.wording.keys().map(locale::Locale::as_str).collect();
        let find = |tag| locale::choose(&tags, &[tag]).and_then(|at| definition.wording.values().nth(at));
        let texts = texts::for_locale(tag);
        let question = texts.of(definition.metric);
        let default = find(definition.default_locale.as_str());
        Self { definition, tag, own: find(tag), default, texts, question }
    }

    fn own(&self, member: impl Fn(&'a Wording) -> Option<&'a String>, built_in: &str) -> String {
        self.own.and_then(member).cloned().unwrap_or_else(|| built_in.to_owned())
    }

    fn fields(&self, site: &Site, version: u32) -> Vec<String> {
        let (definition, texts) = (self.definition, self.texts);
        let Scale { min, max } = definition.scale;
        let Frequency { window, after_dismissal_days, most_shown, ignores_spacing } = definition.frequency;
        let (low, high) = (
            self.own(|own| own.low.as_ref(), self.question.low),
            self.own(|own| own.high.as_ref(), self.question.high),
        );
        let [low_label, high_label] = if definition.look == Look::Thumbs {
            [(texts.down, &low), (texts.up, &high)].map(|(thumb, text)| format!("{thumb}: {text}"))
        } else {
            [(min, &low), (max, &high)].map(|(score, text)| format!("{score}, {text}"))
        };
        // What a reader and a screen reader are told is the language of the question as it stands.
        let written =
            if self.own.is_some_and(|own| own.question.is_some()) { self.tag } else { texts.locale };
        let is_right_to_left = locale::is_right_to_left(written);
        let link = definition.link.clone().unwrap_or_default();
        let [happy, middle, unhappy] = definition
            .metric
            .segments()
            .map(|segment| self.own.and_then(|own| own.thanks(segment)).unwrap_or(texts.thanks).to_owned());
        let flag = |flag| u8::from(flag).to_string();
        let mut fields = vec![
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
            flag(site.honour_dnt),
            site.theme.style(is_right_to_left),
            if is_right_to_left { "rtl" } else { "ltr" }.into(),
            definition.look.name().into(),
            definition.layout.name().into(),
            most_shown.to_string(),
            flag(ignores_spacing),
            site.spacing_hours.to_string(),
            link,
            self.own(|own| own.question.as_ref(), self.question.question),
            low,
            high,
            low_label,
            high_label,
            happy,
            middle,
            unhappy,
            self.link_text(),
            format!(" ({})", texts.new_tab),
            texts.close.into(),
            texts.send.into(),
            texts.next.into(),
            texts.skip.into(),
            texts.back.into(),
            texts.all_that_apply.into(),
            self.own(|own| own.tab.as_ref(), texts.feedback),
            if site.asks_consent(definition) { texts.agree } else { "" }.into(),
            if site.asks_consent(definition) { texts.no_consent } else { "" }.into(),
        ];
        self.steps(&mut fields);
        fields
    }

    /// The owner's word for the link, or the host that it leads to.
    fn link_text(&self) -> String {
        let own = [self.own, self.default].into_iter().flatten().find_map(|own| own.link.clone());
        own.unwrap_or_else(|| {
            let host = self.definition.link.as_deref().and_then(|link| link.split('/').nth(2));
            host.unwrap_or_default().to_owned()
        })
    }

    /// The steps, an empty kind as their end, and the names of places in a row of them where there may be one.
    fn steps(&self, fields: &mut Vec<String>) {
        let definition = self.definition;
        let comment = || Slug::parse("comment");
        let built_in =
            comment().map(|id| Step { id, ask: Ask::Comment, choices: Vec::new(), when: When::default() });
        let built_in: Vec<Step> = built_in.into_iter().collect();
        let steps = definition.steps.as_deref().unwrap_or(&built_in);
        let mut bits: Vec<&Slug> = Vec::new();
        for step in steps {
            let own = self.own.and_then(|own| own.steps.get(&step.id));
            let chosen = step.when.chosen.iter().filter_map(|code| bits.iter().position(|bit| *bit == code));
            // A code may be named twice.
            let chosen: u32 = chosen.fold(0, |bits, bit| bits | 1 << bit);
            let question = own.and_then(|own| own.question.clone());
            for (scores, question) in self.questions(step, question) {
                let numbers =
                    [scores.to_string(), chosen.to_string(), question, step.choices.len().to_string()];
                fields.push(step.ask.name().into());
                fields.extend(numbers);
                for choice in &step.choices {
                    fields.extend([choice.to_string(), self.label(step, choice)]);
                }
            }
            bits.extend(&step.choices);
        }
        fields.push(String::new());
        fields.extend(icons::of(definition.look, definition.scale));
        if steps.len() > 1 {
            for of in 1..=limits::STEPS {
                fields.extend((1..=of).map(|at| self.texts.place(at, of)));
            }
        }
    }

    /// A step's question with the scores after which it is asked, a bit for each. A comment without words of its own
    /// is asked for in words that fit the segment, so it is as many questions.
    fn questions(&self, step: &Step, own: Option<String>) -> Vec<(u32, String)> {
        let Definition { metric, scale, .. } = *self.definition;
        let scores = |fits: &dyn Fn(u8) -> bool| -> u32 {
            let asked = |score: &u8| step.when.fits(metric, scale, *score) && fits(*score);
            (scale.min..=scale.max).filter(asked).map(|score| 1 << score).sum()
        };
        let all = |question| vec![(scores(&|_| true), question)];
        match (own, step.ask) {
            (Some(question), _) => all(question),
            (None, Ask::One) => all(self.texts.reason.to_owned()),
            (None, Ask::Many) => all(self.texts.reasons.to_owned()),
            (None, Ask::Comment) => {
                let segments = metric.segments().into_iter().zip(self.question.follow_up);
                let questions = segments.map(|(segment, built_in)| {
                    let table = self.own.and_then(|own| own.follow_up.as_ref());
                    let question = match table {
                        Some(table) => table.get(&segment).cloned().unwrap_or_default(),
                        None => built_in.to_owned(),
                    };
                    (scores(&|score| metric.segment(scale, score) == segment), question)
                });
                questions.filter(|(scores, question)| *scores != 0 && !question.is_empty()).collect()
            }
        }
    }

    fn label(&self, step: &Step, choice: &Slug) -> String {
        let mut words = [self.own, self.default].into_iter().flatten();
        let label = words.find_map(|own| own.steps.get(&step.id)?.choices.get(choice));
        label.cloned().unwrap_or_else(|| choice.to_string())
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

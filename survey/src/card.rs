//! Everything that a card needs to know of its survey, as one text: the collector writes it, the widget reads it.
//!
//! Reading members of JavaScript objects one by one, or deserializing them, costs the widget kilobytes. A field of a
//! text costs a slice. Both ends are here, so that they cannot disagree.

mod icons;
mod squeeze;
pub mod state;
pub mod view;
mod write;

pub use squeeze::squeeze;

use crate::consent::{self, Decision, Policy, Refusal, Signals, Status};
use crate::frequency::{Frequency, Window};
use crate::look::{Layout, Look};
use crate::metric::{Metric, Scale};
use crate::step::Ask;

/// The ASCII unit separator: parsed texts hold no control characters other than line breaks and tabs.
const SEPARATOR: u8 = 0x1f;

/// The fields in their order. The first ones are names and numbers, the rest is shown. After them come the steps.
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
    /// Colours, fonts and the place in the window, as CSS declarations.
    Style,
    /// `ltr` or `rtl`.
    Direction,
    Look,
    Layout,
    MostShown,
    /// `1` where the survey does not make way for others.
    IgnoresSpacing,
    SpacingHours,
    /// An address; empty where there is none.
    Link,
    Question,
    Low,
    High,
    /// The lowest score with its meaning, for those who hear the card.
    LowLabel,
    HighLabel,
    ThanksHappy,
    ThanksMiddle,
    ThanksUnhappy,
    LinkText,
    /// Where the link opens, for those who hear the card.
    LinkHint,
    Close,
    Send,
    Next,
    Skip,
    Back,
    AllThatApply,
    /// What the tab at the edge of the page says.
    Tab,
    /// At the box to tick where nobody has said anything of consent; empty where a card has none.
    Agree,
    /// What happens without it.
    NoConsent,
    /// What names the kind of the first step; the last one's is empty.
    Steps,
}

/// A card's text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card(pub String);

/// A step as a card knows it. Texts are numbers of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardStep {
    /// What kind of answer it takes.
    pub ask: Ask,
    /// A bit for each score under which it is asked.
    scores: u32,
    /// A bit for each earlier choice of which one must be chosen; none where nothing must.
    chosen: u32,
    /// Its question.
    pub question: usize,
    /// The first choice's code. Its label follows, then the next one's code.
    pub choices: usize,
    /// How many choices there are.
    pub count: u8,
    /// The bit of the first choice among those of all steps.
    pub bit: u8,
}

/// What stands in a card after its single fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// What may be asked after the score, in order.
    pub steps: Vec<CardStep>,
    /// The number of the field with the drawing of the lowest score; the others follow.
    pub icons: usize,
    /// The number of the field with the name of the first place in a row of steps: "Step 1 of 1", then "Step 1 of 2",
    /// "Step 2 of 2", and so on.
    pub places: usize,
}

impl CardStep {
    /// Whether it is asked after this score and these choices.
    #[must_use]
    pub const fn is_asked(&self, score: u8, chosen: u32) -> bool {
        (self.scores >> (score & 31)) & 1 == 1 && (self.chosen == 0 || self.chosen & chosen != 0)
    }

    /// The bits of its own choices.
    #[must_use]
    pub const fn mask(&self) -> u32 {
        let bits = if self.count > 31 { u32::MAX } else { (1 << self.count) - 1 };
        bits << (self.bit & 31)
    }
}

impl Card {
    /// A field; empty where the text is too short to have it.
    #[must_use]
    pub fn field(&self, field: Field) -> &str {
        self.at(field as usize)
    }

    /// A field by its number.
    #[must_use]
    pub fn at(&self, number: usize) -> &str {
        // By hand: `split` is ten times as large.
        let (mut start, mut number) = (0, number);
        for (end, byte) in self.0.bytes().enumerate() {
            if byte == SEPARATOR {
                if number == 0 {
                    return self.0.get(start..end).unwrap_or_default();
                }
                number -= 1;
                start = end + 1;
            }
        }
        if number == 0 { self.0.get(start..).unwrap_or_default() } else { "" }
    }

    /// A field that is a whole number; 0 where it is none.
    #[must_use]
    pub fn number(&self, field: Field) -> u32 {
        self.number_at(field as usize)
    }

    fn number_at(&self, number: usize) -> u32 {
        let digits = self.at(number).bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
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
        Frequency {
            window,
            after_dismissal_days: self.number(Field::AfterDismissalDays),
            most_shown: self.number(Field::MostShown),
            ignores_spacing: self.field(Field::IgnoresSpacing) == "1",
        }
    }

    /// What may be kept of an answer. An unknown policy asks for consent.
    #[must_use]
    pub fn decide(&self, status: Status, signals: Signals) -> Decision {
        let policy = named(&Policy::NAMES, self.field(Field::Policy)).unwrap_or(Policy::OptIn);
        consent::decide(policy, status, signals, self.field(Field::HonourDnt) == "1")
    }

    /// Whether the visitor must tick a box before anything is kept, as nobody has said anything.
    #[must_use]
    pub fn has_box(&self, decision: Decision) -> bool {
        decision == Decision::Refuse(Refusal::NotGranted) && !self.field(Field::Agree).is_empty()
    }

    /// How the scale is drawn.
    #[must_use]
    pub fn look(&self) -> Look {
        named(&Look::NAMES, self.field(Field::Look)).unwrap_or(Look::Numbers)
    }

    /// Where the question stands.
    #[must_use]
    pub fn layout(&self) -> Layout {
        named(&Layout::NAMES, self.field(Field::Layout)).unwrap_or_default()
    }

    /// The field that thanks for a score.
    #[must_use]
    pub fn thanks(&self, score: u8) -> Field {
        let metric = self.metric();
        let [happy, middle, _] = metric.segments();
        match metric.segment(self.scale(), score) {
            segment if segment == happy => Field::ThanksHappy,
            segment if segment == middle => Field::ThanksMiddle,
            _ => Field::ThanksUnhappy,
        }
    }

    /// What may be asked after the score, and the numbers of the fields after it.
    #[must_use]
    pub fn steps(&self) -> Steps {
        let mut steps = Vec::new();
        let (mut at, mut bit) = (Field::Steps as usize, 0);
        while let Some(ask) = named(&Ask::NAMES, self.at(at)) {
            #[allow(clippy::cast_possible_truncation, reason = "at most 12")]
            let count = self.number_at(at + 4) as u8;
            steps.push(CardStep {
                ask,
                scores: self.number_at(at + 1),
                chosen: self.number_at(at + 2),
                question: at + 3,
                choices: at + 5,
                count,
                bit,
            });
            at += 5 + 2 * usize::from(count);
            bit += count;
        }
        let icons = at + 1;
        let Scale { min, max } = self.scale();
        let count = if self.look() == Look::Numbers { 0 } else { usize::from(max) + 1 - usize::from(min) };
        Steps { steps, icons, places: icons + count }
    }
}

/// What a word of a table stands for.
pub fn named<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

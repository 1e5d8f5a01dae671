//! What a form holds, and where it leads: the answer as it grows from page to page. Pure, and never trusted.

use sondeo_survey::card::{Card, CardStep, Field};
use sondeo_survey::limits;
use sondeo_survey::slug::Slug;
use sondeo_survey::step::Ask;
use std::borrow::Cow;
use uuid::Uuid;

/// A field that only programs fill in: its name promises something, and nobody sees it.
pub(super) const TRAP: &str = "website";

/// Where in the survey a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The scale.
    Question,
    /// A step, by its number among all.
    Step(usize),
    /// The end.
    Thanks,
}

/// Which button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Press {
    Send,
    Skip,
    Back,
}

/// What follows from what was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing is to be stored; the visitor wants to see an earlier place.
    Back(Place),
    /// Nothing is to be stored: what the page asks for was not given.
    Incomplete,
    /// The answer is to be stored, and then this is shown.
    On(Place),
}

/// An answer between two pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) id: Uuid,
    /// The revision that is stored; 0 before the first.
    pub(super) revision: u32,
    pub(super) score: Option<u8>,
    /// What was chosen in the steps, a bit for each choice.
    pub(super) chosen: u32,
    /// What was written, with the number of its step.
    pub(super) comment: Option<(usize, String)>,
    /// Whether the box for consent is ticked.
    pub(super) agrees: bool,
    /// Whether the field is filled in that people do not see.
    pub(super) is_trapped: bool,
    /// What the challenge gave, where the page had one.
    pub(super) challenge: Option<String>,
    /// The page that it was sent from.
    pub(super) place: Place,
    /// Where it was made of another version of the survey than the one that is live now.
    stale: Option<Stale>,
    press: Press,
}

/// What is known of a form whose steps are not those of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stale {
    version: u32,
    /// What was chosen, as it was sent.
    codes: Vec<String>,
}

impl Form {
    /// An answer that begins.
    pub(super) fn new(id: Uuid) -> Self {
        Self {
            id,
            revision: 0,
            score: None,
            chosen: 0,
            comment: None,
            agrees: false,
            is_trapped: false,
            challenge: None,
            place: Place::Question,
            stale: None,
            press: Press::Send,
        }
    }

    /// Reads what was sent. What cannot be read counts as left out; without a readable id it is another answer, `fresh`.
    pub(super) fn parse(body: &[u8], card: &Card, steps: &[CardStep], fresh: Uuid) -> Self {
        let mut form = Self::new(fresh);
        let live = card.number(Field::Version);
        let (mut version, mut choices, mut text, mut of) = (live, Vec::new(), String::new(), None);
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "id" => form.id = Uuid::try_parse(&value).unwrap_or(fresh),
                "revision" => form.revision = value.parse().unwrap_or(0).min(limits::REVISION),
                "score" => form.score = value.parse().ok().filter(|score| card.scale().contains(*score)),
                "version" => version = value.parse().ok().filter(|version| *version > 0).unwrap_or(live),
                "choice" if choices.len() < limits::REASONS => choices.push(value),
                "comment" => text = value.into_owned(),
                "comment_of" => of = value.parse().ok(),
                "agree" => form.agrees = true,
                "challenge" if (1..=limits::CHALLENGE).contains(&value.len()) => {
                    form.challenge = Some(value.into_owned());
                }
                TRAP => form.is_trapped |= !value.is_empty(),
                "step" => {
                    let number = value.parse().ok().filter(|number| *number < steps.len());
                    form.place = number.map_or(Place::Question, Place::Step);
                }
                "press" if value == "skip" => form.press = Press::Skip,
                "press" if value == "back" => form.press = Press::Back,
                _ => {}
            }
        }
        for (code, bit) in bits(card, steps) {
            if choices.iter().any(|choice| choice == code) {
                form.chosen |= bit;
            }
        }
        form.comment = of.filter(|_| !text.trim().is_empty()).map(|of| (of, text));
        if version != live {
            form.age(version, &choices, steps);
        }
        form
    }

    /// Notes that it is of another version. Should it have to be sent again, its comment goes with a step that there is.
    fn age(&mut self, version: u32, choices: &[Cow<'_, str>], steps: &[CardStep]) {
        let asked = steps.iter().position(|step| step.ask == Ask::Comment && self.asks(step));
        self.comment = self.comment.take().map(|(of, text)| (asked.unwrap_or(of), text));
        let codes = choices.iter().filter(|code| Slug::parse(code).is_some()).map(ToString::to_string);
        self.stale = Some(Stale { version, codes: codes.collect() });
    }

    /// The version of the survey that it was made of, where that is not the live one.
    pub(super) fn stale_version(&self) -> Option<u32> {
        self.stale.as_ref().map(|stale| stale.version)
    }

    /// Whether a step is asked after what was answered.
    pub(super) fn asks(&self, step: &CardStep) -> bool {
        self.score.is_some_and(|score| step.is_asked(score, self.chosen))
    }

    /// Whether a choice is chosen, by its number in the step.
    pub(super) const fn has(&self, step: &CardStep, choice: u8) -> bool {
        (self.chosen >> ((step.bit + choice) & 31)) & 1 == 1
    }

    /// Goes on, or back. What was chosen in a step that is asked no more is no answer any more. Of a form of another
    /// version all that was said is kept, and nothing more is asked: its steps are not these.
    pub(super) fn turn(&mut self, steps: &[CardStep]) -> Turn {
        if self.stale.is_some() && self.score.is_some() {
            let is_back = self.press == Press::Back;
            return if is_back { Turn::Back(Place::Question) } else { Turn::On(Place::Thanks) };
        }
        let mut from = 0;
        if let Place::Step(number) = self.place
            && let Some(step) = steps.get(number)
        {
            if self.press == Press::Back {
                let earlier = steps.iter().take(number).rposition(|step| self.asks(step));
                return Turn::Back(earlier.map_or(Place::Question, Place::Step));
            }
            if self.press == Press::Skip {
                self.chosen &= !step.mask();
                self.comment = self.comment.take().filter(|(of, _)| *of != number);
            } else if step.ask == Ask::One && (self.chosen & step.mask()).count_ones() != 1 {
                return Turn::Incomplete;
            }
            from = number + 1;
        }
        if self.score.is_none() {
            self.place = Place::Question;
            return Turn::Incomplete;
        }
        // All of them, in order: whether a step is asked may hang on what is left of an earlier one.
        let mut next = Place::Thanks;
        for (number, step) in steps.iter().enumerate() {
            if !self.asks(step) {
                self.chosen &= !step.mask();
            } else if number >= from && next == Place::Thanks {
                next = Place::Step(number);
            }
        }
        Turn::On(next)
    }

    /// The codes of what is chosen in the steps that are asked.
    pub(super) fn reasons<'c>(&'c self, card: &'c Card, steps: &[CardStep]) -> Vec<&'c str> {
        if let Some(stale) = &self.stale {
            return stale.codes.iter().map(String::as_str).collect();
        }
        let asked = steps.iter().filter(|step| self.asks(step));
        let codes = asked.flat_map(|step| {
            let chosen = (0..step.count).filter(|choice| self.has(step, *choice));
            chosen.map(|choice| code(card, step, choice))
        });
        codes.collect()
    }

    /// What was written, if its step is asked.
    pub(super) fn written(&self, steps: &[CardStep]) -> Option<&str> {
        let (of, text) = self.comment.as_ref()?;
        let is_asked = |step: &CardStep| step.ask == Ask::Comment && self.asks(step);
        (self.stale.is_some() || steps.get(*of).is_some_and(is_asked)).then_some(text)
    }
}

/// A choice's code.
pub(super) fn code<'c>(card: &'c Card, step: &CardStep, choice: u8) -> &'c str {
    card.at(step.choices + 2 * usize::from(choice))
}

/// The code of each choice, with its bit. Each look into a card reads it from its start: so once for a form.
fn bits<'c>(card: &'c Card, steps: &[CardStep]) -> Vec<(&'c str, u32)> {
    let choices = steps.iter().flat_map(|step| (0..step.count).map(move |choice| (step, choice)));
    choices.map(|(step, choice)| (code(card, step, choice), 1 << ((step.bit + choice) & 31))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::definition::Definition;
    use sondeo_survey::site::Site;

    /// Reasons below nine; of those who name the delivery, how late; a comment from all.
    fn card() -> Card {
        let site = br#"{"name": "S", "origins": [], "consent_policy": "first_party"}"#;
        let survey = br#"{"title": "T", "metric": "nps", "triggers": [], "steps": [
            {"id": "reason", "ask": "many", "choices": ["price", "delivery"], "when": {"scores": {"max": 8}}},
            {"id": "late", "ask": "one", "choices": ["days", "weeks"], "when": {"chosen": ["delivery"]}},
            {"id": "why", "ask": "comment"}],
            "wording": {"en": {"steps": {"why": {"question": "Why?"}}}}}"#;
        Card::write(&Site::parse(site).unwrap(), 1, &Definition::parse(survey).unwrap(), "en")
    }

    #[test]
    fn a_form_leads_where_its_answers_do() {
        use Place::{Question, Step, Thanks};
        let card = card();
        let steps = card.steps().steps;
        for (body, turn, reasons) in [
            ("", Turn::Incomplete, ""),
            ("score=11", Turn::Incomplete, ""),
            ("score=-1", Turn::Incomplete, ""),
            ("score=9", Turn::On(Step(2)), ""),
            ("score=3", Turn::On(Step(0)), ""),
            ("step=0", Turn::Incomplete, ""),
            ("score=3&step=0&choice=delivery&choice=price", Turn::On(Step(1)), "price,delivery"),
            ("score=3&step=0&choice=price&choice=days&choice=nonsense", Turn::On(Step(2)), "price"),
            ("score=3&step=0&choice=delivery&press=skip", Turn::On(Step(2)), ""),
            ("score=3&step=1&choice=delivery", Turn::Incomplete, "delivery"),
            (
                "score=3&step=1&choice=delivery&choice=days&choice=weeks",
                Turn::Incomplete,
                "delivery,days,weeks",
            ),
            ("score=3&step=1&choice=delivery&choice=weeks", Turn::On(Step(2)), "delivery,weeks"),
            ("score=3&step=1&choice=delivery&press=back", Turn::Back(Step(0)), "delivery"),
            ("score=3&step=2&choice=delivery&choice=days&press=back", Turn::Back(Step(1)), "delivery,days"),
            ("score=9&step=2&press=back", Turn::Back(Question), ""),
            ("score=9&step=2&choice=delivery", Turn::On(Thanks), ""),
            ("score=9&step=7", Turn::On(Step(2)), ""),
            ("score=3&step=0&choice=price&choice=days&choice=weeks&press=skip", Turn::On(Step(2)), ""),
            ("score=3&step=0&version=2&choice=gone&choice=A+b", Turn::On(Thanks), "gone"),
            ("score=3&step=1&version=2&press=back", Turn::Back(Question), ""),
            ("step=1&version=2&choice=gone", Turn::Incomplete, "gone"),
            ("score=9&version=1", Turn::On(Step(2)), ""),
            ("score=9&version=x", Turn::On(Step(2)), ""),
        ] {
            let mut form = Form::parse(body.as_bytes(), &card, &steps, Uuid::nil());
            assert_eq!(form.turn(&steps), turn, "{body}");
            assert_eq!(form.reasons(&card, &steps).join(","), reasons, "{body}");
        }
    }

    #[test]
    fn a_comment_belongs_to_its_step() {
        let card = card();
        let steps = card.steps().steps;
        let written = |body: &str| {
            let mut form = Form::parse(body.as_bytes(), &card, &steps, Uuid::nil());
            form.turn(&steps);
            form.written(&steps).map(str::to_owned)
        };
        assert_eq!(written("score=9&step=2&comment=a+b&comment_of=2").as_deref(), Some("a b"));
        assert_eq!(written("score=9&step=2&comment=a&comment_of=2&press=skip"), None);
        assert_eq!(written("score=9&step=2&comment=a&comment_of=2&press=back").as_deref(), Some("a"));
        assert_eq!(written("score=3&step=0&comment=a&comment_of=2&press=skip").as_deref(), Some("a"));
        assert_eq!(written("score=9&step=2&comment=+%0A&comment_of=2"), None);
        assert_eq!(written("score=3&comment=a&comment_of=0"), None, "that step takes no comment");
        assert_eq!(written("score=3&comment=a&comment_of=0&version=2").as_deref(), Some("a"), "it did once");
    }

    #[test]
    fn a_score_that_changed_leaves_nothing_of_what_it_asks_no_more() {
        let card = card();
        let steps = card.steps().steps;
        let mut form = Form::parse(b"score=9&choice=delivery&choice=weeks", &card, &steps, Uuid::nil());
        assert_eq!(form.turn(&steps), Turn::On(Place::Step(2)));
        assert_eq!(form.chosen, 0);
        // The first step that is asked comes before those that are asked no more.
        let mut form = Form::parse(b"score=3&choice=price&choice=weeks", &card, &steps, Uuid::nil());
        assert_eq!(form.turn(&steps), Turn::On(Place::Step(0)));
        assert_eq!(form.reasons(&card, &steps), ["price"]);
        assert_eq!(form.chosen.count_ones(), 1);
        let mut form = Form::parse(b"step=1&choice=weeks", &card, &steps, Uuid::nil());
        assert_eq!((form.turn(&steps), form.place), (Turn::Incomplete, Place::Question), "without a score");
    }

    #[test]
    fn of_many_choices_the_first_are_read() {
        let card = card();
        let steps = card.steps().steps;
        let many = "choice=x&".repeat(limits::REASONS - 1);
        let chosen = |body: String| Form::parse(body.as_bytes(), &card, &steps, Uuid::nil()).chosen;
        assert_eq!(chosen(format!("{many}choice=price")), 1);
        assert_eq!(chosen(format!("{many}choice=x&choice=price")), 0);
    }

    #[test]
    fn what_cannot_be_read_counts_as_left_out() {
        let card = card();
        let form = Form::parse(
            b"id=x&revision=-1&score=a&step=x&agree&website=",
            &card,
            &card.steps().steps,
            Uuid::max(),
        );
        assert_eq!(form, Form { agrees: true, ..Form::new(Uuid::max()) });
        let form = Form::parse(b"website=https://a.example", &card, &card.steps().steps, Uuid::max());
        assert_eq!(form, Form { is_trapped: true, ..Form::new(Uuid::max()) });
    }
}

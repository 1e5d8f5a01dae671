//! What a form holds, and where it leads: the answer as it grows from page to page. Pure, and never trusted.

use sondeo_survey::card::{Card, CardStep};
use sondeo_survey::limits;
use sondeo_survey::step::Ask;
use uuid::Uuid;

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
    /// The page that it was sent from.
    pub(super) place: Place,
    press: Press,
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
            place: Place::Question,
            press: Press::Send,
        }
    }

    /// Reads what was sent. What cannot be read counts as left out; without a readable id it is another answer, `fresh`.
    pub(super) fn parse(body: &[u8], card: &Card, steps: &[CardStep], fresh: Uuid) -> Self {
        let mut form = Self::new(fresh);
        let (mut text, mut of) = (String::new(), None);
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "id" => form.id = Uuid::try_parse(&value).unwrap_or(fresh),
                "revision" => form.revision = value.parse().unwrap_or(0).min(limits::REVISION),
                "score" => form.score = value.parse().ok().filter(|score| card.scale().contains(*score)),
                "choice" => form.chosen |= bit(card, steps, &value),
                "comment" => text = value.into_owned(),
                "comment_of" => of = value.parse().ok(),
                "agree" => form.agrees = true,
                "step" => {
                    let number = value.parse().ok().filter(|number| *number < steps.len());
                    form.place = number.map_or(Place::Question, Place::Step);
                }
                "press" if value == "skip" => form.press = Press::Skip,
                "press" if value == "back" => form.press = Press::Back,
                _ => {}
            }
        }
        form.comment = of.filter(|_| !text.trim().is_empty()).map(|of| (of, text));
        form
    }

    /// Whether a step is asked after what was answered.
    pub(super) fn asks(&self, step: &CardStep) -> bool {
        self.score.is_some_and(|score| step.is_asked(score, self.chosen))
    }

    /// Whether a choice is chosen, by its number in the step.
    pub(super) const fn has(&self, step: &CardStep, choice: u8) -> bool {
        (self.chosen >> ((step.bit + choice) & 31)) & 1 == 1
    }

    /// Goes on, or back. What was chosen in a step that is asked no more is no answer any more.
    pub(super) fn turn(&mut self, steps: &[CardStep]) -> Turn {
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
        for (number, step) in steps.iter().enumerate().skip(from) {
            if self.asks(step) {
                return Turn::On(Place::Step(number));
            }
            self.chosen &= !step.mask();
        }
        Turn::On(Place::Thanks)
    }

    /// The codes of what is chosen in the steps that are asked.
    pub(super) fn reasons<'c>(&self, card: &'c Card, steps: &[CardStep]) -> Vec<&'c str> {
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
        steps.get(*of).filter(|step| step.ask == Ask::Comment && self.asks(step)).map(|_| text.as_str())
    }
}

/// A choice's code.
pub(super) fn code<'c>(card: &'c Card, step: &CardStep, choice: u8) -> &'c str {
    card.at(step.choices + 2 * usize::from(choice))
}

/// The bit of a code; none of a code that is not among the choices.
fn bit(card: &Card, steps: &[CardStep], sent: &str) -> u32 {
    let mut bits = steps.iter().flat_map(|step| (0..step.count).map(move |choice| (step, choice)));
    bits.find(|(step, choice)| code(card, step, *choice) == sent)
        .map_or(0, |(step, choice)| 1 << ((step.bit + choice) & 31))
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
    }

    #[test]
    fn what_cannot_be_read_counts_as_left_out() {
        let card = card();
        let form =
            Form::parse(b"id=x&revision=-1&score=a&step=x&agree", &card, &card.steps().steps, Uuid::max());
        assert_eq!(form, Form { agrees: true, ..Form::new(Uuid::max()) });
    }
}

//! What a showing of a card can be, and everything that can happen to it. The only place where state changes.

use super::CardStep;
use crate::eligibility::Ending;
use crate::metric::Scale;
use crate::step::Ask;

/// A showing of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// What is on the card.
    pub step: Step,
    /// The chosen score.
    pub score: Option<u8>,
    /// What was chosen in the steps, a bit for each choice.
    pub chosen: u32,
    /// The cell or choice that the Tab key reaches; arrows move it.
    pub cell: u8,
    /// Whether the visitor must agree here.
    pub consent: Consent,
}

/// What the box on a card says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// There is none: somebody has agreed already, or nobody has to. Or it was ticked, and the answer is on its way.
    Settled,
    /// It is empty: nothing leaves the card.
    Open,
    /// It is ticked, and there is no answer yet.
    Ticked,
}

/// What is on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The scale.
    Question,
    /// A step, by its number among all.
    Asked(usize),
    /// One line.
    Thanks,
    /// Nothing any more.
    Closed,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// A score was chosen.
    Chose(u8),
    /// A key moved along the scale or the choices.
    Moved(u8),
    /// A choice of the step was tapped, by its number in the step.
    Picked(u8),
    /// The step was answered.
    Finished,
    /// The step was declined.
    Skipped,
    /// The box was pressed.
    Agreed,
    /// The visitor wants the step before.
    Back,
    /// The card was closed by the visitor.
    Closed,
    /// The thank-you stood long enough.
    Lingered,
}

/// What must happen outside, in the order of the fields; at most one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// Send the answer as it stands, as its next revision; the value says whether it is complete.
    pub send: Option<bool>,
    /// Remember how the showing ended, so that the survey is silent for as long as it should be.
    pub remember: Option<Ending>,
    /// Move the focus.
    pub focus: Option<Focus>,
    /// Go on without the visitor.
    pub next: Option<Next>,
}

/// Where the focus goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// To the reachable cell or choice.
    Cell,
    /// To what the step begins with.
    Step,
    /// Back to where it was before the card.
    Back,
}

/// What happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// [`Message::Lingered`] follows in a while.
    Linger,
    /// The card is taken away.
    Leave,
}

impl State {
    /// A card that was just opened. The Tab key reaches the first cell.
    #[must_use]
    pub const fn new(scale: Scale, consent: Consent) -> Self {
        Self { step: Step::Question, score: None, chosen: 0, cell: scale.min, consent }
    }

    /// Whether a step is asked after what was answered.
    #[must_use]
    pub fn asks(self, step: &CardStep) -> bool {
        self.score.is_some_and(|score| step.is_asked(score, self.chosen))
    }

    /// Whether a choice is chosen, by its number in the step.
    #[must_use]
    pub const fn has(self, step: &CardStep, choice: u8) -> bool {
        (self.chosen >> ((step.bit + choice) & 31)) & 1 == 1
    }
}

/// Changes the state, and says what must happen outside.
pub fn update(state: &mut State, steps: &[CardStep], message: Message) -> Effects {
    let mut effects = Effects::default();
    let here = if let Step::Asked(number) = state.step { steps.get(number).zip(Some(number)) } else { None };
    match (state.step, here, message) {
        (Step::Question, _, Message::Chose(score)) => {
            if state.score != Some(score) {
                // What was chosen belongs to questions that another score may not be asked.
                state.chosen = 0;
            }
            state.score = Some(score);
            if state.consent == Consent::Ticked {
                state.consent = Consent::Settled;
            }
            effects.remember = Some(Ending::Answered);
            advance(state, steps, 0, &mut effects);
        }
        (Step::Question | Step::Asked(_) | Step::Thanks, _, Message::Agreed) => agree(state, &mut effects),
        (Step::Question, _, Message::Moved(cell)) => {
            state.cell = cell;
            effects.focus = Some(Focus::Cell);
        }
        (_, Some((step, _)), Message::Moved(cell)) if cell < step.count => {
            state.cell = cell;
            effects.focus = Some(Focus::Cell);
        }
        (_, Some((step, number)), Message::Picked(choice)) if choice < step.count => {
            state.cell = choice;
            let bit = 1 << ((step.bit + choice) & 31);
            if step.ask == Ask::One {
                state.chosen = state.chosen & !step.mask() | bit;
                advance(state, steps, number + 1, &mut effects);
            } else {
                state.chosen ^= bit;
            }
        }
        (_, Some((_, number)), Message::Finished) => advance(state, steps, number + 1, &mut effects),
        (_, Some((step, number)), Message::Skipped) => {
            state.chosen &= !step.mask();
            advance(state, steps, number + 1, &mut effects);
        }
        (_, Some((_, number)), Message::Back) => {
            let earlier = steps.iter().take(number).rposition(|step| state.asks(step));
            go(state, steps, earlier.map_or(Step::Question, Step::Asked));
            effects.focus = Some(Focus::Step);
        }
        (Step::Question | Step::Asked(_) | Step::Thanks, _, Message::Closed)
        | (Step::Thanks, _, Message::Lingered) => {
            if state.score.is_none() || state.consent == Consent::Open {
                effects.remember = Some(Ending::Dismissed);
            }
            state.step = Step::Closed;
            effects.focus = Some(Focus::Back);
            effects.next = Some(Next::Leave);
        }
        _ => {}
    }
    if state.consent == Consent::Open {
        // It is no answer yet.
        effects.send = None;
        effects.remember = effects.remember.filter(|ending| *ending == Ending::Dismissed);
        if effects.next == Some(Next::Linger) {
            (effects.focus, effects.next) = (Some(Focus::Step), None);
        }
    }
    effects
}

/// The box is ticked or emptied. Once there is an answer, ticking it lets that go as it stands, and settles it.
fn agree(state: &mut State, effects: &mut Effects) {
    match (state.consent, state.score) {
        (Consent::Open, None) => state.consent = Consent::Ticked,
        (Consent::Ticked, _) => state.consent = Consent::Open,
        (Consent::Open, Some(_)) => {
            state.consent = Consent::Settled;
            effects.remember = Some(Ending::Answered);
            effects.send = Some(state.step == Step::Thanks);
            effects.focus = Some(Focus::Step);
            if state.step == Step::Thanks {
                (effects.focus, effects.next) = (Some(Focus::Back), Some(Next::Linger));
            }
        }
        (Consent::Settled, _) => {}
    }
}

/// Goes on to the first step from `from` on that is asked, or to the thanks. What was chosen in a step that is asked no
/// more is no answer any more.
fn advance(state: &mut State, steps: &[CardStep], from: usize, effects: &mut Effects) {
    for (number, step) in steps.iter().enumerate().skip(from) {
        if state.asks(step) {
            go(state, steps, Step::Asked(number));
            effects.send = Some(false);
            effects.focus = Some(Focus::Step);
            return;
        }
        state.chosen &= !step.mask();
    }
    state.step = Step::Thanks;
    effects.send = Some(true);
    effects.focus = Some(Focus::Back);
    effects.next = Some(Next::Linger);
}

/// The Tab key reaches what is chosen, or the first.
fn go(state: &mut State, steps: &[CardStep], to: Step) {
    state.step = to;
    state.cell = match to {
        Step::Asked(number) => {
            let chosen = |step: &CardStep| (0..step.count).find(|choice| state.has(step, *choice));
            steps.get(number).and_then(chosen).unwrap_or(0)
        }
        _ => state.score.unwrap_or(0),
    };
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;

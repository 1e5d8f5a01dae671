//! What a showing of a card can be, and everything that can happen to it. The only place where state changes.

use sondeo_survey::eligibility::Ending;
use sondeo_survey::metric::Scale;

/// A showing of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// What is on the card.
    pub step: Step,
    /// The chosen score.
    pub score: Option<u8>,
    /// The cell that the Tab key reaches; arrows move it.
    pub cell: u8,
}

/// What is on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The scale.
    Question,
    /// The comment.
    FollowUp,
    /// One line.
    Thanks,
    /// Nothing any more.
    Closed,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// A score was chosen. `asks_more` says whether its segment has a follow-up.
    Chose { score: u8, asks_more: bool },
    /// A key moved along the scale.
    Moved(u8),
    /// The follow-up was answered or declined.
    Finished,
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
    /// To the reachable cell.
    Cell,
    /// To the comment.
    Comment,
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
    pub const fn new(scale: Scale) -> Self {
        Self { step: Step::Question, score: None, cell: scale.min }
    }
}

/// Changes the state, and says what must happen outside.
pub fn update(state: &mut State, message: Message) -> Effects {
    let mut effects = Effects::default();
    match (state.step, message) {
        (Step::Question, Message::Chose { score, asks_more }) => {
            state.score = Some(score);
            state.cell = score;
            effects.send = Some(!asks_more);
            effects.remember = Some(Ending::Answered);
            if asks_more {
                state.step = Step::FollowUp;
                effects.focus = Some(Focus::Comment);
            } else {
                thank(state, &mut effects);
            }
        }
        (Step::Question, Message::Moved(cell)) => {
            state.cell = cell;
            effects.focus = Some(Focus::Cell);
        }
        (Step::FollowUp, Message::Finished) => {
            effects.send = Some(true);
            thank(state, &mut effects);
        }
        (Step::Question | Step::FollowUp | Step::Thanks, Message::Closed)
        | (Step::Thanks, Message::Lingered) => {
            if state.step == Step::Question {
                effects.remember = Some(Ending::Dismissed);
            }
            state.step = Step::Closed;
            effects.focus = Some(Focus::Back);
            effects.next = Some(Next::Leave);
        }
        _ => {}
    }
    effects
}

fn thank(state: &mut State, effects: &mut Effects) {
    state.step = Step::Thanks;
    effects.focus = Some(Focus::Back);
    effects.next = Some(Next::Linger);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NPS: Scale = Scale { min: 0, max: 10 };
    const NINE: Message = Message::Chose { score: 9, asks_more: true };
    const SEVEN: Message = Message::Chose { score: 7, asks_more: false };

    fn run(messages: &[Message]) -> (State, Vec<Effects>) {
        let mut state = State::new(NPS);
        let effects = messages.iter().map(|message| update(&mut state, *message)).collect();
        (state, effects)
    }

    #[test]
    fn every_way_through_a_card() {
        let answered = Some(Ending::Answered);
        let (back, leave) = (Some(Focus::Back), Some(Next::Leave));
        let asked =
            Effects { send: Some(false), remember: answered, focus: Some(Focus::Comment), next: None };
        let thanked = Effects { send: Some(true), remember: None, focus: back, next: Some(Next::Linger) };
        let left = Effects { send: None, remember: None, focus: back, next: leave };
        let table: [(&[Message], Step, Vec<Effects>); 7] = [
            (&[], Step::Question, vec![]),
            (&[Message::Closed], Step::Closed, vec![Effects { remember: Some(Ending::Dismissed), ..left }]),
            (&[NINE], Step::FollowUp, vec![asked]),
            (&[SEVEN], Step::Thanks, vec![Effects { remember: answered, ..thanked }]),
            (&[NINE, Message::Finished], Step::Thanks, vec![asked, thanked]),
            (&[NINE, Message::Finished, Message::Lingered], Step::Closed, vec![asked, thanked, left]),
            (&[NINE, Message::Closed], Step::Closed, vec![asked, left]),
        ];
        for (messages, step, effects) in table {
            let (state, got) = run(messages);
            assert_eq!((state.step, got), (step, effects), "{messages:?}");
        }
    }

    #[test]
    fn a_second_tap_changes_nothing() {
        let (once, _) = run(&[NINE]);
        let (twice, effects) = run(&[NINE, Message::Chose { score: 3, asks_more: true }, Message::Moved(4)]);
        assert_eq!(once, twice);
        assert_eq!(effects[1..], [Effects::default(); 2]);
    }

    #[test]
    fn nothing_happens_after_the_end() {
        for last in [NINE, Message::Finished, Message::Closed, Message::Lingered, Message::Moved(1)] {
            let (state, effects) = run(&[Message::Closed, last]);
            assert_eq!((state.step, effects[1]), (Step::Closed, Effects::default()), "{last:?}");
        }
    }
}

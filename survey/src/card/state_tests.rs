use super::*;
use crate::card::Card;
use crate::definition::Definition;
use crate::site::Site;

const NPS: Scale = Scale { min: 0, max: 10 };

/// Reasons for the unhappy and the middle, one more for late deliveries, and a comment of everybody.
fn steps() -> Vec<CardStep> {
    read(
        r#""steps": [
            {"id": "reason", "ask": "many", "choices": ["price", "delivery"], "when": {"scores": {"max": 8}}},
            {"id": "late", "ask": "one", "choices": ["days", "weeks"], "when": {"chosen": ["delivery"]}},
            {"id": "why", "ask": "comment", "when": {"scores": {"max": 9}}}],
        "wording": {"en": {"steps": {"why": {"question": "Why?"}}}}"#,
    )
}

fn read(steps: &str) -> Vec<CardStep> {
    let site = Site::parse(br#"{"name": "S", "origins": [], "consent_policy": "anonymous"}"#).unwrap();
    let text = format!(r#"{{"title": "T", "metric": "nps", "triggers": [], {steps}}}"#);
    Card::write(&site, 1, &Definition::parse(text.as_bytes()).unwrap(), "en").steps().steps
}

fn run(messages: &[Message]) -> (State, Vec<Effects>) {
    let (steps, mut state) = (steps(), State::new(NPS, Consent::Settled));
    let effects = messages.iter().map(|message| update(&mut state, &steps, *message)).collect();
    (state, effects)
}

#[test]
fn every_way_through_a_card() {
    use Message::{Back, Chose, Closed, Finished, Lingered, Picked, Skipped};
    let answered = Some(Ending::Answered);
    let back = Some(Focus::Back);
    let asked = Effects { send: Some(false), remember: None, focus: Some(Focus::Step), next: None };
    let scored = Effects { remember: answered, ..asked };
    let thanked = Effects { send: Some(true), remember: None, focus: back, next: Some(Next::Linger) };
    let left = Effects { send: None, remember: None, focus: back, next: Some(Next::Leave) };
    let picked = Effects::default();
    let again = Effects { focus: Some(Focus::Step), ..Effects::default() };
    let table: [(&[Message], Step, u32, Vec<Effects>); 10] = [
        (&[], Step::Question, 0, vec![]),
        (&[Closed], Step::Closed, 0, vec![Effects { remember: Some(Ending::Dismissed), ..left }]),
        (&[Chose(10)], Step::Thanks, 0, vec![Effects { remember: answered, ..thanked }]),
        (&[Chose(9), Closed], Step::Closed, 0, vec![scored, left]),
        (&[Chose(9), Finished, Lingered], Step::Closed, 0, vec![scored, thanked, left]),
        (&[Chose(3), Picked(0), Finished], Step::Asked(2), 0b1, vec![scored, picked, asked]),
        (&[Chose(3), Picked(1), Finished], Step::Asked(1), 0b10, vec![scored, picked, asked]),
        (
            &[Chose(3), Picked(1), Finished, Picked(0), Finished],
            Step::Thanks,
            0b110,
            vec![scored, picked, asked, asked, thanked],
        ),
        // Without the choice, what was asked because of it is no answer any more.
        (
            &[Chose(3), Picked(1), Finished, Picked(0), Back, Back, Picked(1), Finished],
            Step::Asked(2),
            0,
            vec![scored, picked, asked, asked, again, again, picked, asked],
        ),
        (
            &[Chose(3), Picked(0), Skipped, Back, Back],
            Step::Question,
            0,
            vec![scored, picked, asked, again, again],
        ),
    ];
    for (messages, step, chosen, effects) in table {
        let (state, got) = run(messages);
        assert_eq!((state.step, state.chosen, got), (step, chosen, effects), "{messages:?}");
    }
}

#[test]
fn another_score_begins_anew() {
    use Message::{Back, Chose, Picked};
    let (state, _) = run(&[Chose(3), Picked(0), Back, Chose(3)]);
    assert_eq!((state.chosen, state.cell), (1, 0), "the same score keeps what was chosen");
    let (state, effects) = run(&[Chose(3), Picked(0), Back, Chose(10)]);
    assert_eq!((state.step, state.chosen, effects[3].send), (Step::Thanks, 0, Some(true)));
}

#[test]
fn what_does_not_belong_to_the_step_changes_nothing() {
    use Message::{Back, Chose, Finished, Lingered, Moved, Picked, Skipped};
    for (before, stray) in [
        (&[][..], [Picked(0), Finished, Skipped, Back, Lingered]),
        (&[Chose(3)], [Chose(4), Picked(2), Moved(2), Picked(255), Lingered]),
        (&[Chose(10)], [Chose(1), Picked(0), Finished, Skipped, Back]),
        (&[Message::Closed], [Chose(1), Finished, Message::Closed, Lingered, Moved(1)]),
    ] {
        let (still, _) = run(before);
        for message in stray {
            let (state, effects) = run(&[before, &[message]].concat());
            assert_eq!((state, effects.last()), (still, Some(&Effects::default())), "{before:?} {message:?}");
        }
    }
}

#[test]
fn the_tab_key_reaches_what_is_chosen() {
    use Message::{Back, Chose, Finished, Picked};
    assert_eq!(run(&[Chose(3), Back]).0.cell, 3);
    assert_eq!(run(&[Chose(3), Picked(1)]).0.cell, 1);
    assert_eq!(run(&[Chose(3), Picked(1), Finished]).0.cell, 0, "the first of another step");
    assert_eq!(run(&[Chose(3), Picked(1), Finished, Picked(1), Back]).0.cell, 1);
}

/// Where a box stands, every way to it sends what was answered exactly from the tick on, and nothing before.
#[test]
fn nothing_leaves_a_card_whose_box_is_empty() {
    use Consent::{Open, Settled, Ticked};
    use Message::{Agreed, Back, Chose, Closed, Finished, Skipped};
    // 10 is asked nothing more, 9 a comment. What is sent at each message; the box; how the showing is remembered.
    let (part, all) = (Some(false), Some(true));
    let (answered, dismissed) = (Some(Ending::Answered), Some(Ending::Dismissed));
    for (messages, sends, consent, remembers) in [
        (&[Agreed][..], vec![None], Ticked, None),
        (&[Agreed, Agreed], vec![None, None], Open, None),
        (&[Agreed, Chose(9)], vec![None, part], Settled, answered),
        (&[Chose(9), Agreed], vec![None, part], Settled, answered),
        (&[Chose(9), Finished], vec![None, None], Open, None),
        (&[Chose(9), Finished, Agreed], vec![None, None, all], Settled, answered),
        (&[Chose(9), Back, Agreed, Chose(9)], vec![None, None, part, part], Settled, answered),
        (&[Chose(9), Agreed, Agreed, Skipped], vec![None, part, None, all], Settled, answered),
        (&[Chose(9), Agreed, Closed], vec![None, part, None], Settled, answered),
        (&[Chose(9), Closed], vec![None, None], Open, dismissed),
        (&[Chose(10), Closed], vec![None, None], Open, dismissed),
        (&[Agreed, Closed], vec![None, None], Ticked, dismissed),
        (&[Agreed, Agreed, Chose(10), Agreed], vec![None, None, None, all], Settled, answered),
    ] {
        let (steps, mut state) = (steps(), State::new(NPS, Open));
        let effects: Vec<Effects> =
            messages.iter().map(|message| update(&mut state, &steps, *message)).collect();
        assert_eq!(effects.iter().map(|effect| effect.send).collect::<Vec<_>>(), sends, "{messages:?}");
        assert_eq!(state.consent, consent, "{messages:?}");
        assert_eq!(effects.iter().rev().find_map(|effect| effect.remember), remembers, "{messages:?}");
        let lingers = effects.iter().any(|effect| effect.next == Some(Next::Linger));
        assert_eq!(lingers, sends.contains(&all), "the thanks leave only once it is sent: {messages:?}");
    }
}

//! What is asked after the score: up to five steps, each under a condition.

use crate::json::Node;
use crate::limits;
use crate::metric::{Metric, Scale, Segment};
use crate::slug::Slug;
use serde::Serialize;

/// One question after the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name in `wording`.
    pub id: Slug,
    /// What kind of answer it takes.
    pub ask: Ask,
    /// The codes that can be chosen, in the order in which they are shown; they are stored as the answer's `reasons`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Slug>,
    /// Who is asked.
    #[serde(skip_serializing_if = "When::is_always")]
    pub when: When,
}

/// What kind of answer a step takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// Free text.
    Comment,
    /// One of the choices.
    One,
    /// Any of the choices.
    Many,
}

impl Ask {
    /// Every kind with its name on the wire.
    pub const NAMES: [(&'static str, Ask); 3] =
        [("comment", Ask::Comment), ("one", Ask::One), ("many", Ask::Many)];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, ask)| *ask == self).map_or("", |(name, _)| name)
    }
}

/// Who is asked: everything that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct When {
    /// Those whose score is in one of these segments; all where none is given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// Those whose score is in this range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Scale>,
    /// Those who chose one of these in an earlier step; all where none is given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<Slug>,
}

impl When {
    /// Whether everybody is asked.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        self.segments.is_empty() && self.scores.is_none() && self.chosen.is_empty()
    }

    /// Whether the score is one under which the step is asked.
    #[must_use]
    pub fn fits(&self, metric: Metric, scale: Scale, score: u8) -> bool {
        let segment = metric.segment(scale, score);
        (self.segments.is_empty() || self.segments.contains(&segment))
            && self.scores.is_none_or(|range| range.contains(score))
    }
}

/// Reads the steps of a survey; `None` where the owner leaves them to the built-in follow-ups.
pub(crate) fn read(node: &Node<'_>, metric: Option<Metric>, scale: Option<Scale>) -> Option<Vec<Step>> {
    if node.is_absent() {
        return None;
    }
    let mut steps: Vec<Step> = Vec::new();
    for node in node.items(limits::STEPS) {
        let Some(step) = step(&node, metric, scale, &steps) else { continue };
        if steps.iter().any(|earlier| are_both_comments(earlier, &step, metric.zip(scale), &steps)) {
            node.fault::<()>(
                "could be asked beside an earlier comment, and an answer has one comment: give them other scores, or \
                 other choices of one step",
            );
        }
        if steps.iter().any(|earlier| earlier.id == step.id) {
            node.get("id").fault::<()>("is the name of an earlier step");
        }
        steps.push(step);
    }
    let choices: usize = steps.iter().map(|step| step.choices.len()).sum();
    if choices > limits::CHOICES_IN_ALL {
        node.fault::<()>(format!(
            "has {choices} choices in all; at most {} are allowed",
            limits::CHOICES_IN_ALL
        ));
    }
    Some(steps)
}

/// Whether both take a comment and one visitor could be asked for both.
fn are_both_comments(a: &Step, b: &Step, of: Option<(Metric, Scale)>, steps: &[Step]) -> bool {
    let Some((metric, scale)) = of else { return false };
    if a.ask != Ask::Comment || b.ask != Ask::Comment {
        return false;
    }
    let share_a_score = (scale.min..=scale.max)
        .any(|score| a.when.fits(metric, scale, score) && b.when.fits(metric, scale, score));
    // Only of a step where one is chosen do different choices exclude each other.
    let exclude_each_other = steps.iter().filter(|step| step.ask == Ask::One).any(|step| {
        let within = |when: &When| {
            !when.chosen.is_empty() && when.chosen.iter().all(|code| step.choices.contains(code))
        };
        within(&a.when) && within(&b.when) && !a.when.chosen.iter().any(|code| b.when.chosen.contains(code))
    });
    share_a_score && !exclude_each_other
}

fn step(node: &Node<'_>, metric: Option<Metric>, scale: Option<Scale>, earlier: &[Step]) -> Option<Step> {
    node.is_object().then_some(())?;
    let id = node.get("id").required().parsed(Slug::parse, Slug::RULE);
    let ask = node.get("ask").required().one_of(&Ask::NAMES);
    let list = node.get("choices");
    let mut choices: Vec<Slug> = Vec::new();
    for item in list.items(limits::CHOICES) {
        let Some(choice) = item.parsed(Slug::parse, Slug::RULE) else { continue };
        let is_taken = choices.contains(&choice) || earlier.iter().any(|step| step.choices.contains(&choice));
        if is_taken {
            item.fault::<()>("is another choice's code, too; stored reasons could not be told apart");
        }
        choices.push(choice);
    }
    match ask {
        Some(Ask::Comment) if !list.is_absent() => list.fault::<()>("a comment has no choices"),
        Some(Ask::One | Ask::Many) if choices.len() < 2 => list.fault("must have at least two choices"),
        _ => None,
    };
    let when = when(&node.get("when"), metric, scale, earlier);
    Some(Step { id: id?, ask: ask?, choices, when: when? })
}

fn when(node: &Node<'_>, metric: Option<Metric>, scale: Option<Scale>, earlier: &[Step]) -> Option<When> {
    if node.is_absent() {
        return Some(When::default());
    }
    node.is_object().then_some(())?;
    let segments: Vec<(&str, Segment)> =
        metric.map(Metric::segments).into_iter().flatten().map(|segment| (segment.name(), segment)).collect();
    let named = node.get("segments").items(limits::ENTRIES);
    let named = named.iter().filter_map(|item| item.one_of(&segments)).collect();
    let range = node.get("scores");
    let scores = if range.is_absent() || !range.is_object() {
        None
    } else {
        let end = |name, otherwise: fn(Scale) -> u8| {
            let Scale { min, max } = scale.unwrap_or(Scale { min: 0, max: 10 });
            let number = range.get(name).integer(u64::from(min)..=u64::from(max));
            number.and_then(|number| u8::try_from(number).ok()).or(scale.map(otherwise))
        };
        let (min, max) = (end("min", |scale| scale.min), end("max", |scale| scale.max));
        match (min, max) {
            (Some(min), Some(max)) if min > max => range.fault("has its min above its max"),
            (Some(min), Some(max)) => Some(Scale { min, max }),
            _ => None,
        }
    };
    let chosen = node.get("chosen").items(limits::CHOICES_IN_ALL);
    let chosen = chosen
        .iter()
        .filter_map(|item| {
            let known = |choice: &Slug| earlier.iter().any(|step| step.choices.contains(choice));
            item.parsed(|text| Slug::parse(text).filter(known), "must be a choice of an earlier step")
        })
        .collect();
    Some(When { segments: named, scores, chosen })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Faults, read_document};

    fn parse(text: &str) -> Result<Vec<Step>, Faults> {
        let scale = Metric::Nps.default_scale();
        read_document(text.as_bytes(), |node| read(&node.get("s"), Some(Metric::Nps), Some(scale)))
    }

    #[test]
    fn a_condition_is_about_the_score_and_earlier_choices() {
        let steps = parse(
            r#"{"s": [
                {"id": "reason", "ask": "one", "choices": ["price", "delivery"],
                 "when": {"segments": ["detractor", "passive"], "scores": {"min": 3}}},
                {"id": "why", "ask": "comment", "when": {"chosen": ["delivery"]}}]}"#,
        )
        .unwrap();
        let [reason, why] = steps.as_slice() else { panic!("{steps:?}") };
        let fits = |step: &Step| {
            (0..=10)
                .filter(|score| step.when.fits(Metric::Nps, Metric::Nps.default_scale(), *score))
                .collect::<Vec<u8>>()
        };
        assert_eq!(fits(reason), [3, 4, 5, 6, 7, 8]);
        assert_eq!(fits(why), (0..=10).collect::<Vec<_>>());
        assert_eq!(why.when.chosen.iter().map(Slug::as_str).collect::<Vec<_>>(), ["delivery"]);
    }

    #[test]
    fn nobody_is_asked_for_two_comments() {
        let reason =
            |ask: &str| format!(r#"{{"id": "reason", "ask": "{ask}", "choices": ["price", "taste"]}}"#);
        let comment =
            |id: &str, when: &str| format!(r#"{{"id": "{id}", "ask": "comment", "when": {{{when}}}}}"#);
        for (ask, first, second, fits) in [
            ("one", r#""scores": {"max": 6}"#, r#""scores": {"min": 7}"#, true),
            ("one", r#""scores": {"max": 7}"#, r#""segments": ["passive"]"#, false),
            ("one", r#""chosen": ["price"]"#, r#""chosen": ["taste"]"#, true),
            ("many", r#""chosen": ["price"]"#, r#""chosen": ["taste"]"#, false),
            ("one", r#""chosen": ["price"]"#, "", false),
        ] {
            let text =
                format!(r#"{{"s": [{}, {}, {}]}}"#, reason(ask), comment("a", first), comment("b", second));
            let pointers = parse(&text).err().map(|faults| faults.0[0].pointer.clone());
            assert_eq!(pointers.as_deref(), (!fits).then_some("/s/2"), "{ask} {first} {second}");
        }
    }

    #[test]
    fn every_fault_is_named() {
        let faults = parse(
            r#"{"s": [
                {"id": "a", "ask": "one", "choices": ["x", "x"], "when": {"segments": ["easy"]}},
                {"id": "a", "ask": "comment", "choices": ["y"], "when": {"chosen": ["z"], "scores": {"min": 7, "max": 2}}},
                {"id": "C", "ask": "many", "choices": ["x"]}, 7]}"#,
        )
        .unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "/s/0/choices/1",
            "/s/0/when/segments/0",
            "/s/1/choices",
            "/s/1/when/scores",
            "/s/1/when/chosen/0",
            "/s/1/id",
            "/s/2/id",
            "/s/2/choices/0",
            "/s/2/choices",
            "/s/3",
        ];
        assert_eq!(pointers, expected);
    }
}

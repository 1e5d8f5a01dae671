//! An answer's body: whatever comes, no panic; what is accepted is within its limits and reads back as it is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::metric::Scale;
use sondeo_survey::response::Submission;
use sondeo_survey::{consent, limits};

const SCALE: Scale = Scale { min: 0, max: 10 };

fuzz_target!(|body: &[u8]| {
    let Ok(answer) = Submission::parse(body, SCALE) else { return };
    assert!(SCALE.contains(answer.score) && (1..=limits::REVISION).contains(&answer.revision));
    let fits = |text: &Option<String>, most| text.as_ref().is_none_or(|text| text.chars().count() <= most);
    assert!(fits(&answer.comment, limits::COMMENT) && fits(&answer.page.path, limits::PATH));
    assert!(answer.reasons.len() <= limits::REASONS && answer.attributes.len() <= limits::ATTRIBUTES);
    assert_eq!(Submission::parse(answer.to_json().as_bytes(), SCALE).as_ref(), Ok(&answer));

    let unlinked = answer.anonymous();
    assert!(unlinked.respondent.is_none() && unlinked.order.is_none() && unlinked.attributes.is_empty());
    assert_eq!(Submission::parse(unlinked.to_json().as_bytes(), SCALE).as_ref(), Ok(&unlinked));
    let refused = consent::decide(consent::Policy::OptIn, consent::Status::Denied, unlinked.signals, false);
    assert!(matches!(refused, consent::Decision::Refuse(_)));
});

//! What a card sends: the answer as it grows, and who answers.

use crate::page::{Page, join};
use crate::shown::Shown;
use sondeo_survey::card::state::State;
use sondeo_survey::card::{Card, CardStep};
use sondeo_survey::consent::{Decision, Source, Status};
use sondeo_survey::frequency::Window;
use sondeo_survey::response::{Evidence, Respondent, RespondentKind, is_key};
use uuid::Uuid;

impl Shown {
    /// Puts the answer as it stands into the outbox, if consent lets it go.
    pub fn send(&mut self, complete: bool) {
        let evidence = self.page.evidence();
        let evidence = match self.ticked.clone() {
            // The box was there because nobody had said anything. Who says something later is heard.
            Some(at) if evidence.status == Status::Unknown => {
                Evidence { status: Status::Granted, source: Source::Survey, tc_string: None, at: Some(at) }
            }
            _ => evidence,
        };
        let decision = self.card.decide(evidence.status, self.page.signals());
        let answer = &mut self.answer;
        // The first revision fixes what is kept. Consent that comes or goes later ends this answer as it stands: the
        // next revision would be stored in another place, as another answer.
        if matches!(decision, Decision::Refuse(_)) || self.decision.is_some_and(|first| first != decision) {
            return;
        }
        let is_first = self.decision.replace(decision).is_none();
        if is_first {
            if decision == Decision::Store {
                let order = answer.order.as_ref().map(|order| (&*order.id, self.order_proof.take()));
                answer.respondent = respondent(&self.page, self.card.frequency().window, order);
                answer.attributes = self.page.attributes();
            } else {
                // The collector would remove these. What need not travel stays here.
                answer.order = None;
                answer.page.path = None;
            }
        }
        answer.revision += 1;
        answer.score = self.state.score.unwrap_or_default();
        answer.complete = complete;
        let had_more = answer.comment.is_some() || !answer.reasons.is_empty();
        let written = self
            .comment
            .as_ref()
            .filter(|(number, _)| self.steps.steps.get(*number).is_some_and(|step| self.state.asks(step)));
        answer.comment = written.map(|(_, text)| text.clone());
        answer.reasons = reasons(&self.card, &self.steps.steps, self.state);
        answer.consent = evidence;
        let id = answer.id.hyphenated();
        let mut buffer = Uuid::encode_buffer();
        let id = id.encode_lower(&mut buffer);
        let body = answer.to_json();
        if is_first {
            self.page.set(&join(&["key:", id]), &answer.claim(&self.survey));
        }
        self.page.send(id, &self.survey, &body);
        let tell = |event| self.page.emit(event, &self.survey, Some(&body));
        if is_first {
            tell("answered");
        }
        if !had_more && (self.answer.comment.is_some() || !self.answer.reasons.is_empty()) {
            tell("commented");
        }
        if complete {
            tell("completed");
        }
    }
}

/// The codes of what is chosen in the steps that are asked.
fn reasons(card: &Card, steps: &[CardStep], state: State) -> Vec<String> {
    let mut reasons = Vec::new();
    for step in steps.iter().filter(|step| state.asks(step)) {
        for choice in (0..step.count).filter(|choice| state.has(step, *choice)) {
            reasons.push(card.at(step.choices + 2 * usize::from(choice)).to_owned());
        }
    }
    reasons
}

/// Who answers: the order, the site's user, or, where consent allows one, this browser.
fn respondent(page: &Page, window: Window, order: Option<(&str, Option<String>)>) -> Option<Respondent> {
    let (kind, key, proof) = match (order, page.maybe("who")) {
        (Some((order, proof)), _) if window == Window::Order => {
            (RespondentKind::Order, order.to_owned(), proof)
        }
        (_, Some(user)) if is_key(&user) => (RespondentKind::User, user, page.maybe("proof")),
        _ => {
            if page.get("visitor").is_none() {
                let id = page.random_id();
                page.set("visitor", id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
            }
            (RespondentKind::Visitor, page.get("visitor")?, None)
        }
    };
    Some(Respondent { kind, key, proof })
}

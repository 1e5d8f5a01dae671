//! The forms: the question, the steps, and the thanks. The words and drawings are the card's own.

use super::form::{Form, Place, TRAP, code};
use super::page::{Frame, reply};
use maud::{Markup, html};
use sondeo_survey::card::{Card, CardStep, Field, Steps};
use sondeo_survey::limits;
use sondeo_survey::look::Look;
use sondeo_survey::step::Ask;
use worker::Response;

/// A survey as this visitor sees it.
pub(super) struct View<'a> {
    pub(super) card: &'a Card,
    pub(super) steps: &'a Steps,
    pub(super) frame: &'a Frame,
    /// Whether it is a draft, of which nothing is stored.
    pub(super) is_preview: bool,
    /// Whether nothing new is stored without a challenge that is passed.
    pub(super) must_pass: bool,
    /// Where the question's form leads, if not to the page's own address.
    pub(super) action: Option<String>,
}

/// What a page says besides what it asks.
#[derive(Clone, Copy, Default)]
pub(super) struct Says<'a> {
    /// What went wrong; empty where nothing did.
    pub(super) message: &'a str,
    /// Whether the visitor must agree here before anything is stored.
    pub(super) asks_consent: bool,
    /// Whether the score was stored just now.
    pub(super) is_saved: bool,
}

impl View<'_> {
    /// The page of a place.
    pub(super) fn show(
        &self,
        status: u16,
        form: &Form,
        place: Place,
        says: Says<'_>,
    ) -> worker::Result<Response> {
        let (title, content) = match place {
            Place::Question => (self.card.field(Field::Question), self.question(form, says)),
            Place::Step(number) => match self.steps.steps.get(number) {
                Some(step) => (self.card.at(step.question), self.step(form, number, step, says)),
                None => ("", html! {}),
            },
            Place::Thanks => {
                let thanks = self.card.field(self.card.thanks(form.score.unwrap_or_default()));
                (thanks, self.thanks(thanks))
            }
        };
        // A page that is loaded anew is announced by its title.
        let title = if says.message.is_empty() { title } else { says.message };
        let content = html! {
            @if self.is_preview { p class="note" { "Preview of the draft. Nothing is stored." } }
            (content)
        };
        // A step comes only after an answer that is stored.
        reply(status, self.frame, title, &content, place != Place::Question)
    }

    fn question(&self, form: &Form, says: Says<'_>) -> Markup {
        let (card, texts, scale, look) = (self.card, self.frame.texts, self.card.scale(), self.card.look());
        let class = match look {
            Look::Numbers => "scale",
            Look::Stars => "scale icons stars",
            Look::Smileys => "scale icons",
            Look::Thumbs => "scale icons thumbs",
        };
        let label = |score: u8| match score {
            end if end == scale.min => Some(card.field(Field::LowLabel).to_owned()),
            end if end == scale.max => Some(card.field(Field::HighLabel).to_owned()),
            _ => (look != Look::Numbers).then(|| score.to_string()),
        };
        html! {
            form method="post" action=[self.action.as_deref()] {
                fieldset aria-describedby=[described(says)] {
                    legend { h1 { (card.field(Field::Question)) } }
                    (message(says))
                    div class=(class) {
                        @for score in scale.min..=scale.max {
                            label {
                                input type="radio" name="score" value=(score) required
                                    checked[form.score == Some(score)] aria-label=[label(score)];
                                span {
                                    @if look == Look::Numbers { (score) } @else {
                                        svg viewBox="0 0 32 32" aria-hidden="true" {
                                            path d=(card.at(self.steps.icons + usize::from(score - scale.min))) {}
                                        }
                                    }
                                }
                            }
                        }
                    }
                    // The ends are in the names of the outer scores.
                    div class="ends" aria-hidden="true" {
                        span { (card.field(Field::Low)) }
                        span { (card.field(Field::High)) }
                    }
                }
                (self.carried(form, None))
                (self.consent(form, says))
                (self.challenge(form))
                div class="acts" { button class="send" { (texts.send_answer) } }
            }
        }
    }

    fn step(&self, form: &Form, number: usize, step: &CardStep, says: Says<'_>) -> Markup {
        let (card, steps) = (self.card, &self.steps.steps);
        let before = steps.iter().take(number).filter(|step| form.asks(step)).count();
        let after = steps.iter().skip(number + 1).filter(|step| form.asks(step)).count();
        let of = before + 1 + after;
        let question = card.at(step.question);
        html! {
            @if says.is_saved { p class="saved" role="status" { (self.frame.texts.saved) } }
            // "Step 1 of 1", "Step 1 of 2", "Step 2 of 2", …
            @if of > 1 { p class="note" { (card.at(self.steps.places + of * (of - 1) / 2 + before)) } }
            form method="post" {
                @if step.ask == Ask::Comment {
                    h1 { label for="c" { (question) } }
                    (message(says))
                    textarea id="c" name="comment" rows="4" maxlength=(limits::COMMENT)
                        aria-describedby=[described(says)] { "\n" (written(form, number)) }
                    input type="hidden" name="comment_of" value=(number);
                } @else {
                    fieldset aria-describedby=[described(says)] {
                        legend { h1 { (question) } }
                        @if step.ask == Ask::Many { p class="note" { (card.field(Field::AllThatApply)) } }
                        (message(says))
                        div class="choices" {
                            @for choice in 0..step.count {
                                label {
                                    input type=(if step.ask == Ask::One { "radio" } else { "checkbox" })
                                        name="choice" value=(code(card, step, choice))
                                        required[step.ask == Ask::One] checked[form.has(step, choice)];
                                    span { (card.at(step.choices + 2 * usize::from(choice) + 1)) }
                                }
                            }
                        }
                    }
                }
                input type="hidden" name="step" value=(number);
                (self.carried(form, Some((number, step))))
                (self.consent(form, says))
                (self.challenge(form))
                div class="acts" {
                    button class="send" { (card.field(if after == 0 { Field::Send } else { Field::Next })) }
                    button name="press" value="skip" formnovalidate { (card.field(Field::Skip)) }
                    button class="back" name="press" value="back" formnovalidate { (card.field(Field::Back)) }
                }
            }
        }
    }

    fn thanks(&self, thanks: &str) -> Markup {
        let card = self.card;
        html! {
            h1 { (thanks) }
            @if !card.field(Field::Link).is_empty() {
                a class="link" href=(card.field(Field::Link)) target="_blank" rel="noopener noreferrer" {
                    span { (card.field(Field::LinkText)) }
                    span class="hint" { (card.field(Field::LinkHint)) }
                }
            }
        }
    }

    /// What was answered on other pages.
    fn carried(&self, form: &Form, here: Option<(usize, &CardStep)>) -> Markup {
        let elsewhere = self
            .steps
            .steps
            .iter()
            .enumerate()
            .filter(|(number, _)| here.is_none_or(|(at, _)| at != *number));
        let choices = elsewhere.flat_map(|(_, step)| (0..step.count).map(move |choice| (step, choice)));
        let chosen = choices.filter(|(step, choice)| form.has(step, *choice));
        let writes_here = here.is_some_and(|(_, step)| step.ask == Ask::Comment);
        html! {
            input type="hidden" name="id" value=(form.id);
            input type="hidden" name="revision" value=(form.revision);
            input type="hidden" name="version" value=(self.card.number(Field::Version));
            @if form.is_trapped { input type="hidden" name=(TRAP) value="1"; } @else {
                div class="trap" aria-hidden="true" { input name=(TRAP) tabindex="-1" autocomplete="off"; }
            }
            @if let (Some(score), Some(_)) = (form.score, here) { input type="hidden" name="score" value=(score); }
            @for (step, choice) in chosen {
                input type="hidden" name="choice" value=(code(self.card, step, choice));
            }
            @if let (Some((of, text)), false) = (&form.comment, writes_here) {
                input type="hidden" name="comment" value=(text);
                input type="hidden" name="comment_of" value=(of);
            }
        }
    }

    /// The box to tick, or the tick that was made before.
    fn consent(&self, form: &Form, says: Says<'_>) -> Markup {
        let texts = self.frame.texts;
        let is_known = form.agrees && form.revision > 0;
        html! {
            @if is_known { input type="hidden" name="agree" value="1"; }
            @else if says.asks_consent {
                div class="agree" {
                    label { input type="checkbox" name="agree" value="1" required checked[form.agrees]; span { (texts.agree) } }
                    @if says.message != texts.no_consent { p class="note" { (texts.no_consent) } }
                }
            }
        }
    }
}

impl View<'_> {
    /// Where the challenge is drawn, of which only a first revision needs the token.
    fn challenge(&self, form: &Form) -> Markup {
        let Some(turnstile) = self.frame.challenge.as_ref().filter(|_| form.revision == 0) else {
            return html! {};
        };
        html! {
            div class="challenge" data-sitekey=(turnstile.sitekey) data-script=(turnstile.script) {}
            @if self.must_pass { noscript { p class="message" { (self.frame.texts.needs_script) } } }
        }
    }
}

fn written(form: &Form, number: usize) -> &str {
    form.comment.as_ref().filter(|(of, _)| *of == number).map_or("", |(_, text)| text)
}

fn message(says: Says<'_>) -> Markup {
    html! { @if !says.message.is_empty() { p class="message" id="m" role="alert" { (says.message) } } }
}

/// What a screen reader reads with the field.
fn described(says: Says<'_>) -> Option<&'static str> {
    (!says.message.is_empty()).then_some("m")
}

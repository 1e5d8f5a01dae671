//! An answer in a list.

use crate::api::responses::record;
use crate::console::parts;
use crate::console::survey::breakdown::{class, key};
use crate::console::visit::Visit;
use crate::problem::Problem;
use crate::shard::read::StoredResponse;
use maud::{Markup, html};
use sondeo_survey::access::Scope;
use sondeo_survey::export::Record;
use sondeo_survey::metric::Metric;
use sondeo_survey::slug::Slug;

/// What stands in the list.
pub(in crate::console) struct Item<'a> {
    pub(in crate::console) survey: &'a Slug,
    /// The survey's, where the list is of several.
    pub(in crate::console) title: Option<&'a str>,
    pub(in crate::console) stored: StoredResponse<'a>,
    /// Where a form to mark it as handled leads back to.
    pub(in crate::console) form: Option<&'a str>,
}

pub(in crate::console) fn item(visit: &Visit<'_>, item: &Item<'_>) -> Result<Markup, Problem> {
    let texts = visit.texts.reading;
    let note = item.stored.note.clone();
    let record = record(item.survey.as_str(), item.stored.clone())?;
    let path =
        format!("/console/{}/surveys/{}/answers/{}", visit.here()?.id, item.survey, record.response_id);
    let received = record.received_at.0;
    Ok(html! {
        (given(visit, &record))
        div class="body" {
            @if let Some(comment) = &record.comment { p class="comment" dir="auto" { (&**comment) } }
            @else { p class="soft" { (texts.no_comment) } }
            p class="meta" {
                a href=(path) { (parts::moment(visit, received)) }
                @if item.form.is_some() && record.handled_at.is_none() {
                    span class="wait" { (texts.waits.replace("{time}", &visit.format.duration(visit.call.now - received))) }
                }
                @if let Some(title) = item.title { span { (title) } }
                (context(visit, &record))
            }
            @if let Some(handled) = record.handled_at {
                p class="meta" {
                    span class="badge live" { (texts.handled) }
                    (parts::moment(visit, handled.0))
                    span { (texts.took.replace("{time}", &visit.format.duration(handled.0 - received))) }
                }
            }
            @if let Some(note) = &note { p class="small" dir="auto" { (texts.note) ": " bdi { (&**note) } } }
            @if let Some(back) = item.form.filter(|_| record.handled_at.is_none() && visit.can(Scope::SurveyWrite)) {
                details class="act" {
                    summary { (texts.mark_handled) }
                    (handling(visit, &path, back, note.as_deref().unwrap_or_default(), false))
                }
            }
        }
    })
}

/// The score in its segment's colour.
pub(super) fn given(visit: &Visit<'_>, record: &Record<'_>) -> Markup {
    html! {
        p class="given" {
            (key(class(record.segment, record.metric)))
            (visit.format.count(record.score.into()))
            span class="hint" { " (" (segment(visit, record.metric, record.segment)) ")" }
        }
    }
}

/// The segment's name in the reader's language.
pub(super) fn segment(visit: &Visit<'_>, metric: Metric, segment: &str) -> &'static str {
    let names = visit.texts.segments_of(metric);
    let found = metric.segments().into_iter().zip(names).find(|(known, _)| known.name() == segment);
    found.map_or("", |(_, name)| name)
}

fn context(visit: &Visit<'_>, record: &Record<'_>) -> Markup {
    let texts = visit.texts.reading;
    let plain = [&record.locale, &record.device, &record.page_path, &record.touchpoint];
    html! {
        @for text in plain.into_iter().flatten() { bdi { (&**text) } }
        @if let Some(order) = &record.order_id {
            span {
                (texts.order) " " bdi { (&**order) }
                @if let Some(value) = &record.order_value { " " (visit.format.money(value, record.order_currency.as_deref())) }
            }
        }
        @for (name, value) in record.attributes.iter().take(3) { bdi { (&**name) ": " (&**value) } }
        @if !record.complete { span class="badge" { (texts.partial) } }
        @for flag in &record.flags { span class="badge weak" { (&**flag) } }
    }
}

/// The form that marks an answer as handled, or not, with a note. `back` is where it leads.
pub(in crate::console) fn handling(
    visit: &Visit<'_>,
    path: &str,
    back: &str,
    note: &str,
    is_handled: bool,
) -> Markup {
    let texts = visit.texts.reading;
    html! {
        form method="post" action=(path) {
            (parts::token(visit))
            input type="hidden" name="back" value=(back);
            label class="field" { (texts.note) textarea name="note" rows="2" maxlength="2000" { (note) } span class="soft" { (texts.note_hint) } }
            div class="row" {
                @if is_handled {
                    button class="button main" name="act" value="note" { (texts.save_note) }
                    button class="button" name="act" value="open" { (texts.reopen) }
                } @else {
                    button class="button main" name="act" value="handled" { (texts.mark_handled) }
                    button class="button" name="act" value="note" { (texts.save_note) }
                }
            }
        }
    }
}

//! `/console/{site}/new-survey` and `/console/{site}/surveys/{survey}/edit`: a survey's draft, as a form and as a document.
//!
//! Nothing is kept between two requests but the draft that is saved: the form carries the whole document, and each button sends
//! all of it. [`fields`] writes what the fields say into the document, [`view`] makes fields of it.

mod fields;
mod view;

use super::form::Form;
use super::parts;
use super::visit::{Visit, see};
use crate::api;
use crate::problem::{Document, Problem};
use crate::registry::surveys::StoredSurvey;
use maud::Markup;
use serde_json::{Value, json};
use sondeo_survey::access::Scope;
use sondeo_survey::draft::Draft;
use sondeo_survey::slug::Slug;
use sondeo_survey::{Fault, Faults};
use worker::Response;

/// What is edited.
pub(super) struct Edited {
    /// As it is stored; none where it is new.
    survey: Option<StoredSurvey>,
    /// Its name in addresses, as it is or is to be.
    id: String,
    document: Value,
    /// What was sent for a document and is none.
    raw: Option<String>,
    is_document_shown: bool,
}

/// A new survey: the question after a purchase, which most shops begin with.
pub(super) fn show_new(visit: &Visit<'_>) -> Result<Response, Problem> {
    visit.may(Scope::SurveyWrite)?;
    let locale = visit.here()?.settings.default_locale.as_str();
    let document = json!({ "title": "", "metric": "nps", "default_locale": locale, "wording": { locale: {} },
        "triggers": [{ "on": "event", "name": "purchase" }], "frequency": { "window": "order" } });
    let edited = Edited { survey: None, id: String::new(), document, raw: None, is_document_shown: false };
    view::page(visit, 200, &edited, None, None)
}

/// 1. `survey:write` — 403
/// 2. The survey — 404, 503
pub(super) async fn show(visit: &Visit<'_>, id: &str) -> Result<Response, Problem> {
    let survey = find(visit, id).await?;
    let document = document(&survey)?;
    let is_document_shown = visit.parameter("view").as_deref() == Some("document");
    let edited = Edited { id: id.into(), survey: Some(survey), document, raw: None, is_document_shown };
    view::page(visit, 200, &edited, None, None)
}

/// A button of the form: `survey` is none where it is new.
///
/// 1. `survey:write` — 403; the survey — 404, 503
/// 2. Saving: the name, another survey's — 422; the draft — 422; what is fixed — 409
/// 3. The form again, or where it was saved the page after it — 200, 303
pub(super) async fn act(visit: &Visit<'_>, id: Option<&str>, form: &Form) -> Result<Response, Problem> {
    visit.may(Scope::SurveyWrite)?;
    let survey = match id {
        Some(id) => Some(find(visit, id).await?),
        None => None,
    };
    let mut edited = read(form, id, survey);
    if let Some(detail) = not_json(&edited) {
        let faults = Faults(vec![Fault { pointer: String::new(), detail }]);
        return view::page(visit, 422, &edited, Some(&faults), Some(parts::bad(visit.texts.faults)));
    }
    match form.get("act") {
        act @ ("save" | "publish") => save(visit, edited, act == "publish").await,
        "check" | "" => {
            let faults = Draft::parse(edited.document.to_string().as_bytes()).err();
            let notice: Option<Markup> = faults.is_none().then(|| parts::good(visit.texts.editing.checked));
            let status = if faults.is_some() { 422 } else { 200 };
            view::page(visit, status, &edited, faults.as_ref(), notice)
        }
        "to-form" => view::page(visit, 200, &Edited { is_document_shown: false, ..edited }, None, None),
        "to-document" => view::page(visit, 200, &Edited { is_document_shown: true, ..edited }, None, None),
        other => {
            fields::change(&mut edited.document, other, form);
            view::page(visit, 200, &edited, None, None)
        }
    }
}

async fn save(visit: &Visit<'_>, edited: Edited, publishes: bool) -> Result<Response, Problem> {
    let site = slug(visit)?;
    let is_new = edited.survey.is_none();
    let is_taken = match Slug::parse(&edited.id).filter(|_| is_new) {
        Some(id) => match api::surveys::find(visit.env(), &site, &id).await {
            Ok(_) => true,
            Err(Problem::UnknownSurvey) => false,
            Err(problem) => return Err(problem),
        },
        None => false,
    };
    let stored = if is_taken {
        Err(Problem::invalid(Document::Survey, "", visit.texts.editing.taken))
    } else {
        let document = edited.document.to_string();
        api::surveys::store(visit.env(), &site, &edited.id, document.as_bytes(), visit.actor()).await
    };
    match stored {
        Ok(_) if publishes => see(&address(visit, &edited.id, "publish")),
        Ok(_) => {
            let word = if is_new { "created" } else { "saved" };
            let shown = if edited.is_document_shown { "&view=document" } else { "" };
            see(&format!("{}?done={word}{shown}", address(visit, &edited.id, "edit")))
        }
        Err(problem @ (Problem::Invalid(..) | Problem::SurveyFixed(_))) => {
            let status = problem.status();
            let (Problem::Invalid(_, faults) | Problem::SurveyFixed(faults)) = problem else {
                return Err(problem);
            };
            view::page(visit, status, &edited, Some(&faults), Some(parts::bad(visit.texts.faults)))
        }
        Err(problem) => Err(problem),
    }
}

/// What a form of the editor holds.
pub(super) fn read(form: &Form, id: Option<&str>, survey: Option<StoredSurvey>) -> Edited {
    let id = id.unwrap_or_else(|| form.get("id")).to_owned();
    let is_document_shown = form.has("document");
    let text = form.get(if is_document_shown { "document" } else { "base" });
    let (document, raw) = match serde_json::from_str::<Value>(text) {
        Ok(before) if is_document_shown => (before, None),
        Ok(before) => {
            let mut document = fields::apply(before.clone(), form);
            fields::settle(&mut document, &before);
            (document, None)
        }
        Err(_) => (Value::Null, Some(text.to_owned())),
    };
    Edited { survey, id, document, raw, is_document_shown: is_document_shown || raw_is_shown(form) }
}

/// A document that is none is shown as it came, so that it can be mended.
fn raw_is_shown(form: &Form) -> bool {
    serde_json::from_str::<Value>(form.get("base")).is_err()
}

fn not_json(edited: &Edited) -> Option<String> {
    let raw = edited.raw.as_deref()?;
    serde_json::from_str::<Value>(raw).err().map(|error| format!("not a JSON document: {error}"))
}

impl Edited {
    /// Visitors see no title: what has none yet can be seen all the same.
    pub(super) fn give_title(&mut self) {
        if let Some(members) = self.document.as_object_mut()
            && members.get("title").and_then(Value::as_str).is_none_or(str::is_empty)
        {
            members.insert("title".into(), "–".into());
        }
    }

    /// The draft that the form describes.
    pub(super) fn draft(&self) -> Result<Draft, Faults> {
        Draft::parse(self.document.to_string().as_bytes())
    }
}

/// A survey that may be changed — 403, 404, 503
pub(super) async fn find(visit: &Visit<'_>, id: &str) -> Result<StoredSurvey, Problem> {
    visit.may(Scope::SurveyWrite)?;
    let id = Slug::parse(id).ok_or(Problem::UnknownSurvey)?;
    api::surveys::find(visit.env(), &slug(visit)?, &id).await
}

/// The draft of a survey, as a document.
pub(super) fn document(survey: &StoredSurvey) -> Result<Value, Problem> {
    parsed(&survey.draft)
}

/// A stored definition, as a document.
pub(super) fn parsed(stored: &str) -> Result<Value, Problem> {
    serde_json::from_str(stored).map_err(|error| Problem::Internal(format!("a stored survey: {error}")))
}

/// The site's name.
pub(super) fn slug(visit: &Visit<'_>) -> Result<Slug, Problem> {
    Slug::parse(&visit.here()?.id).ok_or(Problem::UnknownSite)
}

/// A page of a survey.
pub(super) fn address(visit: &Visit<'_>, id: &str, page: &str) -> String {
    let site = visit.site().map_or("", |site| site.id.as_str());
    format!("/console/{site}/surveys/{id}/{page}")
}

//! The editor's form.

use super::fields::TRIGGERS;
use super::{Edited, address};
use crate::console::form::fault_at;
use crate::console::page::Page;
use crate::console::parts::{self, Choice, Field};
use crate::console::texts::editing::Editing;
use crate::console::versions;
use crate::console::visit::Visit;
use crate::problem::Problem;
use maud::{Markup, html};
use serde_json::Value;
use sondeo_survey::Faults;
use sondeo_survey::look::{Layout, Look};
use sondeo_survey::metric::{Metric, Scale, Segment};
use sondeo_survey::step::Ask;
use sondeo_survey::texts;
use std::cell::RefCell;
use worker::Response;

/// What fields are made of.
struct View<'a> {
    visit: &'a Visit<'a>,
    words: &'static Editing,
    document: &'a Value,
    faults: Option<&'a Faults>,
    /// Pointers whose faults stand at a field.
    shown: RefCell<Vec<String>>,
    metric: Metric,
    scale: Scale,
    is_published: bool,
}

/// The editor with what was sent.
pub(super) fn page(
    visit: &Visit<'_>,
    status: u16,
    edited: &Edited,
    faults: Option<&Faults>,
    notice: Option<Markup>,
) -> Result<Response, Problem> {
    let document = &edited.document;
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    let metric = Metric::NAMES.into_iter().find(|(name, _)| *name == text("metric"));
    let metric = metric.map_or(Metric::Nps, |(_, metric)| metric);
    let scales = metric.scales().iter().copied();
    let scale = scales.clone().find(|scale| {
        ["min", "max"].map(|end| document.get("scale")?.get(end)?.as_u64())
            == [scale.min, scale.max].map(|end| Some(u64::from(end)))
    });
    let view = View {
        visit,
        words: visit.texts.editing,
        document,
        faults,
        shown: RefCell::default(),
        metric,
        scale: scale.unwrap_or(metric.default_scale()),
        is_published: edited.survey.as_ref().is_some_and(|survey| survey.published.is_some()),
    };
    let words = view.words;
    let to = match &edited.survey {
        Some(survey) => address(visit, &survey.id, "edit"),
        None => format!("/console/{}/new-survey", visit.here()?.id),
    };
    let fields = if edited.is_document_shown { view.document(edited) } else { view.form(edited) };
    let elsewhere = view.elsewhere();
    let tab = |act: &str, label: &str, is_here: bool| {
        html! { button class="tab" name="act" value=(act) aria-pressed=(is_here.to_string()) { (label) } }
    };
    let content = html! {
        @if !elsewhere.is_empty() {
            div class="notice bad" role="alert" {
                div { p { (words.elsewhere) } ul { @for (pointer, detail) in &elsewhere { li { code { (pointer) } " " span lang="en" { (detail) } } } } }
            }
        }
        div class="editor" {
            form id="editor" method="post" action=(to) {
                (parts::token(visit))
                // What the Enter key does in a field.
                button class="hint" name="act" value="check" tabindex="-1" { (words.check) }
                div class="views" {
                    (tab("to-form", words.as_form, !edited.is_document_shown))
                    (tab("to-document", words.as_document, edited.is_document_shown))
                }
                (fields)
                div class="row bar" {
                    button class="button main" name="act" value="save" { (words.save_draft) }
                    button class="button" name="act" value="check" { (words.check) }
                    button class="button" name="act" value="publish" { (words.publish) }
                }
            }
            (view.preview(edited, &to))
        }
    };
    let notice =
        notice.or_else(|| faults.filter(|_| elsewhere.is_empty()).map(|_| parts::bad(visit.texts.faults)));
    let Some(survey) = &edited.survey else {
        return visit
            .page(status, &Page { title: visit.texts.new_survey, content, notice, ..Page::default() });
    };
    let (name, home) = (versions::title(survey), address(visit, &survey.id, ""));
    let crumbs = &[(name.as_str(), home.trim_end_matches('/'))];
    let acts = versions::acts(visit, survey, "edit");
    visit.page(status, &Page { title: words.edit, crumbs, acts, content, notice, ..Page::default() })
}

impl View<'_> {
    #[inline(never)]
    fn said(&self, pointer: &str) -> String {
        fn plain(value: &Value) -> String {
            match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
                other => other.to_string(),
            }
        }
        self.document.pointer(pointer).map(plain).unwrap_or_default()
    }

    fn error(&self, pointer: &str) -> Option<String> {
        self.shown.borrow_mut().push(pointer.to_owned());
        fault_at(self.faults, pointer)
    }

    /// Faults at which no field stands.
    fn elsewhere(&self) -> Vec<(&str, &str)> {
        let shown = self.shown.borrow();
        let is_shown = |at: &str| {
            shown.iter().any(|shown| {
                at.strip_prefix(shown.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let faults = self.faults.map_or(&[][..], |faults| &faults.0);
        let faults = faults.iter().filter(|fault| !is_shown(&fault.pointer));
        faults.map(|fault| (fault.pointer.as_str(), fault.detail.as_str())).collect()
    }

    /// A line of text or of something else: `kind` is what [`super::fields`] makes of it.
    #[inline(never)]
    fn line(&self, kind: &str, pointer: &str, label: &str, hint: &str, placeholder: &str) -> Markup {
        let error = self.error(pointer);
        let name = format!("{kind}{pointer}");
        let field = Field { label, name: &name, hint, error: error.as_deref() };
        let value = self.said(pointer);
        parts::hinted(&field, if kind == "n" { "number" } else { "text" }, &value, placeholder)
    }

    #[inline(never)]
    fn pick(&self, kind: &str, pointer: &str, label: &str, options: &[(&str, &str)], chosen: &str) -> Markup {
        let error = self.error(pointer);
        let name = format!("{kind}{pointer}");
        parts::select(&Field { label, name: &name, hint: "", error: error.as_deref() }, options, chosen)
    }

    #[inline(never)]
    fn ticks(&self, pointer: &str, label: &str, options: &[(&str, &str)]) -> Markup {
        let error = self.error(pointer);
        let name = format!("c{pointer}");
        let held = self.document.pointer(pointer).and_then(Value::as_array);
        let is_chosen =
            |value: &str| held.is_some_and(|held| held.iter().any(|one| one.as_str() == Some(value)));
        let choices: Vec<Choice<'_>> = options
            .iter()
            .map(|(value, label)| Choice { value, label, hint: "", is_chosen: is_chosen(value) })
            .collect();
        html! {
            // Boxes that are not ticked are not sent: this says that they were there.
            input type="hidden" name=(name) value="";
            (parts::choices(&Field { label, name: &name, hint: "", error: error.as_deref() }, "checkbox", &choices))
        }
    }

    fn document(&self, edited: &Edited) -> Markup {
        let text = edited.raw.clone().unwrap_or_else(|| format!("{:#}", self.document));
        let error = self.error("");
        // Every fault is of the document; those in it say where they are.
        let listed: Option<String> = self.faults.map(|faults| {
            faults
                .0
                .iter()
                .map(|fault| format!("{} {}", fault.pointer, fault.detail))
                .collect::<Vec<_>>()
                .join("; ")
        });
        let error = listed.or(error);
        let field = Field {
            label: self.words.as_document,
            name: "document",
            hint: self.words.document_hint,
            error: error.as_deref(),
        };
        html! {
            @if edited.survey.is_none() { section class="panel" { (self.id(edited)) } }
            section class="panel code" { (parts::area(&field, 28, &text)) }
        }
    }

    fn id(&self, edited: &Edited) -> Markup {
        let error = self.faults.and_then(|faults| faults.0.iter().find(|fault| fault.pointer.is_empty()));
        let error = error.filter(|_| edited.raw.is_none()).map(|fault| fault.detail.as_str());
        let field = Field { label: self.words.name, name: "id", hint: self.words.id_hint, error };
        html! { (parts::line(&field, "text", &edited.id)) }
    }

    fn form(&self, edited: &Edited) -> Markup {
        let base = self.document.to_string();
        html! {
            input type="hidden" name="base" value=(base);
            (self.basics(edited))
            (self.wording())
            (self.steps())
            (self.triggers())
            (self.frequency())
            (self.audience())
        }
    }

    fn basics(&self, edited: &Edited) -> Markup {
        let words = self.words;
        let [nps, csat, ces] = words.metrics;
        let metrics = [("nps", nps), ("csat", csat), ("ces", ces)];
        let written = |scale: &Scale| {
            (format!("{}-{}", scale.min, scale.max), format!("{} – {}", scale.min, scale.max))
        };
        let scales: Vec<(String, String)> = self.metric.scales().iter().map(written).collect();
        let scales: Vec<(&str, &str)> =
            scales.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect();
        let scale = written(&self.scale);
        let allowed = Look::of(self.metric, self.scale);
        let looks: Vec<(&str, &str)> = Look::NAMES
            .into_iter()
            .zip(words.looks)
            .filter(|((_, look), _)| allowed.contains(look))
            .map(|((name, _), label)| (name, label))
            .collect();
        let layouts: Vec<(&str, &str)> =
            Layout::NAMES.into_iter().zip(words.layouts).map(|((name, _), label)| (name, label)).collect();
        let metric =
            metrics.iter().find(|(name, _)| *name == self.metric.name()).map_or("", |(_, label)| label);
        html! {
            section class="panel" {
                h2 { (words.basics) }
                (self.line("t", "/title", words.title, words.title_hint, ""))
                @if edited.survey.is_none() { (self.id(edited)) }
                @if self.is_published {
                    dl class="facts" {
                        dt { (self.visit.texts.metric) } dd { (metric) }
                        dt { (words.scale) } dd { (scale.1) }
                    }
                    p class="soft" { (words.fixed) }
                } @else {
                    (self.pick("t", "/metric", self.visit.texts.metric, &metrics, self.metric.name()))
                    @if scales.len() > 1 { (self.pick("r", "/scale", words.scale, &scales, &scale.0)) }
                }
                @if looks.len() > 1 { (self.pick("t", "/look", words.look, &looks, &self.said("/look"))) }
                (self.pick("t", "/layout", words.layout, &layouts, &self.said("/layout")))
                (self.line("t", "/touchpoint", words.touchpoint, words.touchpoint_hint, ""))
                (self.line("t", "/link", words.link, "", "https://"))
            }
        }
    }

    fn languages(&self) -> Vec<&str> {
        let languages = self.document.get("wording").and_then(Value::as_object);
        languages.into_iter().flatten().map(|(tag, _)| tag.as_str()).collect()
    }

    fn wording(&self) -> Markup {
        let words = self.words;
        let default = self.said("/default_locale");
        html! {
            section class="panel" {
                h2 { (words.wording) }
                p class="soft" { (words.wording_hint) }
                @for tag in self.languages() { (self.language(tag, tag == default || self.languages().len() == 1)) }
                div class="row add" {
                    (parts::line(&Field { label: words.language, name: "language", hint: "", error: None }, "text", ""))
                    button class="button" name="act" value="add-language" { (words.add) }
                }
                (self.line("t", "/default_locale", words.default_locale, "", "en"))
            }
        }
    }

    fn language(&self, tag: &str, is_open: bool) -> Markup {
        let words = self.words;
        let built_in = texts::for_locale(tag);
        let question = built_in.of(self.metric);
        let at = |member: &str| format!("/wording/{tag}/{member}");
        let names = self.visit.texts.segments_of(self.metric);
        let segments: Vec<(Segment, &str, &str)> = self
            .metric
            .segments()
            .into_iter()
            .zip(names)
            .zip(question.follow_up)
            .map(|((segment, name), text)| (segment, name, text))
            .collect();
        let has_steps = self.document.get("steps").is_some();
        let has_thanks_each = self.document.pointer(&at("thanks")).is_some_and(Value::is_object);
        let is_faulty = fault_at(self.faults, &format!("/wording/{tag}")).is_some();
        html! {
            details class="language" open[is_open || is_faulty] {
                summary { code { (tag) } " " span class="soft" { (self.said(&at("question"))) } }
                (self.line("t", &at("question"), words.question, "", question.question))
                div class="pair" {
                    (self.line("t", &at("low"), words.low, "", question.low))
                    (self.line("t", &at("high"), words.high, "", question.high))
                }
                @if !has_steps {
                    @for (segment, name, text) in &segments {
                        (self.line("t", &at(&format!("follow_up/{}", segment.name())), &format!("{}: {name}", words.follow_up), "", text))
                    }
                    p class="soft" { (words.follow_up_hint) }
                }
                (self.step_words(tag))
                @if has_thanks_each {
                    @for (segment, name, _) in &segments {
                        (self.line("t", &at(&format!("thanks/{}", segment.name())), &format!("{}: {name}", words.thanks), "", built_in.thanks))
                    }
                } @else {
                    (self.line("t", &at("thanks"), words.thanks, "", built_in.thanks))
                }
                @if self.document.get("link").is_some() { (self.line("t", &at("link"), words.link_word, "", "")) }
                @if self.said("/layout") == "tab" { (self.line("t", &at("tab"), words.tab, "", built_in.feedback)) }
                button class="quiet" name="act" value={ "drop-language/" (tag) } { (words.remove) " " (tag) }
            }
        }
    }

    fn step_words(&self, tag: &str) -> Markup {
        let steps = self.document.get("steps").and_then(Value::as_array);
        let built_in = texts::for_locale(tag);
        html! {
            @for step in steps.into_iter().flatten() {
                @let id = step.get("id").and_then(Value::as_str).unwrap_or_default();
                @let at = format!("/wording/{tag}/steps/{id}");
                @let asked = match step.get("ask").and_then(Value::as_str) { Some("many") => built_in.reasons, Some("one") => built_in.reason, _ => "" };
                (self.line("t", &format!("{at}/question"), &format!("{} {id}", self.words.step), "", asked))
                @for choice in step.get("choices").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                    (self.line("t", &format!("{at}/choices/{choice}"), choice, "", choice))
                }
            }
        }
    }

    fn steps(&self) -> Markup {
        let words = self.words;
        let count = self.document.get("steps").and_then(Value::as_array).map_or(0, Vec::len);
        let asks: Vec<(&str, &str)> =
            Ask::NAMES.into_iter().zip(words.asks).map(|((name, _), label)| (name, label)).collect();
        let names = self.metric.segments().map(Segment::name);
        let segments: Vec<(&str, &str)> =
            names.into_iter().zip(self.visit.texts.segments_of(self.metric)).collect();
        html! {
            section class="panel" {
                h2 { (words.steps) }
                p class="soft" { (words.steps_hint) }
                @for at in 0..count {
                    @let step = format!("/steps/{at}");
                    fieldset class="rows" {
                        legend { (words.step) " " (at + 1) }
                        div class="pair" {
                            (self.line("i", &format!("{step}/id"), words.name, "", ""))
                            (self.pick("t", &format!("{step}/ask"), words.ask, &asks, &self.said(&format!("{step}/ask"))))
                        }
                        @if self.said(&format!("{step}/ask")) != "comment" {
                            (self.line("l", &format!("{step}/choices"), words.choices, "", "price, delivery, taste"))
                        }
                        (self.ticks(&format!("{step}/when/segments"), words.only, &segments))
                        (self.whole(&step))
                        button class="quiet" name="act" value={ "drop-step/" (at) } { (words.remove) }
                    }
                }
                button class="button" name="act" value="add-step" { (words.add_step) }
            }
        }
    }

    /// Faults of a row that stand at none of its fields.
    fn whole(&self, pointer: &str) -> Markup {
        let faults = self.faults.map_or(&[][..], |faults| &faults.0);
        let own: Vec<&str> = faults
            .iter()
            .filter(|fault| fault.pointer == pointer)
            .map(|fault| fault.detail.as_str())
            .collect();
        if !own.is_empty() {
            self.shown.borrow_mut().push(pointer.to_owned());
        }
        html! { @for detail in own { p class="error" { (detail) } } }
    }

    fn triggers(&self) -> Markup {
        let words = self.words;
        let count = self.document.get("triggers").and_then(Value::as_array).map_or(0, Vec::len);
        let kinds: Vec<(&str, &str)> =
            TRIGGERS.iter().zip(words.kinds).map(|((kind, ..), label)| (*kind, label)).collect();
        html! {
            section class="panel" {
                h2 { (words.triggers) }
                p class="soft" { (words.trigger_hint) }
                @for at in 0..count {
                    @let trigger = format!("/triggers/{at}");
                    @let kind = self.said(&format!("{trigger}/on"));
                    @let member = TRIGGERS.iter().find(|(known, ..)| *known == kind).map_or("", |(_, member, _)| *member);
                    @let value = format!("v{trigger}");
                    fieldset class="rows trigger" {
                        legend class="hint" { (words.trigger) " " (at + 1) }
                        (self.pick("k", &trigger, words.trigger, &kinds, &kind))
                        (parts::line(&Field { label: words.value, name: &value, hint: "", error: None }, "text", &self.said(&format!("{trigger}/{member}"))))
                        (self.line("n", &format!("{trigger}/after_seconds"), words.after, "", "0"))
                        button class="quiet" name="act" value={ "drop-trigger/" (at) } { (words.remove) }
                    }
                }
                button class="button" name="act" value="add-trigger" { (words.add_trigger) }
            }
        }
    }

    fn frequency(&self) -> Markup {
        let words = self.words;
        let [days, order, ever] = words.windows;
        let window = self.said("/frequency/window");
        let window = if ["order", "ever"].contains(&window.as_str()) { window } else { "days".into() };
        let left = if window == "days" { self.said("/frequency/window/days") } else { String::new() };
        html! {
            section class="panel" {
                h2 { (words.frequency) }
                div class="pair" {
                    (self.pick("w", "/frequency/window", words.window, &[("days", days), ("order", order), ("ever", ever)], &window))
                    (parts::hinted(&Field { label: words.days, name: "d/frequency/window", hint: "", error: None }, "number", &left, "90"))
                }
                @if self.is_published { p class="soft" { (words.fixed_window) } }
                div class="pair" {
                    (self.line("n", "/frequency/after_dismissal_days", words.after_dismissal, "", "14"))
                    (self.line("n", "/frequency/most_shown", words.most_shown, "", "3"))
                }
                (self.yes_no("/frequency/ignores_spacing", words.ignores_spacing))
            }
        }
    }

    fn yes_no(&self, pointer: &str, label: &str) -> Markup {
        let [usual, yes, no] = self.words.yes_no;
        self.pick("b", pointer, label, &[("", usual), ("true", yes), ("false", no)], &self.said(pointer))
    }

    fn audience(&self) -> Markup {
        let words = self.words;
        let [mobile, tablet, desktop] = words.device;
        let [all, new, returning] = words.visitor;
        html! {
            section class="panel" {
                h2 { (words.audience) }
                (self.ticks("/audience/devices", words.devices, &[("mobile", mobile), ("tablet", tablet), ("desktop", desktop)]))
                (self.line("l", "/audience/locales", words.locales, "", "en, es"))
                div class="pair" {
                    (self.pick("t", "/audience/visitors", words.visitors, &[("", all), ("new", new), ("returning", returning)], &self.said("/audience/visitors")))
                    (self.line("n", "/audience/sample_percent", words.sample, "", "100"))
                }
                p class="soft" { (words.audience_hint) }
            }
        }
    }

    /// The frame, which a script fills with what the form holds, and what is shown in it. Without script there is the page of the
    /// saved draft, which needs none.
    fn preview(&self, edited: &Edited, to: &str) -> Markup {
        let words = self.words;
        let id = edited.survey.as_ref().map_or("new", |survey| survey.id.as_str());
        let to = to.strip_suffix("/edit").unwrap_or(to);
        let default = self.said("/default_locale");
        let mut tags = self.languages();
        tags.extend((!tags.contains(&default.as_str())).then_some(default.as_str()));
        let [auto, light, dark] = words.schemes;
        html! {
            aside class="preview" {
                h2 { (words.preview) }
                p class="soft" { (words.preview_hint) }
                div class="row" data-preview hidden {
                    label { span { (words.shown_in) } select name="shown-in" form="editor" { @for tag in &tags { option value=(tag) selected[*tag == default] { (tag) } } } }
                    label { span { (words.scheme) } select name="scheme" form="editor" { option value="light dark" { (auto) } option value="light" { (light) } option value="dark" { (dark) } } }
                    button class="button" form="editor" formtarget="preview" formaction={ (to) "/preview?sondeo-preview=" (id) "&sondeo-token=-" } { (words.refresh) }
                }
                div class="frame" hidden { iframe name="preview" title=(words.preview) {} }
                @if edited.survey.is_some() {
                    p { a href={ (to) "/plain" } target="_blank" { (words.preview_plain) } }
                }
            }
        }
    }
}

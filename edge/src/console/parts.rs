//! What pages are made of.

use super::form::Form;
use super::visit::Visit;
use maud::{Markup, html};
use sondeo_survey::limits;

/// The token that each form holds.
pub(crate) fn token(visit: &Visit<'_>) -> Markup {
    html! { input type="hidden" name="csrf" value=(visit.session.csrf); }
}

/// A drawing beside words, on a grid of 16.
pub(crate) fn icon(strokes: &str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" {
            path d=(strokes) fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}

/// Says that something was done.
pub(crate) fn good(text: &str) -> Markup {
    html! { p class="notice good" role="status" { (icon("M3 8.5l3.5 3.5L13 4.5")) (text) } }
}

/// Says that nothing was done, and why.
pub(crate) fn bad(text: &str) -> Markup {
    html! { p class="notice bad" role="alert" { (icon("M8 3v6M8 12.5v.1")) (text) } }
}

/// What stands in place of a list with nothing in it: what it would be, and the next step.
pub(crate) fn empty(title: &str, text: &str, step: &Markup) -> Markup {
    html! { section class="empty" { h2 { (title) } p { (text) } (step) } }
}

/// Something exact to copy. The button is there where a script can work it.
pub(crate) fn copy(visit: &Visit<'_>, text: &str) -> Markup {
    html! {
        div class="copy" {
            pre tabindex="0" { code { (text) } }
            button class="button" type="button" data-copy=(text) hidden { (visit.texts.copy) }
        }
    }
}

/// A moment, as the reader writes it.
pub(crate) fn moment(visit: &Visit<'_>, millis: i64) -> Markup {
    html! { time datetime=(crate::clock::rfc3339(millis)) { (visit.format.moment(millis)) } }
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(crate) enum Column<'a> {
    Words(&'a str),
    /// To the right, with digits of one width.
    Numbers(&'a str),
    /// Links and buttons; its name is for screen readers.
    Acts(&'a str),
}

/// A table. The first cell of a row names it. On a phone each row becomes a card, its cells with their columns' names.
pub(crate) fn table(name: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div class="table" {
            table {
                caption class="hint" { (name) }
                thead { tr { @for column in columns { (column_head(column)) } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, (cell, column)) in row.iter().zip(columns).enumerate() {
                                @if at == 0 { th scope="row" { (cell) } } @else { (column_cell(column, cell)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn column_head(column: &Column<'_>) -> Markup {
    html! {
        @match column {
            Column::Words(name) => th scope="col" { (name) },
            Column::Numbers(name) => th scope="col" class="number" { (name) },
            Column::Acts(name) => th scope="col" { span class="hint" { (name) } },
        }
    }
}

fn column_cell(column: &Column<'_>, cell: &Markup) -> Markup {
    html! {
        @match column {
            Column::Words(name) => td data-name=(name) { div { (cell) } },
            Column::Numbers(name) => td data-name=(name) class="number" { div { (cell) } },
            Column::Acts(_) => td class="acts" { (cell) },
        }
    }
}

/// What a field says besides its value.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) label: &'a str,
    pub(crate) name: &'a str,
    /// May be empty.
    pub(crate) hint: &'a str,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
}

impl Field<'_> {
    /// The names of what describes the field.
    fn described(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.map(|_| format!("{}-error", self.name));
        let names: Vec<String> = error.into_iter().chain(hint).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    fn wrap(&self, control: &Markup) -> Markup {
        html! {
            div class="field" {
                label for=(self.name) { (self.label) }
                (control)
                (self.error_text())
                @if !self.hint.is_empty() { p class="soft" id={ (self.name) "-hint" } { (self.hint) } }
            }
        }
    }

    fn error_text(&self) -> Markup {
        html! { @if let Some(error) = self.error { p class="error" id={ (self.name) "-error" } { (error) } } }
    }
}

/// A line of text. `kind` is the input's type.
pub(crate) fn line(field: &Field<'_>, kind: &str, value: &str) -> Markup {
    hinted(field, kind, value, "")
}

/// A line of text that shows what an empty one means.
#[inline(never)]
pub(crate) fn hinted(field: &Field<'_>, kind: &str, value: &str, placeholder: &str) -> Markup {
    field.wrap(&html! {
        input id=(field.name) name=(field.name) type=(kind) value=(value) placeholder=[(!placeholder.is_empty()).then_some(placeholder)]
            autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-describedby=[field.described()] aria-invalid=[field.error.map(|_| "true")];
    })
}

/// A secret, which is not shown while it is typed.
pub(crate) fn secret(field: &Field<'_>) -> Markup {
    field.wrap(&html! {
        input id=(field.name) name=(field.name) type="password" autocomplete="current-password" required autofocus
            aria-describedby=[field.described()] aria-invalid=[field.error.map(|_| "true")];
    })
}

/// Several lines of text.
pub(crate) fn area(field: &Field<'_>, rows: u32, value: &str) -> Markup {
    field.wrap(&html! {
        textarea id=(field.name) name=(field.name) rows=(rows) autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-describedby=[field.described()] aria-invalid=[field.error.map(|_| "true")] { "\n" (value) }
    })
}

/// Several lines of JSON or another code.
pub(crate) fn code(field: &Field<'_>, rows: u32, value: &str) -> Markup {
    field.wrap(&html! {
        textarea class="code" id=(field.name) name=(field.name) rows=(rows) autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-describedby=[field.described()] aria-invalid=[field.error.map(|_| "true")] { "\n" (value) }
    })
}

/// One of several: value and label each.
pub(crate) fn select(field: &Field<'_>, options: &[(&str, &str)], chosen: &str) -> Markup {
    field.wrap(&html! {
        select id=(field.name) name=(field.name) aria-describedby=[field.described()] aria-invalid=[field.error.map(|_| "true")] {
            @for (value, label) in options { option value=(value) selected[*value == chosen] { (label) } }
        }
    })
}

/// What can be chosen of a list.
pub(crate) struct Choice<'a> {
    pub(crate) value: &'a str,
    pub(crate) label: &'a str,
    /// May be empty.
    pub(crate) hint: &'a str,
    pub(crate) is_chosen: bool,
}

/// Boxes to tick (`kind` is `checkbox`), or one of several with its reasons (`radio`).
pub(crate) fn choices(field: &Field<'_>, kind: &str, choices: &[Choice<'_>]) -> Markup {
    html! {
        fieldset class="field" aria-describedby=[field.described()] {
            legend { (field.label) }
            @for choice in choices { (option(field.name, kind, choice)) }
            (field.error_text())
            @if !field.hint.is_empty() { p class="soft" id={ (field.name) "-hint" } { (field.hint) } }
        }
    }
}

/// A box of its own: its value is the field's name.
pub(crate) fn tick(choice: &Choice<'_>) -> Markup {
    option(choice.value, "checkbox", &Choice { value: "1", ..*choice })
}

fn option(name: &str, kind: &str, choice: &Choice<'_>) -> Markup {
    html! {
        label class="choice" {
            input type=(kind) name=(name) value=(choice.value) checked[choice.is_chosen];
            span { (choice.label) @if !choice.hint.is_empty() { span class="soft" { (choice.hint) } } }
        }
    }
}

/// A form that asks once more before something that cannot be undone. It is a page's content.
pub(crate) struct Confirm<'a> {
    pub(crate) question: &'a str,
    /// The button that does it.
    pub(crate) act: &'a str,
    /// Where the form goes.
    pub(crate) to: &'a str,
    /// What it carries.
    pub(crate) fields: &'a [(&'a str, &'a str)],
    /// Below the question: what it is about, or a field of its own.
    pub(crate) more: Markup,
    /// Where who thinks better of it goes.
    pub(crate) back: &'a str,
}

pub(crate) fn confirm(visit: &Visit<'_>, confirm: &Confirm<'_>) -> Markup {
    html! {
        form class="confirm" method="post" action=(confirm.to) {
            (token(visit))
            @for (name, value) in confirm.fields { input type="hidden" name=(name) value=(value); }
            p { (confirm.question) }
            (confirm.more)
            div class="row" {
                button class="button danger" { (confirm.act) }
                a class="button" href=(confirm.back) { (visit.texts.cancel) }
            }
        }
    }
}

/// How long a secret of before stays good, in the form that gives another.
pub(crate) fn overlap(visit: &Visit<'_>) -> Markup {
    let [a_day, not_at_all] = visit.texts.overlaps;
    let field = Field { label: visit.texts.overlap, name: "overlap", hint: "", error: None };
    let day = limits::OVERLAP_SECONDS_DEFAULT.to_string();
    select(&field, &[(&day, a_day), ("0", not_at_all)], &day)
}

/// [`overlap`] as it was sent, in seconds.
pub(crate) fn overlap_of(form: &Form) -> u64 {
    if form.get("overlap") == "0" { 0 } else { limits::OVERLAP_SECONDS_DEFAULT }
}

/// Newer and older pages of a list that grows without end.
pub(crate) fn pager(visit: &Visit<'_>, newest: Option<&str>, older: Option<&str>) -> Markup {
    html! {
        @if newest.is_some() || older.is_some() {
            p class="row pager" {
                @if let Some(newest) = newest { a class="button" href=(newest) { (visit.texts.newer) } }
                @if let Some(older) = older { a class="button" href=(older) { (visit.texts.older) } }
            }
        }
    }
}

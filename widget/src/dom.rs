//! Draws the card in a shadow root, where the page's style sheets and scripts do not reach it by accident.
//!
//! What a browser refuses to draw is left out: a fault here must never reach the page.

use crate::page::{document, join};
use crate::view::Mark;
use js_sys::{Array, Reflect};
use sondeo_survey::card::{Card, Field};
use sondeo_survey::look::Layout;
use sondeo_survey::wire::decimal;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CssStyleSheet, Element, HtmlDialogElement, HtmlElement, Node, ShadowRoot, ShadowRootInit, ShadowRootMode,
};

/// The mark that may fall silent within a step: the place in a row of steps, see `view::asked`.
const NOTE: usize = 2;

/// A drawn card. Dropping it takes it off the page.
pub struct Dom {
    /// The only element that the page sees.
    pub host: Element,
    /// Where everything else is.
    pub root: ShadowRoot,
    /// The card itself, which takes the focus where no field should.
    pub section: HtmlElement,
    /// What holds the page off, around the section.
    pub dialog: Option<HtmlDialogElement>,
    /// Those of the view.
    elements: Vec<Element>,
}

impl Dom {
    /// Makes an empty card that is not on the page yet. `more` are CSS declarations beside the card's own.
    pub fn new(card: &Card, more: &str) -> Result<Self, JsValue> {
        let document = document();
        let host = document.create_element("div")?;
        let section: HtmlElement = document.create_element("section")?.unchecked_into();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        // A constructed sheet needs no `style-src` of the page, and neither does `cssText`.
        let sheet = CssStyleSheet::new()?;
        let rules = include_str!(concat!(env!("OUT_DIR"), "/card.css"));
        sheet.replace_sync(&join(&[rules, card.field(Field::Rules)]))?;
        Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of1(&sheet))?;
        set(&host, ("lang", card.field(Field::Locale)));
        set(&host, ("dir", card.field(Field::Direction)));
        section.style().set_css_text(&join(&[card.field(Field::Style), more]));
        set(&section, ("class", card.field(Field::Layout)));
        set(&section, ("aria-labelledby", "q"));
        set(&section, ("tabindex", "-1"));
        let dialog = if card.layout() == Layout::Dialog {
            let dialog = document.create_element("dialog")?;
            set(&dialog, ("aria-labelledby", "q"));
            append(&root, &dialog);
            append(&dialog, &section);
            dialog.dyn_into().ok()
        } else {
            append(&root, &section);
            None
        };
        let logo = card.field(Field::Logo);
        if !logo.is_empty() {
            let image = document.create_element("img")?;
            set(&image, ("class", "logo"));
            set(&image, ("alt", ""));
            set(&image, ("src", logo));
            append(&section, &image);
        }
        Ok(Self { host, root, section, dialog, elements: Vec::new() })
    }

    /// Puts the card on the page, or into an element of it.
    pub fn attach(&self, container: Option<Node>) {
        if let Some(parent) = container.or_else(|| document().body().map(JsCast::unchecked_into)) {
            append(&parent, &self.host);
        }
        if let Some(dialog) = &self.dialog {
            let _ = dialog.show_modal();
        }
    }

    /// Makes what is seen equal to `marks`. The first one stays for good: what it says is announced when it changes.
    /// The others are made anew for another step; within a step what is chosen changes, and what depends on it is said.
    pub fn draw(&mut self, marks: &[Mark], card: &Card, is_other_step: bool) {
        if is_other_step {
            if let Some(step) = self.find(".step") {
                // The next step grows out of this one's height.
                let height = decimal(u32::try_from(step.offset_height()).unwrap_or(0));
                let _ = self.section.style().set_property("--from", &height);
            }
            for element in self.elements.drain(1.min(self.elements.len())..) {
                take_away(&element);
            }
        }
        for (at, mark) in marks.iter().enumerate() {
            let is_new = self.elements.get(at).is_none();
            if is_new {
                let Some(element) = create(mark.tag) else { return };
                for attribute in mark.fixed {
                    set(&element, *attribute);
                }
                if let Some((name, text)) = mark.attribute {
                    set(&element, (name, text.of(card)));
                }
                let earlier = marks.iter().take(at).rposition(|other| other.depth < mark.depth);
                append(earlier.and_then(|at| self.elements.get(at)).unwrap_or(&self.section), &element);
                self.elements.push(element);
            }
            let Some(element) = self.elements.get(at) else { return };
            if let Some(cell) = mark.cell {
                set(element, ("value", cell.value));
                set(element, ("aria-checked", if cell.is_checked { "true" } else { "false" }));
                set(element, ("tabindex", if cell.is_reachable { "0" } else { "-1" }));
            }
            let text = mark.text.of(card);
            // Elsewhere an empty text is that of an element with others in it.
            if at == 0 || at == NOTE || !text.is_empty() {
                element.set_text_content(Some(text));
            }
        }
    }

    /// The first element in the card that matches.
    pub fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.section.query_selector(selector).ok()?.map(JsCast::unchecked_into)
    }
}

impl Drop for Dom {
    fn drop(&mut self) {
        take_away(&self.host);
    }
}

fn create(tag: &str) -> Option<Element> {
    let document = document();
    if tag == "svg" || tag == "path" {
        return document.create_element_ns(Some("http://www.w3.org/2000/svg"), tag).ok();
    }
    document.create_element(tag).ok()
}

/// A class is a part, too, for pages that style the card.
#[inline(never)]
fn set(element: &Element, (name, value): (&str, &str)) {
    let _ = element.set_attribute(name, value);
    if name == "class" {
        set(element, ("part", value));
    }
}

#[inline(never)]
fn append(parent: &Node, child: &Element) {
    let _ = parent.append_child(child);
}

/// Not by `remove`, which old libraries replace.
fn take_away(element: &Element) {
    if let Some(parent) = element.parent_node() {
        let _ = parent.remove_child(element);
    }
}

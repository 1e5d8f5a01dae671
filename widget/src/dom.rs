//! Draws the card in a shadow root, where the page's style sheets and scripts do not reach it by accident.
//!
//! What a browser refuses to draw is left out: a fault here must never reach the page.

use crate::page::document;
use crate::view::{Mark, Text};
use js_sys::{Array, Reflect};
use sondeo_survey::card::Card;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A drawn card. Dropping it takes it off the page.
pub struct Dom {
    /// The only element that the page sees.
    pub host: Element,
    /// Where everything else is.
    pub root: ShadowRoot,
    /// The card itself, which takes the focus where no field should.
    pub section: HtmlElement,
    drawn: Vec<Mark>,
    /// The elements of `drawn`.
    elements: Vec<Element>,
}

impl Dom {
    /// Makes an empty card that is not on the page yet.
    pub fn new(locale: &str, direction: &str, style: &str) -> Result<Self, JsValue> {
        let document = document();
        let host = document.create_element("div")?;
        let section: HtmlElement = document.create_element("section")?.unchecked_into();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        // A constructed sheet needs no `style-src` of the page, and neither does `cssText`.
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(include_str!(concat!(env!("OUT_DIR"), "/card.css")))?;
        Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of1(&sheet))?;
        set(&host, ("lang", locale));
        set(&host, ("dir", direction));
        set(&section, ("aria-labelledby", "q"));
        set(&section, ("tabindex", "-1"));
        section.style().set_css_text(style);
        root.append_child(&section)?;
        Ok(Self { host, root, section, drawn: Vec::new(), elements: Vec::new() })
    }

    /// Puts the card on the page.
    pub fn attach(&self) {
        if let Some(body) = document().body() {
            append(&body, &self.host);
        }
    }

    /// Makes what is seen equal to `marks`, touching only what differs: elements stay up to the first that is
    /// another one, and all after it are made anew.
    pub fn draw(&mut self, marks: Vec<Mark>, card: &Card) {
        let pairs = self.drawn.iter().zip(&marks);
        let is_same =
            |(a, b): &(&Mark, &Mark)| a.depth == b.depth && a.tag == b.tag && std::ptr::eq(a.fixed, b.fixed);
        let same = pairs.take_while(is_same).count();
        for element in self.elements.drain(same..) {
            take_away(&element);
        }
        self.drawn.truncate(same);
        for (at, mark) in marks.iter().enumerate() {
            let before = self.drawn.get(at);
            if before.is_none() {
                let Ok(element) = document().create_element(mark.tag) else { return };
                for attribute in mark.fixed {
                    set(&element, *attribute);
                }
                let earlier = marks.iter().take(at).rposition(|other| other.depth < mark.depth);
                append(earlier.and_then(|at| self.elements.get(at)).unwrap_or(&self.section), &element);
                self.elements.push(element);
            }
            let Some(element) = self.elements.get(at) else { return };
            if let Some((checked, reachable)) = mark.cell {
                set(element, ("value", mark.text.of(card)));
                set(element, ("aria-checked", if checked { "true" } else { "false" }));
                set(element, ("tabindex", if reachable { "0" } else { "-1" }));
            }
            if before.map_or(Text::None, |before| before.label) != mark.label {
                set(element, ("aria-label", mark.label.of(card)));
            }
            if before.map_or(Text::None, |before| before.text) != mark.text {
                element.set_text_content(Some(mark.text.of(card)));
            }
        }
        self.drawn = marks;
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

#[inline(never)]
fn set(element: &Element, (name, value): (&str, &str)) {
    let _ = element.set_attribute(name, value);
}

#[inline(never)]
fn append(parent: &Element, child: &Element) {
    let _ = parent.append_child(child);
}

/// Not by `remove`, which old libraries replace.
fn take_away(element: &Element) {
    if let Some(parent) = element.parent_node() {
        let _ = parent.remove_child(element);
    }
}

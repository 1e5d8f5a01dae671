//! Draws the card in a shadow root, where the page's style sheets and scripts do not reach it by accident.

use crate::page::document;
use crate::view::Node;
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, Document, Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A drawn card. Dropping it takes it off the page.
pub struct Dom {
    /// The only element that the page sees.
    pub host: HtmlElement,
    /// Where everything else is.
    pub root: ShadowRoot,
    section: HtmlElement,
    drawn: Vec<Node>,
}

impl Dom {
    /// Makes an empty card that is not on the page yet.
    pub fn new(locale: &str, right_to_left: bool, colours: &[(&str, &str)]) -> Result<Self, JsValue> {
        let document = document();
        let host: HtmlElement = document.create_element("div")?.unchecked_into();
        host.set_attribute("lang", locale)?;
        host.set_attribute("dir", if right_to_left { "rtl" } else { "ltr" })?;
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        // A constructed sheet needs no `style-src` of the page.
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(include_str!(concat!(env!("OUT_DIR"), "/card.css")))?;
        Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of1(&sheet))?;
        let section: HtmlElement = document.create_element("section")?.unchecked_into();
        section.set_attribute("aria-labelledby", "q")?;
        section.set_attribute("tabindex", "-1")?;
        for (name, value) in colours {
            section.style().set_property(name, value)?;
        }
        root.append_child(&section)?;
        Ok(Self { host, root, section, drawn: Vec::new() })
    }

    /// Puts the card on the page.
    pub fn attach(&self) -> Result<(), JsValue> {
        let parent = document().body().ok_or(JsValue::NULL)?;
        parent.append_child(&self.host).map(drop)
    }

    /// Makes what is seen equal to `nodes`, touching only what differs.
    pub fn draw(&mut self, nodes: Vec<Node>) -> Result<(), JsValue> {
        patch(&document(), &self.section, &self.drawn, &nodes)?;
        self.drawn = nodes;
        Ok(())
    }

    /// The first element in the card that matches.
    pub fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.section.query_selector(selector).ok()?.map(JsCast::unchecked_into)
    }

    /// The card itself, which takes the focus where no field should.
    pub const fn section(&self) -> &HtmlElement {
        &self.section
    }
}

impl Drop for Dom {
    fn drop(&mut self) {
        if let Some(parent) = self.host.parent_node() {
            let _ = parent.remove_child(&self.host);
        }
    }
}

fn patch(document: &Document, parent: &Element, old: &[Node], new: &[Node]) -> Result<(), JsValue> {
    let mut at = parent.first_element_child();
    for (index, node) in new.iter().enumerate() {
        let next = at.as_ref().and_then(Element::next_element_sibling);
        match (old.get(index), &at) {
            (Some(before), Some(element)) if before.tag == node.tag => {
                update(document, element, Some(before), node)?
            }
            (Some(_), Some(element)) => {
                let made = make(document, node)?;
                parent.replace_child(&made, element)?;
            }
            _ => {
                let made = make(document, node)?;
                parent.append_child(&made)?;
            }
        }
        at = next;
    }
    while let Some(element) = at {
        at = element.next_element_sibling();
        parent.remove_child(&element)?;
    }
    Ok(())
}

fn make(document: &Document, node: &Node) -> Result<Element, JsValue> {
    let element = document.create_element(node.tag)?;
    update(document, &element, None, node)?;
    Ok(element)
}

/// An element keeps the attributes that it was made with: views give the same names to the same element.
fn update(document: &Document, element: &Element, before: Option<&Node>, node: &Node) -> Result<(), JsValue> {
    for (index, attribute) in node.attributes.iter().enumerate() {
        if before.and_then(|before| before.attributes.get(index)) != Some(attribute) {
            element.set_attribute(attribute.0, attribute.1)?;
        }
    }
    if before.map_or("", |before| &before.label) != node.label {
        element.set_attribute("aria-label", &node.label)?;
    }
    if before.map_or("", |before| &before.text) != node.text {
        element.set_text_content(Some(&node.text));
    }
    patch(document, element, before.map_or(&[], |before| &before.children), &node.children)
}

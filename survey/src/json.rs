//! Reads untrusted JSON: each accessor notes what is wrong at which pointer and goes on, so that one reply
//! names every fault.

mod value;

use serde::Serialize;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::RangeInclusive;
use std::rc::Rc;
use value::{Object, Value};

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// All that is wrong with a document; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for Fault { pointer, detail } in &self.0 {
            write!(f, "{separator}{pointer:?}: {detail}")?;
            separator = "; ";
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Parses a JSON document and reads it with `read`. Whatever `read` returned counts only if no fault was noted.
pub(crate) fn read_document<T>(bytes: &[u8], read: impl FnOnce(Node<'_>) -> Option<T>) -> Result<T, Faults> {
    let value: Value<'_> = serde_json::from_slice(bytes).map_err(|error| {
        Faults(vec![Fault { pointer: String::new(), detail: format!("not a JSON document: {error}") }])
    })?;
    let faults = RefCell::new(Vec::new());
    let result = read(Node { value: Some(&value), parent: None, step: None, faults: &faults });
    let mut faults = faults.into_inner();
    match result {
        Some(result) if faults.is_empty() => Ok(result),
        _ => {
            if faults.is_empty() {
                faults.push(Fault { pointer: String::new(), detail: "incomplete".into() });
            }
            Err(Faults(faults))
        }
    }
}

/// Where a node is, from the inside out. It becomes a pointer only where something is wrong: hardly anything is.
struct Place<'a> {
    parent: Option<Rc<Place<'a>>>,
    /// A member's name, or the number of an item.
    step: Cow<'a, str>,
}

/// A place in a document, there or not. `null` counts as absent.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    value: Option<&'a Value<'a>>,
    /// What it is in, and its own step from there; none are those of the whole document. Most nodes are a text or a number,
    /// within which nothing else is: no place is made for these.
    parent: Option<Rc<Place<'a>>>,
    step: Option<Cow<'a, str>>,
    faults: &'a RefCell<Vec<Fault>>,
}

impl<'a> Node<'a> {
    /// Notes a fault here.
    pub(crate) fn fault<T>(&self, detail: impl Into<String>) -> Option<T> {
        self.faults.borrow_mut().push(Fault { pointer: self.pointer(), detail: detail.into() });
        None
    }

    fn pointer(&self) -> String {
        let parents = std::iter::successors(self.parent.as_deref(), |place| place.parent.as_deref());
        let steps: Vec<&str> =
            self.step.as_deref().into_iter().chain(parents.map(|place| &*place.step)).collect();
        let mut pointer = String::new();
        for step in steps.into_iter().rev() {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.value.is_none()
    }

    /// Notes a fault where nothing is.
    pub(crate) fn required(self) -> Self {
        if self.is_absent() {
            self.fault::<()>("is required");
        }
        self
    }

    fn place(&self) -> Option<Rc<Place<'a>>> {
        let step = self.step.clone()?;
        Some(Rc::new(Place { parent: self.parent.clone(), step }))
    }

    /// A node in this one, whose own place is `place`.
    fn child(
        &self,
        place: Option<Rc<Place<'a>>>,
        step: impl Into<Cow<'a, str>>,
        value: Option<&'a Value<'a>>,
    ) -> Node<'a> {
        let value = value.filter(|value| !matches!(value, Value::Null));
        Node { value, parent: place, step: Some(step.into()), faults: self.faults }
    }

    fn object(&self) -> Option<&'a Object<'a>> {
        match self.value? {
            Value::Object(object) => Some(object),
            _ => self.fault("must be an object"),
        }
    }

    /// Says whether an object is here, and notes a fault where something else is.
    pub(crate) fn is_object(&self) -> bool {
        self.object().is_some()
    }

    /// Says whether an object is here, without noting anything.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.value, Some(Value::Object(_)))
    }

    /// Says whether text is here.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.value, Some(Value::Text(_)))
    }

    /// Says whether an array is here.
    pub(crate) fn is_array(&self) -> bool {
        matches!(self.value, Some(Value::Array(_)))
    }

    /// The member `key`; absent where this is no object. Call [`Node::is_object`] once to have that reported.
    pub(crate) fn get(&self, key: &'a str) -> Node<'a> {
        let value = match self.value {
            Some(Value::Object(object)) => object.get(key),
            _ => None,
        };
        self.child(self.place(), key, value)
    }

    /// The members of an object, at most `most`.
    pub(crate) fn members(&self, most: usize) -> Vec<(&'a str, Node<'a>)> {
        let Some(object) = self.object() else { return Vec::new() };
        let members = object.members();
        if members.len() > most {
            self.fault::<()>(format!("has {} members; at most {most} are allowed", members.len()));
            return Vec::new();
        }
        let place = self.place();
        let member = |(key, value)| (key, self.child(place.clone(), key, Some(value)));
        members.into_iter().map(member).collect()
    }

    /// The items of an array, at most `most`.
    pub(crate) fn items(&self, most: usize) -> Vec<Node<'a>> {
        match self.value {
            None => Vec::new(),
            Some(Value::Array(items)) if items.len() > most => {
                self.fault::<()>(format!("has {} items; at most {most} are allowed", items.len()));
                Vec::new()
            }
            Some(Value::Array(items)) => {
                let place = self.place();
                // A `null` is no absent item: left out in silence, a list would say something else than was sent.
                let item = |(at, item): (usize, &'a Value<'a>)| Node {
                    value: Some(item),
                    ..self.child(place.clone(), at.to_string(), None)
                };
                items.iter().enumerate().map(item).collect()
            }
            Some(_) => {
                self.fault::<()>("must be an array");
                Vec::new()
            }
        }
    }

    /// Text as it stands.
    pub(crate) fn raw_text(&self) -> Option<&'a str> {
        match self.value? {
            Value::Text(text) => Some(text),
            _ => self.fault("must be text"),
        }
    }

    /// Text of at most `most` characters, as it came; trimmed, with control characters other than line breaks and tabs
    /// removed; absent where nothing remains.
    pub(crate) fn text(&self, most: usize) -> Option<String> {
        let raw = self.raw_text()?;
        let mut text = Cow::Borrowed(raw);
        if raw.contains(char::is_control) {
            // A form sends as two characters what it counted as one while it was typed.
            text = raw.replace("\r\n", "\n").into();
        }
        // A character has a byte at least.
        let length = if text.len() > most { text.chars().count() } else { 0 };
        if length > most {
            return self.fault(format!("has {length} characters; at most {most} are allowed"));
        }
        if let Cow::Owned(text) = &mut text {
            text.retain(|c| !c.is_control() || "\n\t".contains(c));
        }
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// [`Node::text`] that must be there and not be empty.
    pub(crate) fn required_text(&self, most: usize) -> Option<String> {
        let before = self.faults.borrow().len();
        let text = self.text(most);
        if text.is_none() && self.faults.borrow().len() == before {
            return self.fault(if self.is_absent() { "is required" } else { "must not be empty" });
        }
        text
    }

    /// A whole number inside `range`. `7.0` is one, as JSON has a single kind of number.
    pub(crate) fn integer(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.value?;
        let number = if let Value::Whole(number) = value { Some(*number) } else { None };
        let number = number.or_else(|| {
            // 2^53 is exact in a double, so nothing under it is changed by this conversion.
            let float = value.number()?;
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked: whole, not negative, under 2^53"
            )]
            ((0.0..9_007_199_254_740_992.0).contains(&float) && float.fract().to_bits() << 1 == 0)
                .then_some(float as u64)
        });
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => self.fault(format!("must be a whole number from {} to {}", range.start(), range.end())),
        }
    }

    /// A number to four places, as the loader writes what is compared with it. Under 10^11 such a number is 15 digits at
    /// most, and reads back as it was written.
    pub(crate) fn number(&self) -> Option<f64> {
        let rounded = self.value?.number().map(|number| (number * 1e4).round() / 1e4);
        match rounded.filter(|number| number.abs() < 1e11) {
            Some(number) => Some(number),
            None => self.fault("must be a number under 10^11"),
        }
    }

    /// Text, a number or a truth value, as the text that JavaScript makes of it; numbers to four places, as the loader
    /// writes them.
    pub(crate) fn scalar(&self, most: usize) -> Option<String> {
        match self.value? {
            Value::Bool(value) => Some(value.to_string()),
            value @ (Value::Whole(_) | Value::Float(_)) => {
                let number = value.number().filter(|number| number.abs() < 1e15);
                let Some(number) = number else { return self.fault("must be a number under 10^15") };
                let text = format!("{number:.4}");
                let text = text.trim_end_matches('0').trim_end_matches('.');
                Some(if text == "-0" { "0" } else { text }.to_owned())
            }
            _ => self.required_text(most),
        }
    }

    /// True or false.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.value? {
            Value::Bool(value) => Some(*value),
            _ => self.fault("must be true or false"),
        }
    }

    /// One of the words of `table`.
    pub(crate) fn one_of<T: Copy>(&self, table: &[(&str, T)]) -> Option<T> {
        let word = self.raw_text()?;
        table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).or_else(|| {
            let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
            self.fault(format!("must be one of: {}", names.join(", ")))
        })
    }

    /// Text that `parse` accepts; `rule` says what it accepts.
    pub(crate) fn parsed<T>(&self, parse: impl FnOnce(&str) -> Option<T>, rule: &str) -> Option<T> {
        parse(self.raw_text()?).or_else(|| self.fault(rule))
    }
}

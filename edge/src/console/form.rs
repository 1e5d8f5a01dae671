//! What a form says.

use sondeo_survey::Faults;

/// A form that was sent.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first field of this name, without white space around it; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All fields of this name, as boxes of a list have.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// All fields, as they stand in the form.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.trim()))
    }

    /// Whether a box is ticked.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The lines of a field that hold something.
    pub(crate) fn lines(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).lines().map(str::trim).filter(|line| !line.is_empty())
    }
}

/// What is wrong at a place of a document and below it, for the field that it came from.
pub(crate) fn fault_at(faults: Option<&Faults>, pointer: &str) -> Option<String> {
    let is_below =
        |at: &str| at.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let found = faults?.0.iter().filter(|fault| is_below(&fault.pointer)).map(|fault| fault.detail.as_str());
    let found: Vec<&str> = found.collect();
    (!found.is_empty()).then(|| found.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::Fault;

    #[test]
    fn a_fault_stands_at_the_field_that_it_came_from() {
        let fault = |pointer: &str| Fault { pointer: pointer.into(), detail: format!("at {pointer}") };
        let faults = Faults(vec![fault("/name"), fault("/origins/1"), fault("/origins/3"), fault("/names")]);
        let at = |pointer| fault_at(Some(&faults), pointer);
        assert_eq!(at("/name").as_deref(), Some("at /name"));
        assert_eq!(at("/origins").as_deref(), Some("at /origins/1; at /origins/3"));
        assert_eq!(at("/origin"), None);
        assert_eq!(fault_at(None, "/name"), None);
    }

    #[test]
    fn fields_are_trimmed_and_lists_keep_their_order() {
        let form = Form::parse(b"name=+A%26B+&scopes=a&scopes=b&origins=x%0D%0A%0D%0A+y+");
        assert_eq!((form.get("name"), form.get("none")), ("A&B", ""));
        assert_eq!(form.all("scopes").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(form.lines("origins").collect::<Vec<_>>(), ["x", "y"]);
        assert!(form.has("scopes") && !form.has("none"));
    }
}

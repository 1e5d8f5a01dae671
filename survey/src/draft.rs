//! What an owner sends to create or change a survey.

use crate::definition::{self, Definition};
use crate::json::{Faults, Node, read_document};
use crate::limits;

/// A definition, and what is fixed when the survey is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The survey.
    pub definition: Definition,
    /// Over how many objects its answers are spread.
    pub shards: Option<u16>,
}

impl Draft {
    /// Reads a definition that may also name `shards`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| read(&node))
    }
}

/// Reads a draft that is part of a larger document.
pub(crate) fn read(node: &Node<'_>) -> Option<Draft> {
    let definition = definition::read(node);
    let shards = node.get("shards").integer(1..=u64::from(limits::SHARDS));
    Some(Draft { definition: definition?, shards: shards.and_then(|n| u16::try_from(n).ok()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_stand_beside_the_definition() {
        let draft =
            Draft::parse(br#"{"title": "T", "metric": "nps", "triggers": [], "shards": 16}"#).unwrap();
        assert_eq!(draft.shards, Some(16));
        let faults = Draft::parse(br#"{"metric": "nps", "triggers": [], "shards": 257}"#).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/title", "/shards"]);
        assert_eq!(Draft::parse(b"7").unwrap_err().0.len(), 1);
    }
}

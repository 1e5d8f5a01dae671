//! Patterns of addresses, and which regular expressions an owner may write.

use super::rule::{Rule, escape};
use crate::json::Node;
use crate::limits;
use regex_lite::Regex;
use serde::Serialize;

/// Addresses. One that begins with `/` is about the path and the query, else about the whole address without its
/// fragment. One without a `?` takes any query; a `regex` sees the query and says itself what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// This address.
    Exact(String),
    /// Addresses that begin so.
    Prefix(String),
    /// `*` stands for any text, also for none; without a `?` in the pattern, for any but a query.
    Wildcard(String),
    /// A regular expression that is found in the address; about the path where it begins with `/` or `^/`.
    Regex(String),
}

impl Pattern {
    fn text(&self) -> &str {
        let (Self::Exact(text) | Self::Prefix(text) | Self::Wildcard(text) | Self::Regex(text)) = self;
        text
    }

    /// The fact that it is about.
    fn fact(&self) -> &'static str {
        let text = self.text();
        let start = if matches!(self, Self::Regex(_)) { text.trim_start_matches('^') } else { text };
        if start.starts_with('/') { "path" } else { "url" }
    }

    fn source(&self) -> String {
        let has_query = self.text().contains('?');
        let end = if has_query { "$" } else { r"(?:\?|$)" };
        match self {
            Self::Exact(text) => format!("^{}{end}", escape(text)),
            Self::Prefix(text) => format!("^{}", escape(text)),
            Self::Wildcard(text) => {
                let any = if has_query { ".*" } else { "[^?]*" };
                let parts: Vec<String> = text.split('*').map(escape).collect();
                format!("^{}{end}", parts.join(any))
            }
            Self::Regex(text) => text.clone(),
        }
    }
}

/// One rule for patterns of which any suffices: one pattern for each of the two facts.
pub(super) fn any(patterns: &[Pattern]) -> Option<Rule> {
    let about = |fact| {
        let sources: Vec<String> =
            patterns.iter().filter(|pattern| pattern.fact() == fact).map(Pattern::source).collect();
        match sources.as_slice() {
            [] => None,
            [source] => Some(Rule::pattern(fact, source.clone())),
            many => Some(Rule::pattern(fact, format!("(?:{})", many.join("|")))),
        }
    };
    match (about("path"), about("url")) {
        (Some(mut path), url) => {
            path.or = url.map(Box::new);
            Some(path)
        }
        (None, url) => url,
    }
}

/// Reads a list of patterns.
pub(super) fn read(node: &Node<'_>) -> Vec<Pattern> {
    node.items(limits::ENTRIES).iter().filter_map(pattern).collect()
}

type Kind = fn(String) -> Pattern;

const KINDS: [(&str, Kind); 4] = [
    ("exact", Pattern::Exact),
    ("prefix", Pattern::Prefix),
    ("wildcard", Pattern::Wildcard),
    ("regex", Pattern::Regex),
];

fn pattern(node: &Node<'_>) -> Option<Pattern> {
    node.is_object().then_some(())?;
    let mut found = KINDS.iter().filter(|(name, _)| !node.get(name).is_absent());
    let (Some((name, kind)), None) = (found.next(), found.next()) else {
        return node.fault("must have one of: exact, prefix, wildcard, regex");
    };
    let node = node.get(name);
    let text = node.required_text(if *name == "regex" { limits::REGEX } else { limits::PATH })?;
    if text.contains('#') && *name != "regex" {
        return node.fault("must have no #: fragments are not looked at");
    }
    if *name == "regex"
        && let Err(fault) = check(&text)
    {
        return node.fault(fault);
    }
    Some(kind(text))
}

/// Says why a regular expression is refused: it must compile here, and mean the same in JavaScript's `u` mode.
fn check(source: &str) -> Result<(), String> {
    let mut chars = source.chars().peekable();
    // Whether something stands before that a quantifier may repeat.
    let mut repeatable = false;
    while let Some(c) = chars.next() {
        let was_repeatable = std::mem::replace(&mut repeatable, true);
        match c {
            '\\' => match chars.next() {
                Some('d' | 'D' | 'w' | 'W') => {}
                Some('b' | 'B') => repeatable = false,
                Some(c) if r"\^$.*+?()[]{}|/".contains(c) => {}
                other => return Err(refused(&format!("\\{}", other.map(String::from).unwrap_or_default()))),
            },
            '(' => {
                repeatable = false;
                if chars.next_if_eq(&'?').is_some() && chars.next() != Some(':') {
                    return Err(refused("(?"));
                }
            }
            '^' | '$' | '|' => repeatable = false,
            '[' => class(&mut chars)?,
            ']' | '}' => return Err(format!("must escape {c} outside of brackets")),
            '*' | '+' | '?' | '{' => {
                if !was_repeatable {
                    return Err(format!("has {c} with nothing before it to repeat"));
                }
                if c == '{' {
                    counts(&mut chars)?;
                }
                chars.next_if_eq(&'?');
                repeatable = false;
            }
            _ => {}
        }
    }
    Regex::new(source).map(drop).map_err(|error| format!("is no regular expression: {error}"))
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// `{2}`, `{2,}` or `{2,3}`.
fn counts(chars: &mut Chars<'_>) -> Result<(), String> {
    let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
    let (least, most) = inside.split_once(',').unwrap_or((&inside, "0"));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if least.is_empty() || !is_number(least) || !is_number(most) {
        return Err(refused(&format!("{{{inside}}}")));
    }
    Ok(())
}

/// The rest of a class in brackets.
fn class(chars: &mut Chars<'_>) -> Result<(), String> {
    chars.next_if_eq(&'^');
    if chars.peek() == Some(&']') {
        return Err(refused("[]"));
    }
    while let Some(c) = chars.next() {
        match c {
            ']' => return Ok(()),
            '[' => return Err("must escape [ within brackets".into()),
            '\\' => match chars.next() {
                Some('d' | 'D' | 'w' | 'W') => {
                    // `[\w-.]` is a range to one and a hyphen to others.
                    if chars.next_if_eq(&'-').is_some() && chars.peek() != Some(&']') {
                        return Err(refused("a range from a class"));
                    }
                }
                Some(c) if r"\^$.*+?()[]{}|/-".contains(c) => {}
                other => return Err(refused(&format!("\\{}", other.map(String::from).unwrap_or_default()))),
            },
            '&' | '~' | '-' if chars.peek() == Some(&c) => return Err(refused(&format!("{c}{c}"))),
            _ => {}
        }
    }
    Err("has a [ without its ]".into())
}

fn refused(what: &str) -> String {
    format!(
        "must not use {what}: only what means the same here and in a browser (JavaScript, flag u) is taken"
    )
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn regular_expressions_are_what_browsers_take_too() {
        for good in [
            "^/blog/\\d{4}/[a-z-]+$",
            "a|b||c",
            "(?:x)+?y{2,}z{1,3}?",
            "[^\\]\\-/]\\.html",
            "[\\w-]+",
            "\\bshop\\b",
            "",
            "é/ñ",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "(?i)x",
            "(?P<a>x)",
            "(?<a>x)",
            "(?=x)",
            "(?!x)",
            "\\Ax",
            "x\\z",
            "[[:alpha:]]",
            "\\pL",
            "\\x41",
            "\\s",
            "\\-",
            "[\\w-.]",
            "[]a]",
            "[a&&b]",
            "[a--b]",
            "x{,3}",
            "x{2, 3}",
            "x{",
            "x}",
            "x]",
            "^*",
            "\\b+",
            "a**",
            "*a",
            "(",
            "[a",
            "[z-a]",
            "\\",
            "x{999999}",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}

//! Language tags (BCP 47) and the choice among the languages that a survey has.

use serde::Serialize;
use std::fmt;

/// A language tag in canonical case: `es-MX`, `zh-Hans`, `pt-BR`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Locale(String);

impl Locale {
    /// What [`Locale::parse`] accepts, in words.
    pub const RULE: &'static str =
        "must be a BCP 47 language tag of at most 35 characters, such as en or pt-BR";

    /// Reads a tag: a language of 2 to 3 letters, then subtags of 1 to 8 letters or digits.
    ///
    /// ```
    /// use sondeo_survey::locale::Locale;
    /// assert_eq!(Locale::parse("PT_br").map(|l| l.to_string()), Some("pt-BR".into()));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 35 {
            return None;
        }
        let mut canonical = String::with_capacity(text.len());
        for (at, subtag) in text.split(['-', '_']).enumerate() {
            if !subtag.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return None;
            }
            match (at, subtag.len()) {
                (0, 2..=3) if subtag.bytes().all(|b| b.is_ascii_alphabetic()) => {
                    canonical.extend(subtag.chars().map(|c| c.to_ascii_lowercase()));
                }
                (0, _) | (_, 0 | 9..) => return None,
                (_, length) => {
                    canonical.push('-');
                    for (place, c) in subtag.chars().enumerate() {
                        // Regions are upper case, scripts title case, all else lower case (RFC 5646 §2.1.1).
                        let upper = length == 2 || (length == 4 && place == 0);
                        canonical.push(if upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
                    }
                }
            }
        }
        Some(Self(canonical))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The position in `available` of the best match for the first of `wanted` that has one: the tag itself, its
/// shorter forms (RFC 4647 §3.4, lookup), then any tag of the same language.
///
/// ```
/// use sondeo_survey::locale::choose;
/// let available = ["en", "es", "pt-BR"];
/// assert_eq!(choose(&available, &["es-MX", "en"]), Some(1));
/// assert_eq!(choose(&available, &["pt"]), Some(2));
/// assert_eq!(choose(&available, &["ja"]), None);
/// ```
#[must_use]
pub fn choose(available: &[&str], wanted: &[&str]) -> Option<usize> {
    wanted.iter().find_map(|wanted| {
        let mut tag = *wanted;
        loop {
            if let Some(found) = available.iter().position(|have| have.eq_ignore_ascii_case(tag)) {
                return Some(found);
            }
            match tag.bytes().rposition(|byte| byte == b'-') {
                Some(end) => tag = tag.get(..end)?,
                None => break available.iter().position(|have| language(have).eq_ignore_ascii_case(tag)),
            }
        }
    })
}

/// The first subtag.
fn language(tag: &str) -> &str {
    let end = tag.bytes().position(|byte| byte == b'-').unwrap_or(tag.len());
    tag.get(..end).unwrap_or(tag)
}

/// Whether the language of `tag` is written from right to left. `iw` is Hebrew's withdrawn code, still in use.
#[must_use]
pub fn is_right_to_left(tag: &str) -> bool {
    ["ar", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"].contains(&language(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_canonical_or_refused() {
        for (text, expected) in [
            ("en", Some("en")),
            ("ES-mx", Some("es-MX")),
            ("zh-hans-cn", Some("zh-Hans-CN")),
            ("de-1996", Some("de-1996")),
            ("", None),
            ("e", None),
            ("en-", None),
            ("en--US", None),
            ("en-abcdefghi", None),
            ("en US", None),
            ("12", None),
            ("ñandú", None),
        ] {
            assert_eq!(Locale::parse(text).as_ref().map(Locale::as_str), expected, "{text:?}");
        }
    }
}

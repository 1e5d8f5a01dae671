//! Names of sites and surveys, as they stand in addresses.

use serde::Serialize;
use std::fmt;

/// 1 to 63 characters `a-z`, `0-9` and `-`, neither first nor last a `-`: safe in a path, in an object's name and
/// as a folder of the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// What [`Slug::parse`] accepts, in words.
    pub const RULE: &'static str =
        "must be 1 to 63 characters from a-z, 0-9 and '-', beginning and ending with a letter or digit";

    /// Reads a slug.
    ///
    /// ```
    /// use sondeo_survey::slug::Slug;
    /// assert!(Slug::parse("post-purchase").is_some());
    /// assert!(Slug::parse("Post purchase").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

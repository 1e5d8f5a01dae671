//! Lists that grow without end, page by page.

use super::period::parameters;
use crate::problem::{Document, Problem};
use crate::reply::List;
use crate::routes::Call;
use sondeo_survey::limits;
use std::collections::HashMap;
use std::str::FromStr;

/// Which page is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<C> {
    /// Where the last page ended.
    pub(super) cursor: Option<C>,
    /// So many entries at most.
    pub(super) limit: u32,
}

impl<C> Page<C> {
    /// The parameters `cursor` and `limit` — 422
    pub(super) fn read(call: &Call<'_>, parse: impl Fn(&str) -> Option<C>) -> Result<Self, Problem> {
        Self::of(&parameters(call)?, parse)
    }

    fn of(parameters: &HashMap<String, String>, parse: impl Fn(&str) -> Option<C>) -> Result<Self, Problem> {
        let (most, usual) = limits::PAGE;
        let cursor = parameters.get("cursor").map(|text| {
            let fault = || Problem::invalid(Document::Parameters, "/cursor", "must be the `next` of a page");
            parse(text).ok_or_else(fault)
        });
        let limit = parameters.get("limit").map(|text| {
            let fits = number(text).filter(|limit| (1..=most).contains(limit));
            let rule = format!("must be a whole number from 1 to {most}");
            fits.ok_or_else(|| Problem::invalid(Document::Parameters, "/limit", rule))
        });
        Ok(Self { cursor: cursor.transpose()?, limit: limit.transpose()?.unwrap_or(usual) })
    }
}

/// Digits and nothing else.
pub(super) fn number<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A page out of what was found when one more than `limit` was asked for: that one says only that there is more.
pub(super) fn list<T>(mut found: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> List<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(cursor);
    List { items: found, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins_and_the_last_does_not() {
        let cut = |found: Vec<u32>| {
            let List { items, next } = list(found, 2, ToString::to_string);
            (items, next)
        };
        assert_eq!(cut(vec![9, 8, 7]), (vec![9, 8], Some("8".into())));
        assert_eq!(cut(vec![9, 8]), (vec![9, 8], None));
        assert_eq!(cut(vec![]), (vec![], None));
    }

    #[test]
    fn parameters_are_checked() {
        let page = |name: &str, value: &str| {
            let parameters = HashMap::from([(name.to_owned(), value.to_owned())]);
            Page::of(&parameters, |text| text.parse::<i64>().ok()).ok()
        };
        assert_eq!(page("x", ""), Some(Page { cursor: None, limit: 100 }));
        assert_eq!(page("cursor", "7"), Some(Page { cursor: Some(7), limit: 100 }));
        assert_eq!(page("limit", "1000"), Some(Page { cursor: None, limit: 1000 }));
        for (name, value) in
            [("cursor", "x"), ("limit", "0"), ("limit", "1001"), ("limit", "+5"), ("limit", "")]
        {
            assert_eq!(page(name, value), None, "{name}={value}");
        }
    }
}

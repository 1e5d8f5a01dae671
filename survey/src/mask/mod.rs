//! What is taken out of a comment before it is stored: e-mail addresses, telephone numbers, IBANs and numbers of payment
//! cards. Order numbers, dates, prices and the like stay: an analyst needs them, and they name nobody.

mod digits;
mod phone;

use digits::{Run, runs};
use iban::Iban;
use std::ops::Range;

/// Where something is, in order and apart.
type Find = fn(&str) -> Vec<Range<usize>>;

/// A comment without what could reach or charge somebody. It says the same again of its own result, and is never longer
/// than its text by more than two bytes for each e-mail address.
///
/// ```
/// use sondeo_survey::mask::mask;
/// assert_eq!(mask("Write to ana@example.com about order 1042"), "Write to [e-mail] about order 1042");
/// ```
#[must_use]
pub fn mask(text: &str) -> String {
    let mut text = text.to_owned();
    // What is taken out may uncover something: a card's number that another number touched. Each time there are fewer digits
    // or addresses, so there is an end.
    while let Some(masked) = masked(&text) {
        text = masked;
    }
    text
}

/// The text once masked, if there is anything in it.
fn masked(text: &str) -> Option<String> {
    let kinds: [(Find, &str); 4] =
        [(emails, "[e-mail]"), (ibans, "[iban]"), (cards, "[card]"), (phone::numbers, "[phone]")];
    kinds.into_iter().fold(None, |masked, (find, mark)| {
        let found = find(masked.as_deref().unwrap_or(text));
        if found.is_empty() {
            return masked;
        }
        Some(replaced(masked.as_deref().unwrap_or(text), &found, mark))
    })
}

fn replaced(text: &str, found: &[Range<usize>], mark: &str) -> String {
    let (mut masked, mut from) = (String::with_capacity(text.len()), 0);
    for range in found {
        masked.push_str(text.get(from..range.start).unwrap_or_default());
        masked.push_str(mark);
        from = range.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

/// Letters of the scripts that put spaces between words. In others a word would run into the address beside it.
fn is_spaced_alphanumeric(c: char) -> bool {
    c < '\u{900}' && c.is_alphanumeric()
}

fn emails(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let free = found.last().map_or(0, |last| last.end);
        let before = text.get(free..at).unwrap_or_default();
        let after = text.get(at + 1..).unwrap_or_default();
        let local =
            before.trim_end_matches(|c| is_spaced_alphanumeric(c) || "._%+-'&=#~!$*/?^`{|}".contains(c));
        let local =
            before.get(local.len()..).unwrap_or_default().trim_start_matches(|c: char| !c.is_alphanumeric());
        let domain = domain(after);
        if !local.is_empty() && domain > 0 {
            found.push(at - local.len()..at + 1 + domain);
        }
    }
    found
}

/// How many bytes of a text are the domain that it begins with: up to the last label that can be a country's or another top
/// one. 0 where there is none.
fn domain(text: &str) -> usize {
    let end = text.find(|c| !(is_spaced_alphanumeric(c) || matches!(c, '-' | '.'))).unwrap_or(text.len());
    let (mut top_end, mut start) = (0, 0);
    for label in text.get(..end).unwrap_or_default().split('.') {
        if label.is_empty() {
            break;
        }
        let letters = label.find(|c: char| !c.is_alphabetic()).unwrap_or(label.len());
        let rest = label.get(letters..).unwrap_or_default();
        let is_top = label.chars().take(2).filter(|c| c.is_alphabetic()).count() == 2;
        if start > 0 && is_top && label.starts_with("xn--") {
            top_end = start + label.trim_end_matches('-').len();
        } else if start > 0 && is_top && (rest.is_empty() || rest.starts_with('-')) {
            top_end = start + letters;
        }
        start += label.len() + 1;
    }
    top_end
}

/// The shortest IBAN is Norway's, the longest that ISO 13616 allows has 34 characters.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

fn ibans(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let bytes = text.as_bytes();
    let is_free = |c: Option<char>| c.is_none_or(|c| !is_spaced_alphanumeric(c));
    let before = |at: usize| is_free(text.get(..at).and_then(|text| text.chars().next_back()));
    let after = |at: usize| is_free(text.get(at..).and_then(|text| text.chars().next()));
    for start in 0..bytes.len() {
        let free = found.last().is_none_or(|last| last.end <= start);
        let starts = matches!(bytes.get(start..), Some([a, b, c, d, ..]) if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
            && c.is_ascii_digit() && d.is_ascii_digit());
        if !free || !starts || !before(start) {
            continue;
        }
        let (mut plain, mut end, mut gap) = (String::new(), None, false);
        for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
            if c.is_ascii_alphanumeric() {
                plain.push(c.to_ascii_uppercase());
                gap = false;
                let next = start + at + 1;
                let is_long = IBAN.contains(&plain.len());
                if is_long && after(next) && plain.parse::<Iban>().is_ok() {
                    end = Some(next);
                }
            } else if gap
                || !matches!(c, ' ' | '-' | '.' | '\u{a0}' | '\u{202f}')
                || plain.len() > *IBAN.end()
            {
                break;
            } else {
                gap = true;
            }
        }
        found.extend(end.map(|end| start..end));
    }
    found
}

fn cards(text: &str) -> Vec<Range<usize>> {
    runs(text).iter().flat_map(|run| run.pick(is_card)).collect()
}

/// Prefix and length of a network that gives out cards, in the groups in which they are printed, with the check digit.
fn is_card(run: &Run, groups: Range<usize>) -> bool {
    let lengths = run.lengths(groups.clone());
    let is_grouped = match lengths.as_slice() {
        [_] | [4, 4, 4, 4] | [4, 6, 4 | 5] => true,
        [4, 4, 4, 4, last] => *last <= 3,
        _ => false,
    };
    let beside = [groups.start.checked_sub(1), Some(groups.end)];
    // A window into a longer number in groups of four.
    let is_part = lengths.len() > 1
        && beside
            .into_iter()
            .flatten()
            .filter_map(|at| run.groups.get(at))
            .any(|group| group.digits.len() >= 4);
    let digits = run.digits(groups.clone());
    is_grouped && !is_part && run.is_uniform(groups, 0) && is_of_network(&digits) && luhn(&digits)
}

/// ISO/IEC 7812 as the networks have divided it. Visa's old numbers of 13 digits are left out: they look like an EAN.
fn is_of_network(digits: &[u8]) -> bool {
    let first = |count| digits.iter().take(count).fold(0, |number, digit| number * 10 + u32::from(*digit));
    let long = 16..=19;
    match digits.len() {
        14 => matches!(first(3), 300..=305 | 309) || matches!(first(2), 36 | 38 | 39),
        15 => matches!(first(2), 34 | 37),
        length if long.contains(&length) => {
            let mastercard = matches!(first(2), 51..=55) || matches!(first(4), 2221..=2720);
            let visa = first(1) == 4 && matches!(length, 16 | 19);
            let jcb = matches!(first(4), 3528..=3589);
            let maestro = matches!(first(4), 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763);
            let discover = first(4) == 6011 || matches!(first(3), 644..=649) || first(2) == 65;
            let others = first(2) == 62 || matches!(first(4), 2200..=2204);
            visa || (mastercard && length == 16) || jcb || maestro || discover || others
        }
        _ => false,
    }
}

/// ISO/IEC 7812-1, annex B: from the right every second digit counts double, in single digits.
fn luhn(digits: &[u8]) -> bool {
    let values = digits.iter().rev().enumerate().map(|(at, digit)| match (at % 2, *digit) {
        (0, digit) => u32::from(digit),
        (_, digit) => u32::from(digit) * 2 / 10 + u32::from(digit) * 2 % 10,
    });
    values.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests;

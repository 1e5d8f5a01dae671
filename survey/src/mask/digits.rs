//! Digits in groups, as people write long numbers.

use super::is_spaced_alphanumeric;
use std::ops::Range;

/// Of a payment card (ISO/IEC 7812); a telephone number has 15 at most (ITU-T E.164).
const MOST_DIGITS: usize = 19;

/// Digits without anything between them.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) digits: Vec<u8>,
    pub(super) range: Range<usize>,
    /// Where it begins with its plus and its bracket.
    begin: usize,
    /// What stands before it: of the first group a plus or nothing, of the others how they are set apart.
    pub(super) gap: Gap,
    /// Whether it is the one in brackets.
    pub(super) bracketed: bool,
}

/// What is between two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Nothing,
    Plus,
    Space,
    Dash,
    Dot,
    Slash,
}

/// Groups that may be one number.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) groups: Vec<Group>,
    /// Whether a word touches it, as in an article's number or a UUID.
    touched: bool,
}

/// The value of a digit, also in the full width of East Asia and in Arabic and Persian.
fn digit(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}

fn gap(c: char) -> Option<Gap> {
    match c {
        ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{3000}' | '(' | ')' => Some(Gap::Space),
        '-' | '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{ff0d}' => Some(Gap::Dash),
        '.' => Some(Gap::Dot),
        '/' => Some(Gap::Slash),
        _ => None,
    }
}

/// All runs of a text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let is_word =
        |at: Option<&(usize, char)>| at.is_some_and(|(_, c)| is_spaced_alphanumeric(*c) || *c == '_');
    let mut at = 0;
    // How the next group joins the run before it; none where it does not.
    let mut join: Option<Gap> = None;
    while let Some((start, c)) = chars.get(at).copied() {
        if digit(c).is_none() {
            at += 1;
            continue;
        }
        let length = chars.iter().skip(at).take_while(|(_, c)| digit(*c).is_some()).count();
        let end = chars.get(at + length).map_or(text.len(), |(end, _)| *end);
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let is_bracketed =
            before.is_some_and(|(_, c)| *c == '(') && chars.get(at + length).is_some_and(|(_, c)| *c == ')');
        // A bracket may stand between a plus and its number.
        let sign = at.checked_sub(1 + usize::from(is_bracketed));
        // A sum is no number, nor what is behind a number that was taken out.
        let is_after_one = |c: char| is_spaced_alphanumeric(c) || matches!(c, '_' | ']');
        let earlier = sign.and_then(|at| at.checked_sub(1)).and_then(|at| chars.get(at));
        let is_signed = sign.and_then(|at| chars.get(at)).is_some_and(|(_, c)| matches!(c, '+' | '\u{ff0b}'))
            && !earlier.is_some_and(|(_, c)| is_after_one(*c));
        let gap_before = if is_signed { Gap::Plus } else { join.unwrap_or(Gap::Nothing) };
        if join.is_none() || is_signed {
            runs.push(Run::default());
        }
        // A hyphen ties a group to a word, as in a UUID.
        let tied = |near: Option<usize>, far: Option<usize>| {
            let near = near.and_then(|at| chars.get(at));
            is_word(near)
                || (near.is_some_and(|(_, c)| *c == '-')
                    && far
                        .and_then(|at| chars.get(at))
                        .is_some_and(|(_, c)| is_spaced_alphanumeric(*c) && !c.is_numeric()))
        };
        let touched =
            tied(at.checked_sub(1), at.checked_sub(2)) || tied(Some(at + length), Some(at + length + 1));
        let begin = at.checked_sub(usize::from(is_bracketed) + usize::from(is_signed));
        let begin = begin.and_then(|at| chars.get(at)).map_or(start, |(begin, _)| *begin);
        let digits = chars.iter().skip(at).take(length).filter_map(|(_, c)| digit(*c)).collect();
        if let Some(run) = runs.last_mut() {
            run.touched |= touched;
            run.groups.push(Group {
                digits,
                range: start..end,
                begin,
                gap: gap_before,
                bracketed: is_bracketed,
            });
        }
        at += length;
        let between: Vec<char> =
            chars.iter().skip(at).map(|(_, c)| *c).take_while(|c| gap(*c).is_some()).collect();
        let follows = chars.get(at + between.len()).is_some_and(|(_, c)| digit(*c).is_some());
        // At most as in " - " and ") - ".
        join = (follows && (1..=3).contains(&between.len())).then(|| {
            let strongest = between.iter().filter_map(|c| gap(*c)).find(|gap| *gap != Gap::Space);
            strongest.unwrap_or(Gap::Space)
        });
        at += between.len();
    }
    runs
}

impl Run {
    /// Some of its groups.
    pub(super) fn some(&self, groups: Range<usize>) -> &[Group] {
        self.groups.get(groups).unwrap_or_default()
    }

    /// Where the run begins in the text.
    pub(super) fn start(&self) -> usize {
        self.groups.first().map_or(0, |group| group.range.start)
    }

    /// The digits of some groups, one after the other.
    pub(super) fn digits(&self, groups: Range<usize>) -> Vec<u8> {
        self.some(groups).iter().flat_map(|group| group.digits.iter().copied()).collect()
    }

    /// How many digits each has.
    pub(super) fn lengths(&self, groups: Range<usize>) -> Vec<usize> {
        self.some(groups).iter().map(|group| group.digits.len()).collect()
    }

    /// Whether all groups are set apart alike, but for the first gaps.
    pub(super) fn is_uniform(&self, groups: Range<usize>, but: usize) -> bool {
        let mut gaps = self.some(groups).iter().skip(1 + but).map(|group| group.gap);
        gaps.next().is_none_or(|first| gaps.all(|gap| gap == first))
    }

    /// Where numbers of a kind are: of those that begin at a group the longest. A number begins and ends at a space.
    pub(super) fn pick(&self, is_one: impl Fn(&Run, Range<usize>) -> bool) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut first = if self.touched { self.groups.len() } else { 0 };
        let is_apart = |at: usize| self.groups.get(at).is_none_or(|group| group.gap == Gap::Space);
        while first < self.groups.len() {
            // No number has more digits, and a group has one at least: else a text of single digits would take seconds.
            let last = self.groups.len().min(first + MOST_DIGITS);
            let ends = (first + 1..=last).rev().filter(|end| is_apart(*end));
            let longest = if first == 0 || is_apart(first) {
                ends.into_iter().find(|end| is_one(self, first..*end))
            } else {
                None
            };
            if let Some(end) = longest {
                if let (Some(head), Some(tail)) = (self.groups.get(first), self.groups.get(end - 1)) {
                    // A bracket around all of it stays.
                    let is_whole = head.bracketed && end - first == 1;
                    found.push(if is_whole { head.range.start } else { head.begin }..tail.range.end);
                }
                first = end;
            } else {
                first += 1;
            }
        }
        found
    }
}

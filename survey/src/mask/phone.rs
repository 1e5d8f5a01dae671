//! Telephone numbers. Without a country's plan they are known by how people write them: with a plus, with the zero of a
//! trunk, in groups that other numbers do not have, or beside a word for a telephone.

use super::digits::{Gap, Run, runs};
use std::ops::Range;

/// Digits of a number with its country's code (ITU-T E.164).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 8..=15;

/// Words that a telephone number follows: beginnings of words, in lower case.
const PHONES: [&str; 32] = [
    "tel", "tél", "phone", "fone", "fon:", "mobil", "móvil", "movil", "cell", "celular", "cel.", "whatsapp",
    "handy", "gsm", "sms", "call", "llám", "llam", "appel", "anruf", "puh.", "tlf", "ring", "тел", "моб",
    "τηλ", "טל", "هاتف", "电话", "手机", "電話", "전화",
];

/// Words that a number of something else follows.
const OTHERS: [&str; 30] = [
    "order",
    "pedido",
    "bestell",
    "commande",
    "ordine",
    "encomenda",
    "zamówieni",
    "objednáv",
    "rendelés",
    "beställning",
    "tilaus",
    "ordre",
    "заказ",
    "订单",
    "訂單",
    "注文",
    "invoice",
    "rechnung",
    "factur",
    "fatura",
    "ticket",
    "track",
    "isbn",
    "ean",
    "sku",
    "imei",
    "article",
    "artikel",
    "serial",
    "ref",
];

/// Signs for "number", which count where no telephone is named.
const NUMBER_SIGNS: [&str; 6] = ["#", "№", "nº", "n°", "no.", "nr"];

/// Signs of money, right before or after a number.
const MONEY: [&str; 12] = ["€", "$", "£", "¥", "₹", "₽", "zł", "kč", "kr", "ft", "eur", "usd"];

/// How far before a number a word still belongs to it.
const NEAR: usize = 24;

pub(super) fn numbers(text: &str) -> Vec<Range<usize>> {
    runs(text).iter().flat_map(|run| run.pick(|run, groups| is_number(text, run, groups))).collect()
}

fn is_number(text: &str, run: &Run, groups: Range<usize>) -> bool {
    let digits = run.digits(groups.clone());
    if run.some(groups.clone()).first().is_some_and(|group| group.gap == Gap::Plus) {
        return INTERNATIONAL.contains(&digits.len()) && digits.first() != Some(&0);
    }
    if groups.start == 0 {
        match named(text, run.start()) {
            Some(true) => return (7..=15).contains(&digits.len()),
            Some(false) => return false,
            None => {}
        }
    }
    !is_part(run, groups.clone()) && is_shaped(text, run, groups, &digits)
}

/// Whether the words before name a telephone, or something else.
fn named(text: &str, at: usize) -> Option<bool> {
    let before: String = text.get(..at).unwrap_or_default().chars().rev().take(NEAR).collect();
    // A word before another number belongs to that one.
    let before: String = before.chars().take_while(|c| !c.is_numeric() && !"[]\n".contains(*c)).collect();
    let before = before.chars().rev().collect::<String>().to_lowercase();
    let last = |words: &[&str]| {
        let places = words.iter().flat_map(|word| before.match_indices(word).map(|(at, _)| at));
        places
            .filter(|at| {
                !before
                    .get(..*at)
                    .is_some_and(|text| text.ends_with(|c: char| c < '\u{900}' && c.is_alphabetic()))
            })
            .max()
    };
    match (last(&PHONES), last(&OTHERS)) {
        (None, None) => last(&NUMBER_SIGNS).map(|_| false),
        (phone, other) => Some(phone > other),
    }
}

/// Whether it is a window into a longer number in groups: the next group is set apart in the same way.
fn is_part(run: &Run, groups: Range<usize>) -> bool {
    let [_, second, ..] = run.some(groups.clone()) else { return false };
    let is_more = |at: usize, gap: Gap| {
        run.groups.get(at).is_some_and(|group| group.digits.len() > 1) && gap == second.gap
    };
    let (before, after) = (run.some(groups.clone()).first(), run.groups.get(groups.end));
    let before = before.is_some_and(|group| groups.start > 0 && is_more(groups.start - 1, group.gap));
    before || after.is_some_and(|group| is_more(groups.end, group.gap))
}

fn is_shaped(text: &str, run: &Run, groups: Range<usize>, digits: &[u8]) -> bool {
    let lengths = run.lengths(groups.clone());
    let total = digits.len();
    let all = run.some(groups.clone());
    let (Some(head), Some(tail), Some(&first)) = (all.first(), all.last(), digits.first()) else {
        return false;
    };
    if digits.starts_with(&[0, 0]) {
        // The call abroad. Of the countries of one digit only in groups: else it would be too much like any number.
        let country = digits.get(2).copied().unwrap_or_default();
        let is_telling = lengths.len() > 1 || !matches!(country, 1 | 7);
        return country != 0 && is_telling && (11..=16).contains(&total);
    }
    // The first gaps may be others: "8 912 345-67-89", "0171/123 45 67".
    if !run.is_uniform(groups, 1 + usize::from(head.digits.len() == 1)) {
        return false;
    }
    if head.bracketed && (2..=5).contains(&head.digits.len()) && lengths.len() > 1 {
        return (8..=12).contains(&total);
    }
    if first == 0 {
        let is_grouped = lengths.len() > 1 && lengths.iter().all(|length| *length > 1);
        return if is_grouped {
            (9..=11).contains(&total)
        } else {
            lengths.len() == 1 && (10..=11).contains(&total)
        };
    }
    let has = |gap| all.iter().skip(1).any(|group| group.gap == gap);
    let is_plain = !has(Gap::Slash) && !has(Gap::Dot);
    let of = |at: usize| all.get(at).and_then(|group| group.digits.first()).copied().unwrap_or_default();
    match lengths.as_slice() {
        // North America: neither area nor exchange begins with 0 or 1.
        [3, 3, 4] => !has(Gap::Slash) && first > 1 && of(1) > 1,
        [1, 3, 3, 4] => !has(Gap::Slash) && first == 1 && of(1) > 1 && of(2) > 1,
        // Spain, Portugal, Poland. Prices of hundreds of millions look the same; they mostly end in zeros.
        [3, 3, 3] => {
            let is_price = digits.ends_with(&[0, 0, 0]) || is_money(text, head.range.start, tail.range.end);
            first > 4 && is_plain && !is_price
        }
        [3, 2, 2, 2] => first > 4 && !has(Gap::Slash),
        // Norway.
        [3, 2, 3] => matches!(first, 4 | 9) && is_plain,
        // Mexico, Brazil, China, India.
        [2, 4 | 5, 4] => is_plain,
        [3, 4, 4] => first == 1 && is_plain,
        [5, 5] => first > 5 && is_plain && !has(Gap::Dash),
        // Russia, Turkey, Switzerland.
        [3, 3, 2, 2] => matches!(first, 5 | 9),
        [1, 3, 3, 2, 2] => matches!(first, 7 | 8),
        [2, 3, 2, 2] => first == 7,
        _ => false,
    }
}

fn is_money(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end().to_lowercase();
    let after = text.get(end..).unwrap_or_default().trim_start().to_lowercase();
    MONEY.iter().any(|sign| before.ends_with(sign) || after.starts_with(sign))
}

//! What a client wants, by the headers `Accept`, `Accept-Encoding` and `Accept-Language` (RFC 9110, 12.4.2 and 12.5).

use std::cmp::Reverse;

/// What is wanted, best first; of equal weights what is named first. What is refused with `q=0` is not wanted.
pub(crate) fn wanted(header: &str) -> Vec<&str> {
    let mut items: Vec<(&str, u16)> = header
        .split(',')
        .map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            (name, parts.find_map(|part| part.strip_prefix("q=")).map_or(MOST, thousandths))
        })
        .filter(|(name, weight)| *weight > 0 && !name.is_empty())
        .collect();
    items.sort_by_key(|(_, weight)| Reverse(*weight));
    items.into_iter().map(|(name, _)| name).collect()
}

/// Whether a coding is wanted by its name.
pub(crate) fn takes(header: &str, coding: &str) -> bool {
    wanted(header).into_iter().any(|name| name.eq_ignore_ascii_case(coding))
}

/// A weight of 1.
const MOST: u16 = 1000;

/// A weight has three digits after the point at most; what is none counts as 0. Not by `f64`, whose reader would be a
/// seventieth of the Worker.
fn thousandths(weight: &str) -> u16 {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let is_weight = rest.len() <= 3 && rest.bytes().all(|digit| digit.is_ascii_digit());
    match whole {
        "0" if is_weight => format!("{rest:0<3}").parse().unwrap_or(0),
        "1" if is_weight => MOST,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_comes_first_and_what_is_refused_not_at_all() {
        for (header, expected) in [
            ("gzip, deflate, br, zstd", "gzip deflate br zstd"),
            ("es-MX,es;q=0.9,en;q=0.95", "es-MX en es"),
            ("en;q=0.5, pt-BR , fr;q=0, de;q=0.000, *;q=0.1", "pt-BR en *"),
            ("text/html;level=1;q=0.3, text/csv;q=0.31", "text/csv text/html"),
            ("a;q=1.000, b;q=2, c;q=x, d;q=0.0001, e;q=", "a"),
            (" , ;q=1", ""),
            ("", ""),
        ] {
            assert_eq!(wanted(header).join(" "), expected, "{header}");
        }
    }

    #[test]
    fn codings_have_no_case() {
        for (header, expected) in
            [("gzip, BR;q=0.5", true), ("br;q=0", false), ("brotli", false), ("", false)]
        {
            assert_eq!(takes(header, "br"), expected, "{header}");
        }
    }
}

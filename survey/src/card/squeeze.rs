//! Makes a style sheet shorter.

/// Takes out comments and white space that mean nothing. The sheets have no strings with any of these marks, and no selectors
/// that need the space around these marks.
#[must_use]
pub fn squeeze(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let mut squeezed = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["{", "}", ";", ":", ",", ">"] {
        squeezed = squeezed.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    squeezed.replace(";}", "}")
}

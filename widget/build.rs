//! Takes comments and white space that mean nothing out of the card's style sheet.

use std::{env, fs, path::Path};

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=src/card.css");
    let css = fs::read_to_string("src/card.css")?;
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("card.css"), squeeze(&css))
}

/// The sheet has no strings and no selectors that need the space around these marks.
fn squeeze(css: &str) -> String {
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

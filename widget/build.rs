//! Takes comments and white space that mean nothing out of the card's style sheet.

#[path = "../survey/src/card/squeeze.rs"]
mod squeeze;

use std::{env, fs, path::Path};

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=src/card.css");
    println!("cargo::rerun-if-changed=../survey/src/card/squeeze.rs");
    let css = fs::read_to_string("src/card.css")?;
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("card.css"), squeeze::squeeze(&css))
}

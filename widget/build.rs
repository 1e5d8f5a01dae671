//! Takes comments and white space that mean nothing out of the card's style sheet.

#[path = "../survey/src/card/squeeze.rs"]
mod squeeze;

use std::{env, fs, path::Path};

fn main() -> std::io::Result<()> {
    let files = ["src/card.css", "../survey/src/card/style/close.css"];
    println!("cargo::rerun-if-changed=../survey/src/card/squeeze.rs");
    let mut css = String::new();
    for file in files {
        println!("cargo::rerun-if-changed={file}");
        css += &fs::read_to_string(file)?;
    }
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("card.css"), squeeze::squeeze(&css))
}

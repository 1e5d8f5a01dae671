//! Puts the widget's built files into the Worker.
#![allow(clippy::expect_used, clippy::panic, reason = "a build script reports by failing")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What `/a/{hash}/{file}` serves.
const FILES: [(&str, &str); 2] =
    [("card.js", "text/javascript; charset=utf-8"), ("card.wasm", "application/wasm")];

fn main() {
    println!("cargo::rerun-if-env-changed=SONDEO_WIDGET_DIST");
    let dist = env::var_os("SONDEO_WIDGET_DIST").map_or_else(|| "../target/widget".into(), PathBuf::from);
    let manifest = fs::read(path(&dist, "manifest.json")).expect("manifest.json can be read");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("manifest.json is JSON");
    let hash = manifest["hash"].as_str().expect("manifest.json has a hash");
    let mut code = String::new();
    let mut constant = |line: std::fmt::Arguments<'_>| writeln!(code, "{line}").expect("a string grows");
    constant(format_args!(
        "/// Names the widget's build in addresses.\npub(crate) const HASH: &str = {hash:?};"
    ));
    let loader = path(&dist, "loader.js");
    constant(format_args!("/// The loader, with the place for a site's surveys."));
    constant(format_args!("pub(crate) const LOADER: &str = include_str!({loader:?});"));
    constant(format_args!(
        "/// The files that the loader loads.\npub(crate) const FILES: [File; {}] = [",
        FILES.len()
    ));
    for (name, media_type) in FILES {
        let (raw, brotli) = (path(&dist, name), path(&dist, &format!("{name}.br")));
        constant(format_args!(
            "File {{ name: {name:?}, media_type: {media_type:?}, raw: include_bytes!({raw:?}), brotli: include_bytes!({brotli:?}) }},"
        ));
    }
    constant(format_args!("];"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("widget.rs"), code).expect("OUT_DIR can be written");
}

/// The full path, as generated code may name it.
fn path(dist: &Path, name: &str) -> String {
    let path = dist.join(name);
    println!("cargo::rerun-if-changed={}", path.display());
    let path = fs::canonicalize(&path).unwrap_or_else(|_| missing(&path));
    path.into_os_string().into_string().expect("the path is Unicode")
}

fn missing(path: &Path) -> ! {
    panic!(
        "{} is missing: the Worker has the widget inside, so run `cargo xtask build` first",
        path.display()
    )
}

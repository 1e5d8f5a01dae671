//! Puts the widget's built files into the Worker, and the document of its API.
#![allow(clippy::expect_used, clippy::panic, reason = "a build script reports by failing")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/openapi/compose.rs"]
mod compose;

/// What is composed for each site, and not served as a file.
const LOADER: &str = "loader.js";

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
    let loader = path(&dist, LOADER);
    constant(format_args!(
        "/// The loader, with the places for a site's surveys and for what they need of the parts."
    ));
    constant(format_args!("pub(crate) const LOADER: &str = include_str!({loader:?});"));
    let parts = fs::read(path(&dist, "parts.json")).expect("parts.json can be read");
    let parts: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&parts).expect("parts.json is names and expressions");
    let parts: Vec<(String, String)> = parts.into_iter().collect();
    constant(format_args!("/// Parts of the loader: name and expression."));
    constant(format_args!("pub(crate) const PARTS: [(&str, &str); {}] = {parts:?};", parts.len()));
    let files = manifest["files"].as_object().expect("manifest.json lists files");
    let files: Vec<&String> = files.keys().filter(|name| *name != LOADER).collect();
    constant(format_args!(
        "/// What `/a/{{hash}}/{{file}}` serves.\npub(crate) const FILES: [File; {}] = [",
        files.len()
    ));
    for name in files {
        let media_type = media_type(name);
        let raw = path(&dist, name);
        // People and their tools read the declarations, for whom their bytes do not matter.
        let brotli = if name.ends_with(".d.ts") {
            "None".to_owned()
        } else {
            format!("Some(include_bytes!({:?}))", path(&dist, &format!("{name}.br")))
        };
        constant(format_args!(
            "File {{ name: {name:?}, media_type: {media_type:?}, raw: include_bytes!({raw:?}), brotli: {brotli} }},"
        ));
    }
    constant(format_args!("];"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("widget.rs"), code).expect("OUT_DIR can be written");
    println!("cargo::rerun-if-changed=src/openapi");
    let document = compose::document().expect("the files of src/openapi are JSON");
    fs::write(out.join("openapi.json"), document.to_string()).expect("OUT_DIR can be written");
}

fn media_type(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        // Declarations, which people read and tools fetch.
        _ => "text/plain; charset=utf-8",
    }
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

//! Builds what the visitor's browser loads into `target/widget`: `loader.js`, `card.js`, `card.wasm`, their brotli
//! siblings, and `manifest.json` with the hash that the Worker serves them under.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::fingerprint::{self, Fingerprint};
use super::{glue, output};
use crate::setup::{BuildTools, StdKind};
use crate::tools::{WASM_BINDGEN, WASM_TARGET};
use crate::{command, paths};

/// What one survey takes to show, answer and send.
pub const FILES: [&str; 3] = ["loader.js", "card.js", "card.wasm"];

/// The edge puts a site's surveys in its place, so it must survive minifying.
const PLACEHOLDER: &str = "__SONDEO_CONFIG__";

const SRC: &str = "widget/src/loader.js";

pub(super) fn build(tools: &BuildTools) -> Result<()> {
    let root = paths::root();
    let dist = paths::widget_dist();
    let stamp = dist.join(".built-from");
    let fingerprint = Fingerprint::default()
        .path(&root.join("widget"))?
        .path(&root.join("survey"))?
        .path(&root.join("xtask/src/build"))?
        .path(&root.join("xtask/npm/package-lock.json"))?
        .path(&root.join("Cargo.toml"))?
        .path(&root.join("Cargo.lock"))?
        .path(&root.join("rust-toolchain.toml"))?
        .note(WASM_BINDGEN.version)
        .note(&tools.wasm.fingerprint())
        .finish();
    if fingerprint::is_built(&stamp, &fingerprint) && FILES.iter().all(|file| dist.join(file).is_file()) {
        return Ok(());
    }
    eprintln!("building the widget…");
    fs::create_dir_all(&dist)?;
    let wasm = compile(tools)?;
    let scratch = tempfile::tempdir()?;
    let loader = root.join(SRC);
    let (card_js, card_wasm) = bind(tools, &wasm, &loader, scratch.path())?;
    let loader = minify_loader(tools, &loader)?;
    write(&dist, &[loader, card_js, card_wasm], tools.wasm.std)?;
    output::write(&stamp, fingerprint.as_bytes())
}

/// JavaScript's values in a table of Wasm's own cost 0.4 KB more than in the glue's array, and shut out older browsers.
const FEATURES: &str = "-Ctarget-feature=-reference-types,-multivalue";

/// Compiles the crate. Its build folder is its own: other flags than everybody else's would rebuild everything.
fn compile(tools: &BuildTools) -> Result<PathBuf> {
    let target_dir = paths::target().join("widget-build");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root());
    cargo.args([
        "build",
        "--quiet",
        "--package",
        "sondeo-widget",
        "--profile",
        "widget",
        "--target",
        WASM_TARGET,
    ]);
    cargo.arg("--target-dir").arg(&target_dir);
    // The stock standard library has these features: the crates around it must have them, too.
    cargo.env_remove("RUSTFLAGS");
    tools.wasm.apply(&mut cargo, &[])?;
    if tools.wasm.std == StdKind::Rebuilt {
        cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        // `-Z` on the pinned stable compiler; nothing of the language is unstable here.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo.env("RUSTFLAGS", format!("{FEATURES} -Cpanic=immediate-abort -Zunstable-options"));
    }
    command::run(&mut cargo).context("the widget does not compile")?;
    Ok(target_dir.join(WASM_TARGET).join("widget/sondeo_widget.wasm"))
}

/// Wasm and its glue, both as small as they get.
fn bind(tools: &BuildTools, wasm: &Path, loader: &Path, scratch: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut bindgen = Command::new(&tools.wasm_bindgen);
    bindgen.args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", "card"]);
    bindgen.args(["--remove-name-section", "--remove-producers-section", "--out-dir"]).arg(scratch).arg(wasm);
    command::run_quiet(&mut bindgen)?;

    let bound = scratch.join("card_bg.wasm");
    let small = scratch.join("small.wasm");
    let optimized = scratch.join("card.wasm");
    let strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
    // The lowest 1,024 bytes are the far end of the stack: offsets from a pointer never wrap into them.
    let shrink = ["-Oz", "--converge", "--low-memory-unused"];
    wasm_opt(tools, &bound, &small, &[&shrink[..], &strip[..]].concat())?;
    // The names of imports end in hashes, which no compressor can shorten. It prints the names it gives instead.
    let names = wasm_opt(tools, &small, &optimized, &["--minify-imports-and-exports-and-modules"])?;

    let file = scratch.join("card.js");
    let js = fs::read_to_string(&file).context("wasm-bindgen wrote no glue")?;
    fs::write(&file, glue::rename(&js, &names)?)?;
    let entry = scratch.join("entry.js");
    fs::write(&entry, glue::entry(&js, &fs::read_to_string(loader)?)?)?;
    let mut esbuild = Command::new(tools.npm.esbuild());
    esbuild.arg(&entry).args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--legal-comments=none",
    ]);
    let js = command::output(&mut esbuild)?;
    Ok((js.into_bytes(), fs::read(&optimized)?))
}

/// What rustc's Wasm uses, of the widget or of the tables that wasm-bindgen may add; every browser with ES modules
/// and dynamic import has those that remain.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

fn wasm_opt(tools: &BuildTools, from: &Path, to: &Path, args: &[&str]) -> Result<String> {
    let mut wasm_opt = Command::new(tools.npm.bin("wasm-opt"));
    wasm_opt.env("PATH", command::path_with(&tools.npm.node.path)?);
    command::output(wasm_opt.args(WASM_FEATURES).args(args).arg(from).arg("-o").arg(to))
}

fn minify_loader(tools: &BuildTools, source: &Path) -> Result<Vec<u8>> {
    let mut esbuild = Command::new(tools.npm.esbuild());
    esbuild.arg(source).args(["--minify", "--target=es2022", "--legal-comments=none"]);
    let js = command::output(&mut esbuild)?;
    ensure!(js.contains(PLACEHOLDER), "{SRC} does not mention {PLACEHOLDER}: the edge could not fill it");
    Ok(js.into_bytes())
}

/// Writes the files in the order of [`FILES`].
fn write(dist: &Path, contents: &[Vec<u8>; 3], std: StdKind) -> Result<()> {
    let mut hash = Sha256::new();
    let mut files = Map::new();
    for (name, content) in FILES.into_iter().zip(contents) {
        let compressed = output::brotli(content)?;
        hash.update(content);
        files.insert(name.to_owned(), json!({ "raw": content.len(), "brotli": compressed.len() }));
        output::write(&dist.join(name), content)?;
        output::write(&dist.join(format!("{name}.br")), &compressed)?;
    }
    let std = if std == StdKind::Rebuilt { "rebuilt" } else { "stock" };
    let hash = &hex::encode(hash.finalize())[..16];
    let manifest: Value = json!({ "hash": hash, "std": std, "files": files });
    output::write(&dist.join("manifest.json"), format!("{manifest:#}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_every_file_and_a_hash_of_all() {
        let dist = tempfile::tempdir().unwrap();
        let mut contents = [b"loader".to_vec(), b"glue".to_vec(), b"wasm".to_vec()];
        let manifest = |contents: &_| -> Value {
            write(dist.path(), contents, StdKind::Stock).unwrap();
            serde_json::from_slice(&fs::read(dist.path().join("manifest.json")).unwrap()).unwrap()
        };
        let first = manifest(&contents);
        assert_eq!(first["hash"].as_str().unwrap().len(), 16);
        assert_eq!(first["std"], "stock");
        assert_eq!(first["files"]["card.wasm"]["raw"], 4);
        assert!(dist.path().join("card.wasm.br").is_file());
        contents[2] = b"more".to_vec();
        assert_ne!(manifest(&contents)["hash"], first["hash"]);
    }
}

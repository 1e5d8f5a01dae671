//! Builds what the visitor's browser loads into `target/widget`: `loader.js` and `parts.json`, out of which the Worker
//! composes a site's script; `card.js`, `card.wasm` and the files that are rarely wanted; their brotli siblings; and
//! `manifest.json` with the hash that the Worker serves them under.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use sondeo_survey::card::{Field, squeeze};

use super::fingerprint::{self, Fingerprint};
use super::{glue, output};
use crate::setup::{BuildTools, StdKind};
use crate::tools::{WASM_BINDGEN, WASM_TARGET};
use crate::{command, paths};

/// What one survey takes to show, answer and send.
pub const FILES: [&str; 3] = ["loader.js", "card.js", "card.wasm"];

/// What the loader imports when it comes to that, and the declarations for pages in TypeScript.
pub const RARE: [&str; 8] = [
    "challenge.js",
    "debug.js",
    "failed.js",
    "frame.js",
    "platform.js",
    "preview.js",
    "tab.js",
    "sondeo.d.ts",
];

/// The parts of the loader, as JSON: name and expression.
pub const PARTS: &str = "parts.json";

/// The edge puts a site's surveys, what they need, and how code is had in their places, so they must survive minifying.
pub const PLACEHOLDERS: [&str; 4] =
    ["__SONDEO_CONFIG__", "__SONDEO_PARTS__", "__SONDEO_IMPORT__", "__SONDEO_FETCH__"];

const SRC: &str = "widget/src/loader";

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
    let mut files = FILES.iter().chain(&RARE).chain([&PARTS]);
    if fingerprint::is_built(&stamp, &fingerprint) && files.all(|file| dist.join(file).is_file()) {
        return Ok(());
    }
    eprintln!("building the widget…");
    fs::create_dir_all(&dist)?;
    let wasm = compile(tools)?;
    let scratch = tempfile::tempdir()?;
    let source = root.join(SRC);
    let (card_js, card_wasm) = bind(tools, &wasm, &source.join("show.js"), scratch.path())?;
    let mut contents = vec![minify_core(tools, &source.join("core.js"))?, card_js, card_wasm];
    for name in RARE {
        let is_script = Path::new(name).extension().is_some_and(|extension| extension == "js");
        contents.push(if is_script {
            bundle(tools, &source.join("files").join(name))?.into_bytes()
        } else {
            fs::read(root.join("widget").join(name))?
        });
    }
    let parts = minify_parts(tools, &source.join("parts"))?;
    write(&dist, &contents, &parts, tools.wasm.std)?;
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
fn bind(tools: &BuildTools, wasm: &Path, show: &Path, scratch: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
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
    // It imports `./card.js`; of the glue, bundling leaves out what it does not name.
    fs::copy(show, &entry)?;
    for name in ["count.js", "stage.js"] {
        fs::copy(show.with_file_name(name), scratch.join(name))?;
    }
    fs::write(scratch.join("card.css"), squeeze(CARD_CSS))?;
    let js = format!("{EAGER}{}", bundle(tools, &entry)?);
    Ok((js.into_bytes(), fs::read(&optimized)?))
}

/// Chromium then compiles a script's functions all at once when it arrives, which on a phone is 20 ms less between the Wasm
/// and the card. For others it is a comment.
const EAGER: &str = "//# allFunctionsCalledOnLoad\n";

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

pub(super) fn wasm_opt(tools: &BuildTools, from: &Path, to: &Path, args: &[&str]) -> Result<String> {
    let mut wasm_opt = Command::new(tools.npm.bin("wasm-opt"));
    wasm_opt.env("PATH", command::path_with(&tools.npm.node.path)?);
    command::output(wasm_opt.args(WASM_FEATURES).args(args).arg(from).arg("-o").arg(to))
}

/// The style rules of all cards.
const CARD_CSS: &str = concat!(
    include_str!("../../../survey/src/card/style/card.css"),
    include_str!("../../../survey/src/card/style/close.css")
);

/// What scripts read of a card's text: `FIELD.Tab` stands for the number of the field.
const FIELDS: [Field; 11] = [
    Field::Locale,
    Field::Window,
    Field::AfterDismissalDays,
    Field::Style,
    Field::Direction,
    Field::Layout,
    Field::MostShown,
    Field::SpacingHours,
    Field::Question,
    Field::Tab,
    Field::Agree,
];

/// A module with what it imports.
fn bundle(tools: &BuildTools, source: &Path) -> Result<String> {
    let mut esbuild = Command::new(tools.npm.esbuild());
    esbuild.arg(source).args(["--bundle", "--format=esm", "--loader:.css=text"]);
    esbuild.args(["--minify", "--target=es2022", "--legal-comments=none"]);
    esbuild.args(FIELDS.map(|field| format!("--define:FIELD.{field:?}={}", field as usize)));
    let js = command::output(&mut esbuild)?;
    ensure!(!js.contains("FIELD."), "{} reads a field that `FIELDS` does not name", source.display());
    Ok(js)
}

fn minify(tools: &BuildTools, source: &Path) -> Result<String> {
    let mut esbuild = Command::new(tools.npm.esbuild());
    esbuild.arg(source).args(["--minify", "--target=es2022", "--legal-comments=none"]);
    command::output(&mut esbuild)
}

fn minify_core(tools: &BuildTools, source: &Path) -> Result<Vec<u8>> {
    let js = minify(tools, source)?;
    for placeholder in PLACEHOLDERS {
        ensure!(
            js.contains(placeholder),
            "core.js does not mention {placeholder}: the edge could not fill it"
        );
    }
    Ok(format!("{EAGER}{js}").into_bytes())
}

/// Name and expression of each part, by name.
fn minify_parts(tools: &BuildTools, folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut parts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let js = minify(tools, &path)?;
        let js = js.trim_end().trim_end_matches(';');
        let expression = js.strip_prefix("export default").context("a part is one default export")?;
        parts.insert(name, expression.trim_start().to_owned());
    }
    Ok(parts)
}

/// Writes the files in the order of [`FILES`] and [`RARE`].
fn write(dist: &Path, contents: &[Vec<u8>], parts: &BTreeMap<String, String>, std: StdKind) -> Result<()> {
    let mut hash = Sha256::new();
    let mut files = Map::new();
    for (name, content) in FILES.into_iter().chain(RARE).zip(contents) {
        let compressed = output::brotli(content)?;
        hash.update(content);
        files.insert(name.to_owned(), json!({ "raw": content.len(), "brotli": compressed.len() }));
        output::write(&dist.join(name), content)?;
        output::write(&dist.join(format!("{name}.br")), &compressed)?;
    }
    let parts = serde_json::to_vec_pretty(parts)?;
    hash.update(&parts);
    output::write(&dist.join(PARTS), &parts)?;
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
        let manifest = |contents: &[Vec<u8>], part: &str| -> Value {
            let parts = BTreeMap::from([("click".to_owned(), part.to_owned())]);
            write(dist.path(), contents, &parts, StdKind::Stock).unwrap();
            serde_json::from_slice(&fs::read(dist.path().join("manifest.json")).unwrap()).unwrap()
        };
        let first = manifest(&contents, "()=>1");
        assert_eq!(first["hash"].as_str().unwrap().len(), 16);
        assert_eq!(first["std"], "stock");
        assert_eq!(first["files"]["card.wasm"]["raw"], 4);
        assert!(dist.path().join("card.wasm.br").is_file());
        assert_ne!(manifest(&contents, "()=>2")["hash"], first["hash"]);
        contents[2] = b"more".to_vec();
        assert_ne!(manifest(&contents, "()=>1")["hash"], first["hash"]);
    }
}

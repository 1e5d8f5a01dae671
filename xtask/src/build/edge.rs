//! Builds the Worker into `edge/build`, by `worker-build`.

use std::process::{Command, Stdio};
use std::{fs, io};

use anyhow::{Context, Result};

use super::fingerprint::{self, Fingerprint};
use super::output;
use super::widget::wasm_opt;
use crate::setup::{BuildTools, StdKind};
use crate::tools::WORKER_BUILD;
use crate::{command, paths};

pub(super) fn build(tools: &BuildTools) -> Result<()> {
    let root = paths::root();
    let stamp = paths::widget_dist().with_file_name("edge.built-from");
    // `worker-build` optimizes and bundles each time it is called: a minute saved when nothing has changed.
    let fingerprint = Fingerprint::default()
        .path(&root.join("edge"))?
        .path(&root.join("survey"))?
        .path(&root.join("xtask/src/build/edge.rs"))?
        .path(&paths::widget_dist())?
        .path(&root.join("xtask/npm/package-lock.json"))?
        .path(&root.join("Cargo.toml"))?
        .path(&root.join("Cargo.lock"))?
        .path(&root.join("rust-toolchain.toml"))?
        .note(WORKER_BUILD.version)
        .note(&tools.wasm.fingerprint())
        .finish();
    if fingerprint::is_built(&stamp, &fingerprint) && paths::edge_dist().join("index.js").is_file() {
        return Ok(());
    }
    eprintln!("building the Worker…");
    let mut worker_build = Command::new(&tools.worker_build);
    worker_build.current_dir(root.join("edge")).args(["--release", "--quiet"]);
    worker_build.env_remove("RUSTFLAGS");
    worker_build.env("SONDEO_WIDGET_DIST", paths::widget_dist());
    // Told where its helpers are, it downloads none.
    worker_build.env("WASM_BINDGEN_BIN", &tools.wasm_bindgen);
    worker_build.env("WASM_OPT_BIN", tools.npm.bin("wasm-opt"));
    worker_build.env("ESBUILD_BIN", tools.npm.esbuild());
    tools.wasm.apply(&mut worker_build, &tools.npm.node.path)?;
    if tools.wasm.std == StdKind::Rebuilt {
        // As the widget's: a panic there is a trap without words, which this Worker's code has none of its own of. An
        // eighth of its bytes. By variables, as `worker-build` is what calls cargo.
        worker_build.env("RUSTC_BOOTSTRAP", "1");
        worker_build.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        worker_build.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
        worker_build.env("RUSTFLAGS", "-Cpanic=immediate-abort -Zunstable-options -Zlocation-detail=none");
    }
    // Standard output belongs to the command that builds, such as `size --json`.
    worker_build.stdout(Stdio::from(io::stderr()));
    command::run(&mut worker_build).context("the Worker does not build")?;
    // Without the names of functions, which are a tenth of the Worker, for stack traces that nothing prints.
    let wasm = paths::edge_dist().join("index_bg.wasm");
    let named = wasm.with_extension("named.wasm");
    fs::rename(&wasm, &named)?;
    wasm_opt(tools, &named, &wasm, &["-O3", "--low-memory-unused", "--strip-debug"])?;
    fs::remove_file(&named)?;
    enter(tools)?;
    output::write(&stamp, fingerprint.as_bytes())
}

/// Makes `index.js` of the Worker's own entry and of what `worker-build` calls so.
fn enter(tools: &BuildTools) -> Result<()> {
    let built = paths::edge_dist();
    fs::rename(built.join("index.js"), built.join("worker.js"))?;
    fs::copy(paths::root().join("edge/src/entry.js"), built.join("entry.js"))?;
    let mut esbuild = Command::new(tools.npm.esbuild());
    esbuild.current_dir(&built).args(["entry.js", "--bundle", "--format=esm", "--minify", "--target=es2022"]);
    esbuild.args(["--external:cloudflare:workers", "--external:./index_bg.wasm", "--outfile=index.js"]);
    command::run_quiet(&mut esbuild)?;
    for part in ["entry.js", "worker.js"] {
        fs::remove_file(built.join(part))?;
    }
    Ok(())
}

//! Installs what is missing, into the project's own cache, and finds what is there.
//!
//! Every part answers at once when its pinned version is there already, so each command asks for what it needs.

mod browser;
mod cache;
mod cargo;
mod debian;
mod node;
mod npm;
mod problems;
mod python;
mod sysroot;
mod wasm;

use std::path::PathBuf;

use anyhow::Result;

pub use browser::{Browser, Engine};
pub use node::Node;
pub use npm::Npm;
use problems::Problems;
pub use python::Python;
pub use wasm::{StdKind, WasmToolchain};

use crate::{command, tools};

/// What the builds need.
pub struct BuildTools {
    /// The npm packages and the Node to run them.
    pub npm: Npm,
    /// The compiler for Wasm.
    pub wasm: WasmToolchain,
    /// The command `wasm-bindgen`.
    pub wasm_bindgen: PathBuf,
    /// The command `worker-build`.
    pub worker_build: PathBuf,
}

/// Installs what the builds need and is missing. Reports every problem, not only the first.
pub fn build_tools() -> Result<BuildTools> {
    let mut problems = Problems::default();
    let npm = problems.keep(npm::install());
    let wasm = problems.keep(wasm::install());
    let wasm_bindgen = problems.keep(cargo::install(&tools::WASM_BINDGEN));
    let worker_build = problems.keep(cargo::install(&tools::WORKER_BUILD));
    match (npm, wasm, wasm_bindgen, worker_build) {
        (Some(npm), Some(wasm), Some(wasm_bindgen), Some(worker_build)) => {
            Ok(BuildTools { npm, wasm, wasm_bindgen, worker_build })
        }
        _ => Err(problems.into_error()),
    }
}

/// Installs what it takes to run the built Worker.
pub fn runtime() -> Result<Npm> {
    npm::install()
}

/// Finds a browser and its driver, or installs what is missing.
pub fn browser(engine: Engine) -> Result<Browser> {
    browser::install(engine)
}

/// Has both browsers, for tests that run in each. Reports every problem, not only the first.
pub fn browsers() -> Result<()> {
    let mut problems = Problems::default();
    problems.keep(browser(Engine::Chromium));
    problems.keep(browser(Engine::Firefox));
    problems.check()
}

/// Installs the frameworks of `tests/guides`.
pub fn guides() -> Result<Npm> {
    npm::guides()
}

/// Installs the `DuckDB` of `tests/archive`.
pub fn duckdb() -> Result<Npm> {
    npm::duckdb()
}

/// PHP, for the guide in PHP: what is on `PATH`, else Debian's. Nothing else needs it.
pub fn php() -> Result<PathBuf> {
    debian::installed(|| command::find("php"), &tools::DEBIAN_PHP)
}

/// `LibreOffice`, which opens an export as a sheet: what is on `PATH`, else Debian's. Nothing else needs it.
pub fn office() -> Result<PathBuf> {
    debian::installed(|| command::find("soffice"), &tools::DEBIAN_OFFICE)
}

/// Installs Schemathesis, for the test of the API's description, and what analysts read exports with.
pub fn python() -> Result<Python> {
    python::install()
}

/// Installs everything.
pub fn all() -> Result<()> {
    let mut problems = Problems::default();
    wasm::forget_refusals()?;
    problems.keep(build_tools());
    problems.keep(browsers());
    problems.keep(guides());
    problems.keep(python());
    problems.keep(duckdb());
    if let Err(error) = php() {
        eprintln!("without PHP, one test is left out: {error:#}");
    }
    if let Err(error) = office() {
        eprintln!("without LibreOffice, one comparison is left out: {error:#}");
    }
    problems.check()
}

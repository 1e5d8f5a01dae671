//! The packages of `npm/package.json`: wrangler with Miniflare and workerd, esbuild, wasm-opt; and, apart from them, the
//! frameworks of `tests/guides/package.json` and the `DuckDB` of `tests/archive/package.json`.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{Node, cache, node};
use crate::{command, paths};

/// The installed packages, and the Node to run them.
#[derive(Clone, Debug)]
pub struct Npm {
    /// The Node.
    pub node: Node,
    /// The folder `node_modules`.
    pub modules: PathBuf,
}

impl Npm {
    /// A package's command.
    #[must_use]
    pub fn bin(&self, name: &str) -> PathBuf {
        self.modules.join(".bin").join(name)
    }

    /// esbuild's native program: its script would start a Node only to start this.
    #[must_use]
    pub fn esbuild(&self) -> PathBuf {
        let os = if OS == "macos" { "darwin" } else { OS };
        let arch = if ARCH == "aarch64" { "arm64" } else { "x64" };
        let native = self.modules.join(format!("@esbuild/{os}-{arch}/bin/esbuild"));
        if native.is_file() { native } else { self.bin("esbuild") }
    }
}

/// The project's own tools.
pub(super) fn install() -> Result<Npm> {
    install_from("xtask/npm", "wrangler, esbuild and wasm-opt from npm")
}

/// What the guides are tried with.
pub(super) fn guides() -> Result<Npm> {
    install_from("tests/guides", "React, Vue and Svelte from npm")
}

/// What reads the archive.
pub(super) fn duckdb() -> Result<Npm> {
    install_from("tests/archive", "DuckDB from npm")
}

/// The cache's folder is named by the lock file's hash: another lock file, another folder.
fn install_from(folder: &str, what: &str) -> Result<Npm> {
    let node = node::install()?;
    let source = paths::root().join(folder);
    let lock = fs::read(source.join("package-lock.json"))
        .with_context(|| format!("cannot read {folder}/package-lock.json"))?;
    let name = format!("npm-{}", &hex::encode(Sha256::digest(&lock))[..16]);
    let installed = cache::folder(&name, what, |dir| {
        for file in ["package.json", "package-lock.json"] {
            fs::copy(source.join(file), dir.join(file))?;
        }
        // No install scripts: the binaries come in packages of their own.
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(dir);
        npm.env("PATH", command::path_with(&node.path)?);
        command::run_quiet(&mut npm).with_context(|| {
            format!("the npm packages could not be installed. Try it by hand: (cd {folder} && npm ci --ignore-scripts)")
        })
    })?;
    Ok(Npm { node, modules: installed.join("node_modules") })
}

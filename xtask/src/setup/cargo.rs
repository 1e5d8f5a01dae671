//! Tools that `cargo install` builds.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::cache;
use crate::command;
use crate::tools::CargoTool;

/// The program, installed when it is missing.
pub(super) fn install(tool: &CargoTool) -> Result<PathBuf> {
    let CargoTool { package, name, version, .. } = *tool;
    let what = format!("{name} {version} ({})", tool.takes);
    let folder = cache::folder(&format!("{name}-{version}"), &what, |dir| {
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "--quiet", "--locked", package, "--version", version, "--root"]).arg(dir);
        // Neither this workspace's flags nor its build folder are meant for the tool.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        if !tool.optimized {
            cargo.arg("--debug");
        }
        command::run_quiet(&mut cargo).with_context(|| {
            format!(
                "{name} {version} could not be installed. Try it by hand, it shows more:\n  \
                 cargo install --locked {package} --version {version} --root {}",
                dir.with_file_name(format!("{name}-{version}")).display()
            )
        })
    })?;
    Ok(folder.join("bin").join(name))
}

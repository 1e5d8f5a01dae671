//! Debian's packages, where we are root on a Debian: containers and CI.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;

pub(super) fn can_install() -> bool {
    Path::new("/etc/debian_version").exists()
        && command::find("apt-get").is_some()
        && rustix::process::geteuid().is_root()
}

/// Installs packages system-wide: the only tools that are not in the project's cache.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    eprintln!("installing Debian's {list}…");
    let how = || format!("could not be installed. Try it by hand: apt-get update && apt-get install {list}");
    let mut update = Command::new("apt-get");
    command::run_quiet(update.args(["update", "--quiet"])).with_context(how)?;
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    command::run_quiet(install.env("DEBIAN_FRONTEND", "noninteractive")).with_context(how)
}

/// What `find` finds, if need be after installing Debian's packages.
pub(super) fn installed<T>(find: impl Fn() -> Option<T>, packages: &[&str]) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if !can_install() {
        bail!("it was not found, and only as root on Debian it can be installed here");
    }
    install(packages)?;
    find().with_context(|| format!("{} did not bring it", packages.join(" ")))
}

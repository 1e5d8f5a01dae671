//! Builds, and hands over to the pinned `wrangler deploy`.

use std::process::Command;

use anyhow::Result;

use crate::{build, command, paths};

/// Deploys the collector to the user's Cloudflare account. `args` go to wrangler as they are.
pub fn run(args: &[String]) -> Result<()> {
    let tools = build::all()?;
    let mut wrangler = Command::new(tools.npm.bin("wrangler"));
    wrangler.arg("deploy").args(args).current_dir(paths::root().join("edge"));
    wrangler.env("PATH", command::path_with(&tools.npm.node.path)?);
    wrangler.env("WRANGLER_SEND_METRICS", "false");
    command::run(&mut wrangler)
}

//! The packages of `python/requirements.txt`: Schemathesis, which tries the API by its own description; pandas, pyarrow and
//! `DuckDB`, which read exports.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::cache;
use crate::{command, paths};

/// The installed packages, and the Python to run them.
pub struct Python {
    /// The Python.
    pub program: PathBuf,
    /// The folder for `PYTHONPATH`.
    pub packages: PathBuf,
}

/// The cache's folder is named by the list's hash: another list, another folder.
pub(super) fn install() -> Result<Python> {
    let program = command::find("python3").context(
        "the tests of the API's description and of exports need Python 3.11 or later: put python3 on PATH",
    )?;
    let list = paths::root().join("xtask/python/requirements.txt");
    let text = fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let name = format!("python-{}", &hex::encode(Sha256::digest(&text))[..16]);
    let packages = cache::folder(&name, "Python packages from PyPI", |dir| {
        let mut pip = Command::new(&program);
        // All that is needed is in the list, each with its version.
        pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]).arg(dir);
        pip.arg("--requirement").arg(&list);
        command::run_quiet(&mut pip).with_context(|| {
            format!("the Python packages could not be installed. Try it by hand: python3 -m pip install --requirement {}", list.display())
        })
    })?;
    Ok(Python { program, packages })
}

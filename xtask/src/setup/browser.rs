//! Chromium and its driver: what is on `PATH`, else Debian's.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::debian;
use crate::command;
use crate::tools::DEBIAN_BROWSER;

/// What drives the browser tests.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its `WebDriver` server, of the same version.
    pub chromedriver: PathBuf,
}

pub(super) fn install() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let how =
        "Install Chromium and chromedriver of the same version, or point CHROMIUM and CHROMEDRIVER at them";
    if !debian::can_install() {
        bail!("the browser tests need Chromium and chromedriver. {how}");
    }
    debian::install(&DEBIAN_BROWSER)?;
    match find() {
        Some(browser) => Ok(browser),
        None => bail!("{} brought no Chromium. {how}", DEBIAN_BROWSER.join(" ")),
    }
}

fn find() -> Option<Browser> {
    let chromium = named("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?;
    let chromedriver = named("CHROMEDRIVER", &["chromedriver"])?;
    Some(Browser { chromium, chromedriver })
}

fn named(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|file| file.is_file())
        .or_else(|| programs.iter().find_map(|program| command::find(program)))
}

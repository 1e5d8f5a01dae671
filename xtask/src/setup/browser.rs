//! The browsers and their drivers: what is on `PATH`, else Debian's. Firefox's driver is in no Debian: cargo builds it.

use std::env;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{cargo, debian};
use crate::command;
use crate::tools::{DEBIAN_CHROMIUM, DEBIAN_FIREFOX, GECKODRIVER};

/// A family of browsers, as its names in `PATH` and in addresses go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, driven by chromedriver.
    Chromium,
    /// Firefox, driven by geckodriver.
    Firefox,
}

impl Display for Engine {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
        })
    }
}

/// What drives the browser tests.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The browser.
    pub program: PathBuf,
    /// Its `WebDriver` server.
    pub driver: PathBuf,
}

pub(super) fn install(engine: Engine) -> Result<Browser> {
    match engine {
        Engine::Chromium => chromium(),
        Engine::Firefox => firefox(),
    }
}

/// The driver must be of the browser's version, so both come from one place.
fn chromium() -> Result<Browser> {
    let find = || {
        let program = named("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?;
        Some(Browser { program, driver: named("CHROMEDRIVER", &["chromedriver"])? })
    };
    debian::installed(find, &DEBIAN_CHROMIUM).context(
        "the browser tests need Chromium. Install it with chromedriver of the same version, or point CHROMIUM and \
         CHROMEDRIVER at them",
    )
}

fn firefox() -> Result<Browser> {
    let find = || named("FIREFOX", &["firefox", "firefox-esr"]);
    let program = debian::installed(find, &DEBIAN_FIREFOX)
        .context("the browser tests need Firefox. Install it, or point FIREFOX at it")?;
    let driver = match named("GECKODRIVER", &["geckodriver"]) {
        Some(driver) => driver,
        None => cargo::install(&GECKODRIVER)
            .context("the browser tests need geckodriver. Put one on PATH, or point GECKODRIVER at it")?,
    };
    Ok(Browser { program, driver })
}

fn named(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|file| file.is_file())
        .or_else(|| programs.iter().find_map(|program| command::find(program)))
}

//! A compiler that builds for Wasm: rustup's, else Debian's.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result};

use super::{debian, sysroot};
use crate::tools::{DEBIAN_RUST, WASM_TARGET};
use crate::{command, paths};

/// Which standard library goes into the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StdKind {
    /// Built again from its sources, for size.
    Rebuilt,
    /// As it comes with the compiler.
    Stock,
}

/// How to call cargo so that it builds for Wasm.
#[derive(Clone, Debug)]
pub struct WasmToolchain {
    /// Which standard library the widget gets.
    pub std: StdKind,
    /// Whether clippy can check Wasm crates: Debian's compiler comes without rustup's clippy.
    pub clippy: bool,
    /// Folders to put in front of `PATH`.
    pub path: Vec<PathBuf>,
    /// Names the compiler, for fingerprints.
    pub compiler: String,
    env: Vec<(String, OsString)>,
}

impl WasmToolchain {
    /// Makes a command, and whatever it starts, use this compiler, and finds its other tools in `path`.
    pub fn apply(&self, command: &mut Command, path: &[PathBuf]) -> Result<()> {
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.env("PATH", command::path_with(&[&self.path, path].concat())?);
        Ok(())
    }

    /// What a result built by it depends on.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{} {:?}", self.compiler, self.std)
    }
}

/// Set to `fallback`, it makes the set-up behave as if rustup could not give the target; set to `stock`, as if it could
/// not give the standard library's sources.
const FORCE: &str = "SONDEO_SETUP";

pub(super) fn install() -> Result<WasmToolchain> {
    let forced = |to: &str| env::var_os(FORCE).is_some_and(|value| value == to);
    if !forced("fallback") && (has_target() || (!is_refused("target") && add_target())) {
        let std = if forced("stock") {
            StdKind::Stock
        } else if has_std_sources() || (!is_refused("rust-src") && add_sources()) {
            StdKind::Rebuilt
        } else {
            StdKind::Stock
        };
        let compiler = "rust-toolchain.toml's".to_owned();
        return Ok(WasmToolchain { std, clippy: true, path: Vec::new(), compiler, env: Vec::new() });
    }
    let debian = sysroot::install().with_context(|| {
        format!(
            "Rust's target {WASM_TARGET} is needed. Get it by `rustup target add {WASM_TARGET}`, \
             or on Debian, as root, by `apt-get install {}`",
            DEBIAN_RUST.join(" ")
        )
    })?;
    Ok(WasmToolchain {
        std: StdKind::Rebuilt,
        clippy: false,
        path: vec![debian.bin()],
        compiler: debian.name(),
        env: debian.env(),
    })
}

/// Debian's packages, installed when they are missing and may be.
pub(super) fn debian_packages(there: impl Fn() -> bool) -> Result<()> {
    if there() {
        return Ok(());
    }
    anyhow::ensure!(debian::can_install(), "it can be installed neither by rustup nor by apt here");
    debian::install(&DEBIAN_RUST)
}

fn rustc(args: &[&str]) -> Option<String> {
    command::output(Command::new("rustc").args(args).current_dir(paths::root())).ok()
}

fn has_target() -> bool {
    rustc(&["--print", "target-libdir", "--target", WASM_TARGET]).is_some_and(|dir| Path::new(&dir).is_dir())
}

fn has_std_sources() -> bool {
    rustc(&["--print", "sysroot"])
        .is_some_and(|dir| Path::new(&dir).join("lib/rustlib/src/rust/library/Cargo.toml").is_file())
}

fn add_target() -> bool {
    eprintln!("adding Rust's target {WASM_TARGET} by rustup…");
    rustup("target", &["target", "add", WASM_TARGET], "trying Debian's compiler for it")
}

fn add_sources() -> bool {
    eprintln!("adding the standard library's sources by rustup…");
    rustup("rust-src", &["component", "add", "rust-src"], "the widget gets the stock one and is larger")
}

fn rustup(what: &str, args: &[&str], otherwise: &str) -> bool {
    match command::run_quiet(Command::new("rustup").args(args).current_dir(paths::root())) {
        Ok(()) => true,
        Err(error) => {
            let reason = format!("{error:#}");
            let reason = reason.lines().last().unwrap_or_default();
            eprintln!("rustup could not ({reason}): {otherwise}");
            // A refusal takes its time: ask again only when the user runs `cargo xtask setup`.
            if let Ok(marker) = refusal(what) {
                let _ = marker.parent().map(fs::create_dir_all);
                let _ = fs::write(marker, reason);
            }
            false
        }
    }
}

fn refusal(what: &str) -> Result<PathBuf> {
    Ok(paths::cache()?.join(format!(".refused-{what}")))
}

fn is_refused(what: &str) -> bool {
    refusal(what).is_ok_and(|marker| marker.exists())
}

/// Makes the next [`install`] ask rustup again.
pub(super) fn forget_refusals() -> Result<()> {
    for what in ["target", "rust-src"] {
        match fs::remove_file(refusal(what)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

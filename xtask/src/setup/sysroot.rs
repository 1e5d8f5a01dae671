//! Debian's compiler with a sysroot of our own in the cache: Debian ships the standard library's sources but not the
//! library built for Wasm, and `worker-build` wants to see it where the compiler says it is.

use std::ffi::OsString;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result};

use super::{cache, wasm};
use crate::tools::{DEBIAN_RUSTC, DEBIAN_WASM_LD, WASM_TARGET};
use crate::{command, paths};

/// Changes when [`build`] does.
const RECIPE: u32 = 1;

pub(super) struct Sysroot(PathBuf);

/// Builds the sysroot when it is missing, after Debian's packages where those are.
pub(super) fn install() -> Result<Sysroot> {
    wasm::debian_packages(is_there)?;
    let version = command::output(Command::new(DEBIAN_RUSTC).arg("--version"))?;
    let version = version.split_whitespace().nth(1).context("no version from Debian's rustc")?.to_owned();
    let what = format!("the standard library for Wasm, built by Debian's Rust {version} (about 1 min, once)");
    let name = format!("wasm-sysroot-{version}-{RECIPE}");
    cache::folder(&name, &what, |dir| {
        build(dir)?;
        // What was built against another library of the same compiler version would not link with this one.
        match fs::remove_dir_all(target_dir(&name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    })
    .map(Sysroot)
}

fn is_there() -> bool {
    Path::new(DEBIAN_WASM_LD).is_file()
        && source().is_ok_and(|dir| dir.join("src/rust/library/Cargo.toml").is_file())
}

/// Debian's own `rustlib`.
fn source() -> Result<PathBuf> {
    let sysroot = command::output(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]))?;
    Ok(Path::new(&sysroot).join("lib/rustlib"))
}

impl Sysroot {
    /// The folder with its `rustc`.
    pub(super) fn bin(&self) -> PathBuf {
        self.0.join("bin")
    }

    /// Its folder's name, which has the version.
    pub(super) fn name(&self) -> String {
        self.0.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What makes cargo use it.
    pub(super) fn env(&self) -> Vec<(String, OsString)> {
        vec![
            ("RUSTC".to_owned(), self.bin().join("rustc").into()),
            (linker_variable(), DEBIAN_WASM_LD.into()),
            ("CARGO_TARGET_DIR".to_owned(), target_dir(&self.name()).into()),
        ]
    }
}

/// A build folder of its own: cargo does not see when a sysroot changes.
fn target_dir(name: &str) -> PathBuf {
    paths::target().join(name)
}

fn linker_variable() -> String {
    format!("CARGO_TARGET_{}_LINKER", WASM_TARGET.to_uppercase().replace('-', "_"))
}

/// Fills `dir` with `bin/rustc` and `lib/rustlib`: links to Debian's, and the standard library built for Wasm.
fn build(dir: &Path) -> Result<()> {
    let rustlib = dir.join("lib/rustlib");
    fs::create_dir_all(&rustlib)?;
    for entry in fs::read_dir(source()?)? {
        let entry = entry?;
        symlink(entry.path(), rustlib.join(entry.file_name()))?;
    }
    let rustc = dir.join("bin/rustc");
    fs::create_dir_all(dir.join("bin"))?;
    // Finds its sysroot by its own place: the folder is renamed once it is whole.
    let script =
        format!("#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot \"$(dirname \"$(dirname \"$0\")\")\" \"$@\"\n");
    fs::write(&rustc, script)?;
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))?;

    let scratch = tempfile::tempdir()?;
    fs::create_dir(scratch.path().join("src"))?;
    fs::write(scratch.path().join("src/lib.rs"), "")?;
    fs::write(
        scratch.path().join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nedition = \"2024\"\n[profile.release]\npanic = \"abort\"\n[workspace]\n",
    )?;
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--release",
        "-Zbuild-std=std,panic_abort",
        "--target",
        WASM_TARGET,
        "--target-dir",
        "target",
    ]);
    cargo.current_dir(scratch.path());
    cargo.env("RUSTC", &rustc).env("RUSTC_BOOTSTRAP", "1").env(linker_variable(), DEBIAN_WASM_LD);
    // The Worker is linked with LTO, which wants the library's bitcode; cargo leaves it out where it sees no LTO.
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes").env_remove("CARGO_TARGET_DIR");
    command::run_quiet(&mut cargo).context("the standard library could not be built by Debian's compiler")?;

    let libraries = rustlib.join(WASM_TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(scratch.path().join("target").join(WASM_TARGET).join("release/deps"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("lib") && !name.starts_with("libscratch") && name.ends_with("rlib") {
            fs::copy(&file, libraries.join(name))?;
        }
    }
    Ok(())
}

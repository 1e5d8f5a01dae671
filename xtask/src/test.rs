//! `cargo xtask test`: all that CI runs, step by step, until one fails.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::setup::{self, BuildTools};
use crate::size::Sizes;
use crate::tools::WASM_TARGET;
use crate::{build, command, paths};

/// Crates that run on this machine.
const NATIVE: [&str; 4] = ["sondeo-survey", "sondeo-demo", "xtask", "e2e"];
/// Crates that run as Wasm.
const WASM: [&str; 3] = ["sondeo-survey", "sondeo-widget", "sondeo-edge"];
/// Crates with tests that need neither a browser nor a collector.
const UNIT: [&str; 5] = ["sondeo-survey", "sondeo-widget", "sondeo-edge", "sondeo-demo", "xtask"];

/// Set for the tests whose long form is to run: `e2e::extent` reads it.
pub const FAULTS: &str = "SONDEO_FAULTS";
/// The tests that have one.
const FAULT_TESTS: [&str; 4] = ["restart::", "concurrency::a_crowd", "history::", "openapi::"];

/// What to run.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// All that CI runs.
    All,
    /// Only the tests whose names contain this.
    Matching(&'a str),
    /// The fault suite in its long form: minutes.
    Faults,
}

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u32,
    failed: u32,
}

/// Runs them, and says how many passed.
pub fn run(which: Which<'_>) -> Result<()> {
    let mut tally = Tally::default();
    let result = match which {
        Which::All => steps(None, &mut tally),
        Which::Matching(filter) => steps(Some(filter), &mut tally),
        Which::Faults => faults(&mut tally),
    };
    println!("{} passed, {} failed", tally.passed, tally.failed);
    result
}

fn steps(filter: Option<&str>, tally: &mut Tally) -> Result<()> {
    let everything = filter.is_none();
    if everything {
        step("formatting", || command::run(cargo().args(["fmt", "--all", "--check"])))?;
        step("clippy, native", || lint(&mut cargo(), &NATIVE, &["--all-targets"]))?;
    }
    let tools = step("build", build::all)?;
    if everything {
        step("clippy, wasm32", || lint_wasm(&tools))?;
        step("licences", check_licences)?;
        step("sizes", check_sizes)?;
    }
    step("unit, property and doc tests", || cargo_test(&UNIT, filter, tally))?;
    step("browsers", setup::browsers)?;
    step("browser and end-to-end tests", || cargo_test(&["e2e"], filter, tally))
}

/// One at a time: each is a load of its own.
fn faults(tally: &mut Tally) -> Result<()> {
    step("build", build::all)?;
    step("faults", || {
        let mut cargo = cargo();
        cargo.args(["test", "--quiet", "--package", "e2e", "--", "--test-threads=1"]).args(FAULT_TESTS);
        count(cargo.env(FAULTS, "1"), tally).context("a test of the fault suite failed")
    })
}

/// Runs one step under a heading, and says how long it took.
fn step<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("── {name}");
    let start = Instant::now();
    let result = run();
    let how = if result.is_ok() { "ok" } else { "FAILED" };
    println!("── {name}: {how}, {:.1} s\n", start.elapsed().as_secs_f64());
    result.with_context(|| format!("{name} failed"))
}

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root());
    cargo
}

fn packages<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(|name| ["--package", name])
}

fn lint(cargo: &mut Command, names: &[&str], more: &[&str]) -> Result<()> {
    cargo.args(["clippy", "--quiet"]).args(packages(names)).args(more).args(["--", "-D", "warnings"]);
    command::run(cargo)
}

fn lint_wasm(tools: &BuildTools) -> Result<()> {
    let mut cargo = cargo();
    tools.wasm.apply(&mut cargo, &[])?;
    if tools.wasm.clippy {
        return lint(&mut cargo, &WASM, &["--target", WASM_TARGET]);
    }
    println!("no clippy for wasm32 beside Debian's compiler: the compiler's own warnings only");
    cargo.args(["check", "--quiet"]).args(packages(&WASM)).args(["--target", WASM_TARGET, "--target-dir"]);
    cargo.arg(paths::target().join("wasm-check")).env("RUSTFLAGS", "-Dwarnings");
    command::run(&mut cargo)
}

fn check_licences() -> Result<()> {
    if command::find("cargo-deny").is_none() {
        println!("skipped: cargo-deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    command::run(cargo().args(["deny", "--offline", "check", "licenses", "bans"]))
}

fn check_sizes() -> Result<()> {
    let sizes = Sizes::measure()?;
    print!("{}", sizes.table());
    sizes.check()
}

fn cargo_test(names: &[&str], filter: Option<&str>, tally: &mut Tally) -> Result<()> {
    let mut cargo = cargo();
    cargo.args(["test", "--quiet"]).args(packages(names)).args(filter);
    count(&mut cargo, tally).with_context(|| format!("a test of {} failed", names.join(", ")))
}

/// Runs `cargo test`, passes its output on, and adds up its results.
fn count(cargo: &mut Command, tally: &mut Tally) -> Result<()> {
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo test has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        tally.add(&line);
        println!("{line}");
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("cargo test ended with {status}");
    }
    Ok(())
}

impl Tally {
    /// Counts a line like `test result: ok. 3 passed; 0 failed; 1 ignored; …`, and no other.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let words: Vec<&str> = result.split([' ', ';']).collect();
        let before = |word| {
            let at = words.iter().position(|other| *other == word)?;
            words.get(at.checked_sub(1)?)?.parse::<u32>().ok()
        };
        self.passed += before("passed").unwrap_or(0);
        self.failed += before("failed").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_summed() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test says test result: ok. 9 passed; 9 failed",
            "test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ] {
            tally.add(line);
        }
        assert_eq!(tally, Tally { passed: 8, failed: 2 });
    }
}

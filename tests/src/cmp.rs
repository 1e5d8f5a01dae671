//! A consent platform as pages have it: npm's `@iabtcf/cmpapi`, and TC strings that `@iabtcf/core` wrote.

use serde_json::Value;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use xtask::{command, setup};

/// A classic script that makes `window.iab.CmpApi`.
pub static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let npm = setup::runtime().unwrap();
    let entry = crate::scratch::fresh("cmp");
    fs::write(&entry, "export { CmpApi } from '@iabtcf/cmpapi'").unwrap();
    let mut esbuild = Command::new(npm.esbuild());
    esbuild.args(["--bundle", "--format=iife", "--global-name=iab", "--log-level=error"]);
    esbuild.current_dir(npm.modules.parent().unwrap()).stdin(fs::File::open(&entry).unwrap());
    command::output(&mut esbuild).unwrap()
});

/// The string of this name in `survey/tests/tcf.json`, which says what it agrees to.
#[must_use]
pub fn tc_string(name: &str) -> String {
    let vectors: Value = serde_json::from_str(include_str!("../../survey/tests/tcf.json")).unwrap();
    let found = vectors.as_array().unwrap().iter().find(|vector| vector["name"] == name);
    found.unwrap_or_else(|| panic!("no string {name}"))["text"].as_str().unwrap().to_owned()
}

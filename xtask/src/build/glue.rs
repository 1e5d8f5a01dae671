//! Makes wasm-bindgen's glue match the short names that `wasm-opt` gave to the Wasm file's imports and exports.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// What `wasm-opt --minify-imports-and-exports-and-modules` prints.
#[derive(Deserialize)]
struct Names {
    /// Module, name, short name.
    imports: Vec<(String, String, String)>,
    /// Name, short name.
    exports: Vec<(String, String)>,
}

/// The module name that `wasm-opt` gives to every import.
const MODULE: &str = "a";

/// The glue with the short names.
///
/// # Errors
/// When the glue does not have an import exactly once: then wasm-bindgen writes it another way than this knows, and a
/// card that cannot start would be the price of going on.
pub(super) fn rename(glue: &str, names: &str) -> Result<String> {
    let names: Names = serde_json::from_str(names).context("wasm-opt printed no list of names")?;
    let mut text = glue.to_owned();
    for (module, name, short) in &names.imports {
        text = replace_once(&text, &format!("        {name}: "), &format!("        {short}: "))?;
        let quoted = format!("\"{module}\": import");
        if text.contains(&quoted) {
            text = text.replace(&quoted, &format!("\"{MODULE}\": import"));
        }
    }
    // The longest first: one name may begin another.
    let mut exports = names.exports;
    exports.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, short) in &exports {
        text = replace_word(&text, &format!("wasm.{name}"), &format!("wasm.{short}"));
    }
    Ok(text)
}

fn is_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

fn replace_once(text: &str, from: &str, to: &str) -> Result<String> {
    ensure!(text.matches(from).count() == 1, "the glue does not have `{}` exactly once", from.trim());
    Ok(text.replace(from, to))
}

/// Replaces `from` where no identifier goes on.
fn replace_word(text: &str, from: &str, to: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, found) = rest.split_at(at);
        let after = &found[from.len()..];
        let ends = !after.starts_with(is_identifier);
        result.push_str(before);
        result.push_str(if ends { to } else { from });
        rest = after;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"
export function mount(key) {
    wasm.mount(wasm.mount_all, key);
}
    const import0 = {
        __wbg_body_e549: function(arg0) {
        },
    };
    return {
        "./card_bg.js": import0,
    };
"#;

    #[test]
    fn names_become_short_on_both_sides() {
        let names = r#"{"imports": [["./card_bg.js", "__wbg_body_e549", "a"]], "exports": [["mount", "b"]]}"#;
        let renamed = rename(GLUE, names).unwrap();
        assert!(renamed.contains("        a: function(arg0)"));
        assert!(renamed.contains(r#""a": import0"#));
        assert!(renamed.contains("wasm.b(wasm.mount_all, key)"));
        assert!(renamed.contains("export function mount(key)"), "the page's name stays");
    }

    #[test]
    fn a_glue_of_another_shape_is_an_error() {
        let names = r#"{"imports": [["./card_bg.js", "__wbg_other", "a"]], "exports": []}"#;
        assert!(rename(GLUE, names).is_err());
    }
}

//! axe-core in the page: what it finds there against WCAG 2.0 to 2.2, levels A and AA.

use crate::browser::Browser;
use serde_json::Value;
use std::fs;
use std::sync::LazyLock;
use xtask::setup;

/// The library, as npm's package has it.
static LIBRARY: LazyLock<String> = LazyLock::new(|| {
    let file = setup::runtime().unwrap().modules.join("axe-core/axe.min.js");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
});

/// Looks at the whole document, open shadow roots too. `target-size` is off by default, as no other rule of WCAG 2.2.
const RUN: &str = "
    const options = {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        rules: { 'target-size': { enabled: true } },
        resultTypes: ['violations'],
    };
    const at = (node) => node.target.flat().join(' ') + '\\n      ' + node.html + '\\n      '
        + node.failureSummary.split('\\n').map((line) => line.trim()).join(' ');
    return axe.run(document, options).then(({ violations, passes }) => ({
        rules: violations.length + passes.length,
        faults: violations.map((rule) => [rule.id + ' (' + rule.impact + '): ' + rule.help, ...rule.nodes.map(at)].join('\\n    ')),
    }));
";

/// The violations on the page as it is now, one text for each rule that is broken: the rule, then each place and what is
/// wrong there.
///
/// # Panics
/// When no rule applied: then nothing was looked at.
pub async fn violations(browser: &Browser) -> Vec<String> {
    if browser.eval("return !window.axe").await == true {
        browser.eval(&LIBRARY).await;
    }
    let found = browser.eval(RUN).await;
    assert!(found["rules"].as_u64() > Some(0), "axe looked at nothing: {found}");
    let faults = found["faults"].as_array().into_iter().flatten();
    faults.filter_map(Value::as_str).map(str::to_owned).collect()
}

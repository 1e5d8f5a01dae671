//! The declarations for pages in TypeScript, by the real compiler.

use e2e::{collector, run};
use reqwest::Method;
use std::process::Command;
use xtask::{paths, setup};

#[test]
fn good_calls_compile_and_bad_ones_do_not() {
    let npm = setup::runtime().unwrap();
    let types = paths::root().join("tests/types");
    let mut tsc = Command::new(&npm.node.program);
    tsc.arg(npm.modules.join("typescript/lib/tsc.js"));
    tsc.args(["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom"]);
    // Two programs: both are scripts, and would share their names.
    for file in ["good.ts", "bad.ts"] {
        let mut one = Command::new(tsc.get_program());
        let output = one.args(tsc.get_args()).arg(types.join(file)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.is_empty(), "{file}: {said}");
    }
}

#[test]
fn they_are_served_for_good_and_with_each_build() {
    run(async {
        let api = collector::shared().await;
        let reply = api.anonymous(Method::GET, "/sondeo.d.ts").send().await.unwrap();
        assert_eq!(reply.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(reply.headers()["cache-control"], "public, max-age=3600");
        assert_eq!(reply.text().await.unwrap(), include_str!("../../widget/sondeo.d.ts"));
    });
}

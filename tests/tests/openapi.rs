//! The running collector against its own description.

use e2e::answer::{answer, answer_about, with};
use e2e::collector::Own;
use e2e::{extent, run, scratch};
use serde_json::json;
use std::fs;
use tokio::process::Command;
use xtask::{paths, setup};

const ORIGIN: &str = "https://described.example";

/// Schemathesis makes requests out of the document, valid ones and others, and holds every reply against it.
#[test]
fn the_collector_does_what_it_says_of_itself() {
    let python = setup::python().unwrap();
    run(async {
        let collector = Own::start().await;
        let site = collector.api.site("described", ORIGIN, "first_party").await;
        let survey = site.publish_metric("nps", &json!({ "days": 30 })).await;
        let changed = collector.api.site("changed", ORIGIN, "opt_in").await;
        changed.publish("draft", r#"{"title": "T", "metric": "csat", "triggers": []}"#).await;
        let full = json!({ "attributes": { "plan": "pro" }, "comment": "=1+1", "reasons": ["price"], "complete": true });
        for answer in [answer(0), answer_about("1", 9), with(answer_about("2", 10), full)] {
            assert_eq!(survey.submit(&answer).await.0, 201);
        }
        // Schemathesis leaves what it sent in the folder in which it runs.
        let folder = scratch::fresh("schemathesis");
        fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(&python.program);
        command.current_dir(folder);
        command.args(["-c", "from schemathesis.cli import schemathesis; schemathesis()"]);
        command.arg("--config-file").arg(paths::root().join("tests/schemathesis.toml"));
        command.args(["run", &format!("{}/openapi.json", collector.api.base)]);
        command.arg("--no-color");
        command.args(extent(
            &["--max-examples", "5", "--seed", "1", "--generation-deterministic"][..],
            &["--max-examples", "200", "--generation-database", "none"],
        ));
        command.env("PYTHONPATH", &python.packages).env("SONDEO_TOKEN", collector.token());
        let output = command.kill_on_drop(true).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        println!("{said}");
    });
}

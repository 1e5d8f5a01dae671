//! Exports that do not come to their end: the reader goes away, or a row cannot be read.

use e2e::answer::answer;
use e2e::api::{Api, Survey};
use e2e::collector::Own;
use e2e::{run, scratch, wait};
use reqwest::{Method, Response};
use rusqlite::Connection;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::{paths, setup};

const ORIGIN: &str = "https://broken-exports.example";
const FORMATS: [&str; 4] = ["csv", "ndjson", "json", "parquet"];
/// Of which a file is longer than all buffers between a Shard and a reader.
const ANSWERS: usize = 40_000;

async fn filled(api: &Api, site: &str) -> Survey {
    let site = api.site(site, ORIGIN, "opt_in").await;
    let definition = json!({ "title": "T", "metric": "nps", "triggers": [], "shards": 2 });
    let survey = site.publish("nps", &definition.to_string()).await;
    let times = "from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z";
    let fill = format!("/debug{}/fill?{times}&count={ANSWERS}&seed=1", &survey.path[3..]);
    api.call(Method::POST, &fill, String::new()).await;
    survey
}

async fn export(api: &Api, survey: &Survey, format: &str) -> Response {
    let path = format!("{}/responses?format={format}", survey.path);
    let reply = api.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(reply.status(), 200, "{format}");
    reply
}

fn log(state: &Path) -> String {
    fs::read_to_string(state.join("collector.log")).unwrap()
}

#[test]
fn a_reader_that_goes_away_stops_its_export_and_nothing_else() {
    run(async {
        let collector = Own::start().await;
        let api = &collector.api;
        let survey = filled(api, "leaves").await;
        for format in FORMATS.repeat(3) {
            let mut reply = export(api, &survey, format).await;
            assert!(reply.chunk().await.unwrap().is_some(), "{format}");
        }
        assert_eq!(survey.submit(&answer(9)).await.0, 201, "answers are taken");
        assert_eq!(survey.rows().await.len(), ANSWERS + 1, "and who stays gets all");
        for event in ["broke off", "\"level\":\"error\"", "Reinitializing"] {
            assert!(!log(&collector.state).contains(event), "{event}");
        }
    });
}

#[test]
fn a_row_that_cannot_be_read_breaks_the_file_off_and_no_program_reads_it() {
    let python = setup::python().unwrap();
    let folder = scratch::fresh("broken-exports");
    fs::create_dir_all(&folder).unwrap();
    run(async {
        let mut collector = Own::start().await;
        let survey = filled(&collector.api, "damaged").await;
        collector.stop().await;
        damage(&collector.state.join("do/sondeo-Shard"));
        collector.start_again().await;
        for format in FORMATS {
            let mut reply = export(&collector.api, &survey, format).await;
            // Where the runtime cuts the transfer off as well, this is all that a client has of it.
            let mut file = Vec::new();
            while let Ok(Some(chunk)) = reply.chunk().await {
                file.extend_from_slice(&chunk);
            }
            assert!(file.len() > 100_000, "{format}: what could be read is there");
            fs::write(folder.join(format!("broken.{format}")), file).unwrap();
        }
        wait::until("the log says so of each", async || {
            (log(&collector.state).matches("malformed JSON").count() == FORMATS.len()).then_some(())
        })
        .await;
        assert_eq!(survey.submit(&answer(9)).await.0, 201, "answers are taken");
    });
    let mut check = Command::new(&python.program);
    check.env("PYTHONPATH", &python.packages).arg(paths::root().join("tests/exports/broken.py")).arg(&folder);
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Cuts a value of a row off, in the middle of one Shard.
fn damage(shards: &Path) {
    let mut files = fs::read_dir(shards).unwrap().map(|file| file.unwrap().path());
    let is_shard = |file: &PathBuf| {
        file.extension().is_some_and(|extension| extension == "sqlite") && !file.ends_with("metadata.sqlite")
    };
    let shard = Connection::open(files.find(is_shard).unwrap()).unwrap();
    let middle =
        "SELECT id FROM response ORDER BY received_at LIMIT 1 OFFSET (SELECT count(*) / 2 FROM response)";
    let query = format!("UPDATE response SET reasons = '[' WHERE id = ({middle})");
    assert_eq!(shard.execute(&query, []).unwrap(), 1);
}

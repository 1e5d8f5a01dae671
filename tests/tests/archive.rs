//! The archive as an analyst reads it: by `DuckDB`, with the lines of the documentation.

use e2e::answer::{answer, answer_about, id, with};
use e2e::api::Survey;
use e2e::collector::Own;
use e2e::wait::until;
use e2e::{run, scratch};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::{command, paths, setup};

const ORIGIN: &str = "https://archive.example";
const DOCS: &str = include_str!("../../docs/OPERATIONS.md");

#[test]
fn duckdb_reads_what_the_export_says() {
    run(async {
        let collector = Own::start().await;
        let site = collector.api.site("shop", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let mut sent = Vec::new();
        for n in 0..40_u8 {
            let reasons = &["price", "delivery"][..usize::from(n % 3)];
            let more = json!({
                "comment": format!("Größe „{n}“,\n👩‍🚀 'quoted'"),
                "reasons": reasons,
                "attributes": { "plan": "pro", "ciudad, país": format!("São Paulo {n}") },
                "locale": "es-MX",
                "survey_version": 1,
                "complete": n % 2 == 0,
                "order": { "id": n.to_string(), "value": "-59.90", "currency": "EUR" },
                "page": { "path": "/checkout/thanks" },
            });
            sent.push(with(answer(n % 11), more));
        }
        sent.push(answer(10));
        for answer in &sent {
            assert_eq!(survey.submit(answer).await, (201, "created".into()));
        }
        survey.run_alarms(&Timestamp::now().to_string()).await;
        assert!(files(&collector).is_empty(), "a day that is not over is not sealed");

        survey.run_alarms(&night(1)).await;
        let sealed = files(&collector);
        assert!((2..=8).contains(&sealed.len()), "{:?}", sealed.keys());
        let folder = unpack(&sealed);
        check(&folder, &survey).await;
        documented(&folder, sent.len());

        survey.run_alarms(&night(2)).await;
        assert_eq!(files(&collector), sealed, "the same again changes nothing");

        // A late revision makes its Shard's day dirty, and nobody else's.
        let revised =
            with(sent[3].clone(), json!({ "revision": 2, "comment": "changed my mind", "complete": true }));
        assert_eq!(survey.submit(&revised).await, (200, "updated".into()));
        survey.run_alarms(&night(3)).await;
        let rewritten = files(&collector);
        assert_eq!(rewritten.len(), sealed.len(), "the old file is gone");
        assert_eq!(
            rewritten.keys().filter(|name| !sealed.contains_key(*name)).count(),
            1,
            "one has a new name"
        );
        check(&unpack(&rewritten), &survey).await;
        let said = |files: &BTreeMap<String, Vec<u8>>, text: &str| {
            files.values().any(|file| file.windows(text.len()).any(|part| part == text.as_bytes()))
        };
        assert!(said(&rewritten, "changed my mind"));
        assert!(!said(&rewritten, "„3“"));
    });
}

/// What retention deletes leaves the archive in the same night, though the day was sealed long ago.
#[test]
fn what_is_deleted_leaves_the_archive() {
    run(async {
        let collector = Own::start().await;
        let settings =
            json!({ "name": "S", "origins": [ORIGIN], "consent_policy": "opt_in", "retention_days": 30 });
        let site = collector.api.site_of("short", ORIGIN, settings.to_string()).await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        assert_eq!(survey.submit(&answer_about("1", 9)).await.0, 201);
        for (days, left) in [(1, 1), (20, 1), (32, 0)] {
            survey.run_alarms(&night(days)).await;
            assert_eq!(files(&collector).len(), left, "{days} days later");
        }
    });
}

/// An answer of a sealed day is erased: the day is written anew without it, and nothing brings it back.
#[test]
fn what_is_erased_leaves_the_archive() {
    run(async {
        let mut collector = Own::start().await;
        let api = collector.api.clone();
        let survey = api.site("shop", ORIGIN, "opt_in").await.publish_metric("nps", &json!("order")).await;
        let sent: Vec<Value> = (0..12_u8)
            .map(|n| {
                with(answer_about(&n.to_string(), n % 11), json!({ "comment": format!("Said by no. {n}.") }))
            })
            .collect();
        for answer in &sent {
            assert_eq!(survey.submit(answer).await.0, 201);
        }
        survey.run_alarms(&night(1)).await;
        let sealed = files(&collector);
        let found = |files: &BTreeMap<String, Vec<u8>>, n: usize| {
            let all = unpack(files).join("responses/**/*.parquet");
            let id = id(&sent[n]);
            let count = format!(
                "SELECT count(*)::INT AS n FROM read_parquet('{}') WHERE response_id = '{id}'",
                all.display()
            );
            query(&count)[0]["n"].as_u64().unwrap()
        };
        assert_eq!([found(&sealed, 3), found(&sealed, 7)], [1, 1]);

        for body in [json!({ "order": "3" }), json!({ "response": id(&sent[7]) })] {
            let receipt = api.call(Method::POST, "/v1/sites/shop/erasures", body.to_string()).await;
            assert_eq!(receipt["erased"], 1, "{body}");
        }
        let is_said = |files: &BTreeMap<String, Vec<u8>>, n: usize| {
            let text = format!("Said by no. {n}.");
            files.values().any(|file| file.windows(text.len()).any(|part| part == text.as_bytes()))
        };
        // The Shards' own alarms ring for it, too.
        let rewritten = until("their days are written anew", async || {
            survey.run_alarms(&night(1)).await;
            let files = files(&collector);
            let gone = [3, 7].iter().all(|n| !is_said(&files, *n));
            gone.then_some(files)
        })
        .await;
        assert_eq!([found(&rewritten, 3), found(&rewritten, 7)], [0, 0]);
        check(&unpack(&rewritten), &survey).await;

        for (n, answer) in sent.iter().enumerate().filter(|(n, _)| [3, 7].contains(n)) {
            let objecting = with(answer.clone(), json!({ "signals": { "gpc": true } }));
            for again in [answer, &objecting] {
                assert_eq!(survey.submit(again).await.0, 410, "{n}");
            }
        }
        for days in [1, 2, 3] {
            survey.run_alarms(&night(days)).await;
        }
        collector.kill().await;
        collector.start_again().await;
        survey.run_alarms(&night(4)).await;
        assert_eq!(files(&collector), rewritten, "nothing comes back, and nothing is left");
    });
}

/// So many days from now, when the work of the night is done.
pub fn night(days: i64) -> String {
    (Timestamp::now() + (days * 24).hours()).strftime("%FT06:00:00Z").to_string()
}

/// All objects of the local R2, by name.
pub fn files(collector: &Own) -> BTreeMap<String, Vec<u8>> {
    let bucket = collector.state().join("r2/archive");
    let index = collector.state().join("r2/miniflare-R2BucketObject");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(index).into_iter().flatten() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "sqlite") || file.ends_with("metadata.sqlite")
        {
            continue;
        }
        let index = Connection::open(file).unwrap();
        let mut objects = index.prepare("SELECT key, blob_id FROM _mf_objects").unwrap();
        let objects = objects.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
        files.extend(objects.map(|object| {
            let (name, blob) = object.unwrap();
            (name, fs::read(bucket.join("blobs").join(blob)).unwrap())
        }));
    }
    files
}

/// The bucket as a folder.
pub fn unpack(files: &BTreeMap<String, Vec<u8>>) -> PathBuf {
    let folder = scratch::fresh("bucket");
    for (name, bytes) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    folder
}

/// Rows of a query by `DuckDB`.
pub fn query(query: &str) -> Vec<Map<String, Value>> {
    let npm = setup::duckdb().unwrap();
    let mut node = Command::new(&npm.node.program);
    node.arg(paths::root().join("tests/archive/read.mjs")).arg(&npm.modules).arg(query);
    serde_json::from_str(&command::output(&mut node).unwrap()).unwrap()
}

/// The documented queries, with this folder in place of the bucket.
fn queries(folder: &Path) -> Vec<String> {
    let block = DOCS.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let here = block.replace("r2://sondeo-archive", &folder.to_string_lossy());
    assert_ne!(here, block, "the queries name the bucket");
    here.split(';').map(str::trim).filter(|query| query.starts_with("SELECT")).map(str::to_owned).collect()
}

/// The first of them gives every row with every value of the NDJSON export.
async fn check(folder: &Path, survey: &Survey) {
    let mut rows: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for row in query(&queries(folder)[0]) {
        let twice = rows.insert(row["response_id"].as_str().unwrap().to_owned(), row);
        assert!(twice.is_none(), "{twice:?} is there twice");
    }
    let expected = survey.ndjson().await;
    assert_eq!(rows.len(), expected.len());
    for expected in expected {
        let Value::Object(expected) = expected else { panic!("{expected} is no row") };
        let row = &rows[expected["response_id"].as_str().unwrap()];
        let day = &expected["received_at"].as_str().unwrap()[..10];
        assert_eq!((&row["site"], &row["date"]), (&json!("shop"), &json!(day)));
        let mut row = row.clone();
        row.remove("site");
        row.remove("date");
        let attributes = row.remove("attributes").unwrap();
        for attribute in attributes.as_array().unwrap() {
            row.insert(format!("attr_{}", attribute["key"].as_str().unwrap()), attribute["value"].clone());
        }
        assert!(row.keys().eq(expected.keys()), "{:?}\n{:?}", row.keys(), expected.keys());
        for (column, value) in &expected {
            assert_eq!(as_json(column, &row[column]), *value, "{column}");
        }
    }
}

/// `DuckDB`'s JSON has numbers of 64 bits as text, and times in a form of its own.
fn as_json(column: &str, value: &Value) -> Value {
    let Value::String(text) = value else { return value.clone() };
    match column {
        "survey_version" | "scale_min" | "scale_max" | "score" | "revision" => {
            text.parse::<i64>().unwrap().into()
        }
        "received_at" | "updated_at" | "handled_at" => {
            let time: Timestamp = text.parse().unwrap();
            format!("{time:.3}").into()
        }
        _ => value.clone(),
    }
}

/// The other documented queries say what they are said to say.
fn documented(folder: &Path, answers: usize) {
    let queries = queries(folder);
    let days = query(&queries[1]);
    let counted: usize = days.iter().map(|day| day["n"].as_str().unwrap().parse::<usize>().unwrap()).sum();
    assert_eq!(counted, answers);
    let plans = query(&queries[2]);
    assert_eq!(plans[0]["plan"], "pro");
    assert!(plans[0]["revenue"].as_str().is_some_and(|revenue| revenue.starts_with("-2396.0")), "{plans:?}");
}

//! Exports as analysts open them, page through them and choose from them.

use e2e::answer::{answer, id, with};
use e2e::api::{Api, Survey};
use e2e::collector::{self, Own};
use e2e::{run, scratch};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use xtask::{paths, setup};

const ORIGIN: &str = "https://exports.example";

async fn get(api: &Api, survey: &Survey, query: &str) -> Response {
    let path = format!("{}/responses?{query}", survey.path);
    api.request(Method::GET, &path).send().await.unwrap()
}

async fn records(api: &Api, survey: &Survey, query: &str) -> Vec<Value> {
    let reply = get(api, survey, &format!("format=json&{query}")).await;
    assert_eq!(reply.status(), 200, "{query}");
    let Value::Array(records) = reply.json().await.unwrap() else { panic!("{query}") };
    records
}

/// Texts that readers have got wrong before.
fn hard() -> Vec<Value> {
    let orders = ["00042", "-7", "=9", "F;1", "1e5", "12345678901234567890123456789"];
    let values = ["0.10", "-59.90", "999999999999.9999", "1", "0", "100.5"];
    let comments = [
        "He said \"hi, all\",\n\nthen 👩‍🚀 left; \\ 'so'",
        "=HYPERLINK(\"https://a.example\")",
        "שלום, עולם — مرحبا",
        "+1\t-1 @x",
        "\u{feff}＝1 | `a` $1",
        "Größe 100 % “fine”",
    ];
    let mut answers: Vec<Value> = (0_u8..)
        .zip(orders.into_iter().zip(values).zip(comments))
        .map(|(n, ((order, value), comment))| {
            let more = json!({
                "comment": comment,
                "order": { "id": order, "value": value, "currency": "EUR" },
                "reasons": &["price", "=a;b", "c,\"d\""][..usize::from(n % 4)],
                "attributes": { "plan": "-pro", "ciudad, \"país\"": comment, "zip": format!("0{n}x"), "empty": "" },
                "locale": "es-MX",
                "survey_version": 1,
                "complete": n % 2 == 0,
                "page": { "path": "/a,b;c" },
            });
            with(answer(n), more)
        })
        .collect();
    answers.push(answer(10));
    answers.push(with(answer(9), json!({ "comment": "x".repeat(2_000) })));
    answers
}

#[test]
fn pandas_duckdb_and_libreoffice_read_every_value() {
    let python = setup::python().unwrap();
    let folder = scratch::fresh("exports");
    fs::create_dir_all(&folder).unwrap();
    run(async {
        let collector = Own::start().await;
        let api = &collector.api;
        let site = api.site("shop", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let sent = hard();
        for answer in &sent {
            assert_eq!(survey.submit(answer).await, (201, "created".into()));
        }
        let path = format!("{}/responses/{}", survey.path, id(&sent[0]));
        api.call(Method::PATCH, &path, r#"{"handled": true}"#.into()).await;
        // The last millisecond of a day, on which clocks in Madrid are set back.
        let last = "2026-10-25T23:59:59.999Z";
        let fill = format!("/debug{}/fill?from={last}&to={last}&count=3&seed=1", &survey.path[3..]);
        api.call(Method::POST, &fill, String::new()).await;

        for (name, query) in [
            ("plain.csv", "format=csv"),
            ("bom.csv", "format=csv&bom=true"),
            ("file.csv.gz", "format=csv&compress=gzip"),
            ("tz.csv", "format=csv&tz=Europe/Madrid"),
            ("plain.ndjson", "format=ndjson"),
            ("tz.ndjson", "format=ndjson&tz=Europe/Madrid"),
            ("plain.json", "format=json"),
            ("plain.parquet", "format=parquet"),
            ("tz.parquet", "format=parquet&tz=Europe/Madrid"),
        ] {
            let reply = get(api, &survey, query).await;
            assert_eq!(reply.status(), 200, "{query}");
            fs::write(folder.join(name), reply.bytes().await.unwrap()).unwrap();
        }
        // What all others are compared with has what was sent.
        let stored = records(api, &survey, "").await;
        assert_eq!(stored.len(), sent.len() + 3);
        for answer in &sent {
            let record = stored.iter().find(|record| record["response_id"] == answer["id"]).unwrap();
            for (column, member) in [
                ("comment", "/comment"),
                ("order_id", "/order/id"),
                ("page_path", "/page/path"),
                ("attr_zip", "/attributes/zip"),
            ] {
                let wanted = answer.pointer(member).cloned().unwrap_or_default();
                assert_eq!(record.get(column).cloned().unwrap_or_default(), wanted, "{column}");
            }
        }
        let local = records(api, &survey, "tz=Europe/Madrid").await;
        let night = local.iter().find(|record| record["received_at"] == last).unwrap();
        assert_eq!(night["received_at_local"], "2026-10-26T00:59:59.999");
    });
    let mut check = Command::new(&python.program);
    check.env("PYTHONPATH", &python.packages).arg(paths::root().join("tests/exports/check.py")).arg(&folder);
    let output = check.output().unwrap();
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{failed}");
    assert!(said.trim().parse::<u32>().unwrap() > 4_000, "{said} values");
    match setup::office() {
        Ok(office) => opened_as_a_sheet(&office, &folder),
        Err(error) => eprintln!("without LibreOffice, one comparison is left out: {error:#}"),
    }
}

/// As the dialog of `LibreOffice` proposes it for this file: UTF-8, commas, quotes. There is no dialog here, so it is told.
fn opened_as_a_sheet(office: &Path, folder: &Path) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("office").display());
    // Every cell as text, with all digits that it has.
    let form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false";
    let mut convert = Command::new(office);
    convert.args(["--headless", &profile, "--infilter=CSV:44,34,76,1", "--convert-to", form, "--outdir"]);
    let output = convert.arg(folder.join("opened")).arg(folder.join("bom.csv")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows = |file: &str| -> Vec<csv::StringRecord> {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.into_records().map(Result::unwrap).collect()
    };
    let (sent, opened) = (rows("bom.csv"), rows("opened/bom.csv"));
    assert!(sent.len() > 10 && sent.len() == opened.len(), "{} rows of {}", opened.len(), sent.len());
    assert_eq!(sent[0].len(), opened[0].len());
    for (sent, opened) in sent.iter().flatten().zip(opened.iter().flatten()) {
        // A spreadsheet has numbers of 15 digits, and no zeros before them.
        let numbers = sent.parse::<f64>().ok().zip(opened.parse::<f64>().ok());
        let is_same = numbers.is_some_and(|(sent, opened)| (sent - opened).abs() <= sent.abs() * 1e-14);
        let is_truth = ["true", "false"].contains(&sent) && opened == sent.to_uppercase();
        let is_text = sent.replace("\r\n", "\n") == opened;
        assert!(is_same || is_truth || is_text, "{sent:?} became {opened:?}");
    }
}

#[test]
fn pages_neither_skip_nor_repeat_while_others_write() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("exports-pages", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let before: Vec<Value> = (0..40).map(|n| answer(n % 11)).collect();
        for answer in &before {
            assert_eq!(survey.submit(answer).await.0, 201);
        }
        let first = get(api, &survey, "format=json&limit=7").await;
        let mut link = next(&first);
        let mut pages: Vec<Value> = vec![first.json().await.unwrap()];
        while let Some(url) = link {
            // A new one, and one that is revised, between all pages.
            assert_eq!(survey.submit(&answer(0)).await.0, 201);
            let revised = with(before[pages.len()].clone(), json!({ "revision": 2, "score": 3 }));
            assert_eq!(survey.submit(&revised).await.0, 200);
            let path = url.strip_prefix(&api.base).unwrap();
            assert!(path.contains("limit=7") && path.contains("format=json"), "{path}");
            let reply = api.request(Method::GET, path).send().await.unwrap();
            assert_eq!(reply.status(), 200, "{path}");
            link = next(&reply);
            pages.push(reply.json().await.unwrap());
        }
        assert_eq!(pages.len(), 6);
        let ids: Vec<&str> = pages
            .iter()
            .flat_map(|page| page["items"].as_array().unwrap())
            .map(|record| record["response_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, before.iter().map(|answer| answer["id"].as_str().unwrap()).collect::<Vec<_>>());
        assert_eq!(pages[5]["next"], Value::Null);
        let cursor = pages[2]["next"].as_str().unwrap();
        let rest = records(api, &survey, &format!("cursor={cursor}")).await;
        assert_eq!(rest.len(), before.len() - 21, "without a limit, all that follows");
        let csv = get(api, &survey, "limit=7").await;
        assert!(next(&csv).is_some());
        assert_eq!(csv.text().await.unwrap().matches("\r\n").count(), 8);
    });
}

fn next(reply: &Response) -> Option<String> {
    let link = reply.headers().get("link")?.to_str().unwrap();
    Some(link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned())
}

#[test]
fn what_is_asked_for_comes_and_what_cannot_be_is_refused_by_name() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("exports-filters", ORIGIN, "opt_in").await;
        let definition = json!({
            "title": "T", "metric": "nps", "triggers": [], "frequency": { "window": "order" }, "touchpoint": "purchase",
        });
        let survey = site.publish("nps", &definition.to_string()).await;
        for (score, more) in [
            (2, json!({ "comment": "La ENTREGA llegó tarde", "locale": "es-MX", "complete": true })),
            (8, json!({ "comment": "entrega", "locale": "en" })),
            (10, json!({ "locale": "es", "complete": true })),
        ] {
            assert_eq!(survey.submit(&with(answer(score), more)).await.0, 201);
        }
        for (query, expected) in [
            ("", &[2, 8, 10][..]),
            ("q=Entrega", &[2, 8]),
            ("q=LLEG%C3%93", &[2]),
            ("segment=detractor", &[2]),
            ("locale=es", &[2, 10]),
            ("complete=true&locale=es", &[2, 10]),
            ("complete=false", &[8]),
            ("handled=true", &[]),
            ("touchpoint=purchase&segment=promoter", &[10]),
            ("touchpoint=support", &[]),
            ("flagged=only", &[]),
        ] {
            let scores: Vec<u64> = records(api, &survey, query)
                .await
                .iter()
                .map(|record| record["score"].as_u64().unwrap())
                .collect();
            assert_eq!(scores, expected, "{query}");
        }
        let wrong = "format=pdf&segment=happy&q=&locale=-&limit=0&cursor=x&tz=Madrid&bom=1&compress=zip&complete=1&handled=no";
        let reply = get(api, &survey, wrong).await;
        assert_eq!(reply.status(), 422);
        let problem: Value = reply.json().await.unwrap();
        let pointers: BTreeSet<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["pointer"].as_str().unwrap())
            .collect();
        let wanted = [
            "/format",
            "/segment",
            "/q",
            "/locale",
            "/limit",
            "/cursor",
            "/tz",
            "/bom",
            "/compress",
            "/complete",
            "/handled",
        ];
        assert_eq!(pointers, wanted.into());

        let plain = get(api, &survey, "format=ndjson").await;
        assert!(plain.headers().get("content-encoding").is_none());
        let path = format!("{}/responses?format=ndjson", survey.path);
        let asked = api.request(Method::GET, &path).header("accept-encoding", "gzip").send().await.unwrap();
        assert_eq!(asked.headers()["content-encoding"], "gzip");
        assert_eq!(asked.bytes().await.unwrap()[..2], [0x1f, 0x8b]);
    });
}

#[test]
fn an_answer_is_handled_with_a_note_and_both_go_with_it() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("exports-handled", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let answer = answer(1);
        assert_eq!(survey.submit(&answer).await.0, 201);
        let path = format!("{}/responses/{}", survey.path, id(&answer));
        let noted = api.call(Method::PATCH, &path, r#"{"handled": true, "note": "Called."}"#.into()).await;
        let at = noted["handled_at"].as_str().unwrap();
        assert_eq!(noted["note"], "Called.");
        let again = api.call(Method::PATCH, &path, r#"{"handled": true}"#.into()).await;
        assert_eq!((again["handled_at"].as_str(), again["note"].as_str()), (Some(at), Some("Called.")));
        let one = api.call(Method::GET, &path, String::new()).await;
        assert_eq!((one["handled_at"].as_str(), one["note"].as_str()), (Some(at), Some("Called.")));
        assert_eq!(records(api, &survey, "handled=true").await.len(), 1);
        assert!(records(api, &survey, "").await[0].get("note").is_none());
        let audit = api.call(Method::GET, "/v1/sites/exports-handled/audit", String::new()).await;
        let handled =
            audit["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "response.handled");
        assert_eq!(handled.unwrap()["subject"], format!("exports-handled/nps {}", id(&answer)));
        let open = api.call(Method::PATCH, &path, r#"{"handled": false, "note": ""}"#.into()).await;
        assert_eq!((&open["handled_at"], &open["note"]), (&Value::Null, &Value::Null));
        api.call(Method::DELETE, &path, String::new()).await;
        let gone = api.request(Method::PATCH, &path).header("content-type", "application/json");
        assert_eq!(gone.body(r#"{"handled": true}"#).send().await.unwrap().status(), 404);
    });
}

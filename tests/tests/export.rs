//! Exports that every reader reads alike, and that no spreadsheet runs.

use e2e::answer::{answer, answer_about, id, with};
use e2e::{collector, run};
use serde_json::{Value, json};
use sondeo_survey::export::{COLUMNS, inert};

#[test]
fn csv_is_rfc_4180_and_inert_and_ndjson_says_the_same() {
    run(async {
        let origin = "https://export.example";
        let site = collector::shared().await.site("export", origin, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let comments = [
            ("He said \"hi, all\",\r\nthen 👩‍🚀 left", "He said \"hi, all\",\nthen 👩‍🚀 left"),
            ("=1+1", "'=1+1"),
            (" \t=1", "'=1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\u{feff}＝1", "'\u{feff}＝1"),
            ("plain; 1=1", "plain; 1=1"),
        ];
        let mut sent = Vec::new();
        for (n, (comment, _)) in (0..).zip(comments) {
            let more = json!({
                "comment": comment,
                "reasons": ["price", "=delivery"],
                "attributes": { "plan": "-pro", "ciudad, país": "São Paulo" },
                "order": { "id": format!("={n}"), "value": "-59.90", "currency": "EUR" },
            });
            let answer = with(answer(n), more);
            assert_eq!(survey.submit(&answer).await, (201, "created".into()));
            sent.push(id(&answer));
        }
        assert_eq!(survey.submit(&answer_about("bare", 10)).await.0, 201);

        let text = survey.csv().await;
        assert!(text.ends_with("\r\n"));
        assert!(text.contains("\"He said \"\"hi, all\"\",\nthen 👩‍🚀 left\""), "{text}");
        let header = text.split("\r\n").next().unwrap();
        assert_eq!(header, format!("{},\"attr_ciudad, país\",attr_plan", COLUMNS.join(",")));
        assert_eq!(text.matches("\r\n").count(), 1 + comments.len() + 1, "one CRLF a record");

        let rows = survey.rows().await;
        let find = |id: &String| rows.iter().find(|row| row["response_id"] == *id).unwrap();
        for (n, (id, (comment, cell))) in sent.iter().zip(comments).enumerate() {
            let row = find(id);
            assert_eq!(row["comment"], cell, "{comment:?}");
            assert_eq!(row["order_id"], format!("'={n}"));
            assert_eq!(row["order_value"], "-59.90", "a number is no formula");
            assert_eq!(row["reasons"], "price;=delivery");
            assert_eq!(
                (row["attr_plan"].as_str(), row["attr_ciudad, país"].as_str()),
                ("'-pro", "São Paulo")
            );
        }
        let stored: Vec<&String> = rows.iter().map(|row| &row["response_id"]).take(sent.len()).collect();
        assert_eq!(stored, sent.iter().collect::<Vec<_>>(), "in the order in which they came");

        let objects = survey.ndjson().await;
        assert_eq!(objects.len(), rows.len());
        for (object, row) in objects.iter().zip(&rows) {
            for (column, cell) in row {
                let expected = match object.get(column) {
                    // A number is no formula.
                    Some(Value::String(text)) if column == "order_value" => text.clone(),
                    value => as_cell(value),
                };
                assert_eq!(expected, *cell, "{column}");
            }
            let known = object.as_object().unwrap().keys().all(|name| row.contains_key(name));
            assert!(known, "{object} has no other members");
        }
    });
}

/// What a JSON value is in CSV.
fn as_cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => inert(text).into_owned(),
        Some(Value::Array(items)) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            inert(&items.join(";")).into_owned()
        }
        Some(other) => other.to_string(),
    }
}

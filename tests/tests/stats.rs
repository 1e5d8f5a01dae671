//! What the statistics say is what `DuckDB` computes of the exported file, whatever came, was revised, flagged and erased.

use crate::archive::query as duckdb;
use e2e::answer::{answer, id, with};
use e2e::api::{Api, Site, Survey};
use e2e::collector::{self, Own};
use e2e::{extent, run, scratch};
use futures_util::stream::{self, StreamExt};
use jiff::ToSpan;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use xtask::seed::random::Random;

const ORIGIN: &str = "https://stats.example";
const SEGMENTS: [&str; 3] = ["detractor", "passive", "promoter"];
/// The answers that are made up come in these days, those that are sent come now.
const FILLED: &str = "from=2025-01-15T10:00:00Z&to=2025-12-01T00:00:00Z";

/// Local time, by the rules that `zdump -v` prints for that year.
const ZONES: [(&str, &str); 4] = [
    ("UTC", "moment"),
    (
        "America/Santiago",
        "moment + CASE WHEN moment < '2025-04-06 03:00' THEN INTERVAL '-3' HOUR WHEN moment < '2025-09-07 04:00' THEN INTERVAL '-4' HOUR ELSE INTERVAL '-3' HOUR END",
    ),
    (
        "Europe/Madrid",
        "moment + CASE WHEN moment < '2025-03-30 01:00' THEN INTERVAL 1 HOUR WHEN moment < '2025-10-26 01:00' THEN INTERVAL 2 HOUR ELSE INTERVAL 1 HOUR END",
    ),
    ("Asia/Kathmandu", "moment + INTERVAL 345 MINUTE"),
];

#[test]
fn they_are_what_is_computed_of_the_file() {
    run(async {
        let collector = Own::start().await;
        let settings = json!({
            "name": "S", "origins": [ORIGIN], "consent_policy": "opt_in", "time_zone": "America/Santiago", "retention_days": 3_650,
        });
        let site = collector.api.site_of("stats", ORIGIN, settings.to_string()).await;
        let survey = site.publish_metric("nps", &json!({ "days": 30 })).await;
        let (filled, sent) = (extent(4_000, 96_000), extent(300, 4_000));
        fill(&collector.api, &survey, FILLED, filled).await;
        // From here on the Shards remember. What follows must reach what they remember.
        check(&survey, &scratch::fresh("before"), &site, filled).await;
        let erased = change(&collector.api, &site, &survey, sent).await;
        check(&survey, &scratch::fresh("after"), &site, filled + sent - erased).await;
    });
}

async fn fill(api: &Api, survey: &Survey, times: &str, count: usize) {
    let path = survey.path.replacen("/v1/", "/debug/", 1);
    api.call(Method::POST, &format!("{path}/fill?{times}&count={count}&seed=5"), String::new()).await;
}

/// Sends so many answers, revises some of them, and erases some and some that were there before. Says how many are gone.
async fn change(api: &Api, site: &Site, survey: &Survey, sent: usize) -> usize {
    let mut random = Random::new(7);
    let answers: Vec<Vec<Value>> = (0..sent).map(|n| revisions(&mut random, n)).collect();
    let post = async |revisions: &Vec<Value>| {
        for revision in revisions {
            assert!(matches!(survey.submit(revision).await.0, 200 | 201), "{revision}");
        }
    };
    stream::iter(&answers).map(post).buffer_unordered(8).collect::<Vec<()>>().await;
    let before = survey.ndjson().await;
    let filled = before.iter().step_by(211).map(|row| row["response_id"].as_str().unwrap().to_owned());
    let mine = answers.iter().step_by(17).map(|revisions| id(&revisions[0]));
    let ids: std::collections::BTreeSet<String> = filled.chain(mine).collect();
    for id in &ids {
        api.call(Method::DELETE, &format!("{}/responses/{id}", survey.path), String::new()).await;
    }
    let user = json!({ "user": "user 3" }).to_string();
    let receipt = api.call(Method::POST, &format!("/v1/sites/{}/erasures", site.id), user).await;
    ids.len() + usize::try_from(receipt["erased"].as_u64().unwrap()).unwrap()
}

fn revisions(random: &mut Random, n: usize) -> Vec<Value> {
    let score = |random: &mut Random| u8::try_from(random.below(11)).unwrap();
    let mut more = json!({
        "locale": random.pick(&[json!("es"), json!("pt-BR"), Value::Null]),
        "page": { "path": format!("/products/{}", random.below(200)) },
        "attributes": { "plan": random.pick(&["pro", "a \"b\"; ü"]), "store": format!("S{}", random.below(9)) },
        "timing": { "shown_to_score_ms": if random.chance(10) { 100 } else { 3_000 } },
    });
    if random.chance(50) {
        let value = *random.pick(&["59.90", "-0.0001", "999999999999.9999", "7"]);
        let mut order =
            json!({ "id": format!("o{n}"), "value": value, "currency": random.pick(&["EUR", "USD"]) });
        if random.chance(10) {
            order = json!({ "id": format!("o{n}"), "value": value });
        }
        more["order"] = order;
    }
    if !n.is_multiple_of(3) {
        more["respondent"] = json!({ "kind": "user", "key": format!("user {n}") });
    }
    let first = with(answer(score(random)), more);
    let mut revisions = vec![first.clone()];
    if random.chance(33) {
        let path = format!("/products/{}", random.below(200));
        let changed =
            json!({ "revision": 2, "score": score(random), "locale": "ro", "page": { "path": path } });
        revisions.push(with(first, changed));
    }
    revisions
}

/// Everything that can be asked, against the file of now.
async fn check(survey: &Survey, folder: &Path, site: &Site, expected: usize) {
    let file = folder.join("answers.ndjson");
    fs::create_dir_all(folder).unwrap();
    let rows = survey.ndjson().await;
    assert_eq!(rows.len(), expected);
    let text: Vec<String> = rows.iter().map(Value::to_string).collect();
    fs::write(&file, text.join("\n")).unwrap();
    let export = Export(file.to_string_lossy().into_owned());
    let ask = async |parameters: &str| ask(site, &format!("{}/stats?{parameters}", survey.path)).await;

    for (parameters, condition) in [
        ("", "doubt = 0"),
        ("flagged=include", "true"),
        ("flagged=only", "doubt > 0"),
        (
            "from=2025-04-06&to=2025-09-07T04:00:00Z",
            "doubt = 0 AND moment >= '2025-04-06 04:00' AND moment < '2025-09-07 04:00'",
        ),
    ] {
        let stats = ask(parameters).await;
        let counted = export.count("''", condition);
        measured(&stats, counted.get("").copied().unwrap_or_default());
        let by_score = export.count("score::VARCHAR", condition);
        for bar in stats["distribution"].as_array().unwrap() {
            let expected = by_score.get(&bar["score"].to_string()).copied().unwrap_or_default();
            assert_eq!(bar["count"], expected.iter().sum::<u64>(), "{parameters} {bar}");
        }
    }
    for (zone, local) in ZONES {
        for (by, date) in [("day", ""), ("week", "week"), ("month", "month")] {
            let range = "from=2025-01-10T03:00:00Z&to=2025-12-01T00:00:00Z";
            let start = if date.is_empty() {
                format!("({local})::DATE")
            } else {
                format!("date_trunc('{date}', {local})")
            };
            let condition = "doubt = 0 AND moment < '2025-12-01'";
            let counted = export.count(&format!("strftime({start}, '%Y-%m-%d')"), condition);
            let stats = ask(&format!("by={by}&tz={zone}&{range}")).await;
            assert_eq!(stats["time_zone"], zone);
            series(&stats, by, &counted);
        }
    }
    for (by, column) in [
        ("locale", "locale"),
        ("device", "device"),
        ("touchpoint", "touchpoint"),
        ("path", "page_path"),
        ("attr:plan", "attr_plan"),
        ("attr:store", "attr_store"),
        ("attr:nobody+has+it", "NULL"),
    ] {
        values(&ask(&format!("by={by}")).await, &export.values(column));
    }
    let compared = ask("from=2025-07-01&to=2025-09-01&compare=previous&by=week").await;
    let counted = |from: &str, to: &str| {
        let condition = format!("doubt = 0 AND moment >= '{from}' AND moment < '{to}'");
        export.count("''", &condition).get("").copied().unwrap_or_default()
    };
    // 62 days before the first of July, where there was another offset for no part of it.
    let (before, after) =
        (counted("2025-04-30 04:00", "2025-07-01 04:00"), counted("2025-07-01 04:00", "2025-09-01 04:00"));
    assert_eq!(compared["previous"]["from"], "2025-04-30T04:00:00.000Z");
    measured(&compared, after);
    measured(&compared["previous"], before);
    changed(&compared["previous"]["change"], before, after);
    orders(&ask("value=true").await["value"], &export);

    // Up to one moment, as now is another one with each request.
    let until = "from=2025-07-01&to=2025-11-01";
    let list = self::ask(site, &format!("/v1/sites/{}/stats?{until}", site.id)).await;
    assert_eq!(list, json!({ "items": [ask(until).await], "next": null }));
}

async fn ask(site: &Site, path: &str) -> Value {
    let reply = site.api.request(Method::GET, path).send().await.unwrap();
    let status = reply.status();
    let text = reply.text().await.unwrap();
    assert_eq!(status, 200, "{path}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// An NDJSON file, of which `DuckDB` counts.
struct Export(String);

type Counts = BTreeMap<String, [u64; 3]>;

impl Export {
    fn query(&self, select: &str) -> Vec<Map<String, Value>> {
        let text = [
            "response_id",
            "segment",
            "received_at",
            "locale",
            "device",
            "touchpoint",
            "page_path",
            "order_id",
            "order_value",
            "order_currency",
            "respondent",
            "attr_plan",
            "attr_store",
        ];
        let columns: Vec<String> = text.iter().map(|name| format!("{name}: 'VARCHAR'")).collect();
        let file = &self.0;
        duckdb(&format!(
            "WITH answer AS (SELECT *, len(flags) AS doubt, strptime(received_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS moment \
             FROM read_json('{file}', format = 'newline_delimited', columns = {{score: 'INTEGER', flags: 'VARCHAR[]', {}}})) {select}",
            columns.join(", ")
        ))
    }

    /// By an expression that is never null: how many are in each of the [`SEGMENTS`].
    fn count(&self, expression: &str, condition: &str) -> Counts {
        self.grouped(expression, condition).into_iter().map(|(key, counts)| (key.unwrap(), counts)).collect()
    }

    fn values(&self, column: &str) -> Vec<(Option<String>, [u64; 3])> {
        self.grouped(column, "doubt = 0")
    }

    fn grouped(&self, expression: &str, condition: &str) -> Vec<(Option<String>, [u64; 3])> {
        let counts =
            SEGMENTS.map(|segment| format!("count(*) FILTER (segment = '{segment}')::VARCHAR AS {segment}"));
        let query = format!(
            "SELECT {expression} AS key, {} FROM answer WHERE {condition} GROUP BY ALL ORDER BY count(*) DESC, key NULLS FIRST",
            counts.join(", ")
        );
        let rows = self.query(&query).into_iter();
        let count =
            |row: &Map<String, Value>, segment: &str| row[segment].as_str().unwrap().parse::<u64>().unwrap();
        rows.map(|row| (row["key"].as_str().map(str::to_owned), SEGMENTS.map(|name| count(&row, name))))
            .collect()
    }
}

/// The score and its interval by the formula of the documentation, written out once more.
fn measured(said: &Value, [detractors, passives, promoters]: [u64; 3]) {
    let n = detractors + passives + promoters;
    assert_eq!(said["n"], n, "{said}");
    assert_eq!(said["too_few"], n < 10);
    assert_eq!(
        said["segments"],
        json!({ "detractor": detractors, "passive": passives, "promoter": promoters })
    );
    if n == 0 {
        assert_eq!(said["score"], Value::Null);
        return;
    }
    let [d, p, n] = [detractors, promoters, n].map(float);
    let (centre, variance) = adjusted(d, p, n);
    let half = 1.959_963_984_540_054 * variance.sqrt();
    let expected =
        [100.0 * (p - d) / n, (100.0 * (centre - half)).max(-100.0), (100.0 * (centre + half)).min(100.0)];
    for (member, expected) in ["value", "low", "high"].into_iter().zip(expected) {
        let got = said["score"][member].as_f64().unwrap();
        assert!((got - expected).abs() < 1e-9, "{member}: {got} and not {expected}");
    }
}

/// Mean and squared standard error of +1 for promoters and −1 for detractors, with 0.75, 1.5 and 0.75 more of each kind.
fn adjusted(detractors: f64, promoters: f64, n: f64) -> (f64, f64) {
    let (d, p, n) = (detractors + 0.75, promoters + 0.75, n + 3.0);
    let mean = (p - d) / n;
    (mean, ((p + d) / n - mean * mean) / n)
}

fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn changed(change: &Value, before: [u64; 3], after: [u64; 3]) {
    let of = |[d, m, p]: [u64; 3]| adjusted(float(d), float(p), float(d + m + p));
    let plain = |[d, m, p]: [u64; 3]| 100.0 * (float(p) - float(d)) / float(d + m + p);
    let ((first, one), (second, other)) = (of(before), of(after));
    let (moved, error) = (100.0 * (second - first), 100.0 * (one + other).sqrt());
    let half = 1.959_963_984_540_054 * error;
    let expected = [plain(after) - plain(before), moved - half, moved + half];
    for (member, expected) in ["difference", "low", "high"].into_iter().zip(expected) {
        let got = change[member].as_f64().unwrap();
        assert!((got - expected).abs() < 1e-9, "{member}: {got} and not {expected}");
    }
    assert_eq!(change["within_chance"], moved.abs() <= half);
    assert_eq!(change["within_chance"], change["p"].as_f64().unwrap() >= 0.05);
}

/// Without gaps, and each bucket as it was counted.
fn series(stats: &Value, by: &str, counted: &Counts) {
    let series = stats["series"].as_array().unwrap();
    let mut left = counted.clone();
    let mut expected: Option<Date> = None;
    for bucket in series {
        let start = bucket["start"].as_str().unwrap();
        let day: Date = start.parse().unwrap();
        assert_eq!(day, expected.unwrap_or(day), "no gap");
        let step = match by {
            "day" => 1.day(),
            "week" => 1.week(),
            _ => 1.month(),
        };
        expected = Some(day.checked_add(step).unwrap());
        measured(bucket, left.remove(start).unwrap_or_default());
    }
    assert!(left.is_empty(), "{by}: not there: {left:?}");
    let n: u64 = series.iter().map(|bucket| bucket["n"].as_u64().unwrap()).sum();
    assert_eq!(stats["n"], n);
}

/// The hundred most frequent, and the rest.
fn values(stats: &Value, counted: &[(Option<String>, [u64; 3])]) {
    let rows = stats["rows"].as_array().unwrap();
    assert_eq!(rows.len(), counted.len().min(100));
    for (row, (value, counts)) in rows.iter().zip(counted) {
        assert_eq!(row["value"], json!(value));
        measured(row, *counts);
    }
    let rest = &counted[rows.len()..];
    if rest.is_empty() {
        assert_eq!(stats["other"], Value::Null);
        return;
    }
    assert_eq!(stats["other"]["values"], rest.len());
    measured(
        &stats["other"],
        rest.iter().fold([0; 3], |sum, (_, counts)| [0, 1, 2].map(|at| sum[at] + counts[at])),
    );
}

fn orders(said: &Value, export: &Export) {
    let query = "SELECT order_currency AS currency, segment, count(*)::VARCHAR AS n, sum(order_value::DECIMAL(18, 4))::VARCHAR AS total \
                 FROM answer WHERE doubt = 0 AND order_value IS NOT NULL GROUP BY ALL";
    let mut expected: BTreeMap<Option<String>, BTreeMap<String, (u64, i128)>> = BTreeMap::new();
    for row in export.query(query) {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let worth = (text("n").parse().unwrap(), scaled(&text("total")));
        expected
            .entry(row["currency"].as_str().map(str::to_owned))
            .or_default()
            .insert(text("segment"), worth);
    }
    let currencies = said["currencies"].as_array().unwrap();
    assert_eq!(currencies.len(), expected.len());
    for currency in currencies {
        let segments = &expected[&currency["currency"].as_str().map(str::to_owned)];
        let all = segments.values().fold((0, 0), |sum, (n, total)| (sum.0 + n, sum.1 + total));
        amount(currency, all);
        for segment in SEGMENTS {
            amount(&currency["segments"][segment], segments.get(segment).copied().unwrap_or_default());
        }
    }
    let query = "SELECT segment, count(*)::VARCHAR AS n, count(*) FILTER (orders > 1)::VARCHAR AS again FROM ( \
                 SELECT arg_max(segment, moment) AS segment, count(DISTINCT order_id) AS orders FROM answer \
                 WHERE doubt = 0 AND order_id IS NOT NULL AND respondent IS NOT NULL GROUP BY respondent) GROUP BY ALL";
    let rows = export.query(query);
    assert_eq!(rows.len(), 3);
    let mut again = 0;
    for row in rows {
        let said = &said["repeat_orders"][row["segment"].as_str().unwrap()];
        let [n, repeat] = ["n", "again"].map(|name| row[name].as_str().unwrap().parse::<u64>().unwrap());
        assert_eq!((&said["respondents"], &said["repeat"]), (&json!(n), &json!(repeat)));
        let share = said["share"]["value"].as_f64().unwrap();
        assert!((share - 100.0 * float(repeat) / float(n)).abs() < 1e-9);
        again += repeat;
    }
    assert!(again > 0, "somebody orders again");
}

fn amount(said: &Value, (n, total): (u64, i128)) {
    assert_eq!((&said["count"], scaled(said["sum"].as_str().unwrap())), (&json!(n), total), "{said}");
    match said["mean"].as_str() {
        Some(mean) => {
            let n = i128::from(n);
            assert!((2 * (scaled(mean) * n - total)).abs() <= n, "{said}");
        }
        None => assert_eq!(n, 0),
    }
}

/// Decimal text in ten-thousandths.
fn scaled(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<4}").parse().unwrap()
}

#[test]
fn what_cannot_be_asked_is_refused() {
    run(async {
        let api = collector::shared().await;
        let site = api.site("stats-refused", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        for (parameters, pointer) in [
            ("tz=Mars/Olympus", "/tz"),
            ("tz=%2B01:00", "/tz"),
            ("by=year", "/by"),
            ("by=attr:", "/by"),
            ("by=day&from=2024-01-01&to=2025-02-05", "/by"),
            ("compare=previous", "/compare"),
            ("compare=next&from=2025-01-01", "/compare"),
            ("value=1", "/value"),
            ("to=2025-02-30", "/to"),
        ] {
            let reply = api
                .request(Method::GET, &format!("{}/stats?{parameters}", survey.path))
                .send()
                .await
                .unwrap();
            assert_eq!(reply.status(), 422, "{parameters}");
            let problem: Value = reply.json().await.unwrap();
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{parameters}");
        }
        // 400 days and no more; nobody has answered, and an order tells nobody from another.
        let longest =
            ask(&site, &format!("{}/stats?by=day&from=2024-01-01&to=2025-02-04&value=true", survey.path))
                .await;
        assert_eq!(longest["series"].as_array().unwrap().len(), 400);
        assert_eq!(longest["value"], json!({ "currencies": [], "repeat_orders": null }));
        let empty = ask(&site, &format!("{}/stats?by=month", survey.path)).await;
        assert_eq!(
            (&empty["series"], &empty["score"], &empty["too_few"]),
            (&json!([]), &Value::Null, &json!(true))
        );

        let settings =
            json!({ "name": "S", "origins": [], "consent_policy": "opt_in", "time_zone": "Europe/Lisboa" });
        let put = api.request(Method::PUT, "/v1/sites/stats-refused").json(&settings).send().await.unwrap();
        assert_eq!(put.status(), 422);
        assert_eq!(put.json::<Value>().await.unwrap()["errors"][0]["pointer"], "/time_zone");
    });
}

/// The journey is what its surveys say in the order in which they were made.
#[test]
fn a_site_has_its_surveys_in_order() {
    run(async {
        let site = collector::shared().await.site("stats-journey", ORIGIN, "opt_in").await;
        for (survey, metric, touchpoint) in
            [("z", "ces", "support"), ("a", "csat", "delivery"), ("m", "nps", "purchase")]
        {
            let definition = json!({
                "title": survey, "metric": metric, "touchpoint": touchpoint, "triggers": [], "frequency": { "window": "ever" },
            });
            let survey = site.publish(survey, &definition.to_string()).await;
            assert_eq!(survey.submit(&answer(1)).await.0, 201);
        }
        let draft =
            json!({ "title": "d", "metric": "nps", "triggers": [], "frequency": { "window": "ever" } });
        site.api.call(Method::PUT, "/v1/sites/stats-journey/surveys/draft", draft.to_string()).await;
        let list = ask(&site, "/v1/sites/stats-journey/stats").await;
        let said: Vec<_> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                [&item["survey"], &item["touchpoint"], &item["score"]["name"]]
                    .map(|value| value.as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(said, [["z", "support", "ces"], ["a", "delivery", "csat"], ["m", "purchase", "nps"]]);
        assert!(list["items"].as_array().unwrap().iter().all(|item| item["n"] == 1));
    });
}

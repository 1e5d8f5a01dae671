//! The recipes of `docs/ANALYSIS.md` run, and say what the collector says.

use crate::archive::{files, night, unpack};
use e2e::answer::{answer, with};
use e2e::collector::Own;
use e2e::{run, scratch};
use reqwest::Method;
use serde_json::json;
use std::fs;
use std::process::Command;
use xtask::{paths, setup};

const ORIGIN: &str = "https://shop.example";

#[test]
fn every_recipe_runs_and_its_numbers_are_the_collectors() {
    let python = setup::python().unwrap();
    run(async {
        let collector = Own::start().await;
        let api = &collector.api;
        let settings = json!({
            "name": "Shop", "origins": [ORIGIN], "consent_policy": "opt_in", "time_zone": "Europe/Madrid", "retention_days": 3_650,
        });
        let site = api.site_of("shop", ORIGIN, settings.to_string()).await;
        let definition = json!({
            "title": "After purchase", "metric": "nps", "touchpoint": "purchase", "triggers": [],
            "frequency": { "window": { "days": 30 } }, "shards": 2,
        });
        let survey = site.publish("post-purchase", &definition.to_string()).await;
        // In this time clocks in Madrid are set back.
        let times = "from=2026-08-31T00:00:00Z&to=2026-11-20T00:00:00Z";
        let fill = format!("/debug{}/fill?{times}&count=1500&seed=5", &survey.path[3..]);
        api.call(Method::POST, &fill, String::new()).await;
        // Orders that several people answer about.
        for score in [0, 7, 9, 10] {
            let order = json!({ "order": { "id": "F-5-6", "value": "10.10", "currency": "EUR" } });
            assert_eq!(survey.submit(&with(answer(score), order)).await.0, 201);
        }
        for _ in 0..200 {
            let shown =
                api.anonymous(Method::POST, &format!("{}/exposures", survey.path)).header("origin", ORIGIN);
            let reply = shown.body(r#"{"shown": 10, "dismissed": 1}"#).header("content-type", "text/plain");
            assert_eq!(reply.send().await.unwrap().status(), 204);
        }
        survey.run_alarms(&night(1)).await;
        let archive = unpack(&files(&collector));

        let folder = scratch::fresh("analysis");
        fs::create_dir_all(&folder).unwrap();
        let body = json!({ "scopes": ["responses:read"], "sites": ["shop"] });
        let token = api.call(Method::POST, "/v1/tokens", body.to_string()).await;
        fs::write(folder.join("sondeo-token"), token["token"].as_str().unwrap()).unwrap();
        let mut check = Command::new(&python.program);
        check.env("PYTHONPATH", &python.packages).arg(paths::root().join("tests/analysis/check.py"));
        check.arg(paths::root().join("docs/ANALYSIS.md")).arg(&folder).arg(&api.base).arg(&archive);
        let output = check.output().unwrap();
        let (said, failed) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{said}{failed}");
        let compared: u32 = said.lines().last().unwrap().parse().unwrap();
        assert!(compared > 5_000, "{compared} values");
    });
}

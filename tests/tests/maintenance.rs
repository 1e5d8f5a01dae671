//! What an operator asks for after an upgrade.

use e2e::api::Api;
use e2e::collector::Own;
use e2e::run;
use reqwest::Method;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// When the alarm of each Shard that has a store rings, and how many of its jobs are due some time.
fn stores(state: &Path) -> Vec<(bool, u32)> {
    let Ok(files) = fs::read_dir(state.join("do/sondeo-Shard")) else { return Vec::new() };
    let files = files.map(|file| file.unwrap().path());
    let stores = files.filter(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.ends_with(".sqlite") && name != "metadata.sqlite"
    });
    let read = |file| {
        let store = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let one = |query: &str| store.query_row(query, [], |row| row.get::<_, u32>(0)).unwrap();
        (
            one("SELECT count(*) FROM _cf_METADATA") > 0,
            one("SELECT count(*) FROM job WHERE due_at IS NOT NULL"),
        )
    };
    stores.map(read).collect()
}

async fn wake(api: &Api, query: &str) -> (u64, Option<String>) {
    let reply = api.call(Method::POST, &format!("/v1/maintenance/wake{query}"), String::new()).await;
    (reply["woken"].as_u64().unwrap(), reply["next"].as_str().map(ToOwned::to_owned))
}

/// A Shard that nobody asks has no alarm, and so no retention: that of a store of an older release, or of none.
#[test]
fn every_shard_is_woken_batch_by_batch_and_gets_its_alarm() {
    run(async {
        let mut collector = Own::start().await;
        let api = collector.api.clone();
        for (site, surveys) in [("wake-a", &["csat", "nps"][..]), ("wake-b", &["nps"])] {
            api.site(site, "https://wake.example", "opt_in").await;
            for survey in surveys {
                // A draft, as its Shards may have answers of a time when it was live.
                let path = format!("/v1/sites/{site}/surveys/{survey}");
                let draft = json!({ "title": "T", "metric": survey, "triggers": [], "shards": 3 });
                api.call(Method::PUT, &path, draft.to_string()).await;
            }
        }
        assert_eq!(stores(collector.state()), []);
        let (mut batches, mut cursor) = (Vec::new(), String::new());
        loop {
            let (woken, next) = wake(&api, &format!("?limit=4{cursor}")).await;
            batches.push(woken);
            let Some(next) = next else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(batches, [4, 4, 1]);
        assert_eq!(wake(&api, "").await, (9, None), "a repeat is harmless");
        for (query, expected) in [("cursor=wake-a/nps/2", 3), ("cursor=wake-b/nps/2", 0)] {
            assert_eq!(wake(&api, &format!("?{query}")).await, (expected, None), "{query}");
        }
        let reply = api.request(Method::POST, "/v1/maintenance/wake?cursor=wake-a").send().await.unwrap();
        assert_eq!(reply.status(), 422);
        assert_eq!(reply.json::<Value>().await.unwrap()["errors"][0]["pointer"], "/cursor");
        collector.stop().await;
        assert_eq!(stores(collector.state()), vec![(true, 2); 9]);
    });
}

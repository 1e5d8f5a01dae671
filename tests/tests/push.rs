//! Surveys as code: a file becomes a site's surveys, and the other way about.

use e2e::api::Api;
use e2e::{collector, run};
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use xtask::push::{self, Access, Push};

const ORIGIN: &str = "https://push.example";

fn file(site: &str, title: &str) -> String {
    format!(
        r#"
        site = "{site}"

        [surveys.after-purchase]
        title = "{title}"
        metric = "nps"
        touchpoint = "purchase"
        shards = 2
        triggers = [{{ on = "event", name = "purchase" }}]
        frequency = {{ window = "order" }}

        [surveys.after-purchase.wording.en]
        question = "Would you send a friend?"

        [surveys.help]
        title = "Help"
        metric = "ces"
        triggers = []
        "#
    )
}

/// A site, a folder for files, and who pushes to it.
struct Scene {
    api: &'static Api,
    site: &'static str,
    folder: PathBuf,
    token: String,
}

impl Scene {
    async fn new(site: &'static str) -> Self {
        let api = collector::shared().await;
        api.site(site, ORIGIN, "opt_in").await;
        let body = json!({ "scopes": ["survey:write"], "sites": [site] }).to_string();
        let token = api.call(Method::POST, "/v1/tokens", body).await["token"].as_str().unwrap().to_owned();
        let folder = e2e::scratch::fresh(site);
        fs::create_dir_all(&folder).unwrap();
        Self { api, site, folder, token }
    }

    fn access(&self) -> Access {
        Access { collector: self.api.base.clone(), token: self.token.clone() }
    }

    /// Pushes, and says what was printed, or why it failed and what was printed before.
    async fn push(&self, text: &str, push: Push, answer: Option<&'static str>) -> Result<String, String> {
        let path = self.folder.join("surveys.toml");
        fs::write(&path, text).unwrap();
        let (access, push) = (self.access(), Push { file: path, ..push });
        let pushed = tokio::task::spawn_blocking(move || {
            let mut out = Vec::new();
            let mut answer = answer.map(str::as_bytes);
            let answers = answer.as_mut().map(|answer| answer as &mut dyn std::io::BufRead);
            let result = push::push(&push, &access, &mut out, answers);
            let out = String::from_utf8(out).unwrap();
            result.map(|()| out.clone()).map_err(|error| format!("{out}{error:#}"))
        });
        pushed.await.unwrap()
    }

    async fn pull(&self, as_json: bool) -> String {
        let (access, site) = (self.access(), self.site);
        tokio::task::spawn_blocking(move || push::pull(site, as_json, &access).unwrap()).await.unwrap()
    }

    async fn surveys(&self) -> Vec<Value> {
        let list =
            self.api.call(Method::GET, &format!("/v1/sites/{}/surveys", self.site), String::new()).await;
        list["items"].as_array().unwrap().clone()
    }
}

fn yes() -> Push {
    Push { yes: true, ..Push::default() }
}

#[test]
fn a_file_is_pushed_published_and_pulled_back_the_same() {
    run(async {
        let scene = Scene::new("push-whole").await;
        let first = file(scene.site, "After purchase");
        let dry = scene.push(&first, Push { dry_run: true, ..Push::default() }, None).await.unwrap();
        assert!(dry.contains("after-purchase: created") && dry.contains("Nothing was sent"), "{dry}");
        assert_eq!(scene.surveys().await, Vec::<Value>::new());

        let sent = scene.push(&first, yes(), None).await.unwrap();
        assert!(sent.contains("saved after-purchase\nsaved help\n") && !sent.contains("published"), "{sent}");
        let surveys = scene.surveys().await;
        let seen = |name: &str| surveys.iter().find(|survey| survey["id"] == name).unwrap();
        assert_eq!(
            (&seen("after-purchase")["status"], &seen("after-purchase")["shards"]),
            (&json!("draft"), &json!(2))
        );

        let live = scene.push(&first, Push { publish: true, ..yes() }, None).await.unwrap();
        assert!(live.contains("after-purchase: unchanged, published") && !live.contains("saved"), "{live}");
        assert!(
            scene.surveys().await.iter().all(|survey| survey["status"] == "live" && survey["version"] == 1)
        );

        // What is pulled says the same, in both formats: pushed again it changes nothing.
        for (as_json, name) in [(false, "again.toml"), (true, "again.json")] {
            let pulled = scene.pull(as_json).await;
            let path = scene.folder.join(name);
            fs::write(&path, &pulled).unwrap();
            let (access, push) = (scene.access(), Push { file: path, publish: true, ..Push::default() });
            let again = tokio::task::spawn_blocking(move || {
                let mut out = Vec::new();
                push::push(&push, &access, &mut out, None).unwrap();
                String::from_utf8(out).unwrap()
            });
            let again = again.await.unwrap();
            assert!(again.ends_with("Nothing to do.\n") && !again.contains("warning"), "{pulled}\n{again}");
        }

        let other = file(scene.site, "After the purchase");
        let changed = scene.push(&other, Push { publish: true, ..yes() }, None).await.unwrap();
        let expected = "  after-purchase: changed, published\n    /title: \"After purchase\" → \"After the purchase\"\n  help: unchanged\n";
        assert!(changed.contains(expected), "{changed}");
        let versions: Vec<Value> =
            scene.surveys().await.iter().map(|survey| survey["version"].clone()).collect();
        assert_eq!(versions, [json!(2), json!(1)]);
    });
}

#[test]
fn a_person_is_asked_before_anything_is_sent() {
    run(async {
        let scene = Scene::new("push-asks").await;
        let text = file(scene.site, "T");
        let nobody = scene.push(&text, Push::default(), None).await.unwrap_err();
        assert!(nobody.contains("--yes"), "{nobody}");
        for answer in ["n\n", "\n", ""] {
            let no = scene.push(&text, Push::default(), Some(answer)).await.unwrap();
            assert!(no.ends_with("Nothing was sent.\n"), "{no}");
        }
        assert_eq!(scene.surveys().await, Vec::<Value>::new());
        scene.push(&text, Push::default(), Some("y\n")).await.unwrap();
        assert_eq!(scene.surveys().await.len(), 2);
        // What is paused stays so, and what is not in the file is left alone.
        let survey = format!("/v1/sites/{}/surveys/help", scene.site);
        scene.api.call(Method::POST, &format!("{survey}/publish"), String::new()).await;
        scene.api.call(Method::POST, &format!("{survey}/pause"), String::new()).await;
        let (fewer, help) = text.split_once("[surveys.help]").unwrap();
        let told = scene.push(fewer, Push { publish: true, ..yes() }, None).await.unwrap();
        assert!(told.contains("help: not in the file"), "{told}");
        let help = format!("site = \"{}\"\n[surveys.help]{}", scene.site, help.replace("Help", "More help"));
        let told = scene.push(&help, Push { publish: true, ..yes() }, None).await.unwrap();
        assert!(told.contains("help: changed, stays paused"), "{told}");
        let help = scene.surveys().await.into_iter().find(|survey| survey["id"] == "help").unwrap();
        assert_eq!((&help["status"], &help["draft"]["title"]), (&json!("paused"), &json!("More help")));
    });
}

#[test]
fn one_fault_anywhere_sends_nothing() {
    run(async {
        let scene = Scene::new("push-faults").await;
        let text = file(scene.site, "T");
        for (wrong, expected) in [
            (text.replace("\"ces\"", "\"cess\""), "/surveys/help/metric: must be one of"),
            (text.replace("name = \"purchase\"", ""), "/surveys/after-purchase/triggers/0/name: is required"),
            (text.replace("site = \"push-faults\"", "site = \"push-nowhere\""), "403"),
            (text.replace("title = \"T\"", "title = "), "line"),
        ] {
            let refused = scene.push(&wrong, yes(), None).await.unwrap_err();
            assert!(refused.contains(expected), "{refused}");
        }
        assert_eq!(scene.surveys().await, Vec::<Value>::new());
        // What is fixed is known before the first survey is written, though it is of the last.
        scene.push(&text, Push { publish: true, ..yes() }, None).await.unwrap();
        let other = text.replace("title = \"T\"", "title = \"U\"").replace("\"ces\"", "\"csat\"");
        let refused = scene.push(&other, yes(), None).await.unwrap_err();
        assert!(refused.contains("/surveys/help/metric: was fixed at \"ces\""), "{refused}");
        assert!(scene.surveys().await.iter().all(|survey| survey["draft"]["title"] != "U"));
        let misspelled = scene.push(&text.replace("question =", "qestion ="), yes(), None).await.unwrap();
        assert!(
            misspelled.contains("warning: /surveys/after-purchase/wording/en/qestion is not known"),
            "{misspelled}"
        );
    });
}

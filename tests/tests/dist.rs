//! The folder of `cargo xtask dist` runs by itself: workerd alone, state on disk, back-up by copy.

use e2e::answer::{answer_about, id};
use e2e::api::Api;
use e2e::{run, scratch, wait};
use reqwest::Method;
use serde_json::json;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use xtask::token::Token;
use xtask::{dist, setup};

const ORIGIN: &str = "https://dist.example";

/// A collector that runs out of a folder.
struct Server {
    api: Api,
    shell: Child,
}

impl Server {
    async fn start(folder: &Path, state: &Path, token: &Token) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        // workerd is killed when the pipe to this process closes, so that it never outlives the run.
        let mut shell = Command::new("sh");
        shell.args(["-c", r#""$1" & cat > /dev/null; kill -9 $!"#, "keeper"]).arg(folder.join("run"));
        shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        shell.env("SONDEO_ADMIN_TOKEN_SHA256", token.sha256());
        shell.env("SONDEO_LISTEN", free.to_string()).env("SONDEO_STATE", state);
        let shell = shell.process_group(0).stdin(Stdio::piped()).spawn().unwrap();
        let api = Api::new(&format!("http://{free}"), token.as_str());
        let is_up = async || {
            let reply = api.anonymous(Method::GET, "/healthz").send().await;
            reply.is_ok_and(|reply| reply.status() == 200).then_some(())
        };
        wait::until("the collector answers", is_up).await;
        Self { api, shell }
    }

    /// SIGKILL, as a power cut.
    fn kill(mut self) {
        drop(self.shell.stdin.take());
        self.shell.wait().unwrap();
    }
}

#[test]
fn the_folder_serves_survives_a_kill_and_is_backed_up_by_copy() {
    run(async {
        let folder = scratch::fresh("dist");
        dist::fill(&folder, &setup::runtime().unwrap()).unwrap();
        let token = Token::generate().unwrap();

        let state = folder.join("state");
        let server = Server::start(&folder, &state, &token).await;
        let health = server.api.call(Method::GET, "/healthz", String::new()).await;
        assert_eq!((&health["status"], &health["archive"]), (&json!("ok"), &json!("off")));
        let survey =
            server.api.site("dist", ORIGIN, "opt_in").await.publish_metric("nps", &json!("order")).await;
        assert_eq!(survey.submit(&answer_about("1", 9)).await.0, 201);
        server.kill();

        let server = Server::start(&folder, &state, &token).await;
        let survey = server.api.known_site("dist", ORIGIN).survey("nps");
        assert_eq!(survey.submit(&answer_about("1", 1)).await.0, 409, "it still knows who answered");
        let second = answer_about("2", 10);
        assert_eq!(survey.submit(&second).await.0, 201);
        let before = survey.csv().await;
        assert!(before.contains(&id(&second)));
        server.kill();

        // Another server with a copy of the state, and nothing left of the first.
        let other = scratch::fresh("dist");
        dist::fill(&other, &setup::runtime().unwrap()).unwrap();
        let status = Command::new("cp").arg("-r").arg(&state).arg(other.join("state")).status().unwrap();
        assert!(status.success());
        fs::remove_dir_all(&folder).unwrap();
        let server = Server::start(&other, &other.join("state"), &token).await;
        let survey = server.api.known_site("dist", ORIGIN).survey("nps");
        assert_eq!(survey.csv().await, before);
        assert_eq!(survey.submit(&answer_about("2", 1)).await.0, 409);
        // Releases are put over each other, the state stays.
        dist::fill(&other, &setup::runtime().unwrap()).unwrap();
        assert_eq!(survey.csv().await, before);
        server.kill();
    });
}

#[test]
fn it_does_not_start_without_a_token_or_with_a_jurisdiction() {
    let folder = scratch::fresh("dist");
    dist::fill(&folder, &setup::runtime().unwrap()).unwrap();
    let hash = Token::generate().unwrap().sha256();
    for (variables, why) in [
        (&[][..], "set it to the hex SHA-256 of the administrator's token"),
        (
            &[("SONDEO_ADMIN_TOKEN_SHA256", hash.as_str()), ("SONDEO_JURISDICTION", "eu")],
            "workerd has no jurisdictions: unset SONDEO_JURISDICTION",
        ),
    ] {
        let mut run = Command::new(folder.join("run"));
        // Where it would not end, it could not listen either.
        run.env_remove("SONDEO_ADMIN_TOKEN_SHA256").env("SONDEO_LISTEN", "nowhere").envs(variables.to_vec());
        let output = run.output().unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(why), "{said}");
        assert!(!folder.join("state").exists());
    }
}

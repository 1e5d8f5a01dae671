//! The real Worker on workerd, with its state on disk.

use crate::api::Api;
use crate::scratch;
use std::fs;
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;
use xtask::collector::{Collector, Options};
use xtask::paths;
use xtask::token::Token;

/// The API of the collector that the whole run shares.
pub async fn shared() -> &'static Api {
    static SHARED: OnceCell<Own> = OnceCell::const_new();
    &SHARED.get_or_init(Own::start).await.api
}

/// A collector of one test, which may be killed.
pub struct Own {
    /// Stays the same over restarts.
    pub api: Api,
    /// Where its databases are, and its log, `collector.log`.
    pub state: PathBuf,
    vars: Vec<(String, String)>,
    token: Token,
    port: u16,
    running: Option<Collector>,
}

impl Own {
    /// Starts one with nothing in it.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts one with nothing in it, and with these variables.
    pub async fn start_with(vars: &[(&str, &str)]) -> Self {
        let vars: Vec<_> = vars.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        let state = scratch::fresh("state");
        let token = Token::generate().unwrap();
        let running = run(&state, &token, None, &vars).await;
        let api = Api::new(&running.base_url, token.as_str());
        let (_, port) = running.base_url.rsplit_once(':').unwrap();
        let port = port.parse().unwrap();
        Self { api, state, vars, token, port, running: Some(running) }
    }

    /// The administrator's token.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_str()
    }

    /// Copies what is on disk, as a backup does: while nothing runs.
    #[must_use]
    pub fn copy_of_disk(&self) -> PathBuf {
        assert!(self.running.is_none(), "it runs");
        let copy = scratch::fresh("copy");
        copy_folder(&self.state, &copy);
        copy
    }

    /// Puts a copy in the place of what is on disk.
    pub fn restore(&mut self, copy: &Path) {
        assert!(self.running.is_none(), "it runs");
        fs::remove_dir_all(&self.state).unwrap();
        copy_folder(copy, &self.state);
    }

    /// The folder of its state.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// SIGKILL, as a power cut.
    pub async fn kill(&mut self) {
        self.running.take().expect("it runs").kill().await.unwrap();
    }

    /// SIGTERM, as a deployment.
    pub async fn stop(&mut self) {
        self.running.take().expect("it runs").stop().await.unwrap();
    }

    /// Starts it again with the same state on the same port.
    pub async fn start_again(&mut self) {
        assert!(self.running.is_none(), "it runs");
        self.running = Some(run(&self.state, &self.token, Some(self.port), &self.vars).await);
    }
}

async fn run(state: &Path, token: &Token, port: Option<u16>, vars: &[(String, String)]) -> Collector {
    let built = [paths::widget_dist().join("manifest.json"), paths::edge_dist().join("index.js")];
    assert!(built.iter().all(|file| file.is_file()), "the Worker is not built: run cargo xtask test");
    let mut options = Options::new(state.to_owned(), token);
    options.port = port;
    options.vars.push(("SONDEO_DEBUG".into(), "1".into()));
    options.vars.extend_from_slice(vars);
    Collector::start(&options).await.unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy);
        } else {
            fs::copy(&source, &copy).unwrap();
        }
    }
}

//! The `WebDriver` servers: one chromedriver for a whole run, and a geckodriver for each Firefox, as it drives one at a time.

use crate::{RUNTIME, scratch};
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::OnceCell;
use xtask::setup::{self, Engine};

pub(crate) struct Driver {
    pub(crate) url: String,
    /// The browser that it is to start.
    pub(crate) browser: PathBuf,
    _process: tokio::process::Child,
    /// Ends all that is left in the process group, the browsers too, when this process or the driver is gone.
    _keeper: Child,
}

impl Driver {
    pub(crate) async fn chromium() -> &'static Self {
        static SHARED: OnceCell<Driver> = OnceCell::const_new();
        SHARED
            .get_or_init(|| {
                start(Engine::Chromium, &["--port=0", "--log-level=SEVERE"], "successfully on port ")
            })
            .await
    }

    pub(crate) async fn firefox() -> Self {
        // The other port has a fixed default, which two drivers cannot share.
        start(Engine::Firefox, &["--port=0", "--websocket-port=0"], "Listening on 127.0.0.1:").await
    }
}

/// Starts a driver, which says its port after these words.
async fn start(engine: Engine, arguments: &[&str], before_port: &str) -> Driver {
    let found = setup::browser(engine).unwrap();
    let mut command = Command::new(found.driver);
    let temporary = scratch::fresh("driver");
    fs::create_dir(&temporary).unwrap();
    // Firefox refuses the home of somebody else, and writes to its own.
    command.args(arguments).env("TMPDIR", &temporary).env("HOME", temporary);
    command.process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let keeper = scratch::at_the_end(r#"kill -KILL "-$1""#, &process.id().unwrap().to_string());
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = loop {
        let line = lines.next_line().await.unwrap().expect("the driver says its port");
        if let Some((_, port)) = line.split_once(before_port) {
            break port.trim_end_matches('.').to_owned();
        }
    };
    // It may say more, and must not find the pipe closed or full.
    RUNTIME.spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let url = format!("http://127.0.0.1:{port}");
    Driver { url, browser: found.program, _process: process, _keeper: keeper }
}

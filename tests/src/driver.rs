//! One `chromedriver` for all browsers of a run.

use crate::scratch;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::OnceCell;
use xtask::setup;

pub(crate) struct Driver {
    pub(crate) url: String,
    pub(crate) chromium: PathBuf,
    _process: tokio::process::Child,
    _keeper: Child,
}

pub(crate) async fn shared() -> &'static Driver {
    static DRIVER: OnceCell<Driver> = OnceCell::const_new();
    DRIVER.get_or_init(start).await
}

async fn start() -> Driver {
    let found = setup::browser().unwrap();
    let mut command = Command::new(found.chromedriver);
    let temporary = scratch::fresh("driver");
    fs::create_dir(&temporary).unwrap();
    command.args(["--port=0", "--log-level=SEVERE"]).env("TMPDIR", temporary);
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    // The browsers are in its process group.
    let keeper = scratch::at_the_end(r#"kill -KILL "-$1""#, &process.id().unwrap().to_string());
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    // "ChromeDriver was started successfully on port 40123."
    let port = loop {
        let line = lines.next_line().await.unwrap().expect("chromedriver says its port");
        if let Some((_, port)) = line.split_once("successfully on port ") {
            break port.trim_end_matches('.').to_owned();
        }
    };
    let url = format!("http://127.0.0.1:{port}");
    Driver { url, chromium: found.chromium, _process: process, _keeper: keeper }
}

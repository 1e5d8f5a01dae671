//! The real Worker on workerd, with its state on disk: for the demo and for the end-to-end tests.

use std::fs::{self, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::token::Token;
use crate::{command, paths, setup};

/// Generous: a cold machine reads workerd's hundred megabytes from disk first.
const START: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(10);

/// What to start.
pub struct Options {
    /// The port on 127.0.0.1; `None` for a free one.
    pub port: Option<u16>,
    /// The folder of the Durable Objects' databases and of `collector.log`. It is made when it is missing.
    pub state: PathBuf,
    /// The Worker's variables, beside those of `config`.
    pub vars: Vec<(String, String)>,
    /// The Worker's `wrangler.toml`.
    pub config: PathBuf,
}

impl Options {
    /// The workspace's own Worker, on a free port, whose first token is `admin`.
    #[must_use]
    pub fn new(state: PathBuf, admin: &Token) -> Self {
        // All visitors of a demo or a test have one address.
        let vars = vec![
            ("SONDEO_ADMIN_TOKEN_SHA256".to_owned(), admin.sha256()),
            ("SONDEO_LIMITS".to_owned(), "off".to_owned()),
        ];
        Self { port: None, state, vars, config: paths::root().join("edge/wrangler.toml") }
    }
}

/// A running collector. Dropping it kills it, with every process that it started.
#[must_use = "a dropped collector is killed"]
pub struct Collector {
    /// Such as `http://127.0.0.1:8787`, without a slash at the end.
    pub base_url: String,
    child: Child,
    group: Pid,
    /// Miniflare's script stops by itself when this closes, even if we are killed.
    _lifeline: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Collector {
    /// Starts the built Worker and waits until `/healthz` answers 200.
    pub async fn start(options: &Options) -> Result<Self> {
        if let Some(port) = options.port {
            check_port(port)?;
        }
        fs::create_dir_all(&options.state)
            .with_context(|| format!("cannot create {}", options.state.display()))?;
        let log = options.state.join("collector.log");
        let mut child = spawn(options, &log)?;
        let group = child
            .id()
            .and_then(|id| Pid::from_raw(id.cast_signed()))
            .context("the collector has no process")?;
        let lifeline = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().context("the collector has no output")?);
        let mut collector = Self { base_url: String::new(), child, group, _lifeline: lifeline, stdout };
        match timeout(START, collector.wait_until_ready()).await {
            Ok(Ok(())) => Ok(collector),
            Ok(Err(error)) => Err(error.context(said(&log))),
            Err(_) => bail!("it did not answer within {} s\n{}", START.as_secs(), said(&log)),
        }
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).await?;
        let ready: Value = serde_json::from_str(&line).context("it stopped before it listened")?;
        ready["url"].as_str().context("it did not say where it listens")?.clone_into(&mut self.base_url);
        let health = format!("{}/healthz", self.base_url);
        while !reqwest::get(&health).await.is_ok_and(|reply| reply.status() == 200) {
            if let Some(status) = self.child.try_wait()? {
                bail!("it stopped ({status})");
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// The group of its processes.
    #[must_use]
    pub fn group(&self) -> i32 {
        self.group.as_raw_nonzero().get()
    }

    /// Waits until it stops by itself, which it does not unless something is wrong.
    pub async fn exited(&mut self) -> Result<()> {
        self.child.wait().await?;
        Ok(())
    }

    /// Stops it in good order: requests that run are answered, databases are closed.
    pub async fn stop(mut self) -> Result<()> {
        if let Some(id) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            kill_process(id, Signal::TERM).context("cannot stop the collector")?;
        }
        if timeout(STOP, self.child.wait()).await.is_err() {
            eprintln!("the collector does not stop: killing it");
        }
        self.kill().await
    }

    /// What a power cut is to it: SIGKILL for workerd and all beside it, with no time to write anything more.
    pub async fn kill(mut self) -> Result<()> {
        signal_group(self.group);
        self.child.wait().await?;
        // workerd is then nobody's child: it is gone when its group is.
        let end = Instant::now() + STOP;
        while test_kill_process_group(self.group).is_ok() && Instant::now() < end {
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        signal_group(self.group);
    }
}

fn signal_group(group: Pid) {
    match kill_process_group(group, Signal::KILL) {
        Ok(()) | Err(Errno::SRCH) => {}
        Err(error) => eprintln!("cannot kill the collector: {error}"),
    }
}

/// Fails with a sentence for the user when somebody listens there already.
pub fn check_port(port: u16) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .with_context(|| format!("port {port} is not free: stop what listens there, or choose another"))
}

fn spawn(options: &Options, log: &Path) -> Result<Child> {
    let npm = setup::runtime()?;
    let log = OpenOptions::new().create(true).append(true).open(log)?;
    let vars: Map<String, Value> = options.vars.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect();
    let arguments = json!({
        "config": options.config,
        "host": "127.0.0.1",
        "port": options.port.unwrap_or(0),
        "state": options.state,
        "vars": vars,
    });
    let mut node = Command::new(&npm.node.program);
    node.arg(paths::root().join("xtask/npm/serve.mjs")).arg(arguments.to_string());
    node.env("SONDEO_NODE_MODULES", &npm.modules).env("PATH", command::path_with(&npm.node.path)?);
    // Neither telemetry nor a question nor a request to anywhere.
    node.envs([
        ("CI", "1"),
        ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
        ("WRANGLER_HIDE_BANNER", "true"),
        ("WRANGLER_SEND_ERROR_REPORTS", "false"),
        ("WRANGLER_SEND_METRICS", "false"),
    ]);
    // Its own group, so that one signal reaches workerd too, and Ctrl-C in a terminal reaches neither.
    node.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
    node.spawn().context("cannot start node")
}

fn said(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    // workerd's stacks are addresses, which help nobody here.
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("stack:")).collect();
    format!(
        "the collector did not start; {} ends with:\n{}",
        log.display(),
        command::tail(&text.join("\n"), 20)
    )
}

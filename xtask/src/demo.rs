//! `cargo xtask demo`: the collector and a shop on another origin, with its surveys published.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method};
use sha2::{Digest, Sha256};
use sondeo_demo::Shop;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::collector::{self, Collector};
use crate::token::Token;
use crate::{build, seed};

/// The shop's site in the collector.
const SITE: &str = "kestrel";

/// What to run.
pub struct Options {
    /// Port of the collector.
    pub port: u16,
    /// Port of the shop.
    pub shop_port: u16,
    /// Folder that keeps responses and token.
    pub state: PathBuf,
    /// How many synthetic responses to send.
    pub seed: u32,
}

/// Builds, starts both, says where they are, and runs until Ctrl-C or SIGTERM.
pub fn run(options: &Options) -> Result<()> {
    collector::check_port(options.port)?;
    collector::check_port(options.shop_port)?;
    build::all()?;
    Runtime::new()?.block_on(serve(options))
}

async fn serve(options: &Options) -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    fs::create_dir_all(&options.state)
        .with_context(|| format!("cannot create {}", options.state.display()))?;
    let state = fs::canonicalize(&options.state)?;
    let token = Token::load_or_generate(&state.join("admin-token"))?;

    eprintln!("starting the collector…");
    let mut start = collector::Options::new(state.clone(), &token);
    start.port = Some(options.port);
    let mut collector = Collector::start(&start).await?;
    let shop = sondeo_demo::serve(sondeo_demo::Config {
        addr: (Ipv4Addr::LOCALHOST, options.shop_port).into(),
        collector: collector.base_url.clone(),
        site: SITE.to_owned(),
        csp: None,
    })
    .await
    .context("the shop does not start")?;

    let result = tokio::select! {
        result = prepare_and_announce(options, &state, &collector.base_url, &shop, &token) => match result {
            Ok(()) => tokio::select! {
                _ = interrupt.recv() => Ok(()),
                _ = terminate.recv() => Ok(()),
                _ = collector.exited() => Err(anyhow::anyhow!(
                    "the collector stopped by itself: see {}", state.join("collector.log").display()
                )),
            },
            Err(error) => Err(error),
        },
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    };
    shop.stop().await;
    collector.stop().await?;
    result
}

async fn prepare_and_announce(
    options: &Options,
    state: &Path,
    collector: &str,
    shop: &Shop,
    token: &Token,
) -> Result<()> {
    let origin = shop.origin();
    publish(state, collector, &origin, token).await?;
    if options.seed > 0 {
        let sent = seed::send(collector, SITE, &origin, options.seed).await?;
        eprintln!("seeded: {sent}");
    }
    println!("collector {collector}");
    println!("shop {origin}");
    println!("console {collector}/console");
    println!("token {}", token.as_str());
    Ok(())
}

/// Makes the site and publishes its surveys, unless this state has these very definitions already: every write of a
/// survey is a new version.
async fn publish(state: &Path, collector: &str, shop: &str, token: &Token) -> Result<()> {
    let site = sondeo_demo::site_definition(shop);
    let surveys = sondeo_demo::surveys();
    let mut hash = Sha256::new();
    hash.update(&site);
    for (id, definition) in surveys {
        hash.update(id);
        hash.update(definition);
    }
    let published = hex::encode(hash.finalize());
    let note = state.join("published");
    if fs::read_to_string(&note).is_ok_and(|old| old == published) {
        return Ok(());
    }
    let client = Client::new();
    let call = async |method: Method, path: &str, body: &str| {
        let request = client.request(method.clone(), format!("{collector}/v1/sites/{SITE}{path}"));
        let request = request.bearer_auth(token.as_str()).header("content-type", "application/json");
        let reply = request.body(body.to_owned()).send().await?;
        let status = reply.status();
        if !status.is_success() {
            bail!("{method} /v1/sites/{SITE}{path} answered {status}: {}", reply.text().await?);
        }
        Ok(())
    };
    call(Method::PUT, "", &site).await?;
    for (id, definition) in surveys {
        call(Method::PUT, &format!("/surveys/{id}"), definition).await?;
        call(Method::POST, &format!("/surveys/{id}/publish"), "").await?;
    }
    fs::write(&note, published).with_context(|| format!("cannot write {}", note.display()))
}

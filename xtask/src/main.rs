//! `cargo xtask`: everything a developer calls.

use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use xtask::push::{self, Access, Push};
use xtask::test::Which;
use xtask::{bench, build, demo, deploy, dist, paths, setup, size, test};

/// Builds, runs and tests Sondeo. Every command installs what it needs and is missing.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install everything that building and testing need
    Setup,
    /// Build the widget and the Worker
    Build,
    /// Run the collector and a shop that uses it, until Ctrl-C
    Demo {
        /// Port of the collector
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// Port of the shop
        #[arg(long, default_value_t = 8788)]
        shop_port: u16,
        /// Folder that keeps responses and token [default: target/demo-state]
        #[arg(long)]
        state: Option<PathBuf>,
        /// Send so many plausible responses first
        #[arg(long, default_value_t = 0)]
        seed: u32,
    },
    /// Run all that CI runs
    Test {
        /// Only tests whose name contains this, without lints and sizes
        filter: Option<String>,
        /// The fault suite in its long form: kills, crowds, histories, Schemathesis. Minutes
        #[arg(long, conflicts_with = "filter")]
        faults: bool,
    },
    /// Say how many bytes the widget and the Worker are
    Size {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Build, and make a folder that runs the collector on a server of your own
    Dist {
        /// The folder [default: target/dist]; state in it stays
        folder: Option<PathBuf>,
    },
    /// Measure how fast something is
    Bench {
        #[command(subcommand)]
        what: Bench,
    },
    /// Make the surveys of a collector those of a file
    Push {
        /// `surveys.toml`, or JSON where the name ends so
        file: PathBuf,
        #[command(flatten)]
        access: AccessArguments,
        /// Say what would change, and send nothing
        #[arg(long)]
        dry_run: bool,
        /// Do not ask before sending
        #[arg(long)]
        yes: bool,
        /// Have them asked; without it, drafts are saved. What is paused stays paused
        #[arg(long)]
        publish: bool,
    },
    /// Write the surveys of a site as such a file
    Pull {
        /// The site's name
        site: String,
        #[command(flatten)]
        access: AccessArguments,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// Where it goes [default: standard output]
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Build, then call the pinned `wrangler deploy`
    Deploy {
        /// Arguments for wrangler, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
}

#[derive(Args)]
struct AccessArguments {
    /// Where the collector is
    #[arg(long, default_value = "http://127.0.0.1:8787")]
    collector: String,
    /// A file with the token in it [default: the variable `SONDEO_TOKEN`]
    #[arg(long)]
    token_file: Option<PathBuf>,
}

impl AccessArguments {
    fn access(&self) -> Result<Access> {
        Access::new(&self.collector, self.token_file.as_deref())
    }
}

#[derive(Subcommand)]
enum Bench {
    /// Answers taken, beside a minimal Worker that makes the same insert
    Ingest {
        /// How often each has its turn
        #[arg(long, default_value_t = bench::TURNS, value_parser = clap::value_parser!(u32).range(1..))]
        turns: u32,
        /// Where the figures go, as JSON
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Statistics of up to a million answers, cold and warm
    Stats {
        /// Where the figures go, as JSON
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Exports of all formats, beside the command `sqlite3`, and whether they hold what is stored
    Export {
        /// How many answers; several sizes with commas between them
        #[arg(long, value_delimiter = ',', default_values_t = bench::ROWS)]
        rows: Vec<u32>,
        /// Where the figures go, as JSON
        #[arg(long)]
        json: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Setup => setup::all(),
        Command::Build => build::all().map(drop),
        Command::Demo { port, shop_port, state, seed } => {
            let state = state.unwrap_or_else(|| paths::target().join("demo-state"));
            demo::run(&demo::Options { port, shop_port, state, seed })
        }
        Command::Test { faults: true, .. } => test::run(Which::Faults),
        Command::Test { filter, .. } => test::run(filter.as_deref().map_or(Which::All, Which::Matching)),
        Command::Size { json } => print_sizes(json),
        Command::Dist { folder } => dist::run(&folder.unwrap_or_else(|| paths::target().join("dist"))),
        Command::Bench { what: Bench::Ingest { turns, json } } => bench::ingest(turns, json.as_deref()),
        Command::Bench { what: Bench::Stats { json } } => bench::stats::run(json.as_deref()),
        Command::Bench { what: Bench::Export { rows, json } } => bench::export(&rows, json.as_deref()),
        Command::Push { file, access, dry_run, yes, publish } => {
            let mut input = io::stdin().lock();
            let answers = io::stdin().is_terminal().then_some(&mut input as &mut dyn BufRead);
            push::push(&Push { file, dry_run, yes, publish }, &access.access()?, &mut io::stdout(), answers)
        }
        Command::Pull { site, access, json, output } => {
            let text = push::pull(&site, json, &access.access()?)?;
            let Some(file) = output else {
                print!("{text}");
                return Ok(());
            };
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
        }
        Command::Deploy { arguments } => deploy::run(&arguments),
    }
}

fn print_sizes(json: bool) -> Result<()> {
    build::all()?;
    let sizes = size::Sizes::measure()?;
    if json {
        println!("{:#}", sizes.json());
    } else {
        print!("{}", sizes.table());
    }
    Ok(())
}

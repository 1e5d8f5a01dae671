//! `cargo xtask dist`: a folder that runs the collector on one server, with workerd alone.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::setup::Npm;
use crate::{build, paths};

/// Builds, and fills the folder.
pub fn run(folder: &Path) -> Result<()> {
    let tools = build::all()?;
    fill(folder, &tools.npm)?;
    println!("{} is ready: see its README", folder.display());
    Ok(())
}

/// Puts the built Worker, workerd and their configuration into a folder. State that is there stays.
pub fn fill(folder: &Path, npm: &Npm) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let toml = fs::read_to_string(paths::root().join("edge/wrangler.toml"))?;
    let mut modules = Vec::new();
    for entry in fs::read_dir(paths::edge_dist()).context("the Worker is not built")? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = match file.extension().and_then(|extension| extension.to_str()) {
            Some("js") => "esModule",
            Some("wasm") => "wasm",
            _ => continue,
        };
        replace(&file, &folder.join(&name))?;
        modules.push(format!("(name = \"{name}\", {kind} = embed \"{name}\")"));
    }
    // The first module is the Worker.
    modules.sort();
    replace(&workerd(npm)?, &folder.join("workerd"))?;
    let (config, script) = config(&toml, &modules)?;
    fs::write(folder.join("config.capnp"), config)?;
    fs::write(folder.join("README.md"), README)?;
    fs::write(folder.join("Caddyfile"), CADDY)?;
    let run = folder.join("run");
    fs::write(&run, script)?;
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Copies a file. One that is being run cannot be written, but another may take its name.
fn replace(from: &Path, to: &Path) -> Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display())).map(drop)
}

/// workerd's program, of the package for this machine.
fn workerd(npm: &Npm) -> Result<PathBuf> {
    let os = if OS == "macos" { "darwin" } else { OS };
    let arch = if ARCH == "aarch64" { "arm64" } else { "64" };
    let program = npm.modules.join(format!("@cloudflare/workerd-{os}-{arch}/bin/workerd"));
    if !program.is_file() {
        bail!("npm has no workerd for {OS} {ARCH}");
    }
    Ok(program)
}

/// workerd's configuration and the script that starts it, by what `wrangler.toml` says.
fn config(toml: &str, modules: &[String]) -> Result<(String, String)> {
    let date = values(toml, "compatibility_date");
    let [date] = date[..] else { bail!("wrangler.toml has not exactly one compatibility_date") };
    let classes = values(toml, "class_name");
    let bindings = toml.split("[[").filter(|part| part.starts_with("durable_objects.bindings]]"));
    let bindings: Vec<&str> = bindings.flat_map(|part| values(part, "name")).collect();
    if bindings.len() != classes.len() || classes.is_empty() {
        bail!("each object of wrangler.toml must have a name and a class");
    }
    let objects = bindings.iter().zip(&classes);
    let objects =
        objects.map(|(name, class)| format!("(name = \"{name}\", durableObjectNamespace = \"{class}\")"));
    let namespaces = classes
        .iter()
        .map(|class| format!("(className = \"{class}\", uniqueKey = \"sondeo-{class}\", enableSql = true)"));
    let config = CONFIG.replace("DATE", date);
    let config = config.replace("MODULES", &list(modules.iter().cloned()));
    let config = config.replace("NAMESPACES", &list(namespaces));
    Ok((config, RUN.replace("BINDINGS", &list(objects))))
}

/// The items of a list, one a line.
fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",\n    ")
}

/// The texts that lines `key = "…"` give.
fn values<'a>(toml: &'a str, key: &str) -> Vec<&'a str> {
    let value = |line: &'a str| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches('"'))
    };
    toml.lines().filter_map(value).collect()
}

const CONFIG: &str = r#"# workerd's configuration of the collector. `run` says where it listens and where its state is, and writes the bindings.
using Workerd = import "/workerd/workerd.capnp";
using Bindings = import "/bindings.capnp";

const config :Workerd.Config = (
  services = [
    (name = "sondeo", worker = .sondeo),
    (name = "state", disk = (path = "state", writable = true)),
    # What the collector may call: no address of your own network.
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [
    (name = "http", service = "sondeo", http = (forwardedProtoHeader = "X-Forwarded-Proto")),
  ],
);

const sondeo :Workerd.Worker = (
  compatibilityDate = "DATE",
  modules = [
    MODULES,
  ],
  bindings = Bindings.bindings,
  # The keys are part of where the state lies: never change them.
  durableObjectNamespaces = [
    NAMESPACES,
  ],
  durableObjectStorage = (localDisk = "state"),
);
"#;

const RUN: &str = r#"#!/bin/sh
# Runs the collector until it is stopped.
set -eu
cd "$(dirname "$0")"
: "${SONDEO_ADMIN_TOKEN_SHA256:?set it to the hex SHA-256 of the administrator's token (README.md)}"
if [ -n "${SONDEO_JURISDICTION:-}" ]; then
  echo "workerd has no jurisdictions: unset SONDEO_JURISDICTION" >&2
  exit 1
fi
state=${SONDEO_STATE:-state}
mkdir -p "$state"
# The variables that are set, and no others: a binding to one that is not would be null, and the Worker knows no null.
variables=$(env | sed -n 's/^\(SONDEO_[A-Z0-9_]*\)=.*/  (name = "\1", fromEnvironment = "\1"),/p')
cat > "$state/bindings.capnp" <<END
@0xd7e4c1b25a903f68;
using Workerd = import "/workerd/workerd.capnp";
const bindings :List(Workerd.Worker.Binding) = [
    BINDINGS,
$variables
];
END
exec ./workerd serve config.capnp "--import-path=$state" "--directory-path=state=$state" \
  "--socket-addr=http=${SONDEO_LISTEN:-127.0.0.1:8787}"
"#;

const CADDY: &str = "# TLS in front of the collector: put your name here, and run `caddy run` in this folder.
surveys.shop.example {
	reverse_proxy 127.0.0.1:8787
}
";

const README: &str = r#"# The collector on one server
1. A token, and its hash for the server: `token="sondeo_$(openssl rand -hex 4)_$(openssl rand -hex 32)"; printf %s "$token" | sha256sum`
2. `SONDEO_ADMIN_TOKEN_SHA256=<the hash> ./run` listens on 127.0.0.1:8787 (`SONDEO_LISTEN`) and keeps all in `state` (`SONDEO_STATE`).
3. TLS in front of it: `caddy run` with the Caddyfile, or any proxy that keeps `Host` and sends `X-Forwarded-Proto` itself.
4. Back-up: stop it, copy the state's folder, start it. While it runs, only a snapshot of the file system will do.
5. Another release: stop it, replace all but the state's folder, start it. Of what Cloudflare has, there is no archive (R2) here.
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_says_what_wrangler_says() {
        let toml = fs::read_to_string(paths::root().join("edge/wrangler.toml")).unwrap();
        let (config, run) = config(&toml, &["(name = \"index.js\")".into()]).unwrap();
        for line in [
            "  compatibilityDate = \"2026-04-01\",",
            "    (name = \"index.js\"),",
            "    (name = \"REGISTRY\", durableObjectNamespace = \"Registry\"),",
            "    (name = \"SHARD\", durableObjectNamespace = \"Shard\"),",
            "    (className = \"Shard\", uniqueKey = \"sondeo-Shard\", enableSql = true),",
        ] {
            assert!(config.lines().chain(run.lines()).any(|other| other == line), "{line}\n{config}{run}");
        }
    }
}

//! The collector's API, as far as surveys go.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use sondeo_survey::slug::Slug;
use ureq::Agent;
use ureq::http::Response;

/// Where a collector is, and the token for it.
pub struct Access {
    /// Such as `https://sondeo.example`.
    pub collector: String,
    /// With `survey:write`; any will do to pull.
    pub token: String,
}

impl Access {
    /// The token is that of a file, else of `SONDEO_TOKEN`: never of the command line, which other users of the machine see.
    pub fn new(collector: &str, token_file: Option<&Path>) -> Result<Self> {
        let token = match token_file {
            Some(file) => {
                fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
            }
            None => {
                env::var("SONDEO_TOKEN").context("no token: set SONDEO_TOKEN, or say --token-file FILE")?
            }
        };
        Ok(Self { collector: collector.trim_end_matches('/').to_owned(), token: token.trim().to_owned() })
    }
}

/// A survey as the collector has it.
#[derive(Deserialize)]
pub struct Known {
    id: String,
    pub status: String,
    pub shards: u16,
    pub draft: Value,
    pub published: Option<Value>,
}

/// A collector that is asked.
pub struct Remote<'a> {
    agent: Agent,
    access: &'a Access,
}

impl<'a> Remote<'a> {
    /// Of this access.
    pub fn new(access: &'a Access) -> Result<Self> {
        // A token in clear over a network is anybody's.
        let is_local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .filter_map(|local| access.collector.strip_prefix(local))
            .any(|rest| rest.is_empty() || rest.starts_with(':'));
        if !is_local && !access.collector.starts_with("https://") {
            bail!("{} must begin with https://", access.collector);
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)));
        Ok(Self { agent: config.build().into(), access })
    }

    /// The surveys of a site, by name.
    pub fn surveys(&self, site: &Slug) -> Result<BTreeMap<String, Known>> {
        #[derive(Deserialize)]
        struct List {
            items: Vec<Known>,
        }
        let request = self.agent.get(self.url(site, ""));
        let text = read(request.header("Authorization", self.bearer()).call())
            .with_context(|| format!("cannot read the surveys of {site}"))?;
        let list: List = serde_json::from_str(&text).context("the collector answered something else")?;
        Ok(list.items.into_iter().map(|known| (known.id.clone(), known)).collect())
    }

    /// Saves a draft.
    pub fn put(&self, site: &Slug, name: &Slug, draft: &Value) -> Result<()> {
        let request = self.agent.put(self.url(site, &format!("/{name}")));
        let request =
            request.header("Authorization", self.bearer()).header("Content-Type", "application/json");
        read(request.send(draft.to_string())).map(drop)
    }

    /// Makes the draft live.
    pub fn publish(&self, site: &Slug, name: &Slug) -> Result<()> {
        let request = self.agent.post(self.url(site, &format!("/{name}/publish")));
        read(request.header("Authorization", self.bearer()).send_empty()).map(drop)
    }

    fn url(&self, site: &Slug, rest: &str) -> String {
        format!("{}/v1/sites/{site}/surveys{rest}", self.access.collector)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.access.token)
    }
}

/// The body of a reply; the collector's own words where it refused.
fn read(reply: Result<Response<ureq::Body>, ureq::Error>) -> Result<String> {
    let mut reply = reply.context("the collector did not answer")?;
    let text = reply.body_mut().read_to_string().context("the collector's answer broke off")?;
    if reply.status().is_success() {
        return Ok(text);
    }
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut words = vec![format!("the collector answered {}", reply.status())];
    for member in ["title", "detail"] {
        words.extend(problem.get(member).and_then(Value::as_str).map(|said| format!(": {said}")));
    }
    for fault in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let member = |name: &str| fault.get(name).and_then(Value::as_str).unwrap_or_default();
        words.push(format!("\n  {}: {}", member("pointer"), member("detail")));
    }
    bail!(words.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_no_open_line() {
        for (collector, is_good) in [
            ("https://sondeo.example", true),
            ("http://127.0.0.1:8787", true),
            ("http://localhost", true),
            ("http://localhost.evil.example", false),
            ("http://sondeo.example", false),
            ("sondeo.example", false),
        ] {
            let access = Access { collector: collector.into(), token: String::new() };
            assert_eq!(Remote::new(&access).is_ok(), is_good, "{collector}");
        }
    }
}

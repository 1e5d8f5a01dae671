//! Surveys as code: `cargo xtask push FILE` makes a collector's surveys those of a file, `pull` writes that file.

mod collector;
mod file;

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use sondeo_survey::change::{Change, changes};
use sondeo_survey::draft::Draft;
use sondeo_survey::file::SurveyFile;
use sondeo_survey::slug::Slug;

use collector::Known;
pub use collector::{Access, Remote};

/// What a push is told.
#[derive(Default)]
pub struct Push {
    /// TOML, or JSON where its name ends so.
    pub file: PathBuf,
    /// Only say what would change.
    pub dry_run: bool,
    /// Do not ask.
    pub yes: bool,
    /// Have the surveys asked in their new form.
    pub publish: bool,
}

/// What happens to a survey.
struct Step<'a> {
    name: &'a Slug,
    draft: &'a Draft,
    known: Option<&'a Known>,
    changes: Vec<Change>,
    publishes: bool,
}

impl Step<'_> {
    fn is_anything(&self) -> bool {
        self.known.is_none() || !self.changes.is_empty() || self.publishes
    }
}

/// Checks everything first, says what would change, asks, and only then sends. `answers` is where a person's answer comes from;
/// none is nobody to ask.
pub fn push(
    push: &Push,
    access: &Access,
    out: &mut dyn Write,
    answers: Option<&mut dyn BufRead>,
) -> Result<()> {
    let (file, unknown) = file::read(&push.file)?;
    for pointer in unknown {
        writeln!(out, "warning: {pointer} is not known, and left out")?;
    }
    let remote = Remote::new(access)?;
    let known = remote.surveys(&file.site)?;
    let steps: Vec<Step<'_>> =
        file.surveys.iter().map(|(name, draft)| step(push, name, draft, known.get(name.as_str()))).collect();
    check_fixed(&steps)?;
    writeln!(out, "{} on {}", file.site, access.collector)?;
    for step in &steps {
        tell(out, step)?;
    }
    for name in known.keys().filter(|name| !file.surveys.keys().any(|here| here.as_str() == *name)) {
        writeln!(out, "  {name}: not in the file, stays as it is")?;
    }
    let steps: Vec<Step<'_>> = steps.into_iter().filter(Step::is_anything).collect();
    if steps.is_empty() {
        writeln!(out, "Nothing to do.")?;
        return Ok(());
    }
    if push.dry_run {
        writeln!(out, "Nothing was sent (--dry-run).")?;
        return Ok(());
    }
    if !push.yes && !is_wanted(out, answers)? {
        writeln!(out, "Nothing was sent.")?;
        return Ok(());
    }
    send(&remote, &file.site, &steps, out)
}

fn step<'a>(push: &Push, name: &'a Slug, draft: &'a Draft, known: Option<&'a Known>) -> Step<'a> {
    let wanted = json!(draft.definition);
    let changes = known.map(|known| changes(&known.draft, &wanted)).unwrap_or_default();
    let is_paused = known.is_some_and(|known| known.status == "paused");
    let is_asked = known.is_some_and(|known| known.published.as_ref() == Some(&wanted));
    Step { name, draft, known, changes, publishes: push.publish && !is_paused && !is_asked }
}

/// What the collector would refuse, before anything is sent.
fn check_fixed(steps: &[Step<'_>]) -> Result<()> {
    let mut faults = Vec::new();
    for Step { name, draft, known, .. } in steps {
        let Some(known) = known else { continue };
        if draft.shards.is_some_and(|shards| shards != known.shards) {
            faults.push(format!(
                "/surveys/{name}/shards: was fixed at {} when the survey was created",
                known.shards
            ));
        }
        let Some(published) = &known.published else { continue };
        let wanted = json!(draft.definition);
        for member in
            ["metric", "scale"].into_iter().filter(|member| published.get(member) != wanted.get(member))
        {
            let was = published.get(member).unwrap_or(&Value::Null);
            faults.push(format!(
                "/surveys/{name}/{member}: was fixed at {was} by the first publication; make another survey"
            ));
        }
        let is_by_order =
            |definition: &Value| definition.pointer("/frequency/window") == Some(&Value::from("order"));
        if is_by_order(published) != is_by_order(&wanted) {
            faults.push(format!(
                "/surveys/{name}/frequency/window: cannot change between \"order\" and the others after the first publication"
            ));
        }
    }
    ensure!(faults.is_empty(), "nothing was sent:\n  {}", faults.join("\n  "));
    Ok(())
}

fn tell(out: &mut dyn Write, step: &Step<'_>) -> Result<()> {
    let Step { name, known, changes, publishes, .. } = step;
    let what = match known {
        None => "created",
        Some(_) if !changes.is_empty() => "changed",
        Some(_) => "unchanged",
    };
    let status = match known {
        _ if *publishes => ", published",
        Some(known) if known.status == "paused" => ", stays paused",
        _ => "",
    };
    writeln!(out, "  {name}: {what}{status}")?;
    for Change { pointer, old, new } in changes {
        let [old, new] = [old, new].map(|value| value.as_deref().unwrap_or("nothing"));
        writeln!(out, "    {pointer}: {old} → {new}")?;
    }
    Ok(())
}

fn is_wanted(out: &mut dyn Write, answers: Option<&mut dyn BufRead>) -> Result<bool> {
    let Some(answers) = answers else { bail!("there is nobody to ask: say --yes, or --dry-run") };
    write!(out, "Send this? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// All drafts first, then what is published: a draft that is refused leaves visitors what they had.
fn send(remote: &Remote, site: &Slug, steps: &[Step<'_>], out: &mut dyn Write) -> Result<()> {
    let mut sent: Vec<String> = Vec::new();
    let mut done = |out: &mut dyn Write, text: String, result: Result<()>| -> Result<()> {
        if let Err(error) = result {
            let before = if sent.is_empty() { "nothing".into() } else { sent.join(", ") };
            return Err(error.context(format!("{text} failed; done before: {before}. Push again to go on")));
        }
        writeln!(out, "{text}")?;
        sent.push(text);
        Ok(())
    };
    for step in steps.iter().filter(|step| step.known.is_none() || !step.changes.is_empty()) {
        let result = remote.put(site, step.name, &step.draft.document());
        done(out, format!("saved {}", step.name), result)?;
    }
    for step in steps.iter().filter(|step| step.publishes) {
        done(out, format!("published {}", step.name), remote.publish(site, step.name))?;
    }
    Ok(())
}

/// The surveys of a site, as a file: TOML, or JSON.
pub fn pull(site: &str, as_json: bool, access: &Access) -> Result<String> {
    let Some(site) = Slug::parse(site) else { bail!("a site's name {}", Slug::RULE) };
    let surveys = Remote::new(access)?.surveys(&site)?;
    let mut file = json!({ "site": site, "surveys": {} });
    for (name, known) in surveys {
        let mut draft = known.draft;
        draft["shards"] = known.shards.into();
        file["surveys"][name] = draft;
    }
    let file = SurveyFile::parse(file.to_string().as_bytes())?;
    Ok(if as_json { format!("{:#}\n", file.document()) } else { file.to_toml() })
}

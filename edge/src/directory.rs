//! Sites and their live surveys, as ingest and loader need them, kept in this isolate for a short while: the
//! Registry is one object, and a page view or an answer must not wait for it.

use crate::browser::widget;
use crate::challenge;
use crate::problem::Problem;
use crate::registry::{self, live::GetLive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use sondeo_survey::definition::Definition;
use sondeo_survey::live::{Live, LiveTurnstile, to_script};
use sondeo_survey::site::Site;
use sondeo_survey::slug::Slug;
use sondeo_survey::webhook::Webhook;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use worker::Env;

/// How long a change may take to reach every isolate.
const FRESH_MS: i64 = 30_000;
/// A site takes some 20 KB, an isolate has 128 MB.
const MOST_SITES: usize = 500;

/// A site that exists.
pub(crate) struct LiveSite {
    /// Its settings.
    pub(crate) settings: Site,
    /// Their version.
    pub(crate) version: u32,
    /// The key of respondents' hashes.
    pub(crate) secret: Vec<u8>,
    /// Its published surveys.
    pub(crate) surveys: Vec<LiveSurvey>,
    /// The names of its other surveys.
    pub(crate) drafts: Vec<String>,
    /// Its webhooks, by name.
    pub(crate) webhooks: Vec<(String, Webhook)>,
    /// What its pages need for a challenge, where the site has one.
    pub(crate) turnstile: Option<LiveTurnstile>,
    /// The loader with the surveys inside.
    pub(crate) script: String,
    /// The script's entity tag.
    pub(crate) etag: String,
}

/// A published survey.
pub(crate) struct LiveSurvey {
    /// Its name in addresses.
    pub(crate) id: String,
    /// Over how many objects its answers are spread.
    pub(crate) shards: u16,
    /// The published version.
    pub(crate) version: u32,
    /// What is published.
    pub(crate) definition: Definition,
    /// Whether visitors are asked.
    pub(crate) asked: bool,
}

struct Kept {
    until: i64,
    site: Rc<LiveSite>,
}

thread_local! {
    static KEPT: RefCell<HashMap<Slug, Kept>> = RefCell::new(HashMap::new());
}

/// A site that exists. Unknown ones are not kept: a guesser would fill the cache, and a new site would seem missing.
pub(crate) async fn site(env: &Env, id: &Slug, now: i64) -> Result<Rc<LiveSite>, Problem> {
    let kept =
        KEPT.with_borrow(|kept| kept.get(id).filter(|kept| now < kept.until).map(|kept| kept.site.clone()));
    if let Some(site) = kept {
        return Ok(site);
    }
    let stored = registry::send(env, &GetLive { site: id.to_string() }).await?.ok_or(Problem::UnknownSite)?;
    let settings = Site::parse(stored.settings.as_bytes())
        .map_err(|faults| Problem::Internal(format!("stored settings of {id}: {faults}")))?;
    let surveys = stored.surveys.into_iter().map(|survey| {
        let definition = Definition::parse(survey.definition.as_bytes())
            .map_err(|faults| Problem::Internal(format!("stored survey {id}/{}: {faults}", survey.id)))?;
        Ok(LiveSurvey {
            id: survey.id,
            shards: survey.shards,
            version: survey.version,
            definition,
            asked: survey.asked,
        })
    });
    let surveys = surveys.collect::<Result<Vec<_>, Problem>>()?;
    let webhooks = stored.webhooks.into_iter().map(|stored| Ok((stored.id.clone(), stored.parse()?)));
    let webhooks = webhooks.collect::<Result<Vec<_>, Problem>>()?;
    let secret =
        hex::decode(&stored.secret).map_err(|_| Problem::Internal(format!("stored secret of {id}")))?;
    let turnstile = challenge::widget(env, &settings);
    let script = script(id, &settings, stored.version, &surveys, turnstile.clone());
    let etag = format!("\"{}\"", hex::encode(Sha256::digest(&script).split_at(16).0));
    let site = LiveSite {
        settings,
        version: stored.version,
        secret,
        surveys,
        drafts: stored.drafts,
        webhooks,
        turnstile,
        script,
        etag,
    };
    let site = Rc::new(site);
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= MOST_SITES {
            kept.clear();
        }
        kept.insert(id.clone(), Kept { until: now.saturating_add(FRESH_MS), site: site.clone() });
    });
    Ok(site)
}

/// Forgets a site that was just changed, so that at least this isolate shows the change at once.
pub(crate) fn forget(id: &Slug) {
    KEPT.with_borrow_mut(|kept| kept.remove(id));
}

/// What the core takes for `import` and `fetch` of code.
const CODE: [(&str, &str); 2] = [("__SONDEO_IMPORT__", "import"), ("__SONDEO_FETCH__", "fetch")];

fn script(
    id: &Slug,
    settings: &Site,
    version: u32,
    surveys: &[LiveSurvey],
    turnstile: Option<LiveTurnstile>,
) -> String {
    let core = CODE.iter().fold(widget::LOADER.to_owned(), |core, (ours, own)| core.replace(ours, own));
    compose(&core, &live(id, settings, version, surveys, turnstile))
}

/// The script of [`LiveSite`] in its pinned form: what it loads must be this build's files, byte for byte.
pub(crate) fn pinned(id: &Slug, site: &LiveSite) -> String {
    let files = widget::FILES.iter().map(|file| (file.name, integrity(file.raw))).collect::<BTreeMap<_, _>>();
    let files = serde_json::to_string(&files).unwrap_or_default();
    let part =
        widget::PARTS.iter().find(|(name, _)| *name == "pinned").map(|(_, code)| *code).unwrap_or_default();
    let core = compose(
        widget::LOADER,
        &live(id, &site.settings, site.version, &site.surveys, site.turnstile.clone()),
    );
    let [(import, _), (fetch, _)] = CODE;
    format!("(([{import},{fetch}])=>{{{core}}})(({part})({files}))")
}

/// What a page writes into `integrity` (W3C Subresource Integrity).
pub(crate) fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

fn live<'a>(
    id: &'a Slug,
    settings: &'a Site,
    version: u32,
    surveys: &'a [LiveSurvey],
    turnstile: Option<LiveTurnstile>,
) -> Live<'a> {
    let asked = surveys.iter().filter(|survey| survey.asked);
    let asked = asked.map(|survey| (survey.id.as_str(), survey.version, &survey.definition));
    let live = Live::new(id.as_str(), settings, version, widget::HASH, asked);
    // Also of one that is paused.
    Live { forgets: !surveys.is_empty(), turnstile, ..live }
}

/// The loader's core with those of its parts that the surveys need, and with the surveys. These come last: their text
/// is the owner's, and may hold anything.
fn compose(core: &str, live: &Live<'_>) -> String {
    let needed = live.parts();
    let parts = widget::PARTS.iter().filter(|(name, _)| needed.contains(name));
    let parts: Vec<String> = parts.map(|(name, expression)| format!("{name}:{expression}")).collect();
    let core = core.replacen("__SONDEO_PARTS__", &format!("{{{}}}", parts.join(",")), 1);
    core.replacen("__SONDEO_CONFIG__", &to_script(live), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_that_a_survey_can_need_is_there() {
        let definition = Definition::parse(
            br#"{"title": "T", "metric": "nps", "wording": {"en": {"question": "{{a}}"}}, "triggers": [
                {"on": "load"}, {"on": "scroll", "percent": 1}, {"on": "exit"}, {"on": "click", "selector": "a"},
                {"on": "visible", "selector": "a"}, {"on": "views", "count": 1}, {"on": "time", "seconds": 1}, {"on": "event", "name": "purchase"}],
              "audience": {"urls": {"include": [{"prefix": "/"}], "exclude": [{"prefix": "h"}]}, "devices": ["mobile"], "locales": ["en"],
                "referrers": [""], "utm": {"source": ["a"]}, "visitors": "new", "attributes": [{"property": "a", "exists": true}],
                "sample_percent": 1}}"#,
        );
        let settings = Site::parse(
            br#"{"name": "S", "origins": [], "consent_policy": "opt_in", "consent_from": ["tcf", "gcm"]}"#,
        );
        let (Ok(definition), Ok(settings)) = (definition, settings) else { panic!("both are right") };
        let live = Live { forgets: true, ..Live::new("s", &settings, 1, "0", [("n", 1, &definition)]) };
        let there: Vec<&str> = widget::PARTS.iter().map(|(name, _)| *name).collect();
        for part in live.parts() {
            assert!(there.contains(&part), "{part}");
        }
        let script = compose(widget::LOADER, &live);
        assert!(!script.contains("__SONDEO_CONFIG") && !script.contains("__SONDEO_PARTS"), "{script}");
        assert!(script.contains("{attr:") && !script.contains("inline:"), "{script}");
    }

    #[test]
    fn the_pinned_form_names_every_file_and_the_plain_one_needs_nothing_around_it() {
        let Some(id) = Slug::parse("s") else { panic!("a name") };
        let Ok(settings) = Site::parse(br#"{"name": "S", "origins": [], "consent_policy": "opt_in"}"#) else {
            panic!("settings")
        };
        let plain = script(&id, &settings, 1, &[], None);
        assert!(plain.contains("import(") && !plain.contains("__SONDEO"), "{plain}");
        let site = LiveSite {
            settings,
            version: 1,
            secret: Vec::new(),
            surveys: Vec::new(),
            drafts: Vec::new(),
            webhooks: Vec::new(),
            turnstile: None,
            script: plain,
            etag: String::new(),
        };
        let pinned = pinned(&id, &site);
        for name in [
            "card.js",
            "card.wasm",
            "challenge.js",
            "failed.js",
            "platform.js",
            "frame.js",
            "preview.js",
            "tab.js",
            "debug.js",
        ] {
            assert!(pinned.contains(&format!("\"{name}\":\"sha256-")), "{name}");
        }
        assert!(pinned.contains("modulepreload"), "{pinned}");
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
        );
    }
}

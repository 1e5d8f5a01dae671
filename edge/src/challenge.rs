//! Cloudflare Turnstile: where its widget comes from, and asking the service whether a visitor passed its challenge.

use crate::log;
use crate::outward::Post;
use crate::problem::Problem;
use form_urlencoded::Serializer;
use serde::Deserialize;
use sondeo_survey::live::LiveTurnstile;
use sondeo_survey::site::{Site, Turnstile, TurnstileMode};
use std::time::Duration;
use uuid::Uuid;
use worker::Env;

const SERVICE: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/// `explicit`: whoever loads it says what is drawn where.
const SCRIPT: &str = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";
const PATIENCE: Duration = Duration::from_secs(5);

/// What a new answer may be, by its challenge. A later revision of a known one has been through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Passed, or the site does not ask.
    Passed,
    /// Stored with the flag `bot`.
    Flagged,
    /// Not stored unless it is known.
    Refused,
}

/// What pages of this site need for the widget, if it has one.
pub(crate) fn widget(env: &Env, settings: &Site) -> Option<LiveTurnstile> {
    let Turnstile { sitekey, .. } = settings.turnstile.as_ref()?;
    let script = env.var("SONDEO_TURNSTILE_SCRIPT").map_or_else(|_| SCRIPT.to_owned(), |at| at.to_string());
    Some(LiveTurnstile { sitekey: sitekey.clone(), script })
}

#[derive(Deserialize)]
struct Reply {
    success: bool,
}

/// Checks an answer's token. Where the service cannot be asked, the mode `flag` lets the answer pass, as it is no fault of
/// the visitor's, and `require` has it sent again — 503
pub(crate) async fn check(
    env: &Env,
    turnstile: Option<&Turnstile>,
    token: Option<&str>,
    answer: Uuid,
) -> Result<Verdict, Problem> {
    let Some(turnstile) = turnstile else { return Ok(Verdict::Passed) };
    let failed = match turnstile.mode {
        TurnstileMode::Flag => Verdict::Flagged,
        TurnstileMode::Require => Verdict::Refused,
    };
    let Some(token) = token else { return Ok(failed) };
    match (ask(env, token, answer).await, turnstile.mode) {
        (Ok(true), _) => Ok(Verdict::Passed),
        (Ok(false), _) => Ok(failed),
        (Err(what), TurnstileMode::Require) => Err(Problem::Unavailable(format!("Turnstile: {what}"))),
        (Err(what), TurnstileMode::Flag) => {
            log::error("turnstile", &[("detail", &what)]);
            Ok(Verdict::Passed)
        }
    }
}

/// The visitor's address is not told to the service. The answer's id makes a repeat of the same answer count as one.
async fn ask(env: &Env, token: &str, answer: Uuid) -> Result<bool, String> {
    let secret = env.var("SONDEO_TURNSTILE_SECRET").map_err(|_| "SONDEO_TURNSTILE_SECRET is not set")?;
    let service = env.var("SONDEO_TURNSTILE_VERIFY").map_or_else(|_| SERVICE.to_owned(), |at| at.to_string());
    let mut form = Serializer::new(String::new());
    form.append_pair("secret", &secret.to_string()).append_pair("response", token);
    form.append_pair("idempotency_key", &answer.to_string());
    let post = Post {
        url: &service,
        headers: &[("Content-Type", "application/x-www-form-urlencoded")],
        body: &form.finish(),
        patience: PATIENCE,
        is_read: true,
    };
    let said = post.send().await.map_err(|_| "the request cannot be made")?;
    let reply = said.map_err(|silence| format!("{silence:?}"))?.body;
    let reply: Reply = serde_json::from_slice(&reply).map_err(|_| "the reply cannot be read")?;
    Ok(reply.success)
}

//! The console's words, one file a language. A word that a language lacks does not compile.

pub(crate) mod editing;
mod en;
mod es;
mod pt_br;
pub(crate) mod reading;
mod ro;

use crate::accept;
use crate::auth::session;
use crate::problem::Problem;
use crate::routes::Call;
use sondeo_survey::link::parameter;
use sondeo_survey::locale::choose;
use sondeo_survey::metric::Metric;

/// All words of one language, by where they stand.
pub(crate) struct Texts {
    pub(crate) locale: &'static str,
    /// The language's own name.
    pub(crate) language: &'static str,

    // signing in
    pub(crate) sign_in: &'static str,
    pub(crate) sign_in_title: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) token: &'static str,
    pub(crate) token_hint: &'static str,
    pub(crate) wrong_token: &'static str,
    pub(crate) too_many: &'static str,

    // around every page
    pub(crate) skip: &'static str,
    pub(crate) navigation: &'static str,
    pub(crate) path: &'static str,
    pub(crate) languages: &'static str,
    pub(crate) switch_site: &'static str,
    pub(crate) overview: &'static str,
    pub(crate) inbox: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) tokens: &'static str,
    pub(crate) webhooks: &'static str,
    pub(crate) erasure: &'static str,
    pub(crate) audit: &'static str,

    // of every page
    pub(crate) save: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) faults: &'static str,
    pub(crate) newer: &'static str,
    pub(crate) older: &'static str,

    // refusals: title and what to do
    pub(crate) not_found: [&'static str; 2],
    pub(crate) forbidden: [&'static str; 2],
    pub(crate) not_ours: [&'static str; 2],
    pub(crate) unavailable: [&'static str; 2],
    pub(crate) failed: [&'static str; 2],

    // after a form
    pub(crate) signed_out: &'static str,
    pub(crate) saved: &'static str,
    pub(crate) created: &'static str,

    // sites
    pub(crate) sites: &'static str,
    pub(crate) new_site: &'static str,
    pub(crate) first_site: [&'static str; 2],
    pub(crate) site_id: &'static str,
    pub(crate) site_id_hint: &'static str,
    pub(crate) site_name: &'static str,
    pub(crate) origins: &'static str,
    pub(crate) origins_hint: &'static str,
    pub(crate) policy: &'static str,
    pub(crate) policies: [[&'static str; 2]; 3],
    pub(crate) create_site: &'static str,
    pub(crate) no_sites: [&'static str; 2],
    pub(crate) taken: &'static str,

    // scores
    pub(crate) no_answers: &'static str,
    pub(crate) too_few: &'static str,
    /// The happiest first.
    pub(crate) nps_segments: [&'static str; 3],
    pub(crate) csat_segments: [&'static str; 3],
    pub(crate) ces_segments: [&'static str; 3],

    // overview
    pub(crate) survey: &'static str,
    pub(crate) surveys: &'static str,
    pub(crate) new_survey: &'static str,
    pub(crate) no_surveys: [&'static str; 2],
    pub(crate) last_weeks: &'static str,
    pub(crate) status: &'static str,
    pub(crate) live: &'static str,
    pub(crate) paused: &'static str,
    pub(crate) draft: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) score: &'static str,
    pub(crate) trend: &'static str,
    pub(crate) answers: &'static str,
    pub(crate) response_rate: &'static str,
    pub(crate) shares: &'static str,
    pub(crate) journey: &'static str,
    pub(crate) weakest: &'static str,

    // settings
    pub(crate) tag: &'static str,
    pub(crate) tag_hint: &'static str,
    pub(crate) main_settings: &'static str,
    pub(crate) all_settings: &'static str,
    pub(crate) all_settings_hint: &'static str,
    pub(crate) check: &'static str,
    pub(crate) checked: &'static str,
    pub(crate) consent_from: &'static str,
    pub(crate) sources: [&'static str; 3],
    pub(crate) ask_consent: &'static str,
    pub(crate) ask_consent_hint: &'static str,
    pub(crate) honour_dnt: &'static str,
    pub(crate) mask_comments: &'static str,
    pub(crate) mask_comments_hint: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) time_zone_hint: &'static str,
    pub(crate) default_locale: &'static str,
    pub(crate) retention: &'static str,
    pub(crate) retention_hint: &'static str,
    pub(crate) spacing: &'static str,
    pub(crate) spacing_hint: &'static str,
    pub(crate) accent: &'static str,
    pub(crate) position: &'static str,
    pub(crate) positions: [&'static str; 4],
    pub(crate) logo: &'static str,
    pub(crate) logo_hint: &'static str,
    pub(crate) fallback: &'static str,
    pub(crate) fallback_hint: &'static str,
    pub(crate) fallbacks: [&'static str; 2],

    // tokens
    pub(crate) token_name: &'static str,
    pub(crate) scopes: &'static str,
    pub(crate) scope_hints: [&'static str; 4],
    pub(crate) made: &'static str,
    pub(crate) ends: &'static str,
    pub(crate) acts: &'static str,
    pub(crate) no_tokens: [&'static str; 2],
    pub(crate) new_token: &'static str,
    pub(crate) create_token: &'static str,
    pub(crate) yours: &'static str,
    pub(crate) over: &'static str,
    pub(crate) never: &'static str,
    pub(crate) former_until: &'static str,
    pub(crate) rotate: &'static str,
    pub(crate) rotate_question: &'static str,
    pub(crate) overlap: &'static str,
    pub(crate) overlaps: [&'static str; 2],
    pub(crate) end_token: &'static str,
    pub(crate) end_token_question: &'static str,
    pub(crate) token_ended: &'static str,
    pub(crate) shown_once: &'static str,
    pub(crate) new_secret: &'static str,
    pub(crate) to_list: &'static str,
    pub(crate) in_days: [&'static str; 3],
    pub(crate) no_site_chosen: &'static str,

    // webhooks
    pub(crate) address: &'static str,
    pub(crate) events: &'static str,
    pub(crate) event_names: [&'static str; 3],
    pub(crate) webhook_format: &'static str,
    pub(crate) format_json: &'static str,
    pub(crate) no_webhooks: [&'static str; 2],
    pub(crate) new_webhook: &'static str,
    pub(crate) webhook_secret: &'static str,
    pub(crate) end_webhook: &'static str,
    pub(crate) end_webhook_question: &'static str,
    pub(crate) rotate_webhook_question: &'static str,
    pub(crate) webhook_ended: &'static str,
    pub(crate) only_some: &'static str,
    pub(crate) segment: &'static str,
    pub(crate) any: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) score_from: &'static str,
    pub(crate) score_to: &'static str,
    pub(crate) value_from: &'static str,
    pub(crate) value_to: &'static str,
    pub(crate) surveys_hint: &'static str,
    pub(crate) dead: &'static str,
    pub(crate) no_dead: &'static str,
    pub(crate) pending: &'static str,
    pub(crate) no_pending: &'static str,
    pub(crate) replay: &'static str,
    pub(crate) replayed: &'static str,
    pub(crate) tries: &'static str,
    pub(crate) failure: &'static str,
    pub(crate) next_try: &'static str,

    // erasure
    pub(crate) erasure_hint: &'static str,
    pub(crate) erase_by: &'static str,
    pub(crate) erasure_kinds: [&'static str; 4],
    pub(crate) erase_key: &'static str,
    pub(crate) erase_key_hint: &'static str,
    pub(crate) all_surveys: &'static str,
    pub(crate) erase_title: &'static str,
    pub(crate) erase: &'static str,
    pub(crate) erase_question: &'static str,
    pub(crate) erase_goes_on: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) erased: &'static str,
    pub(crate) erased_answers: &'static str,
    pub(crate) receipts: &'static str,
    pub(crate) receipt: &'static str,
    pub(crate) no_receipts: [&'static str; 2],
    pub(crate) unfinished: &'static str,

    // audit
    pub(crate) when: &'static str,
    pub(crate) what: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) by: &'static str,
    pub(crate) no_audit: [&'static str; 2],
    pub(crate) only_here: &'static str,
    pub(crate) all_sites: &'static str,
    pub(crate) reading: &'static reading::Reading,
    pub(crate) editing: &'static editing::Editing,
}

impl Texts {
    /// What to say after a form, by the word that stands in the address. Only words that are known are said.
    pub(super) fn done(&self, word: &str) -> Option<&'static str> {
        Some(match word {
            "signed-out" => self.signed_out,
            "saved" => self.saved,
            "created" => self.created,
            "token-ended" => self.token_ended,
            "webhook-ended" => self.webhook_ended,
            "replayed" => self.replayed,
            "erased" => self.erased,
            "published" => self.editing.published,
            "paused" => self.editing.paused,
            _ => return None,
        })
    }
}

impl Texts {
    /// The names of a metric's segments, the happiest first.
    pub(crate) fn segments_of(&self, metric: Metric) -> [&'static str; 3] {
        match metric {
            Metric::Nps => self.nps_segments,
            Metric::Csat => self.csat_segments,
            Metric::Ces => self.ces_segments,
        }
    }
}

/// English is first.
pub(super) static TABLE: [&Texts; 4] = [&en::TEXTS, &es::TEXTS, &pt_br::TEXTS, &ro::TEXTS];

const COOKIE: &str = "__Host-sondeo-lang";

/// The language of a page.
pub(super) struct Spoken {
    pub(super) texts: &'static Texts,
    /// Whether the address chose it just now.
    pub(super) is_new: bool,
}

/// `lang` of the address, the one that was chosen before, or what the browser wants.
pub(super) fn spoken(call: &Call<'_>) -> Result<Spoken, Problem> {
    let named = |tag: &str| TABLE.into_iter().find(|texts| texts.locale == tag);
    let query = call.request.url()?.query().and_then(|query| parameter(query, "lang"));
    if let Some(texts) = query.as_deref().and_then(named) {
        return Ok(Spoken { texts, is_new: true });
    }
    let cookie = session::cookie(&call.request, COOKIE)?;
    let texts = match cookie.as_deref().and_then(named) {
        Some(texts) => texts,
        None => wanted(&call.request.headers().get("Accept-Language")?.unwrap_or_default()),
    };
    Ok(Spoken { texts, is_new: false })
}

fn wanted(accepted: &str) -> &'static Texts {
    let found = choose(&TABLE.map(|texts| texts.locale), &accept::wanted(accepted))
        .and_then(|at| TABLE.get(at).copied());
    found.unwrap_or(&en::TEXTS)
}

/// The cookie that keeps a choice.
pub(super) fn cookie(texts: &Texts) -> String {
    format!("{COOKIE}={}; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax", texts.locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_first_of_their_languages_that_there_is() {
        for (accepted, expected) in [
            ("de-AT,de;q=0.9,es-MX;q=0.8,en;q=0.7", "es"),
            ("pt-PT,pt;q=0.9", "pt-BR"),
            ("ro-MD", "ro"),
            ("fr", "en"),
            ("", "en"),
        ] {
            assert_eq!(wanted(accepted).locale, expected, "{accepted}");
        }
    }
}

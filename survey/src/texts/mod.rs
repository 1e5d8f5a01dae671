//! Built-in wording: every text that Sondeo itself brings, one file a language. A site's own wording wins.
//!
//! Questions follow what is published: NPS asks for the likelihood to recommend, CSAT for satisfaction, CES 2.0 for
//! agreement that it was made easy. A site may replace one text and keep the others, so each stands on its own: the
//! ends of a scale are never mere endings of the question's sentence.

use crate::locale;
use crate::metric::Metric;

mod ar;
mod bg;
mod cs;
mod da;
mod de;
mod el;
mod en;
mod es;
mod fi;
mod fr;
mod he;
mod hu;
mod it;
mod ja;
mod nb;
mod nl;
mod pl;
mod pt_br;
mod pt_pt;
mod ro;
mod sk;
mod sv;
mod tr;
mod zh_hans;

#[cfg(test)]
mod tests;

/// A question with the words at both ends of its scale and the follow-up for each segment, happiest first.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "named for where they stand on the card")]
pub struct Question {
    pub question: &'static str,
    pub low: &'static str,
    pub high: &'static str,
    pub follow_up: [&'static str; 3],
}

/// All texts of one language.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "named for where they stand on the card")]
pub struct Texts {
    pub locale: &'static str,
    pub close: &'static str,
    pub send: &'static str,
    pub skip: &'static str,
    pub thanks: &'static str,
    pub back: &'static str,
    pub next: &'static str,
    /// Asks for one reason; [`Self::reasons`] for any number of them.
    pub reason: &'static str,
    pub reasons: &'static str,
    /// Hint where more than one answer may be chosen.
    pub all_that_apply: &'static str,
    /// On the tab at the edge of the page: 14 characters at most.
    pub feedback: &'static str,
    /// Name of the progress display, with `{at}` and `{of}` for the numbers.
    pub step: &'static str,
    /// Instead of the question, where the visitor has answered it.
    pub already: &'static str,
    pub closed: &'static str,
    pub failed: &'static str,
    /// Where nothing is stored without a challenge, which a browser without script cannot pass.
    pub needs_script: &'static str,
    pub choose: &'static str,
    /// At the box to tick where an answer needs consent and none is known.
    pub agree: &'static str,
    pub no_consent: &'static str,
    /// For screen readers, after the words of a link.
    pub new_tab: &'static str,
    /// Name of the thumb for satisfied; [`Self::down`] is its counterpart.
    pub up: &'static str,
    pub down: &'static str,
    /// Above the follow-up, once the score is stored.
    pub saved: &'static str,
    pub send_answer: &'static str,
    pub nps: Question,
    pub csat: Question,
    pub ces: Question,
}

impl Texts {
    /// The question of a metric.
    #[must_use]
    pub const fn of(&self, metric: Metric) -> &Question {
        match metric {
            Metric::Nps => &self.nps,
            Metric::Csat => &self.csat,
            Metric::Ces => &self.ces,
        }
    }

    /// The name of a place in a row of steps, such as "Step 2 of 3".
    #[must_use]
    pub fn place(&self, at: usize, of: usize) -> String {
        self.step.replace("{at}", &at.to_string()).replace("{of}", &of.to_string())
    }
}

/// English is first. Brazil stands before Portugal: of several relatives `locale::choose` takes the first.
static TABLE: [&Texts; 24] = [
    &en::TEXTS,
    &es::TEXTS,
    &pt_br::TEXTS,
    &pt_pt::TEXTS,
    &ro::TEXTS,
    &fr::TEXTS,
    &de::TEXTS,
    &it::TEXTS,
    &nl::TEXTS,
    &pl::TEXTS,
    &cs::TEXTS,
    &sk::TEXTS,
    &hu::TEXTS,
    &bg::TEXTS,
    &el::TEXTS,
    &sv::TEXTS,
    &da::TEXTS,
    &fi::TEXTS,
    &nb::TEXTS,
    &tr::TEXTS,
    &ar::TEXTS,
    &he::TEXTS,
    &ja::TEXTS,
    &zh_hans::TEXTS,
];

/// Languages whose readers are at home in a built-in one that has another code: Norwegian in general and Nynorsk,
/// and the withdrawn codes of Hebrew and Romanian.
const RELATIVES: [(&str, &str); 4] = [("no", "nb"), ("nn", "nb"), ("iw", "he"), ("mo", "ro")];

/// Where Portuguese is that of Portugal (Unicode CLDR, parents of locales). Portuguese without a region is Brazil's, as
/// in CLDR's likely subtags: four in five of its speakers live there.
const LIKE_PORTUGAL: [&str; 12] = ["PT", "AO", "CH", "CV", "FR", "GQ", "GW", "LU", "MO", "MZ", "ST", "TL"];

/// The built-in languages, as canonical tags, English first.
///
/// ```
/// assert!(sondeo_survey::texts::locales().any(|tag| tag == "zh-Hans"));
/// ```
pub fn locales() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|texts| texts.locale)
}

/// The texts that fit `tag` best; English where [`find`] has none.
#[must_use]
pub fn for_locale(tag: &str) -> &'static Texts {
    find(tag).unwrap_or(&en::TEXTS)
}

/// The texts that fit `tag` best, if any do: its own, those of its shorter forms, then those of a relative.
///
/// Readers of traditional Chinese get simplified characters: that is a fault in their eyes, but CLDR's language
/// matching counts it as understood, and English as not. A site that they visit has reason to write `zh-Hant` itself.
/// No other language stands in for one that is missing, as Spanish could for Catalan: the browser names the languages
/// that its visitor reads, and knows better.
///
/// ```
/// use sondeo_survey::texts::find;
/// assert_eq!(find("pt-MZ").map(|texts| texts.locale), Some("pt-PT"));
/// assert!(find("sr").is_none());
/// ```
#[must_use]
pub fn find(tag: &str) -> Option<&'static Texts> {
    let available = TABLE.map(|texts| texts.locale);
    locale::choose(&available, &[relative(tag)]).and_then(|at| TABLE.get(at).copied())
}

/// The built-in language for `tag` where its letters alone do not lead there; else `tag`.
fn relative(tag: &str) -> &str {
    let (language, rest) = tag.split_once('-').unwrap_or((tag, ""));
    let is_one_of = |codes: &[&str], subtag: &str| codes.iter().any(|code| code.eq_ignore_ascii_case(subtag));
    if is_one_of(&["pt"], language) && rest.split('-').any(|subtag| is_one_of(&LIKE_PORTUGAL, subtag)) {
        return "pt-PT";
    }
    RELATIVES
        .iter()
        .find(|(code, _)| code.eq_ignore_ascii_case(language))
        .map_or(tag, |(_, built_in)| built_in)
}

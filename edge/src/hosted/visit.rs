//! What the address of a page says of its visitor, and what of that counts.

use super::form::Form;
use crate::accept;
use serde_json::{Value, json};
use sondeo_survey::card::{Card, CardStep, Field};
use sondeo_survey::consent::{Decision, Signals, Source, Sources, Status};
use sondeo_survey::frequency::Window;
use sondeo_survey::link::{Claims, Refused, parameter};
use sondeo_survey::response::Evidence;

/// Most of a list of languages that is looked at.
const LANGUAGES: usize = 200;

/// Longest value in place of a placeholder, as in the loader.
const WORD: usize = 100;

/// A visit of the page.
#[derive(Debug)]
pub(super) struct Visit {
    /// What counts of the address.
    claims: Claims,
    /// Who says what was said of consent.
    source: Source,
    /// Whether the site has signed it.
    pub(super) is_proved: bool,
    /// What the page around a frame brings of the site's server: that the user is who they are, and that the order is
    /// theirs. [`crate::api::ingest`] checks it.
    proofs: [Option<String>; 2],
    /// The score that a link in an e-mail stands for: chosen beforehand, never recorded by itself.
    pub(super) score: Option<u8>,
}

impl Visit {
    /// Reads an address. What is signed counts. What is not signed counts only in a frame of the site's page, as the same
    /// page could say it with an answer of its own.
    pub(super) fn of(
        key: &str,
        site: &str,
        survey: &str,
        query: &str,
        is_framed: bool,
        now: i64,
    ) -> Result<Self, Refused> {
        let signed = Claims::signed(key, site, survey, query, now)?;
        let is_proved = signed.is_some();
        let claims = match signed {
            Some(claims) => claims,
            None if is_framed => Claims::parse(query),
            None => Claims::default(),
        };
        let brought = |name| parameter(query, name).filter(|_| is_framed && !is_proved);
        let proofs = [brought("proof"), brought("order_proof")];
        let named = parameter(query, "source").filter(|_| !is_proved);
        let source = match (claims.consent, named) {
            (None, _) => Source::None,
            (Some(_), None) => Source::Site,
            (Some(_), Some(name)) => Source::NAMES
                .into_iter()
                // That the visitor ticked the box of this page is not for an address to say.
                .find(|(known, source)| *known == name && *source != Source::Survey)
                .map_or(Source::Site, |found| found.1),
        };
        let score = parameter(query, "score").and_then(|score| score.parse().ok());
        Ok(Self { claims, source, is_proved, proofs, score })
    }

    /// Takes consent from an address only as far as the site lets it count. What is signed is the site's own word.
    pub(super) fn heed(&mut self, sources: &Sources) {
        if !self.is_proved
            && let Some(status) = self.claims.consent
        {
            let said = Evidence { status, source: self.source, ..Evidence::default() };
            self.claims.consent = Some(sources.status(&said));
        }
    }

    /// The card's text with the visitor's own words in place of `{{name}}` and `{{name|fallback}}`: the order's, then
    /// the attributes. The loader's `fill` does the same on the site's pages.
    pub(super) fn fill(&self, card: &Card) -> Card {
        let mut filled = String::with_capacity(card.0.len());
        let mut rest = card.0.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            match after.split_once("}}") {
                // Of one field of the text, and with no other within.
                Some((inside, behind)) if !inside.contains(['{', '}', '\u{1f}']) => {
                    let (name, fallback) = inside.split_once('|').unwrap_or((inside, ""));
                    let value = self.word(name.trim());
                    filled.push_str(if value.is_empty() { fallback.trim() } else { &value });
                    rest = behind;
                }
                // The second brace may begin one.
                _ => {
                    filled.push('{');
                    rest = rest.get(before.len() + 1..).unwrap_or_default();
                }
            }
        }
        filled.push_str(rest);
        Card(filled)
    }

    fn word(&self, name: &str) -> String {
        let order = self.claims.order.as_ref();
        let value = match name {
            "order_id" => order.map(|order| order.id.as_str()),
            "value" => order.and_then(|order| order.value.as_deref()),
            "currency" => order.and_then(|order| order.currency.as_deref()),
            _ => None,
        };
        let attribute =
            || self.claims.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| &**value);
        let value = value.or_else(attribute).unwrap_or_default();
        value.chars().filter(|c| !c.is_control()).take(WORD).collect()
    }

    /// What is known of consent, with the box of the page.
    fn evidence(&self, agrees: bool) -> (Status, Source) {
        match self.claims.consent {
            Some(Status::Granted) => (Status::Granted, self.source),
            _ if agrees => (Status::Granted, Source::Survey),
            said => (said.unwrap_or_default(), self.source),
        }
    }

    /// Whether nothing may be stored unless the visitor agrees here.
    pub(super) fn needs_consent(&self, card: &Card, agrees: bool) -> bool {
        matches!(card.decide(self.evidence(agrees).0, Signals::default()), Decision::Refuse(_))
    }

    /// The answer as the API takes it, one revision after what is stored.
    pub(super) fn answer(&self, form: &Form, card: &Card, steps: &[CardStep], is_complete: bool) -> Value {
        let Claims { order, user, attributes, .. } = &self.claims;
        let [proof, order_proof] = &self.proofs;
        let is_of_order = card.frequency().window == Window::Order;
        let respondent = match (user, order) {
            (_, Some(order)) if is_of_order || user.is_none() => {
                json!({ "kind": "order", "key": order.id, "proof": order_proof })
            }
            (Some(user), _) => json!({ "kind": "user", "key": user, "proof": proof }),
            (None, _) => Value::Null,
        };
        let order = order
            .as_ref()
            .map(|order| json!({ "id": order.id, "value": order.value, "currency": order.currency }));
        let attributes: serde_json::Map<String, Value> =
            attributes.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        let (status, source) = self.evidence(form.agrees);
        json!({
            "id": form.id,
            "revision": form.revision + 1,
            "survey_version": form.stale_version().unwrap_or_else(|| card.number(Field::Version)),
            "score": form.score,
            "complete": is_complete,
            "comment": form.written(steps),
            "reasons": form.reasons(card, steps),
            "locale": card.field(Field::Locale),
            "order": order,
            "respondent": respondent,
            "attributes": attributes,
            "consent": { "status": status.name(), "source": source.name() },
            "challenge": form.challenge,
        })
    }
}

/// Whether the page is in a frame of the site's page.
pub(super) fn is_embedded(query: &str) -> bool {
    parameter(query, "embed").is_some_and(|value| value == "1")
}

/// The languages to ask in, best first, with commas between: those of the address, then the browser's.
pub(super) fn languages(query: &str, accepted: &str) -> String {
    let named = parameter(query, "locale").or_else(|| parameter(query, "l")).unwrap_or_default();
    let wanted = accept::wanted(accepted).into_iter().filter(|tag| *tag != "*");
    let tags = std::iter::once(named.as_str()).chain(wanted);
    let all = tags.filter(|tag| !tag.is_empty()).collect::<Vec<_>>().join(",");
    all.chars().take(LANGUAGES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sondeo_survey::link::{key, sign};

    #[test]
    fn languages_of_the_address_come_first_then_by_weight() {
        for (query, accepted, expected) in [
            ("", "es-MX,es;q=0.9,en;q=0.8", "es-MX,es,en"),
            ("", "en;q=0.5, pt-BR , fr;q=0, *;q=0.1", "pt-BR,en"),
            ("l=de,fr&score=9", "en", "de,fr,en"),
            ("locale=ar&l=de", "", "ar"),
            ("", "", ""),
        ] {
            assert_eq!(languages(query, accepted), expected, "{query} {accepted}");
        }
    }

    #[test]
    fn placeholders_become_words_and_never_placeholders() {
        let query =
            "embed=1&order=7&attr.name=Ana+%7B%7Bvalue%7D%7D%1F&attr.order_id=no&attr.long=".to_owned();
        let visit = Visit::of("", "s", "n", &(query + &"x".repeat(150)), true, 0).unwrap();
        for (text, expected) in [
            ("Hi {{name}}!", "Hi Ana {{value}}!"),
            ("{{ order_id }}{{order_id|x}}", "77"),
            ("{{value|nothing }}, {{value}}", "nothing, "),
            ("{{nobody|a|b}}", "a|b"),
            ("{{{order_id}}}", "{7}"),
            ("{{a{{order_id}}", "{{a7"),
            ("{{ {order_id} }} {{", "{{ {order_id} }} {{"),
            ("{{long}}", &"x".repeat(100)),
            ("{{order_id\u{1f}b}}\u{1f}{{order_id}}", "{{order_id\u{1f}b}}\u{1f}7"),
        ] {
            assert_eq!(visit.fill(&Card(text.into())).0, expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_signed_counts_only_in_a_frame() {
        let key = key(&[7; 32]);
        let signed =
            format!("order=1&consent=granted&sig={}", sign(&key, "s", "n", "order=1&consent=granted"));
        let tcf = "order=1&consent=granted&source=tcf";
        for (query, is_framed, order, consent, proved) in [
            (tcf, false, None, (Status::Unknown, Source::None), false),
            (tcf, true, Some("1"), (Status::Granted, Source::Tcf), false),
            ("order=1&consent=denied", true, Some("1"), (Status::Denied, Source::Site), false),
            ("consent=granted&source=survey", true, None, (Status::Granted, Source::Site), false),
            (&format!("{signed}&source=tcf"), true, Some("1"), (Status::Granted, Source::Site), true),
        ] {
            let visit = Visit::of(&key, "s", "n", query, is_framed, 0).unwrap();
            let id = visit.claims.order.as_ref().map(|order| order.id.as_str());
            assert_eq!((id, visit.evidence(false), visit.is_proved), (order, consent, proved), "{query}");
            assert_eq!(visit.evidence(true).0, Status::Granted, "{query}");
        }
        // Where the site believes consent platforms only, an address is not enough, and a signature is.
        let sources = Sources { from: vec![Source::Tcf], purposes: Vec::new(), vendor: None, card: false };
        for (query, expected) in [
            ("consent=granted", Status::Unknown),
            (tcf, Status::Unknown),
            ("consent=denied", Status::Denied),
            (signed.as_str(), Status::Granted),
        ] {
            let mut visit = Visit::of(&key, "s", "n", query, true, 0).unwrap();
            visit.heed(&sources);
            assert_eq!(visit.evidence(false).0, expected, "{query}");
        }
    }
}

//! What an owner asks to erase, and what a visitor does.

use crate::json::{Faults, read_document};
use crate::limits;
use crate::response::RespondentKind;
use crate::slug::Slug;
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// Whose answers are erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The answer with an id.
    Response(Uuid),
    /// All answers of an order, a user or a visitor.
    Respondent(RespondentKind, String),
}

impl Subject {
    /// All that a receipt tells of it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Subject::Response(_) => "response",
            Subject::Respondent(kind, _) => kind.name(),
        }
    }
}

/// Where an erasure goes on: the first shard that was not asked yet. Its text is `ERASURE.SURVEY.SHARD`.
///
/// ```
/// use sondeo_survey::erasure::Next;
/// let text = "0193a7c2-0000-7000-8000-000000000001.post-purchase.7";
/// assert_eq!(Next::parse(text).unwrap().to_string(), text);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The erasure that goes on.
    pub erasure: Uuid,
    /// Surveys are asked by name.
    pub survey: Slug,
    /// And their shards by number.
    pub shard: u16,
}

impl Next {
    /// Reads one that was given out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let next = Self {
            erasure: Uuid::try_parse(parts.next()?).ok()?,
            survey: Slug::parse(parts.next()?)?,
            shard: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(next)
    }
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.erasure, self.survey, self.shard)
    }
}

/// A request to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRequest {
    /// Whose answers.
    pub subject: Subject,
    /// In this survey alone; else in all of the site.
    pub survey: Option<Slug>,
    /// Where an erasure that is under way goes on.
    pub next: Option<Next>,
}

impl ErasureRequest {
    /// Reads a request.
    pub fn parse(bytes: &[u8]) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let response = node
                .get("response")
                .parsed(|text| Uuid::try_parse(text).ok(), "must be a UUID")
                .map(Subject::Response);
            let mut subjects: Vec<Subject> = response.into_iter().collect();
            for (name, kind) in RespondentKind::NAMES {
                let member = node.get(name);
                if !member.is_absent() {
                    let key = member.required_text(limits::KEY);
                    subjects.extend(key.map(|key| Subject::Respondent(kind, key)));
                }
            }
            let names = || ["response"].into_iter().chain(RespondentKind::NAMES.map(|(name, _)| name));
            if names().filter(|name| !node.get(name).is_absent()).count() != 1 {
                node.fault::<()>("must name exactly one of: response, order, user, visitor");
            }
            let survey = node.get("survey").parsed(Slug::parse, Slug::RULE);
            let next = node.get("next").parsed(Next::parse, "must be the `next` of an erasure");
            Some(Self { subject: subjects.pop()?, survey, next })
        })
    }
}

/// A visitor's proof that an answer is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The survey that was answered.
    pub survey: Slug,
    /// The answer.
    pub id: Uuid,
    /// What only the browser that sent it knows.
    pub key: Uuid,
    /// The respondent that was sent, which leads to the answer.
    pub respondent: Option<(RespondentKind, String)>,
}

impl Claim {
    /// Reads a list of claims, as `sondeo('forget')` sends it.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, Faults> {
        read_document(bytes, |node| {
            let claims = node.items(limits::CLAIMS);
            let claims = claims.iter().map(|claim| {
                if !claim.is_object() {
                    return None;
                }
                let uuid = |name| {
                    claim.get(name).required().parsed(|text| Uuid::try_parse(text).ok(), "must be a UUID")
                };
                let survey = claim.get("survey").required().parsed(Slug::parse, Slug::RULE);
                let (id, key) = (uuid("id"), uuid("key"));
                let respondent = claim.get("respondent");
                let respondent = (!respondent.is_absent() && respondent.is_object()).then(|| {
                    let kind = respondent.get("kind").required().one_of(&RespondentKind::NAMES);
                    Some((kind?, respondent.get("key").required_text(limits::KEY)?))
                });
                Some(Self { survey: survey?, id: id?, key: key?, respondent: respondent.flatten() })
            });
            Some(claims.collect::<Vec<_>>().into_iter().flatten().collect())
        })
    }
}

/// What is kept of an erasure key: its SHA-256. It is stored: another value is a migration.
#[must_use]
pub fn proof(key: Uuid) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0193a7c2-0000-7000-8000-000000000001";

    #[test]
    fn exactly_one_subject_is_named() {
        let kind = |text: &str| ErasureRequest::parse(text.as_bytes()).map(|request| request.subject.kind());
        assert_eq!(kind(&format!(r#"{{"response": "{ID}"}}"#)), Ok("response"));
        for name in ["order", "user", "visitor"] {
            assert_eq!(kind(&format!(r#"{{"{name}": " 1042 ", "survey": "s"}}"#)), Ok(name));
        }
        for (body, expected) in [
            ("{}", vec![""]),
            ("[]", vec![""]),
            (r#"{"order": "1", "user": "2"}"#, vec![""]),
            (r#"{"order": null, "user": null}"#, vec![""]),
            (r#"{"order": ""}"#, vec!["/order"]),
            (r#"{"order": 1042}"#, vec!["/order"]),
            (r#"{"response": "1"}"#, vec!["/response"]),
            (r#"{"user": "2", "survey": "A", "next": "x"}"#, vec!["/survey", "/next"]),
        ] {
            let faults = ErasureRequest::parse(body.as_bytes()).unwrap_err();
            let pointers: Vec<String> = faults.0.into_iter().map(|fault| fault.pointer).collect();
            assert_eq!(pointers, expected, "{body}");
        }
    }

    #[test]
    fn every_claim_is_whole() {
        let good = format!(r#"{{"survey": "s", "id": "{ID}", "key": "{ID}"}}"#);
        let with = good.replace('}', r#", "respondent": {"kind": "order", "key": "1042"}}"#);
        let claims = Claim::parse_all(format!("[{good}, {with}]").as_bytes()).unwrap();
        let respondents: Vec<_> = claims.into_iter().map(|claim| claim.respondent).collect();
        assert_eq!(respondents, [None, Some((RespondentKind::Order, "1042".to_owned()))]);
        let many = format!("[{}]", vec![good.as_str(); limits::CLAIMS + 1].join(","));
        let (bad_name, no_kind) = (good.replace("\"s\"", "\"S\""), with.replace("kind", "king"));
        for (body, expected) in [
            (good.clone(), ""),
            (many, ""),
            ("[7]".to_owned(), "/0"),
            (format!("[{good}, {{}}]"), "/1/survey"),
            (format!("[{bad_name}]"), "/0/survey"),
            (format!("[{no_kind}]"), "/0/respondent/kind"),
        ] {
            let faults = Claim::parse_all(body.as_bytes()).unwrap_err();
            assert_eq!(faults.0.first().map(|fault| fault.pointer.as_str()), Some(expected), "{body:.60}");
        }
    }

    /// Computed by Python's hashlib.
    #[test]
    fn the_proof_is_pinned() {
        let proof = proof(Uuid::from_bytes([7; 16]));
        assert_eq!(hex::encode(proof), PINNED);
    }
    const PINNED: &str = "d761d406af2a4a5a15f67c924378ed88d1f85c13f1a37fc7366f59789b3bcd65";
}

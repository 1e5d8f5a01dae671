//! Everything that a request can be refused for, and its one mapping to an RFC 9457 problem document.

use crate::log;
use serde::Serialize;
use sondeo_survey::consent::Refusal;
use sondeo_survey::{Fault, Faults};
use worker::Response;

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Nothing is at this address.
    NotFound,
    /// The site does not exist.
    UnknownSite,
    /// The survey does not exist.
    UnknownSurvey,
    /// The survey takes no answers: never published.
    NotPublished,
    /// No response has this id.
    UnknownResponse,
    /// No webhook has this id.
    UnknownWebhook,
    /// The address has other methods, which are named.
    MethodNotAllowed(String),
    /// No offered format is acceptable.
    NotAcceptable,
    /// The body's type is none that is read here; those that are.
    UnsupportedMediaType(&'static str),
    /// The body is over this many bytes.
    BodyTooLarge(usize),
    /// A document that does not hold what it must.
    Invalid(Document, Faults),
    /// The page's origin is none of the site's.
    ForbiddenOrigin,
    /// The site's policy asks for a consent that was not given.
    ConsentRequired(Refusal),
    /// A new answer without a challenge that was passed.
    ChallengeRequired,
    /// The proof of who answers is not the user's.
    WrongProof,
    /// Too many answers; seconds until there is room again.
    Limited(u32),
    /// The answer was erased, and does not come back.
    Erased,
    /// No erasure has this id.
    UnknownErasure,
    /// No token has this name.
    UnknownToken,
    /// The respondent has answered already.
    AlreadyAnswered,
    /// A change of what is fixed in a survey.
    SurveyFixed(Faults),
    /// No token, or none that is known.
    Unauthorized,
    /// The address of a draft has no token for it, or one that is over.
    NoPreview,
    /// The token is good for something else.
    Forbidden(&'static str),
    /// The store did not answer; the detail is for the log.
    Unavailable(String),
    /// Something that should not happen; the detail is for the log.
    Internal(String),
}

/// What a body or a query describes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Document {
    /// A site's settings.
    Site,
    /// A survey's definition.
    Survey,
    /// An answer.
    Response,
    /// A report of exposures.
    Exposure,
    /// A request to erase.
    Erasure,
    /// What is said of a response that was looked after.
    Handling,
    /// A request for a token.
    Token,
    /// A request for a link to the hosted page.
    Link,
    /// A webhook.
    Webhook,
    /// The parameters in the address; a fault's pointer is `/` and the parameter's name.
    Parameters,
}

/// Seconds after which a client may try again what the store did not take.
const RETRY_AFTER: u32 = 2;

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
}

impl Problem {
    /// A single fault of a document.
    pub(crate) fn invalid(document: Document, pointer: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(document, Faults(vec![Fault { pointer: pointer.into(), detail: detail.into() }]))
    }

    /// Its status.
    pub(crate) fn status(&self) -> u16 {
        self.kind().0
    }

    /// The last part of its type.
    pub(crate) fn slug(&self) -> &'static str {
        self.kind().1
    }

    /// Seconds after which the client may try again.
    pub(crate) fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Limited(seconds) => Some(*seconds),
            Self::Unavailable(_) => Some(RETRY_AFTER),
            _ => None,
        }
    }

    /// Status, the last part of the type, title.
    fn kind(&self) -> (u16, &'static str, &'static str) {
        match self {
            Self::NotFound => (404, "not-found", "Nothing is at this address"),
            Self::UnknownSite => (404, "unknown-site", "There is no such site"),
            Self::UnknownSurvey => (404, "unknown-survey", "There is no such survey"),
            Self::NotPublished => (404, "survey-not-published", "The survey takes no answers yet"),
            Self::UnknownResponse => (404, "unknown-response", "There is no such response"),
            Self::UnknownWebhook => (404, "unknown-webhook", "There is no such webhook"),
            Self::UnknownErasure => (404, "unknown-erasure", "There is no such erasure"),
            Self::UnknownToken => (404, "unknown-token", "There is no such token"),
            Self::Erased => (410, "erased", "The response was erased"),
            Self::MethodNotAllowed(_) => (405, "method-not-allowed", "The address has other methods"),
            Self::NotAcceptable => (406, "not-acceptable", "No acceptable format is offered"),
            Self::UnsupportedMediaType(_) => {
                (415, "unsupported-media-type", "The body's type is not read here")
            }
            Self::BodyTooLarge(_) => (413, "body-too-large", "The body is too large"),
            Self::Invalid(document, _) => match document {
                Document::Site => (422, "invalid-site", "The settings are not valid"),
                Document::Survey => (422, "invalid-survey", "The survey is not valid"),
                Document::Response => (422, "invalid-response", "The response is not valid"),
                Document::Exposure => (422, "invalid-exposure", "The report is not valid"),
                Document::Erasure => (422, "invalid-erasure-request", "The erasure cannot be done"),
                Document::Handling => (422, "invalid-handling", "This cannot be noted"),
                Document::Token => (422, "invalid-token-request", "The token cannot be made"),
                Document::Link => (422, "invalid-link-request", "The link cannot be made"),
                Document::Webhook => (422, "invalid-webhook", "The webhook is not valid"),
                Document::Parameters => (422, "invalid-parameter", "A parameter is not valid"),
            },
            Self::ForbiddenOrigin => (403, "forbidden-origin", "The page's origin is none of the site's"),
            Self::ConsentRequired(_) => (403, "consent-required", "The visitor has not agreed"),
            Self::ChallengeRequired => (403, "challenge-required", "The challenge was not passed"),
            Self::WrongProof => (403, "wrong-proof", "The proof is not that of the user"),
            Self::Limited(_) => (429, "limited", "Too many answers"),
            Self::AlreadyAnswered => (409, "already-answered", "This respondent has answered already"),
            Self::SurveyFixed(_) => (409, "survey-fixed", "This cannot change any more"),
            Self::Unauthorized => (401, "unauthorized", "A valid token is needed"),
            Self::NoPreview => (403, "no-preview", "The token is not good for this draft"),
            Self::Forbidden(_) => (403, "forbidden", "The token is not good for this"),
            Self::Unavailable(_) => (503, "unavailable", "Not possible at the moment"),
            Self::Internal(_) => (500, "internal", "Something went wrong"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::MethodNotAllowed(methods) => format!("Use one of: {methods}"),
            Self::NotAcceptable => "Offered are text/csv, application/x-ndjson, application/json and application/vnd.apache.parquet".into(),
            Self::UnsupportedMediaType(accepted) => format!("Send {accepted}"),
            Self::BodyTooLarge(most) => format!("At most {most} bytes are accepted"),
            Self::ConsentRequired(Refusal::Denied) => "The visitor refused; nothing was stored".into(),
            Self::ConsentRequired(Refusal::NotGranted) => {
                "The site's policy is opt-in and no consent was granted; nothing was stored".into()
            }
            Self::ChallengeRequired => "The site asks for a Turnstile token with each new answer".into(),
            Self::WrongProof => {
                "Send the hex HMAC-SHA-256 of a user's key under the site's identity key, or none".into()
            }
            Self::Limited(_) => "Nothing was stored. Send it again later".into(),
            Self::Erased => "It is not stored again; do not send it again".into(),
            Self::AlreadyAnswered => "Nothing was changed".into(),
            Self::Unauthorized => "Send it as: Authorization: Bearer sondeo_…".into(),
            Self::NoPreview => "A preview is good for an hour; ask for another".into(),
            Self::Forbidden(why) => (*why).into(),
            Self::Unavailable(_) => {
                "It may or may not have been done. Send it again: a repeat changes nothing".into()
            }
            Self::Internal(_) => "Try again; if it stays so, see the Worker's log".into(),
            Self::NotFound
            | Self::UnknownSite
            | Self::UnknownSurvey
            | Self::UnknownResponse
            | Self::UnknownWebhook
            | Self::UnknownErasure
            | Self::UnknownToken
            | Self::Invalid(..)
            | Self::ForbiddenOrigin
            | Self::SurveyFixed(_) => String::new(),
            Self::NotPublished => "It is a draft; publish it first".into(),
        }
    }

    /// Writes what went wrong inside into the log, as one line of JSON; a client's own mistakes are not logged.
    pub(crate) fn log(&self) {
        if let Self::Unavailable(inner) | Self::Internal(inner) = self {
            log::error("problem", &[("problem", self.slug()), ("detail", inner)]);
        }
    }

    /// The document; what went wrong inside goes into the log instead.
    pub(crate) fn reply(&self) -> worker::Result<Response> {
        self.log();
        let (status, slug, title) = self.kind();
        let errors = match self {
            Self::Invalid(_, Faults(faults)) | Self::SurveyFixed(Faults(faults)) => faults.as_slice(),
            _ => &[],
        };
        let detail = self.detail();
        let r#type = format!("urn:problem-type:sondeo:{slug}");
        let body = Body { r#type, title, status, detail: &detail, errors };
        let seconds = self.retry_after().map(|seconds| seconds.to_string());
        let mut headers = Vec::new();
        match self {
            Self::MethodNotAllowed(methods) => headers.push(("Allow", methods.as_str())),
            Self::Unauthorized => headers.push(("WWW-Authenticate", "Bearer realm=\"sondeo\"")),
            _ => {}
        }
        headers.extend(seconds.as_deref().map(|seconds| ("Retry-After", seconds)));
        crate::reply::json_as("application/problem+json", status, &body, &headers)
    }
}

/// The runtime's own failures.
impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

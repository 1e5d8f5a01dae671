//! An answer on its way from a visitor to the collector.

use crate::consent::{Signals, Source, Status};
use crate::json::{Faults, Node, read_document};
use crate::limits;
use crate::locale::Locale;
use crate::metric::Scale;
use jiff::Timestamp;
use uuid::Uuid;

/// What a widget sends: the whole answer as it stands at one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Made by the widget.
    pub id: Uuid,
    /// Made beside the id and kept in the browser: whoever has it may erase the answer.
    pub erasure_key: Option<Uuid>,
    /// Grows with each change, from 1.
    pub revision: u32,
    /// The version of the survey that was shown.
    pub survey_version: Option<u32>,
    /// On the survey's scale.
    pub score: u8,
    /// Whether the visitor is done.
    pub complete: bool,
    /// In the visitor's words.
    pub comment: Option<String>,
    /// Keys of chosen reasons.
    pub reasons: Vec<String>,
    /// The language of the card.
    pub locale: Option<String>,
    /// Where it was shown.
    pub page: Page,
    /// The order that it is about.
    pub order: Option<Order>,
    /// Who answers.
    pub respondent: Option<Respondent>,
    /// What the site told of the visitor, by name.
    pub attributes: Vec<(String, String)>,
    /// What the page knew of consent.
    pub consent: Evidence,
    /// The browser's signals.
    pub signals: Signals,
    /// How long the visitor took.
    pub timing: Timing,
    /// What a challenge gave that tells people from programs. Checked, and never stored.
    pub challenge: Option<String>,
}

/// Where a survey was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Path without query.
    pub path: Option<String>,
    /// Host of the page before.
    pub referrer: Option<String>,
}

/// An order of the site's shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The shop's own number.
    pub id: String,
    /// Decimal text, such as `59.90`.
    pub value: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
}

impl Order {
    /// An order as a page names it. What does not fit is left out: an answer counts for more than what it is about.
    ///
    /// ```
    /// use sondeo_survey::response::Order;
    /// let order = Order::named("1042".into(), Some("59,90".into()), Some("EUR".into())).unwrap();
    /// assert_eq!((order.value, order.currency.as_deref()), (None, Some("EUR")));
    /// ```
    #[must_use]
    pub fn named(id: String, value: Option<String>, currency: Option<String>) -> Option<Self> {
        is_key(&id).then(|| Self {
            id,
            value: value.filter(|value| is_amount(value)),
            currency: currency.filter(|code| is_currency(code)),
        })
    }
}

/// Whether a text is surely accepted as the key of an order, a user or a visitor. Counts bytes, not characters: for a
/// page's own keys that is the same, and it is small.
#[must_use]
pub fn is_key(text: &str) -> bool {
    text.len() <= limits::KEY && text.bytes().any(|byte| byte > b' ')
}

/// Who answers, as the page knows it; the collector stores a keyed hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respondent {
    /// What the key is.
    pub kind: RespondentKind,
    /// The order, user or visitor id.
    pub key: String,
    /// The shop's signature of the key.
    pub proof: Option<String>,
}

/// What identifies a respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the field's own terms")]
pub enum RespondentKind {
    Order,
    User,
    Visitor,
}

impl RespondentKind {
    /// Every kind with its name on the wire.
    pub const NAMES: [(&'static str, RespondentKind); 3] = [
        ("order", RespondentKind::Order),
        ("user", RespondentKind::User),
        ("visitor", RespondentKind::Visitor),
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RespondentKind::Order => "order",
            RespondentKind::User => "user",
            RespondentKind::Visitor => "visitor",
        }
    }
}

/// What the page knew of consent when the visitor answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What the visitor said.
    pub status: Status,
    /// Who said so.
    pub source: Source,
    /// The IAB TC string.
    pub tc_string: Option<String>,
    /// When, by the page's clock, as RFC 3339.
    pub at: Option<String>,
}

/// How long the visitor took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// From the question to the first tap, in milliseconds.
    pub shown_to_score_ms: Option<u32>,
}

impl Submission {
    /// Reads a request's body. Members that are not known are ignored.
    pub fn parse(bytes: &[u8], scale: Scale) -> Result<Self, Faults> {
        read_document(bytes, |node| {
            if !node.is_object() {
                return None;
            }
            let id = node.get("id").required().parsed(|text| Uuid::try_parse(text).ok(), "must be a UUID");
            let erasure_key =
                node.get("erasure_key").parsed(|text| Uuid::try_parse(text).ok(), "must be a UUID");
            let revision = node.get("revision").required().integer(1..=u64::from(limits::REVISION));
            let version = node.get("survey_version").integer(1..=u64::from(u32::MAX));
            let score = node.get("score").required().integer(u64::from(scale.min)..=u64::from(scale.max));
            let complete = node.get("complete").boolean().unwrap_or(false);
            let comment = node.get("comment").text(limits::COMMENT);
            let reasons = node.get("reasons").items(limits::REASONS);
            let reasons = reasons.iter().filter_map(|item| item.required_text(limits::REASON)).collect();
            let locale = node.get("locale").parsed(Locale::parse, Locale::RULE);
            let page = page(&node.get("page"));
            let order = order(&node.get("order"));
            let respondent = respondent(&node.get("respondent"));
            let attributes = attributes(&node.get("attributes"));
            let consent = evidence(&node.get("consent"));
            let signals = signals(&node.get("signals"));
            let timing = timing(&node.get("timing"));
            let challenge = node.get("challenge").text(limits::CHALLENGE);
            Some(Self {
                id: id?,
                erasure_key,
                revision: revision.and_then(|n| u32::try_from(n).ok())?,
                survey_version: version.and_then(|n| u32::try_from(n).ok()),
                score: score.and_then(|n| u8::try_from(n).ok())?,
                complete,
                comment,
                reasons,
                locale: locale.map(|tag| tag.to_string()),
                page,
                order,
                respondent,
                attributes,
                consent,
                signals,
                timing,
                challenge,
            })
        })
    }

    /// Removes all that could be linked to a person: respondent, order, attributes, page path and TC string.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.respondent = None;
        self.order = None;
        self.attributes.clear();
        self.page.path = None;
        self.consent.tc_string = None;
        self
    }
}

/// Reads an object that may be absent; notes where something else stands.
fn object<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    (!node.is_absent() && node.is_object()).then_some(node)
}

fn page(node: &Node<'_>) -> Page {
    let Some(node) = object(node) else { return Page::default() };
    let path = node.get("path").text(limits::PATH).filter(|path| {
        let fits = path.starts_with('/') && !path.contains(['?', '#']);
        if !fits {
            node.get("path").fault::<()>("must begin with '/' and have no query and no fragment");
        }
        fits
    });
    Page { path, referrer: node.get("referrer").text(limits::HOST) }
}

fn order(node: &Node<'_>) -> Option<Order> {
    let node = object(node)?;
    let id = node.get("id").required_text(limits::KEY);
    let value = node.get("value").parsed(
        |text| is_amount(text).then(|| text.to_owned()),
        "must be a decimal amount as text, such as \"59.90\"",
    );
    let currency = node.get("currency").parsed(
        |text| is_currency(text).then(|| text.to_owned()),
        "must be an ISO 4217 code of three capital letters, such as EUR",
    );
    Some(Order { id: id?, value, currency })
}

pub(crate) fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Digits, with at most one point between digits and at most one minus in front.
pub(crate) fn is_amount(text: &str) -> bool {
    let (mut whole, mut fraction, mut point) = (0, 0, false);
    for byte in text.strip_prefix('-').unwrap_or(text).bytes() {
        match byte {
            b'0'..=b'9' if point => fraction += 1,
            b'0'..=b'9' => whole += 1,
            b'.' if !point => point = true,
            _ => return false,
        }
    }
    let (most_whole, most_fraction) = limits::AMOUNT_DIGITS;
    whole >= 1 && whole <= most_whole && fraction <= most_fraction && point == (fraction > 0)
}

fn respondent(node: &Node<'_>) -> Option<Respondent> {
    let node = object(node)?;
    let kind = node.get("kind").required().one_of(&RespondentKind::NAMES);
    let key = node.get("key").required_text(limits::KEY);
    let proof = node.get("proof").text(limits::PROOF);
    Some(Respondent { kind: kind?, key: key?, proof })
}

pub(crate) fn is_attribute_name(name: &str) -> bool {
    (1..=limits::ATTRIBUTE_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

pub(crate) fn attributes(node: &Node<'_>) -> Vec<(String, String)> {
    let Some(node) = object(node) else { return Vec::new() };
    let members = node.members(limits::ATTRIBUTES).into_iter();
    let pairs = members.filter_map(|(name, value)| {
        if !is_attribute_name(name) {
            return value.fault(format!(
                "an attribute's name must have 1 to {} characters, none of them control characters",
                limits::ATTRIBUTE_NAME
            ));
        }
        Some((name.to_owned(), value.text(limits::ATTRIBUTE_VALUE)?))
    });
    pairs.collect()
}

fn evidence(node: &Node<'_>) -> Evidence {
    let Some(node) = object(node) else { return Evidence::default() };
    Evidence {
        status: node.get("status").one_of(&Status::NAMES).unwrap_or_default(),
        source: node.get("source").one_of(&Source::NAMES).unwrap_or_default(),
        tc_string: node.get("tc_string").text(limits::TC_STRING),
        at: node
            .get("at")
            .parsed(|text| text.parse::<Timestamp>().ok(), "must be a time such as 2026-01-31T10:00:00Z")
            .map(|time| time.to_string()),
    }
}

fn signals(node: &Node<'_>) -> Signals {
    let Some(node) = object(node) else { return Signals::default() };
    Signals {
        gpc: node.get("gpc").boolean().unwrap_or(false),
        dnt: node.get("dnt").boolean().unwrap_or(false),
    }
}

fn timing(node: &Node<'_>) -> Timing {
    let Some(node) = object(node) else { return Timing::default() };
    let ms = node.get("shown_to_score_ms").integer(0..=limits::TIMING_MS);
    Timing { shown_to_score_ms: ms.and_then(|ms| u32::try_from(ms).ok()) }
}

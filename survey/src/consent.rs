//! The consent decision: what may be kept of an answer, on which evidence, under which policy.

use crate::response::Evidence;
use crate::tcf::TcString;
use serde::Serialize;

/// The legal ground that a site chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Nothing is stored without granted consent.
    OptIn,
    /// Everything is stored, and nothing that could be linked to a person.
    Anonymous,
    /// Stored in full on the site's own legal ground, unless the visitor objected.
    FirstParty,
}

impl Policy {
    /// Every policy with its name on the wire.
    pub const NAMES: [(&'static str, Policy); 3] =
        [("opt_in", Policy::OptIn), ("anonymous", Policy::Anonymous), ("first_party", Policy::FirstParty)];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Policy::OptIn => "opt_in",
            Policy::Anonymous => "anonymous",
            Policy::FirstParty => "first_party",
        }
    }
}

/// What the visitor said of consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Agreed.
    Granted,
    /// Refused or withdrew.
    Denied,
    /// Nobody asked, or nobody answered yet.
    #[default]
    Unknown,
}

impl Status {
    /// Every status with its name on the wire.
    pub const NAMES: [(&'static str, Status); 3] =
        [("granted", Status::Granted), ("denied", Status::Denied), ("unknown", Status::Unknown)];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Status::Granted => "granted",
            Status::Denied => "denied",
            Status::Unknown => "unknown",
        }
    }
}

/// Who said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The page, by `sondeo('consent', …)`.
    Site,
    /// A consent platform, by the IAB TCF.
    Tcf,
    /// Google Consent Mode.
    Gcm,
    /// A tick box in the card.
    Survey,
    /// Nobody.
    #[default]
    None,
}

impl Source {
    /// Every source with its name on the wire.
    pub const NAMES: [(&'static str, Source); 5] = [
        ("site", Source::Site),
        ("tcf", Source::Tcf),
        ("gcm", Source::Gcm),
        ("survey", Source::Survey),
        ("none", Source::None),
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Source::Site => "site",
            Source::Tcf => "tcf",
            Source::Gcm => "gcm",
            Source::Survey => "survey",
            Source::None => "none",
        }
    }
}

/// Whose word on consent counts at a site, and what a consent platform must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// The page ([`Source::Site`]), the IAB TCF, Google Consent Mode.
    #[serde(rename = "consent_from")]
    pub from: Vec<Source>,
    /// The TCF's purposes that must be agreed to beside purpose 1.
    #[serde(rename = "tcf_purposes")]
    pub purposes: Vec<u8>,
    /// The TCF's number of the vendor that must be agreed to, if any.
    #[serde(rename = "tcf_vendor", skip_serializing_if = "Option::is_none")]
    pub vendor: Option<u16>,
    /// Whether the card itself asks where nobody has said anything, and the policy needs somebody to.
    #[serde(rename = "ask_consent")]
    pub card: bool,
}

impl Sources {
    /// What a site may name, with the names on the wire.
    pub const NAMES: [(&'static str, Source); 3] =
        [("site", Source::Site), ("tcf", Source::Tcf), ("gcm", Source::Gcm)];

    /// Whether this one is named.
    #[must_use]
    pub fn has(&self, source: Source) -> bool {
        self.from.contains(&source)
    }

    /// The status that counts of what a sender says. Only a grant can be doubted. A TC string is read again, whoever
    /// sends it: one that lacks something is a refusal, and one that cannot be read says nothing. Where the site named
    /// the TCF, its word needs a string. The page may label its own word, so where the page counts, Consent Mode does.
    #[must_use]
    pub fn status(&self, evidence: &Evidence) -> Status {
        if evidence.status != Status::Granted {
            return evidence.status;
        }
        let counts = match (evidence.source, &evidence.tc_string) {
            (Source::Tcf, Some(text)) if self.has(Source::Tcf) || self.has(Source::Site) => {
                return match TcString::read(text) {
                    Some(string) if self.are_met(&string) => Status::Granted,
                    Some(_) => Status::Denied,
                    None => Status::Unknown,
                };
            }
            (Source::Tcf, _) => self.has(Source::Site) && !self.has(Source::Tcf),
            (Source::Gcm, _) => self.has(Source::Gcm) || self.has(Source::Site),
            (Source::Survey, _) => self.card || self.has(Source::Site),
            (Source::Site | Source::None, _) => self.has(Source::Site),
        };
        if counts { Status::Granted } else { Status::Unknown }
    }

    /// The evidence as far as it counts. A TC string that grants nothing here is no evidence, and is not kept.
    #[must_use]
    pub fn heed(&self, evidence: Evidence) -> Evidence {
        let status = self.status(&evidence);
        let is_ground = status == Status::Granted && evidence.source == Source::Tcf;
        Evidence { status, tc_string: evidence.tc_string.filter(|_| is_ground), ..evidence }
    }

    fn are_met(&self, string: &TcString) -> bool {
        string.has_purpose(1)
            && self.purposes.iter().all(|number| string.has_purpose(*number))
            && self.vendor.is_none_or(|number| string.has_vendor(number))
    }
}

/// Signals of the browser against being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Signals {
    /// Global Privacy Control, from `navigator` or the header `Sec-GPC`.
    pub gpc: bool,
    /// Do Not Track.
    pub dnt: bool,
}

impl Signals {
    /// Reads the request's headers. Only the exact value `1` counts (the GPC specification, §3).
    #[must_use]
    pub fn from_headers(sec_gpc: Option<&str>, dnt: Option<&str>) -> Self {
        Self { gpc: sec_gpc == Some("1"), dnt: dnt == Some("1") }
    }

    /// Either of two readings of the same browser.
    #[must_use]
    pub const fn or(self, other: Signals) -> Self {
        Self { gpc: self.gpc || other.gpc, dnt: self.dnt || other.dnt }
    }
}

/// What may be done with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Keep all of it.
    Store,
    /// Keep it without respondent key, order id, attributes and page path, and pass it on to nobody.
    StoreAnonymous,
    /// Write nothing at all.
    Refuse(Refusal),
}

/// Why an answer may not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The policy is opt-in and the visitor refused.
    Denied,
    /// The policy is opt-in and the visitor has not agreed.
    NotGranted,
}

/// Decides. `honour_dnt` is the site's choice to read DNT as it reads GPC.
///
/// An objection (`denied`) under [`Policy::FirstParty`] is honoured by keeping the answer unlinked: the visitor did
/// choose to answer, and did not agree to be recognised.
///
/// ```
/// use sondeo_survey::consent::{decide, Decision, Policy, Signals, Status};
/// assert_eq!(decide(Policy::OptIn, Status::Granted, Signals::default(), false), Decision::Store);
/// ```
#[must_use]
pub const fn decide(policy: Policy, status: Status, signals: Signals, honour_dnt: bool) -> Decision {
    match (policy, status) {
        (Policy::OptIn, Status::Denied) => Decision::Refuse(Refusal::Denied),
        (Policy::OptIn, Status::Unknown) => Decision::Refuse(Refusal::NotGranted),
        (Policy::Anonymous, _) | (Policy::FirstParty, Status::Denied) => Decision::StoreAnonymous,
        (Policy::OptIn, Status::Granted) | (Policy::FirstParty, Status::Granted | Status::Unknown) => {
            if signals.gpc || (signals.dnt && honour_dnt) {
                Decision::StoreAnonymous
            } else {
                Decision::Store
            }
        }
    }
}

/// What was decided on which evidence: stored with every response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The site's policy at that moment.
    pub policy: Policy,
    /// The version of the site's settings that held the policy.
    pub policy_version: u32,
    /// Whether the answer was kept unlinked.
    pub anonymous: bool,
    /// What the visitor said.
    pub status: Status,
    /// Who said so.
    pub source: Source,
    /// The TC string, where the answer is kept in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tc_string: Option<String>,
    /// When the visitor said so, by the page's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The browser's signals, from the page or the request.
    #[serde(flatten)]
    pub signals: Signals,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S = store, A = store anonymous, D = refuse denied, N = refuse not granted.
    #[test]
    fn the_whole_truth_table() {
        let columns =
            [(false, false, false), (false, true, false), (false, true, true), (true, false, false)];
        //  gpc, dnt, honour_dnt:               none  dnt   dnt!  gpc
        let table = [
            (Policy::OptIn, Status::Granted, ["S", "S", "A", "A"]),
            (Policy::OptIn, Status::Denied, ["D", "D", "D", "D"]),
            (Policy::OptIn, Status::Unknown, ["N", "N", "N", "N"]),
            (Policy::Anonymous, Status::Granted, ["A", "A", "A", "A"]),
            (Policy::Anonymous, Status::Denied, ["A", "A", "A", "A"]),
            (Policy::Anonymous, Status::Unknown, ["A", "A", "A", "A"]),
            (Policy::FirstParty, Status::Granted, ["S", "S", "A", "A"]),
            (Policy::FirstParty, Status::Denied, ["A", "A", "A", "A"]),
            (Policy::FirstParty, Status::Unknown, ["S", "S", "A", "A"]),
        ];
        for (policy, status, row) in table {
            for ((gpc, dnt, honour), expected) in columns.into_iter().zip(row) {
                let got = match decide(policy, status, Signals { gpc, dnt }, honour) {
                    Decision::Store => "S",
                    Decision::StoreAnonymous => "A",
                    Decision::Refuse(Refusal::Denied) => "D",
                    Decision::Refuse(Refusal::NotGranted) => "N",
                };
                assert_eq!(got, expected, "{policy:?} {status:?} gpc={gpc} dnt={dnt} honoured={honour}");
            }
        }
    }

    /// G = granted, D = denied, U = unknown.
    #[test]
    fn a_grant_counts_from_whom_the_site_named_and_as_far_as_it_goes() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../tests/tcf.json")).unwrap();
        let string = |name: &str| {
            let vector = vectors.as_array().unwrap().iter().find(|vector| vector["name"] == name);
            Some(vector.unwrap()["text"].as_str().unwrap().to_owned())
        };
        let one = string("one vendor by its number"); // purposes 1 and 7, vendor 755
        let without = string("no purpose 1");
        let broken = Some("CQrgrc".to_owned());
        let (site, tcf, gcm) = (Source::Site, Source::Tcf, Source::Gcm);
        //                          site only  tcf only  gcm only  site and tcf
        let lists: [&[Source]; 4] = [&[site], &[tcf], &[gcm], &[site, tcf]];
        for (source, tc_string, expected) in [
            (site, &None, ["G", "U", "U", "G"]),
            (Source::None, &None, ["G", "U", "U", "G"]),
            (gcm, &None, ["G", "U", "G", "G"]),
            (Source::Survey, &None, ["G", "U", "U", "G"]),
            (tcf, &None, ["G", "U", "U", "U"]),
            (tcf, &one, ["G", "G", "U", "G"]),
            (tcf, &without, ["D", "D", "U", "D"]),
            (tcf, &broken, ["U", "U", "U", "U"]),
        ] {
            for (from, expected) in lists.iter().zip(expected) {
                let sources =
                    Sources { from: from.to_vec(), purposes: vec![7], vendor: Some(755), card: false };
                let evidence =
                    Evidence { status: Status::Granted, source, tc_string: tc_string.clone(), at: None };
                let got = match sources.status(&evidence) {
                    Status::Granted => "G",
                    Status::Denied => "D",
                    Status::Unknown => "U",
                };
                assert_eq!(got, expected, "{source:?} {tc_string:?} at {from:?}");
                let kept = sources.heed(evidence.clone()).tc_string.is_some();
                assert_eq!(kept, source == tcf && tc_string.is_some() && got == "G");
                for status in [Status::Denied, Status::Unknown] {
                    assert_eq!(sources.status(&Evidence { status, ..evidence.clone() }), status);
                }
            }
        }
        for (purposes, vendor, card, source, expected) in [
            (vec![], None, false, tcf, Status::Granted),
            (vec![1, 7], None, false, tcf, Status::Granted),
            (vec![7, 8], None, false, tcf, Status::Denied),
            (vec![], Some(754), false, tcf, Status::Denied),
            (vec![], None, true, Source::Survey, Status::Granted),
        ] {
            let evidence = Evidence { status: Status::Granted, source, tc_string: one.clone(), at: None };
            let sources = Sources { from: vec![tcf], purposes, vendor, card };
            assert_eq!(sources.status(&evidence), expected, "{sources:?}");
        }
    }

    #[test]
    fn gpc_counts_only_as_exactly_one() {
        for (value, expected) in
            [(Some("1"), true), (Some("true"), false), (Some("1 "), false), (Some("0"), false), (None, false)]
        {
            assert_eq!(Signals::from_headers(value, None).gpc, expected, "{value:?}");
        }
    }
}

//! The consent decision: what may be kept of an answer, on which evidence, under which policy.

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

    #[test]
    fn gpc_counts_only_as_exactly_one() {
        for (value, expected) in
            [(Some("1"), true), (Some("true"), false), (Some("1 "), false), (Some("0"), false), (None, false)]
        {
            assert_eq!(Signals::from_headers(value, None).gpc, expected, "{value:?}");
        }
    }
}

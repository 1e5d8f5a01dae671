//! Every bound on what is accepted, in one place. Text is counted in Unicode scalar values.

/// Largest request body, in bytes. A full comment in four-byte characters with twenty attributes is 16 KB.
pub const BODY_BYTES: usize = 32 * 1024;
/// Most answers that one request of a visitor may claim.
pub const CLAIMS: usize = 50;
/// Largest body of such a request, in bytes, which is what browsers send with `keepalive`: 50 claims whose keys have 200
/// four-byte characters each.
pub const CLAIMS_BYTES: usize = 64 * 1024;
/// Longest time that a rotated token's earlier secret may stay good, in seconds: thirty days.
pub const OVERLAP_SECONDS: u64 = 30 * 86_400;
/// The same where nothing is said: a day.
pub const OVERLAP_SECONDS_DEFAULT: u64 = 86_400;
/// Entries of one page of a list that grows without end, and how many where nothing is said.
pub const PAGE: (u32, u32) = (1_000, 100);
/// Most of one kind of exposure in one report; the tag sends single ones.
pub const EXPOSURES: u64 = 10;
/// Longest comment.
pub const COMMENT: usize = 2_000;
/// Longest note on a response that was looked after.
pub const NOTE: usize = 2_000;
/// Largest revision of one response; a widget sends two or three.
pub const REVISION: u32 = 1_000;
/// Most reasons that one response may name.
pub const REASONS: usize = 20;
/// Longest reason key.
pub const REASON: usize = 64;
/// Most attributes of one response.
pub const ATTRIBUTES: usize = 20;
/// Longest attribute name.
pub const ATTRIBUTE_NAME: usize = 40;
/// Longest attribute value.
pub const ATTRIBUTE_VALUE: usize = 200;
/// Longest page path.
pub const PATH: usize = 300;
/// Longest referring host: the limit of a DNS name (RFC 1035).
pub const HOST: usize = 253;
/// Longest order, user or visitor key.
pub const KEY: usize = 200;
/// Longest proof of a signed identity.
pub const PROOF: usize = 200;
/// Longest token of a challenge: Turnstile's are at most this long.
pub const CHALLENGE: usize = 2_048;
/// Largest limit of a rate that an owner may set.
pub const RATE: u64 = 1_000_000;
/// Longest IAB TC string: vendor lists of today make about 1,000 characters.
pub const TC_STRING: usize = 4_000;
/// Most digits of an amount before and after the point: 999 billion, and four places as in UYW (ISO 4217).
pub const AMOUNT_DIGITS: (usize, usize) = (12, 4);
/// Longest time that a visitor may report between the question and the tap: one day, in milliseconds.
pub const TIMING_MS: u64 = 86_400_000;
/// Longest site or survey name, title, touchpoint or event name.
pub const NAME: usize = 80;
/// Longest label of the tab at the edge of the page.
pub const TAB: usize = 24;
/// Most steps after the score: who is asked more goes away.
pub const STEPS: usize = 5;
/// Most choices of one step: more than a phone's screen shows are not read.
pub const CHOICES: usize = 12;
/// Most choices of all steps together: all of them may be an answer's reasons, and in the widget a set of 32 bits.
pub const CHOICES_IN_ALL: usize = REASONS;
/// Most showings of a card to a visitor who does not react.
pub const MOST_SHOWN: u32 = 100;
/// Longest question, label, follow-up or thank-you.
pub const WORDING: usize = 300;
/// Most origins, locales or triggers in one document.
pub const ENTRIES: usize = 50;
/// Longest wait or window, in days: ten years.
pub const DAYS: u32 = 3_650;
/// Fewest days that a site may keep answers. A browser sends an answer or a later revision of it for a week; what retention
/// has deleted by then would come back as a new one.
pub const RETENTION_DAYS: u32 = 8;
/// Longest delay of a trigger, in seconds: one hour.
pub const DELAY_SECONDS: u32 = 3_600;
/// Largest number of shards of one survey, each one Durable Object with some 200 to 500 writes a second.
pub const SHARDS: u16 = 256;
/// Shards of a survey unless its owner says otherwise.
pub const SHARDS_DEFAULT: u16 = 8;
/// Longest regular expression that an owner may write.
pub const REGEX: usize = 200;
/// Longest address of a webhook.
pub const URL: usize = 2_000;
/// Longest CSS selector of a trigger.
pub const SELECTOR: usize = 200;
/// Most page views that a trigger may wait for.
pub const VIEWS: u64 = 1_000;
/// Longest time on site that a trigger may wait for, in seconds: one day.
pub const SESSION_SECONDS: u32 = 86_400;

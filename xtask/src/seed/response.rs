//! One synthetic response, as the widget would send it.

use serde_json::{Value, json};
use uuid::Builder;

use super::comments::{self, Mood};
use super::random::Random;

pub(super) struct Response {
    pub(super) survey: &'static str,
    /// The bodies to post, in order: the score, then perhaps the comment.
    pub(super) revisions: Vec<Value>,
    /// How often the question was shown for this one answer: what visitors report beside it.
    pub(super) exposures: Value,
}

/// One of the shop's surveys: how often it is answered, and how.
struct Survey {
    id: &'static str,
    path: &'static str,
    lowest: usize,
    /// One weight for each score of the scale: many content customers, a tail of unhappy ones.
    weights: &'static [u64],
    /// So many showings for an answer.
    shown: u64,
    /// From this score on they are happy; below `content_from`, unhappy.
    happy_from: usize,
    content_from: usize,
}

const SURVEYS: [Survey; 3] = [
    Survey {
        id: "post-purchase",
        path: "/thanks",
        lowest: 0,
        weights: &[2, 1, 1, 2, 2, 6, 6, 13, 20, 22, 25],
        shown: 3,
        happy_from: 9,
        content_from: 7,
    },
    Survey {
        id: "product-page",
        path: "/products/sidamo",
        lowest: 1,
        weights: &[4, 6, 13, 41, 36],
        shown: 8,
        happy_from: 4,
        content_from: 3,
    },
    Survey {
        id: "help-article",
        path: "/help/grind",
        lowest: 1,
        weights: &[3, 4, 6, 10, 19, 31, 27],
        shown: 5,
        happy_from: 5,
        content_from: 4,
    },
];

/// How the answers divide between [`SURVEYS`].
const SHARES: [u64; 3] = [55, 25, 20];

pub(super) fn make(random: &mut Random, number: u32) -> Response {
    let survey = &SURVEYS[random.weighted(&SHARES)];
    let score = survey.lowest + random.weighted(survey.weights);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&random.bits().to_be_bytes());
    let locale = ["en", "en-GB", "es", "es-MX", "pt-BR"][random.weighted(&[40, 15, 20, 10, 15])];
    let mut body = json!({
        "id": Builder::from_random_bytes(bytes).into_uuid(),
        "revision": 1,
        "survey_version": 1,
        "score": score,
        "complete": false,
        "locale": locale,
        "page": { "path": survey.path },
        // Always the same: replays must be equal, and the collector's clock is what counts.
        "consent": { "status": "granted", "source": "site", "at": "2026-11-02T09:30:00Z" },
        "signals": { "gpc": false, "dnt": random.chance(8) },
        "timing": { "shown_to_score_ms": 900 + random.below(90) * random.below(90) },
    });
    if survey.id == "post-purchase" {
        let order = format!("K-{:06}", 100_000 + number);
        body["order"] = order_of(random, &order, locale);
        body["respondent"] = json!({ "kind": "order", "key": order });
    } else {
        body["respondent"] = json!({ "kind": "visitor", "key": format!("{:016x}", random.bits()) });
    }
    let mut revisions = vec![body];
    // The unhappy have more to say.
    let mood = survey.mood(score);
    if random.chance(if mood == Mood::Happy { 22 } else { 38 }) {
        let mut second = revisions[0].clone();
        second["revision"] = 2.into();
        second["complete"] = true.into();
        second["comment"] = (*random.pick(comments::of(survey.id, mood, locale))).into();
        revisions.push(second);
    }
    let exposures = json!({ "shown": survey.shown, "dismissed": survey.shown / 2 });
    Response { survey: survey.id, revisions, exposures }
}

impl Survey {
    fn mood(&self, score: usize) -> Mood {
        if score >= self.happy_from {
            Mood::Happy
        } else if score >= self.content_from {
            Mood::Content
        } else {
            Mood::Unhappy
        }
    }
}

/// Mostly small baskets, some large: the third power of an even spread.
fn order_of(random: &mut Random, id: &str, locale: &str) -> Value {
    let spread = random.below(1_000);
    let cents = 1_150 + spread * spread * spread / 70_000;
    let currency = match locale {
        "en-GB" => "GBP",
        "es-MX" => "MXN",
        "pt-BR" => "BRL",
        _ => "EUR",
    };
    json!({ "id": id, "value": format!("{}.{:02}", cents / 100, cents % 100), "currency": currency })
}

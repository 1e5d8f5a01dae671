use super::memory::Changed;
use super::orders::Orders;
use super::*;
use crate::shard::erase::{Claim, Erase, Forget, Subject};
use crate::shard::schema::VERSIONS;
use crate::shard::submit::{Submit, Submitted};
use crate::shard::{fill::Fill, retention};
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

const HOUR: i64 = 3_600_000;
/// A name that no path in JSON can have as it is.
const ODD: &str = "a\"b\\c.d";

fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    database
}

#[derive(Debug, Clone)]
enum Step {
    Submit {
        respondent: Option<u8>,
        id: u8,
        revision: u32,
        score: u8,
        value: u8,
    },
    Erase(u8),
    EraseRespondent(u8),
    Forget(Option<u8>, u8),
    /// All that is older than so many of the steps, but at most so many answers.
    Retain(usize, usize),
    Ask(Count),
}

fn flagged() -> impl Strategy<Value = Flagged> {
    prop::sample::select(Flagged::NAMES.map(|(_, flagged)| flagged).to_vec())
}

fn step() -> impl Strategy<Value = Step> {
    let submit = (prop::option::of(0u8..6), 0u8..12, 1u32..4, 0u8..11, 0u8..12).prop_map(
        |(respondent, id, revision, score, value)| Step::Submit { respondent, id, revision, score, value },
    );
    let dimensions = [
        None,
        Some(Dimension::Touchpoint),
        Some(Dimension::Locale),
        Some(Dimension::Device),
        Some(Dimension::Path),
        Some(Dimension::Attribute("7".into())),
        Some(Dimension::Attribute(ODD.into())),
    ];
    let ask =
        (flagged(), prop::sample::select(dimensions.to_vec()), prop::collection::vec(-HOUR..50 * HOUR, 2..6))
            .prop_map(|(flagged, by, mut bounds)| {
                bounds.sort_unstable();
                let orders_from = Some(bounds[0]);
                Step::Ask(Count { bounds, flagged, by, orders_from })
            });
    prop_oneof![
        12 => submit,
        1 => (0u8..12).prop_map(Step::Erase),
        1 => (0u8..6).prop_map(Step::EraseRespondent),
        1 => (prop::option::of(0u8..6), 0u8..12).prop_map(|(respondent, id)| Step::Forget(respondent, id)),
        1 => (0usize..40, 1usize..4).prop_map(|(steps, most)| Step::Retain(steps, most)),
        6 => ask,
    ]
}

fn key(respondent: Option<u8>, id: u8) -> String {
    respondent.map_or_else(|| hex::encode([id; 16]), |respondent| hex::encode([respondent; 32]))
}

fn submit(respondent: Option<u8>, id: u8, revision: u32, score: u8, value: u8) -> Submit {
    let has = |n: u8| !value.is_multiple_of(n);
    let text = |n: u8| has(n).then(|| format!("{}\n\"é", value % n));
    Submit {
        id: Uuid::from_bytes([id; 16]),
        respondent: respondent.map(|respondent| hex::encode([respondent; 32])),
        revision,
        metric: "nps".into(),
        scale_max: 10,
        score,
        touchpoint: text(2),
        locale: text(3),
        device: text(4),
        page_path: text(5),
        attributes: [("7", text(3)), (ODD, text(2))]
            .into_iter()
            .filter_map(|(n, v)| Some((n.to_owned(), v?)))
            .collect(),
        order_id: has(3).then(|| format!("o{}", value % 5)),
        order_value: has(4)
            .then(|| ["-1", "999999999999.9999", "0.1", "12.34", "7.125"][usize::from(value % 5)].into()),
        order_currency: has(2).then(|| "EUR".into()),
        flags: [("too_fast", 5), ("verified", 2)]
            .into_iter()
            .filter(|(_, n)| !has(*n))
            .map(|(flag, _)| flag.into())
            .collect(),
        consent: "{}".into(),
        window_days: Some(1),
        erasure_proof: Some(hex::encode([id; 32])),
        ..Submit::default()
    }
}

/// What the statement for each says, without any memory.
fn plainly(database: &Connection, count: &Count) -> Counted {
    let column = match &count.by {
        None => "NULL",
        Some(Dimension::Touchpoint) => "touchpoint",
        Some(Dimension::Locale) => "locale",
        Some(Dimension::Device) => "device",
        Some(Dimension::Path) => "page_path",
        Some(Dimension::Attribute(_)) => "(SELECT value FROM json_each(attributes) AS a WHERE a.key = ?3)",
    };
    let name = match &count.by {
        Some(Dimension::Attribute(name)) => name.as_str(),
        _ => "",
    };
    let query = format!(
        "SELECT {column}, score, count(*) FROM response WHERE received_at >= ?1 AND received_at < ?2 AND {} AND ?3 = ?3 \
         GROUP BY 1, 2 ORDER BY 1",
        count.flagged.condition()
    );
    let mut spans = Vec::new();
    let mut values: BTreeMap<Option<String>, ScoreTally> = BTreeMap::new();
    for (n, pair) in count.bounds.windows(2).enumerate() {
        let mut tally = ScoreTally::default();
        let mut statement = database.prepare(&query).unwrap();
        let mut rows = statement.query((pair[0], pair[1], name)).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let answers = row.get::<_, i64>(2).unwrap().cast_unsigned();
            tally.add_many(row.get(1).unwrap(), answers).unwrap();
            if n + 2 == count.bounds.len() {
                values
                    .entry(row.get(0).unwrap())
                    .or_default()
                    .add_many(row.get(1).unwrap(), answers)
                    .unwrap();
            }
        }
        spans.push(tally);
    }
    let values = if count.by.is_some() { values.into_iter().collect() } else { Vec::new() };
    let oldest = database.query_row("SELECT min(received_at) FROM response", [], |row| row.get(0)).unwrap();
    let orders = count.orders_from.map(|_| orders_plainly(database, count));
    Counted { oldest, spans, values: Some(values), orders }
}

fn sorted(mut counted: Counted) -> Counted {
    counted.values.as_mut().unwrap().sort_by(|(one, _), (other, _)| one.cmp(other));
    counted
}

/// Orders as plainly as they can be summed up.
fn orders_plainly(database: &Connection, sum: &Count) -> Orders {
    let mut orders = Orders::default();
    let condition = sum.flagged.condition();
    let query = format!(
        "SELECT hex(key), linked, order_id, order_value, order_currency, score FROM response \
         WHERE received_at >= ?1 AND received_at < ?2 AND order_id IS NOT NULL AND {condition} ORDER BY received_at, id"
    );
    let mut statement = database.prepare(&query).unwrap();
    let mut rows = statement.query((sum.bounds[0], sum.bounds[sum.bounds.len() - 1])).unwrap();
    let mut value: BTreeMap<Option<String>, [orders::Worth; 11]> = BTreeMap::new();
    let mut known: BTreeMap<String, (u8, Vec<String>)> = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let (key, linked, order): (String, bool, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        let score: u8 = row.get(5).unwrap();
        if let Some(text) = row.get::<_, Option<String>>(3).unwrap() {
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let worth = &mut value.entry(row.get(4).unwrap()).or_default()[usize::from(score)];
            worth.count += 1;
            worth.sum += format!("{whole}{fraction:0<4}").parse::<i128>().unwrap();
        }
        if linked {
            let respondent = known.entry(key).or_default();
            respondent.0 = score;
            respondent.1.push(order);
        }
    }
    for (score, mut names) in known.into_values() {
        names.sort_unstable();
        names.dedup();
        let count = &mut orders.respondents[usize::from(score)];
        *count = (count.0 + 1, count.1 + u64::from(names.len() > 1));
    }
    orders.value = value.into_iter().collect();
    orders
}

fn erase(memory: &mut Memory, database: &Connection, subject: Subject, now: i64) {
    let erased = Erase { subject }.run(database, now);
    memory.after(erased, |erased| Changed::anything_if(erased.count > 0)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever came, changed and went: what is remembered is what is stored.
    #[test]
    fn memory_is_the_store(steps in prop::collection::vec((step(), 0i64..3 * HOUR), 1..60)) {
        let database = database();
        let mut memory = Memory::default();
        let mut times = vec![0];
        for (step, later) in steps {
            let now = times[times.len() - 1] + later;
            times.push(now);
            match step {
                Step::Submit { respondent, id, revision, score, value } => {
                    let submitted = submit(respondent, id, revision, score, value).run(&database, now);
                    memory.after(submitted, Submitted::changed).unwrap();
                }
                Step::Erase(id) => erase(&mut memory, &database, Subject::Response(Uuid::from_bytes([id; 16])), now),
                Step::EraseRespondent(respondent) => {
                    let refused = (0..12).map(|id| Uuid::from_bytes([id; 16])).collect();
                    let hash = key(Some(respondent), 0);
                    erase(&mut memory, &database, Subject::Respondent { hash, order: Some("o1".into()), refused }, now);
                }
                Step::Forget(respondent, id) => {
                    let claim = Claim {
                        key: key(respondent, id),
                        id: Uuid::from_bytes([id; 16]),
                        proof: hex::encode([id; 32]),
                        is_met: true,
                    };
                    let gone = Forget { claims: vec![claim], is_trial: false }.run(&database, now);
                    memory.after(gone, |gone| Changed::anything_if(!gone.is_empty())).unwrap();
                }
                Step::Retain(steps, most) => {
                    let before = times[times.len().saturating_sub(steps + 1)];
                    retention::delete_before(&database, before, most).unwrap();
                }
                Step::Ask(count) => {
                    let counted = count.counted(&mut memory, &database).unwrap();
                    prop_assert_eq!(sorted(counted), plainly(&database, &count));
                }
            }
        }
    }
}

/// Both ways give the same: all in memory, and passed on page by page as it is read.
#[test]
fn what_does_not_fit_is_counted_as_it_is_read() {
    let database = database();
    let text = r#"{"title": "N", "metric": "nps", "triggers": [], "frequency": {"window": "ever"}}"#;
    let definition = sondeo_survey::definition::Definition::parse(text.as_bytes()).unwrap();
    Fill::new(&definition, 1, 25_000, 3, 0, 1_000 * HOUR).run(&database, 0).unwrap();
    for by in [Dimension::Path, Dimension::Attribute("store".into())] {
        let count = Count {
            bounds: vec![0, 300 * HOUR, 1_000 * HOUR],
            flagged: Flagged::Exclude,
            by: Some(by.clone()),
            orders_from: None,
        };
        let mut counting = Counting::new(&count);
        let mut columns = Columns::new(Shape::Values(by));
        let mut parts = 0;
        let whole = columns.load(&database, 0, &mut |part| {
            parts += 1;
            counting.add(part);
        });
        assert!(!whole.unwrap());
        assert_eq!(parts, 2);
        counting.add(&columns);
        let plain = plainly(&database, &count);
        assert_eq!(counting.spans, plain.spans);
        assert_eq!(counting.values.iter().map(ScoreTally::answered).sum::<u64>(), plain.spans[1].answered());
        assert_eq!(sorted(count.counted(&mut Memory::default(), &database).unwrap()), plain);
    }
}

/// Shards of two releases talk during a deploy.
#[test]
fn sums_of_any_size_are_json() {
    let worth = orders::Worth { count: 3, sum: -3_000_000_000_000_000_000_000_000 };
    let text = serde_json::to_string(&worth).unwrap();
    assert_eq!(text, r#"{"count":3,"sum":-3000000000000000000000000}"#);
    assert_eq!(serde_json::from_str::<orders::Worth>(&text).unwrap(), worth);
}

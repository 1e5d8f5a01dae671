//! Many requests at the same moment, one answer.

use e2e::answer::{answer, answer_about};
use e2e::{collector, extent, run};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ORIGIN: &str = "https://crowd.example";

fn tally(outcomes: &[(u16, String)]) -> BTreeMap<(u16, &str), usize> {
    let mut tally = BTreeMap::new();
    for (status, what) in outcomes {
        *tally.entry((*status, what.as_str())).or_default() += 1;
    }
    tally
}

#[test]
fn fifty_posts_of_one_id_are_one_answer() {
    run(async {
        let site = collector::shared().await.site("one-id", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        for same in [answer(9), answer_about("1", 9)] {
            let before = survey.count().await;
            let outcomes = join_all((0..50).map(|_| survey.submit(&same))).await;
            let expected = BTreeMap::from([((200, "unchanged"), 49), ((201, "created"), 1)]);
            assert_eq!(tally(&outcomes), expected);
            assert_eq!(survey.count().await, before + 1);
        }
        assert_eq!(survey.rows().await.len(), 2);
    });
}

#[test]
fn fifty_answers_for_one_order_are_one_answer() {
    run(async {
        let site = collector::shared().await.site("one-order", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let outcomes = join_all((0..50).map(async |n| survey.submit(&answer_about("1", n % 11)).await)).await;
        assert_eq!(tally(&outcomes), BTreeMap::from([((201, "created"), 1), ((409, ""), 49)]));
        assert_eq!(survey.rows().await.len(), 1);
    });
}

/// The answer that a key sends as its nth.
type Shape = Box<dyn Fn(usize, usize) -> Value>;

/// A crowd of keys, each in as many requests: whatever comes first, one of each is stored, and the rest say so.
#[test]
fn a_crowd_gets_one_created_each_and_one_state() {
    const AT_ONCE: usize = 200;
    run(async {
        let (keys, each) = extent((10, 40), (100, 100));
        let site = collector::shared().await.site("crowd", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let ids: Vec<Value> = (0..keys).map(|key| answer(u8::try_from(key % 11).unwrap())).collect();
        let pairs: Vec<Value> = (0..keys).map(|key| answer_about(&format!("pair-{key}"), 9)).collect();
        let one_id = |table: Vec<Value>| move |key: usize, _| table[key].clone();
        let shapes: [(&str, (u16, &str), Shape); 3] = [
            ("an id without a respondent", (200, "unchanged"), Box::new(one_id(ids))),
            ("an id with its respondent", (200, "unchanged"), Box::new(one_id(pairs))),
            (
                "a respondent with ever another id",
                (409, ""),
                Box::new(|key, n| answer_about(&format!("rival-{key}"), u8::try_from(n % 11).unwrap())),
            ),
        ];
        for (what, otherwise, shape) in shapes {
            let before = survey.rows().await.len();
            // Neighbours in the list, and so under way together, are of one key.
            let posts: Vec<(usize, Value)> =
                (0..keys * each).map(|n| (n / each, shape(n / each, n % each))).collect();
            let send = async |(key, answer): &(usize, Value)| (*key, survey.submit(answer).await);
            let outcomes: Vec<_> = stream::iter(&posts).map(send).buffer_unordered(AT_ONCE).collect().await;
            let mut by_key: BTreeMap<usize, Vec<(u16, String)>> = BTreeMap::new();
            for (key, outcome) in outcomes {
                by_key.entry(key).or_default().push(outcome);
            }
            let expected = BTreeMap::from([((201, "created"), 1), (otherwise, each - 1)]);
            for (key, outcomes) in &by_key {
                assert_eq!(tally(outcomes), expected, "{what}, key {key}");
            }
            let state = survey.csv().await;
            assert_eq!(survey.rows().await.len(), before + keys, "{what}");
            // Once more, in another order: nothing is new.
            let again: Vec<_> = stream::iter(posts.iter().rev().step_by(7))
                .map(send)
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            assert!(again.iter().all(|(_, (status, _))| *status != 201), "{what}");
            assert_eq!(survey.csv().await, state, "{what}");
        }
    });
}

//! Many requests at the same moment, one answer.

use e2e::answer::{answer, answer_about};
use e2e::{collector, run};
use futures_util::future::join_all;
use serde_json::json;
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

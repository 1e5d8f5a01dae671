//! The rule of "one respondent, one answer", step by step.

use e2e::answer::{answer, answer_about, id, with};
use e2e::{collector, run};
use serde_json::{Value, json};

const ORIGIN: &str = "https://revisions.example";

#[test]
fn the_highest_revision_stands_in_whatever_order_they_come() {
    run(async {
        let site = collector::shared().await.site("revisions-order", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!("order")).await;
        let first = answer_about("1", 3);
        let revised = |revision: u32, score: u8, complete: bool| {
            with(first.clone(), json!({ "revision": revision, "score": score, "complete": complete }))
        };
        for (what, answer, status, said, stored) in [
            ("the second comes first", revised(2, 4, true), 201, "created", 2),
            ("then the first", first.clone(), 200, "unchanged", 2),
            ("and the second again", revised(2, 9, true), 200, "unchanged", 2),
            ("a correction", revised(5, 8, false), 200, "updated", 5),
            ("too late", revised(4, 1, true), 200, "unchanged", 5),
        ] {
            let reply = survey.post(&answer).await;
            assert_eq!(reply.status(), status, "{what}");
            let reply: Value = reply.json().await.unwrap();
            assert_eq!(reply, json!({ "id": id(&first), "revision": stored, "status": said }), "{what}");
        }
        let rows = survey.rows().await;
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        let got = ["score", "revision", "complete"].map(|column| row[column].as_str());
        assert_eq!(got, ["8", "5", "true"], "what was complete stays complete");
    });
}

#[test]
fn a_respondent_answers_once_in_the_window_and_strangers_each() {
    run(async {
        let site = collector::shared().await.site("revisions-window", ORIGIN, "opt_in").await;
        let survey = site.publish_metric("nps", &json!({ "days": 30 })).await;
        let by =
            |kind: &str, key: &str| with(answer(9), json!({ "respondent": { "kind": kind, "key": key } }));
        for (kind, key, status) in [
            ("visitor", "a", 201),
            ("visitor", "a", 409),
            ("visitor", "b", 201),
            ("user", "a", 201),
            ("user", "a", 409),
        ] {
            assert_eq!(survey.submit(&by(kind, key)).await.0, status, "{kind} {key}");
        }
        for _ in 0..2 {
            assert_eq!(survey.submit(&answer(9)).await.0, 201, "nobody in particular");
        }
        assert_eq!(survey.count().await, 5);
        let other = site.publish_metric("csat", &json!({ "days": 30 })).await;
        let elsewhere = with(by("visitor", "a"), json!({ "score": 5 }));
        assert_eq!(other.submit(&elsewhere).await.0, 201, "another survey is another question");
    });
}

//! What a visitor leaves behind.

use super::{from, one_shard, site, status};
use e2e::answer::{answer_about, with};
use e2e::collector::Own;
use e2e::run;
use e2e::turnstile::{self, Turnstile};
use serde_json::json;
use std::path::Path;

/// All files below a folder.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
}

#[test]
fn nothing_of_a_visitor_is_left_on_disk_or_in_the_log() {
    run(async {
        let service = Turnstile::serve().await;
        let vars = service.vars();
        let vars = vars.iter().map(|(name, value)| (*name, value.as_str())).chain([("SONDEO_LIMITS", "on")]);
        let mut collector = Own::start_with(&vars.collect::<Vec<_>>()).await;
        let turnstile = json!({ "sitekey": turnstile::PASSES, "mode": "flag" });
        let marked = |mark: &str| {
            with(
                answer_about(&format!("order-{mark}"), 3),
                json!({
                    "comment": format!("kept-words from mail-{mark}@visitor.example"),
                    "page": { "path": format!("/path-{mark}") },
                    "respondent": { "kind": "user", "key": format!("user-{mark}") },
                    "attributes": { "plan": format!("attribute-{mark}") },
                    "challenge": format!("challenge-{mark}"),
                }),
            )
        };
        let mut surveys = Vec::new();
        for (policy, refuses) in [("anonymous", false), ("first_party", false), ("opt_in", true)] {
            let members = json!({ "consent_policy": policy, "turnstile": turnstile });
            let survey = one_shard(&site(&collector.api, &policy.replace('_', "-"), members).await).await;
            for (n, request) in [
                from(&survey, &marked("zebra"), "203.0.113.77").header("Sec-GPC", "1"),
                from(&survey, &with(marked("zebra"), json!({ "score": 99 })), "203.0.113.77"),
                from(
                    &survey,
                    &with(marked("zebra"), json!({ "consent": { "status": "denied" } })),
                    "203.0.113.77",
                ),
            ]
            .into_iter()
            .enumerate()
            {
                let request = request.header("User-Agent", "Mozilla/5.0 agent-zebra");
                let expected = [201, 422, if refuses { 403 } else { 201 }][n];
                assert_eq!(status(request).await, expected, "{policy} {n}");
            }
            surveys.push(survey);
        }
        // That the search finds what is there: the words of the comment, and an answer that is stored in full.
        let full = from(&surveys[1], &marked("giraffe"), "203.0.113.77");
        assert_eq!(status(full.header("User-Agent", "Mozilla/5.0 agent-zebra")).await, 201);
        collector.stop().await;

        let mut found = Vec::new();
        files(&collector.state, &mut found);
        let is_there = |text: &str| -> Vec<&str> {
            let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            found.iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name.as_str()).collect()
        };
        for kept in ["kept-words", "order-giraffe", "/path-giraffe", "attribute-giraffe"] {
            assert!(!is_there(kept).is_empty(), "{kept}");
        }
        for mark in
            ["zebra", "mail-giraffe", "user-giraffe", "challenge-giraffe", "203.0.113.77", turnstile::SECRET]
        {
            assert_eq!(is_there(mark), Vec::<&str>::new(), "{mark}");
        }
        // The words of a comment are in a database, and in no log.
        assert!(
            is_there("kept-words").iter().all(|name| name.contains(".sqlite")),
            "{:?}",
            is_there("kept-words")
        );
        assert!(found.iter().any(|(name, _)| name.ends_with("collector.log")));
    });
}

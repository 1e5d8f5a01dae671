//! What owners send: sites, surveys, requests for tokens and links. The first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::access::TokenRequest;
use sondeo_survey::definition::Definition;
use sondeo_survey::draft::Draft;
use sondeo_survey::link::{self, Claims, LinkRequest};
use sondeo_survey::site::Site;

/// Under which a link that was just made is good.
const NOW: i64 = 1_800_000_000_000;

fuzz_target!(|input: &[u8]| {
    let Some((kind, body)) = input.split_first() else { return };
    match kind % 4 {
        0 => {
            let Ok(Draft { definition, .. }) = Draft::parse(body) else { return };
            let text = serde_json::to_vec(&definition).unwrap();
            assert_eq!(Definition::parse(&text), Ok(definition));
        }
        1 => {
            let Ok(site) = Site::parse(body) else { return };
            let text = serde_json::to_vec(&site).unwrap();
            assert_eq!(Site::parse(&text), Ok(site));
        }
        2 => {
            let Ok(request) = TokenRequest::parse(body) else { return };
            assert!(!request.scopes.is_empty());
        }
        _ => {
            let Ok(request) = LinkRequest::parse(body) else { return };
            let key = link::key(b"secret");
            let query = request.query(&key, "shop", "nps", NOW);
            assert_eq!(Claims::signed(&key, "shop", "nps", &query, NOW), Ok(Some(request.claims)));
        }
    }
});

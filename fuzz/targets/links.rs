//! Addresses of the hosted page and tokens of previews: nothing is taken that was not signed, and what was is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::link::{self, Claims};

const SECRET: &[u8] = b"a site's secret";
const NOW: i64 = 1_800_000_000_000;

fuzz_target!(|query: &str| {
    let key = link::key(SECRET);
    drop(Claims::parse(query));
    // No input has a signature by chance.
    assert!(!matches!(Claims::signed(&key, "shop", "nps", query, NOW), Ok(Some(_))), "{query}");
    assert!(!link::is_preview_token(SECRET, "shop", "nps", query, NOW), "{query}");

    if query.starts_with("sig=") || query.contains("&sig=") {
        return;
    }
    let signed = format!("{query}&sig={}", link::sign(&key, "shop", "nps", query));
    let read = Claims::signed(&key, "shop", "nps", &signed, NOW);
    match &read {
        Ok(Some(claims)) => assert_eq!(*claims, Claims::parse(query)),
        Ok(None) => panic!("{signed} was not seen as signed"),
        Err(refused) => assert_eq!(*refused, link::Refused::Expired, "{signed}"),
    }
    // What anybody appends changes nothing, and no other survey takes it.
    assert_eq!(Claims::signed(&key, "shop", "nps", &format!("{signed}&user=eve"), NOW), read);
    assert_eq!(Claims::signed(&key, "shop", "csat", &signed, NOW), Err(link::Refused::Forged));
});

//! TC strings: what is read agrees to no purpose that does not exist, and what follows the core changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::limits::TC_STRING;
use sondeo_survey::tcf::TcString;

fuzz_target!(|text: &str| {
    let Some(read) = TcString::read(text) else { return };
    assert!(!read.has_purpose(0) && (25..=u8::MAX).all(|number| !read.has_purpose(number)));
    let core = text.split('.').next().unwrap_or_default();
    assert_eq!(TcString::read(core), Some(read.clone()));
    let longer = format!("{core}.YAAA");
    assert!(longer.len() > TC_STRING || TcString::read(&longer) == Some(read));
});

//! `Authorization` headers: what is taken for a token has the one form that a token has, and no other is taken.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::access::Token;

fuzz_target!(|header: &str| {
    if let Some(Token { text, kid }) = Token::of_header(header) {
        let secret = text.rsplit_once('_').unwrap().1;
        assert!(text == Token::write(kid, secret) && (kid.len(), secret.len()) == (8, 64), "{header}");
        assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{header}");
        assert!(header.trim_end().ends_with(text) && header.as_bytes()[..7].eq_ignore_ascii_case(b"bearer "));
    }
    // What is minted is read as it was written; in what stands around it, only spaces may be.
    let any = header.bytes().chain(std::iter::repeat(0)).take(36);
    let hex: String = any.map(|byte| format!("{byte:02x}")).collect();
    let (kid, secret) = hex.split_at(8);
    let token = Token::write(kid, secret);
    assert!(Token::parse(&token).is_some_and(|read| read.kid == kid && read.text == token));
    let taken = |header: &str| Token::of_header(header).is_some();
    assert!(taken(&format!("Bearer {token}")));
    if !header.trim().is_empty() {
        assert!(!taken(&format!("Bearer {token}{header}")) && !taken(&format!("Bearer {header}{token}")));
    }
});

//! The admin token that a collector is born with.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// `sondeo_{kid}_{secret}`: a key id of 8 hex digits, and 256 random bits as 64.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one, from the system's random source.
    pub fn generate() -> Result<Self> {
        let mut bytes = [0; 36];
        getrandom::fill(&mut bytes).context("the system has no randomness")?;
        let (kid, secret) = bytes.split_at(4);
        Ok(Self(format!("sondeo_{}_{}", hex::encode(kid), hex::encode(secret))))
    }

    /// Reads it from a file that only its owner may read, or makes it and that file.
    pub fn load_or_generate(file: &Path) -> Result<Self> {
        if let Ok(text) = fs::read_to_string(file) {
            return Self::parse(text.trim()).with_context(|| format!("in {}", file.display()));
        }
        let token = Self::generate()?;
        let mut options = OpenOptions::new();
        let mut open = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .with_context(|| format!("cannot create {}", file.display()))?;
        writeln!(open, "{}", token.as_str()).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(token)
    }

    fn parse(text: &str) -> Result<Self> {
        let is_hex = |part: &str, digits| {
            part.len() == digits && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        match text.split('_').collect::<Vec<_>>()[..] {
            ["sondeo", kid, secret] if is_hex(kid, 8) && is_hex(secret, 64) => Ok(Self(text.to_owned())),
            _ => bail!("not a token of the form sondeo_{{kid}}_{{secret}}"),
        }
    }

    /// The whole token, as it goes into the `Authorization` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the whole token, in hex: all that the collector gets to know of it.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_token_has_the_form_and_is_never_the_same() {
        let token = Token::generate().unwrap();
        assert!(Token::parse(token.as_str()).unwrap() == token);
        assert_eq!(token.as_str().len(), "sondeo_".len() + 8 + 1 + 64);
        assert!(token != Token::generate().unwrap());
        assert_eq!(token.sha256().len(), 64);
    }

    #[test]
    fn other_forms_are_refused() {
        let secret = "a".repeat(64);
        for wrong in [format!("sondeo_12345678_{secret}a"), format!("sondeo_1234567g_{secret}"), secret] {
            assert!(Token::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_file_keeps_it_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        let token = Token::load_or_generate(&file).unwrap();
        assert!(Token::load_or_generate(&file).unwrap() == token);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

//! Tells whether what something is built from has changed since it was built.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Folders that hold results, not sources.
const RESULTS: [&str; 4] = ["build", "node_modules", ".wrangler", "target"];

/// A hash over files, by path and content, and over notes such as tool versions.
#[derive(Default)]
pub(super) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds a file, or a folder with all below it.
    pub(super) fn path(mut self, path: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(path, &mut files).with_context(|| format!("cannot read {}", path.display()))?;
        files.sort();
        for file in files {
            let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            self = self.note(&file.to_string_lossy()).bytes(&content);
        }
        Ok(self)
    }

    /// Adds a text.
    pub(super) fn note(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub(super) fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

/// Whether `stamp` says that this very input was built. A missing stamp is a no.
pub(super) fn is_built(stamp: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|built| built == fingerprint)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            if !(entry.path().is_dir() && RESULTS.iter().any(|result| name == *result)) {
                collect(&entry.path(), files)?;
            }
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dir: &Path) -> String {
        Fingerprint::default().path(dir).unwrap().note("tool 1").finish()
    }

    #[test]
    fn changes_with_content_names_and_notes_but_not_with_results() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::create_dir_all(dir.join("src")).unwrap();
        fs::write(dir.join("src/a.rs"), "a").unwrap();
        let first = of(dir);

        fs::create_dir_all(dir.join("build")).unwrap();
        fs::write(dir.join("build/out.js"), "out").unwrap();
        assert_eq!(of(dir), first, "what was built does not count");

        fs::rename(dir.join("src/a.rs"), dir.join("src/b.rs")).unwrap();
        let renamed = of(dir);
        assert_ne!(renamed, first);
        fs::write(dir.join("src/b.rs"), "b").unwrap();
        assert_ne!(of(dir), renamed);

        let other = Fingerprint::default().path(dir).unwrap().note("tool 2").finish();
        assert_ne!(of(dir), other);
    }

    #[test]
    fn a_boundary_between_two_notes_counts() {
        let ab_c = Fingerprint::default().note("ab").note("c").finish();
        let a_bc = Fingerprint::default().note("a").note("bc").finish();
        assert_ne!(ab_c, a_bc);
    }
}

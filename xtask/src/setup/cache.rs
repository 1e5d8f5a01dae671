//! A folder per tool and version. It gets its name only when it is whole, so an interrupted install is simply repeated.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::paths;

/// The folder `name` of the cache, filled by `fill` when it is not there yet.
///
/// `fill` gets an empty folder beside it. Only one process installs at a time.
pub(super) fn folder(name: &str, what: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    folder_in(&paths::cache()?, name, what, fill)
}

fn folder_in(
    cache: &Path,
    name: &str,
    what: &str,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let folder = cache.join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let _lock = lock(cache)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    eprintln!("installing {what}…");
    let unfinished = cache.join(format!(".{name}.unfinished"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))?;
    }
    fs::create_dir_all(&unfinished)?;
    fill(&unfinished)?;
    fs::rename(&unfinished, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

fn lock(cache: &Path) -> Result<File> {
    let file = File::create(cache.join(".lock")).context("cannot create the cache's lock file")?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another command that installs…");
            file.lock().context("cannot lock the cache")?;
        }
        Err(TryLockError::Error(error)) => return Err(error).context("cannot lock the cache"),
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn an_interrupted_install_leaves_nothing_that_counts_as_installed() {
        let cache = tempfile::tempdir().unwrap();
        let broken = folder_in(cache.path(), "tool-1", "tool 1", |dir| {
            fs::write(dir.join("half"), "")?;
            bail!("no network")
        });
        assert_eq!(broken.unwrap_err().to_string(), "no network");
        assert!(!cache.path().join("tool-1").exists());

        let fill = |dir: &Path| Ok(fs::write(dir.join("whole"), "")?);
        let folder = folder_in(cache.path(), "tool-1", "tool 1", fill).unwrap();
        assert!(folder.join("whole").is_file() && !folder.join("half").exists());

        let again = folder_in(cache.path(), "tool-1", "tool 1", |_| bail!("must not install twice"));
        assert_eq!(again.unwrap(), folder);
    }
}

//! The folder of a run, and the end of everything that it started.
//!
//! A panic unwinds, but statics are never dropped and a killed test process runs no destructor. So a shell waits for the
//! pipe to this process to close, which the kernel does in every case, and only then ends the driver with its browsers
//! and removes the folder. The collectors watch such a pipe themselves (`xtask/npm/serve.mjs`).

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("sondeo-e2e-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
});

/// A name in the run's folder that nothing else has.
#[must_use]
pub fn fresh(what: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    FOLDER.join(format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// `$1` is a process group, `$2` the folder, where processes may still write for a moment.
const KEEPER: &str = r#"
cat > /dev/null
kill -KILL "-$1" 2> /dev/null
tries=0
while ! rm -rf "$2" 2> /dev/null && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
"#;

/// Ends the process group and removes the folder when this process is gone. The result must be kept until then.
pub(crate) fn keep(group: u32) -> Child {
    let folder: &Path = &FOLDER;
    let mut shell = Command::new("sh");
    shell.args(["-c", KEEPER, "keeper", &group.to_string()]).arg(folder);
    // A group of its own, or Ctrl-C would reach it too.
    shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn().unwrap()
}

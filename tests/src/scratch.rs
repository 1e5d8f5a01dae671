//! The folder of a run, and the end of everything that it started.
//!
//! A panic unwinds, but statics are never dropped and a killed test process runs no destructor. So a shell waits for the
//! pipe to this process to close, which the kernel does in every case, and only then cleans up. The collectors watch such
//! a pipe themselves (`xtask/npm/serve.mjs`).

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

static FOLDER: LazyLock<(PathBuf, Child)> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("sondeo-e2e-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    // Processes may still write for a moment.
    let remove = r#"tries=0
        while ! rm -rf "$1" && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done"#;
    let keeper = at_the_end(remove, &folder.to_string_lossy());
    (folder, keeper)
});

/// A name in the run's folder that nothing else has.
#[must_use]
pub fn fresh(what: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    FOLDER.0.join(format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// Runs a line of shell, with `$1`, when this process is gone. The result must be kept until then.
pub(crate) fn at_the_end(line: &str, argument: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("cat > /dev/null\n{line}"), "keeper", argument]);
    // A group of its own, or Ctrl-C would reach it too.
    shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn().unwrap()
}

//! Memory of the Worker's process.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(20);

/// Looks at a process until it is dropped.
pub(super) struct Watch {
    idle: u64,
    peak: Arc<AtomicU64>,
}

impl Watch {
    /// Of the `workerd` of a group of processes, which is idle now.
    pub(super) fn start(group: i32) -> Result<Self> {
        let status = workerd(group).context("no workerd is running")?;
        let idle = resident(&status).context("the memory of workerd is read from /proc, which is Linux's")?;
        let peak = Arc::new(AtomicU64::new(idle));
        let seen = Arc::downgrade(&peak);
        thread::spawn(move || {
            while let (Some(peak), Some(now)) = (seen.upgrade(), resident(&status)) {
                peak.fetch_max(now, Ordering::Relaxed);
                drop(peak);
                thread::sleep(EVERY);
            }
        });
        Ok(Self { idle, peak })
    }

    /// Begins anew; what it had when it was idle stays.
    pub(super) fn forget(&self) {
        self.peak.store(self.idle, Ordering::Relaxed);
    }

    /// The most since then, beyond what it had when it was idle, in MB.
    #[allow(clippy::cast_precision_loss, reason = "some hundred megabytes")]
    pub(super) fn peak(&self) -> f64 {
        self.peak.load(Ordering::Relaxed).saturating_sub(self.idle) as f64 / 1e6
    }
}

/// The path of its status.
fn workerd(group: i32) -> Option<String> {
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (name, rest) = stat.rsplit_once(')')?;
        // The fields after the name: state, parent, group.
        let is_ours = rest.split_whitespace().nth(2)? == group.to_string();
        (is_ours && name.ends_with("(workerd")).then(|| entry.path().join("status").display().to_string())
    })
}

/// `VmRSS` of proc(5), in bytes.
fn resident(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

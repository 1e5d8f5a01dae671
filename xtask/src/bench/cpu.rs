//! Processor time of a group of processes.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// What all processes of the group that live have used so far, in user and in kernel (proc(5), `stat`).
pub(super) fn of_group(group: i32) -> Result<Duration> {
    let mut ticks = 0;
    for entry in fs::read_dir("/proc").context("processor time is read from /proc, which is Linux's")? {
        // One that has ended meanwhile has no file.
        let Ok(stat) = fs::read_to_string(entry?.path().join("stat")) else { continue };
        ticks += of_process(&stat, group).unwrap_or(0);
    }
    #[allow(clippy::cast_precision_loss, reason = "ticks of hours")]
    let seconds = ticks as f64 / rustix::param::clock_ticks_per_second() as f64;
    Ok(Duration::from_secs_f64(seconds))
}

/// Ticks of a process, if it is of this group. Its name may hold spaces and ends with the last bracket.
fn of_process(stat: &str, group: i32) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // Counted from `state`, the third field of the page.
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    (number(5)? == u64::try_from(group).ok()?).then_some(number(14)? + number(15)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_proc_is_read() {
        let stat = "71 (a) b) S 1 70 70 0 -1 4194304 1 0 0 0 120 30 9 9 20 0 1 0 5 1 1";
        assert_eq!(of_process(stat, 70), Some(150));
        assert_eq!(of_process(stat, 71), None);
    }
}

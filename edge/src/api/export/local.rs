//! Times by the clocks of a zone.

use crate::zone::Zone;
use sondeo_survey::export::{Local, WallTime};

/// Zones change their offset on the quarter of an hour, in UTC.
const QUARTER: i64 = 15 * 60_000;

/// A zone, and what it said last: answers come in the order of time.
pub(super) struct Clock {
    zone: Zone,
    received: Known,
    updated: Known,
}

/// The offset in a quarter of an hour.
#[derive(Clone, Copy, Default)]
struct Known {
    quarter: Option<i64>,
    /// In milliseconds.
    offset: i64,
}

impl Clock {
    pub(super) fn new(zone: Zone) -> Self {
        Self { zone, received: Known::default(), updated: Known::default() }
    }

    pub(super) fn local(&mut self, received_at: i64, updated_at: i64) -> Local {
        Local {
            received_at: wall(&self.zone, &mut self.received, received_at),
            updated_at: wall(&self.zone, &mut self.updated, updated_at),
        }
    }
}

fn wall(zone: &Zone, known: &mut Known, instant: i64) -> WallTime {
    let quarter = instant.div_euclid(QUARTER);
    if known.quarter != Some(quarter) {
        *known = Known { quarter: Some(quarter), offset: zone.offset(quarter * QUARTER) };
    }
    WallTime(instant + known.offset)
}

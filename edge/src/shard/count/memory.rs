//! What a Shard remembers of its answers for statistics. It is empty when the object wakes up, and all that changes an answer
//! goes through the same object and says so here, so what is counted is always what is stored.

use super::columns::{Columns, Shape};
use crate::sql::{Error, Sql};

/// Bytes that one Shard may hold: eight of them, in one isolate, leave half of its memory to others.
const MOST: usize = 6 << 20;

/// What was last asked for is last.
#[derive(Default)]
pub(crate) struct Memory {
    kept: Vec<Columns>,
}

impl Memory {
    /// Passes on these columns of all answers, in one part or in several, and returns the names of their values; nothing
    /// where these are too many.
    pub(super) fn read(
        &mut self,
        sql: &impl Sql,
        shape: &Shape,
        pass: &mut dyn FnMut(&Columns),
    ) -> Result<Option<Vec<String>>, Error> {
        let known = self.kept.iter().position(|columns| columns.shape == *shape);
        let known = known.map(|at| self.kept.remove(at));
        // One that has seen too many values begins anew, as they may be gone.
        let known = known.and_then(|mut columns| {
            (columns.refresh(sql).is_ok() && columns.names().is_some()).then_some(columns)
        });
        let columns = if let Some(columns) = known {
            columns
        } else {
            let mut columns = Columns::new(shape.clone());
            if !columns.load(sql, MOST, pass)? {
                pass(&columns);
                return Ok(columns.names());
            }
            columns
        };
        pass(&columns);
        let names = columns.names();
        self.keep(columns);
        Ok(names)
    }

    fn keep(&mut self, columns: Columns) {
        self.kept.push(columns);
        while self.kept.iter().map(Columns::weight).sum::<usize>() > MOST {
            self.kept.remove(0);
        }
    }

    /// What was done has changed something, perhaps. An error may have come after a change.
    pub(crate) fn after<T>(
        &mut self,
        done: Result<T, Error>,
        changed: impl FnOnce(&T) -> Changed,
    ) -> Result<T, Error> {
        match done.as_ref().map_or(Changed::Anything, changed) {
            Changed::Nothing => {}
            Changed::At(time) => self.kept.retain_mut(|columns| columns.change(time)),
            Changed::Anything => self.kept.clear(),
        }
        done
    }
}

/// What has changed of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    Nothing,
    /// Some that were received at this time.
    At(i64),
    Anything,
}

impl Changed {
    pub(crate) fn anything_if(changed: bool) -> Self {
        if changed { Self::Anything } else { Self::Nothing }
    }
}

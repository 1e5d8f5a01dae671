//! All that a filter lets through, in one reply: the next page is read when the one before is taken.

use super::{Lines, Page};
use crate::sql::Error;
use futures_util::stream;
use worker::{Response, SqlStorage};

/// Rows of the first page, for which the client waits.
const FIRST: u32 = 16;
/// Its address inside the object.
pub(crate) const PATH: &str = "/stream";

/// Lines, page by page from `page` on, and at the end an empty one: a reply without it was cut off. The first page is read at
/// once, so that a store that is down is no reply.
///
/// Between two pages others may write. What they add is after the filter's period; what they change is read as it then is.
pub(in crate::shard) fn stream(sql: &SqlStorage, page: Page) -> Result<Response, Error> {
    let first = Page { rows: page.rows.min(FIRST), ..page.clone() }.read(sql)?;
    let state = Some((sql.clone(), page, Some(first)));
    let pages = stream::try_unfold(state, |state| async {
        let Some((sql, mut page, ready)) = state else { return Ok(None) };
        let lines = match ready {
            Some(lines) => lines,
            None => page.read(&sql).map_err(|error| worker::Error::RustError(error.to_string()))?,
        };
        let Lines { mut bytes, last, more } = lines;
        page.after = last;
        if !more {
            bytes.push(b'\n');
        }
        Ok::<_, worker::Error>(Some((bytes, more.then_some((sql, page, None)))))
    });
    Ok(Response::from_stream(pages)?)
}

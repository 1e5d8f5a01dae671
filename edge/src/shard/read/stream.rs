//! All that a filter lets through, in one reply: the next page is read when the one before is taken.

use super::{Lines, Page};
use crate::flow::Outflow;
use crate::shard::bulk::Bulk;
use crate::sql::Error;
use worker::wasm_bindgen_futures::spawn_local;
use worker::{Response, SqlStorage};

/// Rows of the first page, for which the client waits.
const FIRST: u32 = 16;
/// Bytes that go out at once: a page, as most are.
pub(crate) const SIZE: usize = 128 << 10;
/// Its address inside the object.
pub(crate) const PATH: &str = "/stream";

/// Lines, page by page from `page` on, and at the end an empty one: a reply without it was cut off. The first page is read at
/// once, so that a store that is down is no reply.
///
/// Between two pages others may write. What they add is after the filter's period; what they change is read as it then is.
pub(in crate::shard) fn stream(sql: &SqlStorage, page: Page) -> Result<Response, Error> {
    let first = Page { rows: page.rows.min(FIRST), ..page.clone() }.read(&Bulk(sql))?;
    let (sql, flow) = (sql.clone(), Outflow::new(SIZE));
    let reply = flow.reply()?;
    spawn_local(async move {
        let written = write(&flow, &sql, page, first).await;
        flow.end(written.err().map(|error| error.to_string())).await;
    });
    Ok(reply)
}

async fn write(flow: &Outflow, sql: &SqlStorage, mut page: Page, mut lines: Lines) -> Result<(), Error> {
    while lines.more {
        flow.write(&lines.bytes).await?;
        page.after = lines.last;
        lines = page.read(&Bulk(sql))?;
    }
    lines.bytes.push(b'\n');
    Ok(flow.write(&lines.bytes).await?)
}

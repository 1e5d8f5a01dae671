//! One ordered sequence out of a survey's Shards. Each Shard sends its own in one reply, of which only the next part is in
//! memory: so a million answers are as many calls as there are Shards.

use crate::flow;
use crate::problem::Problem;
use crate::shard::Shards;
use crate::shard::read::{self, Filter, Line, Page};
use futures_util::stream::LocalBoxStream;
use futures_util::{StreamExt, future};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use uuid::Uuid;

/// Rows in memory at once, over all Shards: some 2 MB where every answer has a comment.
const ROWS: u32 = 4_000;
/// Rows that a Shard reads in one stretch, for which answers have to wait: some 4 ms. Fewer would leave more behind: see [`flow`].
const MOST: u32 = 400;
/// Bytes of a row that wait for it. Most have less, so that what a Shard reads at once comes at once.
const ROW: usize = 320;

/// The sequence.
pub(super) struct Merge {
    sources: Vec<Source>,
    /// The place of each source's next line.
    heads: BinaryHeap<Reverse<(i64, Uuid, usize)>>,
}

/// What one Shard sends.
struct Source {
    stream: LocalBoxStream<'static, worker::Result<Vec<u8>>>,
    buffer: Vec<u8>,
    /// Where the next line is in the buffer, without its line break.
    line: std::ops::Range<usize>,
}

impl Merge {
    /// Asks all Shards, and waits for the first answer of each. With a `limit`, they read no more than may be wanted.
    pub(super) async fn open(
        shards: &Shards,
        filter: Filter,
        after: Option<(i64, Uuid)>,
        limit: Option<u32>,
    ) -> Result<Self, Problem> {
        let rows = (ROWS / u32::from(shards.count()).max(1)).clamp(16, MOST).min(limit.unwrap_or(MOST));
        let page = &Page { filter, after, rows };
        let size = (ROW * usize::try_from(rows).unwrap_or_default()).min(read::PART);
        let open = |shard| async move {
            let stream = flow::parts(shards.stream(shard, page).await?, size);
            let mut source = Source { stream, buffer: Vec::new(), line: 0..0 };
            source.fill().await?;
            Ok::<_, Problem>(source)
        };
        let sources = future::try_join_all((0..shards.count()).map(open)).await?;
        let mut merge = Self { sources, heads: BinaryHeap::new() };
        for number in 0..merge.sources.len() {
            merge.note(number)?;
        }
        Ok(merge)
    }

    /// The next answer; none means the end.
    pub(super) fn line(&self) -> Option<Line<'_>> {
        let Reverse((_, _, number)) = self.heads.peek()?;
        self.sources.get(*number)?.line()
    }

    /// Goes on to the one after it.
    pub(super) async fn advance(&mut self) -> Result<(), Problem> {
        let Some(Reverse((_, _, number))) = self.heads.pop() else { return Ok(()) };
        if let Some(source) = self.sources.get_mut(number) {
            source.skip();
            if !source.find(0) {
                source.fill().await?;
            }
        }
        self.note(number)
    }

    fn note(&mut self, number: usize) -> Result<(), Problem> {
        if let Some(line) = self.sources.get(number).and_then(Source::line) {
            let (time, id) = line.position()?;
            self.heads.push(Reverse((time, id, number)));
        }
        Ok(())
    }
}

impl Source {
    /// The next line, unless it is the empty one at the end.
    fn line(&self) -> Option<Line<'_>> {
        self.buffer.get(self.line.clone()).filter(|line| !line.is_empty()).map(Line)
    }

    fn skip(&mut self) {
        let next = self.line.end + 1;
        self.line = next..next;
    }

    /// Finds the end of the next line, of which `seen` bytes were looked at already.
    fn find(&mut self, seen: usize) -> bool {
        let start = self.line.start;
        let rest = self.buffer.get(start + seen..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n');
        if let Some(end) = end {
            self.line = start..start + seen + end;
        }
        end.is_some()
    }

    /// Waits for the rest of the next line.
    async fn fill(&mut self) -> Result<(), Problem> {
        self.buffer.drain(..self.line.start.min(self.buffer.len()));
        self.line = 0..0;
        loop {
            let seen = self.buffer.len();
            match self.stream.next().await {
                Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
                Some(Err(error)) => return Err(Problem::Unavailable(error.to_string())),
                None => return Err(Problem::Unavailable("a Shard's reply was cut off".into())),
            }
            if self.find(seen) {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, stream};
    use proptest::prelude::*;
    use std::fmt::Write;

    fn source(parts: Vec<Vec<u8>>) -> Source {
        let stream = stream::iter(parts.into_iter().map(Ok)).boxed_local();
        let mut source = Source { stream, buffer: Vec::new(), line: 0..0 };
        source.fill().now_or_never().unwrap().unwrap();
        source
    }

    proptest! {
        /// However the network cuts them.
        #[test]
        fn what_comes_in_parts_goes_out_in_order(
            times in prop::collection::vec(prop::collection::vec(0_i64..50, 0..12), 1..5),
            size in 1_usize..200,
        ) {
            let mut expected = Vec::new();
            let mut sources = Vec::new();
            for (shard, mut times) in times.into_iter().enumerate() {
                times.sort_unstable();
                times.dedup();
                let mut all = String::new();
                for time in times {
                    let id = Uuid::from_u128(shard as u128);
                    let more = "x".repeat(shard * 20);
                    let _ = writeln!(all, "[{time},\"{}\",\"{more}\"]", id.simple());
                    expected.push((time, id));
                }
                all.push('\n');
                sources.push(source(all.as_bytes().chunks(size).map(<[u8]>::to_vec).collect()));
            }
            expected.sort_unstable();
            let mut merge = Merge { sources, heads: BinaryHeap::new() };
            for number in 0..merge.sources.len() {
                merge.note(number).unwrap();
            }
            let mut seen = Vec::new();
            while let Some(line) = merge.line() {
                seen.push(line.position().unwrap());
                merge.advance().now_or_never().unwrap().unwrap();
            }
            prop_assert_eq!(seen, expected);
        }
    }

    #[test]
    fn a_reply_without_its_end_is_refused() {
        let id = Uuid::nil().simple();
        let mut merge =
            Merge { sources: vec![source(vec![format!("[1,\"{id}\"]\n").into()])], heads: BinaryHeap::new() };
        merge.note(0).unwrap();
        assert!(merge.line().is_some());
        assert!(merge.advance().now_or_never().unwrap().is_err());
    }
}

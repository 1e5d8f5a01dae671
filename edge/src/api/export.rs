//! `GET /v1/sites/{site}/surveys/{survey}/responses`: all answers go out, in the order in which they came.

mod csv;
mod cursor;
mod format;
mod gzip;
mod local;
mod merge;
mod query;
mod write;

use super::period::parameters;
use super::surveys::shards;
use crate::flow::Outflow;
use crate::problem::Problem;
use crate::registry::audit::Note;
use crate::reply;
use crate::routes::Call;
use crate::shard::Shards;
use crate::shard::read::AttributeNames;
use crate::{accept, auth, registry};
use cursor::Cursor;
use local::Clock;
use merge::Merge;
use query::Query;
pub(crate) use query::filter;
use sondeo_survey::access::Scope;
use sondeo_survey::slug::Slug;
use std::collections::{BTreeSet, HashMap};
use worker::Response;
use write::Writer;

/// Bytes that go out at once.
const SIZE: usize = 256 << 10;
/// They go as soon as there are so many: with the row that makes them so many, they are seldom more.
const CHUNK: usize = SIZE - (8 << 10);

/// Streams a survey's answers. A store that fails on the way breaks the file off, so that no program reads it: see
/// [`Writer::break_off`]. With a limit, it is a page, and says where the next one is.
///
/// 1. The token — 401, 403
/// 2. Format, and which answers — 422, 406
/// 3. The survey — 404, 503
/// 4. The audit log: nothing goes out that is not in it — 503
/// 5. The first rows of all Shards, so that a store that is down is no broken file — 503
/// 6. What a file of the format begins with
/// 7. For what has columns, the attributes, which are the last of them: all rows are looked at for their names
/// 8. Rows, part by part
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let (site, survey) = (call.site()?, call.survey()?);
    let bearer =
        auth::require(&call.request, call.env, call.now, Scope::ResponsesRead, site.as_str()).await?;
    send(call, &site, &survey, &parameters(call)?, bearer.kid).await
}

/// [`get`] for whoever is known already: from the second step on.
pub(crate) async fn send(
    call: &Call<'_>,
    site: &Slug,
    survey: &Slug,
    parameters: &HashMap<String, String>,
    actor: String,
) -> Result<Response, Problem> {
    let headers = call.request.headers();
    let query = Query::read(parameters, headers.get("Accept")?.as_deref(), call.now)?;
    let Query { format, filter, cursor, limit, .. } = query;

    let shards = shards(call.env, site, survey).await?;
    let note = Note {
        actor,
        action: "responses.export".into(),
        subject: format!("{site}/{survey} {}", format.name()),
    };
    registry::send(call.env, &note).await?;
    let to = filter.period.to;
    let after = cursor.map(|cursor| cursor.after);
    let merge = Merge::open(&shards, filter, after, limit).await?;
    let clock = query.zone.map(Clock::new);
    let flags = (query.has_mark, limit.is_some());
    let writer = Writer::new(format, survey.to_string(), clock, flags);
    let file = File { columns: format.has_columns().then_some(shards), merge, writer };

    let mut reply = match limit {
        Some(limit) => {
            let (body, next) = file.page(limit, to).await?;
            let mut reply = Response::from_bytes(body)?;
            if let Some(next) = next {
                reply.headers_mut().set("Link", &link(call, &next)?)?;
            }
            reply
        }
        None => whole(call, file)?,
    };
    let (mut media_type, mut extension) = (format.media_type(), format.name().to_owned());
    if query.is_gzip {
        reply = gzip::file(reply)?;
        media_type = "application/gzip";
        extension += ".gz";
    } else if format != format::Format::Parquet
        && gzip::accepted(&call.request)?.is_some_and(|header| accept::takes(&header, "gzip"))
    {
        // The runtime compresses what is said to be.
        reply.headers().set("Content-Encoding", "gzip")?;
        reply.headers().set("Vary", "Accept-Encoding")?;
    }
    reply.headers().set("Content-Type", media_type)?;
    let disposition = format!("attachment; filename=\"{site}-{survey}.{extension}\"");
    reply.headers().set("Content-Disposition", &disposition)?;
    reply::guard(&reply)?;
    Ok(reply)
}

/// All answers, as a stream. It is written beside the reply, also where the client goes away: then writing fails, and what is in
/// memory is let go.
fn whole(call: &Call<'_>, mut file: File) -> Result<Response, Problem> {
    let flow = Outflow::new(SIZE);
    let reply = flow.reply()?;
    call.context.wait_until(async move {
        let mut chunk = Vec::new();
        let broken = match file.write(&flow, &mut chunk).await {
            Ok(()) => {
                file.writer.end(None, &mut chunk);
                None
            }
            Err(problem) => {
                // Its status is sent already.
                problem.log();
                file.writer.break_off(&mut chunk);
                Some("the export broke off".into())
            }
        };
        // Whoever has gone away takes no more, and is told nothing.
        let _ = flow.write(&chunk).await;
        flow.end(broken).await;
    });
    Ok(reply)
}

/// What is written.
struct File {
    /// Whom to ask for the names of attributes, where they are columns.
    columns: Option<Shards>,
    merge: Merge,
    writer: Writer,
}

impl File {
    /// Writes it, or as much of it as somebody takes. What was not sent is left in `chunk`.
    async fn write(&mut self, flow: &Outflow, chunk: &mut Vec<u8>) -> Result<(), Problem> {
        if flow.write(&self.writer.begin()).await.is_err() {
            return Ok(());
        }
        self.attributes(chunk).await?;
        while self.rows(chunk).await? {
            if flow.write(chunk).await.is_err() {
                return Ok(());
            }
            chunk.clear();
        }
        Ok(())
    }

    /// The columns whose names are known by the rows.
    async fn attributes(&mut self, chunk: &mut Vec<u8>) -> Result<(), Problem> {
        if let Some(shards) = self.columns.take() {
            let names = shards.send_all(&AttributeNames).await?;
            let names = names.into_iter().flatten().collect::<BTreeSet<_>>();
            self.writer.attributes(names.into_iter().collect(), chunk);
        }
        Ok(())
    }

    /// The next rows; whether there are more.
    async fn rows(&mut self, chunk: &mut Vec<u8>) -> Result<bool, Problem> {
        while let Some(line) = self.merge.line() {
            self.writer.row(line, chunk)?;
            self.merge.advance().await?;
            if chunk.len() >= CHUNK {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A page, and where the next begins.
    async fn page(mut self, limit: u32, to: i64) -> Result<(Vec<u8>, Option<String>), Problem> {
        let (mut body, mut last) = (self.writer.begin(), None);
        self.attributes(&mut body).await?;
        for _ in 0..limit {
            let Some(line) = self.merge.line() else { break };
            last = Some(line.position()?);
            self.writer.row(line, &mut body)?;
            self.merge.advance().await?;
        }
        let next = last.filter(|_| self.merge.line().is_some()).map(|after| Cursor { after, to }.text());
        self.writer.end(next.as_deref(), &mut body);
        Ok((body, next))
    }
}

/// The address of the next page: this one's, with another cursor.
fn link(call: &Call<'_>, next: &str) -> Result<String, Problem> {
    let mut url = call.request.url()?;
    let others: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "cursor").collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("cursor", next);
    Ok(format!("<{url}>; rel=\"next\""))
}

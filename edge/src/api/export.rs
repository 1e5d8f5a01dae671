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
const CHUNK: usize = 32 << 10;

/// Streams a survey's answers. A store that fails on the way breaks the stream off: a client sees an incomplete
/// transfer and never a file that only seems whole. With a limit, it is a page, and says where the next one is.
///
/// 1. The token — 401, 403
/// 2. Format, and which answers — 422, 406
/// 3. The survey — 404, 503
/// 4. The audit log: nothing goes out that is not in it — 503
/// 5. For what has columns, the attributes, which are the last of them — 503
/// 6. The first rows of all Shards, so that a store that is down is no broken file — 503
/// 7. Rows, part by part
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
    let mut names = BTreeSet::new();
    if format.has_columns() {
        names = shards.send_all(&AttributeNames).await?.into_iter().flatten().collect();
    }
    let to = filter.period.to;
    let after = cursor.map(|cursor| cursor.after);
    let merge = Merge::open(&shards, filter, after, limit).await?;
    let clock = query.zone.map(Clock::new);
    let flags = (query.has_mark, limit.is_some());
    let writer = Writer::new(format, survey.to_string(), clock, names.into_iter().collect(), flags);

    let mut reply = match limit {
        Some(limit) => {
            let (body, next) = page(merge, writer, limit, to).await?;
            let mut reply = Response::from_bytes(body)?;
            if let Some(next) = next {
                reply.headers_mut().set("Link", &link(call, &next)?)?;
            }
            reply
        }
        None => whole(call, merge, writer)?,
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
    let file = format!("attachment; filename=\"{site}-{survey}.{extension}\"");
    reply.headers().set("Content-Disposition", &file)?;
    reply::guard(&reply)?;
    Ok(reply)
}

/// All answers, as a stream. It is written beside the reply, also where the client goes away: then writing fails, and what is in
/// memory is let go.
fn whole(call: &Call<'_>, mut merge: Merge, writer: Writer) -> Result<Response, Problem> {
    let flow = Outflow::new();
    let reply = flow.reply()?;
    call.context.wait_until(async move {
        let broken = match write(&flow, &mut merge, writer).await {
            Ok(()) => None,
            Err(problem) => {
                // Its status is sent already.
                problem.log();
                Some("the export broke off".into())
            }
        };
        flow.end(broken).await;
    });
    Ok(reply)
}

/// Writes the file, or as much of it as somebody takes.
async fn write(flow: &Outflow, merge: &mut Merge, mut writer: Writer) -> Result<(), Problem> {
    // What is known already goes out at once.
    let mut chunk = writer.begin();
    let mut more = true;
    while more && flow.write(&chunk).await.is_ok() {
        chunk.clear();
        more = rows(merge, &mut writer, &mut chunk).await?;
    }
    if !more {
        writer.end(None, &mut chunk);
        let _ = flow.write(&chunk).await;
    }
    Ok(())
}

/// The next rows; whether there are more.
async fn rows(merge: &mut Merge, writer: &mut Writer, chunk: &mut Vec<u8>) -> Result<bool, Problem> {
    while let Some(line) = merge.line() {
        writer.row(line, chunk)?;
        merge.advance().await?;
        if chunk.len() >= CHUNK {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A page, and where the next begins.
async fn page(
    mut merge: Merge,
    mut writer: Writer,
    limit: u32,
    to: i64,
) -> Result<(Vec<u8>, Option<String>), Problem> {
    let (mut body, mut last) = (writer.begin(), None);
    for _ in 0..limit {
        let Some(line) = merge.line() else { break };
        last = Some(line.position()?);
        writer.row(line, &mut body)?;
        merge.advance().await?;
    }
    let next = last.filter(|_| merge.line().is_some()).map(|after| Cursor { after, to }.text());
    writer.end(next.as_deref(), &mut body);
    Ok((body, next))
}

/// The address of the next page: this one's, with another cursor.
fn link(call: &Call<'_>, next: &str) -> Result<String, Problem> {
    let mut url = call.request.url()?;
    let others: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "cursor").collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("cursor", next);
    Ok(format!("<{url}>; rel=\"next\""))
}

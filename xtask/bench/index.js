// The least Worker that makes the same insert: no tokens, sites, origins, limits, problem documents or hashes. Table,
// index and statement are the Shard's own (edge/src/shard/schema.rs, submit.rs).
import { DurableObject } from "cloudflare:workers";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS response (
    key BLOB NOT NULL, id BLOB NOT NULL, linked INTEGER NOT NULL, revision INTEGER NOT NULL, writes INTEGER NOT NULL,
    received_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, survey_version INTEGER, metric TEXT NOT NULL,
    scale_min INTEGER NOT NULL, scale_max INTEGER NOT NULL, score INTEGER NOT NULL, complete INTEGER NOT NULL,
    comment TEXT, reasons TEXT, locale TEXT, device TEXT, page_path TEXT, referrer TEXT, touchpoint TEXT, order_id TEXT,
    order_value TEXT, order_currency TEXT, attributes TEXT, consent TEXT NOT NULL, gpc INTEGER NOT NULL, flags TEXT,
    shown_to_score_ms INTEGER, handled_at INTEGER, note TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS response_by_time ON response (received_at, id);`;

const UPSERT = `
INSERT INTO response (
    key, id, linked, revision, writes, received_at, updated_at, survey_version, metric, scale_min, scale_max,
    score, complete, comment, reasons, locale, device, page_path, referrer, touchpoint, order_id, order_value,
    order_currency, attributes, consent, gpc, flags, shown_to_score_ms)
SELECT ?1, ?2, ?3, ?4, 1, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
    ?23, ?24, ?25, ?26
WHERE EXISTS (SELECT 1 FROM response WHERE key = ?1 AND id = ?2)
    OR NOT EXISTS (SELECT 1 FROM response WHERE key = ?1 AND received_at > ?27)
ON CONFLICT (key, id) DO UPDATE SET
    revision = excluded.revision, writes = writes + 1, updated_at = excluded.updated_at,
    survey_version = excluded.survey_version, score = excluded.score, complete = max(complete, excluded.complete),
    comment = excluded.comment, reasons = excluded.reasons, locale = excluded.locale, device = excluded.device,
    page_path = excluded.page_path, referrer = excluded.referrer, touchpoint = excluded.touchpoint,
    order_id = excluded.order_id, order_value = excluded.order_value, order_currency = excluded.order_currency,
    attributes = excluded.attributes, consent = excluded.consent, gpc = excluded.gpc, flags = excluded.flags,
    shown_to_score_ms = excluded.shown_to_score_ms
WHERE excluded.revision > response.revision
RETURNING writes`;

const bytes = (text) => new TextEncoder().encode(text);

export class Shard extends DurableObject {
  constructor(context, env) {
    super(context, env);
    this.sql = context.storage.sql;
    this.sql.exec(SCHEMA);
  }

  submit(a) {
    const now = Date.now();
    const cursor = this.sql.exec(
      UPSERT, bytes(a.order.id), bytes(a.id), 1, a.revision, now, a.survey_version ?? null, "nps", 0, 10, a.score,
      a.complete ? 1 : 0, a.comment ?? null, null, a.locale ?? null, null, a.page?.path ?? null, null, null, a.order.id,
      a.order.value, a.order.currency, a.attributes ? JSON.stringify(a.attributes) : null, JSON.stringify(a.consent), 0,
      null, a.timing?.shown_to_score_ms ?? null, -1);
    const [row] = cursor.toArray();
    return { status: row ? (row.writes === 1 ? 201 : 200) : 200, rows: cursor.rowsWritten };
  }
}

export default {
  async fetch(request, env) {
    if (request.method === "GET") return new Response("ok");
    const answer = await request.json();
    if (answer.consent.status !== "granted") return Response.json({ status: "refused" }, { status: 403 });
    const { status, rows } = await env.SHARD.getByName("0").submit(answer);
    const reply = { id: answer.id, revision: answer.revision, status: status === 201 ? "created" : "updated" };
    return Response.json(reply, { status, headers: { "Sondeo-Rows-Written": String(rows) } });
  },
};

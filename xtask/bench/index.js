// The least Worker that makes the same insert: no tokens, sites, origins, limits, problem documents or hashes. Tables, indices,
// triggers and the statement are the Shard's own, which `cargo xtask bench ingest` hands over as variables.
import { DurableObject } from "cloudflare:workers";

const encoder = new TextEncoder();

export class Shard extends DurableObject {
  constructor(context, env) {
    super(context, env);
    this.sql = context.storage.sql;
    this.upsert = env.UPSERT;
    if (this.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'response'").toArray().length === 0) this.sql.exec(env.SCHEMA);
  }

  submit(a) {
    // As long as a hash, and one for each order.
    const key = encoder.encode(a.order.id + a.order.id);
    const receipt = { policy: "opt_in", policy_version: 1, anonymous: false, ...a.consent, ...a.signals };
    const cursor = this.sql.exec(
      this.upsert, key, Uint8Array.fromHex(a.id.replaceAll("-", "")), 1, a.revision, Date.now(), a.survey_version ?? null, "nps",
      0, 10, a.score, a.complete ? 1 : 0, a.comment ?? null, null, a.locale ?? null, null, a.page?.path ?? null,
      a.page?.referrer ?? null, null, a.order.id, a.order.value, a.order.currency,
      a.attributes ? JSON.stringify(a.attributes) : null, JSON.stringify(receipt), 0, null,
      a.timing?.shown_to_score_ms ?? null, -1, 0, null);
    const [row] = cursor.toArray();
    return { status: row?.writes === 1 ? 201 : 200, rows: cursor.rowsWritten };
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

INSERT INTO response (
    key, id, linked, revision, writes, received_at, updated_at, survey_version, metric, scale_min, scale_max,
    score, complete, comment, reasons, locale, device, page_path, referrer, touchpoint, order_id, order_value,
    order_currency, attributes, consent, gpc, flags, shown_to_score_ms,
    erasure_proof)
SELECT ?1, ?2, ?3, ?4, 1, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
    ?23, ?24, ?25, ?26, ?29
WHERE (EXISTS (SELECT 1 FROM response WHERE key = ?1 AND id = ?2)
        OR (?28 = 0 AND NOT EXISTS (SELECT 1 FROM response WHERE key = ?1 AND received_at > ?27)))
    AND NOT EXISTS (SELECT 1 FROM erased WHERE id = ?2 AND (proof = x'' OR proof = ?29))
ON CONFLICT (key, id) DO UPDATE SET
    revision = excluded.revision, writes = writes + 1, updated_at = excluded.updated_at,
    survey_version = excluded.survey_version, score = excluded.score, complete = max(complete, excluded.complete),
    comment = excluded.comment, reasons = excluded.reasons, locale = excluded.locale, device = excluded.device,
    page_path = excluded.page_path, referrer = excluded.referrer, touchpoint = excluded.touchpoint,
    order_id = excluded.order_id, order_value = excluded.order_value, order_currency = excluded.order_currency,
    attributes = excluded.attributes, consent = excluded.consent, gpc = excluded.gpc,
    flags = CASE WHEN coalesce(response.flags, excluded.flags) IS NOT NULL THEN (
        SELECT nullif(json_group_array(value), '[]') FROM (
            SELECT value FROM json_each(response.flags) WHERE value <> 'verified'
            UNION SELECT value FROM json_each(excluded.flags) WHERE value NOT IN ('bot', 'repeated_source'))) END,
    shown_to_score_ms = excluded.shown_to_score_ms
WHERE excluded.revision > response.revision
RETURNING writes, received_at

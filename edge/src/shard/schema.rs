//! What a Shard stores. A change is a new version.

/// `key` is the respondent's hash (`linked` is 1), or the response's own id where nobody is known (0), so that one
/// look-up finds all earlier answers that count. `writes` counts the revisions that were stored: 1 is a new response.
/// Lists, attributes and the consent receipt are JSON; times are milliseconds since 1970 by this object's clock.
///
/// A new response writes two rows: one here, one in the index that exports and statistics page through. A revision
/// changes no indexed column, so it writes one.
const V1: &str = "
CREATE TABLE response (
    key BLOB NOT NULL,
    id BLOB NOT NULL,
    linked INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    writes INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    survey_version INTEGER,
    metric TEXT NOT NULL,
    scale_min INTEGER NOT NULL,
    scale_max INTEGER NOT NULL,
    score INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    comment TEXT,
    reasons TEXT,
    locale TEXT,
    device TEXT,
    page_path TEXT,
    referrer TEXT,
    touchpoint TEXT,
    order_id TEXT,
    order_value TEXT,
    order_currency TEXT,
    attributes TEXT,
    consent TEXT NOT NULL,
    gpc INTEGER NOT NULL,
    flags TEXT,
    shown_to_score_ms INTEGER,
    handled_at INTEGER,
    note TEXT,
    PRIMARY KEY (key, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX response_by_time ON response (received_at, id);
";

/// What the object does by itself: its own name, since an alarm comes without an address, and when each job is due
/// (none is never). The outbox holds what receivers are to be told, and names the answer by its primary key; without
/// `next_at` a message is dead. A receiver that failed rests, with all that waits for it.
///
/// The days that the archive has, as days since 1970, and how far each is written (`archive/seal.rs`). The triggers note
/// every change of a row that is archived already, and have the archive follow a deletion at once; on a day that is not
/// archived, they write nothing.
///
/// `erasure_proof` is the SHA-256 of the key that the visitor's browser has of an answer; the first revision sets it.
/// `erased` holds ids that were erased and must not come back: with an empty `proof` for good, else only an answer that
/// comes with this proof. `met` is 0 where a visitor withdrew what had not arrived: that is forgotten in time. Nothing else
/// of an erased answer is kept.
///
/// `exposure` counts by hours since 1970 (UTC): all that is known of visitors who did not answer, and nothing by which to
/// know one. A report writes one row.
const V2: &str = "
CREATE TABLE own_name (
    name TEXT PRIMARY KEY
) WITHOUT ROWID, STRICT;
CREATE TABLE job (
    name TEXT PRIMARY KEY,
    due_at INTEGER,
    failures INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    webhook TEXT NOT NULL,
    key BLOB NOT NULL,
    response BLOB NOT NULL,
    event TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_at INTEGER,
    failure TEXT
) WITHOUT ROWID, STRICT;
CREATE INDEX outbox_due ON outbox (webhook, next_at);
CREATE TABLE outbox_rest (
    webhook TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE archive (
    day INTEGER PRIMARY KEY,
    dirty INTEGER NOT NULL,
    done INTEGER NOT NULL,
    first INTEGER NOT NULL,
    next INTEGER NOT NULL,
    after_time INTEGER,
    after_id BLOB
) STRICT;
CREATE TRIGGER archive_update AFTER UPDATE ON response BEGIN
    UPDATE archive SET dirty = 1 WHERE day = old.received_at / 86400000 AND dirty = 0;
END;
CREATE TRIGGER archive_delete AFTER DELETE ON response BEGIN
    UPDATE archive SET dirty = 1 WHERE day = old.received_at / 86400000 AND dirty = 0;
    UPDATE job SET due_at = 0 WHERE name = 'archive' AND due_at > 0
        AND EXISTS (SELECT 1 FROM archive WHERE day = old.received_at / 86400000);
END;
ALTER TABLE response ADD COLUMN erasure_proof BLOB;
CREATE TABLE erased (
    id BLOB NOT NULL,
    proof BLOB NOT NULL,
    met INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (id, proof)
) WITHOUT ROWID, STRICT;
CREATE TABLE exposure (
    hour INTEGER NOT NULL,
    survey_version INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    dismissed INTEGER NOT NULL,
    PRIMARY KEY (hour, survey_version)
) WITHOUT ROWID, STRICT;
";

/// See [`crate::sql::open`].
pub(crate) const VERSIONS: [&str; 2] = [V1, V2];

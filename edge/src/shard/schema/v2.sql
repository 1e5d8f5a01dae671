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

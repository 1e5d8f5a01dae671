//! What the Registry stores. A change is a new version.

use crate::sql::{Error, Sql};

/// `settings`, `draft` and `definition` are JSON as the domain crate wrote it; times are milliseconds since 1970.
const V1: &str = "
CREATE TABLE site (
    id TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    version INTEGER NOT NULL,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE survey (
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    shards INTEGER NOT NULL,
    draft TEXT NOT NULL,
    version INTEGER,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (site, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE survey_version (
    site TEXT NOT NULL,
    survey TEXT NOT NULL,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (site, survey, version)
) WITHOUT ROWID, STRICT;
CREATE TABLE token (
    kid TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    sites TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) WITHOUT ROWID, STRICT;
CREATE TABLE audit (
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
";

/// Webhooks: `definition` is JSON as the domain crate wrote it; `secret` is `whsec_…`, as it signs.
///
/// The secret of before of what was rotated, and until when it is good; receipts of erasures, which never say whose answers
/// they were; and the audit log by site. A subject begins with its site, but that of a token, which may be for several.
///
/// Sites that kept answers for less than 8 days keep them that long: see [`sondeo_survey::limits::RETENTION_DAYS`].
const V2: &str = "
CREATE TABLE webhook (
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    definition TEXT NOT NULL,
    secret TEXT NOT NULL,
    former_secret TEXT,
    former_until INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (site, id)
) WITHOUT ROWID, STRICT;
ALTER TABLE token ADD COLUMN former_hash TEXT;
ALTER TABLE token ADD COLUMN former_until INTEGER;
CREATE TABLE erasure (
    site TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    survey TEXT,
    erased INTEGER NOT NULL,
    actor TEXT NOT NULL,
    next TEXT,
    PRIMARY KEY (site, id)
) WITHOUT ROWID, STRICT;
ALTER TABLE audit ADD COLUMN site TEXT GENERATED ALWAYS AS (CASE
    WHEN action LIKE 'token.%' THEN NULL
    ELSE substr(subject, 1, instr(replace(subject, '/', ' ') || ' ', ' ') - 1) END) VIRTUAL;
CREATE INDEX audit_by_site ON audit (site);
UPDATE site SET settings = json_set(settings, '$.retention_days', 8)
    WHERE json_extract(settings, '$.retention_days') < 8;
";

/// See [`crate::sql::open`].
pub(super) const VERSIONS: [&str; 2] = [V1, V2];

/// Notes who did what. `subject` is a token's public name, or a site and what of it, after a `/` or a space: nothing
/// personal, as it is kept for good.
pub(super) fn audit(sql: &impl Sql, now: i64, actor: &str, action: &str, subject: &str) -> Result<(), Error> {
    let bindings = vec![now.into(), actor.into(), action.into(), subject.into()];
    sql.run("INSERT INTO audit (at, actor, action, subject) VALUES (?1, ?2, ?3, ?4)", bindings)?;
    Ok(())
}

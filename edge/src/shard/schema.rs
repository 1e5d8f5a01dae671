//! What a Shard stores. A change is a new version.

/// `key` is the respondent's hash (`linked` is 1), or the response's own id where nobody is known (0), so that one
/// look-up finds all earlier answers that count. `writes` counts the revisions that were stored: 1 is a new response.
/// Lists, attributes and the consent receipt are JSON; times are milliseconds since 1970 by this object's clock.
///
/// A new response writes two rows: one here, one in the index that exports and statistics page through. A revision
/// changes no indexed column, so it writes one.
const V1: &str = include_str!("schema/v1.sql");

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
const V2: &str = include_str!("schema/v2.sql");

/// See [`crate::sql::open`].
pub(crate) const VERSIONS: [&str; 2] = [V1, V2];

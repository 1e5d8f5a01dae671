//! Which object keeps which respondent.

use sha2::{Digest, Sha256};

/// The shard of a routing key among `shards`: rendezvous hashing (Thaler and Ravishankar, 1998), so that every
/// answer of one respondent meets in one object, and a smaller count moves only the keys of the shards that went.
///
/// Returns 0 for a count of 0. The hash is part of what is stored: changing it is a migration.
#[must_use]
pub fn of(key: &[u8], shards: u16) -> u16 {
    let weight = |shard: u16| Sha256::new().chain_update(shard.to_be_bytes()).chain_update(key).finalize();
    (0..shards).max_by_key(|shard| weight(*shard)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placement_is_pinned() {
        let placed: Vec<u16> = (0u8..12).map(|key| of(&[key; 16], 8)).collect();
        assert_eq!(placed, PINNED, "another placement loses the respondents of every deployed survey");
    }
    /// Computed by Python's hashlib.
    const PINNED: [u16; 12] = [6, 7, 6, 1, 1, 4, 4, 1, 2, 0, 3, 4];

    #[test]
    fn keys_spread_and_stay() {
        let keys = || (0u32..4_000).map(u32::to_be_bytes);
        let mut counts = [0u32; 8];
        for key in keys() {
            counts[usize::from(of(&key, 8))] += 1;
            let (before, after) = (of(&key, 9), of(&key, 8));
            assert!(before == 8 || before == after, "only the keys of the last shard move");
        }
        assert!(counts.iter().all(|n| (420..=580).contains(n)), "{counts:?}");
    }
}

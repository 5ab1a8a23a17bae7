//! Where a batch stands in the device's chain: it follows, leaves a gap, or forks.

use protocol::operation::Operation;
use protocol::{Hash, Seq};

use centre_store::tables::operation;

/// The last operation that is here.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Its number; 0 = none.
    pub seq: Seq,
    /// Its hash.
    pub hash: Hash,
}

/// What a batch is to the chain.
#[derive(Debug, PartialEq, Eq)]
pub enum ChainPosition {
    /// It repeats what is here, then goes on: the operations from `new_from` on are new.
    Follows {
        /// Index in the batch.
        new_from: usize,
    },
    /// Something before it is missing.
    Gap {
        /// The number to begin with.
        expected: Seq,
    },
    /// It differs from what is here, or does not hang together.
    Forks {
        /// First number that differs.
        at: Seq,
    },
}

/// Places a batch. `stored` are the operations that are here from the batch's first number on.
pub fn position(
    ops: &[Operation],
    first: Seq,
    head: Head,
    stored: &[operation::Model],
) -> ChainPosition {
    if first.0 > head.seq.0 + 1 {
        return ChainPosition::Gap {
            expected: head.seq.next(),
        };
    }
    let mut before: Option<Hash> = None;
    for (i, op) in ops.iter().enumerate() {
        let seq = Seq(first.0 + i as u64);
        let forks = ChainPosition::Forks { at: seq };
        if op.seq != seq || op.hash != op.expected_hash() {
            return forks;
        }
        if before.is_some_and(|hash| hash != op.prev_hash) {
            return forks;
        }
        match stored.get(i) {
            Some(row) if *row.hash != op.hash => return forks,
            Some(_) => {}
            None if seq == head.seq.next() && op.prev_hash != head.hash => return forks,
            None => {}
        }
        before = Some(op.hash);
    }
    ChainPosition::Follows {
        new_from: stored.len().min(ops.len()),
    }
}

//! Pieces of rewards that this store has left.

use crate::engine::Engine;
use crate::error::Result;
use crate::{cache, outbox};
use std::collections::HashMap;

/// Pieces of rewards: what the centre counts, less what this counter gave out since.
pub(crate) struct Stock {
    left: HashMap<String, u32>,
}

impl Stock {
    /// Pieces left of a reward; none where it is not counted here.
    pub(crate) fn of(&self, reward: &str) -> Option<u32> {
        self.left.get(reward).copied()
    }
}

impl Engine {
    /// What this store has left of rewards.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub(crate) fn stock(&self) -> Result<Stock> {
        let mut left = self.cache(cache::stocks)?;
        if left.is_empty() {
            return Ok(Stock { left });
        }
        let rows = self.shared.outbox().read(outbox::overlay_of_pieces)?;
        for row in rows {
            let body = row.body()?;
            if let Some((reward, qty)) = body.pieces()
                && let Some(pieces) = left.get_mut(reward)
            {
                *pieces = pieces.saturating_sub(qty);
            }
        }
        Ok(Stock { left })
    }
}

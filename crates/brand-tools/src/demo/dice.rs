//! Chance with a seed: the same seed and the same label give the same throws, whatever other
//! parts of the brand throw, so that one more store does not change every member's name.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// One stream of throws.
pub(crate) struct Dice(StdRng);

impl Dice {
    /// The stream with this label under a seed.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_be_bytes());
        hash.update(label.as_bytes());
        Self(StdRng::from_seed(hash.finalize().into()))
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high.max(low))
    }

    /// True this often (0 to 1).
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// A place in a list of this length; 0 for an empty one.
    pub(crate) fn place(&mut self, len: usize) -> usize {
        let last = u32::try_from(len.saturating_sub(1)).unwrap_or(u32::MAX);
        self.between(0, last) as usize
    }

    /// One of several; `None` only where there is none.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.place(from.len());
        from.get(place)
    }

    /// One of several, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> Option<T> {
        let total: u32 = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.between(1, total.max(1));
        for (value, weight) in from {
            if left <= *weight {
                return Some(*value);
            }
            left -= weight;
        }
        from.last().map(|(value, _)| *value)
    }

    /// Bytes without pattern.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }

    /// Waiting time with this mean, of something that happens at any moment alike.
    pub(crate) fn waiting(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.0.random::<f64>()).ln()
    }

    /// Around 0, mostly within ±1: the sum of twelve even throws, less six.
    pub(crate) fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.0.random::<f64>()).sum::<f64>() - 6.0
    }

    /// The list in another order.
    pub(crate) fn shuffled<T: Clone>(&mut self, from: &[T]) -> Vec<T> {
        let mut left = from.to_vec();
        let mut out = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let place = self.place(left.len());
            out.push(left.swap_remove(place));
        }
        out
    }
}

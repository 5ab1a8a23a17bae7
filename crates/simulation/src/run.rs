//! One seed, played: a time of trade and faults, then rest, then the books.

use crate::population::Population;
use crate::world::World;
use crate::{brand, check};

/// How a run went.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// What broke; empty where all is well.
    pub found: Vec<String>,
    /// The end of its story, for whoever looks for the cause.
    pub story: String,
    /// The same in every run of this seed.
    pub digest: u64,
    /// All of its story.
    pub lines: Vec<String>,
    /// Messages that the centre answered.
    pub messages: u64,
    /// Operations that counters called done.
    pub operations: usize,
}

/// Plays a seed with a population.
pub fn run(population: Population, seed: u64) -> Report {
    let mut world = World::of(brand::image(population), seed);
    world.trade();
    world.come_to_rest();
    check::all(&mut world);
    let operations = world.units.iter().map(|u| u.done.len()).sum();
    world.end();
    Report {
        seed,
        story: world.trace.tail(),
        digest: world.trace.digest(),
        lines: world.trace.lines().to_vec(),
        messages: world.served,
        operations,
        found: world.found,
    }
}

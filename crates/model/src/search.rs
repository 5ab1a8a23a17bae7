//! Runs a search and tells what it found.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use stateright::{Checker, Model};

use crate::setup::Setup;
use crate::step::Step;
use crate::world::World;

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// Different states.
    pub states: usize,
    /// Steps of the longest of the shortest ways to a state.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// The first violation: which, and the shortest way there.
    pub violation: Option<(&'static str, String)>,
}

/// Searches every state within the bounds, on so many threads; with one, the way to a violation is the
/// shortest.
#[must_use]
pub fn search(setup: &Setup, threads: usize) -> Found {
    let begun = Instant::now();
    let checker = setup
        .clone()
        .checker()
        .threads(threads)
        .finish_when(stateright::HasDiscoveries::Any)
        .spawn_bfs()
        .join();
    let mut paths: Vec<_> = checker.discoveries().into_iter().collect();
    paths.sort_by_key(|(name, _)| *name);
    Found {
        states: checker.unique_state_count(),
        depth: checker.max_depth(),
        took: begun.elapsed(),
        violation: paths
            .into_iter()
            .next()
            .map(|(name, path)| (name, told(&path.into_vec()))),
    }
}

/// A way through the states, one line a step.
fn told(path: &[(World, Option<Step>)]) -> String {
    let mut text = String::new();
    for (world, step) in path {
        let message = match step {
            Some(Step::Deliver(at) | Step::Again(at) | Step::Lose(at)) => {
                world.wire.get(usize::from(*at))
            }
            _ => None,
        };
        let written = match (step, message) {
            (Some(step), Some(message)) => writeln!(text, "  {step:?}: {message:?}"),
            (Some(step), None) => writeln!(text, "  {step:?}"),
            (None, _) => writeln!(
                text,
                "  => {:?}\n     {:?}\n     {:?}",
                world.centre.books, world.centre.rows, world.copies
            ),
        };
        debug_assert!(written.is_ok(), "a string takes all");
    }
    text
}

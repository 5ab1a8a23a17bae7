//! One counter of a run: its folder, its engine while it is on, and what it is doing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use counter::simulated::{ClockSource, use_on_this_thread};
use counter::{Engine, SignedIn};

use crate::baton::{Running, Wire};
use crate::clocks::DeviceClock;
use crate::disk;

/// Who acts at a counter: each does one thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hand {
    /// The clerk.
    Clerk,
    /// The counter itself, in contact with the centre.
    Contact,
    /// The counter itself, sending what its clerk has just done.
    Sender,
}

impl Hand {
    pub(crate) const ALL: [Self; 3] = [Self::Clerk, Self::Contact, Self::Sender];
}

/// An activity that waits for the network.
pub(crate) struct Busy {
    pub(crate) running: Running,
    /// The message that it waits for; 0 where it waits for another activity of its counter.
    pub(crate) waits_for: u64,
    /// In words.
    pub(crate) what: String,
}

/// A copy of a counter's folder.
#[derive(Clone)]
pub(crate) struct Copied {
    pub(crate) folder: PathBuf,
    pub(crate) done: Vec<String>,
}

/// One counter.
pub(crate) struct Unit {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// Its device's id; a copied disk has the same.
    pub(crate) device: String,
    pub(crate) store: String,
    pub(crate) staff: Option<SignedIn>,
    pub(crate) clock: Arc<DeviceClock>,
    /// Whether the network cannot be reached from here.
    pub(crate) cut: bool,
    hands: [Option<Busy>; 3],
    /// Operations that this disk holds, as the engine said.
    pub(crate) done: Vec<String>,
    pub(crate) copies: Vec<Copied>,
    engine: Option<Arc<Engine>>,
}

impl Unit {
    /// A counter whose folder is there, or is made now.
    pub(crate) fn new(
        name: String,
        folder: PathBuf,
        device: String,
        store: String,
        staff: Option<SignedIn>,
        clock: Arc<DeviceClock>,
    ) -> Self {
        let mut unit = Self {
            name,
            folder,
            device,
            store,
            staff,
            clock,
            cut: false,
            hands: [None, None, None],
            done: Vec::new(),
            copies: Vec::new(),
            engine: None,
        };
        unit.switch_on();
        unit
    }

    /// Starts its program.
    pub(crate) fn switch_on(&mut self) {
        use_on_this_thread(Some(self.clocks()));
        let engine = Engine::open_simulated(&self.folder, Arc::new(Wire));
        use_on_this_thread(None);
        self.engine =
            Some(Arc::new(engine.unwrap_or_else(|e| {
                panic!("counter {} does not start: {e}", self.name)
            })));
    }

    /// Its program is gone; its activities have ended.
    pub(crate) fn switch_off(&mut self) {
        self.engine = None;
    }

    pub(crate) fn engine(&self) -> Arc<Engine> {
        Arc::clone(self.engine.as_ref().expect("a counter that is on"))
    }

    pub(crate) fn clocks(&self) -> Arc<dyn ClockSource> {
        Arc::clone(&self.clock) as Arc<dyn ClockSource>
    }

    /// Reads its state, with its clocks.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Engine) -> T) -> T {
        use_on_this_thread(Some(self.clocks()));
        let read = work(&self.engine());
        use_on_this_thread(None);
        read
    }

    /// What a hand is doing.
    pub(crate) fn hand(&mut self, hand: Hand) -> &mut Option<Busy> {
        let [clerk, contact, sender] = &mut self.hands;
        match hand {
            Hand::Clerk => clerk,
            Hand::Contact => contact,
            Hand::Sender => sender,
        }
    }

    /// The message that a hand waits for; none where it is free.
    pub(crate) fn waits_for(&self, hand: Hand) -> Option<u64> {
        let [clerk, contact, sender] = &self.hands;
        let busy = match hand {
            Hand::Clerk => clerk,
            Hand::Contact => contact,
            Hand::Sender => sender,
        };
        busy.as_ref().map(|b| b.waits_for)
    }

    pub(crate) fn is_busy(&self, hand: Hand) -> bool {
        self.waits_for(hand).is_some()
    }

    /// Copies its folder; between two messages no transaction is open.
    pub(crate) fn copy_to(&self, folder: &Path) -> Copied {
        disk::copy(&self.folder, folder).expect("a copy of a counter");
        Copied {
            folder: folder.to_owned(),
            done: self.done.clone(),
        }
    }
}

//! A run: everything that the scheduler knows.

use std::collections::VecDeque;

use centre::Centre;
use counter::simulated::{Answer, Request};
use tempfile::TempDir;

use crate::baton::Baton;
use crate::clocks::{DeviceClock, TrueTime};
use crate::counter_unit::{Hand, Unit};
use crate::dice::Dice;
use crate::disk;
use crate::habits::{Accidents, Habits};
use crate::image::Image;
use crate::people::Person;
use crate::population::Population;
use crate::rogue::Rogue;
use crate::service::Service;
use crate::trace::Trace;

/// A request on its way to the centre.
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) unit: usize,
    pub(crate) hand: Hand,
    pub(crate) request: Request,
}

/// An answer on its way back.
pub(crate) struct Reply {
    pub(crate) to: u64,
    pub(crate) unit: usize,
    pub(crate) hand: Hand,
    pub(crate) answer: Answer,
}

/// A receipt that was recorded somewhere.
#[derive(Clone)]
pub(crate) struct Sold {
    pub(crate) no: String,
    pub(crate) store: String,
    pub(crate) skus: Vec<String>,
}

/// Everything of one run.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) time: TrueTime,
    pub(crate) units: Vec<Unit>,
    pub(crate) service: Service,
    pub(crate) folder: TempDir,
    pub(crate) people: Vec<Person>,
    pub(crate) going: Vec<Message>,
    pub(crate) coming: Vec<Reply>,
    pub(crate) past: VecDeque<Request>,
    pub(crate) sold: Vec<Sold>,
    pub(crate) trace: Trace,
    pub(crate) found: Vec<String>,
    pub(crate) population: Population,
    pub(crate) habits: Habits,
    pub(crate) accidents: Accidents,
    pub(crate) centre_copies: Vec<std::path::PathBuf>,
    pub(crate) served: u64,
    pub(crate) receipts: usize,
    pub(crate) next_id: u64,
    /// Who lies, where somebody does.
    pub(crate) rogue: Option<Rogue>,
    pub(crate) baton: Baton,
    /// Which hand of which counter an activity is.
    pub(crate) hands: Vec<(u64, usize, Hand)>,
}

impl World {
    /// A run without counters and members.
    pub(crate) fn empty(seed: u64, time: TrueTime) -> Self {
        let folder = folder();
        let service = Service::open(&folder.path().join("centre"), time.now());
        Self::with(Population::default(), seed, time, folder, service)
    }

    /// A run that begins with the brand.
    pub(crate) fn of(image: &Image, seed: u64) -> Self {
        let folder = folder();
        let time = TrueTime::new(image.time);
        let centre = folder.path().join("centre");
        disk::copy(&image.folder.path().join("centre"), &centre).expect("a copy of the centre");
        let service = Service::open(&centre, time.now());
        let mut world = Self::with(image.population, seed, time, folder, service);
        world.people.clone_from(&image.people);
        world.rogue.clone_from(&image.rogue);
        for seat in &image.seats {
            let folder = world.folder.path().join(&seat.name);
            disk::copy(&image.folder.path().join(&seat.name), &folder)
                .expect("a copy of a counter");
            let clock = DeviceClock::new(world.time.clone(), &seat.name);
            // it ran before, when the picture of its disk was taken
            clock.reboot();
            world.units.push(Unit::new(
                seat.name.clone(),
                folder,
                seat.device.clone(),
                seat.store.clone(),
                seat.staff.clone(),
                clock,
            ));
        }
        world
    }

    fn with(
        population: Population,
        seed: u64,
        time: TrueTime,
        folder: TempDir,
        service: Service,
    ) -> Self {
        let mut dice = Dice::new(seed);
        let habits = Habits::of(&mut dice, population);
        Self {
            dice,
            population,
            time,
            units: Vec::new(),
            service,
            folder,
            people: Vec::new(),
            going: Vec::new(),
            coming: Vec::new(),
            past: VecDeque::new(),
            sold: Vec::new(),
            trace: Trace::default(),
            found: Vec::new(),
            habits,
            accidents: Accidents::default(),
            centre_copies: Vec::new(),
            served: 0,
            receipts: 0,
            next_id: 0,
            rogue: None,
            baton: Baton::new(),
            hands: Vec::new(),
        }
    }

    pub(crate) fn say(&mut self, line: String) {
        let at = self.time.now().format("%m-%d %H:%M:%S%.3f");
        self.trace.say(format!("{at} {line}"));
    }

    /// Something that must not be.
    pub(crate) fn broken(&mut self, what: String) {
        self.say(format!("BROKEN: {what}"));
        self.found.push(what);
    }

    /// Runs something of the centre now.
    pub(crate) fn with_centre<T>(&self, work: impl AsyncFnOnce(&Centre) -> T) -> T {
        self.service.run(self.time.now(), work)
    }

    pub(crate) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// A folder that nothing has yet.
    pub(crate) fn fresh_folder(&mut self, what: &str) -> std::path::PathBuf {
        let id = self.fresh_id();
        self.folder.path().join(format!("{what}-{id}"))
    }

    pub(crate) fn name(&self, unit: usize, hand: Hand) -> String {
        let name = self.units.get(unit).map_or("?", |u| u.name.as_str());
        match hand {
            Hand::Clerk => name.to_owned(),
            Hand::Contact => format!("{name}~"),
            Hand::Sender => format!("{name}>"),
        }
    }
}

fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("counterpart-run-")
        .tempdir_in(disk::place())
        .expect("a folder")
}

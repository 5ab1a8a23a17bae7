//! A run: the scheduler, and everything that it knows.

use std::collections::VecDeque;

use centre::Centre;
use counter::simulated::{Answer, Request};
use tempfile::TempDir;

use crate::baton::{Baton, Fate, News, Work};
use crate::brand::{self, Person};
use crate::check;
use crate::clerk::Deed;
use crate::clocks::{DeviceClock, TrueTime};
use crate::counter_unit::{Busy, Hand, Unit};
use crate::dice::Dice;
use crate::disk;
use crate::faults::{Accidents, Habits};
use crate::population::Population;
use crate::service::Service;
use crate::trace::Trace;

/// Old messages that the network may still bring once more.
const REMEMBERED: usize = 30;

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

/// What an activity did with the baton.
struct Heard {
    unit: usize,
    hand: Hand,
    news: News,
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
    baton: Baton,
    /// Which hand of which counter an activity is.
    hands: Vec<(u64, usize, Hand)>,
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

impl World {
    /// A run without counters and members.
    pub(crate) fn empty(seed: u64, time: TrueTime) -> Self {
        let folder = folder();
        let service = Service::open(&folder.path().join("centre"), time.now());
        Self::with(Population::default(), seed, time, folder, service)
    }

    /// A run that begins with the brand.
    pub(crate) fn of(image: &brand::Image, seed: u64) -> Self {
        let folder = folder();
        let time = TrueTime::new(image.time);
        let centre = folder.path().join("centre");
        disk::copy(&image.folder.path().join("centre"), &centre).expect("a copy of the centre");
        let service = Service::open(&centre, time.now());
        let mut world = Self::with(image.population, seed, time, folder, service);
        world.people.clone_from(&image.people);
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

    /// Starts an activity of a counter, until it asks the network or ends.
    pub(crate) fn begin(&mut self, unit: usize, hand: Hand, what: &str, work: Work) {
        let name = self.name(unit, hand);
        self.say(format!("{name} begins: {what}"));
        let heard = self.start(unit, hand, what, work);
        self.take_in(heard);
    }

    /// Runs an activity to its end over a network without faults.
    pub(crate) fn calmly(&mut self, unit: usize, hand: Hand, what: &str, work: Work) -> Deed {
        let mut heard = self.start(unit, hand, what, work);
        loop {
            match heard.news {
                News::Asks(request) => {
                    self.time.pass(3);
                    let answer = self.serve(&request);
                    heard = self.decide(unit, hand, Fate::Answered(answer));
                }
                News::Stalls => panic!("an activity stalls where it is alone"),
                News::Ended(deed) => return self.ended(unit, hand, deed),
            }
        }
    }

    /// Runs an activity of a clerk to its end with no network.
    pub(crate) fn alone(&mut self, unit: usize, what: &str, work: Work) -> Deed {
        let hand = Hand::Clerk;
        let mut heard = self.start(unit, hand, what, work);
        loop {
            match heard.news {
                News::Asks(_) => heard = self.decide(unit, hand, Fate::Offline),
                News::Stalls => panic!("an activity stalls where it is alone"),
                News::Ended(deed) => return self.ended(unit, hand, deed),
            }
        }
    }

    fn start(&mut self, unit: usize, hand: Hand, what: &str, work: Work) -> Heard {
        let id = self.fresh_id();
        let Some(u) = self.units.get_mut(unit) else {
            panic!("no counter {unit}");
        };
        let running = self.baton.start(id, u.engine(), u.clocks(), work);
        *u.hand(hand) = Some(Busy {
            running,
            waits_for: 0,
            what: what.to_owned(),
        });
        self.hands.push((id, unit, hand));
        self.hear()
    }

    /// Waits for the baton.
    fn hear(&mut self) -> Heard {
        let word = self.baton.next();
        let of = self.hands.iter().find(|(id, ..)| *id == word.activity);
        let Some((_, unit, hand)) = of.copied() else {
            panic!("a word from nobody");
        };
        Heard {
            unit,
            hand,
            news: word.news,
        }
    }

    /// Decides what an activity waits for.
    fn decide(&mut self, unit: usize, hand: Hand, fate: Fate) -> Heard {
        let busy = self.units.get_mut(unit).and_then(|u| u.hand(hand).as_ref());
        let Some(busy) = busy else {
            panic!("nobody waits there");
        };
        busy.running.decide(fate);
        self.hear()
    }

    /// Decides, and takes in what follows.
    pub(crate) fn settle(&mut self, unit: usize, hand: Hand, fate: Fate) {
        let heard = self.decide(unit, hand, fate);
        self.take_in(heard);
    }

    fn take_in(&mut self, heard: Heard) {
        let Heard { unit, hand, news } = heard;
        match news {
            News::Asks(request) => {
                let id = self.fresh_id();
                let cut = self.units.get(unit).is_some_and(|u| u.cut);
                let name = self.name(unit, hand);
                if cut && self.dice.percent(60) {
                    self.say(format!("{name} {}: no network", request.path));
                    self.settle(unit, hand, Fate::Offline);
                    return;
                }
                if let Some(busy) = self.units.get_mut(unit).and_then(|u| u.hand(hand).as_mut()) {
                    busy.waits_for = id;
                }
                if cut {
                    self.say(format!("{name} {}: into the void", request.path));
                    return;
                }
                self.say(format!("{name} asks {} #{id}", request.path));
                self.going.push(Message {
                    id,
                    unit,
                    hand,
                    request,
                });
            }
            News::Stalls => {
                if let Some(busy) = self.units.get_mut(unit).and_then(|u| u.hand(hand).as_mut()) {
                    busy.waits_for = 0;
                }
            }
            News::Ended(deed) => {
                self.ended(unit, hand, deed);
            }
        }
    }

    /// Lets whoever waits for another activity of its counter look again.
    pub(crate) fn look_again(&mut self) {
        let mut stalled = Vec::new();
        for (unit, u) in self.units.iter().enumerate() {
            stalled.extend(
                Hand::ALL
                    .iter()
                    .filter(|h| u.waits_for(**h) == Some(0))
                    .map(|h| (unit, *h)),
            );
        }
        if let Some((unit, hand)) = self.dice.pick(&stalled) {
            self.settle(unit, hand, Fate::LookAgain);
        }
    }

    fn ended(&mut self, unit: usize, hand: Hand, deed: Option<Box<Deed>>) -> Deed {
        let name = self.name(unit, hand);
        let busy = self.units.get_mut(unit).and_then(|u| u.hand(hand).take());
        let mut what = String::new();
        if let Some(busy) = busy {
            what = busy.what;
            self.hands.retain(|(id, ..)| *id != busy.running.id);
            busy.running.join();
        }
        let Some(deed) = deed else {
            self.say(format!("{name} stopped in: {what}"));
            return Deed::default();
        };
        self.say(format!("{name} ends: {}", deed.said));
        if let Some(words) = &deed.panic {
            self.broken(format!("{name} panicked in {what}: {words}"));
        }
        if let Some((code, message)) = &deed.error
            && !check::may_happen(code, message)
        {
            self.broken(format!("{name} {what}: {code}: {message}"));
        }
        if let (Some(id), Some(u)) = (&deed.done, self.units.get_mut(unit)) {
            u.done.push(id.clone());
        }
        *deed
    }

    pub(crate) fn name(&self, unit: usize, hand: Hand) -> String {
        let name = self.units.get(unit).map_or("?", |u| u.name.as_str());
        match hand {
            Hand::Clerk => name.to_owned(),
            Hand::Contact => format!("{name}~"),
            Hand::Sender => format!("{name}>"),
        }
    }

    /// Lets the centre answer a request.
    pub(crate) fn serve(&mut self, request: &Request) -> Answer {
        self.served += 1;
        let answer = self.service.serve(self.time.now(), request);
        if answer.status >= 500 {
            let words = String::from_utf8_lossy(&answer.body).into_owned();
            self.broken(format!(
                "{} was answered {}: {words}",
                request.path, answer.status
            ));
        }
        self.past.push_back(request.clone());
        if self.past.len() > REMEMBERED {
            self.past.pop_front();
        }
        answer
    }

    /// Brings a request to the centre, and its answer on the way back.
    pub(crate) fn deliver(&mut self, at: usize) {
        let message = self.going.swap_remove(at);
        let answer = self.serve(&message.request);
        self.say(format!("#{} is answered {}", message.id, answer.status));
        self.coming.push(Reply {
            to: message.id,
            unit: message.unit,
            hand: message.hand,
            answer,
        });
    }

    /// Whether somebody still waits for the answer to this message.
    pub(crate) fn awaited(&self, unit: usize, hand: Hand, id: u64) -> bool {
        let unit = self.units.get(unit);
        unit.is_some_and(|u| u.waits_for(hand) == Some(id))
    }

    /// Brings an answer to whoever waits for it; nobody may.
    pub(crate) fn bring(&mut self, at: usize) {
        let reply = self.coming.swap_remove(at);
        if self.awaited(reply.unit, reply.hand, reply.to) {
            self.say(format!("answer #{} comes", reply.to));
            self.settle(reply.unit, reply.hand, Fate::Answered(reply.answer));
        } else {
            self.say(format!("answer #{} comes too late", reply.to));
        }
    }

    /// A counter's machine stops: all its activities end where they stand.
    pub(crate) fn switch_off(&mut self, unit: usize) {
        for hand in Hand::ALL {
            if self.units.get(unit).is_some_and(|u| u.is_busy(hand)) {
                self.settle(unit, hand, Fate::Crash);
            }
        }
        if let Some(u) = self.units.get_mut(unit) {
            u.switch_off();
        }
    }

    pub(crate) fn switch_on(&mut self, unit: usize) {
        if let Some(u) = self.units.get_mut(unit) {
            u.switch_on();
        }
    }

    /// Stops everything.
    pub(crate) fn end(&mut self) {
        for unit in 0..self.units.len() {
            self.switch_off(unit);
        }
        self.service.stop();
    }
}

fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("counterpart-run-")
        .tempdir_in(disk::place())
        .expect("a folder")
}

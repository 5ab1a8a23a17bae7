//! What happens next, by chance: trade, the network's moods, accidents of machines and people.

use crate::baton::Fate;
use crate::brand::{self, PRODUCTS};
use crate::clerk::{self, Whose};
use crate::clocks::DeviceClock;
use crate::counter_unit::{Hand, Unit};
use crate::dice::Dice;
use crate::disk;
use crate::world::{Sold, World};

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// Kinds of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Trade,
    Contact,
    Deliver,
    Bring,
    Repeat,
    LoseRequest,
    LoseAnswer,
    GiveUp,
    Cut,
    Crash,
    Reboot,
    LoseCache,
    CentreCrash,
    SetClock,
    Wait,
    Jobs,
    Join,
    CopyCounter,
    RestoreCounter,
    Fork,
}

/// Which accidents a run is prone to. Each run has its own, so that some are quiet enough for
/// long stories and others have every accident at once.
pub(crate) struct Habits {
    weights: Vec<(usize, Step)>,
    steps: i64,
}

impl Habits {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        let mut weights = vec![
            (30, Step::Trade),
            (18, Step::Contact),
            (45, Step::Deliver),
            (45, Step::Bring),
        ];
        let accidents = [
            (4, Step::Repeat),
            (4, Step::LoseRequest),
            (4, Step::LoseAnswer),
            (8, Step::GiveUp),
            (4, Step::Cut),
            (4, Step::Crash),
            (2, Step::Reboot),
            (1, Step::LoseCache),
            (2, Step::CentreCrash),
            (2, Step::SetClock),
            (4, Step::Wait),
            (2, Step::Jobs),
            (2, Step::Join),
        ];
        for (weight, step) in accidents {
            if dice.percent(60) {
                weights.push((weight, step));
            }
        }
        if dice.percent(35) {
            weights.push((3, Step::CopyCounter));
            weights.push((2, Step::RestoreCounter));
        }
        if dice.percent(15) {
            weights.push((1, Step::Fork));
        }
        Self {
            weights,
            steps: dice.between(60, 220),
        }
    }
}

/// Accidents that a run had, after which some losses are in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Accidents {
    pub(crate) restored: usize,
    pub(crate) forked: usize,
    pub(crate) written_off: usize,
    pub(crate) centre_restored: usize,
}

impl World {
    /// A time of trade and accidents.
    pub(crate) fn trade(&mut self) {
        for _ in 0..self.habits.steps {
            let passes = self.dice.between(1, 3 * SECOND);
            self.time.pass(passes);
            if let Some(step) = self.dice.weighted(&self.habits.weights) {
                self.step(step);
            }
            if !self.found.is_empty() {
                return;
            }
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Trade => self.some_trade(),
            Step::Contact => {
                let unit = self.dice.below(self.units.len());
                if self.units.get(unit).is_some_and(|u| u.contact.is_none()) {
                    self.begin(unit, Hand::Contact, "contact", clerk::contact());
                }
            }
            Step::Deliver if !self.going.is_empty() => {
                let at = self.dice.below(self.going.len());
                self.deliver(at);
            }
            Step::Bring if !self.coming.is_empty() => {
                let at = self.dice.below(self.coming.len());
                self.bring(at);
            }
            Step::Repeat if !self.past.is_empty() => {
                let at = self.dice.below(self.past.len());
                if let Some(request) = self.past.get(at).cloned() {
                    let answer = self.serve(&request);
                    self.say(format!(
                        "an old {} comes again: {}",
                        request.path, answer.status
                    ));
                }
            }
            Step::LoseRequest if !self.going.is_empty() => {
                let at = self.dice.below(self.going.len());
                let lost = self.going.swap_remove(at);
                self.say(format!("#{} is lost", lost.id));
            }
            Step::LoseAnswer if !self.coming.is_empty() => {
                let at = self.dice.below(self.coming.len());
                let lost = self.coming.swap_remove(at);
                self.say(format!("answer #{} is lost", lost.to));
            }
            Step::GiveUp => self.someone_gives_up(),
            Step::Wait => self.time_passes(),
            Step::Jobs => self.jobs(),
            Step::Join => self.someone_joins(),
            Step::CentreCrash => {
                self.say("the centre stops and starts".into());
                self.service.stop();
                self.service.start();
            }
            _ => self.accident(step),
        }
    }

    /// Something that happens to one counter.
    fn accident(&mut self, step: Step) {
        let unit = self.dice.below(self.units.len());
        let name = self.name(unit, Hand::Clerk);
        match step {
            Step::Cut => {
                if let Some(u) = self.units.get_mut(unit) {
                    u.cut = !u.cut;
                    let word = if u.cut { "cut off" } else { "back" };
                    self.say(format!("{name} is {word}"));
                }
            }
            Step::Crash => {
                self.say(format!("{name} stops and starts"));
                self.switch_off(unit);
                self.switch_on(unit);
            }
            Step::Reboot => {
                self.say(format!("{name} is booted"));
                self.switch_off(unit);
                if let Some(u) = self.units.get(unit) {
                    u.clock.reboot();
                }
                self.switch_on(unit);
            }
            Step::LoseCache => {
                self.say(format!("{name} loses its cache"));
                self.switch_off(unit);
                if let Some(u) = self.units.get(unit) {
                    disk::remove_database(&u.folder.join("cache.db")).expect("a cache removed");
                }
                self.switch_on(unit);
            }
            Step::SetClock => {
                let off = match self.dice.below(4) {
                    0 => 0,
                    1 => self.dice.between(-2 * HOUR, 2 * HOUR),
                    2 => self.dice.between(-40 * DAY, 40 * DAY),
                    _ => self.dice.between(-4_000 * DAY, 4_000 * DAY),
                };
                self.say(format!("{name}'s clock is set {} s off", off / SECOND));
                if let Some(u) = self.units.get(unit) {
                    u.clock.set_wall(off);
                }
            }
            Step::CopyCounter => {
                let to = self.fresh_folder(&name);
                if let Some(u) = self.units.get_mut(unit) {
                    let copy = u.copy_to(&to);
                    u.copies.push(copy);
                    self.say(format!("{name} is backed up"));
                }
            }
            Step::RestoreCounter => self.restore_counter(unit),
            Step::Fork => self.fork(unit),
            _ => {}
        }
    }

    fn restore_counter(&mut self, unit: usize) {
        let copies = self.units.get(unit).map_or(0, |u| u.copies.len());
        let at = self.dice.below(copies);
        let Some(copy) = self.units.get(unit).and_then(|u| u.copies.get(at)).cloned() else {
            return;
        };
        let name = self.name(unit, Hand::Clerk);
        self.say(format!("{name} is restored from backup {at}"));
        self.accidents.restored += 1;
        self.switch_off(unit);
        if let Some(u) = self.units.get_mut(unit) {
            disk::put_back(&copy.folder, &u.folder).expect("a backup that can be put back");
            u.done = copy.done;
        }
        self.switch_on(unit);
    }

    /// Somebody copies a disk, and both go on.
    fn fork(&mut self, unit: usize) {
        if self.units.len() >= 7 {
            return;
        }
        let name = self.name(unit, Hand::Clerk);
        let folder = self.fresh_folder(&name);
        let Some(from) = self.units.get(unit) else {
            return;
        };
        let copy = from.copy_to(&folder);
        let twin = format!("{name}'");
        let clock = DeviceClock::new(self.time.clone(), &twin);
        let mut unit = Unit::new(
            twin,
            folder,
            from.device.clone(),
            from.store.clone(),
            from.staff.clone(),
            clock,
        );
        unit.done = copy.done;
        self.say(format!("{name} is copied, and both go on"));
        self.accidents.forked += 1;
        self.units.push(unit);
    }

    fn someone_gives_up(&mut self) {
        let mut waiting = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            for hand in [Hand::Clerk, Hand::Contact] {
                if unit.is_busy(hand) {
                    waiting.push((at, hand));
                }
            }
        }
        if let Some((unit, hand)) = self.dice.pick(&waiting) {
            let name = self.name(unit, hand);
            self.say(format!("{name} waits no longer"));
            self.time.pass(2 * SECOND);
            // a clerk's wait is bounded by the engine, a contact's by the connection
            let fate = match hand {
                Hand::Clerk if self.dice.percent(70) => Fate::TooLate,
                _ => Fate::Offline,
            };
            self.settle(unit, hand, fate);
        }
    }

    fn time_passes(&mut self) {
        let ms = match self.dice.below(10) {
            0..5 => self.dice.between(SECOND, 120 * SECOND),
            5..9 => self.dice.between(HOUR, 12 * HOUR),
            _ => self.dice.between(DAY, 4 * DAY),
        };
        self.time.pass(ms);
        self.say(format!("{} s pass", ms / SECOND));
    }

    /// What the centre does by itself now and then.
    pub(crate) fn jobs(&mut self) {
        let done = self.with_centre(async |centre| {
            let tried = central::push::retry_known(centre).await;
            let passed = central::passing::pass(centre, central::time::now()).await;
            (
                tried.map_err(|e| e.to_string()),
                passed.map_err(|e| e.to_string()),
            )
        });
        self.say(format!("the centre's jobs: {done:?}"));
        if let (Err(e), _) | (_, Err(e)) = done {
            self.broken(format!("a job of the centre: {e}"));
        }
    }

    /// One of the customers whose sales were recorded by phone number joins.
    fn someone_joins(&mut self) {
        let phone = brand::phone(self.dice.between(20, 24).unsigned_abs() as usize);
        let joined = self.with_centre(async |centre| {
            let program = centre.current_program().await?;
            let mut work = centre.work().await?;
            if central::members::by_phone(work.on(), &phone)
                .await?
                .is_some()
            {
                return Ok(None);
            }
            let new = central::members::NewMember {
                id: Some(format!("late-{phone}")),
                card_no: Some(format!("9{phone}")),
                phone: phone.clone(),
                home_store: "S1".into(),
                joined_at: central::time::now(),
                channel: "counter".into(),
                ..central::members::NewMember::default()
            };
            let member = central::members::create(&mut work, &program, new).await?;
            let credited = central::push::retry_for_member(centre, &mut work, &member).await?;
            work.commit().await?;
            Ok::<_, central::error::ServiceError>(Some(credited))
        });
        match joined {
            Ok(credited) => self.say(format!("{phone} joins: {credited:?}")),
            Err(e) => self.broken(format!("joining: {e}")),
        }
    }

    /// A clerk who is free does something.
    fn some_trade(&mut self) {
        let unit = self.dice.below(self.units.len());
        let Some((store, staff)) = self
            .units
            .get(unit)
            .filter(|u| u.clerk.is_none())
            .and_then(|u| Some((u.store.clone(), u.staff.clone()?)))
        else {
            return;
        };
        let home: Vec<String> = self
            .people
            .iter()
            .filter(|p| p.store == store)
            .map(|p| p.id.clone())
            .collect();
        // half of the trade is with the first few, so that counters meet at the same members
        let of = if self.dice.percent(50) { 3 } else { home.len() };
        let Some(member) = home.get(self.dice.below(of)).cloned() else {
            return;
        };
        match self.dice.below(100) {
            0..45 => self.sale(unit, &store, staff, member),
            45..75 => {
                let share = self.dice.pick(&[5, 20, 40, 80, 100]);
                let share = share.filter(|_| self.dice.percent(80));
                let what = format!("redeem {share:?} of {member}");
                self.begin(
                    unit,
                    Hand::Clerk,
                    &what,
                    clerk::redeem(staff, member, share),
                );
            }
            _ => {
                let Some(sold) = self.some_receipt(&store) else {
                    return;
                };
                let sku = self.dice.below(sold.skus.len());
                let sku = sold
                    .skus
                    .get(sku)
                    .cloned()
                    .filter(|_| self.dice.percent(60));
                let what = format!("return {sku:?} of {}", sold.no);
                let work = clerk::bring_back(staff, sold.no, sku);
                self.begin(unit, Hand::Clerk, &what, work);
            }
        }
    }

    fn some_receipt(&mut self, store: &str) -> Option<Sold> {
        let here: Vec<&Sold> = self.sold.iter().filter(|s| s.store == store).collect();
        here.get(self.dice.below(here.len())).map(|s| (*s).clone())
    }

    fn sale(&mut self, unit: usize, store: &str, staff: counter::SignedIn, member: String) {
        let mut lines = Vec::new();
        for _ in 0..self.dice.between(1, 3) {
            if let Some((sku, _)) = self.dice.pick(&PRODUCTS) {
                lines.push((
                    sku.to_owned(),
                    u32::try_from(self.dice.between(1, 3)).unwrap_or(1),
                ));
            }
        }
        let share = self.dice.pick(&[0, 0, 0, 30, 100]).unwrap_or(0);
        let (whose, share) = if self.dice.percent(10) {
            let n = self.dice.between(20, 24).unsigned_abs() as usize;
            (Whose::Phone(brand::phone(n)), 0)
        } else {
            (Whose::Member(member), share)
        };
        self.receipts += 1;
        let no = format!("R{:04}", self.receipts);
        self.sold.push(Sold {
            no: no.clone(),
            store: store.to_owned(),
            skus: lines.iter().map(|(sku, _)| sku.clone()).collect(),
        });
        let what = format!("sale {no} to {whose:?} of {lines:?}, {share} % by points");
        let work = clerk::sell(staff, no, whose, lines, share);
        self.begin(unit, Hand::Clerk, &what, work);
    }
}

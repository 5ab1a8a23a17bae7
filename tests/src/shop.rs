//! A brand in a folder of its own, with its centre running.

use crate::centre::Serving;
use crate::programs::Build;
use crate::{Brand, Centre, Clerk, Counter, Person};
use std::path::Path;
use tempfile::TempDir;

/// What most tests begin with. All of it is gone when it is dropped.
pub struct Shop {
    /// The running centre; dropped before its folder.
    pub centre: Centre,
    /// The store that counters are enrolled in.
    pub store: String,
    /// Who stands at them.
    pub clerk: Clerk,
    dir: TempDir,
}

impl Shop {
    /// Opens one.
    ///
    /// # Panics
    /// Where it cannot be had.
    pub fn open() -> Self {
        Self::open_of(Build::This)
    }

    /// Opens one whose centre is of a build.
    ///
    /// # Panics
    /// Where it cannot be had.
    pub fn open_of(build: Build) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let clerk = Brand::demo_of(build).clerk("cashier");
        Self {
            centre: Centre::start_of(dir.path(), build),
            store: clerk.store.clone(),
            clerk,
            dir,
        }
    }

    /// Opens one whose centre has more of its command line.
    ///
    /// # Panics
    /// Where it cannot be had.
    pub fn open_with(serving: &Serving<'_>) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let clerk = Brand::demo().clerk("cashier");
        Self {
            centre: Centre::start_with(dir.path(), serving),
            store: clerk.store.clone(),
            clerk,
            dir,
        }
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A counter by name that is not enrolled.
    pub fn bare(&self, name: &str) -> Counter {
        Counter::at(&self.dir.path().join(name), &self.clerk)
    }

    /// A checkout counter, enrolled and in step.
    ///
    /// # Panics
    /// Where that fails.
    pub fn counter(&self, name: &str) -> Counter {
        self.counter_through(name, &self.centre.url())
    }

    /// A checkout counter that reaches the centre at another address.
    ///
    /// # Panics
    /// Where that fails.
    pub fn counter_through(&self, name: &str, address: &str) -> Counter {
        self.enrolled(self.bare(name), name, address)
    }

    /// A checkout counter that runs a build, enrolled and in step.
    ///
    /// # Panics
    /// Where that fails.
    pub fn counter_of(&self, name: &str, build: Build) -> Counter {
        self.enrolled(self.bare(name).of(build), name, &self.centre.url())
    }

    fn enrolled(&self, counter: Counter, name: &str, address: &str) -> Counter {
        let code = self.centre.enrol_code(&self.store, true);
        counter.enrol(address, &code, name);
        counter.sync();
        counter.sign_in();
        counter
    }

    /// A member of the store whose points one counter may hold all of, and with enough of them, whom
    /// a few sales and returns move to no other tier: a counter shows points by the tier that it knows.
    ///
    /// # Panics
    /// Where there is none.
    pub fn person(&self) -> Person {
        let ledger = self.centre.ledger();
        let steady = |p: &Person| {
            let spend = "SELECT qualifying_fen / 100 FROM account WHERE member_id = ?1";
            let spend = ledger.number(spend, [&p.id]);
            (3_800..5_600).contains(&spend) || spend > 12_000
        };
        let mut all = ledger.people(&self.store, 1_500).into_iter();
        all.find(|p| p.points < 4_500 && steady(p))
            .expect("a member with some points, well inside a tier")
    }

    /// Members of the store with at least so many points: first those without coupons, and most points first.
    ///
    /// # Panics
    /// Where there are fewer than `count`.
    pub fn people(&self, points: i64, count: usize) -> Vec<Person> {
        Brand::people(&self.centre.ledger(), &self.store, points, count)
    }
}

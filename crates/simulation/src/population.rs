//! Who takes part in a run, and how it goes on the whole.

use std::str::FromStr;

/// A kind of run. The same seed is another run in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Population {
    /// Five counters in two stores and twenty members, busy.
    #[default]
    FiveCounters,
    /// Two counters of one store and eighty members: they meet seldom, and each counter holds much.
    TwoCounters,
    /// Eight counters in two stores and twenty members: many meet at the same ones.
    EightCounters,
    /// As the first, but hours and days pass between what happens, and disks and the centre are put back
    /// from backups again and again.
    LongQuiet,
    /// As the first, and whoever has the key of a sixth device of the first store lies to the centre.
    LyingDevice,
}

impl Population {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::FiveCounters,
        Self::TwoCounters,
        Self::EightCounters,
        Self::LongQuiet,
        Self::LyingDevice,
    ];

    /// Its name on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FiveCounters => "five-counters",
            Self::TwoCounters => "two-counters",
            Self::EightCounters => "eight-counters",
            Self::LongQuiet => "long-quiet",
            Self::LyingDevice => "lying-device",
        }
    }

    /// Where the counters stand, and whether they check customers out.
    pub(crate) fn counters(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::FiveCounters | Self::LongQuiet | Self::LyingDevice => &[
                ("S1", true),
                ("S1", true),
                ("S1", false),
                ("S2", true),
                ("S2", false),
            ],
            Self::TwoCounters => &[("S1", true), ("S1", true)],
            Self::EightCounters => &[
                ("S1", true),
                ("S1", true),
                ("S1", true),
                ("S1", false),
                ("S2", true),
                ("S2", true),
                ("S2", true),
                ("S2", false),
            ],
        }
    }

    /// How many members there are, and how many of them are at home in the first store.
    pub(crate) fn members(self) -> (usize, usize) {
        match self {
            Self::FiveCounters | Self::LongQuiet | Self::LyingDevice => (20, 12),
            Self::TwoCounters => (80, 80),
            Self::EightCounters => (20, 10),
        }
    }

    /// Whether a device lies.
    pub(crate) fn has_a_rogue(self) -> bool {
        self == Self::LyingDevice
    }

    /// How many counters there are at most, copied disks among them.
    pub(crate) fn most_counters(self) -> usize {
        self.counters().len() + 2
    }
}

impl FromStr for Population {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|p| p.name() == name);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("no population {name:?}; there are {names}")
        })
    }
}

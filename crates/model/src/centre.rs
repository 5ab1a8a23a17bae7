//! What the centre keeps.

use crate::books::{Books, Points};
use crate::setup::Setup;
use crate::wire::{GrantId, Granted, Op, OpId, RequestId};

/// An allowance at the centre.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Row {
    /// Its id.
    pub grant: GrantId,
    /// Who holds it.
    pub device: u8,
    /// In which epoch.
    pub epoch: u8,
    /// The request that brought it.
    pub request: RequestId,
    /// Granted in all, by lot.
    pub granted: [Points; 2],
    /// Outstanding, by lot.
    pub held: [Points; 2],
    /// Whether it is the coupon; [`Coupon::holder`] says whether it is still out.
    pub coupon: bool,
    /// Asked back.
    pub recalled: bool,
}

impl Row {
    /// Outstanding points.
    #[must_use]
    pub fn outstanding(&self) -> Points {
        self.held.iter().sum()
    }
}

/// The single-use coupon: a counter of one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Coupon {
    /// Whether there is one.
    pub exists: bool,
    /// The grant that holds it.
    pub holder: Option<GrantId>,
    /// Times that it was used against the member.
    pub uses: u8,
    /// Times that it was used by who did not hold it: the store's loss.
    pub losses: u8,
}

/// How an epoch ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// Its outbox was restored from a backup, or copied.
    Restored,
    /// A manager wrote the device off.
    WriteOff,
    /// A manager resolved a fork.
    Fork,
}

/// The end of an epoch, and the most that it can cost.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LifeEnd {
    /// The device.
    pub device: u8,
    /// The epoch.
    pub epoch: u8,
    /// How.
    pub cause: Cause,
    /// Points at stake.
    pub escrow: Points,
    /// Outboxes that could spend them.
    pub branches: Points,
    /// Whether the coupon was out.
    pub coupon: bool,
}

/// A device as the centre knows it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Device {
    /// The current epoch.
    pub epoch: u8,
    /// Who claimed it.
    pub life: Option<u8>,
    /// The main chain of each epoch.
    pub chains: Vec<Vec<OpId>>,
    /// Nothing is applied until a manager resolves it.
    pub quarantined: bool,
    /// The epochs in which a hello or a push did not fit.
    pub forked: Vec<u8>,
    /// Operations kept while quarantined, in order of arrival.
    pub kept: Vec<Op>,
    /// The last generation in which its allowances were reported.
    pub reported: u8,
    /// It is let in no more, and only delivers.
    pub revoked: bool,
}

impl Device {
    /// The main chain of an epoch, from 1; empty where it is not known.
    #[must_use]
    pub fn chain(&self, epoch: u8) -> &[OpId] {
        let at = usize::from(epoch).wrapping_sub(1);
        self.chains.get(at).map_or(&[], Vec::as_slice)
    }

    /// The head of an epoch's main chain.
    #[must_use]
    pub fn head(&self, epoch: u8) -> u8 {
        u8::try_from(self.chain(epoch).len()).unwrap_or(u8::MAX)
    }

    /// Whether a head lies on the main chain of its epoch.
    #[must_use]
    pub fn on_chain(&self, epoch: u8, head: (u8, Option<OpId>)) -> bool {
        match head {
            (0, _) => true,
            (seq, hash) => self.chain(epoch).get(usize::from(seq) - 1).copied() == hash,
        }
    }

    /// Makes room for an epoch.
    pub fn open_epoch(&mut self, epoch: u8) {
        while self.chains.len() < usize::from(epoch) {
            self.chains.push(Vec::new());
        }
    }

    /// Nothing fits here: a copied disk.
    pub fn quarantine(&mut self, epoch: u8) {
        self.quarantined = true;
        if !self.forked.contains(&epoch) {
            self.forked.push(epoch);
            self.forked.sort_unstable();
        }
    }
}

/// The centre.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Centre {
    /// Its generation.
    pub generation: u8,
    /// The member's points.
    pub books: Books,
    /// The coupon.
    pub coupon: Coupon,
    /// The devices.
    pub devices: Vec<Device>,
    /// The allowances.
    pub rows: Vec<Row>,
    /// Stored replies: device, request, epoch, what was granted.
    pub replies: Vec<(u8, RequestId, u8, Option<Granted>)>,
    /// Every operation that had its effect, in order of id.
    pub applied: Vec<Op>,
    /// How epochs ended.
    pub ends: Vec<LifeEnd>,
}

impl Centre {
    /// At the beginning: every device enrolled, nothing granted.
    #[must_use]
    pub fn new(setup: &Setup) -> Self {
        let bounds = &setup.bounds;
        Self {
            generation: 1,
            books: Books {
                earned: bounds.points.iter().sum(),
                free: bounds.points,
                ..Books::default()
            },
            coupon: Coupon {
                exists: bounds.coupon && !bounds.coupon_given_later,
                ..Coupon::default()
            },
            devices: (0..bounds.devices)
                .map(|device| Device {
                    epoch: 1,
                    life: Some(device),
                    chains: vec![Vec::new()],
                    quarantined: false,
                    forked: Vec::new(),
                    kept: Vec::new(),
                    reported: 1,
                    revoked: false,
                })
                .collect(),
            rows: Vec::new(),
            replies: Vec::new(),
            applied: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Whether somebody has not yet reported since the centre was restored.
    #[must_use]
    pub fn recovering(&self) -> bool {
        let waits = |d: &Device| !d.revoked && d.reported < self.generation;
        self.devices.iter().any(waits)
    }

    /// Whether time takes no points now.
    #[must_use]
    pub fn holds_expiry(&self, setup: &Setup) -> bool {
        setup.rules.no_expiry_while_recovering && self.recovering()
    }

    /// Whether an operation has had its effect.
    #[must_use]
    pub fn has(&self, id: OpId) -> bool {
        self.applied.binary_search_by_key(&id, |op| op.id).is_ok()
    }

    /// Points that a device holds, over its epochs.
    #[must_use]
    pub fn escrow(&self, device: u8) -> Points {
        let own = self.rows.iter().filter(|row| row.device == device);
        own.map(Row::outstanding).sum()
    }

    /// Whether an epoch ended so.
    #[must_use]
    pub fn ended(&self, device: u8, epoch: u8, cause: Cause) -> bool {
        self.ends
            .iter()
            .any(|end| (end.device, end.epoch, end.cause) == (device, epoch, cause))
    }

    /// Frees what the rows that match hold, to the member: a write-off's and a fork's last step.
    pub fn free(&mut self, setup: &Setup, matches: impl Fn(&Row) -> bool) {
        let held_open = self.holds_expiry(setup);
        for row in self.rows.iter_mut().filter(|row| matches(row)) {
            for (lot, held) in row.held.iter_mut().enumerate() {
                self.books.put_back(lot, *held, held_open);
                *held = 0;
            }
            if self.coupon.holder == Some(row.grant) {
                self.coupon.holder = None;
            }
        }
    }

    /// A member who owes has her allowances asked back.
    pub fn recall_for_debt(&mut self) {
        if self.books.debt > 0 {
            for row in self.rows.iter_mut().filter(|row| row.outstanding() > 0) {
                row.recalled = true;
            }
        }
    }
}

//! A counter: its outbox on a disk, and what it makes of answers.

use crate::books::Points;
use crate::setup::Rules;
use crate::wire::{
    GrantId, Granted, Hello, Message, Now, Op, OpId, Reported, RequestId, Shown, Welcome, What,
};

/// An allowance on the counter's disk.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Allowance {
    /// The grant.
    pub grant: GrantId,
    /// The epoch that may spend it.
    pub epoch: u8,
    /// The request that brought it.
    pub request: RequestId,
    /// Granted in all, by lot.
    pub lots: [Points; 2],
    /// Left; 1 for a coupon that is there.
    pub left: Points,
    /// Whether it is the coupon.
    pub coupon: bool,
}

/// An outbox.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Outbox {
    /// The device whose key it has.
    pub device: u8,
    /// The centre's generation as last heard.
    pub generation: u8,
    /// Its epoch.
    pub epoch: u8,
    /// Its life, new with every epoch.
    pub life: u8,
    /// Every operation, and whether it was answered.
    pub ops: Vec<(Op, bool)>,
    /// Its allowances, of all epochs.
    pub allowances: Vec<Allowance>,
    /// A grant request without an answer, and whether it is for the coupon.
    pub open: Option<(RequestId, bool)>,
    /// Allowances taken in this epoch.
    pub taken: u8,
    /// Another copy has taken its place.
    pub superseded: bool,
    /// Its device was revoked: it only delivers.
    pub revoked: bool,
    /// It must report before it pushes.
    pub must_report: bool,
    /// What the centre said and signed.
    pub shown: Shown,
    /// Wrong variant: a release outside the outbox, not answered.
    pub loose: Option<(GrantId, Points)>,
}

impl Outbox {
    /// A new one.
    #[must_use]
    pub const fn new(device: u8) -> Self {
        Self {
            device,
            generation: 1,
            epoch: 1,
            life: device,
            ops: Vec::new(),
            allowances: Vec::new(),
            open: None,
            taken: 0,
            superseded: false,
            revoked: false,
            must_report: false,
            shown: Shown {
                answered: Vec::new(),
                given: None,
                made_up: false,
            },
            loose: None,
        }
    }

    /// The last operation of this epoch.
    #[must_use]
    pub fn head(&self) -> (u8, Option<OpId>) {
        let last = self.ops.iter().rev().find(|(op, _)| op.epoch == self.epoch);
        last.map_or((0, None), |(op, _)| (op.seq, Some(op.id)))
    }

    /// Appends an operation.
    pub fn append(&mut self, id: OpId, what: What) {
        let (seq, prev) = self.head();
        let op = Op {
            epoch: self.epoch,
            seq: seq + 1,
            id,
            prev,
            device: self.device,
            what,
        };
        self.ops.push((op, false));
    }

    /// The first allowance that can be used.
    pub fn usable(&mut self, rules: &Rules, coupon: bool) -> Option<&mut Allowance> {
        let epoch = self.epoch;
        self.allowances.iter_mut().find(|a| {
            a.left > 0
                && a.coupon == coupon
                && (a.epoch == epoch || !(rules.new_epoch_is_empty && rules.reply_to_own_epoch))
        })
    }

    /// What it says first.
    #[must_use]
    pub fn hello(&self, copy: u8) -> Hello {
        let mut answered: Vec<(u8, u8, OpId)> = Vec::new();
        for (op, _) in self.ops.iter().filter(|(_, answered)| *answered) {
            match answered.iter_mut().find(|(epoch, ..)| *epoch == op.epoch) {
                Some((_, seq, _)) if *seq > op.seq => {}
                Some(last) => *last = (op.epoch, op.seq, op.id),
                None => answered.push((op.epoch, op.seq, op.id)),
            }
        }
        Hello {
            copy,
            device: self.device,
            generation: self.generation,
            epoch: self.epoch,
            life: self.life,
            head: self.head(),
            answered,
            taken: self.taken,
            open: self.open.map(|(request, _)| request),
            shown: self.shown.clone(),
        }
    }

    /// Keeps what the centre said of how far it answered an epoch, where it said no more before.
    fn note_answered(&mut self, op: &Op, generation: u8) {
        let said = (op.epoch, op.seq, op.id, generation);
        match self
            .shown
            .answered
            .iter_mut()
            .find(|(epoch, ..)| *epoch == op.epoch)
        {
            Some(last) if (last.3, last.1) >= (generation, op.seq) => {}
            Some(last) => *last = said,
            None => {
                self.shown.answered.push(said);
                self.shown.answered.sort_unstable();
            }
        }
    }

    /// What waits, of the earliest epoch, in order.
    #[must_use]
    pub fn waiting(&self) -> Vec<Op> {
        let waiting = self.ops.iter().filter(|(_, answered)| !answered);
        let first = waiting.clone().map(|(op, _)| op.epoch).min();
        let mut ops: Vec<Op> = waiting
            .map(|(op, _)| *op)
            .filter(|op| Some(op.epoch) == first)
            .collect();
        ops.sort_unstable();
        ops
    }

    /// What it reports to a centre that was restored: what is left, and what operations sent again touched.
    #[must_use]
    pub fn report(&self, rules: &Rules) -> Vec<Reported> {
        let touched = |grant: GrantId| {
            self.ops.iter().any(|(op, answered)| {
                let own = match op.what {
                    What::Spend(g, _)
                    | What::Release(g, _)
                    | What::UseCoupon(g)
                    | What::ReleaseCoupon(g) => g == grant,
                    What::Sale | What::Return => false,
                };
                own && !answered
            })
        };
        self.allowances
            .iter()
            .filter(|a| a.epoch == self.epoch || rules.all_epochs_again)
            .filter(|a| a.left > 0 || touched(a.grant))
            .map(|a| Reported {
                grant: a.grant,
                epoch: a.epoch,
                request: a.request,
                lots: a.lots,
                coupon: a.coupon,
                now: self.now(a),
                made_up: false,
            })
            .collect()
    }

    /// What became of an allowance.
    fn now(&self, allowance: &Allowance) -> Now {
        let back = What::ReleaseCoupon(allowance.grant);
        if allowance.left > 0 {
            Now::InHand
        } else if self.ops.iter().any(|(op, _)| op.what == back) {
            Now::GivenBack
        } else {
            Now::Used
        }
    }

    /// Takes the answer to a hello; `life` is for an epoch that it begins. Whether one was begun.
    pub fn welcome(&mut self, rules: &Rules, welcome: &Welcome, life: u8) -> bool {
        let said = &welcome.said;
        if welcome.revoked {
            // it hears of no generation: it only delivers, and that is taken in any
            self.revoked = true;
            self.send_again(rules, welcome);
            return false;
        }
        let new = welcome.generation > self.generation;
        if welcome.generation >= self.generation {
            self.revoked = false;
            if new || rules.every_hello_asks {
                self.send_again(rules, welcome);
            }
        }
        if new {
            self.generation = welcome.generation;
            if rules.untold_is_sent_again {
                // of what was answered after that hello was said, nothing was said
                for (op, answered) in &mut self.ops {
                    let told = said.answered.iter();
                    let mut told = told.filter(|(epoch, ..)| *epoch == op.epoch);
                    *answered &= told.any(|(_, seq, _)| op.seq <= *seq);
                }
            }
            // every outbox for itself: another copy may have reported for this device
            self.must_report = welcome.report || rules.every_outbox_reports;
        } else if welcome.generation < self.generation {
            return false;
        }
        if (said.epoch, said.life) == (self.epoch, self.life) {
            self.superseded = welcome.superseded;
        }
        let same = (said.epoch, said.head, said.taken) == (self.epoch, self.head(), self.taken);
        let requests = said.open == self.open.map(|(request, _)| request);
        match welcome.begin {
            Some(epoch)
                if same && epoch > self.epoch && (requests || !rules.begin_checks_requests) =>
            {
                self.begin(rules, epoch, life);
                true
            }
            _ => false,
        }
    }

    /// What the centre does not have of what it answered is to be sent again.
    fn send_again(&mut self, rules: &Rules, welcome: &Welcome) {
        if !rules.lives_over_send_again && welcome.epoch != welcome.said.epoch {
            return;
        }
        for (epoch, seq, hash) in &welcome.lacks {
            // what is not ours is a branch's: nothing of ours is known there
            let ours = !rules.heads_say_hash
                || *seq == 0
                || self.ops.iter().any(|(op, _)| Some(op.id) == *hash);
            let here = self.epoch;
            for (op, answered) in self.ops.iter_mut().filter(|(op, _)| op.epoch == *epoch) {
                let again = op.seq > *seq || !ours;
                if again && (op.epoch == here || rules.all_epochs_again) {
                    *answered = false;
                }
            }
        }
    }

    /// Begins an epoch, with nothing in it.
    fn begin(&mut self, rules: &Rules, epoch: u8, life: u8) {
        if rules.new_epoch_is_empty {
            for allowance in &mut self.allowances {
                allowance.left = 0;
            }
        }
        if rules.reply_to_own_epoch {
            self.open = None;
        }
        self.epoch = epoch;
        self.life = life;
        self.taken = 0;
        self.superseded = false;
    }

    /// Takes the answer to a grant request.
    pub fn granted(
        &mut self,
        rules: &Rules,
        (generation, said_in): (u8, u8),
        request: RequestId,
        granted: Option<&Granted>,
        stored: bool,
    ) {
        if rules.replies_of_generation && generation != self.generation {
            return;
        }
        if rules.request_on_disk && self.open.map(|(open, _)| open) != Some(request) {
            return;
        }
        if self.allowances.iter().any(|a| a.request == request) {
            return;
        }
        if let Some(granted) = granted {
            self.taken += 1;
            self.shown.given = Some((granted.epoch, granted.grant, said_in));
            self.allowances.push(Allowance {
                grant: granted.grant,
                epoch: granted.epoch,
                request,
                lots: granted.lots,
                left: if granted.coupon {
                    1
                } else {
                    granted.lots.iter().sum()
                },
                coupon: granted.coupon,
            });
            self.open = None;
        } else if stored || !rules.only_stored_closes {
            self.open = None;
        }
    }

    /// Takes the answer to a push.
    pub fn pushed(&mut self, rules: &Rules, generation: u8, ids: &[OpId]) {
        if rules.replies_of_generation && generation != self.generation {
            return;
        }
        let mut last: Option<Op> = None;
        for (op, answered) in &mut self.ops {
            if ids.contains(&op.id) {
                *answered = true;
                last = last.filter(|last| last.seq > op.seq).or(Some(*op));
            }
        }
        if let Some(last) = last {
            self.note_answered(&last, generation);
        }
    }

    /// The request under way as a message.
    #[must_use]
    pub fn ask(&self, copy: u8) -> Option<Message> {
        self.open.map(|(request, coupon)| Message::Ask {
            copy,
            device: self.device,
            generation: self.generation,
            epoch: self.epoch,
            life: self.life,
            request,
            coupon,
        })
    }

    /// Wrong variant: what was paid a second way comes back into the allowance.
    pub fn paid_online(&mut self, id: OpId) {
        let Some((op, answered)) = self.ops.iter_mut().find(|(op, _)| op.id == id) else {
            return;
        };
        if let What::Spend(grant, points) = op.what
            && !*answered
            && let Some(allowance) = self.allowances.iter_mut().find(|a| a.grant == grant)
        {
            *answered = true;
            allowance.left += points;
        }
    }
}

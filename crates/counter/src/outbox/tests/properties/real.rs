//! The outbox under test, and what it has called done.

use super::super::super::*;
use super::super::{self as tests, now};
use super::Step;
use crate::error::Error;
use crate::home::{Home, device_key};
use chrono::{DateTime, Utc};
use loyalty::Points;
use protocol::chain::Hash;
use protocol::grant::{Grant, GrantReply, GrantRequest, GrantedLot, Want};
use protocol::hello::Reached;
use protocol::operation::{Behaviour, Body, Extension, Freeze, Reversal};
use protocol::push::{Effect, HeldReason, OpResult, Outcome};
use protocol::{DeviceId, Epoch, Generation, GrantId, MemberId, OpId, Seq, StoreId};
use std::collections::{BTreeMap, BTreeSet};

/// The outbox, what was said to it, and what it has called done.
pub(super) struct Real {
    dir: tempfile::TempDir,
    outbox: Option<Outbox>,
    device: DeviceId,
    asked: Vec<GrantRequest>,
    /// The answer of each request: always the same, as the centre gives it.
    answers: BTreeMap<usize, GrantReply>,
    /// Every operation that was called done, by epoch and number.
    done: BTreeMap<(u32, u64), OpId>,
    /// Those that the centre confirmed and that no restore took back.
    confirmed: BTreeSet<(u32, u64)>,
    /// Points spent from each allowance by what was called done.
    spent: BTreeMap<GrantId, i64>,
    generation: u32,
}

fn draft() -> Draft {
    Draft {
        personal: Vec::new(),
        summary: Summary::default(),
        ..tests::draft()
    }
}

/// One of the kinds that spend nothing.
fn body(kind: usize) -> Body {
    let member = MemberId::new("M1");
    let store = StoreId::from("S1");
    let freeze = Freeze {
        member: member.clone(),
        store: store.clone(),
        approval: None,
    };
    match kind % 6 {
        0 => Body::Freeze(freeze),
        1 => Body::Unfreeze(protocol::operation::Unfreeze(freeze)),
        2 => Body::Extension(Extension {
            member,
            store,
            to: now().date_naive() + chrono::Duration::days(30),
            approval: None,
        }),
        3 => Body::Behaviour(Behaviour {
            member,
            store,
            behaviour: "check_in".into(),
            shown_points: Points(5),
        }),
        4 => Body::Reversal(Reversal {
            of: loyalty::OpId::from(OpId::fresh().to_string()),
            member,
            store,
            reason: "asked".into(),
            shown_back: Points(100),
            approval: None,
        }),
        _ => tests::draft().body,
    }
}

fn answer_of(points: Option<i64>, which: usize) -> GrantReply {
    let lots = points.map_or(Vec::new(), |points| {
        vec![GrantedLot {
            lot: "1".into(),
            points: Points(points),
            expires: None,
        }]
    });
    GrantReply {
        grants: vec![Grant {
            grant: GrantId::fresh(),
            member: MemberId::new("M1"),
            points: Points(points.unwrap_or(0)),
            lots,
            lease_until: now() + chrono::Duration::days(1),
            coupon: points.is_none().then(|| format!("K{which}")),
            ahead: which.is_multiple_of(2),
            attestation: None,
        }],
        short: Vec::new(),
        server_time: now(),
        given: None,
    }
}

impl Real {
    /// A new one, enrolled.
    pub(super) fn enrolled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let outbox = tests::enrolled(dir.path());
        let device = outbox.read(identity::identity).unwrap().unwrap().device;
        Self {
            dir,
            outbox: Some(outbox),
            device,
            asked: Vec::new(),
            answers: BTreeMap::new(),
            done: BTreeMap::new(),
            confirmed: BTreeSet::new(),
            spent: BTreeMap::new(),
            generation: 1,
        }
    }

    fn outbox(&mut self) -> &mut Outbox {
        let dir = self.dir.path();
        self.outbox.get_or_insert_with(|| {
            let home = Home::open(dir).unwrap();
            let key = device_key(&home).unwrap();
            Outbox::open(&home, &key).unwrap()
        })
    }

    fn called_done(&mut self, op: &protocol::operation::Operation) {
        self.done.insert((op.epoch.0, op.seq.0), op.op_id);
    }

    fn epoch(&mut self) -> Epoch {
        self.outbox().read(identity::epoch).unwrap()
    }

    fn nth_done(&self, which: usize) -> Option<(u32, u64, OpId)> {
        let n = self.done.len();
        (n > 0)
            .then(|| self.done.iter().nth(which % n).unwrap())
            .map(|((e, s), id)| (*e, *s, *id))
    }

    fn release(&mut self, due: &DueBack) {
        let before = self.heads();
        self.outbox()
            .write(|tx| give_back(tx, due, 1, now()))
            .unwrap();
        self.note_new(before);
    }

    fn heads(&mut self) -> (Epoch, Seq) {
        let epoch = self.epoch();
        let (seq, _) = self.outbox().read(|c| head(c, epoch.0)).unwrap();
        (epoch, seq)
    }

    fn note_new(&mut self, (epoch, seq): (Epoch, Seq)) {
        let device = self.device;
        let new = self
            .outbox()
            .read(|c| batch(c, device, epoch, seq.next(), 500, 1 << 20))
            .unwrap();
        for op in new {
            self.called_done(&op);
        }
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Ask => {
                let wants = vec![Want {
                    member: MemberId::new("M1"),
                    points: Some(Points(10)),
                    coupon: None,
                }];
                let asked = self
                    .outbox()
                    .write(|tx| note_request(tx, wants, now()))
                    .unwrap();
                self.asked.push(asked);
            }
            Step::Answer { which, points } if !self.asked.is_empty() => {
                let which = which % self.asked.len();
                let request = self.asked[which].clone();
                let reply = self
                    .answers
                    .entry(which)
                    .or_insert_with(|| answer_of(points, which))
                    .clone();
                let own = request.epoch == Some(self.epoch());
                let taken = self
                    .outbox()
                    .note(|tx| take_reply(tx, &request, &reply, now()))
                    .unwrap();
                assert!(own || !taken, "an answer of another life was taken");
            }
            Step::Spend { points } => {
                let can = self.outbox().read(|c| usable(c, "M1", now())).unwrap();
                let done = self.outbox().write(|tx| {
                    let spends = spend(tx, "M1", Points(points), now())?;
                    let spends = spends.ok_or(Error::MemberUnknown)?;
                    Ok((append(tx, &draft())?, spends))
                });
                assert_eq!(done.is_ok(), Points(points) <= can);
                if let Ok((op, spends)) = done {
                    self.called_done(&op);
                    for s in spends {
                        *self.spent.entry(s.grant).or_default() += s.points.0;
                    }
                }
            }
            Step::UseCoupon { which } => {
                let coupon = format!("K{which}");
                let done = self.outbox().write(|tx| {
                    if !use_coupon(tx, "M1", &coupon, now())? {
                        return Err(Error::MemberUnknown);
                    }
                    append(tx, &draft())
                });
                if let Ok(op) = done {
                    self.called_done(&op);
                }
            }
            Step::Recall { which } => {
                let all = self.answers.values().flat_map(|r| &r.grants);
                let recalled = all.skip(which % 4).step_by(3).map(|g| g.grant).collect();
                self.release(&DueBack {
                    recalled,
                    idle_since: DateTime::<Utc>::MIN_UTC,
                    all_ahead: false,
                });
            }
            Step::Idle => self.release(&DueBack {
                idle_since: now(),
                ..DueBack::default()
            }),
            Step::Append { kind } => {
                let draft = Draft {
                    body: body(kind),
                    ..draft()
                };
                let op = self.outbox().write(|tx| append(tx, &draft)).unwrap();
                self.called_done(&op);
            }
            Step::Settle { which, held } => {
                let Some((epoch, seq, op_id)) = self.nth_done(which) else {
                    return;
                };
                let outcome = if held {
                    Outcome::Held {
                        reason: HeldReason::MemberUnknown,
                    }
                } else {
                    self.confirmed.insert((epoch, seq));
                    Outcome::Applied(Effect::default())
                };
                let result = OpResult {
                    seq: Seq(seq),
                    op_id,
                    outcome,
                };
                self.outbox()
                    .note(|tx| answer(tx, Epoch(epoch), &result, &[]))
                    .unwrap();
            }
            Step::Begin { moved_on } => {
                let said = self.outbox().read(position).unwrap();
                if moved_on {
                    let op = self.outbox().write(|tx| append(tx, &draft())).unwrap();
                    self.called_done(&op);
                }
                let next = Epoch(said.epoch.0 + 1);
                let begun = self
                    .outbox()
                    .write(|tx| begin_epoch(tx, &said, next))
                    .unwrap();
                assert_eq!(begun, !moved_on);
                if begun {
                    let left = self.outbox().read(|c| usable(c, "M1", now())).unwrap();
                    assert_eq!(left, Points(0), "a new life has nothing to spend");
                }
            }
            Step::Restore { head: which } => {
                let device = self.device;
                self.generation += 1;
                let generation = Generation(self.generation);
                let mut kept = BTreeMap::new();
                self.outbox()
                    .write(|tx| {
                        for told in answered(tx, usize::MAX)? {
                            let seq = which as u64 % (told.seq.0 + 1);
                            let hash = match seq {
                                0 => Hash::ZERO,
                                n => batch(tx, device, told.epoch, Seq(n), 1, 1)?[0].hash,
                            };
                            let seq = Seq(seq);
                            send_again(tx, &Reached { seq, hash, ..told })?;
                            kept.insert(told.epoch.0, seq.0);
                        }
                        identity::set_generation(tx, generation)
                    })
                    .unwrap();
                self.confirmed
                    .retain(|(e, s)| kept.get(e).is_some_and(|kept| s <= kept));
                for told in self.outbox().read(|c| answered(c, usize::MAX)).unwrap() {
                    assert!(kept[&told.epoch.0] >= told.seq.0, "sent again: {told:?}");
                }
            }
            Step::Crash { within } => {
                if within {
                    // dropped without a commit
                    let outbox = self.outbox();
                    let tx = outbox.conn.transaction().unwrap();
                    spend(&tx, "M1", Points(1), now()).unwrap();
                    append(&tx, &draft()).unwrap();
                    drop(tx);
                }
                self.outbox = None;
            }
            Step::Answer { .. } => {}
        }
    }

    /// What holds after every step.
    pub(super) fn check(&mut self) {
        let device = self.device;
        let spent = self.spent.clone();
        let done = self.done.clone();
        let confirmed = self.confirmed.clone();
        self.outbox()
            .read(|c| {
                let over: u32 = c
                    .query_row(
                        "SELECT count(*) FROM allowance WHERE spent + released + voided > granted",
                        [],
                        |r| r.get(0),
                    )
                    .unwrap();
                assert_eq!(over, 0, "I3");
                for (grant, points) in spent {
                    let there: i64 = c
                        .query_row(
                            "SELECT spent FROM allowance WHERE grant_id = ?1",
                            [grant.to_string()],
                            |r| r.get(0),
                        )
                        .unwrap();
                    assert_eq!(there, points, "each spend is there once");
                }
                let last = done.keys().last().map_or(1, |(e, _)| *e);
                for epoch in 1..=last {
                    assert!(epoch::is_chained(c, device, Epoch(epoch))?, "gap or break");
                }
                let mut s = c
                    .prepare("SELECT epoch, seq, op_id, state FROM outbox")
                    .unwrap();
                let there: BTreeMap<(u32, u64), (String, String)> = s
                    .query_map([], |r| {
                        let seq: i64 = r.get(1)?;
                        let key = (r.get(0)?, u64::try_from(seq).unwrap());
                        Ok((key, (r.get(2)?, r.get(3)?)))
                    })
                    .unwrap()
                    .collect::<std::result::Result<_, _>>()
                    .unwrap();
                let ids: BTreeMap<_, _> =
                    there.iter().map(|(k, (id, _))| (*k, id.clone())).collect();
                let called: BTreeMap<_, _> =
                    done.iter().map(|(k, id)| (*k, id.to_string())).collect();
                assert_eq!(ids, called, "all that was called done, and nothing else");
                for key in confirmed {
                    assert_eq!(there[&key].1, "confirmed", "what was confirmed stays so");
                }
                Ok(())
            })
            .unwrap();
    }
}

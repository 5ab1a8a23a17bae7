//! What whoever has the key of the lying device says to the centre, one lie after another.

use chrono::Duration;
use counter::simulated::Request;
use ed25519_dalek::{Signer, SigningKey};
use loyalty::{Money, Points};
use protocol::attestation::{Answered, Attested, Given, Statement};
use protocol::chain::Hash;
use protocol::enrol::{EnrolReply, EnrolRequest, enrol_statement};
use protocol::grant::GrantedLot;
use protocol::hello::HelloReply;
use protocol::ids::{Generation, GrantId, LifeId, RequestId, Seq};
use protocol::operation::{Body, MemberRef, Redeemed, Redemption, Release, Sale, SaleLine, Spend};
use protocol::pull::PullRequest;
use protocol::push::PushReply;
use protocol::report::{AllowanceState, ReportRequest, Reported};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::people::{PRODUCTS, Person};
use crate::rogue::{Rogue, STORE};
use crate::world::World;

/// The other store, of which it knows the name.
const OTHER: &str = "S2";

/// Enrols the device that will lie, as any device of its store is.
pub(crate) fn enrol(world: &mut World) -> Rogue {
    let code = world
        .with_centre(async |centre| {
            centre::sync::enrol::new_enrol_code(centre, &STORE.into(), true).await
        })
        .expect("a code")
        .code;
    let key = SigningKey::from_bytes(&[42; 32]);
    let public_key = hex::encode(key.verifying_key().to_bytes());
    let proof = key.sign(&enrol_statement(&code, &public_key)).to_bytes();
    let request = EnrolRequest {
        code,
        public_key,
        device_name: "x".into(),
        proof: hex::encode(proof),
        device: None,
    };
    let answer = world.serve(&Request {
        method: "POST",
        path: "/v1/enrol".into(),
        headers: Vec::new(),
        body: serde_json::to_vec(&request).expect("JSON"),
    });
    let reply: EnrolReply = serde_json::from_slice(&answer.body).expect("an enrolment");
    Rogue {
        key,
        device: reply.device,
        centre: reply.centre,
        life: LifeId::fresh(),
        epoch: reply.epoch,
        generation: reply.generation,
        seq: 0,
        head: Hash::ZERO,
        ops: Vec::new(),
    }
}

/// What a lie is about.
#[derive(Debug, Clone, Copy)]
enum Lie {
    /// Points spent from an allowance that nobody gave, or that another device holds.
    Mint,
    /// An allowance given back that another device holds.
    GiveBack,
    /// A sale of another store.
    Sell,
    /// A hello that knows of more than there was.
    Hello,
    /// Allowances that nobody gave.
    Report,
    /// A cursor beyond the feed.
    Pull,
    /// Another operation of a number that was used.
    Fork,
}

const LIES: [(usize, Lie); 7] = [
    (6, Lie::Mint),
    (3, Lie::GiveBack),
    (3, Lie::Sell),
    (5, Lie::Hello),
    (5, Lie::Report),
    (3, Lie::Pull),
    (1, Lie::Fork),
];

impl World {
    /// The rogue tells one lie, and goes on from whatever the centre says.
    pub(crate) fn rogue_lies(&mut self) {
        let Some(mut rogue) = self.rogue.take() else {
            return;
        };
        if let Some(lie) = self.dice.weighted(&LIES) {
            let status = self.lie(&mut rogue, lie);
            self.say(format!("the rogue lies: {lie:?}: {status}"));
        }
        self.rogue = Some(rogue);
    }

    fn tell<T: Serialize, R: DeserializeOwned>(
        &mut self,
        rogue: &Rogue,
        path: &str,
        message: &T,
    ) -> (u16, Option<R>) {
        let answer = self.serve(&rogue.request(path, message));
        (answer.status, serde_json::from_slice(&answer.body).ok())
    }

    fn lie(&mut self, rogue: &mut Rogue, lie: Lie) -> u16 {
        match lie {
            Lie::Mint => self.mint(rogue),
            Lie::GiveBack => self.give_back_anothers(rogue),
            Lie::Sell => self.sell_elsewhere(rogue),
            Lie::Hello => self.claim_more(rogue),
            Lie::Report => self.report_what_nobody_gave(rogue),
            Lie::Pull => {
                let cursor = u64::try_from(self.dice.between(1, i64::MAX - 1)).unwrap_or(1);
                let statement = Statement::Feed {
                    scope: "brand",
                    cursor,
                    generation: rogue.generation,
                };
                let request = PullRequest {
                    scope: "brand".into(),
                    cursor,
                    generation: rogue.generation,
                    limit: 10,
                    attestation: self.dice.percent(50).then(|| rogue.made_up(&statement)),
                };
                self.tell::<_, serde_json::Value>(rogue, "/v1/pull", &request)
                    .0
            }
            Lie::Fork => {
                let (seq, head) = (rogue.seq, rogue.head);
                rogue.seq = seq.saturating_sub(1);
                rogue.head = Hash::ZERO;
                let status = self.mint(rogue);
                (rogue.seq, rogue.head) = (seq, head);
                status
            }
        }
    }

    /// An allowance that somebody else holds, or one that nobody ever gave.
    fn somebodys_allowance(&mut self) -> (GrantId, Person, Points) {
        use sea_orm::{EntityTrait, QueryOrder};
        let held = self.with_centre(async |centre| {
            centre_store::tables::allowance::Entity::find()
                .order_by_asc(centre_store::tables::allowance::Column::MemberId)
                .order_by_asc(centre_store::tables::allowance::Column::GrantedAt)
                .all(centre.db().read())
                .await
                .expect("allowances")
        });
        let people = self.people.clone();
        let person = self.dice.pick(&people).expect("people");
        let points = Points(self.dice.between(1, 500));
        let known = self
            .dice
            .percent(60)
            .then(|| self.dice.pick(&held))
            .flatten();
        let theirs = known.and_then(|row| {
            let whose = people.iter().find(|p| p.id == row.member_id.as_str())?;
            Some((row.id.as_str().parse().ok()?, whose.clone()))
        });
        match theirs {
            Some((grant, whose)) => (grant, whose, points),
            None => (GrantId::fresh(), person, points),
        }
    }

    fn store(&mut self) -> &'static str {
        if self.dice.percent(50) { STORE } else { OTHER }
    }

    fn send(&mut self, rogue: &mut Rogue, body: &Body) -> u16 {
        let before = self.dice.percent(40);
        let generation = Generation(rogue.generation.0.saturating_sub(u32::from(before)));
        let (seq, head) = (rogue.seq, rogue.head);
        let at = self.time.now() - Duration::days(3);
        let op = rogue.operation(at, body, generation);
        let Some(mut push) = rogue.push(vec![op]) else {
            return 0;
        };
        if self.dice.percent(30) {
            // with whatever it may be that shows it
            let (grant, whose, points) = self.somebodys_allowance();
            push.allowances
                .push(made_up_allowance(rogue, grant, &whose, points));
        }
        let (status, reply) = self.tell::<_, PushReply>(rogue, "/v1/push", &push);
        match reply {
            Some(PushReply::Done { .. }) => {}
            Some(PushReply::Gap { .. } | PushReply::Quarantined { .. }) | None => {
                // it was not taken in that place
                (rogue.seq, rogue.head) = (seq, head);
            }
        }
        status
    }

    fn mint(&mut self, rogue: &mut Rogue) -> u16 {
        let (grant, whose, points) = self.somebodys_allowance();
        let body = Body::Redemption(Redemption {
            presence: None,
            approval: None,
            member: whose.id.as_str().into(),
            store: self.store().into(),
            points,
            what: Redeemed::Cash {
                bill: Money::from_fen(points.get() * 10),
                worth: Money::from_fen(points.get() * 5),
            },
            spends: vec![Spend { grant, points }],
        });
        self.send(rogue, &body)
    }

    fn give_back_anothers(&mut self, rogue: &mut Rogue) -> u16 {
        let (grant, whose, points) = self.somebodys_allowance();
        let body = Body::Release(Release {
            grant,
            member: whose.id.as_str().into(),
            points,
            coupon: None,
        });
        self.send(rogue, &body)
    }

    fn sell_elsewhere(&mut self, rogue: &mut Rogue) -> u16 {
        let people = self.people.clone();
        let person = self.dice.pick(&people).expect("people");
        let (sku, fen) = self.dice.pick(&PRODUCTS).expect("products");
        let number = self.receipts;
        self.receipts += 1;
        let sale = Sale {
            member: MemberRef::Id {
                member: person.id.as_str().into(),
            },
            store: OTHER.into(),
            receipt: format!("X{number}"),
            lines: vec![SaleLine {
                sku: sku.into(),
                name: sku.into(),
                category: None,
                qty: 1,
                amount: Money::from_fen(fen),
            }],
            pay_points: Points::ZERO,
            spends: Vec::new(),
            coupons: Vec::new(),
            shown_pay: Money::from_fen(fen),
            shown_earned: Points::ZERO,
            credit: None,
            new_sale: false,
            presence: None,
            approval: None,
        };
        self.send(rogue, &Body::Sale(sale))
    }

    fn claim_more(&mut self, rogue: &mut Rogue) -> u16 {
        let mut said = rogue.says();
        let generation = Generation(rogue.generation.0.saturating_add(1));
        if self.dice.percent(50) {
            let later = [Generation(i32::MAX.unsigned_abs()), generation];
            said.generation = self.dice.pick(&later).unwrap_or(generation);
            let statement = Statement::Generation(said.generation);
            said.generation_attestation = Some(rogue.made_up(&statement));
        }
        let answered = Answered {
            epoch: rogue.epoch,
            seq: Seq(rogue.seq + 7),
            hash: Hash::from_bytes([7; 32]),
            generation: rogue.generation,
        };
        let given = Given {
            epoch: rogue.epoch,
            chain: Hash::from_bytes([9; 32]),
            generation: rogue.generation,
        };
        let device = rogue.device;
        said.acked_seq = answered.seq;
        said.grants_taken = Some(9);
        said.attested = vec![Attested {
            attestation: rogue.made_up(&Statement::Answered {
                device,
                answered: &answered,
            }),
            said: answered,
        }];
        said.given = vec![Attested {
            attestation: rogue.made_up(&Statement::Given {
                device,
                given: &given,
            }),
            said: given,
        }];
        let (status, reply) = self.tell::<_, HelloReply>(rogue, "/v1/hello", &said);
        if let Some(reply) = reply {
            rogue.generation = reply.generation;
            rogue.epoch = reply.begin_epoch.unwrap_or(reply.epoch);
            if reply.begin_epoch.is_some() {
                rogue.seq = 0;
                rogue.head = Hash::ZERO;
                rogue.life = LifeId::fresh();
            } else {
                rogue.seq = reply.head_seq.0;
                rogue.head = reply.head_hash;
            }
        }
        status
    }

    fn report_what_nobody_gave(&mut self, rogue: &mut Rogue) -> u16 {
        let mut allowances = Vec::new();
        for _ in 0..self.dice.between(1, 4) {
            let (grant, whose, points) = self.somebodys_allowance();
            allowances.push(made_up_allowance(rogue, grant, &whose, points));
        }
        let request = ReportRequest {
            generation: rogue.generation,
            epoch: rogue.epoch,
            allowances,
            last: true,
            grants_taken: Some(4),
            open_requests: Vec::new(),
        };
        self.tell::<_, serde_json::Value>(rogue, "/v1/report", &request)
            .0
    }

    /// A manager has found it out.
    pub(crate) fn revoke_the_rogue(&mut self) {
        let Some(device) = self.rogue.as_ref().map(|r| r.device) else {
            return;
        };
        let done = self.with_centre(async |c| centre::write_off::revoke(c, device, "m").await);
        match done {
            Ok(freed) => self.say(format!("the rogue is revoked: {freed:?}")),
            // a database that was put back to before it was enrolled
            Err(centre::error::ServiceError::Refused(_)) => {}
            Err(e) => self.broken(format!("revoking the rogue: {e}")),
        }
    }
}

fn made_up_allowance(rogue: &Rogue, grant: GrantId, whose: &Person, points: Points) -> Reported {
    let mut told = Reported {
        grant,
        member: whose.id.as_str().into(),
        request: Some(RequestId::fresh()),
        granted: points,
        lots: vec![GrantedLot {
            lot: "1".into(),
            points,
            expires: None,
        }],
        coupon: None,
        ahead: true,
        state: AllowanceState::InHand,
        attestation: None,
    };
    let statement = told.as_given(rogue.device, rogue.epoch);
    told.attestation = Some(rogue.made_up(&Statement::Allowance(&statement)));
    told
}

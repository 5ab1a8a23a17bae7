//! The ledger of a member's points: her lots by their last day, and what came and went, as the centre tells
//! it and with what this counter did since.

use crate::books::{Books, Op};
use crate::cache;
use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::view::{LotEntry, MovementEntry, MovementWhat, PointsLedger};
use chrono::{DateTime, Days, NaiveDate, Utc};
use loyalty::{Points, Program};
use protocol::StoreId;
use protocol::entity::{Member, Movement, MovementKind, Receipt, Redemption};
use protocol::operation::{Body, Redeemed};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Receipts that are told of; a member of twenty years has fewer.
const RECEIPTS: u32 = 500;

impl Engine {
    /// What goes when, what came and what went. Everything that the movements do not explain of her balance is
    /// said as one figure: an older centre tells less.
    ///
    /// # Errors
    /// [`Error::MemberUnknown`], or where the files cannot be read.
    pub fn points_ledger(&self, member_id: &str) -> Result<PointsLedger> {
        self.members_are_shown()?;
        let member = self
            .cache(|c| cache::one::<Member>(c, member_id))?
            .ok_or(Error::MemberUnknown)?;
        let books = self.books(Some(&member), None)?;
        let teller = self.teller(&member, &books)?;
        let mut movements = teller.told();
        let explained: Points = movements.iter().map(|m| m.points).sum();
        let confirmed = books.confirmed().balance();
        movements.extend(teller.pending());
        movements.sort_by_key(|m| (!m.pending, std::cmp::Reverse(m.at)));
        Ok(PointsLedger {
            confirmed,
            as_of: member.as_of.into(),
            pending: books.balance() - confirmed,
            debt: books.confirmed().debt(),
            waiting: books.account().waiting(),
            frozen: books.frozen(),
            lots: lots(&books),
            movements,
            untold: confirmed - explained,
        })
    }

    fn teller<'a>(&self, member: &Member, books: &'a Books) -> Result<Teller<'a>> {
        let id = member.id.as_str();
        let (receipts, redemptions, movements, rewards) = self.cache(|c| {
            Ok((
                cache::receipts_of(c, id, RECEIPTS)?,
                cache::of_member::<Redemption>(c, id)?,
                cache::movements_of(c, id)?,
                cache::rewards(c)?,
            ))
        })?;
        let english = rewards.into_iter().map(|r| (r.id, r.name_en));
        Ok(Teller {
            books,
            catalogue: self.catalogue()?,
            here: self.shared.identity()?.map(|me| me.store),
            receipts,
            redemptions,
            movements,
            english: english.collect(),
        })
    }
}

/// Lots by their last day, those with the same day as one.
fn lots(books: &Books) -> Vec<LotEntry> {
    let program = books.program();
    let today = program.business_date(books.now());
    let mut by_day: BTreeMap<(bool, Option<NaiveDate>), (Points, Points)> = BTreeMap::new();
    for (there, coming, expires) in books.lots() {
        let sums = by_day.entry((expires.is_none(), expires)).or_default();
        sums.0 += there;
        sums.1 += coming;
    }
    by_day
        .into_iter()
        .map(|((_, expires), (points, pending))| {
            let days = expires.map(|day| (day - today).num_days());
            LotEntry {
                expires: expires.map(|day| day.to_string()),
                days: days.map(|d| i32::try_from(d).unwrap_or(i32::MAX)),
                points,
                pending,
                soon: !books.frozen() && days.is_some_and(|d| is_soon(program, d)),
            }
        })
        .collect()
}

fn is_soon(program: &Program, days: i64) -> bool {
    let warned = program.doc().expiry.warn_days.iter().max();
    warned.is_some_and(|most| days <= i64::from(*most))
}

/// What is known of her points, to be told.
struct Teller<'a> {
    books: &'a Books,
    catalogue: Arc<Catalogue>,
    here: Option<StoreId>,
    receipts: Vec<Receipt>,
    redemptions: Vec<Redemption>,
    movements: Vec<Movement>,
    /// Names of rewards in English.
    english: HashMap<String, String>,
}

impl Teller<'_> {
    /// What the centre has on record.
    fn told(&self) -> Vec<MovementEntry> {
        let undone: HashSet<&str> = self
            .movements
            .iter()
            .filter_map(|m| Some(m.of.as_ref()?.as_str()))
            .collect();
        // points of an account that was merged into hers came with that
        let own = self.receipts.iter().filter(|r| !r.of_other_account);
        let mut all: Vec<MovementEntry> = own.map(|r| self.receipt(r)).collect();
        for r in self.redemptions.iter().filter(|r| !r.of_other_account) {
            let (what, hers) = (self.redeemed(&r.what, r.reversed.is_some()), r.hers);
            all.push(self.entry(r.id.as_str(), r.at, what, -hers, Some(&r.store)));
            // an older centre tells only when it was undone
            if let Some(at) = r.reversed.filter(|_| !undone.contains(r.id.as_str())) {
                let id = format!("undone:{}", r.id);
                let what = self.undone(&r.what);
                all.push(self.entry(&id, at, what, hers, Some(&r.store)));
            }
        }
        all.extend(self.movements.iter().map(|m| self.movement(m)));
        for (n, (last, points)) in self.books.expired_since().iter().enumerate() {
            let ended = last.checked_add_days(Days::new(1)).unwrap_or(*last);
            let at = self.books.program().day_begins(ended);
            let id = format!("expired:{n}");
            all.push(self.entry(&id, at, MovementWhat::Expired, -*points, None));
        }
        all.retain(|m| !m.points.is_zero() || matches!(m.what, MovementWhat::Purchase { .. }));
        all
    }

    /// What this counter did since.
    fn pending(&self) -> Vec<MovementEntry> {
        let told: HashSet<&str> = self.movements.iter().map(|m| m.op.as_str()).collect();
        let redeemed: HashSet<&str> = self.redemptions.iter().map(|r| r.id.as_str()).collect();
        let ops = self.books.ops().iter().filter(|op| {
            let id = op.row.op_id.as_str();
            !told.contains(id) && !redeemed.contains(id)
        });
        ops.filter_map(|op| {
            let net = self.books.net_of(&op.row.op_id)?;
            let (what, store, receipt) = self.done(op)?;
            Some(MovementEntry {
                receipt,
                pending: true,
                ..self.entry(&op.row.op_id, op.row.at, what, net, store)
            })
        })
        .collect()
    }

    /// What an operation did that may move points.
    fn done<'o>(&self, op: &'o Op) -> Option<(MovementWhat, Option<&'o StoreId>, Option<String>)> {
        Some(match &op.body {
            Body::Sale(sale) => {
                let what = MovementWhat::Purchase {
                    pieces: sale.lines.iter().map(|l| l.qty).sum(),
                    channel: "store".to_owned(),
                    paid: sale.pay_points,
                };
                (what, Some(&sale.store), Some(sale.receipt.clone()))
            }
            Body::Redemption(r) => (
                self.redeemed(&r.what, self.undone_here(op)),
                Some(&r.store),
                None,
            ),
            Body::Return(r) => (
                MovementWhat::Return,
                Some(&r.store),
                Some(r.receipt.clone()),
            ),
            Body::Reversal(r) => {
                let of = r.of.as_str();
                let known = self
                    .redemptions
                    .iter()
                    .find(|known| known.id.as_str() == of);
                let own = self.books.ops().iter().find(|own| own.row.op_id == of);
                let what = match (known, own.map(|own| &own.body)) {
                    (Some(known), _) => self.undone(&known.what),
                    (None, Some(Body::Redemption(own))) => self.undone(&own.what),
                    (None, _) => no_name(),
                };
                (what, Some(&r.store), None)
            }
            Body::Behaviour(b) => {
                let behaviour = b.behaviour.clone();
                (MovementWhat::Behaviour { behaviour }, Some(&b.store), None)
            }
            Body::Release(_)
            | Body::Reveal(_)
            | Body::Profile(_)
            | Body::Freeze(_)
            | Body::Unfreeze(_)
            | Body::Extension(_)
            | Body::SampleGiven(_)
            | Body::SignUp(_) => return None,
        })
    }

    /// Whether this counter has undone a redemption of its own.
    fn undone_here(&self, op: &Op) -> bool {
        let undoes =
            |other: &Op| matches!(&other.body, Body::Reversal(r) if r.of.as_str() == op.row.op_id);
        self.books.ops().iter().any(undoes)
    }

    fn receipt(&self, r: &Receipt) -> MovementEntry {
        // what the store bore was not hers to lose
        let borne: Points = r
            .portions
            .iter()
            .filter(|p| p.lot == 0)
            .map(|p| p.points)
            .sum();
        let what = MovementWhat::Purchase {
            pieces: r.lines.iter().map(|l| l.qty).sum(),
            channel: r.channel.clone(),
            paid: r.points_paid,
        };
        let id = format!("{}/{}", r.store, r.no);
        // what waits for the till has not come yet
        let net = r.earned - r.waiting - (r.points_paid - borne);
        MovementEntry {
            receipt: Some(r.no.clone()),
            ..self.entry(&id, r.at, what, net, Some(&r.store))
        }
    }

    fn movement(&self, m: &Movement) -> MovementEntry {
        let what = match m.kind {
            MovementKind::Return => MovementWhat::Return,
            MovementKind::Reversal => {
                let known = self
                    .redemptions
                    .iter()
                    .find(|r| Some(&r.id) == m.of.as_ref());
                known.map_or_else(no_name, |known| self.undone(&known.what))
            }
            MovementKind::Behaviour => MovementWhat::Behaviour {
                behaviour: m.behaviour.clone().unwrap_or_default(),
            },
            MovementKind::Joined => MovementWhat::Joined,
            MovementKind::Expired => MovementWhat::Expired,
            MovementKind::Revived => MovementWhat::Revived,
            MovementKind::Adjusted => MovementWhat::Adjusted,
            MovementKind::Merged => MovementWhat::Merged,
            MovementKind::Other => MovementWhat::Other,
        };
        let id = format!("{}/{}", m.op, m.at.timestamp_millis());
        MovementEntry {
            receipt: m.receipt.clone(),
            ..self.entry(&id, m.at, what, m.points, m.store.as_ref())
        }
    }

    fn entry(
        &self,
        id: &str,
        at: DateTime<Utc>,
        what: MovementWhat,
        points: Points,
        store: Option<&StoreId>,
    ) -> MovementEntry {
        MovementEntry {
            id: id.to_owned(),
            at: at.into(),
            what,
            points,
            store: store.map(|id| self.catalogue.store(id)),
            here: store.is_some() && store == self.here.as_ref(),
            receipt: None,
            pending: false,
        }
    }

    fn redeemed(&self, what: &Redeemed, undone: bool) -> MovementWhat {
        match what {
            Redeemed::Reward { reward, name, qty } => MovementWhat::Redemption {
                name: name.clone(),
                name_en: self.english.get(reward).cloned().unwrap_or_default(),
                pieces: *qty,
                worth: None,
                undone,
            },
            Redeemed::Cash { worth, .. } => MovementWhat::Redemption {
                name: String::new(),
                name_en: String::new(),
                pieces: 0,
                worth: Some(*worth),
                undone,
            },
        }
    }

    fn undone(&self, what: &Redeemed) -> MovementWhat {
        match what {
            Redeemed::Reward { reward, name, .. } => MovementWhat::Reversal {
                name: name.clone(),
                name_en: self.english.get(reward).cloned().unwrap_or_default(),
            },
            Redeemed::Cash { .. } => no_name(),
        }
    }
}

fn no_name() -> MovementWhat {
    MovementWhat::Reversal {
        name: String::new(),
        name_en: String::new(),
    }
}

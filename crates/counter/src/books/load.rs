//! Making a member's books: her account from the cache, and what this counter did since, done over again on it.

use super::account::Sources;
use super::op::{Op, behaved, numbers, taken, undone};
use super::receipt;
use super::replay::Replay;
use super::sales::Known;
use super::state::{Books, CountedOn};
use crate::engine::Engine;
use crate::error::Result;
use crate::{cache, outbox};
use chrono::{DateTime, NaiveDate, Utc};
use loyalty::deed::Book;
use loyalty::{Account, AccountKind, LotId, Money, OpId, Points, Program};
use protocol::entity::{self, Member};
use std::collections::HashMap;

impl Engine {
    /// Books for what is to be recorded, or is shown to be decided on.
    ///
    /// # Errors
    /// [`Error::RulesNotHere`](crate::Error::RulesNotHere) before the first pull; where the files cannot be read.
    pub(crate) fn books_by_the_rules(
        &self,
        member: Option<&Member>,
        asked: Option<&Known>,
    ) -> Result<Books> {
        let books = self.books(member, asked)?;
        books.version()?;
        Ok(books)
    }

    /// A member's books now, with a sale that a return is about.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub(crate) fn books(&self, member: Option<&Member>, asked: Option<&Known>) -> Result<Books> {
        let catalogue = self.catalogue()?;
        let now = self.shared.now()?;
        let id = member.map_or("", |m| m.id.as_str());
        let asked_number = asked.map(|known| known.number.loose());
        let (mut ops, taken, grants) = self.shared.outbox().read(|c| {
            let mut rows = match &asked_number {
                Some(key) => outbox::overlay_with(c, id, key)?,
                None if id.is_empty() => Vec::new(),
                None => outbox::overlay_of(c, id)?,
            };
            // what came back of a sale that the cache does not have shows nowhere else
            if let Some(key) = asked_number.filter(|_| asked.is_some_and(|known| !known.cached)) {
                let back = outbox::returns_like(c, &key)?.into_iter();
                rows.splice(0..0, back.filter(|row| !row.overlay));
            }
            let ops = rows.into_iter().map(Op::read).collect::<Result<Vec<_>>>()?;
            let taken = taken(ops.iter().filter(|op| op.is_of(id)));
            let grants = match id {
                "" => Vec::new(),
                _ => outbox::own_grants(c, id, taken.keys(), now)?,
            };
            Ok((ops, taken, grants))
        })?;
        let sales = self.sales_like(numbers(&ops, asked).iter())?;
        ops.retain(|op| {
            let about = op.about(&sales);
            let of_asked = asked.is_some_and(|known| about.is_some_and(|sale| known.is(&sale.id)));
            of_asked || op.is_of(id)
        });
        // begun within: where the cache is damaged, it is read once more
        let (sources, cached, redeemed, counted) = self.cache(|c| {
            let mut sources = Sources::of(member);
            let mut cached: HashMap<String, entity::Receipt> = HashMap::new();
            let mut redeemed = HashMap::new();
            let mut counted = Vec::new();
            let about = ops.iter().filter_map(|op| op.about(&sales)).chain(asked);
            for known in about {
                // lots and coupons of another member are not hers
                let hers = id.is_empty() || known.receipt.member.as_str() == id;
                // a sale of this counter that was confirmed, of a member who is no longer kept here
                let again = ops
                    .iter()
                    .any(|op| op.row.overlay && known.is(&op.row.op_id));
                if (known.cached || !again) && hers && !cached.contains_key(&known.id) {
                    sources.receipt(&known.receipt);
                    cached.insert(known.id.clone(), known.receipt.clone());
                }
            }
            for id in undone(&ops) {
                if let Some(r) = cache::one::<entity::Redemption>(c, id)? {
                    sources.redemption(&r);
                    redeemed.insert(OpId::from(id), receipt::redeemed(&r));
                }
            }
            if let Some(m) = member {
                sources.behaved = cache::of_member::<entity::Behaved>(c, m.id.as_str())?;
                sources.again = behaved(&ops);
                let of_her = cache::paid_of(c, m.id.as_str())?;
                sources.paid = of_her.paid;
                counted = of_her.counted;
                let open = cache::coupons_of(c, m.id.as_str())?;
                sources.coupons.extend(open.into_iter().map(|c| c.coupon));
            }
            Ok((sources, cached, redeemed, counted))
        })?;
        let knows_tier = sources.knows_tier(catalogue.program(now), now);
        let mut confirmed = sources.account(catalogue.program(now), &grants, &taken, now)?;
        let first_new = LotId(confirmed.rows().next_lot);
        let mut book = Book {
            receipts: cached
                .iter()
                .map(|(id, r)| (OpId::from(id.as_str()), receipt::as_ruled(r)))
                .collect(),
            redemptions: redeemed,
            counted: by_day(catalogue.program(now), counted),
            ..Book::of(confirmed.clone())
        };
        let mut replay = Replay {
            catalogue: &catalogue,
            time: now,
            book: &mut book,
            sales: &sales,
        };
        let (pending, nets) = replay.all(&ops);
        let Book {
            mut account,
            receipts,
            counted,
            ..
        } = book;
        let passed = loyalty::advance(catalogue.program(now), &mut confirmed, now);
        let expired = expired(&passed.outcome, &confirmed);
        loyalty::advance(catalogue.program(now), &mut account, now);
        Ok(Books {
            catalogue,
            now,
            confirmed,
            account,
            first_new,
            receipts,
            sales,
            ops,
            knows_tier,
            grants,
            pending,
            nets,
            expired,
            counted,
        })
    }
}

/// What counts of a member's receipts that no till has confirmed, by the business day. What others' sales leave of a clerk's
/// day is the centre's to say.
fn by_day(program: &Program, counted: Vec<(DateTime<Utc>, Money)>) -> CountedOn {
    let mut all = CountedOn::new();
    for (at, counted) in counted {
        *all.entry((None, program.business_date(at))).or_default() += counted;
    }
    all
}

/// What expired, by the last day.
fn expired(outcome: &loyalty::Outcome, account: &Account) -> Vec<(NaiveDate, Points)> {
    let gone = outcome
        .movements
        .iter()
        .filter(|m| m.to == AccountKind::Expired);
    gone.filter_map(|m| {
        let last = m.lot.and_then(|id| account.lot(id))?.expires?;
        Some((last, m.points))
    })
    .collect()
}

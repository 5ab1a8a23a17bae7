//! Members' histories out of the books, some hundred members at a time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use identity::receipt::{Likeness, ReceiptNumber};
use loyalty::deed::{Deed, Purchase, Source};
use loyalty::{
    Coupon, LastDay, OpId, Points, ReceiptNo, ReturnLine, ReturnOf, SaleLine, TierId, UsedCoupon,
};
use protocol::ids::{MemberId, StoreId};
use protocol::operation::{Body, JOIN, OperationKind as _, Redemption, Release, Reversal, Sale};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::history::{Event, History, order};
use centre::error::ServiceError;
use centre::joining::WELCOME;
use centre_store::column::{Col, OpState};
use centre_store::tables::{
    account, behaviour, coupon, member, operation, receipt, receipt_line, redemption, transfer,
};

/// Members that are read together.
const PAGE: u64 = 500;

/// Operations that have tables of their own, where their moments stand too, and what a counter did with its allowances
/// by itself. All others are looked at: those that are deeds belong to a history.
const ELSEWHERE: [&str; 4] = [Sale::NAME, Redemption::NAME, Reversal::NAME, Release::NAME];

/// What a counter did: for whom, of which kind, with which body, and when.
type Done = (Col<MemberId>, String, String, Col<DateTime<Utc>>);

/// The account that points by hand come from and go to.
const ADJUSTED: &str = "adjusted";

/// How many members there are, and how many rows their ledger has.
pub async fn count(db: &DatabaseTransaction) -> Result<(u64, u64), ServiceError> {
    let members = member::Entity::find().count(db).await?;
    Ok((members, transfer::Entity::find().count(db).await?))
}

/// The next members in order of their ids, with what they did up to a moment; empty where there are no more.
pub async fn read(
    db: &DatabaseTransaction,
    after: &MemberId,
    until: DateTime<Utc>,
) -> Result<Vec<History>, ServiceError> {
    let people: Vec<(Col<MemberId>, String, Option<Col<NaiveDate>>)> = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .column(member::Column::CardNo)
        .column(member::Column::Birthday)
        .filter(member::Column::Id.gt(Col::from(after)))
        .order_by_asc(member::Column::Id)
        .limit(PAGE)
        .into_tuple()
        .all(db)
        .await?;
    let (Some(first), Some(last)) = (people.first(), people.last()) else {
        return Ok(Vec::new());
    };
    let mut page = Page {
        db,
        first: first.0.clone(),
        last: last.0.clone(),
        until,
        histories: people
            .iter()
            .map(|(id, no, birthday)| {
                let birthday = birthday.map(Col::into_inner);
                (id.0.clone(), history(id, no, birthday))
            })
            .collect(),
        numbers: HashMap::new(),
    };
    page.floors().await?;
    page.coupons().await?;
    page.purchases().await?;
    page.redemptions().await?;
    page.operations().await?;
    page.points_besides().await?;
    Ok(page.done())
}

fn history(id: &MemberId, no: &str, birthday: Option<NaiveDate>) -> History {
    History {
        member: id.clone(),
        no: no.to_owned(),
        birthday,
        floor: None,
        coupons: Vec::new(),
        events: Vec::new(),
    }
}

struct Page<'a> {
    db: &'a DatabaseTransaction,
    first: Col<MemberId>,
    last: Col<MemberId>,
    until: DateTime<Utc>,
    histories: BTreeMap<MemberId, History>,
    /// What sales are looked for by, by their ids.
    numbers: HashMap<OpId, Numbered>,
}

/// A sale's store, number and time.
struct Numbered {
    store: StoreId,
    no: ReceiptNumber,
    at: DateTime<Utc>,
}

impl Page<'_> {
    fn add(&mut self, member: &MemberId, at: DateTime<Utc>, deed: Deed) {
        if let Some(history) = self.histories.get_mut(member) {
            history.events.push(Event { at, deed });
        }
    }

    async fn floors(&mut self) -> Result<(), ServiceError> {
        let rows: Vec<(Col<MemberId>, Option<String>)> = account::Entity::find()
            .select_only()
            .column(account::Column::MemberId)
            .column(account::Column::TierFloor)
            .filter(account::Column::MemberId.between(&self.first, &self.last))
            .filter(account::Column::TierFloor.is_not_null())
            .into_tuple()
            .all(self.db)
            .await?;
        for (member, floor) in rows {
            if let Some(history) = self.histories.get_mut(&member) {
                history.floor = floor.as_deref().map(TierId::from);
            }
        }
        Ok(())
    }

    async fn coupons(&mut self) -> Result<(), ServiceError> {
        let rows = coupon::Entity::find()
            .filter(coupon::Column::MemberId.between(&self.first, &self.last))
            .order_by_asc(coupon::Column::Id)
            .all(self.db)
            .await?;
        for row in rows {
            let given: Coupon = serde_json::from_str(&row.document)?;
            if let Some(history) = self.histories.get_mut(&row.member_id) {
                history.coupons.push(Coupon {
                    used_by: None,
                    ..given
                });
            }
        }
        Ok(())
    }

    async fn purchases(&mut self) -> Result<(), ServiceError> {
        let lines = receipt_line::Entity::find()
            .filter(receipt_line::Column::MemberId.between(&self.first, &self.last))
            .order_by_asc(receipt_line::Column::MemberId)
            .order_by_asc(receipt_line::Column::OpId)
            .order_by_asc(receipt_line::Column::N)
            .all(self.db)
            .await?;
        let mut of: HashMap<(Col<MemberId>, Col<OpId>), Vec<receipt_line::Model>> = HashMap::new();
        for line in lines {
            let key = (line.member_id.clone(), line.op_id.clone());
            of.entry(key).or_default().push(line);
        }
        let receipts = receipt::Entity::find()
            .filter(receipt::Column::MemberId.between(&self.first, &self.last))
            .filter(receipt::Column::At.lte(Col(self.until)))
            .all(self.db)
            .await?;
        for row in receipts {
            let used: Vec<UsedCoupon> = serde_json::from_str(&row.coupons)?;
            let numbered = Numbered {
                store: row.store_id.into_inner(),
                no: ReceiptNumber::stored(row.receipt_no.as_str()),
                at: *row.at,
            };
            let key = (row.member_id, row.op_id);
            let lines = of.remove(&key).unwrap_or_default();
            let (member, id) = (key.0, key.1.into_inner());
            self.numbers.insert(id.clone(), numbered);
            if lines.is_empty() {
                continue;
            }
            let returned = lines
                .iter()
                .filter(|l| *l.returned > 0)
                .map(|l| ReturnLine {
                    sku: l.sku.as_str().into(),
                    qty: *l.returned,
                    line: Some(l.n.saturating_add(1)),
                })
                .collect::<Vec<_>>();
            let sale = Deed::Purchase(Purchase {
                id: id.clone(),
                receipt: ReceiptNo::from(id.as_str()),
                lines: lines.iter().map(sale_line).collect(),
                pay_points: *row.points_paid,
                from: Source::Available,
                coupons: used.into_iter().map(|c| c.id).collect(),
                // what nobody has confirmed until now counts as far as each program's ceilings let it
                recorded_by: row.unconfirmed.then(|| row.recorded_by.as_str().into()),
                all_waits: false,
            });
            self.add(&member, *row.at, sale);
            if !returned.is_empty() {
                // its operations, where there are any, say when; they take this one's place
                self.add(
                    &member,
                    *row.at,
                    Deed::Return {
                        of: id,
                        what: ReturnOf::Lines(returned),
                    },
                );
            }
        }
        Ok(())
    }

    async fn redemptions(&mut self) -> Result<(), ServiceError> {
        let rows = redemption::Entity::find()
            .filter(redemption::Column::MemberId.between(&self.first, &self.last))
            .filter(redemption::Column::At.lte(Col(self.until)))
            .all(self.db)
            .await?;
        for row in rows {
            if let Some(at) = row.reversed_at.filter(|at| **at <= self.until) {
                let of = row.op_id.0.clone();
                self.add(&row.member_id, *at, Deed::Reverse { of });
            }
            let redemption = Deed::Redeem {
                id: row.op_id.into_inner(),
                points: *row.points,
                from: Source::Available,
            };
            self.add(&row.member_id, *row.at, redemption);
        }
        Ok(())
    }

    /// What counters did, for which operations are looked at.
    async fn operations(&mut self) -> Result<(), ServiceError> {
        let rows: Vec<Done> = operation::Entity::find()
            .select_only()
            .column(operation::Column::MemberId)
            .column(operation::Column::Kind)
            .column(operation::Column::Body)
            .column(operation::Column::EffectiveAt)
            .filter(operation::Column::MemberId.between(&self.first, &self.last))
            .filter(operation::Column::Kind.is_not_in(ELSEWHERE))
            .filter(operation::Column::OwnsId.is_not_null())
            .filter(operation::Column::State.eq(OpState::Applied))
            .filter(operation::Column::EffectiveAt.lte(Col(self.until)))
            .order_by_asc(operation::Column::EffectiveAt)
            .into_tuple()
            .all(self.db)
            .await?;
        for (member, kind, body, at) in rows {
            let Some(body) = Body::parse(&kind, &body)? else {
                continue;
            };
            // which sale a return is of, its number and its time say
            if let Body::Return(r) = &body {
                self.brought_back(&member, *at, r);
                continue;
            }
            // its own id is nothing that any other deed goes by
            if let Some(deed) = body.deed("", None) {
                self.add(&member, *at, deed);
            }
        }
        Ok(())
    }

    /// A return whose moment is known: it takes its pieces off those of the receipt that have none.
    fn brought_back(
        &mut self,
        member: &MemberId,
        at: DateTime<Utc>,
        r: &protocol::operation::Return,
    ) {
        let Some(history) = self.histories.get_mut(member) else {
            return;
        };
        let meant = Meant::by(r, at);
        let numbers = &self.numbers;
        let mut open: Vec<(OpId, &mut Vec<ReturnLine>)> = history
            .events
            .iter_mut()
            .filter_map(|e| match &mut e.deed {
                Deed::Return {
                    of,
                    what: ReturnOf::Lines(open),
                } => Some((of.clone(), open)),
                _ => None,
            })
            .filter(|(of, _)| meant.rank(of, numbers.get(of)).is_some())
            .collect();
        open.sort_by_key(|(of, _)| meant.rank(of, numbers.get(of)));
        let open = open.into_iter().next();
        let Some((of, open)) = open else {
            return;
        };
        let lines: Vec<ReturnLine> = if r.lines.is_empty() {
            std::mem::take(open)
        } else {
            r.lines
                .iter()
                .filter_map(|l| {
                    let left = open.iter_mut().find(|o| {
                        o.sku.as_str() == l.sku && (l.line.is_none() || l.line == o.line)
                    })?;
                    let qty = left.qty.min(l.qty);
                    left.qty -= qty;
                    (qty > 0).then(|| ReturnLine {
                        sku: l.sku.as_str().into(),
                        qty,
                        line: left.line,
                    })
                })
                .collect()
        };
        open.retain(|l| l.qty > 0);
        if !lines.is_empty() {
            history.events.push(Event {
                at,
                deed: Deed::Return {
                    of,
                    what: ReturnOf::Lines(lines),
                },
            });
        }
    }

    /// Points that came or went by neither: for joining, and by hand.
    async fn points_besides(&mut self) -> Result<(), ServiceError> {
        let rows = transfer::Entity::find()
            .filter(transfer::Column::MemberId.between(&self.first, &self.last))
            .filter(transfer::Column::At.lte(Col(self.until)))
            .filter(
                Condition::any()
                    .add(transfer::Column::FromAccount.eq(ADJUSTED))
                    .add(transfer::Column::ToAccount.eq(ADJUSTED))
                    .add(transfer::Column::OpId.starts_with(WELCOME)),
            )
            .all(self.db)
            .await?;
        let mut welcomed = HashSet::new();
        let joined = behaviour::Entity::find()
            .filter(behaviour::Column::MemberId.between(&self.first, &self.last))
            .filter(behaviour::Column::At.lte(Col(self.until)))
            .filter(behaviour::Column::Kind.eq(JOIN))
            .all(self.db)
            .await?;
        for row in joined {
            let kind = JOIN.into();
            self.add(&row.member_id, *row.at, Deed::Behave { kind });
            welcomed.insert(row.op_id);
        }
        for row in rows {
            // of a database that an older build left, and that has not been served since
            let joined = row.from_account == "earned" && row.op_id.as_str().starts_with(WELCOME);
            if joined && welcomed.insert(row.op_id) {
                let kind = JOIN.into();
                self.add(&row.member_id, *row.at, Deed::Behave { kind });
            } else if row.from_account == ADJUSTED {
                self.add(&row.member_id, *row.at, by_hand(*row.points));
            } else if row.to_account == ADJUSTED {
                self.add(&row.member_id, *row.at, by_hand(-*row.points));
            }
        }
        Ok(())
    }

    fn done(self) -> Vec<History> {
        let mut histories: Vec<History> = self.histories.into_values().collect();
        for history in &mut histories {
            history
                .events
                .retain(|e| !matches!(&e.deed, Deed::Return { what: ReturnOf::Lines(l), .. } if l.is_empty()));
            history.events.sort_by_key(|e| (e.at, order(&e.deed)));
        }
        histories
    }
}

/// The sale that a return is about.
struct Meant<'a> {
    id: Option<&'a str>,
    store: &'a StoreId,
    no: ReceiptNumber,
    /// When the goods came back.
    at: DateTime<Utc>,
}

impl<'a> Meant<'a> {
    fn by(r: &'a protocol::operation::Return, at: DateTime<Utc>) -> Self {
        let of = r.of.as_ref();
        Self {
            id: of.and_then(|of| of.id.as_deref()),
            store: of.map_or(&r.store, |of| &of.store),
            no: ReceiptNumber::stored(&r.receipt),
            at,
        }
    }

    /// How well a sale fits, the best first: by its id, then by its number in the store, newest first, then by its
    /// number in any store. None where it does not.
    fn rank(&self, id: &OpId, sale: Option<&Numbered>) -> Option<(u8, Reverse<DateTime<Utc>>)> {
        let sale = sale?;
        if self.id == Some(id.as_str()) {
            return Some((0, Reverse(sale.at)));
        }
        let fits = self.no.likeness(&sale.no) == Likeness::Same && sale.at <= self.at;
        let how = if sale.store == *self.store { 1 } else { 2 };
        fits.then_some((how, Reverse(sale.at)))
    }
}

fn by_hand(points: Points) -> Deed {
    Deed::Adjust {
        points,
        last_day: LastDay::ByProgram,
    }
}

fn sale_line(l: &receipt_line::Model) -> SaleLine {
    SaleLine {
        sku: l.sku.as_str().into(),
        category: l.category.as_deref().map(Into::into),
        // the rules know no line without a piece
        qty: l.qty.0.max(1),
        amount: *l.amount_fen,
    }
}

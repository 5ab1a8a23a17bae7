//! What is suspicious in what counters recorded: the facts from the tables, judged by `loyalty::watch`.

use std::collections::{HashMap, HashSet};

use centre_store::boxed;
use chrono::{DateTime, Utc};
use loyalty::watch::{Facts, Finding, LineFact, Listed, ReturnFact, SaleFact, find};
use loyalty::{Money, OpId, Points, Program, RecorderId};
use protocol::ids::StoreId;
use protocol::operation::{Body, OperationKind as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QuerySelect, QueryTrait,
};

use crate::error::ServiceError;
use crate::unit_of_work::UnitOfWork;
use centre_store::column::Col;
use centre_store::tables::{
    clerk_phone, device, member, operation, product, receipt, receipt_line,
};

/// Sales whose lines are read in one statement.
const AT_ONCE: usize = 400;
/// The kind of a return's operation.
const RETURN: &str = "return";

/// Which sales and returns are looked at.
#[derive(Debug, Clone)]
pub struct Span {
    /// From this moment on.
    pub from: DateTime<Utc>,
    /// Before this one.
    pub before: DateTime<Utc>,
    /// Only this store.
    pub store: Option<StoreId>,
    /// Sales from files too, as if whoever is at the store's till had recorded them: to try the rules on a history.
    pub imported: bool,
}

/// What stands out in a span.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn look<C: ConnectionTrait>(
    db: &C,
    program: &Program,
    span: &Span,
    now: DateTime<Utc>,
) -> Result<Vec<Finding>, ServiceError> {
    Ok(find(program, &facts(db, span).await?, now))
}

/// What happened in a span.
///
/// # Errors
/// Where the database fails.
#[boxed]
pub async fn facts<C: ConnectionTrait>(db: &C, span: &Span) -> Result<Facts, ServiceError> {
    let sales = sales(db, span).await?;
    let returns = returns(db, span).await?;
    Ok(Facts { sales, returns })
}

/// The columns of a receipt that are looked at.
#[derive(FromQueryResult)]
struct Sold {
    member_id: Col<protocol::MemberId>,
    op_id: Col<OpId>,
    store_id: Col<StoreId>,
    receipt_no: String,
    at: Col<DateTime<Utc>>,
    net_fen: Col<Money>,
    recorded_by: String,
    named_store: String,
    unconfirmed: bool,
    waiting: Col<Points>,
    till_fen: Option<Col<Money>>,
}

async fn sales<C: ConnectionTrait>(db: &C, span: &Span) -> Result<Vec<SaleFact>, ServiceError> {
    use receipt::Column as C_;
    let mut rows = receipt::Entity::find()
        .select_only()
        .columns([
            C_::MemberId,
            C_::OpId,
            C_::StoreId,
            C_::ReceiptNo,
            C_::At,
            C_::NetFen,
            C_::RecordedBy,
            C_::NamedStore,
            C_::Unconfirmed,
            C_::Waiting,
            C_::TillFen,
        ])
        .filter(C_::At.gte(span.from.timestamp_millis()))
        .filter(C_::At.lt(span.before.timestamp_millis()));
    if let Some(store) = &span.store {
        rows = rows.filter(C_::StoreId.eq(Col::from(store)));
    }
    if !span.imported {
        rows = rows.filter(C_::RecordedBy.ne(""));
    }
    let rows = rows.into_model::<Sold>().all(db).await?;
    let listed = listed(db).await?;
    let own = OwnPhones::load(db).await?;
    let mut all = Vec::with_capacity(rows.len());
    for some in rows.chunks(AT_ONCE) {
        let mut lines = lines(db, some, &listed).await?;
        all.extend(some.iter().map(|row| fact(row, &mut lines, &own)));
    }
    Ok(all)
}

fn fact(row: &Sold, lines: &mut HashMap<String, Lines>, own: &OwnPhones) -> SaleFact {
    let till = row.till_fen.map(Col::into_inner);
    let Lines { facts, by_points } = lines.remove(row.op_id.as_str()).unwrap_or_default();
    let paid = *row.net_fen - by_points;
    let clerk = if row.recorded_by.is_empty() {
        "till"
    } else {
        &row.recorded_by
    };
    SaleFact {
        id: row.op_id.0.clone(),
        number: row.receipt_no.clone(),
        at: *row.at,
        store: row.store_id.to_string(),
        named_store: (!row.named_store.is_empty()).then(|| row.named_store.clone()),
        clerk: RecorderId::from(clerk),
        member: row.member_id.to_string(),
        net: *row.net_fen,
        lines: facts,
        unconfirmed: row.unconfirmed,
        // what the till itself brought was confirmed by it from the start
        till: till.or_else(|| row.recorded_by.is_empty().then_some(*row.net_fen)),
        till_differs: till.is_some_and(|till| !loyalty::is_same(till, *row.net_fen, paid)),
        waiting: *row.waiting,
        own: own.are_one(&row.recorded_by, row.member_id.as_str()),
    }
}

/// Lines of a sale, and what points paid of them.
#[derive(Default)]
struct Lines {
    facts: Vec<LineFact>,
    by_points: Money,
}

async fn lines<C: ConnectionTrait>(
    db: &C,
    of: &[Sold],
    listed: &HashMap<String, Listed>,
) -> Result<HashMap<String, Lines>, ServiceError> {
    let rows = receipt_line::Entity::find()
        .filter(receipt_line::Column::OpId.is_in(of.iter().map(|row| row.op_id.clone())))
        .all(db)
        .await?;
    let mut all: HashMap<String, Lines> = HashMap::new();
    for row in rows {
        let price = listed.get(row.sku.as_str()).copied();
        let of = all.entry(row.op_id.to_string()).or_default();
        of.by_points += *row.by_points_fen;
        of.facts.push(LineFact {
            listed: price.unwrap_or(Listed::Unknown),
            sku: row.sku.into_inner(),
            qty: *row.qty,
            amount: *row.amount_fen,
        });
    }
    Ok(all)
}

async fn listed<C: ConnectionTrait>(db: &C) -> Result<HashMap<String, Listed>, ServiceError> {
    let products: Vec<(String, Option<Col<Money>>)> = product::Entity::find()
        .select_only()
        .columns([product::Column::Sku, product::Column::PriceFen])
        .into_tuple()
        .all(db)
        .await?;
    let price = |fen: Option<Col<Money>>| fen.map_or(Listed::Unpriced, |fen| Listed::At(*fen));
    Ok(products
        .into_iter()
        .map(|(sku, fen)| (sku, price(fen)))
        .collect())
}

/// Members who are clerks, by their phones.
struct OwnPhones(HashSet<(String, String)>);

impl OwnPhones {
    async fn load<C: ConnectionTrait>(db: &C) -> Result<Self, ServiceError> {
        let phones = clerk_phone::Entity::find().all(db).await?;
        if phones.is_empty() {
            return Ok(Self(HashSet::new()));
        }
        let members: Vec<(String, String)> = member::Entity::find()
            .select_only()
            .columns([member::Column::Phone, member::Column::Id])
            .filter(member::Column::Phone.is_in(phones.iter().map(|p| p.phone.clone())))
            .into_tuple()
            .all(db)
            .await?;
        let by_phone: HashMap<String, String> = members.into_iter().collect();
        let pairs = phones.into_iter().filter_map(|p| {
            let member = by_phone.get(&p.phone)?;
            Some((p.clerk_id.to_string(), member.clone()))
        });
        Ok(Self(pairs.collect()))
    }

    fn are_one(&self, clerk: &str, member: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&(clerk.to_owned(), member.to_owned()))
    }
}

/// Says which phones a clerk has; they take the place of those before.
///
/// # Errors
/// Where the database fails.
pub async fn set_clerk_phones(
    work: &UnitOfWork,
    clerk: &protocol::ClerkId,
    phones: &[String],
) -> Result<(), ServiceError> {
    clerk_phone::Entity::delete_many()
        .filter(clerk_phone::Column::ClerkId.eq(Col::from(clerk)))
        .exec(work.on())
        .await?;
    for phone in phones {
        let row = clerk_phone::Model {
            clerk_id: clerk.into(),
            phone: phone.clone(),
        };
        clerk_phone::Entity::insert(row.into_active_model())
            .exec_without_returning(work.on())
            .await?;
    }
    Ok(())
}

/// Returns by counters after which nothing was left of the receipt.
async fn returns<C: ConnectionTrait>(db: &C, span: &Span) -> Result<Vec<ReturnFact>, ServiceError> {
    let mut rows = operation::Entity::find()
        .filter(operation::Column::Kind.eq(RETURN))
        .filter(operation::Column::EffectiveAt.gte(span.from.timestamp_millis()))
        .filter(operation::Column::EffectiveAt.lt(span.before.timestamp_millis()));
    if let Some(store) = &span.store {
        let of_store = device::Entity::find()
            .select_only()
            .column(device::Column::Id)
            .filter(device::Column::StoreId.eq(Col::from(store)));
        rows = rows.filter(operation::Column::DeviceId.in_subquery(of_store.into_query()));
    }
    let rows = rows.all(db).await?;
    let mut all = Vec::new();
    for row in rows {
        let Ok(Some(Body::Return(back))) = Body::parse(&row.kind, row.body.text()) else {
            continue;
        };
        // no lines: all that is left
        if !back.lines.is_empty() {
            continue;
        }
        all.push(ReturnFact {
            id: OpId::new(row.op_id.to_string()),
            at: *row.effective_at,
            store: back.store().map(ToString::to_string).unwrap_or_default(),
            clerk: RecorderId::from(row.clerk_id.as_str()),
            member: row.member_id.map(|m| m.to_string()).unwrap_or_default(),
            refund: back.shown_refund,
        });
    }
    Ok(all)
}

//! One unit of work: ledger, profile and feed change in one transaction, or not at all.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use protocol::entity::{self, EntityKind};
use protocol::ids::MemberId;
use protocol::push::ScopeCursor;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::feed::{self, Changed, Owner, Thing};
use crate::live::{self, Live};
use crate::log::{self, Entry, Who};
use centre_store::boxed;
use centre_store::db::{WriteTransaction, postgres};
use centre_store::tables::member;

/// A transaction, what the feed must show of it, and whom to tell.
#[derive(Debug)]
pub struct UnitOfWork {
    transaction: WriteTransaction,
    changed: BTreeSet<Changed>,
    /// Members as they are after the last change, where it is known without reading them again.
    known: HashMap<MemberId, entity::Member>,
    /// Rows of members as they are after the last change, likewise.
    profiles: HashMap<MemberId, member::Model>,
    live: Live,
    clock: Clock,
    unknown_spent: bool,
    /// For whom it is.
    who: Who,
    /// What is noted with its commit.
    noted: Vec<Entry>,
}

impl UnitOfWork {
    pub(crate) fn new(transaction: WriteTransaction, live: Live, clock: Clock, who: Who) -> Self {
        Self {
            transaction,
            changed: BTreeSet::new(),
            known: HashMap::new(),
            profiles: HashMap::new(),
            live,
            clock,
            unknown_spent: false,
            who,
            noted: Vec::new(),
        }
    }

    /// The transaction, to run statements on.
    pub fn on(&self) -> &WriteTransaction {
        &self.transaction
    }

    /// What time it is, by the centre's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Notes that an operation spends from an allowance, or uses a coupon, that these books gave to nobody.
    pub(crate) fn note_unknown_spent(&mut self) {
        self.unknown_spent = true;
    }

    /// Whether that was noted of any operation.
    pub(crate) fn unknown_spent(&self) -> bool {
        self.unknown_spent
    }

    /// Notes something in the log: it is written with the commit, or not at all.
    pub fn note(&mut self, entry: Entry) {
        self.noted.push(entry);
    }

    /// How much was noted until now, for [`forget_noted`](Self::forget_noted).
    pub(crate) fn noted(&self) -> usize {
        self.noted.len()
    }

    /// Forgets what was noted after the first so many: its effect was given up.
    pub(crate) fn forget_noted(&mut self, after: usize) {
        self.noted.truncate(after);
    }

    /// Notes that the feed's entity is out of date.
    pub fn changed(&mut self, what: Changed) {
        if let Changed::Thing(Thing {
            kind: EntityKind::Member,
            owner: Owner::Member(id),
            ..
        }) = &what
        {
            self.known.remove(id);
            self.profiles.remove(id);
        }
        self.changed.insert(what);
    }

    /// Notes that a member is out of date in the feed, and what her row is now.
    pub(crate) fn changed_profile(&mut self, member: member::Model) {
        self.changed(Changed::member(&member.id));
        self.profiles.insert(member.id.0.clone(), member);
    }

    /// Notes that a member is out of date in the feed, and how she is now.
    pub(crate) fn changed_to(&mut self, member: entity::Member) {
        self.changed(Changed::member(&member.id));
        self.known.insert(member.id.clone(), member);
    }

    /// The next number of a sequence, from 1; without gaps as long as its transaction commits.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn next_number(&self, name: &str) -> Result<i64, ServiceError> {
        #[derive(FromQueryResult)]
        struct Value {
            value: i64,
        }
        let statement = Statement::from_sql_and_values(
            self.on().get_database_backend(),
            "INSERT INTO sequence (name, value) VALUES ($1, 1) \
             ON CONFLICT (name) DO UPDATE SET value = sequence.value + 1 RETURNING value",
            [name.into()],
        );
        Value::find_by_statement(statement)
            .one(self.on())
            .await?
            .map(|v| v.value)
            .ok_or_else(|| ServiceError::Sequence {
                name: name.to_owned(),
            })
    }

    /// Makes units of work that name the same thing follow each other, from here to their ends:
    /// one that looks for what another is about to write. Whoever waited must look again; false
    /// where there was nothing to wait for, as SQLite has one writer anyway.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn in_turn(&self, kind: &str, name: &str) -> Result<bool, ServiceError> {
        if self.on().get_database_backend() != DbBackend::Postgres {
            return Ok(false);
        }
        postgres::hold_name(self.on(), &format!("{kind}:{name}")).await?;
        Ok(true)
    }

    /// Renders the feed, commits, and pokes whoever listens, in all processes.
    ///
    /// # Errors
    /// Where the database fails; then nothing has changed.
    #[boxed]
    pub async fn commit(self) -> Result<Vec<ScopeCursor>, ServiceError> {
        let known = feed::Known {
            members: self.known,
            rows: self.profiles,
        };
        let cursors =
            feed::publish_known(&self.transaction, &self.changed, known, self.clock.now()).await?;
        live::tell(&self.transaction, &cursors).await?;
        let now = self.clock.now();
        log::write(&self.transaction, self.noted, &self.who, now).await?;
        self.transaction.commit().await?;
        for cursor in &cursors {
            self.live.poke(&cursor.scope, cursor.cursor);
        }
        Ok(cursors)
    }

    /// Gives all changes up.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn rollback(self) -> Result<(), ServiceError> {
        Ok(self.transaction.rollback().await?)
    }
}

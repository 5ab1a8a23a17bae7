//! The service itself: one database, one identity, one channel to those who listen.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use loyalty::Program;
use protocol::attestation::{Attestation, Statement};
use protocol::centre::{CentreReply, CentreRequest};
use protocol::token::{Access, Invalid};
use protocol::{CentreId, DeviceId, Generation};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::key::{self, KeyPlace, Known};
use crate::live::Live;
use crate::log::Who;
use crate::pace::Reading;
use crate::unit_of_work::UnitOfWork;
use centre_store::boxed;
use centre_store::column::Col;
use centre_store::db::Db;
use centre_store::tables::{centre, program};

/// An open centre. Cloning it is cheap; all clones are the same centre.
#[derive(Debug, Clone)]
pub struct Centre {
    db: Db,
    live: Live,
    id: CentreId,
    key: SigningKey,
    generation: Arc<AtomicU32>,
    programs: Arc<RwLock<HashMap<u32, Arc<Program>>>>,
    published: Arc<RwLock<Option<Published>>>,
    reading: Reading,
    clock: Clock,
    who: Arc<Who>,
    /// Where members' keys for backups are kept; none for a database on a server, which has tools of its own.
    backup_keys: Option<Arc<Path>>,
}

/// For how long another process's publishing may go unnoticed.
const PUBLISHED_STANDS: Duration = Duration::from_millis(500);

/// Every version of the rules, newest first, with when it begins to hold.
#[derive(Debug)]
struct Published {
    at: Instant,
    /// From when, which version, and its rules where this build can read them.
    programs: Vec<(DateTime<Utc>, u32, Option<Arc<Program>>)>,
}

impl Published {
    /// Which version holds now, and its rules; none where there is none, or this is too old to say.
    fn at(&self, now: DateTime<Utc>) -> Option<(u32, Option<Arc<Program>>)> {
        if self.at.elapsed() > PUBLISHED_STANDS {
            return None;
        }
        let holds = self.programs.iter().find(|(from, ..)| *from <= now);
        holds
            .or(self.programs.last())
            .map(|(_, version, program)| (*version, program.clone()))
    }
}

impl Centre {
    /// Connects to the database at an address, brings its schema up to date, and gives it an identity where it has
    /// none. What the database said of itself comes with it.
    ///
    /// # Errors
    /// [`ServiceError::Key`]; where the database cannot be opened.
    pub(crate) async fn connect(
        url: &str,
        place: &KeyPlace,
        clock: Clock,
    ) -> Result<(Self, centre::Model), ServiceError> {
        let file = place.file(url)?;
        let db = Db::open(url).await?;
        let fresh = centre::ActiveModel {
            only_row: Set(1),
            centre_id: Set(CentreId::fresh().into()),
            generation: Set(Generation(1).into()),
            created_at: Set(clock.now().into()),
            copied_at: Set(None),
            secret_key: Set(None),
            public_key: Set(None),
            hashes_stopped_at: Set(None),
            sealing_key: Set(None),
            all_sealed_at: Set(None),
            members_sealed: Set(false),
        };
        let transaction = db.begin().await?;
        centre::Entity::insert(fresh)
            .on_conflict(
                OnConflict::column(centre::Column::OnlyRow)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&transaction)
            .await?;
        let row = centre::Entity::find()
            .one(&transaction)
            .await?
            .ok_or_else(crate::generation::no_identity)?;
        let known = Known {
            public: row.public_key.as_deref(),
            secret: row.secret_key.as_deref(),
        };
        let key = key::open(&file, &known)?;
        let public = hex::encode(key.verifying_key().to_bytes());
        if row.public_key.as_ref() != Some(&public) || row.secret_key.is_some() {
            // the key is on the disk in its file by now
            centre::Entity::update_many()
                .set(centre::ActiveModel {
                    secret_key: Set(None),
                    public_key: Set(Some(public)),
                    ..Default::default()
                })
                .exec(&transaction)
                .await?;
        }
        let sealing = key::open_sealing(&place.sealing_file(url)?, row.sealing_key.as_deref())?;
        if row.sealing_key.is_none() {
            centre::Entity::update_many()
                .set(centre::ActiveModel {
                    sealing_key: Set(Some(sealing.mark().to_owned())),
                    ..Default::default()
                })
                .exec(&transaction)
                .await?;
        }
        transaction.commit().await?;
        let db = db.sealing_with(sealing);
        crate::feed::complete_digests(&db).await?;
        let id = *row.centre_id;
        let generation = Arc::new(AtomicU32::new(row.generation.0.0));
        let centre = Self {
            db,
            live: Live::default(),
            id,
            key,
            generation,
            programs: Arc::default(),
            published: Arc::default(),
            reading: Reading::default(),
            clock,
            who: Arc::default(),
            backup_keys: centre_store::db::file_of(url)
                .map(|file| file.with_extension("backup-keys.db").into()),
        };
        Ok((centre, row))
    }

    /// Which centre it is.
    pub fn id(&self) -> CentreId {
        self.id
    }

    /// Its public key, 64 hex digits: by it counters know it again.
    pub fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().to_bytes())
    }

    /// Signs what it says in its own name.
    pub fn attest(&self, statement: &Statement<'_>) -> Attestation {
        Attestation::of(&self.key, self.id, statement)
    }

    /// Whether it said this itself, once.
    pub fn attested(&self, statement: &Statement<'_>, attestation: &Attestation) -> bool {
        attestation.is_of(&self.key.verifying_key(), self.id, statement)
    }

    /// Signs a token.
    pub(crate) fn sign_access(&self, access: &Access) -> Result<String, Invalid> {
        access.sign(&self.key)
    }

    /// Reads a token that it gave, and that holds.
    ///
    /// # Errors
    /// Where it is none of its own, or is over.
    pub fn read_access(&self, text: &str) -> Result<Access, Invalid> {
        Access::read(text, self.id, &self.key.verifying_key(), self.now())
    }

    /// The same centre, for somebody else: what is done with it is noted in their name.
    #[must_use]
    pub fn acting_for(&self, who: Who) -> Self {
        Self {
            who: Arc::new(who),
            ..self.clone()
        }
    }

    /// Proves which centre this is to whoever asks.
    pub fn prove(&self, request: &CentreRequest) -> CentreReply {
        CentreReply::to(request, self.id, &self.key)
    }

    /// A code that opens a counter that was silent for too long; none where its key or the moment cannot be used.
    pub(crate) fn unlock_code(&self, device: DeviceId, public_key: &str) -> Option<String> {
        let key = protocol::signature::public_key_from_hex(public_key)?;
        protocol::unlock::give(&self.key, &key, device, self.now())
    }

    /// Its signature over a statement, 128 hex digits.
    pub(crate) fn sign(&self, statement: &[u8]) -> String {
        protocol::clerk::sign(&self.key, statement)
    }

    /// Its generation, as this process knows it; [`crate::generation::current`] is what the database says.
    pub fn generation(&self) -> Generation {
        Generation(self.generation.load(Ordering::Relaxed))
    }

    /// Learns of a generation; it only grows.
    pub fn note_generation(&self, generation: Generation) {
        self.generation.fetch_max(generation.0, Ordering::Relaxed);
    }

    /// Looks what generation another process may have begun.
    ///
    /// # Errors
    /// Where the database fails.
    #[boxed]
    pub async fn look_generation(&self) -> Result<(), ServiceError> {
        let stored = crate::generation::current(self.db.read()).await?;
        self.note_generation(stored);
        Ok(())
    }

    /// Until when a counter that was heard at a moment may stay silent and go on spending; none where the
    /// rules that say so cannot be read: it still may deliver.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn lease_from(
        &self,
        heard: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, ServiceError> {
        match self.current_program().await {
            Ok(program) => Ok(Some(loyalty::lease_end(&program, heard).unwrap_or(heard))),
            Err(error @ (ServiceError::NoProgram | ServiceError::Program { .. })) => {
                tracing::error!(%error, "no lease is given");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// How much devices have read.
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What time it is, by its clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Its database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where members' keys for backups are kept.
    pub(crate) fn backup_keys(&self) -> Option<&Path> {
        self.backup_keys.as_deref()
    }

    /// Its channel to those who listen.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Begins a unit of work.
    ///
    /// # Errors
    /// Where another process keeps the database for too long.
    #[boxed]
    pub async fn work(&self) -> Result<UnitOfWork, ServiceError> {
        Ok(UnitOfWork::new(
            self.db.begin().await?,
            self.live.clone(),
            self.clock.clone(),
            (*self.who).clone(),
        ))
    }

    /// Closes the database.
    ///
    /// # Errors
    /// Where the engine reports one.
    #[boxed]
    pub async fn close(self) -> Result<(), ServiceError> {
        Ok(self.db.close().await?)
    }

    /// A version of the rules; none where it was never published.
    ///
    /// # Errors
    /// Where the database fails or holds a document that is no program.
    pub async fn program(&self, version: u32) -> Result<Option<Arc<Program>>, ServiceError> {
        let known = {
            let programs = self.programs.read().unwrap_or_else(PoisonError::into_inner);
            programs.get(&version).map(Arc::clone)
        };
        if known.is_some() {
            return Ok(known);
        }
        let row = program::Entity::find_by_id(Col(version))
            .one(self.db.read())
            .await?;
        row.filter(|row| row.version == version)
            .map(|row| self.remember(&row))
            .transpose()
    }

    /// The rules that new operations are made under now.
    ///
    /// # Errors
    /// [`ServiceError::NoProgram`] where none was published yet; [`ServiceError::Program`] where the one that
    /// holds cannot be read: an older one is never taken in its place; where the database fails.
    pub async fn current_program(&self) -> Result<Arc<Program>, ServiceError> {
        let known = {
            let published = self
                .published
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            published.as_ref().and_then(|p| p.at(self.now()))
        };
        if let Some((_, Some(program))) = known {
            return Ok(program);
        }
        let rows = program::Entity::find()
            .order_by_desc(program::Column::Version)
            .all(self.db.read())
            .await?;
        let programs = rows
            .iter()
            .map(|row| {
                let version = *row.version;
                (*row.effective_from, version, self.remember(row).ok())
            })
            .collect();
        let looked = Published {
            at: Instant::now(),
            programs,
        };
        let (version, program) = looked.at(self.now()).ok_or(ServiceError::NoProgram)?;
        *self
            .published
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(looked);
        if let Some(program) = program {
            return Ok(program);
        }
        // said again by whoever reads it, with what is wrong with it
        let row = rows.iter().find(|row| row.version == version);
        row.map_or(Err(ServiceError::NoProgram), |row| self.remember(row))
    }

    fn remember(&self, row: &program::Model) -> Result<Arc<Program>, ServiceError> {
        let version = *row.version;
        let mut known = self
            .programs
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = known.get(&version) {
            return Ok(Arc::clone(program));
        }
        // one that is new here may be the one that holds now
        *self
            .published
            .write()
            .unwrap_or_else(PoisonError::into_inner) = None;
        let program = Program::from_json(&row.document).map_err(|e| ServiceError::Program {
            version,
            why: e.to_string(),
        })?;
        let program = Arc::new(program);
        known.insert(version, Arc::clone(&program));
        Ok(program)
    }
}

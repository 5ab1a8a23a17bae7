//! How long it takes to see how a fleet stands: what `central devices list` and `central devices health` ask of the database,
//! beside reading the devices' rows alone.
//!
//! `cargo xtask bench fleet [--devices N] [--allowances N]`. Filling is not what is measured.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    missing_docs
)]

use std::time::{Duration, Instant};

use centre::fleet::{check_in, health_of};
use centre::key::KeyPlace;
use centre::sync::enrol::{Wanted, enrol, new_enrol_codes};
use centre::{Centre, Clock, catalogue, devices};
use centre_store::tables::device;
use clap::Parser;
use ed25519_dalek::{Signer, SigningKey};
use loyalty::Program;
use protocol::check_in::{CheckInRequest, DeviceHealth, PrinterHealth};
use protocol::enrol::{EnrolRequest, enrol_statement};
use sea_orm::{ConnectionTrait, EntityTrait};

#[derive(Parser)]
struct Args {
    /// Devices that are enrolled.
    #[arg(long, default_value_t = 1_000)]
    devices: u32,
    /// Allowances that each holds.
    #[arg(long, default_value_t = 100)]
    allowances: u32,
    /// Times that each is asked; the median is told.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let folder = tempfile::tempdir().unwrap();
    let url = centre_store::db::sqlite_in(folder.path()).unwrap();
    let centre = Centre::open_at(&url, &KeyPlace::Beside, Clock::default())
        .await
        .unwrap();
    fill(&centre, &args).await;
    let program = Program::from_json(r#"{"version": 1}"#).unwrap();
    let (db, now) = (centre.db().read(), centre.now());
    let rows = median(args.rounds, async || {
        device::Entity::find().all(db).await.unwrap().len()
    })
    .await;
    let list = median(args.rounds, async || {
        let all = devices::managed(db, &program, None, now).await;
        all.unwrap().len()
    })
    .await;
    let health = median(args.rounds, async || {
        health_of(db, None, now).await.unwrap().len()
    })
    .await;
    println!(
        "{} devices, {} allowances",
        args.devices,
        args.devices * args.allowances
    );
    let ms = |took: Duration| took.as_secs_f64() * 1_000.0;
    println!("rows alone        {:7.1} ms", ms(rows));
    for (name, took) in [("devices list", list), ("devices health", health)] {
        let times = took.as_secs_f64() / rows.as_secs_f64();
        println!(
            "{name:<17} {:7.1} ms   {times:.2} × the rows alone",
            ms(took)
        );
    }
}

async fn median(rounds: usize, mut ask: impl AsyncFnMut() -> usize) -> Duration {
    let mut all = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let begun = Instant::now();
        assert!(ask().await > 0);
        all.push(begun.elapsed());
    }
    all.sort();
    all[all.len() / 2]
}

/// Twenty stores with devices that have checked in and hold points of members.
async fn fill(centre: &Centre, args: &Args) {
    let mut work = centre.work().await.unwrap();
    for n in 0..20 {
        let store = protocol::entity::Store {
            id: format!("S{n:03}").as_str().into(),
            name: format!("Store {n}"),
            city: String::new(),
        };
        catalogue::put_store(&mut work, &store).await.unwrap();
    }
    work.commit().await.unwrap();
    let wanted: Vec<Wanted> = (0..args.devices)
        .map(|n| Wanted {
            checkout: true,
            name: format!("counter {n}"),
            ..Wanted::in_store(&format!("S{:03}", n % 20).into())
        })
        .collect();
    for (n, code) in new_enrol_codes(centre, &wanted)
        .await
        .unwrap()
        .iter()
        .enumerate()
    {
        let key = SigningKey::from_bytes(&[u8::try_from(n % 251).unwrap(); 32]);
        let mut seed = key.to_bytes();
        seed[..8].copy_from_slice(&(n as u64).to_le_bytes());
        let key = SigningKey::from_bytes(&seed);
        let public_key = hex::encode(key.verifying_key().to_bytes());
        let proof = key.sign(&enrol_statement(&code.code, &public_key));
        let request = EnrolRequest {
            code: code.code.clone(),
            public_key,
            device_name: String::new(),
            proof: hex::encode(proof.to_bytes()),
            device: None,
        };
        let reply = enrol(centre, &request, "https://c.example").await.unwrap();
        let row = device::Entity::find_by_id(centre_store::column::Col(reply.device))
            .one(centre.db().read())
            .await
            .unwrap()
            .unwrap();
        let health = DeviceHealth {
            version: "0.1.0".into(),
            system: "Windows 11".into(),
            target: "windows-x86_64".into(),
            clock: centre.now(),
            disk_free: Some(40_000_000_000),
            waiting: 0,
            waiting_since: None,
            attention: 0,
            members: 2_000,
            printer: PrinterHealth::default(),
            trouble: None,
            update: None,
        };
        check_in(
            centre,
            &row,
            &CheckInRequest {
                health,
                codes_shown: Vec::new(),
            },
        )
        .await
        .unwrap();
    }
    let work = centre.work().await.unwrap();
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         INSERT INTO allowance (member_id, id, device_id, epoch, request_id, granted, spent, released, outstanding, \
         granted_at, lease_until) SELECT 'M' || (n.i * 7919 % 100000), d.id || '-' || n.i, d.id, 1, 'r', 50, 0, 0, 50, 0, 0 \
         FROM device d, n",
        args.allowances
    );
    work.on().execute_unprepared(&sql).await.unwrap();
    work.commit().await.unwrap();
}

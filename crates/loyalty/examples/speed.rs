//! How many purchases one core reckons in a second: `cargo run --release -p loyalty --example speed`.
#![allow(clippy::print_stdout, clippy::cast_precision_loss)]

use std::hint::black_box;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use loyalty::{
    Account, Money, Points, PointsFrom, Program, ProgramError, Sale, SaleLine, Standing, advance,
    purchase,
};

const PROGRAM: &str = r#"{
    "tiers": [{"id": "silver"}, {"id": "gold", "from": "3000", "multiplier": "1.2"},
              {"id": "black", "from": "10000", "multiplier": "1.5"}],
    "factors": [{"factor": "2", "day_of_month": 18}, {"factor": "2", "birth_month": true}]}"#;

fn sale(no: usize, pay_points: Points) -> Sale {
    let line = |sku: &str, qty, fen| SaleLine {
        sku: sku.into(),
        category: None,
        qty,
        amount: Money::from_fen(fen),
    };
    Sale {
        receipt: format!("D1-{no:08}").into(),
        lines: vec![line("SKU-001", 1, 12_800), line("SKU-002", 2, 25_900)],
        pay_points,
        from: PointsFrom::Available,
        coupons: Vec::new(),
    }
}

fn main() -> Result<(), ProgramError> {
    let program = Program::from_json(PROGRAM)?;
    let start: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    // members with some history each, as an account is loaded from a database
    const MEMBERS: usize = 20_000;
    const EACH: usize = 20;
    for (name, points) in [
        ("money only", Points::ZERO),
        ("part paid with points", Points(100)),
    ] {
        let sales: Vec<Sale> = (0..MEMBERS * EACH)
            .map(|i| {
                sale(
                    i,
                    if i / MEMBERS == 0 {
                        Points::ZERO
                    } else {
                        points
                    },
                )
            })
            .collect();
        let mut accounts: Vec<Account> = (0..MEMBERS).map(|_| Account::default()).collect();
        let clock = Instant::now();
        for (i, sale) in sales.into_iter().enumerate() {
            let account = &mut accounts[i % MEMBERS];
            let at = start + TimeDelta::days(7 * i64::try_from(i / MEMBERS).unwrap_or(0));
            let now = advance(&program, account, at).now;
            let _ = black_box(purchase(&program, account, &now, sale, Standing::Proposed));
        }
        let spent = clock.elapsed().as_secs_f64();
        println!("{name}: {:.0} purchases/s", (MEMBERS * EACH) as f64 / spent);
    }
    Ok(())
}

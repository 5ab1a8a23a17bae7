//! How many purchases one core reckons in a second, in `loyalty` alone.

use std::hint::black_box;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use loyalty::{
    Account, Money, Points, PointsFrom, Program, ProgramError, Sale, SaleLine, Standing, advance,
    purchase,
};

/// The bar, in purchases a second.
const BAR: f64 = 500_000.0;

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

/// Measures and prints: the median of some rounds each.
pub fn measure(rounds: usize) -> Result<(), ProgramError> {
    let program = Program::from_json(PROGRAM)?;
    for (name, points) in [
        ("money only", Points::ZERO),
        ("part paid with points", Points(100)),
    ] {
        let mut speeds: Vec<f64> = (0..rounds.max(1))
            .map(|_| round(&program, points))
            .collect();
        speeds.sort_by(f64::total_cmp);
        let median = speeds[speeds.len() / 2];
        println!(
            "{name}: {median:.0} purchases/s on one core; bar {BAR:.0}: {}",
            if median >= BAR { "met" } else { "NOT MET" }
        );
    }
    Ok(())
}

/// Members with some history each, as an account is loaded from a database; purchases a second.
fn round(program: &Program, points: Points) -> f64 {
    const MEMBERS: usize = 20_000;
    const EACH: usize = 20;
    let start: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let paid = |i: usize| {
        if i / MEMBERS == 0 {
            Points::ZERO
        } else {
            points
        }
    };
    let sales: Vec<Sale> = (0..MEMBERS * EACH).map(|i| sale(i, paid(i))).collect();
    let mut accounts: Vec<Account> = (0..MEMBERS).map(|_| Account::default()).collect();
    let clock = Instant::now();
    for (i, sale) in sales.into_iter().enumerate() {
        let account = &mut accounts[i % MEMBERS];
        let at = start + TimeDelta::days(7 * i64::try_from(i / MEMBERS).unwrap_or(0));
        let now = advance(program, account, at).now;
        let _ = black_box(purchase(program, account, &now, sale, Standing::Proposed));
    }
    (MEMBERS * EACH) as f64 / clock.elapsed().as_secs_f64()
}

//! Scenario files: one member's history against one program, to try rules before they hold.
//!
//! A file holds one scenario or an array of them, as JSON:
//!
//! ```json
//! {"name": "…", "program": {}, "member": {"birthday": "1990-05-01"},
//!  "steps": [{"at": "2026-01-10T12:00:00+08:00", "do": "purchase", "receipt": "R1",
//!             "lines": [{"sku": "A", "qty": 1, "amount": "70.00"}], "expect": {"balance": 70}}]}
//! ```
//!
//! [`parse`] reads and proves a whole file, [`run`] applies its steps in order on the very functions of this
//! crate, [`check`] compares what came out with what each step expects. Nothing here reads or prints.
//!
//! Chosen where the format is silent:
//! - Fields that are not in the format are refused, as a mistyped `pay_point` would otherwise pay nothing.
//!   An optional field may also be `null`.
//! - The whole file is proved before its first step runs.
//! - The same content is the same values: `"5"` and `"5.00"`, or no coupons and an empty list, are the same.
//! - `exists` is always there; `pay` and `discounts` are on every purchase and `refund` on every return, zero
//!   and empty where the step had no effect.
//! - An expectation of `null` holds for a field that is not there.
//! - A purchase is the till's own, and counts whole, unless `recorded_by` says which clerk recorded it at a counter.
//! - `all: true` beside `lines` is refused. A return without either is `over_returned`, as one of nothing.

mod expect;
mod fields;
mod file;
mod run;
mod step;

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use expect::{Mismatch, check};
pub use file::parse;
pub use run::run;
pub use step::Operation;

use crate::ids::{Sku, TierId};
use crate::money::Money;
use crate::points::Points;
use crate::program::Program;
use crate::refusal::Refusal;

/// One member's history against one program.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What it shows.
    pub name: String,
    /// The rules; put another here to see what it would change.
    pub program: Program,
    /// The member's birthday.
    pub birthday: Option<NaiveDate>,
    /// What happens, in order of time.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// What is done.
    pub operation: Operation,
    /// Any subset of the [`StepState`] after it.
    pub expect: Option<serde_json::Value>,
}

/// The state after a step. In serde it is the line that is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    /// The scenario's name.
    pub scenario: String,
    /// Which step, from 1.
    pub step: usize,
    /// Whether it was not refused.
    pub ok: bool,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refusal>,
    /// Whether the same operation had come before, so that this one had no effect.
    pub exists: bool,
    /// Points earned by this step.
    pub earned: Points,
    /// Points spent by this step.
    pub spent: Points,
    /// Points taken back by this step.
    pub taken_back: Points,
    /// Points given back by this step.
    pub given_back: Points,
    /// Points that expired with this step.
    pub expired: Points,
    /// Money paid by this step; on a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<Money>,
    /// Money refunded by this step; on a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<Money>,
    /// What coupons took off each line; on a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discounts: Option<Vec<LineDiscount>>,
    /// Lots less debt.
    pub balance: Points,
    /// Points owed.
    pub debt: Points,
    /// Points that wait for the till.
    #[serde(default, skip_serializing_if = "no_points")]
    pub waiting: Points,
    /// The lots in spending order, empty ones left out.
    pub lots: Vec<LotState>,
    /// The tier that is shown and earned at.
    pub tier: TierId,
    /// Net money paid in the window that ends now.
    pub qualifying: Money,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
const fn no_points(points: &Points) -> bool {
    points.is_zero()
}

/// What coupons took off one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDiscount {
    /// The line's product.
    pub sku: Sku,
    /// How much.
    pub amount: Money,
}

/// One lot of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotState {
    /// Points in it, above zero.
    pub points: Points,
    /// Its last day; null for never.
    pub expires: Option<NaiveDate>,
}

/// Why a file is no scenario, or a step cannot be understood, with the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The scenario's name; or its number in the file, as `#2`, where it has none.
    pub scenario: Option<String>,
    /// The step, from 1.
    pub step: Option<usize>,
    /// The path of fields there, such as `lines[0].amount`; empty for the whole.
    pub place: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.scenario {
            write!(f, "scenario {name:?}: ")?;
        }
        if let Some(step) = self.step {
            write!(f, "step {step}: ")?;
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ScenarioError {}

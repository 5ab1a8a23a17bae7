//! One day at a counter, in the app's real window: in step, alone, killed, and in step again.

#![allow(
    clippy::expect_used,
    reason = "a step that cannot be taken fails the test"
)]

mod approving;
mod copied;
mod couponing;
mod day;
mod enrolling;
mod filling_in;
mod hands;
mod joining;
mod knowing;
mod phones;
mod printing;
mod sampling;
mod telling;
mod tour;
mod trusting;
mod visiting;

use day::Day;
use tests::window::Album;
use tests::window::bench::TABLET;

/// What was called done while the counter was alone and then lost its power is there afterwards,
/// reaches the centre by itself, and is seen once by every counter.
#[test]
fn a_day_with_a_network_that_fails_and_a_power_cut_loses_nothing() {
    let mut day = Day::begins();
    let app = day.open(Album::of(TABLET, "zh-CN"));

    day.sign_in_after_a_wrong_pin(&app);
    day.find_her_by_initials(&app);
    day.her_page(&app);
    day.look_around_in_step(&app);

    day.centre_goes_away(&app);
    day.redeem_within_the_allowance(&app);
    day.redeem_above_it(&app);
    day.sell(&app);
    day.sell_to_an_unknown_phone(&app);
    day.take_back(&app);
    day.invite(&app);
    day.all_of_it_waits(&app);

    let app = day.power_cut(app);
    day.all_of_it_still_waits(&app);

    day.centre_comes_back(&app);
    day.it_counts_once(&app);
    app.close();
    day.it_counts_once_at_the_other_counter();
}

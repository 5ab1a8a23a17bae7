use crate::Error;
use crate::scripted::Shop;
use crate::view::{RedeemQuote, RedeemQuoteOf, RedeemRequest, RedeemWhat};
use loyalty::{Money, Points};
use protocol::entity::EntityKind;
use serde_json::json;

/// A counter that holds points of her thousand, of a brand whose points go from 300 on in hundreds, for up to half of
/// a bill.
fn shop(points: i64) -> Shop {
    let shop = Shop::open();
    let rules = json!({
        "version": 7, "timezone": "Asia/Shanghai",
        "redeem": {"yuan_per_point": "0.05", "minimum": 300, "step": 100, "max_share": "0.5"},
    });
    shop.centre
        .publish("brand", EntityKind::Program.name(), "7", &rules);
    shop.centre.script().points = points;
    shop.engine.sync_now().unwrap();
    shop
}

fn request(what: RedeemWhat) -> RedeemRequest {
    RedeemRequest {
        presence: None,
        member_id: "M1".into(),
        what,
    }
}

fn cash(shop: &Shop, points: i64, bill: &str) -> RedeemQuote {
    let bill = Money::parse(bill).unwrap();
    let points = Points(points);
    let what = RedeemWhat::Cash { points, bill };
    shop.engine.quote_redemption(&request(what)).unwrap()
}

/// Worth, what is left to pay, the most, its worth, and the steps.
fn figures(quote: &RedeemQuote) -> (String, String, i64, String, i64, i64) {
    let RedeemQuoteOf::Cash {
        worth,
        due,
        most,
        most_worth,
        less,
        more,
        ..
    } = &quote.what
    else {
        panic!("{quote:?}");
    };
    (
        worth.to_string(),
        due.to_string(),
        most.0,
        most_worth.to_string(),
        less.0,
        more.0,
    )
}

#[test]
fn points_pay_at_most_the_share_of_the_bill_in_whole_steps_and_what_is_there() {
    let shop = shop(1_000);
    let of = |points, bill| figures(&cash(&shop, points, bill));
    let text = |a: &str| a.to_owned();
    // nothing yet: the first step goes to the minimum
    assert_eq!(
        of(0, "1138.00"),
        (text("0.00"), text("1138.00"), 1_000, text("50.00"), 0, 300)
    );
    assert_eq!(
        of(300, "1138.00"),
        (text("15.00"), text("1123.00"), 1_000, text("50.00"), 0, 400)
    );
    assert_eq!(
        of(1_000, "1138.00"),
        (
            text("50.00"),
            text("1088.00"),
            1_000,
            text("50.00"),
            900,
            1_000
        )
    );
    // the share is in the way
    assert_eq!(
        of(0, "45.00"),
        (text("0.00"), text("45.00"), 400, text("20.00"), 0, 300)
    );
    // a smaller bill takes fewer of those that were asked for
    let smaller = cash(&shop, 1_000, "45.00");
    assert_eq!(smaller.points, Points(400));
    // too small for the minimum
    assert_eq!(
        of(300, "9.99"),
        (text("0.00"), text("9.99"), 0, text("0.00"), 0, 0)
    );
    assert_eq!(cash(&shop, 300, "9.99").refused, None);
}

#[test]
fn what_is_quoted_is_what_is_done() {
    let shop = shop(1_000);
    let quote = cash(&shop, 400, "100.00");
    assert_eq!((quote.before, quote.after), (Points(1_000), Points(600)));
    let what = RedeemWhat::Cash {
        points: quote.points,
        bill: Money::from_fen(10_000),
    };
    let done = shop.engine.redeem(&shop.clerk(), &request(what)).unwrap();
    assert_eq!(done.points, quote.points);
    assert_eq!(done.balance_after, quote.after);
    assert_eq!(done.offline_usable, quote.offline_after);
    assert_eq!(done.worth.unwrap().to_string(), figures(&quote).0);
}

#[test]
fn a_reward_says_how_many_pieces_she_can_have() {
    let shop = shop(1_000);
    let of = |qty| {
        let id = "R1".into();
        let what = RedeemWhat::Reward { id, qty };
        shop.engine.quote_redemption(&request(what)).unwrap()
    };
    let most = |quote: &RedeemQuote| match quote.what {
        RedeemQuoteOf::Reward { most } => most,
        RedeemQuoteOf::Cash { .. } => panic!("{quote:?}"),
    };
    let two = of(2);
    assert_eq!(
        (most(&two), two.points, two.after),
        (10, Points(200), Points(800))
    );
    assert_eq!(two.refused, None);
    assert_eq!(of(11).refused.as_deref(), Some("not_enough_points"));
    assert_eq!(of(100).refused.as_deref(), Some("quantity_invalid"));
    let left = json!({"reward": "R1", "left": 1});
    shop.centre
        .publish("store:S1", EntityKind::Stock.name(), "R1", &left);
    shop.engine.sync_now().unwrap();
    let two = of(2);
    assert_eq!(most(&two), 1);
    assert_eq!(two.refused.as_deref(), Some("reward_out_of_stock"));
}

#[test]
fn what_is_no_redemption_is_an_error() {
    let shop = shop(1_000);
    let of = |what| shop.engine.quote_redemption(&request(what)).unwrap_err();
    let unknown = RedeemWhat::Reward {
        id: "nothing".into(),
        qty: 1,
    };
    assert!(matches!(of(unknown), Error::RewardUnknown));
    let nothing = RedeemWhat::Cash {
        points: Points(300),
        bill: Money::ZERO,
    };
    assert!(matches!(of(nothing), Error::AmountInvalid));
}

#[test]
fn a_sale_takes_as_many_points_as_may_be_used_where_it_is_asked_to() {
    let shop = shop(1_000);
    let mut sale = shop.sale("", &[]);
    sale.pay_points = Points(9_999);
    let refused = shop.engine.quote_sale(&sale).unwrap();
    assert!(refused.points_refused.is_some());
    sale.fit_points = true;
    let fitted = shop.engine.quote_sale(&sale).unwrap();
    assert_eq!(fitted.points_refused, None);
    assert_eq!(fitted.most_points, Points(1_000));
    assert_eq!(fitted.pay_points, Points(1_000));
    assert_eq!(
        (fitted.less_points, fitted.more_points),
        (Points(900), Points(1_000))
    );
    sale.pay_points = Points(0);
    let none = shop.engine.quote_sale(&sale).unwrap();
    assert_eq!(
        (none.less_points, none.more_points),
        (Points(0), Points(300))
    );
    sale.pay_points = Points(299);
    assert_eq!(shop.engine.quote_sale(&sale).unwrap().pay_points, Points(0));
}

//! What a customer tells of a reaction: beside the return, on the disk, to the centre, and erased when she goes.

use crate::outbox;
use crate::scripted::{Shop, member};
use crate::view::{Approver, ReturnLineRequest, ReturnRequest};
use loyalty::{Course, Doctor, Money, Onset, Place, REACTION_NOTE_CHARS, Reaction, Sign};
use protocol::entity::EntityKind;
use protocol::operation::{Operation, REACTION};
use protocol::personal::PersonalField;
use serde_json::Value;

const NOTE: &str = "第二天早上脸颊发烫";

fn told(note: &str) -> Reaction {
    Reaction {
        signs: [Sign::Redness, Sign::Itching].into(),
        places: [Place::Face].into(),
        onset: Onset::Day,
        course: Course::Still,
        doctor: Doctor::No,
        note: note.to_owned(),
    }
}

fn back(receipt: &str, reaction: Option<Reaction>) -> ReturnRequest {
    ReturnRequest {
        receipt: receipt.into(),
        reason: "reaction".into(),
        reaction,
        ..ReturnRequest::default()
    }
}

/// A counter that sold her something, and has no network.
fn sold() -> Shop {
    let shop = Shop::open();
    let sale = shop.sale("T1", &[]);
    shop.engine.record_sale(&shop.clerk(), &sale).unwrap();
    shop.engine.sync_now().unwrap();
    shop.centre.script().silent = vec!["/v1/hello".into(), "/v1/push".into()];
    shop
}

fn online(shop: &Shop) {
    shop.centre.script().silent.clear();
    shop.engine.sync_now().unwrap();
}

/// The body of an operation on the disk, and what lies beside it.
fn stored(shop: &Shop, op_id: &str) -> (String, PersonalField) {
    let (body, personal) = shop
        .engine
        .shared
        .outbox()
        .read(|c| {
            let sql = "SELECT body, personal FROM outbox WHERE op_id = ?1";
            let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get::<_, String>(1)?));
            Ok(c.query_row(sql, [op_id], row).unwrap())
        })
        .unwrap();
    let mut fields: Vec<PersonalField> = serde_json::from_str(&personal).unwrap();
    assert_eq!(fields.len(), 1);
    let field = fields.remove(0);
    assert_eq!(field.name, REACTION);
    (body, field)
}

fn sent(shop: &Shop) -> Operation {
    shop.centre.script().ops.last().unwrap().clone()
}

#[test]
fn it_lies_beside_the_return_survives_a_restart_and_reaches_the_centre() {
    let shop = sold();
    let request = back("T1", Some(told(NOTE)));
    let done = shop.engine.record_return(&shop.clerk(), &request).unwrap();
    let shop = shop.again();
    let (body, field) = stored(&shop, &done.op_id);
    assert!(!body.contains("redness") && !body.contains(NOTE), "{body}");
    assert!(field.value().unwrap().contains(NOTE));
    online(&shop);
    let op = sent(&shop);
    assert_eq!(op.op_id.to_string(), done.op_id);
    assert!(op.is_intact());
    let value = op.personal_value(REACTION).unwrap();
    assert_eq!(serde_json::from_str::<Reaction>(value).unwrap(), told(NOTE));
}

#[test]
fn who_says_nothing_gets_her_money_as_before() {
    let shop = sold();
    let done = shop
        .engine
        .record_return(&shop.clerk(), &back("T1", None))
        .unwrap();
    assert!(done.refund > Money::ZERO);
    online(&shop);
    assert!(sent(&shop).personal.is_empty());
}

#[test]
fn what_says_nothing_or_too_much_records_nothing() {
    let shop = sold();
    let nothing = Reaction {
        signs: [].into(),
        ..told("")
    };
    let long = told(&"长".repeat(REACTION_NOTE_CHARS + 1));
    for wrong in [nothing, long] {
        for receipt in ["T1", "unknown"] {
            let request = ReturnRequest {
                lines: vec![ReturnLineRequest {
                    sku: "P1".into(),
                    qty: 1,
                    line: None,
                }],
                refund: Some(Money::from_fen(100)),
                approver: Some(Approver {
                    manager: "C1".into(),
                    pin: "1234".into(),
                }),
                ..back(receipt, Some(wrong.clone()))
            };
            let refused = shop.engine.record_return(&shop.clerk(), &request);
            assert_eq!(
                refused.unwrap_err().code().0,
                "reaction_invalid",
                "{receipt}"
            );
        }
    }
    assert!(shop.engine.sync_page().unwrap().waiting.is_empty());
}

#[test]
fn a_receipt_that_nobody_here_knows_carries_it_too() {
    let shop = sold();
    let request = ReturnRequest {
        lines: vec![ReturnLineRequest {
            sku: "P1".into(),
            qty: 1,
            line: None,
        }],
        refund: Some(Money::from_fen(50_000)),
        approver: Some(Approver {
            manager: "C1".into(),
            pin: "1234".into(),
        }),
        ..back("T9", Some(told("")))
    };
    shop.engine.record_return(&shop.clerk(), &request).unwrap();
    online(&shop);
    assert!(sent(&shop).personal_value(REACTION).is_some());
}

#[test]
fn when_she_goes_it_is_erased_here_and_the_chain_still_holds() {
    let shop = sold();
    let other = member("M2", "13800000002");
    shop.centre
        .publish("store:S1", EntityKind::Member.name(), "M2", &other);
    let request = back("T1", Some(told(NOTE)));
    let done = shop.engine.record_return(&shop.clerk(), &request).unwrap();
    online(&shop);
    let goes = |id: &str| {
        shop.centre
            .publish("store:S1", EntityKind::Member.name(), id, &Value::Null);
        shop.engine.sync_now().unwrap();
    };
    goes("M2");
    let (_, kept) = stored(&shop, &done.op_id);
    assert!(kept.value().is_some(), "another went");
    goes("M1");
    let (_, field) = stored(&shop, &done.op_id);
    assert_eq!(field.value(), None);
    assert!(field.holds());
    assert_eq!(field.commitment, kept.commitment);
}

#[test]
fn what_the_centre_has_not_confirmed_is_kept_for_it() {
    let shop = sold();
    let request = back("T1", Some(told(NOTE)));
    let done = shop.engine.record_return(&shop.clerk(), &request).unwrap();
    let erase = |tx: &rusqlite::Transaction<'_>| outbox::erase_reactions(tx, &["M1"].into());
    assert_eq!(shop.engine.shared.outbox().write(erase).unwrap(), 0);
    assert!(stored(&shop, &done.op_id).1.value().is_some());
}

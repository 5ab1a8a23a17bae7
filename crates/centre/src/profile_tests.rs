//! Changes that did not see each other come to the same, in whatever order they arrive.

use super::*;
use proptest::prelude::*;
use protocol::entity::Skin;
use protocol::profile::{Consents, Fields};

fn member() -> member::Model {
    member::Model {
        id: "M1".into(),
        card_no: "80001".into(),
        card_key: "80001".into(),
        phone: Some("13800005678".into()),
        name: "张三".into(),
        birthday: None,
        home_store: "S1".into(),
        advisor: None,
        joined_at: DateTime::UNIX_EPOCH.into(),
        channel: "counter".into(),
        joined_by_device: None,
        joined_by_clerk: None,
        joined_by_code: None,
        skin: None,
        allergies: Col::secret(r#"["alcohol"]"#),
        concerns: "[]".into(),
        consent_skin: true,
        consent_marketing: true,
        revision: Col(0),
        called: String::new(),
        consent_guardian: false,
        agreed: "[]".into(),
        changed_by: None,
        changed_at: None,
        erased_at: None,
        merged_into: None,
        phone_waits: None,
        joined_in_store: None,
        joined_campaign: None,
        sign_up_credit: Col(protocol::sign_up::SignUpCredit::Counts),
        phone_proven: true,
    }
}

fn blank(seen: u32) -> Profile {
    Profile {
        member: "M1".into(),
        seen,
        set: Fields::default(),
        allergies_add: Vec::new(),
        allergies_remove: Vec::new(),
        consents: Consents::default(),
    }
}

fn adds(seen: u32, word: &str) -> Profile {
    Profile {
        allergies_add: vec![word.into()],
        ..blank(seen)
    }
}

fn removes(seen: u32, word: &str) -> Profile {
    Profile {
        allergies_remove: vec![word.into()],
        ..blank(seen)
    }
}

fn consents(seen: u32, skin: Option<bool>, marketing: Option<bool>) -> Profile {
    let consents = Consents {
        skin,
        marketing,
        guardian: None,
        text_version: "2026-1".into(),
    };
    Profile {
        consents,
        ..blank(seen)
    }
}

fn play(kept: &mut Kept, bodies: &[(usize, &Profile)]) {
    for (i, body) in bodies {
        let note = format!("note {i}");
        let change = Change {
            body,
            name: (*i == 0).then_some("李四"),
            called: None,
            phone: None,
            note: Some(&note),
            op_id: format!("op {i}").into(),
            clerk: &"C1".into(),
            source: "counter:D1".into(),
            at: DateTime::UNIX_EPOCH,
        };
        kept.change(&change).unwrap();
    }
}

fn after(bodies: &[&Profile]) -> Kept {
    let mut kept = Kept::new(member());
    let numbered: Vec<(usize, &Profile)> = bodies.iter().copied().enumerate().collect();
    play(&mut kept, &numbered);
    kept
}

#[test]
fn the_last_one_by_the_centres_order_sets_a_field() {
    let sets = |day: &str| Profile {
        set: Fields {
            birthday: day.parse().ok(),
            concerns: Some(vec![day.into()]),
            ..Fields::default()
        },
        ..blank(0)
    };
    let day = |text: &str| text.parse().ok().map(Col);
    let (one, two) = (sets("1990-01-01"), sets("1991-02-02"));
    let kept = after(&[&one, &two]);
    assert_eq!(kept.member.birthday, day("1991-02-02"));
    let kept = after(&[&two, &one]);
    assert_eq!(kept.member.birthday, day("1990-01-01"));
    assert_eq!(kept.member.concerns, r#"["1990-01-01"]"#);
    assert_eq!(kept.member.revision, 2);
}

#[test]
fn an_allergy_that_was_not_seen_is_not_taken_off() {
    let (add, remove) = (adds(0, "nuts"), removes(0, "nuts"));
    for order in [[&add, &remove], [&remove, &add]] {
        assert_eq!(
            after(&order).member.allergies.text(),
            r#"["alcohol","nuts"]"#
        );
    }
    // whoever saw it, and what stood there from the beginning
    let seen = after(&[&add, &removes(1, "nuts"), &removes(0, "alcohol")]);
    assert_eq!(seen.member.allergies.text(), "[]");
    // and told again after that
    let again = after(&[
        &add,
        &removes(1, "nuts"),
        &adds(1, "nuts"),
        &removes(2, "nuts"),
    ]);
    assert_eq!(again.member.allergies.text(), r#"["alcohol","nuts"]"#);
}

#[test]
fn a_withdrawal_stands_against_whoever_did_not_see_it() {
    let give = consents(0, Some(true), Some(true));
    let withdraw = consents(0, Some(false), Some(false));
    for order in [[&give, &withdraw], [&withdraw, &give]] {
        let kept = after(&order);
        assert!(!kept.member.consent_skin && !kept.member.consent_marketing);
        assert_eq!(kept.member.allergies.text(), "[]");
        let last = |purpose: &str| {
            kept.consents
                .iter()
                .rfind(|c| c.purpose == purpose)
                .unwrap()
        };
        // the last receipt is what holds
        assert!(!last("skin").given && !last("marketing").given);
    }
    let kept = after(&[&withdraw, &consents(1, Some(true), None)]);
    assert!(kept.member.consent_skin && !kept.member.consent_marketing);
}

#[test]
fn what_needs_consent_is_kept_with_it_only() {
    let mut told = consents(1, Some(true), None);
    told.set.skin = Some(Skin {
        moisture: "dry".into(),
        ..Skin::default()
    });
    told.allergies_add = vec!["nuts".into()];
    let withdraw = consents(0, Some(false), None);
    let kept = after(&[&withdraw, &adds(1, "nuts"), &blank(1)]);
    assert_eq!(
        (kept.member.skin, kept.member.allergies.text()),
        (None, "[]")
    );
    let kept = after(&[&withdraw, &told]);
    assert!(kept.member.skin.is_some());
    assert_eq!(kept.member.allergies.text(), r#"["nuts"]"#);
}

/// Changes of different fields, none of which saw another.
fn independent() -> Vec<Profile> {
    let set = |set: Fields| Profile { set, ..blank(0) };
    vec![
        // the first one carries the name
        set(Fields {
            birthday: "1990-01-01".parse().ok(),
            ..Fields::default()
        }),
        set(Fields {
            advisor: Some("C7".into()),
            ..Fields::default()
        }),
        set(Fields {
            concerns: Some(vec!["dullness".into()]),
            ..Fields::default()
        }),
        set(Fields {
            skin: Some(Skin::default()),
            ..Fields::default()
        }),
        adds(0, "nuts"),
        adds(0, "nuts"),
        adds(0, "latex"),
        removes(0, "latex"),
        removes(0, "alcohol"),
        consents(0, None, Some(true)),
        consents(0, None, Some(false)),
        consents(0, Some(false), None),
        consents(0, Some(true), None),
    ]
}

proptest! {
    #[test]
    fn the_order_of_arrival_of_independent_changes_does_not_matter(
        order in Just((0..independent().len()).collect::<Vec<_>>()).prop_shuffle(),
        most in 1..independent().len(),
    ) {
        let all = independent();
        let mut chosen: Vec<usize> = order.into_iter().take(most).collect();
        let play_in = |chosen: &[usize]| {
            let mut kept = Kept::new(member());
            let bodies: Vec<_> = chosen.iter().map(|i| (*i, &all[*i])).collect();
            play(&mut kept, &bodies);
            let mut notes: Vec<String> = kept.notes.iter().map(|n| n.note.text().to_owned()).collect();
            notes.sort();
            // receipts tell the order in which it was said; what holds does not hang on it
            let mut agreed: Vec<Agreed> = serde_json::from_str(&kept.member.agreed).unwrap();
            agreed.sort_by(|a, b| a.purpose.cmp(&b.purpose));
            let given: Vec<_> = agreed.into_iter().map(|a| (a.purpose, a.given)).collect();
            kept.member.agreed.clear();
            (kept.member, given, notes)
        };
        let shuffled = play_in(&chosen);
        chosen.sort_unstable();
        prop_assert_eq!(shuffled, play_in(&chosen));
    }
}

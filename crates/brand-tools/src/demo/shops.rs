//! The demo brand's stores and who works in them.

use std::collections::HashSet;

use protocol::entity::{Role, Store};

use super::dice::Dice;
use super::names;

/// Most stores that the demo can have.
pub(crate) const MOST_STORES: usize = SHOPS.len();

/// Number, city, name; the shopping centres are made up.
const SHOPS: [(&str, &str, &str); 16] = [
    ("S001", "上海", "江汇广场店"),
    ("S002", "杭州", "西溪里店"),
    ("S003", "成都", "锦城荟店"),
    ("S004", "广州", "珠江汇店"),
    ("S005", "北京", "望和汇店"),
    ("S006", "深圳", "湾城里店"),
    ("S007", "武汉", "江汉荟店"),
    ("S008", "南京", "秦淮里店"),
    ("S009", "重庆", "渝江里店"),
    ("S010", "西安", "长乐汇店"),
    ("S011", "苏州", "金鸡湖里店"),
    ("S012", "长沙", "湘江荟店"),
    ("S013", "青岛", "浮山湾汇店"),
    ("S014", "天津", "海河里店"),
    ("S015", "厦门", "鹭江荟店"),
    ("S016", "宁波", "三江里店"),
];

/// Who works in the first store.
const FIRST_STAFF: [&str; 5] = ["林悦", "周雯", "苏晓", "陈立", "何敏"];

/// Each store's staff.
const ROLES: [Role; 5] = [
    Role::Advisor,
    Role::Advisor,
    Role::Advisor,
    Role::Cashier,
    Role::Manager,
];

/// Somebody who works in a store, with the PIN that only the demo knows.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub store: String,
    pub pin: String,
    /// Salt of the PIN's hash, so that the same seed gives the same database.
    pub salt: [u8; 16],
}

/// The first so many stores.
pub(crate) fn stores(count: usize) -> Vec<Store> {
    SHOPS
        .iter()
        .take(count)
        .map(|(id, city, name)| Store {
            id: (*id).into(),
            name: (*name).to_owned(),
            city: (*city).to_owned(),
        })
        .collect()
}

/// The staff of these stores, store by store.
pub(crate) fn staff(seed: u64, stores: &[Store]) -> Vec<Staff> {
    let mut names_taken: HashSet<String> = FIRST_STAFF.iter().map(|n| (*n).to_owned()).collect();
    let mut all = Vec::new();
    for (s, store) in stores.iter().enumerate() {
        let mut dice = Dice::new(seed, &format!("staff of {}", store.id));
        let mut pins = HashSet::new();
        for (i, role) in ROLES.into_iter().enumerate() {
            let name = match FIRST_STAFF.get(i) {
                Some(name) if s == 0 => (*name).to_owned(),
                _ => new_name(&mut dice, &mut names_taken),
            };
            all.push(Staff {
                id: format!("{}-{:02}", store.id, i + 1),
                name,
                role,
                store: store.id.to_string(),
                pin: pin(&mut dice, &mut pins),
                salt: dice.bytes(),
            });
        }
    }
    all
}

fn new_name(dice: &mut Dice, taken: &mut HashSet<String>) -> String {
    loop {
        let year = i32::try_from(dice.between(1986, 2002)).unwrap_or(1990);
        let woman = dice.chance(0.92);
        let name = names::name(dice, None, year, woman);
        if taken.insert(name.clone()) {
            return name;
        }
    }
}

/// Six digits that nobody would try first.
fn pin(dice: &mut Dice, taken: &mut HashSet<String>) -> String {
    loop {
        let pin = format!("{:06}", dice.between(0, 999_999));
        if !is_easy(&pin) && taken.insert(pin.clone()) {
            return pin;
        }
    }
}

/// One digit over and over, or digits in a row.
fn is_easy(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let step = |by: i16| {
        digits
            .windows(2)
            .all(|w| i16::from(w[1]) - i16::from(w[0]) == by)
    };
    step(0) || step(1) || step(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_store_has_its_staff() {
        let stores = stores(4);
        let staff = staff(7, &stores);
        assert_eq!(staff.len(), 20);
        for store in &stores {
            let managers = staff
                .iter()
                .filter(|s| s.store == store.id.as_str() && s.role == Role::Manager);
            assert_eq!(managers.count(), 1);
        }
        assert!(staff.iter().all(|s| s.pin.len() == 6 && !is_easy(&s.pin)));
        assert!(is_easy("111111") && is_easy("345678") && is_easy("987654"));
    }
}

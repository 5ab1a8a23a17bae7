//! Mobile numbers as the mainland's operators give them out.

use super::dice::Dice;
use std::collections::HashSet;

/// First three digits given to people's phones, with a rough share of each. Numbers for things
/// (140, 141, 144, 146, 148), satellites (1349, 174) and resellers (162, 165, 167, 170, 171)
/// are left out.
#[rustfmt::skip]
const PREFIXES: [(u32, u32); 50] = [
    // China Mobile
    (134, 28), (135, 40), (136, 40), (137, 40), (138, 48), (139, 46), (147, 8), (150, 36),
    (151, 36), (152, 32), (157, 26), (158, 38), (159, 38), (172, 6), (178, 20), (182, 34),
    (183, 34), (184, 20), (187, 36), (188, 40), (195, 12), (197, 6), (198, 18),
    // China Unicom
    (130, 24), (131, 26), (132, 24), (145, 5), (155, 22), (156, 24), (166, 14), (175, 12),
    (176, 18), (185, 26), (186, 32), (196, 4),
    // China Telecom
    (133, 22), (149, 3), (153, 20), (173, 14), (177, 20), (180, 22), (181, 20), (189, 26),
    (190, 3), (191, 10), (193, 5), (199, 14),
    // China Broadnet
    (192, 5),
    // the prestige numbers that stay longest with their owners
    (138, 8), (139, 6),
];

/// A number that nobody in `taken` has.
pub(crate) fn number(dice: &mut Dice, taken: &mut HashSet<String>) -> String {
    loop {
        let prefix = dice.weighted(&PREFIXES).unwrap_or(138);
        let number = format!("{prefix}{:08}", dice.between(0, 99_999_999));
        if is_given_out(&number) && taken.insert(number.clone()) {
            return number;
        }
    }
}

/// Whether the digits look like a person's own mobile number.
fn is_given_out(number: &str) -> bool {
    let satellite = number.starts_with("1349");
    let tail = &number[3..];
    let first = tail.chars().next();
    let monotone = tail.chars().all(|c| Some(c) == first);
    !satellite && !monotone && !tail.starts_with("0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_of_real_prefixes() {
        let mut dice = Dice::new(1, "phones");
        let mut taken = HashSet::new();
        for _ in 0..5_000 {
            let number = number(&mut dice, &mut taken);
            assert_eq!(number.len(), 11);
            assert!(number.bytes().all(|b| b.is_ascii_digit()));
            assert!(
                PREFIXES
                    .iter()
                    .any(|(p, _)| number.starts_with(&p.to_string())),
                "{number}"
            );
            assert!(!number.starts_with("1349"), "{number}");
        }
        assert_eq!(taken.len(), 5_000);
    }
}

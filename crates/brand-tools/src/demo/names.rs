//! Whole names of made-up people.

use super::dice::Dice;
use super::famous::is_famous;
use super::given_names::{GENERATIONS, Generation};
use super::surnames::COMMON;

/// A name for somebody born in `year`. `surname` is thrown from the common ones where it is
/// not given. Never the name of somebody well known.
pub(crate) fn name(dice: &mut Dice, surname: Option<&str>, year: i32, woman: bool) -> String {
    let generation = generation(year);
    let given = if woman {
        generation.women
    } else {
        generation.men
    };
    for _ in 0..64 {
        let surname = surname.or_else(|| dice.weighted(&COMMON)).unwrap_or("王");
        let Some(given) = dice.pick(given) else { break };
        let name = format!("{surname}{given}");
        let doubled = given.starts_with(surname) || given.ends_with(surname);
        if !doubled && !is_famous(&name) {
            return name;
        }
    }
    // every throw met somebody well known: a given name that nobody well known bears
    format!("{}予宁", surname.unwrap_or("王"))
}

fn generation(year: i32) -> &'static Generation {
    GENERATIONS
        .iter()
        .rev()
        .find(|g| g.from <= year)
        .unwrap_or(&GENERATIONS[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::surnames::OWN_WAY;

    #[test]
    fn nobody_is_well_known() {
        let mut dice = Dice::new(3, "names");
        for i in 0..20_000 {
            let name = name(&mut dice, None, 1950 + i % 56, i % 13 != 0);
            assert!(!is_famous(&name), "{name}");
            assert!((2..=4).contains(&name.chars().count()), "{name}");
        }
    }

    #[test]
    fn surnames_of_their_own_keep_their_surname() {
        let mut dice = Dice::new(3, "own");
        for surname in OWN_WAY {
            assert!(name(&mut dice, Some(surname), 1988, true).starts_with(surname));
        }
    }
}

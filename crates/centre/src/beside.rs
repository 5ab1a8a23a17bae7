//! Personal values beside an operation, as two columns: what was committed to, which stays readable so that the chain can
//! be verified by whoever has the database, and what opens it, which is sealed.

use centre_store::column::{Col, Sealed};
use protocol::personal::{Opening, PersonalField};

/// The two columns of an operation's personal values.
pub(crate) fn columns(
    fields: &[PersonalField],
) -> Result<(String, Col<Sealed>), serde_json::Error> {
    let openings: Vec<Option<&Opening>> = fields.iter().map(|f| f.opening.as_ref()).collect();
    let openings = match openings.iter().any(Option::is_some) {
        true => serde_json::to_string(&openings)?,
        false => String::new(),
    };
    let mut closed = fields.to_vec();
    closed.iter_mut().for_each(PersonalField::erase);
    Ok((serde_json::to_string(&closed)?, Col::secret(openings)))
}

/// The personal values that two columns say. Those of before say all in the first.
pub(crate) fn fields(
    personal: &str,
    openings: &str,
) -> Result<Vec<PersonalField>, serde_json::Error> {
    let mut fields: Vec<PersonalField> = serde_json::from_str(personal)?;
    if openings.is_empty() {
        return Ok(fields);
    }
    let openings: Vec<Option<Opening>> = serde_json::from_str(openings)?;
    for (field, opening) in fields.iter_mut().zip(openings) {
        field.opening = opening;
    }
    Ok(fields)
}

/// The body of an operation as a column: sealed where it may say what is sensitive. Changes of profiles by older counters
/// have skin and allergies in it.
pub(crate) fn body(kind: &str, text: &str) -> Col<Sealed> {
    match kind {
        "profile" => Col::secret(text),
        _ => Col::plain(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_columns_say_is_what_was_there_and_the_first_says_no_value() {
        let mut both = vec![
            PersonalField::commit("member.name", "周敏").unwrap(),
            PersonalField::commit("member.note", "香精").unwrap(),
        ];
        both[0].erase();
        let (personal, openings) = columns(&both).unwrap();
        assert!(!personal.contains("香精"));
        assert_eq!(fields(&personal, openings.text()).unwrap(), both);
        both[1].erase();
        let (personal, openings) = columns(&both).unwrap();
        assert_eq!(openings.text(), "");
        assert_eq!(fields(&personal, "").unwrap(), both);
        let of_before = vec![PersonalField::commit("member.name", "周敏").unwrap()];
        let text = serde_json::to_string(&of_before).unwrap();
        assert_eq!(fields(&text, "").unwrap(), of_before);
    }
}

//! Where one of our fields comes from: a column, a constant, or columns put together.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Where a field comes from, as the map writes it: a column's name, or a table of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// The column.
    #[serde(deserialize_with = "some")]
    pub column: Option<String>,
    /// The same value for every row.
    #[serde(deserialize_with = "some")]
    pub constant: Option<String>,
    /// Columns put together: `"{brand} {type}"`.
    #[serde(deserialize_with = "some")]
    pub compose: Option<String>,
    /// What their values mean to us; others are set aside unless `otherwise` is given.
    pub values: BTreeMap<String, String>,
    /// What any value means that is not in `values`.
    #[serde(deserialize_with = "some")]
    pub otherwise: Option<String>,
    /// What an empty field means.
    #[serde(deserialize_with = "some")]
    pub empty: Option<String>,
    /// How dates and times are written, as in strftime.
    #[serde(deserialize_with = "some")]
    pub format: Option<String>,
    /// What divides the items of a list.
    #[serde(deserialize_with = "some")]
    pub split: Option<String>,
    /// Columns to be taken off: discounts that the amount still holds.
    pub minus: Vec<String>,
}

fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

/// A [`Source`] as a TOML value: text alone is a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written(pub Source);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Written;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column's name, or a table with `column`, `constant` or `compose`")
            }
            fn visit_str<E: Error>(self, column: &str) -> Result<Written, E> {
                Ok(Written(Source {
                    column: Some(column.to_owned()),
                    ..Source::default()
                }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                let source = Source::deserialize(MapAccessDeserializer::new(map))?;
                let ways = [&source.column, &source.constant, &source.compose];
                if ways.into_iter().flatten().count() != 1 {
                    return Err(A::Error::custom(
                        "give exactly one of `column`, `constant`, `compose`",
                    ));
                }
                Ok(Written(source))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A source whose columns were found in a file.
#[derive(Debug)]
pub struct Bound {
    parts: Vec<Part>,
    minus: Vec<usize>,
    /// The source itself.
    pub source: Source,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Column(usize),
}

/// Texts that stand for nothing in exports.
const NOTHING: [&str; 5] = ["NULL", "null", "\\N", "N/A", "#N/A"];

impl Bound {
    /// Finds the columns. What is missing is added to `problems`.
    pub fn new(
        source: &Source,
        columns: &[String],
        field: &str,
        problems: &mut Vec<String>,
    ) -> Self {
        let mut find = |name: &str| {
            let mut places = columns
                .iter()
                .enumerate()
                .filter(|(_, c)| c.as_str() == name)
                .map(|(i, _)| i);
            let place = places.next();
            if place.is_none() {
                problems.push(format!(
                    "there is no column {name:?} ({field} is to come from it)"
                ));
            } else if places.next().is_some() {
                problems.push(format!(
                    "there are several columns {name:?} ({field} is to come from it)"
                ));
            }
            place
        };
        let mut parts = Vec::new();
        if let Some(name) = &source.column {
            parts.extend(find(name).map(Part::Column));
        } else if let Some(text) = &source.constant {
            parts.push(Part::Text(text.clone()));
        } else if let Some(pattern) = &source.compose {
            let mut rest = pattern.as_str();
            while let Some((text, after)) = rest.split_once('{') {
                parts.push(Part::Text(text.to_owned()));
                let (name, after) = after.split_once('}').unwrap_or((after, ""));
                parts.extend(find(name).map(Part::Column));
                rest = after;
            }
            parts.push(Part::Text(rest.to_owned()));
        }
        let minus = source.minus.iter().filter_map(|name| find(name)).collect();
        Self {
            parts,
            minus,
            source: source.clone(),
        }
    }

    /// The field's value in a row; none where it is empty.
    ///
    /// # Errors
    /// Where the map does not know the value.
    pub fn value(&self, fields: &[String]) -> Result<Option<String>, String> {
        let mut filled = self.source.constant.is_some();
        let mut value = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Column(place) => {
                    let field = plain(fields.get(*place).map_or("", String::as_str));
                    filled |= !field.is_empty();
                    value.push_str(field);
                }
            }
        }
        let value = if filled { value.trim() } else { "" };
        if value.is_empty() {
            return Ok(self.source.empty.clone());
        }
        if let Some(known) = self.source.values.get(value) {
            return Ok(Some(known.clone()));
        }
        match (&self.source.otherwise, self.source.values.is_empty()) {
            (Some(otherwise), _) => Ok(Some(otherwise.clone())),
            (None, true) => Ok(Some(value.to_owned())),
            (None, false) => Err(format!("the field map does not know {value:?}")),
        }
    }

    /// Values of the columns to be taken off.
    pub fn minus<'a>(&'a self, fields: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.minus
            .iter()
            .map(|place| plain(fields.get(*place).map_or("", String::as_str)))
            .filter(|v| !v.is_empty())
    }
}

/// The value without what spreadsheets put around it: spaces, `="…"`, words for nothing.
fn plain(field: &str) -> &str {
    let field = field.trim();
    let field = field
        .strip_prefix("=\"")
        .and_then(|f| f.strip_suffix('"'))
        .unwrap_or(field)
        .trim();
    if NOTHING.contains(&field) { "" } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Map {
        x: Written,
    }

    fn bound(map: &str) -> Bound {
        let map: Map = toml::from_str(map).unwrap();
        let columns = ["a".to_owned(), "b".to_owned()];
        let mut problems = Vec::new();
        let bound = Bound::new(&map.x.0, &columns, "x", &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        bound
    }

    fn value(map: &str, a: &str, b: &str) -> Result<Option<String>, String> {
        bound(map).value(&[a.to_owned(), b.to_owned()])
    }

    #[test]
    fn columns_constants_and_compositions() {
        assert_eq!(value("x = \"a\"", " 7 ", ""), Ok(Some("7".into())));
        assert_eq!(value("x = \"a\"", "=\"007\"", ""), Ok(Some("007".into())));
        assert_eq!(value("x = \"a\"", "NULL", ""), Ok(None));
        assert_eq!(
            value("x = { constant = \"k\" }", "", ""),
            Ok(Some("k".into()))
        );
        assert_eq!(
            value("x = { compose = \"{a}-{b}\" }", "1", "2"),
            Ok(Some("1-2".into()))
        );
        assert_eq!(value("x = { compose = \"{a}-{b}\" }", "", ""), Ok(None));
        assert_eq!(
            value("x = { column = \"a\", empty = \"0\" }", "", ""),
            Ok(Some("0".into()))
        );
    }

    #[test]
    fn values_are_told_in_our_words() {
        let map = "x = { column = \"a\", values = { \"是\" = \"true\" } }";
        assert_eq!(value(map, "是", ""), Ok(Some("true".into())));
        assert!(value(map, "否", "").unwrap_err().contains("否"));
    }

    #[test]
    fn missing_and_doubled_columns_are_named() {
        let source = Source {
            compose: Some("{a}{c}".into()),
            ..Source::default()
        };
        let mut problems = Vec::new();
        let columns = ["a".to_owned(), "a".to_owned()];
        Bound::new(&source, &columns, "members.name", &mut problems);
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("several columns \"a\""));
        assert!(problems[1].contains("no column \"c\" (members.name"));
    }

    #[test]
    fn a_table_names_one_way() {
        let error = toml::from_str::<Map>("x = { column = \"a\", constant = \"b\" }")
            .err()
            .unwrap();
        assert!(error.to_string().contains("exactly one"), "{error}");
        let error = toml::from_str::<Map>("x = { colum = \"a\" }")
            .err()
            .unwrap();
        assert!(error.to_string().contains("colum"), "{error}");
    }
}

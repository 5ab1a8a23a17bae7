//! Where one of our fields comes from: a column, a constant, or columns put together.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::nothing::{self, Says};

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
    /// Words that mean nothing, besides those that are known.
    pub nothing: Vec<String>,
    /// The values are as they are written, though a spreadsheet might have made them.
    pub as_written: bool,
}

impl Source {
    /// The columns that it names.
    pub fn columns(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.column.as_deref().into_iter().collect();
        let mut rest = self.compose.as_deref().unwrap_or_default();
        while let Some((_, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            names.push(name);
            rest = after;
        }
        names.extend(self.minus.iter().map(String::as_str));
        names
    }
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
    nothing: Vec<String>,
    /// The source itself.
    pub source: Source,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Column(usize),
}

/// What a row says in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// This.
    Value(String),
    /// Nothing; the word, where people may have meant something by it.
    Nothing(Option<String>),
}

/// Where a column stands of which the map says the name. An exact name wins; else width, case, blanks and what is
/// not seen make no difference.
pub fn places(columns: &[String], name: &str) -> Vec<usize> {
    let of = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let all = columns.iter().enumerate();
        all.filter(|(_, c)| same(c)).map(|(i, _)| i).collect()
    };
    let exact = of(&|c| c == name);
    if exact.is_empty() {
        let key = key(name);
        // what is far longer is no name, and may be very long
        let most = name.len() * 8 + 64;
        of(&|c| c.len() <= most && self::key(c) == key)
    } else {
        exact
    }
}

fn key(name: &str) -> String {
    let plain = identity::text::narrow(name);
    plain
        .chars()
        .filter(|c| !identity::text::is_blank(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Bound {
    /// Finds the columns. What is missing is added to `problems`.
    pub fn new(
        source: &Source,
        columns: &[String],
        field: &str,
        nothing: &[String],
        problems: &mut Vec<String>,
    ) -> Self {
        let mut find = |name: &str| {
            let places = places(columns, name);
            let how = match places.len() {
                0 => "is no column",
                1 => return places.first().copied(),
                _ => "are several columns",
            };
            problems.push(format!("there {how} {name:?} ({field} is to come from it)"));
            None
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
            nothing: source.nothing.iter().chain(nothing).cloned().collect(),
            source: source.clone(),
        }
    }

    /// What a row says in this field.
    ///
    /// # Errors
    /// Where the map does not know the value.
    pub fn said(&self, fields: &[String]) -> Result<Said, String> {
        let mut filled = self.source.constant.is_some();
        let mut word = None;
        let mut value = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Column(place) => {
                    let field = plain(fields.get(*place).map_or("", String::as_str));
                    // a word that the map translates means what the map says
                    let says = if self.source.values.contains_key(field) {
                        Says::Something
                    } else {
                        nothing::says(field, &self.nothing)
                    };
                    match says {
                        Says::Something => {
                            filled = true;
                            value.push_str(field);
                        }
                        Says::Nothing => {}
                        Says::PerhapsNothing => word = Some(field.to_owned()),
                    }
                }
            }
        }
        let value = if filled { value.trim() } else { "" };
        if value.is_empty() {
            return Ok(match &self.source.empty {
                Some(meant) => Said::Value(meant.clone()),
                None => Said::Nothing(word),
            });
        }
        if let Some(known) = self.source.values.get(value) {
            return Ok(Said::Value(known.clone()));
        }
        match (&self.source.otherwise, self.source.values.is_empty()) {
            (Some(otherwise), _) => Ok(Said::Value(otherwise.clone())),
            (None, true) => Ok(Said::Value(value.to_owned())),
            (None, false) => Err(format!("the field map does not know {value:?}")),
        }
    }

    /// Values of the columns to be taken off.
    pub fn minus<'a>(&'a self, fields: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.minus
            .iter()
            .map(|place| plain(fields.get(*place).map_or("", String::as_str)))
            .filter(|v| nothing::says(v, &self.nothing) == Says::Something)
    }
}

/// The value without what spreadsheets put around it: blanks, `="…"`, an apostrophe before it.
fn plain(field: &str) -> &str {
    let blank = |c: char| identity::text::is_blank(c) || identity::text::is_invisible(c);
    let field = field.trim_matches(blank);
    let field = field
        .strip_prefix("=\"")
        .and_then(|f| f.strip_suffix('"'))
        .unwrap_or(field);
    let field = match field.strip_prefix(['\'', '’']) {
        // one that closes again is a quotation
        Some(inside) if !inside.contains(['\'', '’']) => inside,
        _ => field,
    };
    field.trim_matches(blank)
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
        let bound = Bound::new(&map.x.0, &columns, "x", &[], &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        bound
    }

    fn value(map: &str, a: &str, b: &str) -> Result<Option<String>, String> {
        let said = bound(map).said(&[a.to_owned(), b.to_owned()]);
        said.map(|said| match said {
            Said::Value(value) => Some(value),
            Said::Nothing(_) => None,
        })
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
        Bound::new(&source, &columns, "members.name", &[], &mut problems);
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("several columns \"a\""));
        assert!(problems[1].contains("no column \"c\" (members.name"));
    }

    #[test]
    fn names_of_columns_are_found_however_they_are_set() {
        let columns: Vec<String> = ["\u{FEFF}会员 卡号", "Ｐｈｏｎｅ", "name", "NAME", "备注\n"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(places(&columns, "会员卡号"), [0]);
        assert_eq!(places(&columns, "phone"), [1]);
        assert_eq!(places(&columns, "NAME"), [3]);
        assert_eq!(places(&columns, "Name"), [2, 3]);
        assert_eq!(places(&columns, "备注"), [4]);
        assert!(places(&columns, "卡号").is_empty());
    }

    #[test]
    fn what_means_nothing_is_told_from_what_may() {
        let bound = bound("x = { column = \"a\", nothing = [\"0000-00-00\"] }");
        let said = |text: &str| bound.said(&[text.to_owned(), String::new()]).unwrap();
        assert_eq!(said("0000-00-00"), Said::Nothing(None));
        assert_eq!(said("\\N"), Said::Nothing(None));
        assert_eq!(said(" 无 "), Said::Nothing(Some("无".into())));
        assert_eq!(said("'13800005678"), Said::Value("13800005678".into()));
        assert_eq!(said("'a' b"), Said::Value("'a' b".into()));
        let map = "x = { column = \"a\", values = { \"无\" = \"no\" } }";
        assert_eq!(value(map, "无", ""), Ok(Some("no".into())));
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

//! The field map: which of a brand's columns is which of our fields.

use std::collections::BTreeMap;
use std::path::Path;

use chrono_tz::Tz;
use serde::Deserialize;

use super::encoding::{self, Wanted};
use super::error::ImportError;
use super::number::Mark;
use super::source::{Source, Written};

/// A field map as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldMap {
    /// Times without an offset are of this zone.
    pub timezone: Tz,
    /// What amounts are in: `CNY`.
    pub currency: String,
    /// How files are encoded, where a file does not say otherwise.
    #[serde(default)]
    pub encoding: Wanted,
    /// What divides fields; found out where it is not given.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// What stands before the decimals of a number, where a file does not say otherwise.
    #[serde(default)]
    pub decimal: Option<Mark>,
    /// Words that mean nothing in all files, besides those that are known.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// Names of stores.
    #[serde(default)]
    pub stores: Stores,
    /// Columns of the members' file.
    #[serde(default)]
    pub members: Option<Members>,
    /// Columns of the products' file.
    #[serde(default)]
    pub products: Option<Products>,
    /// Columns of the purchases' file.
    #[serde(default)]
    pub purchases: Option<Purchases>,
}

/// What stores are called that are known only by their ids.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stores {
    /// Pattern for all, with `{id}`.
    pub name: String,
    /// City of all.
    pub city: String,
    /// Names by id.
    pub names: BTreeMap<String, String>,
    /// Cities by id.
    pub cities: BTreeMap<String, String>,
}

impl Default for Stores {
    fn default() -> Self {
        Self {
            name: "门店 {id}".to_owned(),
            city: String::new(),
            names: BTreeMap::new(),
            cities: BTreeMap::new(),
        }
    }
}

/// How one file differs from the others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileOptions {
    /// Its encoding.
    pub encoding: Option<Wanted>,
    /// Its delimiter.
    pub delimiter: Option<char>,
    /// What stands before the decimals of its numbers.
    pub decimal: Option<Mark>,
    /// Words that mean nothing in it.
    pub nothing: Vec<String>,
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident, $section:literal: $($(#[$field_doc:meta])* $field:ident),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            /// How this file differs.
            pub file: FileOptions,
            $($(#[$field_doc])* pub $field: Option<Written>,)+
        }

        impl $name {
            /// The fields that come from the file, with the names by which the map calls them.
            pub fn sources(&self) -> Vec<(&'static str, &Source)> {
                let mut list = Vec::new();
                $(if let Some(written) = &self.$field {
                    list.push((concat!($section, ".", stringify!($field)), &written.0));
                })+
                list
            }
        }
    };
}

fields! {
    /// Members.
    Members, "members":
    /// The number on the card; unique. Without it the centre gives numbers.
    no,
    /// Mobile number; unique.
    phone,
    /// Full name.
    name,
    /// Birthday.
    birthday,
    /// When she joined; without it, the day of her first purchase or of the import.
    joined,
    /// Home store.
    home_store,
    /// `dry`, `combination`, `oily`.
    moisture,
    /// `sensitive`, `resistant`.
    sensitivity,
    /// `pigmented`, `non_pigmented`.
    pigmentation,
    /// `wrinkled`, `tight`.
    ageing,
    /// Allergies, a list.
    allergies,
    /// Concerns and tags, a list.
    concerns,
    /// Consent to keeping skin condition and allergies; without it they are not kept.
    consent_skin,
    /// Consent to marketing.
    consent_marketing,
}

fields! {
    /// Products.
    Products, "products":
    /// Number.
    sku,
    /// Name.
    name,
    /// English name.
    name_en,
    /// Size or shade.
    size,
    /// Category.
    category,
    /// Price.
    price,
    /// Bar code.
    barcode,
    /// Texture picture by kind.
    swatch,
    /// Ingredients: the label's whole list, or what people may be allergic to of it.
    allergens,
    /// What it suits, a list.
    suits,
    /// Days that one piece lasts.
    lasts_days,
    /// Whether it is still sold.
    active,
}

fields! {
    /// Purchases, one row a line of a receipt.
    Purchases, "purchases":
    /// The buyer's card number.
    member,
    /// The buyer's phone, where the file has no card number.
    phone,
    /// Store.
    store,
    /// The till's receipt number, unique in its store.
    receipt,
    /// When.
    time,
    /// Product.
    sku,
    /// Its name on that day; without it, the product's.
    name,
    /// Its category; without it, the product's.
    category,
    /// Pieces; without it 1.
    qty,
    /// What the line brought in.
    amount,
    /// `store`, `mini_program`, …
    channel,
}

impl FieldMap {
    /// Reads a map and proves that it can be meant.
    ///
    /// # Errors
    /// What is wrong with it, with its line where that is known.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let bytes = std::fs::read(path).map_err(|e| ImportError::io(path, e))?;
        // editors save a map in the encoding of the files beside it
        let decoded =
            encoding::decode(&bytes, Wanted::Auto).map_err(|m| ImportError::map(path, m))?;
        if let Some(damage) = decoded.damage.first() {
            let line = decoded.line_of(damage);
            let message =
                format!("line {line} holds bytes that are not text; save the map as UTF-8");
            return Err(ImportError::map(path, message));
        }
        let map: Self = toml::from_str(&decoded.text)
            .map_err(|e| ImportError::map(path, e.to_string().trim_end()))?;
        let problems = map.problems();
        if problems.is_empty() {
            Ok(map)
        } else {
            Err(ImportError::map(path, problems.join("; ")))
        }
    }

    fn problems(&self) -> Vec<String> {
        let mut list = Vec::new();
        if self.currency != "CNY" {
            list.push(format!(
                "currency {:?}: points are reckoned in CNY; convert the amounts first",
                self.currency
            ));
        }
        let mut need = |section: &str, given: &[(&'static str, bool)]| {
            for (field, there) in given {
                if !there {
                    list.push(format!("[{section}] does not say where {field} comes from"));
                }
            }
        };
        if let Some(m) = &self.members {
            need(
                "members",
                &[
                    ("phone", m.phone.is_some()),
                    ("home_store", m.home_store.is_some()),
                ],
            );
        }
        if let Some(p) = &self.products {
            need(
                "products",
                &[("sku", p.sku.is_some()), ("name", p.name.is_some())],
            );
        }
        if let Some(p) = &self.purchases {
            need(
                "purchases",
                &[
                    ("member (or phone)", p.member.is_some() || p.phone.is_some()),
                    ("store", p.store.is_some()),
                    ("receipt", p.receipt.is_some()),
                    ("time", p.time.is_some()),
                    ("sku", p.sku.is_some()),
                    ("amount", p.amount.is_some()),
                ],
            );
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FieldMap, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        FieldMap::read(file.path()).map_err(|e| e.to_string())
    }

    #[test]
    fn reads_a_small_map() {
        let map = read(
            "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n\
             [members]\nphone = \"tel\"\nhome_store = { constant = \"A\" }\n",
        )
        .unwrap();
        assert_eq!(map.members.unwrap().sources().len(), 2);
        assert_eq!(map.stores.name, "门店 {id}");
    }

    #[test]
    fn a_map_is_read_as_editors_save_it() {
        let text = "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n\
             [members]\nphone = \"手机\"\nhome_store = { constant = \"A\" }\n";
        let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: &[u8]| {
            let wide = text.encode_utf16().flat_map(to_bytes);
            mark.iter().copied().chain(wide).collect::<Vec<u8>>()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            encoding_rs::GB18030.encode(text).0.into_owned(),
            utf16(u16::to_le_bytes, b"\xFF\xFE"),
            utf16(u16::to_be_bytes, b"\xFE\xFF"),
            text.replace('\n', "\r\n").into_bytes(),
        ] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &bytes).unwrap();
            let map = FieldMap::read(file.path()).unwrap();
            let phone = map.members.unwrap().phone.unwrap();
            assert_eq!(phone.0.column.as_deref(), Some("手机"), "{bytes:?}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"timezone = \"Asia\xFF\"\n").unwrap();
        let error = FieldMap::read(file.path()).unwrap_err().to_string();
        assert!(
            error.contains("line 1") && error.contains("UTF-8"),
            "{error}"
        );
    }

    #[test]
    fn says_how_numbers_are_written_and_what_means_nothing() {
        let head = "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";
        let map = read(&format!(
            "{head}decimal = \",\"\nnothing = [\"0000-00-00\"]\n[members]\nphone = \"p\"\nhome_store = \"s\"\n\
             [members.file]\ndecimal = \".\"\nnothing = [\"-\"]\n"
        ))
        .unwrap();
        assert_eq!(map.decimal, Some(Mark::Comma));
        assert_eq!(map.nothing, ["0000-00-00"]);
        let file = map.members.unwrap().file;
        assert_eq!((file.decimal, file.nothing.len()), (Some(Mark::Point), 1));
        assert!(
            read(&format!("{head}decimal = \";\"\n"))
                .unwrap_err()
                .contains("decimal")
        );
    }

    #[test]
    fn says_what_is_missing_or_unknown() {
        let head = "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";
        let error = read(&format!("{head}[members]\nphone = \"tel\"\n")).unwrap_err();
        assert!(
            error.contains("[members] does not say where home_store comes from"),
            "{error}"
        );
        let error = read(&format!("{head}[members]\nfone = \"tel\"\n")).unwrap_err();
        assert!(error.contains("fone"), "{error}");
        let error = read("timezone = \"Mars\"\ncurrency = \"CNY\"\n").unwrap_err();
        assert!(error.contains("Mars"), "{error}");
        let error = read("timezone = \"Asia/Shanghai\"\ncurrency = \"USD\"\n").unwrap_err();
        assert!(error.contains("USD"), "{error}");
    }
}

//! A list of devices to come, as headquarters keeps it.

use std::path::Path;

use serde::Deserialize;

use crate::cli::CommandError;
use centre::sync::enrol::Wanted;
use protocol::StoreId;

#[derive(Deserialize)]
struct Row {
    store: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    checkout: String,
}

/// Reads the list.
pub(super) fn read(file: &Path, days: u32) -> Result<Vec<Wanted>, CommandError> {
    let unfit = |why: String| CommandError::Usage(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| unfit(e.to_string()))?;
    // spreadsheets put a mark before UTF-8
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut all = Vec::new();
    for (n, row) in reader.deserialize::<Row>().enumerate() {
        let line = n + 2;
        let row = row.map_err(|e| unfit(format!("line {line}: {e}")))?;
        let checkout = match row.checkout.to_lowercase().as_str() {
            "" | "no" | "0" | "false" | "否" => false,
            "yes" | "1" | "true" | "是" => true,
            other => {
                return Err(unfit(format!(
                    "line {line}: checkout is yes or no, not {other:?}"
                )));
            }
        };
        if row.store.is_empty() {
            return Err(unfit(format!("line {line}: no store")));
        }
        all.push(Wanted {
            checkout,
            name: row.name,
            days,
            ..Wanted::in_store(&StoreId::from(row.store))
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_spreadsheets_write_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("devices.csv");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            read(&file, 7)
        };
        let all = read("\u{feff}store,name,checkout\r\nS001, 一号柜台 ,是\r\nS002,,\r\n").unwrap();
        assert_eq!(all.len(), 2);
        assert!(all[0].checkout && all[0].name == "一号柜台" && all[0].days == 7);
        assert!(!all[1].checkout && all[1].name.is_empty());
        for bad in [
            "store\n\n",
            "name\nx\n",
            "store,checkout\nS1,perhaps\n",
            "store\nS1,2\n",
        ] {
            let said = read(bad);
            // an empty line is none
            assert!(
                said.as_ref().is_ok_and(Vec::is_empty) || said.is_err(),
                "{bad:?}"
            );
        }
    }
}

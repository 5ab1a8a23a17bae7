//! Reading a program document, TOML or JSON.

use std::path::Path;

use loyalty::{Program, ProgramDoc};

use crate::cli::CommandError;

/// A document that was read and is sound.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it says.
    pub program: Program,
    /// Whether it says which version it is.
    pub numbered: bool,
}

impl Document {
    /// The same rules as another version.
    ///
    /// # Errors
    /// [`CommandError::Usage`] for version 0.
    pub fn with_version(&self, version: u32) -> Result<Program, CommandError> {
        let doc = ProgramDoc {
            version,
            ..self.program.doc().clone()
        };
        Program::new(doc).map_err(|e| CommandError::Usage(e.to_string()))
    }
}

/// Reads a document: JSON where the file is called `.json`, else TOML.
///
/// # Errors
/// [`CommandError::Usage`] with the file, the place in it and the reason.
pub fn read(path: &Path) -> Result<Document, CommandError> {
    let wrong = |reason: String| CommandError::Usage(format!("{}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let json = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let (program, numbered) = if json {
        let numbered = serde_json::from_str::<serde_json::Value>(&text)
            .is_ok_and(|v| v.get("version").is_some());
        (Program::from_json(&text), numbered)
    } else {
        let numbered = text
            .parse::<toml::Table>()
            .is_ok_and(|t| t.contains_key("version"));
        (Program::from_toml(&text), numbered)
    };
    let program = program.map_err(|e| {
        let faults: Vec<String> = e.faults.iter().map(ToString::to_string).collect();
        wrong(faults.join("\n  "))
    })?;
    Ok(Document { program, numbered })
}

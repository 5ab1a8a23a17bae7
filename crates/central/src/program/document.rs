//! Reading a program document, TOML or JSON.

use std::path::Path;

use loyalty::{Program, ProgramDoc, ProgramError};

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

/// Whether a file is JSON by its name; any other is TOML.
fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// Reads what a file of this name says: JSON where it is called `.json`, else TOML.
///
/// # Errors
/// All faults, each with its place and reason.
pub fn parse(path: &Path, text: &str) -> Result<Program, ProgramError> {
    if is_json(path) {
        Program::from_json(text)
    } else {
        Program::from_toml(text)
    }
}

/// Reads a document.
///
/// # Errors
/// [`CommandError::Usage`] with the file, the place in it and the reason.
pub fn read(path: &Path) -> Result<Document, CommandError> {
    let wrong = |reason: String| CommandError::Usage(format!("{}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let program = parse(path, &text).map_err(|e| {
        let faults: Vec<String> = e.faults.iter().map(ToString::to_string).collect();
        wrong(faults.join("\n  "))
    })?;
    let numbered = if is_json(path) {
        serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|v| v.get("version").is_some())
    } else {
        text.parse::<toml::Table>()
            .is_ok_and(|t| t.contains_key("version"))
    };
    Ok(Document { program, numbered })
}

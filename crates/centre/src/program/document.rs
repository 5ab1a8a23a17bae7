//! Reading a program document, TOML or JSON.

use std::path::{Path, PathBuf};

use loyalty::{Program, ProgramDoc, ProgramError};

/// Why a file is no program.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What it says is not sound.
    #[error("{}: {}", file.display(), faults(source))]
    Faults {
        /// Which.
        file: PathBuf,
        /// All faults, each with its place and reason.
        source: ProgramError,
    },
    /// The rules cannot be of that version.
    #[error(transparent)]
    Rules(ProgramError),
}

fn faults(error: &ProgramError) -> String {
    let faults: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
    faults.join("\n  ")
}

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
    /// For version 0.
    pub fn with_version(&self, version: u32) -> Result<Program, DocumentError> {
        let doc = ProgramDoc {
            version,
            ..self.program.doc().clone()
        };
        Program::new(doc).map_err(DocumentError::Rules)
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
/// With the file, the place in it and the reason.
pub fn read(path: &Path) -> Result<Document, DocumentError> {
    let file = || path.to_owned();
    let text = std::fs::read_to_string(path).map_err(|source| DocumentError::Unreadable {
        file: file(),
        source,
    })?;
    let program = parse(path, &text).map_err(|source| DocumentError::Faults {
        file: file(),
        source,
    })?;
    let numbered = if is_json(path) {
        serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|v| v.get("version").is_some())
    } else {
        text.parse::<toml::Table>()
            .is_ok_and(|t| t.contains_key("version"))
    };
    Ok(Document { program, numbered })
}

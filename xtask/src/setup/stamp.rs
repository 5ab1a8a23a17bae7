//! Notes of what was done to which inputs, so that it is not done again.

use crate::failure::{Doing, Outcome};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The digest of these files' names and contents. Folders are walked; what `skip` says (paths from `root`) is left out,
/// and what is not there counts as such.
pub fn digest(root: &Path, parts: &[&str], skip: &[&str]) -> Outcome<String> {
    let mut files = Vec::new();
    for part in parts {
        collect(root, Path::new(part), skip, &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let content =
            std::fs::read(root.join(&file)).doing(format!("reading {}", file.display()))?;
        hasher.update(file.as_os_str().as_encoded_bytes());
        hasher.update([0]);
        hasher.update(Sha256::digest(&content));
    }
    Ok(hex::encode(hasher.finalize()))
}

fn collect(root: &Path, part: &Path, skip: &[&str], into: &mut Vec<PathBuf>) -> Outcome {
    if skip.iter().any(|skipped| part == Path::new(skipped)) {
        return Ok(());
    }
    let full = root.join(part);
    if full.is_dir() {
        for entry in std::fs::read_dir(&full).doing(format!("reading {}", full.display()))? {
            let name = entry
                .doing(format!("reading {}", full.display()))?
                .file_name();
            collect(root, &part.join(name), skip, into)?;
        }
    } else if full.is_file() {
        into.push(part.strip_prefix(".").unwrap_or(part).to_owned());
    }
    Ok(())
}

/// Whether the note says this.
pub fn says(note: &Path, text: &str) -> bool {
    std::fs::read_to_string(note).is_ok_and(|said| said == text)
}

/// Writes the note.
pub fn write(note: &Path, text: &str) -> Outcome {
    if let Some(dir) = note.parent() {
        std::fs::create_dir_all(dir).doing(format!("making {}", dir.display()))?;
    }
    std::fs::write(note, text).doing(format!("writing {}", note.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_new_or_renamed_file_changes_the_digest() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let now = || digest(root, &["src", "lock"], &["src/generated"]).unwrap();
        std::fs::create_dir_all(root.join("src/generated")).unwrap();
        std::fs::write(root.join("src/a"), "1").unwrap();
        let first = now();
        assert_eq!(first, now());
        std::fs::write(root.join("src/a"), "2").unwrap();
        let second = now();
        assert_ne!(first, second);
        std::fs::write(root.join("lock"), "").unwrap();
        let third = now();
        assert_ne!(second, third);
        std::fs::rename(root.join("src/a"), root.join("src/b")).unwrap();
        let fourth = now();
        assert_ne!(third, fourth);
        std::fs::write(root.join("src/generated/x"), "").unwrap();
        std::fs::write(root.join("elsewhere"), "").unwrap();
        assert_eq!(fourth, now());
    }

    #[test]
    fn a_note_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let note = dir.path().join("deep/note");
        assert!(!says(&note, "a"));
        write(&note, "a").unwrap();
        assert!(says(&note, "a"));
        assert!(!says(&note, "b"));
    }
}

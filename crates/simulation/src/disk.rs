//! Folders of a run: copied for backups and forks, put back for restores.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where runs keep their files: memory where the machine has such a folder, for speed.
pub(crate) fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// Copies the files of a folder that nobody writes to now. The index beside a write-ahead log is
/// left out: it belongs to the processes that have the file open, and is made anew.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        if entry.file_type()?.is_file() && !shown.ends_with("-shm") && !shown.ends_with(".lock") {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}

/// Puts a copy back in a folder's place.
pub(crate) fn put_back(copy_of: &Path, folder: &Path) -> io::Result<()> {
    remove(folder)?;
    copy(copy_of, folder)
}

/// Removes a folder and all in it.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Removes a database with its companions.
pub(crate) fn remove_database(path: &Path) -> io::Result<()> {
    for tail in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(tail);
        match fs::remove_file(PathBuf::from(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// Overwrites the beginning of a file with nothing, as a failing disk does.
pub(crate) fn damage(file: &Path) -> io::Result<()> {
    use std::io::{Seek, Write};
    let mut open = fs::OpenOptions::new().write(true).open(file)?;
    open.rewind()?;
    open.write_all(&[0; 8_192])
}

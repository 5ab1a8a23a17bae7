//! Who runs this, and where.

#[cfg(unix)]
#[path = "person/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "person/windows.rs"]
mod system;

/// The name of the user whose rights this process has, as the system knows it and not as anybody says; none where it has none.
pub fn user() -> Option<String> {
    system::user()
}

/// The name of this machine; none where it has none.
pub fn machine() -> Option<String> {
    system::machine().filter(|name| !name.is_empty())
}

/// The folder in which the programs of this user keep what stays on this machine: `~/.local/share`, `%LOCALAPPDATA%`. None
/// where the user has none.
pub fn kept_here() -> Option<std::path::PathBuf> {
    dirs::data_local_dir()
}

/// This user's own folder; none where there is none.
pub fn home() -> Option<std::path::PathBuf> {
    dirs::home_dir()
}

/// From here on whatever this process makes is for its owner alone, where the system lets a process say so.
pub fn make_all_private() {
    system::make_all_private();
}

/// Asks for as many open files and connections as may be had; how many that are, where there is a limit.
pub fn open_files() -> Option<u64> {
    system::open_files()
}

#[cfg(test)]
mod tests {
    #[test]
    fn they_have_names() {
        assert!(super::user().is_some_and(|name| !name.is_empty()));
        assert!(super::machine().is_some());
    }
}

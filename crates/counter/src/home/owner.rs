//! Whose things are, and what others may do with them.

pub(super) use of_system::{differs, is_open, restrict, shared, writable};

#[cfg(unix)]
mod of_system {
    use crate::error::Unfit;
    use std::fs::Metadata;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;

    /// Others may write, or everybody may put things in.
    const OPEN: u32 = 0o1002;

    pub(in crate::home) fn differs(of: &Metadata) -> Option<Unfit> {
        let me = rustix::process::geteuid().as_raw();
        (of.uid() != me).then(|| Unfit::Owner {
            owner: name(of.uid()),
            me: name(me),
        })
    }

    pub(in crate::home) fn shared(of: &Metadata) -> Option<u32> {
        let mode = of.permissions().mode() & 0o7777;
        (mode & OPEN != 0).then_some(mode)
    }

    pub(in crate::home) fn is_open(of: &Metadata) -> bool {
        of.permissions().mode() & 0o7077 != 0
    }

    pub(in crate::home) fn writable(path: &Path) -> bool {
        rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
    }

    /// The name of a user, or the number where the system has no name for it.
    fn name(uid: u32) -> String {
        let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let named = known.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
        });
        named.unwrap_or_else(|| format!("user {uid}"))
    }

    /// Gives a file or folder a mode.
    pub(in crate::home) fn restrict(path: &Path, mode: u32) -> std::io::Result<()> {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
    }
}

/// The profile folder is this user's own.
#[cfg(not(unix))]
mod of_system {
    use crate::error::Unfit;
    use std::fs::Metadata;
    use std::path::Path;

    pub(in crate::home) fn differs(_: &Metadata) -> Option<Unfit> {
        None
    }
    pub(in crate::home) fn shared(_: &Metadata) -> Option<u32> {
        None
    }
    pub(in crate::home) fn is_open(_: &Metadata) -> bool {
        false
    }
    pub(in crate::home) fn writable(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|m| !m.permissions().readonly())
    }

    pub(in crate::home) fn restrict(_: &Path, _: u32) -> std::io::Result<()> {
        Ok(()) // the profile folder is this user's own there
    }
}

//! Linux, Android, macOS and their kin.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

pub(super) fn user() -> Option<String> {
    uzers::get_effective_username()?.into_string().ok()
}

pub(super) fn machine() -> Option<String> {
    let name = rustix::system::uname();
    name.nodename().to_str().ok().map(str::to_owned)
}

pub(super) fn make_all_private() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

pub(super) fn open_files() -> Option<u64> {
    let had = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: had.maximum,
        maximum: had.maximum,
    };
    match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => had.maximum,
        // what there is must do
        Err(_) => had.current,
    }
}

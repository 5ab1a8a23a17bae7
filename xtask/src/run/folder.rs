//! Where a run keeps its data: `DIR/.run`.

use crate::failure::{Doing, Failure, Outcome};
use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Below the range that systems give to outgoing connections.
const PORTS: std::ops::Range<u16> = 8787..8987;

/// The folder of one run; no other run uses it meanwhile.
#[derive(Debug)]
pub struct RunFolder {
    dir: PathBuf,
    _lock: File,
}

impl RunFolder {
    /// Opens `.run` in this folder and keeps others out.
    pub fn open(dir: &Path) -> Outcome<Self> {
        let dir = dir.join(".run");
        let doing = || format!("opening {}", dir.display());
        // the demo's PINs and the counter's key lie here
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)
            .doing(doing())?;
        let dir = dir.canonicalize().doing(doing())?;
        let lock = File::create(dir.join("lock")).doing(doing())?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::because(format!(
                "another run is using {}; end it, or give this one its own with --dir",
                dir.display()
            ))),
            Err(TryLockError::Error(error)) => Err(error).doing(doing()),
        }
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
    /// The centre's data.
    pub fn centre(&self) -> PathBuf {
        self.dir.join("centre")
    }
    /// What the centre logs.
    pub fn log(&self) -> PathBuf {
        self.dir.join("centre.log")
    }
    /// What the app writes to its standard outputs.
    pub fn app_log(&self) -> PathBuf {
        self.dir.join("app.log")
    }
    /// The counter's home.
    pub fn counter(&self) -> PathBuf {
        self.dir.join("counter")
    }
    /// What the centre said of the demo brand, its PINs among it.
    pub fn brand(&self) -> PathBuf {
        self.dir.join("brand.json")
    }
    /// The virtual screen's memory.
    pub fn screen(&self) -> PathBuf {
        self.dir.join("screen")
    }
    /// The picture of the window.
    pub fn screenshot(&self) -> PathBuf {
        self.dir.join("screenshot.png")
    }

    /// The centre's port: the same in every run, as the counter remembers it.
    pub fn port(&self) -> Outcome<u16> {
        let note = self.dir.join("port");
        if let Some(port) = std::fs::read_to_string(&note)
            .ok()
            .and_then(|text| text.trim().parse().ok())
        {
            if is_free(port) {
                return Ok(port);
            }
            return Err(Failure::because(format!(
                "port {port}, where this run's counter looks for its centre, is in use by another program; \
                 end that one, or give this run its own data with --dir"
            )));
        }
        let port = PORTS
            .into_iter()
            .find(|port| is_free(*port))
            .ok_or_else(|| {
                Failure::because(format!(
                    "no port from {} to {} is free",
                    PORTS.start,
                    PORTS.end - 1
                ))
            })?;
        std::fs::write(&note, port.to_string()).doing(format!("writing {}", note.display()))?;
        Ok(port)
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_kept_and_one_in_use_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder::open(dir.path()).unwrap();
        let port = folder.port().unwrap();
        assert_eq!(folder.port().unwrap(), port);
        let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
        assert!(folder.port().unwrap_err().to_string().contains("is in use"));
    }

    #[test]
    fn one_run_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = RunFolder::open(dir.path()).unwrap();
        assert!(
            RunFolder::open(dir.path())
                .unwrap_err()
                .to_string()
                .contains("another run")
        );
        drop(first);
        assert!(RunFolder::open(dir.path()).is_ok());
    }
}

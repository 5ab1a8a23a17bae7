//! Windows' own functions. The only place where this house calls what the compiler cannot check: each call says why it is
//! sound, and gives back what is safe to use.
#![allow(
    unsafe_code,
    reason = "the system's functions are declared so; see each call"
)]

pub(crate) mod access;
pub(crate) mod spooler;

use std::io::{Error, Result};
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;
use windows_sys::Win32::Storage::FileSystem::{
    GetDiskFreeSpaceExW, MOVEFILE_REPLACE_EXISTING, MOVEFILE_WRITE_THROUGH, MoveFileExW,
};
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::SystemInformation::GetTickCount64;

/// A text as the system takes it: UTF-16 with a zero at its end.
fn wide(text: &std::ffi::OsStr) -> Vec<u16> {
    text.encode_wide().chain(std::iter::once(0)).collect()
}

/// The text of the system that begins there.
///
/// # Safety
/// It must be UTF-16 with a zero at its end.
unsafe fn text_at(begin: *const u16) -> String {
    let mut length = 0;
    // SAFETY: by this function's own condition there is a zero, and nothing behind it is read
    while unsafe { *begin.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: that many places were read just now
    let all = unsafe { std::slice::from_raw_parts(begin, length) };
    String::from_utf16_lossy(all)
}

/// A path that may be longer than 260 characters.
fn wide_path(path: &Path) -> Result<Vec<u16>> {
    let path = std::path::absolute(path)?;
    let text = path.as_os_str().to_string_lossy();
    let long = if text.starts_with(r"\\?\") || text.starts_with(r"\\.\") {
        path.as_os_str().to_owned()
    } else if let Some(share) = text.strip_prefix(r"\\") {
        format!(r"\\?\UNC\{share}").into()
    } else {
        let mut long = std::ffi::OsString::from(r"\\?\");
        long.push(&path);
        long
    };
    Ok(wide(&long))
}

/// Renames, and returns once that is on the disk.
pub(crate) fn rename(from: &Path, to: &Path, over: bool) -> Result<()> {
    let (from, to) = (wide_path(from)?, wide_path(to)?);
    let how = MOVEFILE_WRITE_THROUGH | if over { MOVEFILE_REPLACE_EXISTING } else { 0 };
    // SAFETY: both are texts with a zero at their end, and live until the call has returned
    let done = unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), how) };
    if done == 0 {
        return Err(Error::last_os_error());
    }
    Ok(())
}

/// Bytes that this user may still write where something lies.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    let path = wide_path(path).ok()?;
    let mut free = 0u64;
    // SAFETY: the path is a text with a zero at its end; one number is written where it is told to, and the others are not
    // asked for
    let done = unsafe {
        GetDiskFreeSpaceExW(
            path.as_ptr(),
            &raw mut free,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        )
    };
    (done != 0).then_some(free)
}

/// `QueryInterruptTime` of Windows 10: 100 nanoseconds since the start.
type QueryInterruptTime = unsafe extern "system" fn(*mut u64);

/// Time since the start, sleep and hibernation included.
pub(crate) fn interrupt_time() -> Duration {
    if let Some(query) = query_interrupt_time() {
        let mut tenths = 0u64;
        // SAFETY: it writes one number where it is told to, which lives until it has
        unsafe { query(&raw mut tenths) };
        return Duration::from_nanos(tenths.saturating_mul(100));
    }
    // SAFETY: it takes nothing and gives a number
    Duration::from_millis(unsafe { GetTickCount64() })
}

/// None before Windows 10.
fn query_interrupt_time() -> Option<QueryInterruptTime> {
    static FOUND: OnceLock<Option<QueryInterruptTime>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let library = wide("kernelbase.dll".as_ref());
        // SAFETY: the name has a zero at its end; the library is part of every process and never unloaded
        let found = unsafe {
            let library = GetModuleHandleW(library.as_ptr());
            if library.is_null() {
                return None;
            }
            GetProcAddress(library, c"QueryInterruptTime".as_ptr().cast())?
        };
        // SAFETY: this is what the function of this name is, by Windows' own header
        Some(unsafe {
            std::mem::transmute::<unsafe extern "system" fn() -> isize, QueryInterruptTime>(found)
        })
    })
}

//! Whose a file is, and who may read it.

use super::{text_at, wide, wide_path};
use std::ffi::c_void;
use std::io::{Error, Result};
use std::path::Path;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{CloseHandle, ERROR_SUCCESS, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW,
    ConvertStringSidToSidW, GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT,
    SetNamedSecurityInfoW,
};
use windows_sys::Win32::Security::{
    ACL, DACL_SECURITY_INFORMATION, GetSecurityDescriptorDacl, GetTokenInformation,
    LookupAccountSidW, OWNER_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION,
    PSECURITY_DESCRIPTOR, PSID, SID_NAME_USE, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// The administrators' group, the system itself, and the installer of Windows.
const OF_THE_SYSTEM: [&str; 3] = [
    "S-1-5-32-544",
    "S-1-5-18",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
];

/// Somebody whom Windows knows, as text: `S-1-5-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sid(String);

impl Sid {
    /// Nobody in the shop.
    pub(crate) fn is_of_the_system(&self) -> bool {
        OF_THE_SYSTEM.contains(&self.0.as_str())
    }

    /// The account's name; the text where it has none.
    pub(crate) fn name(&self) -> String {
        self.looked_up().unwrap_or_else(|| self.0.clone())
    }

    fn looked_up(&self) -> Option<String> {
        let text = wide(self.0.as_ref());
        let mut sid: PSID = null_mut();
        // SAFETY: the text has a zero at its end; what is given back is freed below, by `Local`
        if unsafe { ConvertStringSidToSidW(text.as_ptr(), &raw mut sid) } == 0 {
            return None;
        }
        let sid = Local(sid);
        let (mut name, mut domain) = ([0u16; 256], [0u16; 256]);
        let (mut names, mut domains) = (256u32, 256u32);
        let mut kind: SID_NAME_USE = 0;
        // SAFETY: each buffer has as many places as its length says, and all live until the call has returned
        let found = unsafe {
            LookupAccountSidW(
                null(),
                sid.0,
                name.as_mut_ptr(),
                &raw mut names,
                domain.as_mut_ptr(),
                &raw mut domains,
                &raw mut kind,
            )
        };
        let length = usize::try_from(names).ok()?;
        (found != 0).then(|| String::from_utf16_lossy(name.get(..length).unwrap_or_default()))
    }
}

/// What Windows allocated and is freed with `LocalFree`.
struct Local(*mut c_void);

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it came from a function that says so, and is freed once
        unsafe { LocalFree(self.0) };
    }
}

/// A handle that is closed.
struct Handle(HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it was opened by us, and is closed once
        unsafe { CloseHandle(self.0) };
    }
}

/// Whose a file is.
pub(crate) fn owner(path: &Path) -> Result<Sid> {
    let path = wide_path(path)?;
    let mut owner: PSID = null_mut();
    let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
    // SAFETY: the path has a zero at its end; the descriptor is freed below, and the owner is a part of it
    let said = unsafe {
        GetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut descriptor,
        )
    };
    if said != ERROR_SUCCESS {
        return Err(Error::from_raw_os_error(said.cast_signed()));
    }
    let _descriptor = Local(descriptor);
    // SAFETY: the owner lives as long as the descriptor does
    unsafe { text(owner) }
}

/// Who runs this process.
pub(crate) fn me() -> Result<Sid> {
    let mut token: HANDLE = null_mut();
    // SAFETY: the handle of this process needs no closing; that of the token is closed below
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(Error::last_os_error());
    }
    let token = Handle(token);
    // as the structure wants to stand in memory; it is followed by what it points to
    let mut user = [0u64; 32];
    let mut length = 0u32;
    let room = u32::try_from(size_of_val(&user)).unwrap_or(0);
    // SAFETY: the buffer has as many bytes as is said, and stands as a TOKEN_USER must
    let said = unsafe {
        GetTokenInformation(
            token.0,
            TokenUser,
            user.as_mut_ptr().cast(),
            room,
            &raw mut length,
        )
    };
    if said == 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: the call filled it in, and what it points to is in the same buffer
    unsafe { text((*user.as_ptr().cast::<TOKEN_USER>()).User.Sid) }
}

/// # Safety
/// It must point to a whole SID.
unsafe fn text(sid: PSID) -> Result<Sid> {
    let mut text = null_mut();
    // SAFETY: by this function's own condition; what is given back is freed below
    if unsafe { ConvertSidToStringSidW(sid, &raw mut text) } == 0 {
        return Err(Error::last_os_error());
    }
    let held = Local(text.cast());
    // SAFETY: the text has a zero at its end, and is freed after this
    let sid = Sid(unsafe { text_at(text) });
    drop(held);
    Ok(sid)
}

/// Gives a file or folder to this user and the system, and to nobody else; what is in a folder follows.
pub(crate) fn only_mine(path: &Path) -> Result<()> {
    let words = format!("D:P(A;OICI;FA;;;{})(A;OICI;FA;;;SY)", me()?.0);
    let words = wide(words.as_ref());
    let path = wide_path(path)?;
    let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
    // SAFETY: the text has a zero at its end; what is given back is freed below
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            words.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            null_mut(),
        )
    };
    if made == 0 {
        return Err(Error::last_os_error());
    }
    let held = Local(descriptor);
    let mut list: *mut ACL = null_mut();
    let (mut there, mut by_default) = (0, 0);
    // SAFETY: the descriptor was made just now; the list is a part of it
    let read = unsafe {
        GetSecurityDescriptorDacl(
            descriptor,
            &raw mut there,
            &raw mut list,
            &raw mut by_default,
        )
    };
    if read == 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: the path has a zero at its end, and the list lives until `held` is dropped
    let said = unsafe {
        SetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            list,
            null_mut(),
        )
    };
    drop(held);
    if said == ERROR_SUCCESS {
        Ok(())
    } else {
        Err(Error::from_raw_os_error(said.cast_signed()))
    }
}

//! Addresses of centres.

use crate::error::{Error, Result};
use reqwest::Url;

/// The address of a centre: https anywhere, http only on this machine. It may lie below a path, as behind a
/// proxy that takes the path off; with or without a slash at its end it is the same.
///
/// # Errors
/// [`Error::AddressInvalid`].
pub(crate) fn check_address(text: &str) -> Result<Url> {
    let invalid = |why: &str| Error::AddressInvalid(why.to_owned());
    let mut url = Url::parse(text.trim()).map_err(|e| Error::AddressInvalid(e.to_string()))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("it has a question mark or a # in it"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("it has a name or a password in it"));
    }
    let below = url.path().trim_end_matches('/').to_owned();
    if below
        .split('/')
        .skip(1)
        .any(|part| part.is_empty() || part == "v1")
    {
        return Err(invalid("its path is not where a centre can lie"));
    }
    url.set_path(&below);
    let here = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => return Err(invalid("it names no host")),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err(invalid("http is for this machine only; use https")),
        _ => Err(invalid("it does not begin with https://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for good in [
            "http://127.0.0.1:8400",
            "http://localhost:1",
            "http://[::1]:9",
            "https://centre.example",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://192.168.0.3",
            "http://centre.example",
            "ftp://127.0.0.1",
            "centre",
            "",
            "https://",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}

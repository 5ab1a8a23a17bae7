//! What a request says about how its reply may be packed (RFC 9110, 12.5.3).
// not tower-http's layer: it answers 406 (to `*;q=0`) what has had its effect by then, and packs on the thread that serves

use axum::http::{HeaderMap, header};

/// How a reply is to be packed for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    Never,
    /// With zstd where it is large.
    WhereLarge,
    /// With zstd in any case: it is not taken unpacked.
    Always,
}

/// Reads `accept-encoding`. What is not said is not taken, but for a reply as it is; a weight of 0 takes
/// nothing, and one that cannot be read is 0.
pub(super) fn packing(headers: &HeaderMap) -> Packing {
    let (mut zstd, mut identity, mut any) = (None, None, None);
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    for item in values
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = weight(parts);
        for (known, slot) in [
            ("zstd", &mut zstd),
            ("identity", &mut identity),
            ("*", &mut any),
        ] {
            if name.eq_ignore_ascii_case(known) {
                *slot = Some(weight);
            }
        }
    }
    // what is named goes before the star
    let packed = zstd.or(any).unwrap_or(0);
    let plain = identity.or(any.filter(|w| *w == 0));
    match (packed, plain) {
        (0, _) => Packing::Never,
        (_, Some(0)) => Packing::Always,
        (packed, Some(plain)) if plain > packed => Packing::Never,
        _ => Packing::WhereLarge,
    }
}

/// A weight in thousandths.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let Some(said) = parameters.find_map(|p| {
        let (name, value) = p.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    }) else {
        return 1_000;
    };
    let (whole, part) = said.split_once('.').unwrap_or((said, ""));
    let digits = part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    let thousandths = format!("{part:0<3}").parse().ok().filter(|_| digits);
    match (whole, thousandths) {
        ("0", Some(part)) => part,
        ("1", Some(0)) => 1_000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn of(values: &[&str]) -> Packing {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                header::ACCEPT_ENCODING,
                HeaderValue::from_str(value).unwrap(),
            );
        }
        packing(&headers)
    }

    #[test]
    fn a_reply_is_packed_for_those_alone_who_take_it() {
        use Packing::{Always, Never, WhereLarge};
        for (said, expected) in [
            (&["zstd"][..], WhereLarge),
            (&["gzip, ZSTD;q=0.5"], WhereLarge),
            (&["gzip", "zstd"], WhereLarge),
            (&["zstd;q=0.001"], WhereLarge),
            (&["zstd ; q=1.000"], WhereLarge),
            (&["*"], WhereLarge),
            (&["gzip;q=1, *;q=0.1"], WhereLarge),
            (&["zstd, *;q=0"], Always),
            (&["zstd, identity;q=0"], Always),
            (&["identity;q=0, *"], Always),
            (&["identity;q=0.5, zstd"], WhereLarge),
            (&[], Never),
            (&[""], Never),
            (&["gzip, br"], Never),
            (&["zstd;q=0"], Never),
            (&["zstd;q=0.0, *"], Never),
            (&["zstd; Q=0.000"], Never),
            (&["*;q=0"], Never),
            (&["zstd;q=0, identity;q=0"], Never),
            (&["zstd;q=0.5, identity"], Never),
            (&["zstd;q=no"], Never),
            (&["zstd;q=-1"], Never),
            (&["zstd;q=2"], Never),
            (&["zstd;q="], Never),
            (&["zstd;q=0.1234"], Never),
            (&["zstdx, x-zstd"], Never),
        ] {
            assert_eq!(of(said), expected, "{said:?}");
        }
    }
}

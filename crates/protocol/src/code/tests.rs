use super::*;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

fn terms(channel: Channel, minutes: u16) -> CodeTerms {
    CodeTerms {
        store: "S001".into(),
        channel,
        campaign: Some("mother-s_day2026".into()),
        minutes,
    }
}

fn both(now: DateTime<Utc>) -> [SignUpCode; 2] {
    [None, Some(terms(Channel::Paper, 60))]
        .map(|terms| SignUpCode::issue(DeviceId::fresh(), "C0012".into(), terms, now).unwrap())
}

#[test]
fn a_code_comes_back_and_is_short_enough_for_a_screen() {
    let now = Utc::now();
    for code in both(now) {
        let text = code.sign(&key());
        assert!(text.len() < 220, "{}", text.len());
        let (read, signature) = SignUpCode::read(&text).unwrap();
        assert_eq!(read, code);
        assert_eq!(read.check(&signature, &key().verifying_key(), now), Ok(()));
        let other = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert_eq!(read.check(&signature, &other, now), Err(CodeError::Forged));
    }
}

#[test]
fn a_code_holds_as_long_as_it_says() {
    let now = Utc::now();
    let [first, second] = both(now);
    for (code, minutes) in [(first, SIGN_UP_CODE_MINUTES), (second, 60)] {
        let (read, signature) = SignUpCode::read(&code.sign(&key())).unwrap();
        let at = |minutes| {
            read.check(
                &signature,
                &key().verifying_key(),
                now + Duration::minutes(minutes),
            )
        };
        assert_eq!(at(minutes - 1), Ok(()));
        assert_eq!(at(minutes + 1), Err(CodeError::Expired));
        // a counter whose time is a little ahead, and one whose time is wrong
        assert_eq!(at(-SIGN_UP_CODE_MINUTES + 1), Ok(()));
        assert_eq!(at(-SIGN_UP_CODE_MINUTES - 1), Err(CodeError::Expired));
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let now = Utc::now();
    type Write = fn(&[u8]) -> String;
    let [first, second] = both(now).map(|code| code.sign(&key()));
    let sets: [(Vec<u8>, Write); 2] = [
        (URL_SAFE_NO_PAD.decode(first).unwrap(), |b| {
            URL_SAFE_NO_PAD.encode(b)
        }),
        (BASE32_NOPAD.decode(&second.as_bytes()[1..]).unwrap(), |b| {
            format!("2{}", BASE32_NOPAD.encode(b))
        }),
    ];
    for (bytes, write) in sets {
        let taken = |bytes: &[u8]| {
            SignUpCode::read(&write(bytes))
                .and_then(|(c, s)| c.check(&s, &key().verifying_key(), now))
        };
        assert_eq!(taken(&bytes), Ok(()));
        for i in 0..bytes.len() {
            for flip in [1, 0x80] {
                let mut forged = bytes.clone();
                forged[i] ^= flip;
                assert!(taken(&forged).is_err(), "byte {i}");
            }
        }
        for len in 0..bytes.len() {
            assert!(taken(&bytes[..len]).is_err(), "{len} bytes");
        }
    }
}

#[test]
fn rubbish_is_refused() {
    for text in [
        "",
        "a",
        "%%%",
        &"A".repeat(600),
        &URL_SAFE_NO_PAD.encode([1u8; 90]),
        &URL_SAFE_NO_PAD.encode([2u8; 120]),
        &format!("2{}", BASE32_NOPAD.encode(&[0u8; 120])),
        "2",
        "2aaaa",
        &PosterCode([7; 16]).text(),
    ] {
        assert!(SignUpCode::read(text).is_err(), "{text}");
    }
}

#[test]
fn a_posters_code_is_told_from_a_counters() {
    let poster = PosterCode::fresh().unwrap();
    assert_eq!(poster.text().len(), 27);
    assert_eq!(PosterCode::read(&poster.text()), Some(poster));
    for code in both(Utc::now()) {
        assert_eq!(PosterCode::read(&code.sign(&key())), None);
    }
    for text in [
        "",
        "3",
        "3AAA",
        &poster.text()[..26],
        &format!("{}AA", poster.text()),
    ] {
        assert_eq!(PosterCode::read(text), None, "{text}");
    }
}

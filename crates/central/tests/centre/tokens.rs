//! Texts that are no sign-up codes: made up, altered, another's. None leads anywhere, and none is worth more than a refusal.

// a test's helper fails by panicking
#![allow(clippy::unwrap_used, clippy::panic)]

use centre::error::ServiceError;
use centre::joining;
use protocol::ErrorCode;
use protocol::code::{FriendCode, PosterCode};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::common::bench;
use crate::joining::path;

/// How many are tried.
const TRIED: usize = 10_000;

fn refused(found: Result<joining::Invitation, ServiceError>) -> bool {
    matches!(found, Err(ServiceError::Refused(why)) if why.code == ErrorCode::SignUpCodeInvalid)
}

#[tokio::test]
async fn ten_thousand_texts_lead_nowhere() {
    let bench = bench().await;
    let counter = bench.counter(true).await;
    let good = path(&counter, None).rsplit('/').next().unwrap().to_owned();
    assert!(joining::check(&bench.centre, &good).await.is_ok());
    let mut dice = StdRng::seed_from_u64(7);
    let alphabet: Vec<char> = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abc-_0189%/.#汉🙂 \u{0}\u{202e}"
        .chars()
        .collect();
    for n in 0..TRIED {
        let text: String = match n % 5 {
            // one character of a good one is another
            0 => {
                let mut text: Vec<char> = good.chars().collect();
                let at = dice.random_range(0..text.len());
                let was = text[at];
                while text[at] == was {
                    text[at] = alphabet[dice.random_range(0..alphabet.len())];
                }
                text.into_iter().collect()
            }
            // a part of a good one, or more than it
            1 => match dice.random_range(0..2) {
                0 => good[..dice.random_range(0..good.len())].to_owned(),
                _ => format!("{good}{}", alphabet[dice.random_range(0..32usize)]),
            },
            // a poster's or a friend's that nobody made
            2 => PosterCode::fresh().unwrap().text(),
            3 => FriendCode::fresh().unwrap().text(),
            _ => {
                let length = dice.random_range(0..400);
                (0..length)
                    .map(|_| alphabet[dice.random_range(0..alphabet.len())])
                    .collect()
            }
        };
        assert!(
            refused(joining::check(&bench.centre, &text).await),
            "{n}: {text:?}"
        );
    }
}

//! Tokens of any times, at any time.

use super::NOW;
use super::verify::{EXPECT, set, signed};
use crate::keys::{Expect, KeyState, VerifyError};
use crate::oauth::UnixTime;
use proptest::prelude::*;
use serde_json::json;

fn seconds() -> impl Strategy<Value = i64> {
    let edges = vec![i64::MIN, -1, 0, i64::from(i32::MAX), NOW.0, UnixTime::MAX.0, i64::MAX];
    let near = (prop::sample::select(edges), -9..=9_i64).prop_map(|(edge, off)| edge.saturating_add(off));
    prop_oneof![near, any::<i64>()]
}

proptest! {
    #[test]
    fn a_token_is_taken_between_its_times_and_never_outside(
        iat in seconds(), nbf in seconds(), exp in seconds(), now in seconds(), leeway_seconds in 0..=15_i64,
    ) {
        let claims = json!({"iss": EXPECT.issuer, "aud": EXPECT.audience, "iat": iat, "nbf": nbf, "exp": exp});
        let verdict = set(KeyState::Active).verify(&signed(&claims), &Expect { leeway_seconds, ..EXPECT }, UnixTime(now));
        let (now, exp, nbf) = (i128::from(now), i128::from(exp), i128::from(nbf));
        match verdict {
            Ok(_) => prop_assert!(now < exp + i128::from(leeway_seconds) && now + 60 >= nbf),
            Err(VerifyError::Expired) => prop_assert!(now >= exp),
            Err(VerifyError::NotYetValid) => prop_assert!(now < nbf),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

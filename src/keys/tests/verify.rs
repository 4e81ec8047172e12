use super::{NOW, key, record};
use crate::keys::{Expect, KeySet, KeyState, SigningKey, VerifyError};
use crate::oauth::SigningAlgorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(super) const EXPECT: Expect<'static> = Expect {
    typ: "at+jwt",
    issuer: "https://id.example/identity",
    audience: Some("https://id.example/api"),
    leeway_seconds: 5,
    allow_expired: false,
    include_archived: false,
};

pub(super) fn set(state: KeyState) -> KeySet {
    KeySet::build(SigningAlgorithm::ALL.map(|algorithm| record(algorithm, state)).to_vec(), NOW).unwrap()
}

fn claims() -> Value {
    json!({"iss": EXPECT.issuer, "aud": EXPECT.audience, "iat": NOW.0, "exp": NOW.0 + 60, "sub": "uma"})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Signed with our Ed25519 key, whatever the header says.
fn forged(header: &Value, payload: &[u8]) -> String {
    use aws_lc_rs::signature::Ed25519KeyPair;
    let pair = Ed25519KeyPair::from_pkcs8(key(SigningAlgorithm::EdDsa).pkcs8.expose()).unwrap();
    let (header, payload) = (URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload));
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

pub(super) fn signed(claims: &Value) -> String {
    let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": key(SigningAlgorithm::EdDsa).id});
    forged(&header, claims.to_string().as_bytes())
}

fn verdict(token: &str, expect: Expect<'_>) -> Result<(), VerifyError> {
    set(KeyState::Active).verify(token, &expect, NOW).map(drop)
}

#[test]
fn what_we_sign_we_accept_with_every_algorithm() {
    for algorithm in SigningAlgorithm::ALL {
        let signer = SigningKey::from_pkcs8(algorithm, &key(algorithm).pkcs8).unwrap();
        let token = signer.sign("at+jwt", claims().to_string().as_bytes()).unwrap();
        let read = set(KeyState::Active).verify(&token, &EXPECT, NOW).unwrap();
        assert_eq!(Value::Object(read), claims());
    }
}

#[test]
fn ky_11_a_key_verifies_until_it_is_archived_and_for_hints_even_then() {
    let token = signed(&claims());
    for (state, archived_too, accepted) in [
        (KeyState::Pending, false, true),
        (KeyState::Active, false, true),
        (KeyState::Retired, false, true),
        (KeyState::Archived, false, false),
        (KeyState::Archived, true, true),
    ] {
        let expect = Expect { include_archived: archived_too, ..EXPECT };
        assert_eq!(set(state).verify(&token, &expect, NOW).is_ok(), accepted, "{state:?} {archived_too}");
    }
}

#[test]
fn a_header_cannot_choose_its_key_or_its_rules() {
    let kid = key(SigningAlgorithm::EdDsa).id.as_str();
    let header = |name: &str, value: Value| {
        let mut header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid});
        header[name] = value;
        forged(&header, claims().to_string().as_bytes())
    };
    let rsa = key(SigningAlgorithm::Rs256).id.as_str();
    for (name, value, refusal) in [
        ("alg", json!("none"), VerifyError::WrongAlgorithm),
        ("alg", json!("NoNe"), VerifyError::WrongAlgorithm),
        ("alg", json!("HS256"), VerifyError::WrongAlgorithm),
        ("alg", json!("RS256"), VerifyError::WrongAlgorithm),
        ("alg", json!("eddsa"), VerifyError::WrongAlgorithm),
        ("alg", Value::Null, VerifyError::WrongAlgorithm),
        ("alg", json!(["EdDSA"]), VerifyError::WrongAlgorithm),
        ("kid", Value::Null, VerifyError::UnknownKey),
        ("kid", json!("../../etc/passwd"), VerifyError::UnknownKey),
        ("kid", json!("' OR 1=1 --"), VerifyError::UnknownKey),
        ("kid", json!([kid]), VerifyError::UnknownKey),
        ("kid", json!(rsa), VerifyError::WrongAlgorithm),
        ("jku", json!("https://evil.example/jwks"), VerifyError::ForbiddenHeader),
        ("jwk", json!({"kty": "oct"}), VerifyError::ForbiddenHeader),
        ("x5u", json!("https://evil.example"), VerifyError::ForbiddenHeader),
        ("x5c", json!([]), VerifyError::ForbiddenHeader),
        ("crit", json!([]), VerifyError::ForbiddenHeader),
        ("b64", json!(false), VerifyError::ForbiddenHeader),
        ("typ", json!("JWT"), VerifyError::WrongType),
        ("typ", json!("at+jwt2"), VerifyError::WrongType),
        ("typ", json!("application/application/at+jwt"), VerifyError::WrongType),
        ("typ", Value::Null, VerifyError::WrongType),
    ] {
        assert_eq!(verdict(&header(name, value.clone()), EXPECT), Err(refusal), "{name}: {value}");
    }
    for typ in ["AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
        assert_eq!(verdict(&header("typ", json!(typ)), EXPECT), Ok(()), "{typ}");
    }
}

/// The public key as HMAC secret, and no signature at all: the two classics.
#[test]
fn nothing_but_our_signature_is_a_signature() {
    let payload = URL_SAFE_NO_PAD.encode(claims().to_string());
    let public = key(SigningAlgorithm::EdDsa).public_jwk.as_bytes();
    for algorithm in ["EdDSA", "HS256", "none"] {
        let kid = key(SigningAlgorithm::EdDsa).id.as_str();
        let header = URL_SAFE_NO_PAD.encode(json!({"typ": "at+jwt", "alg": algorithm, "kid": kid}).to_string());
        let signed = format!("{header}.{payload}");
        let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, public);
        let hmac = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&hmac, signed.as_bytes()));
        for signature in ["", "AA", &hmac, "not base64!"] {
            assert!(verdict(&format!("{signed}.{signature}"), EXPECT).is_err(), "{algorithm} {signature}");
        }
    }
}

#[test]
fn a_changed_payload_is_refused() {
    let token = signed(&claims());
    let other = signed(&with("sub", json!("admin")));
    let parts: Vec<_> = token.split('.').collect();
    let swapped = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    assert_eq!(verdict(&swapped, EXPECT), Err(VerifyError::BadSignature));
}

#[test]
fn claims_must_be_there_and_of_their_type() {
    let now = NOW.0;
    for (claims, expected) in [
        (claims(), Ok(())),
        (without("iss"), Err(VerifyError::WrongIssuer)),
        (with("iss", json!("https://id.example/identity/")), Err(VerifyError::WrongIssuer)),
        (without("aud"), Err(VerifyError::WrongAudience)),
        (with("aud", json!("https://other.example")), Err(VerifyError::WrongAudience)),
        (with("aud", json!(["https://other.example", EXPECT.audience])), Ok(())),
        (with("aud", json!({"a": EXPECT.audience})), Err(VerifyError::WrongAudience)),
        (without("iat"), Err(VerifyError::NotAnInteger("iat"))),
        (with("iat", json!(now.to_string())), Err(VerifyError::NotAnInteger("iat"))),
        (without("exp"), Err(VerifyError::NotAnInteger("exp"))),
        (with("exp", json!((now + 60).to_string())), Err(VerifyError::NotAnInteger("exp"))),
        (with("exp", json!(1.8e30)), Err(VerifyError::NotAnInteger("exp"))),
        (with("exp", Value::Null), Err(VerifyError::NotAnInteger("exp"))),
        (with("exp", json!(u64::MAX)), Err(VerifyError::NotAnInteger("exp"))),
        (with("exp", json!(now - 5)), Err(VerifyError::Expired)),
        (with("exp", json!(now - 4)), Ok(())),
        (with("exp", json!(i64::MIN)), Err(VerifyError::Expired)),
        (with("exp", json!(i64::MAX)), Ok(())),
        (with("nbf", json!(now + 60)), Ok(())),
        (with("nbf", json!(now + 61)), Err(VerifyError::NotYetValid)),
        (with("nbf", json!("0")), Err(VerifyError::NotAnInteger("nbf"))),
        (with("nbf", Value::Null), Err(VerifyError::NotAnInteger("nbf"))),
    ] {
        assert_eq!(verdict(&signed(&claims), EXPECT), expected, "{claims}");
    }
}

#[test]
fn a_hint_may_be_expired_and_for_anybody() {
    let hint = Expect { audience: None, allow_expired: true, ..EXPECT };
    assert_eq!(verdict(&signed(&with("exp", json!(1))), hint), Ok(()));
    assert_eq!(verdict(&signed(&with("aud", json!("any client"))), hint), Ok(()));
    assert_eq!(verdict(&signed(&with("exp", json!("1"))), hint), Err(VerifyError::NotAnInteger("exp")));
}

#[test]
fn what_is_no_token_is_refused_before_any_key_is_used() {
    let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": key(SigningAlgorithm::EdDsa).id});
    let long = signed(&with("sub", json!("x".repeat(17_000))));
    let token = signed(&claims());
    for (text, refusal) in [
        ("", VerifyError::Malformed),
        ("a", VerifyError::Malformed),
        ("a.b", VerifyError::Malformed),
        ("..", VerifyError::Malformed),
        ("e30.e30.", VerifyError::UnknownKey),
        (&long, VerifyError::TooLong),
        (&format!(" {token}"), VerifyError::Malformed),
        (&format!("{token}.x"), VerifyError::BadSignature),
        (&format!("{token}="), VerifyError::BadSignature),
        (&forged(&header, b"[]"), VerifyError::Malformed),
        (&forged(&header, b"\xff"), VerifyError::Malformed),
        (&forged(&json!(["EdDSA"]), b"{}"), VerifyError::Malformed),
    ] {
        assert_eq!(verdict(text, EXPECT), Err(refusal), "{text:.60}");
    }
}

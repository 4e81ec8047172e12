use super::key;
use crate::keys::{GeneratedKey, KeyError, PublicJwk, SigningKey};
use crate::oauth::SigningAlgorithm;
use crate::redacted::Redacted;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};
use serde_json::{Value, json};

fn signer(algorithm: SigningAlgorithm) -> SigningKey {
    SigningKey::from_pkcs8(algorithm, &key(algorithm).pkcs8).unwrap()
}

fn part(token: &str, at: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()
}

#[test]
fn a_token_verifies_with_the_published_key_and_another_library() {
    for algorithm in SigningAlgorithm::ALL {
        let token = signer(algorithm).sign("JWT", br#"{"sub":"uma","exp":4000000000}"#).unwrap();
        let jwk: Jwk = serde_json::from_str(&key(algorithm).public_jwk).unwrap();
        let validation = Validation::new(algorithm.as_str().parse().unwrap());
        let read = jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).unwrap();
        assert_eq!(read.claims["sub"], "uma");
    }
}

#[test]
fn the_header_holds_type_algorithm_and_key_and_nothing_else() {
    for algorithm in SigningAlgorithm::ALL {
        for typ in ["at+jwt", "JWT", "logout+jwt", "a \"quoted\" one"] {
            let token = signer(algorithm).sign(typ, b"{}").unwrap();
            let header: Value = serde_json::from_slice(&part(&token, 0)).unwrap();
            assert_eq!(header, json!({"typ": typ, "alg": algorithm.as_str(), "kid": key(algorithm).id.as_str()}));
            assert_eq!(part(&token, 1), b"{}");
        }
    }
}

#[test]
fn signatures_have_their_fixed_lengths() {
    for (algorithm, length) in
        [(SigningAlgorithm::Rs256, 256), (SigningAlgorithm::Es256, 64), (SigningAlgorithm::EdDsa, 64)]
    {
        for _ in 0..20 {
            assert_eq!(part(&signer(algorithm).sign("JWT", b"{}").unwrap(), 2).len(), length);
        }
    }
}

#[test]
fn a_published_key_holds_public_members_alone() {
    for (algorithm, members) in [
        (SigningAlgorithm::Rs256, &["alg", "e", "kid", "kty", "n", "use"][..]),
        (SigningAlgorithm::Es256, &["alg", "crv", "kid", "kty", "use", "x", "y"]),
        (SigningAlgorithm::EdDsa, &["alg", "crv", "kid", "kty", "use", "x"]),
    ] {
        let jwk: Value = serde_json::from_str(&key(algorithm).public_jwk).unwrap();
        let mut names: Vec<_> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, members);
        assert_eq!((&jwk["alg"], &jwk["use"]), (&json!(algorithm.as_str()), &json!("sig")));
        assert_eq!(jwk["kid"], key(algorithm).id.as_str());
    }
    let rsa: Value = serde_json::from_str(&key(SigningAlgorithm::Rs256).public_jwk).unwrap();
    assert_eq!(rsa["e"], "AQAB");
    assert_eq!(URL_SAFE_NO_PAD.decode(rsa["n"].as_str().unwrap()).unwrap().len(), 256);
}

/// The example of RFC 7638 3.1, and that of RFC 8037 A.3.
#[test]
fn thumbprints_are_those_of_the_standards() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM\
             stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI\
             SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let n = URL_SAFE_NO_PAD.decode(n).unwrap();
    assert_eq!(PublicJwk::rsa(&n, &[1, 0, 1]).id(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let okp = PublicJwk::ed25519(x.as_slice().try_into().unwrap());
    assert_eq!(okp.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn a_stored_jwk_loses_what_is_not_public() {
    let mut jwk: Value = serde_json::from_str(&key(SigningAlgorithm::Es256).public_jwk).unwrap();
    for private in ["d", "x5u", "key_ops", "anything"] {
        jwk[private] = json!(["secret"]);
    }
    jwk["x5u"] = json!("https://elsewhere.example");
    jwk.as_object_mut().unwrap().remove("key_ops");
    let read = PublicJwk::parse(&jwk.to_string()).unwrap();
    assert_eq!(read.to_json(), key(SigningAlgorithm::Es256).public_jwk);
}

#[test]
fn keys_that_we_would_not_make_are_not_read() {
    let x = URL_SAFE_NO_PAD.encode([1; 32]);
    let weak = URL_SAFE_NO_PAD.encode([0x80; 128]);
    let fine = URL_SAFE_NO_PAD.encode([0x80; 256]);
    for jwk in [
        json!({"kty": "oct", "alg": "HS256", "kid": "k", "k": x}),
        json!({"kty": "RSA", "alg": "RS256", "kid": "k", "n": weak, "e": "AQAB"}),
        json!({"kty": "RSA", "alg": "RS256", "kid": "k", "n": fine, "e": "Aw"}),
        json!({"kty": "RSA", "alg": "ES256", "kid": "k", "n": fine, "e": "AQAB"}),
        json!({"kty": "RSA", "alg": "RS256", "n": fine, "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "k", "n": fine, "e": "AQAB"}),
        json!({"kty": "EC", "crv": "P-384", "alg": "ES256", "kid": "k", "x": x, "y": x}),
        json!({"kty": "OKP", "crv": "X25519", "alg": "EdDSA", "kid": "k", "x": x}),
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "k", "x": "AQAB"}),
        json!([]),
    ] {
        assert_eq!(PublicJwk::parse(&jwk.to_string()), None, "{jwk}");
    }
}

#[test]
fn a_private_key_of_another_kind_is_refused() {
    let ec = &key(SigningAlgorithm::Es256).pkcs8;
    for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::EdDsa] {
        assert_eq!(SigningKey::from_pkcs8(algorithm, ec).unwrap_err(), KeyError::Malformed(algorithm));
    }
    let cut = Redacted::new(ec.expose()[..20].to_vec());
    assert!(SigningKey::from_pkcs8(SigningAlgorithm::Es256, &cut).is_err());
}

#[test]
fn two_new_keys_differ_and_none_shows_its_private_half() {
    let (one, other) = (key(SigningAlgorithm::EdDsa), GeneratedKey::generate(SigningAlgorithm::EdDsa).unwrap());
    assert_ne!(one.id, other.id);
    assert!(format!("{one:?}").contains("pkcs8: [redacted]"));
    assert_eq!(format!("{:?}", signer(SigningAlgorithm::EdDsa)), format!("SigningKey(EdDSA {})", one.id));
}

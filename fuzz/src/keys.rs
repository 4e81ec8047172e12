//! Tokens, and the files and texts that hold keys and hashes.

use super::text;
use portcullis::keys::{
    Expect, GeneratedKey, KeyRecord, KeySet, KeyState, MasterKey, PasswordHasher, PublicJwk, SigningKey,
};
use portcullis::oauth::{SigningAlgorithm, UnixTime};
use portcullis::redacted::Redacted;
use std::sync::OnceLock;

const NOW: UnixTime = UnixTime(1_800_000_000);
const ISSUER: &str = "https://id.example/identity";

/// An access token: nothing is accepted but what we have signed, byte for byte.
pub fn jwt(bytes: &[u8]) {
    let expect = Expect {
        typ: "at+jwt",
        issuer: ISSUER,
        audience: Some("https://id.example/api"),
        leeway_seconds: 5,
        allow_expired: false,
        include_archived: false,
    };
    require_own(bytes, &expect);
}

/// A hint, which may be long over and signed with an old key; else the same.
pub fn id_token_hint(bytes: &[u8]) {
    let expect = Expect {
        typ: "JWT",
        issuer: ISSUER,
        audience: None,
        leeway_seconds: 5,
        allow_expired: true,
        include_archived: true,
    };
    require_own(bytes, &expect);
}

/// Two keys of ours, and two tokens that they have signed: `[access token, ID token]`.
fn ours() -> &'static (KeySet, [String; 2]) {
    static OURS: OnceLock<(KeySet, [String; 2])> = OnceLock::new();
    OURS.get_or_init(|| {
        let algorithms = [(SigningAlgorithm::EdDsa, KeyState::Active), (SigningAlgorithm::Es256, KeyState::Archived)];
        let keys = algorithms.map(|(algorithm, state)| (GeneratedKey::generate(algorithm).expect("a key"), state));
        let claims = serde_json::json!({
            "iss": ISSUER, "aud": "https://id.example/api", "sub": "u", "iat": NOW.0, "exp": NOW.0 + 60,
        });
        let sign = |at: usize, typ: &str| {
            let key: &GeneratedKey = &keys[at].0;
            let signer = SigningKey::from_pkcs8(key.algorithm, &key.pkcs8).expect("a signer");
            signer.sign(typ, claims.to_string().as_bytes()).expect("a token")
        };
        let tokens = [sign(0, "at+jwt"), sign(1, "JWT")];
        let records = keys.map(|(key, state)| KeyRecord {
            slot: format!("{}:1", key.algorithm.as_str()),
            id: key.id,
            algorithm: key.algorithm,
            state,
            pkcs8: Some(key.pkcs8),
            public_jwk: key.public_jwk,
            activates_at: NOW,
            retires_at: None,
        });
        (KeySet::build(records.to_vec(), NOW).expect("a set"), tokens)
    })
}

/// The bytes as a token, and tokens of ours with the bytes in the place of some of theirs: the first byte says where.
fn require_own(bytes: &[u8], expect: &Expect<'_>) {
    let (keys, tokens) = ours();
    let _ = keys.verify(&text(bytes), expect, NOW);
    let Some((&place, bytes)) = bytes.split_first() else { return };
    for token in tokens {
        let mut changed = token.clone().into_bytes();
        let from = usize::from(place) * changed.len() / 256;
        let to = (from + bytes.len()).min(changed.len());
        changed.splice(from..to, bytes.iter().copied());
        let changed = text(&changed).into_owned();
        let accepted = keys.verify(&changed, expect, NOW).is_ok();
        assert!(!accepted || tokens.contains(&changed), "{changed} was not signed by us");
        assert!(!accepted || *token == tokens[usize::from(expect.typ == "JWT")], "a token of another type");
    }
}

/// A JWK, and a private key in DER.
pub fn jwk(bytes: &[u8]) {
    if let Some(read) = PublicJwk::parse(&text(bytes)) {
        let written = read.to_json();
        assert!(!written.contains("\"d\""), "a private half is published");
        assert_eq!(PublicJwk::parse(&written).as_ref(), Some(&read));
    }
    for algorithm in SigningAlgorithm::ALL {
        if let Ok(key) = SigningKey::from_pkcs8(algorithm, &Redacted::new(bytes.to_vec())) {
            assert!(key.sign("JWT", b"{}").is_ok());
        }
    }
}

/// The master key's file.
pub fn master_key_file(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("master.key");
    std::fs::write(&path, bytes).expect("a file");
    if let Ok(key) = MasterKey::load_guarded(&path) {
        assert!(!key.fingerprint().is_empty());
    }
}

/// A stored hash that is none, or of another password: never a match.
pub fn password_hash(bytes: &[u8]) {
    static HASHER: OnceLock<(tokio::runtime::Runtime, PasswordHasher)> = OnceLock::new();
    // Memory and passes of the text would be done as it says, and only our own store writes them. Here: small ones alone.
    let stored = text(bytes).into_owned();
    if stored.contains("m=") && !stored.contains("m=8,t=1,p=1$") {
        return;
    }
    let (runtime, hasher) = HASHER.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        (runtime, PasswordHasher::new(1))
    });
    let check = runtime.block_on(hasher.verify(Redacted::new("not the password".to_owned()), Some(stored)));
    assert!(!check.expect("one at a time").matches);
}

//! What a token costs in signing, beside the bare signature that no server can do without, and what a secret costs in
//! checking. `cargo bench --bench signing`.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use criterion::{Criterion, criterion_group, criterion_main};
use portcullis::keys::{Expect, GeneratedKey, KeyRecord, KeySet, KeyState, SigningKey};
use portcullis::oauth::{ClientSecret, SigningAlgorithm, TokenKind, UnixTime, check_secret};
use std::hint::black_box;

const NOW: UnixTime = UnixTime(1_800_000_000);
const ISSUER: &str = "https://id.example/identity";

/// About 400 bytes, like the claims of an access token.
fn payload() -> Vec<u8> {
    let claims = serde_json::json!({
        "iss": ISSUER, "aud": "https://id.example/api", "sub": "nightly-import", "client_id": "nightly-import",
        "iat": NOW.0, "exp": NOW.0 + 3_600, "jti": "b".repeat(22), "scope": "charts.read charts.write",
        "tid": "c".repeat(36), "roles": ["d".repeat(36)], "role_type": ["e".repeat(36)],
    });
    claims.to_string().into_bytes()
}

type Sign = Box<dyn Fn(&[u8])>;

/// The library's signature alone, with a parsed key.
fn bare(key: &GeneratedKey) -> Sign {
    let (random, pkcs8) = (SystemRandom::new(), key.pkcs8.expose());
    match key.algorithm {
        SigningAlgorithm::Rs256 => {
            let pair = RsaKeyPair::from_pkcs8(pkcs8).expect("a key");
            Box::new(move |message| {
                let mut signature = [0; 256];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("a signature");
                black_box(signature);
            })
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).expect("a key");
            Box::new(move |message| {
                black_box(pair.sign(&random, message).expect("a signature"));
            })
        }
        SigningAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8(pkcs8).expect("a key");
            Box::new(move |message| {
                black_box(pair.sign(message));
            })
        }
    }
}

fn tokens(criterion: &mut Criterion) {
    let payload = payload();
    for algorithm in SigningAlgorithm::ALL {
        let key = GeneratedKey::generate(algorithm).expect("a key");
        let signer = SigningKey::from_pkcs8(algorithm, &key.pkcs8).expect("a key");
        let token = signer.sign("at+jwt", &payload).expect("a token");
        let (message, _) = token.rsplit_once('.').expect("three parts");
        let bare = bare(&key);
        let set = key_set(&key);
        let expect = Expect {
            typ: "at+jwt",
            issuer: ISSUER,
            audience: Some("https://id.example/api"),
            leeway_seconds: 0,
            allow_expired: false,
            include_archived: false,
        };

        let mut group = criterion.benchmark_group(algorithm.as_str());
        group.bench_function("bare signature", |bencher| bencher.iter(|| bare(black_box(message.as_bytes()))));
        group.bench_function("token", |bencher| bencher.iter(|| signer.sign("at+jwt", black_box(&payload))));
        group.bench_function("verify", |bencher| bencher.iter(|| set.verify(black_box(&token), &expect, NOW)));
        group.finish();
    }
}

fn key_set(key: &GeneratedKey) -> KeySet {
    let record = KeyRecord {
        id: key.id.clone(),
        slot: format!("{}:1", key.algorithm.as_str()),
        algorithm: key.algorithm,
        state: KeyState::Active,
        pkcs8: Some(key.pkcs8.clone()),
        public_jwk: key.public_jwk.clone(),
        activates_at: NOW,
        retires_at: None,
    };
    KeySet::build(vec![record], NOW).expect("a set of one")
}

fn secrets(criterion: &mut Criterion) {
    let kind = TokenKind::ClientSecret;
    let secrets: Vec<_> = (1..=10_u8)
        .map(|number| ClientSecret {
            id: i32::from(number),
            hash: kind.hash(&kind.format([number; 32])),
            hint: String::new(),
            description: String::new(),
            enabled: true,
            created_at: NOW,
            expires_at: None,
            last_used_at: None,
            last_used_from: None,
        })
        .collect();
    let presented = kind.format([10; 32]);
    criterion.bench_function("client secret among ten", |bencher| {
        bencher.iter(|| check_secret(&secrets, &kind.hash(black_box(&presented)), NOW));
    });
}

criterion_group!(benches, tokens, secrets);
criterion_main!(benches);

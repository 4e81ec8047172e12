use crate::keys::{MasterKey, Sealer};
use crate::oauth::KeyId;
use crate::redacted::Redacted;
use proptest::prelude::*;

fn sealer(byte: u8) -> Sealer {
    let directory = tempfile::tempdir().unwrap();
    Sealer::new(&MasterKey::create(&directory.path().join("master.key"), [byte; 32]).unwrap())
}

#[test]
fn what_is_sealed_opens_for_its_purpose_and_key_alone() {
    let sealed = sealer(1).seal("request", [9; 12], b"plain");
    assert_eq!(sealer(1).open("request", &sealed).as_deref(), Some(&b"plain"[..]));
    assert_eq!(sealer(1).open("other", &sealed), None);
    assert_eq!(sealer(2).open("request", &sealed), None);
}

#[test]
fn one_changed_bit_anywhere_is_refused() {
    let sealer = sealer(1);
    let whole = sealer.seal_bytes("request", [9; 12], b"plain");
    for at in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert_eq!(sealer.open_bytes("request", &changed), None, "bit {at}");
    }
    for cut in 0..whole.len() {
        assert_eq!(sealer.open_bytes("request", &whole[..cut]), None, "{cut} bytes");
    }
}

#[test]
fn a_private_key_opens_under_its_own_id_alone() {
    let (sealer, id) = (sealer(1), KeyId::new("k1"));
    let stored = sealer.seal_private_key(&id, [9; 12], &Redacted::new(vec![1, 2, 3]));
    assert_eq!(sealer.open_private_key(&id, &stored).unwrap().expose(), &[1, 2, 3]);
    assert!(sealer.open_private_key(&KeyId::new("k2"), &stored).is_none());
}

#[test]
fn a_mac_fits_its_parts_purpose_and_key_alone() {
    let mac = sealer(1).mac("csrf", &[b"ab", b"c"]);
    assert!(sealer(1).verify_mac("csrf", &[b"ab", b"c"], &mac));
    assert!(!sealer(1).verify_mac("csrf", &[b"a", b"bc"], &mac));
    assert!(!sealer(1).verify_mac("csrf", &[b"abc"], &mac));
    assert!(!sealer(1).verify_mac("other", &[b"ab", b"c"], &mac));
    assert!(!sealer(2).verify_mac("csrf", &[b"ab", b"c"], &mac));
    assert!(!sealer(1).verify_mac("csrf", &[b"ab", b"c"], &mac[..42]));
    assert!(!sealer(1).verify_mac("csrf", &[b"ab", b"c"], ""));
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(plain in proptest::collection::vec(any::<u8>(), 0..300), nonce: [u8; 12]) {
        let sealer = sealer(3);
        prop_assert_eq!(sealer.open("p", &sealer.seal("p", nonce, &plain)), Some(plain));
    }

    #[test]
    fn whatever_comes_from_outside_is_refused_quietly(text in "\\PC{0,200}") {
        let sealer = sealer(3);
        prop_assert_eq!(sealer.open("p", &text), None);
        prop_assert!(!sealer.verify_mac("p", &[b"a"], &text));
    }
}

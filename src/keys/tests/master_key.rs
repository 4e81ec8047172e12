use crate::keys::{MasterKey, MasterKeyError};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

fn place() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys").join("master.key");
    (directory, path)
}

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_key_that_was_created_is_the_key_that_is_loaded() {
    let (_directory, path) = place();
    let created = MasterKey::create(&path, [7; 32]).unwrap();
    let loaded = MasterKey::load(&path).unwrap();
    assert_eq!(created.derive("a"), loaded.derive("a"));
    assert_eq!(created.fingerprint(), loaded.fingerprint());
    assert_eq!(fs::read_to_string(&path).unwrap(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n");
}

#[test]
fn the_file_and_its_new_directory_are_for_the_owner_alone() {
    let (_directory, path) = place();
    MasterKey::create(&path, [7; 32]).unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[test]
fn a_key_is_never_written_over() {
    let (_directory, path) = place();
    let first = MasterKey::create(&path, [7; 32]).unwrap();
    assert!(matches!(MasterKey::create(&path, [8; 32]), Err(MasterKeyError::Exists { .. })));
    assert_eq!(MasterKey::load(&path).unwrap().fingerprint(), first.fingerprint());
    fs::write(&path, "").unwrap();
    assert!(matches!(MasterKey::create(&path, [8; 32]), Err(MasterKeyError::Exists { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"");
}

#[test]
fn a_missing_key_is_said_to_be_missing() {
    let (_directory, path) = place();
    let refusal = MasterKey::load(&path).unwrap_err();
    assert!(matches!(refusal, MasterKeyError::Missing { .. }));
    assert!(refusal.to_string().contains(path.to_str().unwrap()), "{refusal}");
}

#[test]
fn ky_13_a_file_that_others_can_get_at_is_refused_with_the_command_that_mends_it() {
    let (_directory, path) = place();
    MasterKey::create(&path, [7; 32]).unwrap();
    for open in [0o644, 0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(open)).unwrap();
        let refusal = MasterKey::load(&path).unwrap_err();
        assert!(matches!(refusal, MasterKeyError::OpenToOthers { mode, .. } if mode == open), "{refusal}");
        assert!(refusal.to_string().contains(&format!("chmod 600 '{}'", path.display())), "{refusal}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    assert!(MasterKey::load(&path).is_ok());
}

#[test]
fn ky_13_a_file_of_another_user_is_refused_with_the_command_that_mends_it() {
    let refusal = crate::keys::master_key::require_private("m".as_ref(), 0o100_600, 0, 1000).unwrap_err();
    assert!(matches!(refusal, MasterKeyError::OtherOwner { owner: 0, process: 1000, .. }));
    assert!(refusal.to_string().contains("chown 1000 'm'"), "{refusal}");
}

#[test]
fn a_file_that_is_not_whole_is_refused() {
    let (_directory, path) = place();
    MasterKey::create(&path, [7; 32]).unwrap();
    let long = "A".repeat(5_000);
    for (text, what) in [
        ("", "empty"),
        ("\n", "empty"),
        ("BwcHBwcHBwcHBwcHBwcHBwcHBwcH\n", "cut short"),
        ("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw==", "cut short"),
        ("-----BEGIN PRIVATE KEY-----", "not base64"),
        (long.as_str(), "not base64"),
    ] {
        fs::write(&path, text).unwrap();
        let refusal = MasterKey::load(&path).unwrap_err();
        assert!(matches!(refusal, MasterKeyError::Damaged { .. }), "{refusal}");
        assert!(refusal.to_string().contains(what), "{refusal}");
    }
    assert!(matches!(MasterKey::load(path.parent().unwrap()), Err(MasterKeyError::Damaged { .. })));
}

#[test]
fn labels_give_unrelated_keys_and_other_master_keys_other_fingerprints() {
    let (_directory, path) = place();
    let (one, other) = (MasterKey::create(&path, [7; 32]).unwrap(), path.with_extension("other"));
    let other = MasterKey::create(&other, [8; 32]).unwrap();
    assert_ne!(one.derive("a"), one.derive("b"));
    assert_ne!(one.derive("a"), other.derive("a"));
    assert_ne!(one.fingerprint(), other.fingerprint());
    assert_eq!(one.fingerprint().len(), 16);
}

#[test]
fn neither_debug_nor_errors_show_the_key() {
    let (_directory, path) = place();
    let key = MasterKey::create(&path, [7; 32]).unwrap();
    assert_eq!(format!("{key:?}"), "MasterKey([redacted])");
}

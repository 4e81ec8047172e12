//! C between a program and its library, for faults that no setting makes.

use super::Place;
use std::process::Command;

/// Compiles `support/NAME.c` for a place; where it is then, or none without a C compiler.
pub(crate) fn compile(place: &Place, name: &str) -> Option<String> {
    let library = place.path().join(format!("{name}.so"));
    let source = format!("{}/tests/reliability/support/{name}.c", env!("CARGO_MANIFEST_DIR"));
    let made = Command::new(std::env::var("CC").unwrap_or_else(|_| "cc".to_owned()))
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .args([library.as_os_str(), source.as_ref()])
        .arg("-ldl")
        .status();
    made.is_ok_and(|status| status.success()).then(|| library.to_str().expect("UTF-8").to_owned())
}

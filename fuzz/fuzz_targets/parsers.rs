//! The one binary: `FUZZ_TARGET` names the function that gets the bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

static CHOSEN: OnceLock<fn(&[u8])> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let run = CHOSEN.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        let names = portcullis_fuzz::TARGETS.map(|(name, _)| name);
        portcullis_fuzz::find(&name).unwrap_or_else(|| panic!("FUZZ_TARGET must be one of {names:?}"))
    });
    run(bytes);
});

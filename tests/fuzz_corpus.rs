//! Replays the bytes that are kept for every parser (`fuzz/corpus`) through the functions that `scripts/fuzz` draws bytes for.

#[allow(dead_code, unreachable_pub, missing_docs, reason = "a library, read as a module of this test")]
#[path = "../fuzz/src/lib.rs"]
mod portcullis_fuzz;

use std::fs;
use std::path::Path;

/// Also tried of every sample: its beginnings, and the sample with one bit changed.
const VARIANTS: usize = 12;

#[test]
fn every_parser_survives_the_corpus_and_samples_that_are_cut_or_changed() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, run) in portcullis_fuzz::TARGETS {
        let samples = fs::read_dir(corpus.join(name)).unwrap_or_else(|_| panic!("fuzz/corpus/{name} is missing"));
        let mut count = 0;
        for sample in samples.flatten() {
            let bytes = fs::read(sample.path()).expect("a readable sample");
            run(&bytes);
            for variant in 0..VARIANTS.min(bytes.len()) {
                let at = variant * bytes.len() / VARIANTS;
                run(&bytes[..at]);
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (variant % 8);
                run(&changed);
            }
            count += 1;
        }
        assert!(count >= 3, "fuzz/corpus/{name} holds {count} samples");
    }
}

#[test]
fn every_folder_of_the_corpus_has_its_parser() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for folder in fs::read_dir(corpus).expect("the corpus").flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        assert!(portcullis_fuzz::find(&name).is_some(), "nothing reads fuzz/corpus/{name}");
    }
}

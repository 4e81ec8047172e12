//! Faults on demand in a node's storage (`src/storage/faults.rs`): a file tells which statement suffers what.

use super::Place;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The file that tells. Builds without debug assertions never look at it.
#[derive(Debug, Clone)]
pub(crate) struct Faults(PathBuf);

impl Faults {
    pub(crate) fn at(place: &Place) -> Self {
        Self(place.path().join("fault"))
    }

    /// What a node must be told to look at it.
    pub(crate) fn setting(&self) -> (&str, &str) {
        ("STORAGE_FAULTS", self.0.to_str().expect("UTF-8"))
    }

    /// The next statement that begins so suffers: `error`, `panic`, `delay` or `lost`.
    pub(crate) fn arm(&self, fault: &str, beginning: &str) {
        let whole = self.0.with_extension("next");
        std::fs::write(&whole, format!("{fault} {beginning}")).expect("a file is written");
        std::fs::rename(whole, &self.0).expect("a file is moved");
    }

    /// Nobody suffers any more; whether somebody did.
    pub(crate) fn disarm(&self) -> bool {
        std::fs::remove_file(&self.0).is_err()
    }

    /// Waits until somebody has suffered, for as long as that; whether it came to that.
    pub(crate) async fn struck(&self, patience: Duration) -> bool {
        let began = Instant::now();
        while self.0.exists() {
            if began.elapsed() > patience {
                return self.disarm();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        true
    }

    /// The statements that are run meanwhile; none of a build that knows no faults.
    pub(crate) async fn seen_during(&self, work: impl Future<Output = ()>) -> BTreeSet<String> {
        std::fs::write(&self.0, "record").expect("a file is written");
        work.await;
        self.disarm();
        let seen = std::fs::read_to_string(self.0.with_extension("seen")).unwrap_or_default();
        seen.lines().map(ToOwned::to_owned).collect()
    }
}

//! A disk that may lose power or refuse to be written to: `disk.c` between the server and the C library.

use super::{Dice, Place};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

/// The disk under the SQLite file of one place.
pub(crate) struct Disk {
    place: Place,
    /// What is on the platter for sure: the file and its log.
    durable: [Vec<u8>; 2],
    /// What was written since, in its order, and may be on the platter or not.
    pending: [Vec<Change>; 2],
    /// How much of what is written down has been looked at.
    read: u64,
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// What a power cut leaves of whatever was not synced.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    Nothing,
    /// Each sector of 512 bytes by itself, or not.
    SomeSectors,
    Everything,
}

impl Disk {
    /// Puts it under a place that nobody has open. None if there is no C compiler.
    pub(crate) fn under(place: &Place) -> Option<Self> {
        super::compile(place, "disk")?;
        let durable = [std::fs::read(place.file()).unwrap_or_default(), Vec::new()];
        Some(Self { place: place.clone(), durable, pending: [Vec::new(), Vec::new()], read: 0 })
    }

    /// What a node must be told to have it under itself.
    pub(crate) fn settings(place: &Place) -> [(&'static str, String); 4] {
        let path = |name: &str| place.path().join(name).to_str().expect("UTF-8").to_owned();
        [
            ("LD_PRELOAD", path("disk.so")),
            ("DISK_FILE", place.file().to_str().expect("UTF-8").to_owned()),
            ("DISK_LOG", path("disk.written")),
            ("DISK_FAULT", path("disk.fault")),
        ]
    }

    fn fault(&self) -> PathBuf {
        self.place.path().join("disk.fault")
    }

    /// From now on whatever would change the file fails, with this error number.
    pub(crate) fn fail(&self, number: u32) {
        let whole = self.fault().with_extension("next");
        std::fs::write(&whole, number.to_string()).expect("a file is written");
        std::fs::rename(whole, self.fault()).expect("a file is moved");
    }

    /// It works again.
    pub(crate) fn mend(&self) {
        std::fs::remove_file(self.fault()).expect("a fault to mend");
    }

    /// Takes note of what has been written until now, or of so many changes of it.
    pub(crate) fn catch_up(&mut self, most: usize) {
        let log = std::fs::File::open(self.place.path().join("disk.written")).expect("what was written");
        let mut bytes = vec![0; usize::try_from(log.metadata().expect("a file").len() - self.read).expect("memory")];
        log.read_exact_at(&mut bytes, self.read).expect("what was written");
        let mut rest = bytes.as_slice();
        for _ in 0..most {
            let Some((head, after)) = rest.split_at_checked(18) else { break };
            let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("8 bytes"));
            let (at, length) =
                (usize::try_from(number(2)).expect("an offset"), usize::try_from(number(10)).expect("a length"));
            let carried = if head[0] == b'w' { length } else { 0 };
            let Some((carried, after)) = after.split_at_checked(carried) else { break };
            self.take(head[0], usize::from(head[1]), at, length, carried);
            self.read += (18 + carried.len()) as u64;
            rest = after;
        }
    }

    fn take(&mut self, kind: u8, file: usize, at: usize, length: usize, bytes: &[u8]) {
        match kind {
            b'w' => self.pending[file].push(Change::Write(at, bytes.to_vec())),
            b't' => self.pending[file].push(Change::Truncate(length)),
            b's' => {
                for change in std::mem::take(&mut self.pending[file]) {
                    apply(&mut self.durable[file], &change);
                }
            }
            b'u' => {
                self.pending[file].clear();
                self.durable[file].clear();
            }
            other => panic!("what is {other}?"),
        }
    }

    /// Changes that nobody has synced.
    pub(crate) fn unsynced(&self) -> usize {
        self.pending.iter().map(Vec::len).sum()
    }

    /// Writes what a power cut at this moment leaves into the folder of another place.
    pub(crate) fn cut(&self, cut: Cut, dice: &Dice, into: &Place) {
        for (file, end) in ["", "-wal"].into_iter().enumerate() {
            let mut left = self.durable[file].clone();
            for change in &self.pending[file] {
                match (cut, change) {
                    (Cut::Everything, change) => apply(&mut left, change),
                    (Cut::SomeSectors, Change::Write(at, bytes)) => {
                        for (sector, piece) in bytes.chunks(512).enumerate().filter(|_| dice.between(0, 2) == 0) {
                            apply(&mut left, &Change::Write(at + sector * 512, piece.to_vec()));
                        }
                    }
                    (Cut::SomeSectors, Change::Truncate(_)) if dice.between(0, 2) == 0 => apply(&mut left, change),
                    (Cut::SomeSectors, Change::Truncate(_)) | (Cut::Nothing, _) => {}
                }
            }
            let path = format!("{}{end}", into.file().display());
            if left.is_empty() {
                let _ = std::fs::remove_file(path);
            } else {
                std::fs::write(path, left).expect("a file is written");
            }
        }
    }
}

fn apply(file: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, bytes) => {
            file.resize(file.len().max(at + bytes.len()), 0);
            file[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        Change::Truncate(length) => file.resize(*length, 0),
    }
}

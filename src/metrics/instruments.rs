//! Counters, gauges and histograms: atomics, and nothing that waits.

use super::labels::Label;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }

    /// What it is now.
    #[must_use]
    pub fn get(&self) -> i64 {
        i64::try_from(self.0.load(Relaxed)).unwrap_or(i64::MAX)
    }
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: i64) {
        self.0.store(value, Relaxed);
    }

    /// Adds, or takes away.
    pub fn add(&self, change: i64) {
        self.0.fetch_add(change, Relaxed);
    }

    /// What it is now.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.load(Relaxed)
    }

    /// One more, until the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> InFlight<'_> {
        self.add(1);
        InFlight(self)
    }
}

/// One more in a gauge, until drop.
#[derive(Debug)]
pub struct InFlight<'g>(&'g Gauge);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.add(-1);
    }
}

/// One number for each value of a label. It counts ([`Family::of`] and add) or is set.
#[derive(Debug)]
pub struct Family<L> {
    cells: Box<[Gauge]>,
    label: PhantomData<L>,
}

impl<L: Label> Default for Family<L> {
    fn default() -> Self {
        Self { cells: L::ALL.iter().map(|_| Gauge::default()).collect(), label: PhantomData }
    }
}

impl<L: Label> Family<L> {
    /// The number of one value.
    #[must_use]
    pub fn of(&self, label: L) -> &Gauge {
        &self.cells[label.index()]
    }
}

/// One counter for each pair of values of two labels.
#[derive(Debug)]
pub struct Matrix<A, B> {
    cells: Box<[Counter]>,
    labels: PhantomData<(A, B)>,
}

impl<A: Label, B: Label> Default for Matrix<A, B> {
    fn default() -> Self {
        let cells = (0..A::ALL.len() * B::ALL.len()).map(|_| Counter::default()).collect();
        Self { cells, labels: PhantomData }
    }
}

impl<A: Label, B: Label> Matrix<A, B> {
    /// The counter of one pair.
    #[must_use]
    pub fn of(&self, first: A, second: B) -> &Counter {
        &self.cells[first.index() * B::ALL.len() + second.index()]
    }
}

/// How often something took how long.
#[derive(Debug, Default)]
pub struct Histogram {
    buckets: [AtomicU64; Histogram::BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

impl Histogram {
    /// Upper bounds in seconds, as numbers and as text. Above the last: `+Inf`.
    pub(super) const BOUNDS: [(f64, &'static str); 13] = [
        (0.001, "0.001"),
        (0.0025, "0.0025"),
        (0.005, "0.005"),
        (0.01, "0.01"),
        (0.025, "0.025"),
        (0.05, "0.05"),
        (0.1, "0.1"),
        (0.25, "0.25"),
        (0.5, "0.5"),
        (1.0, "1.0"),
        (2.5, "2.5"),
        (5.0, "5.0"),
        (10.0, "10.0"),
    ];

    /// Notes one.
    pub fn observe(&self, seconds: f64) {
        let at = Self::BOUNDS.iter().position(|(bound, _)| seconds <= *bound).unwrap_or(Self::BOUNDS.len());
        self.buckets[at].fetch_add(1, Relaxed);
        let took = std::time::Duration::from_secs_f64(seconds.max(0.0));
        self.microseconds.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    /// The count of each bucket by itself, and the sum in seconds.
    pub(super) fn read(&self) -> (Vec<u64>, f64) {
        let counts = self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect();
        let sum = std::time::Duration::from_micros(self.microseconds.load(Relaxed)).as_secs_f64();
        (counts, sum)
    }
}

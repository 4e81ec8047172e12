//! The text of `OpenMetrics` 1.0.

use super::instruments::{Family, Histogram, Matrix};
use super::labels::Label;
use std::fmt::Write as _;

/// A page of metrics under way.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# TYPE {name} {kind}\n# HELP {name} {help}");
    }

    /// A number that only grows.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: i64) {
        self.head(name, "counter", help);
        let _ = writeln!(self.0, "{name}_total {value}");
    }

    /// A number that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: i64) {
        self.head(name, "gauge", help);
        let _ = writeln!(self.0, "{name} {value}");
    }

    /// A number with a fraction that only grows.
    pub(super) fn seconds(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, "counter", help);
        let _ = writeln!(self.0, "{name}_total {value}");
    }

    /// A fact that does not change.
    pub(super) fn info(&mut self, name: &str, help: &str, labels: &[(&str, &str)]) {
        self.head(name, "info", help);
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let _ = writeln!(self.0, "{name}_info{{{}}} 1", labels.join(","));
    }

    /// Counters by one label.
    pub(super) fn counters<L: Label>(&mut self, name: &str, help: &str, family: &Family<L>) {
        self.labelled(name, help, "counter", L::NAME, rows(family));
    }

    /// Gauges by one label.
    pub(super) fn gauges<L: Label>(&mut self, name: &str, help: &str, family: &Family<L>) {
        self.labelled(name, help, "gauge", L::NAME, rows(family));
    }

    /// Numbers by one label, whose values are harmless text.
    pub(super) fn labelled<'r>(
        &mut self,
        name: &str,
        help: &str,
        kind: &str,
        label: &str,
        rows: impl Iterator<Item = (&'r str, i64)>,
    ) {
        self.head(name, kind, help);
        let suffix = if kind == "counter" { "_total" } else { "" };
        for (text, value) in rows {
            let _ = writeln!(self.0, "{name}{suffix}{{{label}=\"{text}\"}} {value}");
        }
    }

    /// Counters by two labels. What never happened is left out: most pairs never do.
    pub(super) fn matrix<A: Label, B: Label>(&mut self, name: &str, help: &str, matrix: &Matrix<A, B>) {
        self.head(name, "counter", help);
        for first in A::ALL {
            for second in B::ALL {
                let value = matrix.of(*first, *second).get();
                if value > 0 {
                    let (a, b) = (first.text(), second.text());
                    let _ = writeln!(self.0, "{name}_total{{{}=\"{a}\",{}=\"{b}\"}} {value}", A::NAME, B::NAME);
                }
            }
        }
    }

    /// A histogram for each value of a label.
    pub(super) fn histograms<L: Label>(&mut self, name: &str, help: &str, all: &[Histogram]) {
        self.head(name, "histogram", help);
        for (label, histogram) in L::ALL.iter().zip(all) {
            let (counts, sum) = histogram.read();
            let label = format!("{}=\"{}\"", L::NAME, label.text());
            let mut so_far = 0;
            let bounds = Histogram::BOUNDS.iter().map(|(_, text)| *text).chain(["+Inf"]);
            for (bound, count) in bounds.zip(counts) {
                so_far += count;
                let _ = writeln!(self.0, "{name}_bucket{{{label},le=\"{bound}\"}} {so_far}");
            }
            let _ = writeln!(self.0, "{name}_sum{{{label}}} {sum}\n{name}_count{{{label}}} {so_far}");
        }
    }

    /// The whole.
    pub(super) fn end(mut self) -> String {
        self.0.push_str("# EOF\n");
        self.0
    }
}

fn rows<L: Label>(family: &Family<L>) -> impl Iterator<Item = (&'static str, i64)> {
    L::ALL.iter().map(|label| (label.text(), family.of(*label).get()))
}

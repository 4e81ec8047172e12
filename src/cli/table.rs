//! Tables: aligned columns for people, tabs for programs.

use super::console::Console;
use super::times::relative;
use crate::oauth::UnixTime;
use std::fmt::Write as _;

/// One value, as people and as programs read it.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    human: String,
    plain: String,
    paint: Paint,
}

/// How loud a cell is. Colour only ever repeats what the word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Good,
    Soon,
    Bad,
}

impl Paint {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "\u{1b}[32m",
            Self::Soon => "\u{1b}[33m",
            Self::Bad => "\u{1b}[31m",
        }
    }
}

impl Cell {
    /// The same for both.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { human: text.clone(), plain: text, paint: Paint::Plain }
    }

    /// Words for people, and another text for programs.
    pub(super) fn both(human: impl Into<String>, plain: impl Into<String>) -> Self {
        Self { human: human.into(), plain: plain.into(), paint: Paint::Plain }
    }

    /// A time: how far away for people, the whole for programs.
    pub(super) fn time(time: UnixTime, now: UnixTime) -> Self {
        Self::both(relative(time, now), time.rfc3339())
    }

    /// A time that may not be there; then `none` says so to people.
    pub(super) fn maybe_time(time: Option<UnixTime>, none: &str, now: UnixTime) -> Self {
        time.map_or_else(|| Self::both(none, ""), |time| Self::time(time, now))
    }

    pub(super) fn painted(self, paint: Paint) -> Self {
        Self { paint, ..self }
    }
}

/// Rows below heads.
#[derive(Debug)]
pub(super) struct Table {
    heads: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(super) const fn new(heads: &'static [&'static str]) -> Self {
        Self { heads, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Columns with heads for people; for programs tabs between the cells, one row a line, without heads.
    pub(super) fn render(&self, console: Console) -> String {
        if !console.human {
            return self.rows.iter().map(|row| tabbed(row)).collect();
        }
        if self.rows.is_empty() {
            return String::new();
        }
        let heads: Vec<Cell> = self.heads.iter().map(|head| Cell::text(*head)).collect();
        aligned(std::iter::once(&heads).chain(&self.rows), console.colour)
    }
}

/// Labels with their values, one a line.
pub(super) fn render_facts(facts: &[(&str, Cell)], console: Console) -> String {
    let rows: Vec<Vec<Cell>> = facts.iter().map(|(label, cell)| vec![Cell::text(*label), cell.clone()]).collect();
    if console.human { aligned(rows.iter(), console.colour) } else { rows.iter().map(|row| tabbed(row)).collect() }
}

fn tabbed(row: &[Cell]) -> String {
    row.iter().map(|cell| cell.plain.replace(['\t', '\n', '\r'], " ")).collect::<Vec<_>>().join("\t") + "\n"
}

fn aligned<'a>(rows: impl Iterator<Item = &'a Vec<Cell>> + Clone, colour: bool) -> String {
    let width = |text: &str| text.chars().count();
    let columns = rows.clone().map(Vec::len).max().unwrap_or(0);
    let wide = |column: usize| rows.clone().filter_map(|row| row.get(column)).map(|cell| width(&cell.human)).max();
    let widths: Vec<usize> = (0..columns).map(|column| wide(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let last = column + 1 == row.len();
            let padding = if last { 0 } else { widths[column] - width(&cell.human) + 2 };
            let paint = if colour { cell.paint.code() } else { "" };
            let reset = if paint.is_empty() { "" } else { "\u{1b}[0m" };
            let _ = write!(text, "{paint}{}{reset}{:padding$}", cell.human, "");
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn console(human: bool, colour: bool) -> Console {
        Console { human, colour, json: false, quiet: false, may_ask: false, yes: false, ci: false }
    }

    fn table() -> Table {
        let mut table = Table::new(&["ID", "CREATED", "STATE"]);
        let (then, now) = (UnixTime(0), UnixTime(360));
        table.row(vec![Cell::text("1"), Cell::time(then, now), Cell::text("active").painted(Paint::Good)]);
        table.row(vec![Cell::text("22"), Cell::maybe_time(None, "never", now), Cell::text("off")]);
        table
    }

    #[test]
    fn people_get_columns_and_relative_times() {
        let told = "ID  CREATED    STATE\n1   6 min ago  active\n22  never      off\n";
        assert_eq!(table().render(console(true, false)), told);
        assert!(table().render(console(true, true)).contains("\u{1b}[32mactive\u{1b}[0m\n"));
        assert_eq!(Table::new(&["ID"]).render(console(true, false)), "");
    }

    #[test]
    fn programs_get_tabs_and_whole_times() {
        assert_eq!(table().render(console(false, false)), "1\t1970-01-01T00:00:00Z\tactive\n22\t\toff\n");
        let facts = [("Name", Cell::text("a\tb"))];
        assert_eq!(render_facts(&facts, console(false, false)), "Name\ta b\n");
        assert_eq!(render_facts(&facts[..0], console(true, false)), "");
    }
}

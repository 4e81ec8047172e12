//! What all lists have: heads to sort by, and pages.

/// The head of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// What it says.
    pub label: String,
    /// The list sorted by it; empty if it cannot be.
    pub href: String,
    /// `ascending`, `descending`, or empty.
    pub sorted: &'static str,
}

impl Column {
    /// A column that cannot be sorted by.
    pub fn plain(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
}

/// Which page of how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    /// “26-50 of 312”.
    pub range: String,
    /// The page before; empty on the first.
    pub previous: String,
    /// The page after; empty on the last.
    pub next: String,
}

impl Pager {
    /// The last page of `total` things, if `page` is behind it: the last thing of the last page was removed meanwhile, or
    /// somebody was sent the address.
    pub fn last_before(page: i64, size: i64, total: i64) -> Option<i64> {
        let last = ((total + size - 1) / size).max(1);
        (page > last).then_some(last)
    }

    /// The words and links for page `page` (counted from 1) of `total` things, `size` on each. `href` makes the address
    /// of a page.
    pub fn new(page: i64, size: i64, total: i64, href: impl Fn(i64) -> String) -> Self {
        let first = (page - 1) * size + 1;
        let last = (page * size).min(total);
        let range =
            if total == 0 || first > total { format!("0 of {total}") } else { format!("{first}-{last} of {total}") };
        Self {
            range,
            previous: if page > 1 { href(page - 1) } else { String::new() },
            next: if last < total { href(page + 1) } else { String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_last_page_is_nothing() {
        for (page, total, last) in
            [(1, 0, None), (2, 0, Some(1)), (2, 26, None), (2, 25, Some(1)), (9_999, 60, Some(3))]
        {
            assert_eq!(Pager::last_before(page, 25, total), last, "{page} of {total}");
        }
    }

    #[test]
    fn a_pager_says_where_one_is_and_where_one_can_go() {
        let rows = [
            (1, 3, "1-3 of 3", "", ""),
            (1, 60, "1-25 of 60", "", "p2"),
            (2, 60, "26-50 of 60", "p1", "p3"),
            (3, 60, "51-60 of 60", "p2", ""),
            (9, 60, "0 of 60", "p8", ""),
            (1, 0, "0 of 0", "", ""),
        ];
        for (page, total, range, previous, next) in rows {
            let pager = Pager::new(page, 25, total, |page| format!("p{page}"));
            assert_eq!((&*pager.range, &*pager.previous, &*pager.next), (range, previous, next), "{page} of {total}");
        }
    }
}

//! Lists: which part of them, how many there are, and where the rest is.

use super::answers::etag_of;
use super::problem::Problem;
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, HeaderName, HeaderValue, LINK};
use serde::Serialize;
use std::collections::HashSet;

const TOTAL_COUNT: HeaderName = HeaderName::from_static("total-count");

/// Something that a query may say: its name, what it means, and how its value looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    pub name: &'static str,
    pub about: &'static str,
    pub value: Form,
}

/// How the value of a parameter looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Any text.
    Text,
    /// Any text, and the parameter may be there more than once.
    Texts,
    /// A whole number from here on, and what it is if it is not said.
    Number(i64, i64),
}

const SKIP: Parameter = parameter("skip", "Rows to leave out at the start.", Form::Number(0, 0));
const COUNT: Parameter = parameter("count", "Rows of the page; more than 1000 are 1000.", Form::Number(1, USUAL));
const QUERY: Parameter = parameter("query", "Taken and ignored.", Form::Text);
const ID: Parameter = parameter("id", "Only these, up to 500, without pages.", Form::Texts);
const TAG: Parameter = parameter("tag", "Only what has all these tags, up to 3.", Form::Texts);
const ROLE_TYPE: Parameter = parameter("roleTypeId", "Only built-in roles of these types.", Form::Texts);
const STATUS: Parameter = parameter(
    "status",
    "Of this page, only users whose invitation is in one of these states: InvitationAccepted, NoInvitation, \
     InvitationNotSent, InvitationSent, InvitationExpired.",
    Form::Texts,
);

/// What queries of lists may say.
pub(super) const PAGE: &[Parameter] = &[SKIP, COUNT, QUERY];
/// The same of lists of clients.
pub(super) const OF_CLIENTS: &[Parameter] = &[SKIP, COUNT, QUERY, ID, TAG];
/// The same of lists of roles.
pub(super) const OF_ROLES: &[Parameter] = &[SKIP, COUNT, QUERY, ROLE_TYPE];
/// The same of lists of users.
pub(super) const OF_USERS: &[Parameter] = &[SKIP, COUNT, QUERY, ID];
/// The same of lists of invitations.
pub(super) const OF_STATUSES: &[Parameter] = &[SKIP, COUNT, QUERY, ID, STATUS];

const fn parameter(name: &'static str, about: &'static str, value: Form) -> Parameter {
    Parameter { name, about, value }
}

/// Rows of a page, unless asked otherwise.
const USUAL: i64 = 100;
/// Most rows of a page. More are asked for in vain, not refused: programs say "all" with a large number.
const MOST: i64 = 1_000;
/// Most ids in one query.
const MOST_IDS: usize = 500;

/// What a query asks of a list. Names of parameters know no case; unknown ones are ignored, `query` among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    /// Only these; then there are no pages.
    pub ids: Vec<String>,
    /// Only what has all these tags.
    pub tags: Vec<String>,
    /// Only built-in roles of these types.
    pub role_types: Vec<String>,
    /// Only invitations in these states.
    pub statuses: Vec<String>,
    /// Rows to leave out at the start.
    pub skip: i64,
    /// Rows at most.
    pub count: i64,
}

impl Listing {
    pub(super) fn read(query: &str) -> Result<Self, Problem> {
        let (ids, tags, role_types, statuses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut listing = Self { ids, tags, role_types, statuses, skip: 0, count: USUAL };
        let (mut skips, mut counts) = (Vec::new(), Vec::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if value.chars().any(char::is_control) {
                return Err(Problem::bad("The query contains a control character.", "Remove it."));
            }
            match name.to_ascii_lowercase().as_str() {
                "id" => listing.ids.push(value.to_owned()),
                "tag" => listing.tags.push(value.to_owned()),
                "roletypeid" => listing.role_types.push(value.to_owned()),
                "status" => listing.statuses.push(value.to_owned()),
                "skip" => skips.push(value.to_owned()),
                "count" => counts.push(value.to_owned()),
                _ => {}
            }
        }
        if listing.ids.len() > MOST_IDS {
            return Err(Problem::bad(format!("There are more than {MOST_IDS} ids."), "Ask for fewer at once."));
        }
        // Whoever names what is wanted wants no page, whatever else is said.
        if listing.ids.is_empty() {
            for value in skips {
                listing.skip = number("skip", &value, 0)?;
            }
            for value in counts {
                listing.count = number("count", &value, 1)?.min(MOST);
            }
        }
        let mut seen = HashSet::new();
        listing.ids.retain(|id| seen.insert(id.clone()));
        Ok(listing)
    }

    /// The part of a list that is in memory, as a page.
    pub(super) fn cut<T>(&self, all: Vec<T>) -> (i64, Vec<T>) {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let (skip, count) = (usize::try_from(self.skip), usize::try_from(self.count));
        let page = all.into_iter().skip(skip.unwrap_or(usize::MAX)).take(count.unwrap_or(0)).collect();
        (total, page)
    }

    /// Where the neighbouring pages are (RFC 8288); none if this is all.
    fn links(&self, address: &str, total: i64) -> Option<String> {
        let link = |skip: i64, relation: &str| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for (name, values) in [("tag", &self.tags), ("roleTypeId", &self.role_types), ("status", &self.statuses)] {
                query.extend_pairs(values.iter().map(|value| (name, value)));
            }
            query.append_pair("skip", &skip.to_string()).append_pair("count", &self.count.to_string());
            format!("<{address}?{}>; rel=\"{relation}\"", query.finish())
        };
        let mut links = Vec::new();
        let after = self.skip.saturating_add(self.count);
        if after < total {
            links.push(link(after, "next"));
        }
        if self.skip > 0 {
            links.push(link((self.skip - self.count).max(0), "prev"));
            links.push(link(0, "first"));
        }
        if !links.is_empty() {
            links.push(link((total - 1).max(0) / self.count * self.count, "last"));
        }
        Some(links.join(", ")).filter(|links| !links.is_empty())
    }

    /// A list that is in memory, as a page of it. Its tag is that of the whole: it can be replaced.
    pub(super) fn whole<T: Serialize>(&self, address: &str, all: Vec<T>) -> Response {
        let tag = etag_of(&all);
        let (total, page) = self.cut(all);
        let mut response = self.answer(address, total, &page);
        response.headers_mut().extend(HeaderValue::from_str(&tag).ok().map(|tag| (ETAG, tag)));
        response
    }

    /// A page as an answer. `address`: the list's own.
    pub(super) fn answer<T: Serialize>(&self, address: &str, total: i64, rows: &[T]) -> Response {
        let mut response = axum::Json(rows).into_response();
        response.headers_mut().insert(TOTAL_COUNT, HeaderValue::from(total));
        let links = if self.ids.is_empty() { self.links(address, total) } else { None };
        if let Some(links) = links.and_then(|links| HeaderValue::from_str(&links).ok()) {
            response.headers_mut().insert(LINK, links);
        }
        response
    }
}

fn number(name: &str, text: &str, least: i64) -> Result<i64, Problem> {
    text.parse().ok().filter(|number| (least..=i64::from(i32::MAX)).contains(number)).ok_or_else(|| {
        Problem::bad(format!("{name} is not a whole number of at least {least}."), format!("Correct {name}."))
    })
}

#[cfg(test)]
mod tests {
    use super::Listing;

    #[test]
    fn pages_are_read_with_their_limits() {
        let rows = [
            ("", Some((0, 100))),
            ("skip=10&count=20", Some((10, 20))),
            ("Skip=10&COUNT=1000", Some((10, 1_000))),
            ("count=1000000000", Some((0, 1_000))),
            ("skip=&count=", Some((0, 100))),
            ("query=whatever&unknown=1", Some((0, 100))),
            ("count=0", None),
            ("count=-1", None),
            ("skip=-1", None),
            ("skip=x", None),
            ("count=1e3", None),
            ("skip=99999999999999999999", None),
            ("tag=%00", None),
            ("id=a&count=0&skip=x", Some((0, 100))),
            ("skip=7&id=a", Some((0, 100))),
            ("id=&count=0", None),
        ];
        for (query, expected) in rows {
            let read = Listing::read(query).ok().map(|listing| (listing.skip, listing.count));
            assert_eq!(read, expected, "{query}");
        }
        let listing = Listing::read("id=a&id=&id=%20&id=b&tag=x&tag=y").expect("a listing");
        assert_eq!((listing.ids, listing.tags), (vec!["a".into(), "b".into()], vec!["x".into(), "y".into()]));
        assert!(Listing::read(&"id=a&".repeat(501)).is_err());
    }

    #[test]
    fn links_lead_to_the_neighbours() {
        let links = |query: &str, total| Listing::read(query).expect(query).links("https://x/y", total);
        assert_eq!(links("", 100), None);
        let first = links("count=10&tag=a+b", 25).expect("links");
        assert_eq!(
            first,
            "<https://x/y?tag=a+b&skip=10&count=10>; rel=\"next\", <https://x/y?tag=a+b&skip=20&count=10>; rel=\"last\""
        );
        let last = links("skip=20&count=10", 25).expect("links");
        assert!(last.starts_with("<https://x/y?skip=10&count=10>; rel=\"prev\""), "{last}");
        assert!(!last.contains("next"), "{last}");
    }

    #[test]
    fn a_list_in_memory_is_cut_to_the_page() {
        let cut = |query: &str| Listing::read(query).expect(query).cut(vec![1, 2, 3]);
        assert_eq!(cut(""), (3, vec![1, 2, 3]));
        assert_eq!(cut("skip=1&count=1"), (3, vec![2]));
        assert_eq!(cut("skip=7"), (3, vec![]));
    }
}

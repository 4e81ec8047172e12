//! What makes a URL another than the ones that are allowed, in words. Comparison is by bytes, and people overlook a port, a
//! slash or a capital letter.

/// The allowed URL nearest to the one that was sent, and what differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlDifference {
    /// The allowed URL.
    pub closest: String,
    /// What differs, in sentences: “The port differs: 5174 ≠ 5173.”; the sent value first.
    pub words: String,
}

/// Compares `sent` with each allowed URL and tells how it differs from the nearest; `None` if there is none to compare with,
/// or one that is the same.
#[must_use]
pub fn nearest_url(allowed: &[String], sent: &str) -> Option<UrlDifference> {
    let (_, words, closest) = allowed
        .iter()
        .map(|url| {
            let (distance, words) = differences(sent, url);
            (distance, words, url)
        })
        .min_by_key(|(distance, ..)| *distance)
        .filter(|(distance, ..)| *distance > 0)?;
    Some(UrlDifference { closest: closest.clone(), words })
}

/// Longest piece of a URL that is repeated in a sentence, in characters.
const SHOWN: usize = 100;

/// How far two URLs are apart, and in what. A host weighs more than all the rest: another app is not a slip.
fn differences(sent: &str, allowed: &str) -> (u32, String) {
    if sent == allowed {
        return (0, String::new());
    }
    if sent.trim() == allowed {
        return (1, "There is a space or a line break around it.".to_owned());
    }
    let (one, other) = (Pieces::of(sent), Pieces::of(allowed));
    let path = if one.path.trim_end_matches('/') == other.path.trim_end_matches('/') {
        "slash at the end of the path"
    } else {
        "path"
    };
    let rows = [
        ("scheme", one.scheme, other.scheme, 1),
        ("host", one.host, other.host, 8),
        ("port", one.port, other.port, 1),
        (path, one.path, other.path, if path == "path" { 2 } else { 1 }),
        ("query", one.query, other.query, 1),
        ("fragment", one.fragment, other.fragment, 1),
    ];
    let (mut distance, mut words) = (0, Vec::new());
    for (name, sent, allowed, weight) in rows {
        if sent == allowed {
            continue;
        }
        let only_case = sent.eq_ignore_ascii_case(allowed);
        distance += if only_case { 1 } else { weight };
        let how = if only_case { "differs in capital letters" } else { "differs" };
        words.push(format!("The {name} {how}: {} ≠ {}.", shown(sent), shown(allowed)));
    }
    if words.is_empty() {
        return (1, "They are written differently.".to_owned());
    }
    (distance, words.join(" "))
}

fn shown(piece: &str) -> String {
    match piece.chars().count() {
        0 => "none".to_owned(),
        1..=SHOWN => piece.to_owned(),
        _ => format!("{}…", piece.chars().take(SHOWN).collect::<String>()),
    }
}

/// A URL cut up as it is written: nothing is normalised, for that would hide what differs.
struct Pieces<'u> {
    scheme: &'u str,
    host: &'u str,
    port: &'u str,
    path: &'u str,
    query: &'u str,
    fragment: &'u str,
}

impl<'u> Pieces<'u> {
    fn of(url: &'u str) -> Self {
        let (url, fragment) = url.find('#').map_or((url, ""), |at| url.split_at(at));
        let (url, query) = url.find('?').map_or((url, ""), |at| url.split_at(at));
        let (scheme, rest) = match url.split_once(':') {
            Some((scheme, rest)) if !scheme.contains('/') => (scheme, rest),
            _ => ("", url),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority, ""),
        };
        Self { scheme, host, port, path, query, fragment }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_said_in_words() {
        let rows = [
            ("http://localhost:5174/cb", "http://localhost:5173/cb", "The port differs: 5174 ≠ 5173."),
            ("http://localhost/cb", "http://localhost:5173/cb", "The port differs: none ≠ 5173."),
            ("https://a.example/cb/", "https://a.example/cb", "The slash at the end of the path differs: /cb/ ≠ /cb."),
            ("https://a.example", "https://a.example/", "The slash at the end of the path differs: none ≠ /."),
            ("http://a.example/cb", "https://a.example/cb", "The scheme differs: http ≠ https."),
            ("https://a.example/CB", "https://a.example/cb", "The path differs in capital letters: /CB ≠ /cb."),
            (
                "https://A.example/cb",
                "https://a.example/cb",
                "The host differs in capital letters: A.example ≠ a.example.",
            ),
            ("https://a.example/cb?x=1", "https://a.example/cb", "The query differs: ?x=1 ≠ none."),
            ("https://a.example/cb#x", "https://a.example/cb", "The fragment differs: #x ≠ none."),
            ("https://a.example/cb\n", "https://a.example/cb", "There is a space or a line break around it."),
            ("http://[::1]:9/cb", "http://[::1]/cb", "The port differs: 9 ≠ none."),
            ("com.example.app:/two", "com.example.app:/one", "The path differs: /two ≠ /one."),
            (
                "http://a.example:81/x",
                "http://a.example/cb",
                "The port differs: 81 ≠ none. The path differs: /x ≠ /cb.",
            ),
        ];
        for (sent, allowed, words) in rows {
            let found = nearest_url(&[allowed.to_owned()], sent).map(|found| found.words);
            assert_eq!(found.as_deref(), Some(words), "{sent} against {allowed}");
        }
    }

    #[test]
    fn the_nearest_is_the_one_with_the_smallest_slip() {
        let allowed = [
            "https://other.example/callback".to_owned(),
            "http://localhost:5173/callback".to_owned(),
            "http://localhost:5173/silent".to_owned(),
        ];
        let found = nearest_url(&allowed, "http://localhost:5174/callback").expect("a nearest one");
        assert_eq!(found.closest, "http://localhost:5173/callback");
        assert_eq!(nearest_url(&allowed, &allowed[2]), None, "the same is no difference");
        assert_eq!(nearest_url(&[], "https://a.example/cb"), None, "nothing to compare with");
    }

    #[test]
    fn anything_at_all_can_be_compared_and_little_of_it_is_repeated() {
        for sent in ["", ":", "//", "::::", "é", "/cb", "https://", "x".repeat(9_000).as_str()] {
            let found = nearest_url(&["https://a.example/cb".to_owned()], sent).expect("a difference");
            assert!(!found.words.is_empty() && found.words.len() < 900, "{sent}: {}", found.words);
        }
    }
}

//! Lists of URLs, looked at line by line: for whoever still types them, and to tell what was not kept as typed.

use super::Field;
use super::urls::{authority, has_path, url_of};
use crate::oauth::Client;
use url::Url;

/// A line that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlLine {
    /// The line, without the space around it.
    pub text: String,
    /// What there is to be said of it.
    pub said: Said,
}

/// What there is to be said of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Good,
    /// It is taken, but somebody should know this.
    Notice(String),
    /// It is refused for this reason.
    Wrong(String),
}

/// Looks at each line of a list of URLs by the rules of its field.
#[must_use]
pub fn look_at_urls(field: Field, lines: &[String]) -> Vec<UrlLine> {
    let (mut known, mut all) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(lines) {
        let text = text.trim();
        if !text.is_empty() {
            all.push(UrlLine { text: text.to_owned(), said: look_at(field, line, text, &mut known) });
        }
    }
    all
}

/// What should be known of a list that was taken, in whole sentences.
#[must_use]
pub fn url_notices(field: Field, lines: &[String]) -> Vec<String> {
    let notice = |line: UrlLine| if let Said::Notice(sentence) = line.said { Some(sentence) } else { None };
    look_at_urls(field, lines).into_iter().filter_map(notice).collect()
}

fn look_at(field: Field, line: usize, text: &str, known: &mut Vec<(usize, String)>) -> Said {
    let url = match url_of(field, text) {
        Ok(url) => url,
        Err(why) => return Said::Wrong(format!("Line {line}: {why}")),
    };
    if let Some((first, _)) = known.iter().find(|(_, known)| *known == url) {
        return Said::Wrong(format!("Line {line} repeats line {first}."));
    }
    if known.len() >= Client::MAX_URLS {
        return Said::Wrong(format!("Line {line}: {} are allowed at most.", Client::MAX_URLS));
    }
    let twin = known.iter().find(|(_, known)| without_slash(known) == without_slash(&url)).map(|(first, _)| *first);
    let twin = twin.map(|first| {
        format!("Lines {first} and {line} differ only by a trailing slash. Both are kept: they are different URLs.")
    });
    let sentences: Vec<String> = [normalised(field, text, &url), twin].into_iter().flatten().collect();
    known.push((line, url));
    if sentences.is_empty() { Said::Good } else { Said::Notice(sentences.join(" ")) }
}

fn without_slash(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
}

/// That a URL is not kept as it was typed, and why.
fn normalised(field: Field, text: &str, url: &str) -> Option<String> {
    if text == url {
        return None;
    }
    if field == Field::CorsOrigins && has_path(text) {
        return Some(format!("\"{text}\" is saved as \"{url}\": an origin has no path."));
    }
    let (host, upper) = (authority(text).0, |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase()));
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let default_port =
        Url::parse(text).is_ok_and(|url| url.port().is_none()) && host.rsplit_once(':').is_some_and(has_port);
    let reasons = [
        (upper(scheme), "scheme in lower case"),
        (upper(host), "host in lower case"),
        (default_port, "without the port that is usual anyway"),
    ];
    let reasons: Vec<&str> = reasons.iter().filter(|(true_of_it, _)| *true_of_it).map(|(_, reason)| *reason).collect();
    let why = if reasons.is_empty() { "as browsers write it".to_owned() } else { reasons.join(", ") };
    Some(format!("Saved as {url} ({why})."))
}

/// Whether what follows the last colon of a host is a port: in an IPv6 address it may be something else.
fn has_port((_, port): (&str, &str)) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn every_line_is_told_what_becomes_of_it() {
        let rows: &[(&[&str], &[&str])] = &[
            (&["https://shop.example.com/cb", "", " com.example.app:/cb "], &["", ""]),
            (&["https://Shop.Example.com/CB"], &["? Saved as https://shop.example.com/CB (host in lower case)."]),
            (
                &["HTTPS://shop.example.com:443/cb"],
                &[
                    "? Saved as https://shop.example.com/cb (scheme in lower case, without the port that is usual anyway).",
                ],
            ),
            (&["http://[::1]:80/cb"], &["? Saved as http://[::1]/cb (without the port that is usual anyway)."]),
            (&["http://127.1/cb"], &["? Saved as http://127.0.0.1/cb (as browsers write it)."]),
            (
                &["https://a.example/cb", "/cb", "https://a.example/cb/"],
                &[
                    "",
                    "! Line 2: \"/cb\" is not a full URL. Start with https://, or http://localhost for development.",
                    "? Lines 1 and 3 differ only by a trailing slash. Both are kept: they are different URLs.",
                ],
            ),
            (&["https://a.example", "https://A.example"], &["", "! Line 2 repeats line 1."]),
        ];
        for (texts, expected) in rows {
            let said: Vec<String> = look_at_urls(Field::RedirectUrls, &lines(texts)).into_iter().map(told).collect();
            assert_eq!(said, *expected, "{texts:?}");
        }
    }

    fn told(line: UrlLine) -> String {
        match line.said {
            Said::Good => String::new(),
            Said::Notice(sentence) => format!("? {sentence}"),
            Said::Wrong(sentence) => format!("! {sentence}"),
        }
    }

    #[test]
    fn what_is_wrong_with_a_list_is_wrong_with_one_of_its_lines() {
        let many: Vec<String> = (0..12).map(|n| format!("https://a.example/{n}")).collect();
        let wrong = |list: &[String]| {
            let said = look_at_urls(Field::RedirectUrls, list).into_iter().map(|line| line.said);
            said.filter(|said| matches!(said, Said::Wrong(_))).count()
        };
        assert_eq!((wrong(&many), wrong(&many[..10])), (2, 0));
        assert_eq!(url_notices(Field::RedirectUrls, &many), Vec::<String>::new());
    }

    #[test]
    fn an_origin_is_told_that_it_has_no_path() {
        let told = |text: &str| url_notices(Field::CorsOrigins, &lines(&[text]));
        let sentence = "\"https://App.example.com/\" is saved as \"https://app.example.com\": an origin has no path.";
        assert_eq!(told("https://App.example.com/"), [sentence]);
        assert_eq!(told("https://App.example.com"), ["Saved as https://app.example.com (host in lower case)."]);
        assert!(told("https://app.example.com").is_empty());
    }
}

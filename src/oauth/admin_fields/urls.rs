//! URLs of clients: checked when they are registered, compared as text ever after.

use super::{Field, FieldError};
use crate::oauth::Client;
use crate::oauth::redirect_uri::{answer_in_query, logout_answer_in_query};
use url::{Host, Url};

/// Longest URL, in bytes.
const LONGEST: usize = 2_048;

/// Schemes that run or read something instead of going somewhere.
const NEVER: &[&str] =
    &["javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ws", "wss", "ftp"];

/// Allowed Redirect URL(s): at least one. An error for each line that cannot be taken.
pub fn redirect_urls(lines: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    let urls = url_list(Field::RedirectUrls, lines, "redirect URLs")?;
    if urls.is_empty() {
        return Err(vec![FieldError::new(Field::RedirectUrls, "Enter at least one redirect URL.")]);
    }
    Ok(urls)
}

/// Allowed Logout Redirect URL(s). An error for each line that cannot be taken.
pub fn logout_redirect_urls(lines: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    url_list(Field::LogoutRedirectUrls, lines, "logout redirect URLs")
}

/// Allowed CORS Origin(s): scheme, host and port; a path that says nothing (`/`) is cut off. An error for each
/// line that cannot be taken.
pub fn cors_origins(lines: &[String]) -> Result<Vec<String>, Vec<FieldError>> {
    url_list(Field::CorsOrigins, lines, "CORS origins")
}

/// The origin of a redirect URL, as browsers send it; none for an app's own scheme.
#[must_use]
pub fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

/// Whether something stands behind the host of an origin: a path, which an origin has not.
pub(super) fn has_path(line: &str) -> bool {
    !authority(line.trim()).1.is_empty()
}

/// A page about the application, or its logo: https, or http on loopback. Empty text clears it.
pub fn page_url(field: Field, text: &str) -> Result<Option<String>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |why: String| FieldError::new(field, why);
    let checked = redirect_url(text).map_err(wrong)?;
    if checked.starts_with("https://") || checked.starts_with("http://") {
        Ok(Some(checked))
    } else {
        Err(wrong(format!("\"{}\" is not a web address. Start with https://.", shown(text))))
    }
}

fn url_list(field: Field, lines: &[String], what: &str) -> Result<Vec<String>, Vec<FieldError>> {
    let (mut urls, mut errors): (Vec<(usize, String)>, Vec<FieldError>) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(lines) {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let mut wrong = |why: String| errors.push(FieldError::new(field, why));
        match url_of(field, text) {
            Err(why) => wrong(format!("Line {line}: {why}")),
            Ok(url) => match urls.iter().find(|(_, known)| *known == url) {
                Some((first, _)) => wrong(format!("Line {line} repeats line {first}.")),
                None => urls.push((line, url)),
            },
        }
    }
    let count = urls.len() + errors.len();
    if count > Client::MAX_URLS {
        let over = count - Client::MAX_URLS;
        // Of a list that is too long, no more lines than it may have are told of one by one.
        errors.truncate(Client::MAX_URLS);
        errors.push(FieldError::new(field, format!("You can add up to {} {what}. Remove {over}.", Client::MAX_URLS)));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(urls.into_iter().map(|(_, url)| url).collect())
}

/// One line of a list of URLs by the rules of its field, or why not.
pub(super) fn url_of(field: Field, text: &str) -> Result<String, String> {
    let (url, twice) = match field {
        Field::CorsOrigins => return cors_origin(text),
        Field::LogoutRedirectUrls => (redirect_url(text)?, logout_answer_in_query(text)),
        _ => (redirect_url(text)?, answer_in_query(text)),
    };
    match twice {
        None => Ok(url),
        Some(name) => Err(format!("rename \"{name}\" in the query, this server adds a parameter of that name itself.")),
    }
}

/// A redirect URL, or why not. It is kept as typed: it will be compared byte for byte.
fn redirect_url(text: &str) -> Result<String, String> {
    require_plain(text)?;
    let full =
        || format!("\"{}\" is not a full URL. Start with https://, or http://localhost for development.", shown(text));
    let (scheme, _) = text.split_once(':').ok_or_else(full)?;
    if NEVER.iter().any(|never| scheme.eq_ignore_ascii_case(never)) {
        return Err(format!("{}: is not allowed. Use https://.", scheme.to_ascii_lowercase()));
    }
    let url = Url::parse(text).map_err(|_| full())?;
    if url.fragment().is_some() {
        let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
        return Err(format!("remove \"#{}\", redirect URLs cannot contain a fragment.", shown(fragment)));
    }
    if !url.username().is_empty() || url.password().is_some() || authority(text).0.contains('@') {
        return Err("remove the user name and password, redirect URLs cannot contain any.".to_owned());
    }
    match url.scheme() {
        "https" => require_host(text, &url),
        "http" if is_this_machine(&url) => require_host(text, &url),
        "http" => Err(format!("http is only allowed for localhost. Use https{}.", shown(&text[4..]))),
        scheme if scheme.contains('.') => Ok(text.to_owned()),
        // RFC 8252 7.1: any app could take a short scheme; a name turned around belongs to somebody.
        scheme => Err(format!(
            "{scheme}: has no dot. Use the name of a domain of yours turned around, like com.example.app:/cb."
        )),
    }
}

fn require_plain(text: &str) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("a URL may have {LONGEST} characters at most."));
    }
    if text.contains('*') {
        return Err("wildcards are not supported. Add each URL in full.".to_owned());
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("remove the spaces, a URL cannot contain any.".to_owned());
    }
    if text.contains(['\\', '"', '<', '>', '{', '}', '|', '^', '`']) || !text.is_ascii() {
        return Err(
            "a character in it is not allowed in a URL. Percent-encode it; write the host in ASCII (xn--…).".to_owned()
        );
    }
    Ok(())
}

/// What stands between `//` and the path, and all that follows; nothing if there are no slashes behind the scheme.
pub(super) fn authority(text: &str) -> (&str, &str) {
    let rest = text.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")).unwrap_or_default();
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// The host must be written as the parser reads it: `HTTP://Example.com:443/..` is many spellings of one thing, and
/// only one of them can match.
fn require_host(text: &str, url: &Url) -> Result<String, String> {
    // The parser takes `https:///cb` and `https:cb` for `https://cb/`; people do not.
    let (written, rest) = authority(text);
    let Some(host) = url.host_str().filter(|_| !written.is_empty()) else {
        return Err(format!("\"{}\" has no host. Write it like https://shop.example.com/callback.", shown(text)));
    };
    if !is_host(url) {
        return Err(format!("\"{}\" is not the name of a host. Use letters, digits, hyphens and dots.", shown(host)));
    }
    if url.port() == Some(0) {
        return Err("nothing listens on port 0. Write the port that the application listens on.".to_owned());
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let normal = format!("{}://{host}{port}", url.scheme());
    // Percent-encoded dots are dots to browsers.
    let path = rest.split(['?']).next().unwrap_or_default().to_ascii_lowercase().replace("%2e", ".");
    let has_dots = path.split('/').any(|part| part == "." || part == "..");
    if has_dots {
        return Err("remove the \".\" or \"..\" from the path.".to_owned());
    }
    Ok(format!("{normal}{rest}"))
}

/// Whether the host is an address, or a name as DNS and hosts files have them. Parsers take more: `a,b` and `a..b` are
/// hosts to them, and an origin that no browser ever sends.
fn is_host(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return true };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(plain) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// Whether plain http will do: the three ways to write the machine that the browser runs on.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// Whether an address leads to the machine that the browser runs on.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn cors_origin(text: &str) -> Result<String, String> {
    if text == "*" {
        return Err("Enter each origin. \"*\" would let any website use this client.".to_owned());
    }
    if text.eq_ignore_ascii_case("null") {
        return Err("Enter each origin. \"null\" would let any sandboxed page use this client.".to_owned());
    }
    let checked = redirect_url(text)?;
    origin_of(&checked)
        .ok_or_else(|| format!("\"{}\" is not a web origin. Write it like https://app.example.com.", shown(text)))
}

/// At most 100 characters of what was typed.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_urls_are_vetted_at_the_door() {
        let full = "is not a full URL. Start with https://, or http://localhost for development.";
        let rows: &[(&str, Result<&str, &str>)] = &[
            ("https://shop.example.com/cb", Ok("https://shop.example.com/cb")),
            ("https://shop.example.com", Ok("https://shop.example.com")),
            ("https://shop.example.com/cb?x=1", Ok("https://shop.example.com/cb?x=1")),
            ("https://shop.example.com?x=/y", Ok("https://shop.example.com?x=/y")),
            (
                "https:shop.example.com//cb",
                Err("\"https:shop.example.com//cb\" has no host. Write it like https://shop.example.com/callback."),
            ),
            ("https://Shop.Example.com:443/CB", Ok("https://shop.example.com/CB")),
            ("http://localhost:4200", Ok("http://localhost:4200")),
            ("http://localhost:5173/cb", Ok("http://localhost:5173/cb")),
            ("http://127.0.0.1/cb", Ok("http://127.0.0.1/cb")),
            ("http://[::1]:8080/cb", Ok("http://[::1]:8080/cb")),
            ("https://127.0.0.1:54567/signin-oidc", Ok("https://127.0.0.1:54567/signin-oidc")),
            ("com.example.app:/cb", Ok("com.example.app:/cb")),
            ("http://shop.example.com/cb", Err("http is only allowed for localhost. Use https://shop.example.com/cb.")),
            ("http://localhost.evil.com/cb", Err("http is only allowed for localhost")),
            ("/cb", Err(full)),
            ("//shop.example.com/cb", Err(full)),
            ("shop.example.com/cb", Err(full)),
            ("https://a.example/*", Err("wildcards are not supported. Add each URL in full.")),
            ("https://*.example.com/cb", Err("wildcards are not supported. Add each URL in full.")),
            ("https://a.example/#x", Err("remove \"#x\", redirect URLs cannot contain a fragment.")),
            ("https://a.example/cb?x=1&code=2", Err("rename \"code\" in the query")),
            ("https://a.example/cb?%69ss=https://b.example", Err("rename \"iss\" in the query")),
            ("com.example.app:/cb?state=1", Err("rename \"state\" in the query")),
            ("https://a.example/#", Err("redirect URLs cannot contain a fragment.")),
            ("https://user:pw@a.example/", Err("remove the user name and password")),
            ("https://@a.example/", Err("remove the user name and password")),
            ("javascript:alert(1)", Err("javascript: is not allowed. Use https://.")),
            ("JavaScript:alert(1)", Err("javascript: is not allowed. Use https://.")),
            ("data:text/html,x", Err("data: is not allowed")),
            ("https://a.example/a b", Err("remove the spaces")),
            ("https://a.example/\u{e9}", Err("a character in it is not allowed")),
            ("https://ex\u{e4}mple.com/", Err("a character in it is not allowed")),
            ("https://a.example\\@b.example/", Err("a character in it is not allowed")),
            ("https://a.example/x/../y", Err("remove the \".\" or \"..\" from the path.")),
            ("https:///cb", Err("has no host")),
            ("https:cb", Err("has no host")),
            (
                "myapp:/cb",
                Err("myapp: has no dot. Use the name of a domain of yours turned around, like com.example.app:/cb."),
            ),
            ("myapp://cb", Err("myapp: has no dot.")),
            ("https://x..test/", Err("\"x..test\" is not the name of a host.")),
            ("https://x.test./", Err("is not the name of a host")),
            ("https://-x.test/", Err("is not the name of a host")),
            ("https://x-.test/", Err("is not the name of a host")),
            ("https://a,b.test/", Err("is not the name of a host")),
            ("https://a;b.test/", Err("is not the name of a host")),
            ("https://a'b.test/", Err("is not the name of a host")),
            ("https://a$b.test/", Err("is not the name of a host")),
            ("https://a=b.test/", Err("is not the name of a host")),
            ("https://my_app.corp/cb", Ok("https://my_app.corp/cb")),
            ("http://127.0.0.2/cb", Err("http is only allowed for localhost")),
            ("https://x.test:0/cb", Err("nothing listens on port 0")),
            ("http://127.0.0.1:07777/cb", Ok("http://127.0.0.1:7777/cb")),
            ("https://x.test/%2e%2e/b", Err("remove the \".\" or \"..\" from the path.")),
            ("https://x.test/a/.%2E?x=%2e%2e", Err("remove the \".\" or \"..\" from the path.")),
            ("https://x.test/a?x=%2e%2e/", Ok("https://x.test/a?x=%2e%2e/")),
        ];
        for (text, expected) in rows {
            match (redirect_urls(&[(*text).to_owned()]), expected) {
                (Ok(urls), Ok(url)) => assert_eq!(urls, [*url], "{text}"),
                (Err(errors), Err(why)) => assert!(errors[0].message.contains(why), "{text}: {errors:?}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }

    #[test]
    fn a_logout_url_has_no_state_of_its_own() {
        let one = |text: &str| logout_redirect_urls(&[text.to_owned()]);
        assert!(one("https://a.example/bye?code=1").is_ok());
        let refused = one("https://a.example/bye?state=1").expect_err("two of them");
        assert_eq!(
            refused[0].message,
            "Line 1: rename \"state\" in the query, this server adds a parameter of that name itself."
        );
    }

    #[test]
    fn lists_name_the_line_and_the_limit() {
        let lines = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let message = |texts: &[&str]| {
            let errors = redirect_urls(&lines(texts)).expect_err("refused");
            errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" | ")
        };
        assert_eq!(message(&[]), "Enter at least one redirect URL.");
        assert!(message(&["https://a.example/", "", "/cb"]).starts_with("Line 3: "));
        assert_eq!(
            message(&["https://a.example/", "https://b.example/", "https://a.example/"]),
            "Line 3 repeats line 1."
        );
        assert_eq!(
            message(&["/a", "https://a.example/", "https://a.example/#x"]),
            "Line 1: \"/a\" is not a full URL. Start with https://, or http://localhost for development. | \
             Line 3: remove \"#x\", redirect URLs cannot contain a fragment."
        );
        let many: Vec<String> = (0..12).map(|n| format!("https://a.example/{n}")).collect();
        assert_eq!(redirect_urls(&many).expect_err("12")[0].message, "You can add up to 10 redirect URLs. Remove 2.");
        assert!(redirect_urls(&many[..10]).is_ok());
    }

    #[test]
    fn an_origin_has_no_path() {
        let one = |text: &str| cors_origins(&[text.to_owned()]);
        assert_eq!(one("https://app.example.com/"), Ok(vec!["https://app.example.com".to_owned()]));
        assert_eq!(one("http://localhost:5173/app"), Ok(vec!["http://localhost:5173".to_owned()]));
        let bad = ["*", "null", "NULL", "app.example.com", "http://app.example.com", "com.example.app:/"];
        for bad in bad.into_iter().chain(["https://o.test,https://p.test", "https://o.test;", "https://o.test:0"]) {
            assert!(one(bad).is_err(), "{bad}");
        }
    }
}

//! The cookies of this server: names and flags.

use super::state::SitePolicy;
use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};

/// The session cookie's name. `__Host-` keeps other hosts and plain http from setting it; on a loopback http address
/// browsers refuse that prefix, and the name is plain.
pub(super) const fn session_name(site: &SitePolicy) -> &'static str {
    if site.https { "__Host-portcullis-session" } else { "portcullis-session" }
}

/// The cookie that binds forms to a browser.
pub(super) const fn form_name(site: &SitePolicy) -> &'static str {
    if site.https { "__Host-portcullis-form" } else { "portcullis-form" }
}

/// The cookie by which a browser is known again after a sign-in. It opens nothing.
pub(super) const fn device_name(site: &SitePolicy) -> &'static str {
    if site.https { "__Host-portcullis-device" } else { "portcullis-device" }
}

/// The cookie that remembers the colour theme; not a secret.
pub(super) const THEME: &str = "portcullis-theme";

/// The cookie that remembers whether the menu is folded; not a secret.
pub(super) const MENU: &str = "portcullis-menu";

/// The cookie that remembers how wide the pane beside a list is; not a secret.
pub(super) const PANE: &str = "portcullis-pane";

/// The cookie that remembers the language whose programs were looked at last; not a secret.
pub(super) const LANGUAGE: &str = "portcullis-language";

/// The value of a cookie; none if it is absent, or there twice.
pub(super) fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok()).flat_map(|line| line.split(';'));
    let mut found = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(known, _)| *known == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}

/// A `Set-Cookie` that lasts as long as the browser runs.
pub(super) fn set(site: &SitePolicy, name: &str, value: &str) -> Option<HeaderValue> {
    let secure = if site.https { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")).ok()
}

/// A `Set-Cookie` that takes the session's away. With all its flags: browsers ignore one for a `__Host-` cookie without.
pub(super) fn forget_session(site: &SitePolicy) -> Option<HeaderValue> {
    let secure = if site.https { "; Secure" } else { "" };
    let name = session_name(site);
    HeaderValue::from_str(&format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")).ok()
}

/// A `Set-Cookie` that lasts a year: for preferences, never for secrets.
pub(super) fn remember(site: &SitePolicy, name: &str, value: &str) -> Option<HeaderValue> {
    let secure = if site.https { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_there_twice_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; b=2;c=3; b=4"));
        assert_eq!(read(&headers, "a"), Some("1"));
        assert_eq!(read(&headers, "c"), Some("3"));
        assert_eq!(read(&headers, "b"), None);
        assert_eq!(read(&headers, "d"), None);
    }
}

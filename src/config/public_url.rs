//! Where the world reaches this server. The only source of absolute URLs; a request's Host never is.

use super::table::Kind;
use super::value::{Context, SettingValue};
use std::fmt;
use url::{Host, Url};

/// The public URL: scheme, host in lower case, port if it is not the scheme's own; no slash at the end, no user, path,
/// query or fragment. A path would not keep neighbours apart: they would share cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    loopback: bool,
}

/// Why a text is not a public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// Spaces, line breaks, control characters, backslashes, or not ASCII where it has to be.
    #[error("holds a character that no address has: remove spaces, line breaks and backslashes")]
    Characters,
    /// Not `http://HOST` or `https://HOST`.
    #[error("is not the address of a site: write https://id.example.com")]
    NotAbsolute,
    /// Another scheme.
    #[error("does not start with https://, or http:// for this machine alone: write https://id.example.com")]
    Scheme,
    /// A user or a password.
    #[error("holds a user or password: write the address without it")]
    UserInfo,
    /// A query or a fragment.
    #[error("has a query or a fragment: write the address without ? and #")]
    QueryOrFragment,
    /// A path.
    #[error("has a path: this server needs a host name of its own, write the address without the path")]
    Path,
    /// An address that only means "all of this machine".
    #[error("is an address to listen on, not one to visit: write the host name that browsers use")]
    Unspecified,
}

impl PublicUrl {
    /// Reads a public URL and brings it into its one form.
    ///
    /// # Errors
    /// See [`InvalidPublicUrl`]. Whether http is allowed is not decided here, see [`PublicUrl::is_safe`].
    pub fn parse(text: &str) -> Result<Self, InvalidPublicUrl> {
        // Before the parser, which drops tabs and line breaks and takes backslashes for slashes, as browsers do.
        if text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '\\') {
            return Err(InvalidPublicUrl::Characters);
        }
        let scheme = text.split("://").next().unwrap_or_default().to_ascii_lowercase();
        let after = text.get(scheme.len() + 3..).unwrap_or_default();
        if !matches!(scheme.as_str(), "http" | "https") && text.contains("://") {
            return Err(InvalidPublicUrl::Scheme);
        }
        if !matches!(scheme.as_str(), "http" | "https") || after.is_empty() || after.starts_with('/') {
            return Err(InvalidPublicUrl::NotAbsolute);
        }
        if text.contains(['?', '#']) {
            return Err(InvalidPublicUrl::QueryOrFragment);
        }
        let (authority, path) = after.split_once('/').unwrap_or((after, ""));
        if authority.contains('@') {
            return Err(InvalidPublicUrl::UserInfo);
        }
        let url = Url::parse(text).map_err(|_| InvalidPublicUrl::NotAbsolute)?;
        let host = url.host().ok_or(InvalidPublicUrl::NotAbsolute)?;
        let loopback = match &host {
            Host::Domain(name) => *name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let unspecified = match &host {
            Host::Domain(_) => false,
            Host::Ipv4(address) => address.is_unspecified(),
            Host::Ipv6(address) => address.is_unspecified(),
        };
        if unspecified {
            return Err(InvalidPublicUrl::Unspecified);
        }
        if !path.is_empty() {
            return Err(InvalidPublicUrl::Path);
        }
        Ok(Self { text: url.origin().ascii_serialization(), loopback })
    }

    /// The whole, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The issuer (`iss`): this and `/identity`.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}/identity", self.text)
    }

    /// Scheme, host and port, as browsers write them in `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.text
    }

    /// Host and port, as browsers write them in `Host`.
    #[must_use]
    pub fn authority(&self) -> &str {
        let origin = self.origin();
        origin.split_once("://").map_or(origin, |(_, authority)| authority)
    }

    /// Whether it is https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Whether it is plain http on this machine: `localhost`, `127.0.0.0/8` or `[::1]`. Cookies are plain there.
    #[must_use]
    pub fn is_loopback_http(&self) -> bool {
        self.loopback && !self.is_https()
    }

    /// Whether nobody on a network can read along.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.loopback || self.is_https()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl SettingValue for PublicUrl {
    const KIND: Kind = Kind::PublicUrl;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }

    fn shown(&self, _: &str) -> String {
        self.text.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidPublicUrl as Invalid, PublicUrl};

    #[test]
    fn a_public_url_is_brought_into_its_one_form() {
        // (text, (whole, origin, authority), (https, loopback http, safe))
        for (text, parts, is) in [
            (
                "https://id.example.com",
                ("https://id.example.com", "https://id.example.com", "id.example.com"),
                (true, false, true),
            ),
            (
                "HTTPS://ID.Example.COM:443/",
                ("https://id.example.com", "https://id.example.com", "id.example.com"),
                (true, false, true),
            ),
            (
                "https://example.com:8443/",
                ("https://example.com:8443", "https://example.com:8443", "example.com:8443"),
                (true, false, true),
            ),
            (
                "http://localhost:8484",
                ("http://localhost:8484", "http://localhost:8484", "localhost:8484"),
                (false, true, true),
            ),
            ("http://127.3.2.1:80", ("http://127.3.2.1", "http://127.3.2.1", "127.3.2.1"), (false, true, true)),
            ("http://[::1]:8484", ("http://[::1]:8484", "http://[::1]:8484", "[::1]:8484"), (false, true, true)),
            ("https://localhost", ("https://localhost", "https://localhost", "localhost"), (true, false, true)),
            (
                "http://id.example.com",
                ("http://id.example.com", "http://id.example.com", "id.example.com"),
                (false, false, false),
            ),
            (
                "http://localhost.example.com",
                ("http://localhost.example.com", "http://localhost.example.com", "localhost.example.com"),
                (false, false, false),
            ),
            ("http://10.0.0.1", ("http://10.0.0.1", "http://10.0.0.1", "10.0.0.1"), (false, false, false)),
            (
                "https://bücher.example",
                ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
                (true, false, true),
            ),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.origin(), url.authority()), parts, "{text}");
            assert_eq!((url.is_https(), url.is_loopback_http(), url.is_safe()), is, "{text}");
            assert_eq!(url.issuer(), format!("{}/identity", parts.0));
            assert_eq!(PublicUrl::parse(url.as_str()), Ok(url.clone()), "the form is not stable: {url}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, why) in [
            ("", Invalid::NotAbsolute),
            ("id.example.com", Invalid::NotAbsolute),
            ("//id.example.com", Invalid::NotAbsolute),
            ("https:id.example.com", Invalid::NotAbsolute),
            ("https:///id.example.com", Invalid::NotAbsolute),
            ("https://", Invalid::NotAbsolute),
            ("ftp://id.example.com", Invalid::Scheme),
            ("https://id.example.com:99999", Invalid::NotAbsolute),
            ("https://*.example.com/é", Invalid::Path),
            ("https://a:b@id.example.com", Invalid::UserInfo),
            ("https://@id.example.com", Invalid::UserInfo),
            ("https://id.example.com/?", Invalid::QueryOrFragment),
            ("https://id.example.com?a=b", Invalid::QueryOrFragment),
            ("https://id.example.com/#", Invalid::QueryOrFragment),
            ("https://id.example.com/auth", Invalid::Path),
            ("https://id.example.com/a//b", Invalid::Path),
            ("https://id.example.com//", Invalid::Path),
            ("https://id.example.com/../a", Invalid::Path),
            ("https://id.example.com/a/.", Invalid::Path),
            ("https://id.example.com/%61", Invalid::Path),
            ("https://id.example.com/a;b", Invalid::Path),
            ("https://id.example.com\r\nX-Evil: 1", Invalid::Characters),
            ("https://id.example.com/a\n", Invalid::Characters),
            ("https://id.exa\tmple.com", Invalid::Characters),
            ("https:\\\\id.example.com", Invalid::Characters),
            (" https://id.example.com", Invalid::Characters),
            ("http://0.0.0.0:8484", Invalid::Unspecified),
            ("http://[::]:8484", Invalid::Unspecified),
        ] {
            assert_eq!(PublicUrl::parse(text), Err(why), "{text:?}");
        }
    }
}

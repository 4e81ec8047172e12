//! `mail.url`.

use super::table::Kind;
use super::value::{Context, SettingValue};
use crate::redacted::Redacted;
use std::net::Ipv4Addr;
use url::{Host, Url};

/// Where the mail server is. It may hold a password: it is not printed.
#[derive(Debug, Clone)]
pub struct MailUrl {
    url: Redacted<String>,
    /// Host and port.
    host: String,
    scheme: &'static str,
}

impl MailUrl {
    /// Host and port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The same with TLS asked for, unless it never leaves this machine: `smtp:` alone would send the password in clear.
    #[must_use]
    pub fn with_tls(&self) -> Redacted<String> {
        let Ok(mut url) = Url::parse(self.url.expose()) else { return self.url.clone() };
        // For a scheme that it does not know, the parser takes every host but IPv6 for a name.
        let here = match url.host() {
            Some(Host::Domain(name)) => {
                name == "localhost" || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            }
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() == "smtp" && !here {
            url.set_query(Some("tls=required"));
        }
        Redacted::new(url.into())
    }
}

impl SettingValue for MailUrl {
    const KIND: Kind = Kind::Text;
    const SECRET: bool = true;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        let url =
            Url::parse(text).map_err(|error| format!("is not a URL ({error}): a password in it is percent-encoded"))?;
        if !matches!(url.scheme(), "smtp" | "smtps") || url.host_str().is_none_or(str::is_empty) {
            return Err("is not a mail server: write smtps://USER:PASSWORD@HOST:465 or smtp://…:587".to_owned());
        }
        let scheme = if url.scheme() == "smtps" { "smtps" } else { "smtp" };
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        let host = format!("{}{port}", url.host_str().unwrap_or_default());
        Ok(Self { url: Redacted::new(text.to_owned()), host, scheme })
    }

    fn shown(&self, _: &str) -> String {
        format!("{}://[hidden]@{}", self.scheme, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::table::find;

    fn read(text: &str) -> Result<MailUrl, String> {
        let setting = find("mail.url").unwrap();
        MailUrl::read(text, &Context { setting, cwd: std::path::Path::new("") })
    }

    #[test]
    fn a_password_crosses_no_network_in_clear_and_is_never_shown() {
        for (text, sent) in [
            ("smtps://u:hunter2@mail.example.com:465", "smtps://u:hunter2@mail.example.com:465"),
            ("smtp://u:hunter2@mail.example.com:587", "smtp://u:hunter2@mail.example.com:587?tls=required"),
            ("smtp://mail.example.com?tls=opportunistic", "smtp://mail.example.com?tls=required"),
            ("smtp://localhost:1025", "smtp://localhost:1025"),
            ("smtp://127.0.0.1:25", "smtp://127.0.0.1:25"),
        ] {
            let url = read(text).unwrap();
            assert_eq!(url.with_tls().expose(), sent, "{text}");
            assert!(!url.shown(text).contains("hunter2") && url.shown(text).contains(url.host()));
        }
        for wrong in ["mail.example.com", "https://mail.example.com", "smtp:", "smtps://"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

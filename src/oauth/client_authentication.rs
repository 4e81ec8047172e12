//! How a client says who it is at the token endpoint (RFC 6749 2.3.1).

use super::parameters::decode;
use super::{Parameters, TokenRefusal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a request carries about its sender. The secret is not printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// HTTP Basic: id and secret, each form-encoded before they were joined.
    Basic {
        /// The client's id.
        id: String,
        /// Its secret.
        secret: String,
    },
    /// `client_id` and `client_secret` in the form.
    Form {
        /// The client's id.
        id: String,
        /// Its secret.
        secret: String,
    },
    /// `client_id` alone: a public client.
    Public {
        /// The client's id.
        id: String,
    },
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Basic { .. } => "Basic",
            Self::Form { .. } => "Form",
            Self::Public { .. } => "Public",
        })
    }
}

/// Longest id or secret that is looked at, in bytes.
const LONGEST: usize = 1_000;

impl Credentials {
    /// Reads them from the `Authorization` headers and the form. Exactly one way must be used (RFC 6749 2.3); a parameter
    /// without a value is none (3.2), as [`Parameters`] has it. An assertion is a way, though not one of this server's.
    pub fn read(headers: &[&[u8]], form: &Parameters) -> Result<Self, TokenRefusal> {
        let basic = match headers {
            [] => None,
            [one] => Some(basic(one)?),
            _ => return Err(TokenRefusal::TwoCredentials),
        };
        if ["client_assertion", "client_assertion_type"].into_iter().any(|name| form.get(name).is_some()) {
            let two = basic.is_some() || form.get("client_secret").is_some();
            return Err(if two { TokenRefusal::TwoCredentials } else { TokenRefusal::Assertion });
        }
        let credentials = match (basic, form.get("client_id"), form.get("client_secret")) {
            (Some(_), _, Some(_)) => return Err(TokenRefusal::TwoCredentials),
            (Some((id, _)), Some(other), None) if id != other => return Err(TokenRefusal::CredentialsOfTwoClients),
            (Some((id, secret)), _, None) => Self::Basic { id, secret },
            (None, Some(id), Some(secret)) => Self::Form { id: id.to_owned(), secret: secret.to_owned() },
            (None, Some(id), None) => Self::Public { id: id.to_owned() },
            (None, None, _) => return Err(TokenRefusal::NoCredentials),
        };
        Ok(credentials)
    }

    /// The client's id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Basic { id, .. } | Self::Form { id, .. } | Self::Public { id } => id,
        }
    }

    /// The secret; none from a public client.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::Basic { secret, .. } | Self::Form { secret, .. } => Some(secret),
            Self::Public { .. } => None,
        }
    }
}

/// Reads `Basic base64(form(id):form(secret))`.
fn basic(header: &[u8]) -> Result<(String, String), TokenRefusal> {
    let malformed = || TokenRefusal::MalformedAuthorization;
    let text = std::str::from_utf8(header).map_err(|_| malformed())?;
    let (scheme, encoded) = text.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > 4 * LONGEST {
        return Err(malformed());
    }
    let joined = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
    let split = joined.iter().position(|&byte| byte == b':').ok_or_else(malformed)?;
    let id = decode(&joined[..split]).map_err(|_| malformed())?;
    let secret = decode(&joined[split + 1..]).map_err(|_| malformed())?;
    if id.is_empty() || id.len() > LONGEST || secret.len() > LONGEST {
        return Err(malformed());
    }
    Ok((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(joined: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(joined)).into_bytes()
    }

    fn read(headers: &[Vec<u8>], form: &str) -> Result<Credentials, TokenRefusal> {
        let headers: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();
        Credentials::read(&headers, &Parameters::parse(form.as_bytes()).expect("a form"))
    }

    #[test]
    fn credentials_come_one_way_or_not_at_all() {
        let basic = || Credentials::Basic { id: "a".into(), secret: "s+/=1".into() };
        let rows = [
            (vec![header("a:s%2B%2F%3D1")], "", Ok(basic())),
            (vec![header("a:s%2B%2F%3D1")], "client_id=a", Ok(basic())),
            (vec![], "client_id=a&client_secret=b", Ok(Credentials::Form { id: "a".into(), secret: "b".into() })),
            (vec![], "client_id=a", Ok(Credentials::Public { id: "a".into() })),
            (vec![], "client_id=a&client_secret=", Ok(Credentials::Public { id: "a".into() })),
            (vec![], "client_secret=b", Err(TokenRefusal::NoCredentials)),
            (vec![], "", Err(TokenRefusal::NoCredentials)),
            (vec![header("a:b")], "client_secret=b", Err(TokenRefusal::TwoCredentials)),
            (vec![header("a:b")], "client_id=a&client_secret=b", Err(TokenRefusal::TwoCredentials)),
            (vec![header("a:b"), header("a:b")], "", Err(TokenRefusal::TwoCredentials)),
            (vec![header("a:b")], "client_id=c", Err(TokenRefusal::CredentialsOfTwoClients)),
            (vec![header("a:b")], "client_assertion=x", Err(TokenRefusal::TwoCredentials)),
            (vec![header("a:b")], "client_assertion_type=x", Err(TokenRefusal::TwoCredentials)),
            (vec![], "client_id=a&client_secret=b&client_assertion=x", Err(TokenRefusal::TwoCredentials)),
            (vec![], "client_id=a&client_assertion=x", Err(TokenRefusal::Assertion)),
            (vec![], "client_assertion=x", Err(TokenRefusal::Assertion)),
            (vec![], "client_id=a&client_assertion=", Ok(Credentials::Public { id: "a".into() })),
            (
                vec![header("a:s%2B%2F%3D1")],
                "client_secret=&client_assertion=",
                // Without a value it was not sent (RFC 6749 3.2).
                Ok(basic()),
            ),
        ];
        for (headers, form, expected) in rows {
            assert_eq!(read(&headers, form), expected, "{form}");
        }
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        assert!(read(&[b"bAsIc YTpi".to_vec()], "").is_ok());
    }

    #[test]
    fn a_broken_header_is_refused_as_such() {
        let broken: &[&[u8]] = &[
            b"",
            b"Basic",
            b"Basic ",
            b"Basic !!!",
            b"Basic YQ==",
            b"Basic OmI=",
            b"Bearer abc",
            b"Basic\tYTpi",
            b"Basic JTpi",
            b"Basic \xff\xfe",
            b"Digest a=b",
            b"Basic YTolZmY=",
            b"Basic YTolMDA=",
        ];
        for header in broken {
            let refusal = read(&[header.to_vec()], "");
            assert_eq!(refusal, Err(TokenRefusal::MalformedAuthorization), "{}", String::from_utf8_lossy(header));
        }
        let long = header(&format!("a:{}", "x".repeat(1_001)));
        assert_eq!(read(&[long], ""), Err(TokenRefusal::MalformedAuthorization));
    }
}

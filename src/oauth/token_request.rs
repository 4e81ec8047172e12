//! The request to the token endpoint, one variant a grant type (RFC 6749 4.4.2).

use super::{GrantType, Parameters, TokenRefusal};

/// What is asked of the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// RFC 6749 4.4.2.
    ClientCredentials {
        /// As sent.
        scope: Option<String>,
    },
}

impl TokenRequest {
    /// Reads the form. Unknown parameters are ignored (RFC 6749 3.2).
    pub fn parse(form: &Parameters, own_audience: &str) -> Result<Self, TokenRefusal> {
        let grant = form.get("grant_type").ok_or(TokenRefusal::NoGrantType)?;
        let grant = GrantType::parse(grant).ok_or(TokenRefusal::UnknownGrantType)?;
        require_own_target(form, own_audience)?;
        match grant {
            GrantType::ClientCredentials => {
                Ok(Self::ClientCredentials { scope: form.get("scope").map(ToOwned::to_owned) })
            }
            GrantType::AuthorizationCode | GrantType::RefreshToken => Err(TokenRefusal::UnknownGrantType),
        }
    }

    /// The grant type asked for.
    #[must_use]
    pub const fn grant(&self) -> GrantType {
        match self {
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }
}

/// Tokens are only ever for this server's API (RFC 8707 2).
fn require_own_target(form: &Parameters, own_audience: &str) -> Result<(), TokenRefusal> {
    for name in ["resource", "audience"] {
        if form.get(name).is_some_and(|target| target.trim_end_matches('/') != own_audience) {
            return Err(TokenRefusal::UnknownTarget);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grant_types_are_told_apart() {
        let rows = [
            ("grant_type=client_credentials", Ok(TokenRequest::ClientCredentials { scope: None })),
            (
                "grant_type=client_credentials&scope=ocsapi&foo=bar",
                Ok(TokenRequest::ClientCredentials { scope: Some("ocsapi".into()) }),
            ),
            ("", Err(TokenRefusal::NoGrantType)),
            ("grant_type=", Err(TokenRefusal::NoGrantType)),
            ("grant_type=password&username=a&password=b", Err(TokenRefusal::UnknownGrantType)),
            ("grant_type=implicit", Err(TokenRefusal::UnknownGrantType)),
            ("grant_type=CLIENT_CREDENTIALS", Err(TokenRefusal::UnknownGrantType)),
            ("grant_type=client_credentials&resource=https://evil", Err(TokenRefusal::UnknownTarget)),
            (
                "grant_type=client_credentials&audience=https://id/api",
                Ok(TokenRequest::ClientCredentials { scope: None }),
            ),
        ];
        for (form, expected) in rows {
            let form_read = Parameters::parse(form.as_bytes()).expect("a form");
            assert_eq!(TokenRequest::parse(&form_read, "https://id/api"), expected, "{form}");
        }
    }
}

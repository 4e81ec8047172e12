//! The request to the token endpoint, one variant a grant type (RFC 6749 4.1.3, 4.4.2, 6).

use super::{GrantType, Parameters, TokenRefusal};

/// What is asked of the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// RFC 6749 4.4.2.
    ClientCredentials {
        /// As sent.
        scope: Option<String>,
    },
    /// RFC 6749 4.1.3.
    AuthorizationCode(CodeRequest),
    /// RFC 6749 6.
    RefreshToken(RefreshRequest),
}

/// A code to be exchanged. It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeRequest {
    /// The code.
    pub code: String,
    /// Where it was received.
    pub redirect_uri: Option<String>,
    /// PKCE (RFC 7636 4.5).
    pub code_verifier: Option<String>,
}

/// A refresh token to be used. It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshRequest {
    /// The refresh token.
    pub refresh_token: String,
    /// The part of the granted scope that is wanted; none: all of it.
    pub scope: Option<String>,
}

impl std::fmt::Debug for CodeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeRequest").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RefreshRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshRequest").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl TokenRequest {
    /// Reads the form. Unknown parameters are ignored (RFC 6749 3.2).
    pub fn parse(form: &Parameters, own_audience: &str) -> Result<Self, TokenRefusal> {
        let grant = form.get("grant_type").ok_or(TokenRefusal::NoGrantType)?;
        let grant = GrantType::parse(grant).ok_or(TokenRefusal::UnknownGrantType)?;
        require_own_target(form, own_audience)?;
        let text = |name| form.get(name).map(ToOwned::to_owned);
        let required = |name| text(name).ok_or(TokenRefusal::MissingParameter(name));
        Ok(match grant {
            GrantType::ClientCredentials => Self::ClientCredentials { scope: text("scope") },
            GrantType::AuthorizationCode => Self::AuthorizationCode(CodeRequest {
                code: required("code")?,
                redirect_uri: text("redirect_uri"),
                code_verifier: text("code_verifier"),
            }),
            GrantType::RefreshToken => {
                Self::RefreshToken(RefreshRequest { refresh_token: required("refresh_token")?, scope: text("scope") })
            }
        })
    }

    /// The grant type asked for.
    #[must_use]
    pub const fn grant(&self) -> GrantType {
        match self {
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
        }
    }
}

/// Tokens are only ever for this server's API (RFC 8707 2).
fn require_own_target(form: &Parameters, own_audience: &str) -> Result<(), TokenRefusal> {
    for name in ["resource", "audience"] {
        if form.get(name).is_some_and(|target| !is_own_target(target, own_audience)) {
            return Err(TokenRefusal::UnknownTarget);
        }
    }
    Ok(())
}

pub(super) fn is_own_target(target: &str, own_audience: &str) -> bool {
    target.trim_end_matches('/') == own_audience
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
        let code = |redirect_uri: Option<&str>, code_verifier: Option<&str>| CodeRequest {
            code: "c".to_owned(),
            redirect_uri: redirect_uri.map(ToOwned::to_owned),
            code_verifier: code_verifier.map(ToOwned::to_owned),
        };
        let refresh =
            |scope: Option<&str>| RefreshRequest { refresh_token: "r".to_owned(), scope: scope.map(ToOwned::to_owned) };
        let more = [
            ("grant_type=authorization_code&code=c", Ok(TokenRequest::AuthorizationCode(code(None, None)))),
            (
                "grant_type=authorization_code&code=c&redirect_uri=u&code_verifier=v",
                Ok(TokenRequest::AuthorizationCode(code(Some("u"), Some("v")))),
            ),
            ("grant_type=authorization_code", Err(TokenRefusal::MissingParameter("code"))),
            ("grant_type=refresh_token&refresh_token=r", Ok(TokenRequest::RefreshToken(refresh(None)))),
            (
                "grant_type=refresh_token&refresh_token=r&scope=openid&redirect_uri=u",
                Ok(TokenRequest::RefreshToken(refresh(Some("openid")))),
            ),
            ("grant_type=refresh_token&refresh_token=", Err(TokenRefusal::MissingParameter("refresh_token"))),
        ];
        for (form, expected) in rows.into_iter().chain(more) {
            let form_read = Parameters::parse(form.as_bytes()).expect("a form");
            assert_eq!(TokenRequest::parse(&form_read, "https://id/api"), expected, "{form}");
        }
    }
}

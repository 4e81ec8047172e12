//! Why a token request is refused. Logs see the variant; the client sees its code and a safe sentence.

use super::{ErrorCode, ReasonCode, UnixTime};

/// A refusal of the token endpoint (RFC 6749 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Not a form.
    NotAForm,
    /// A parameter came twice; its name if it is a standard one.
    RepeatedParameter(Option<&'static str>),
    /// Broken encoding.
    MalformedParameters,
    /// More parameters than anyone needs.
    TooManyParameters,
    /// No `grant_type`.
    NoGrantType,
    /// A parameter that this grant needs is missing.
    MissingParameter(&'static str),
    /// A grant type that this server does not know.
    UnknownGrantType,
    /// A grant type that this type of client does not use.
    GrantTypeNotAllowed,
    /// No credentials at all.
    NoCredentials,
    /// No secret, from a client that has to show one. Looks exactly like `UnknownClientNoSecret` from outside.
    NoSecret,
    /// No secret, and no such client.
    UnknownClientNoSecret,
    /// A signed assertion (RFC 7523 2.2), which no client uses here.
    Assertion,
    /// An `Authorization` header that is not a readable Basic one.
    MalformedAuthorization,
    /// Basic and form credentials at once, or two headers.
    TwoCredentials,
    /// Basic for one client and `client_id` of another.
    CredentialsOfTwoClients,
    /// No such client. Looks exactly like `WrongSecret` from outside.
    UnknownClient,
    /// Not one of the client's secrets.
    WrongSecret,
    /// The right secret, but its time is over.
    SecretExpired(UnixTime),
    /// The right secret, but switched off.
    SecretDisabled,
    /// The right secret of a client that is switched off.
    ClientDisabled,
    /// A public client sent a secret.
    SecretOfPublicClient,
    /// Right credentials, sent in a way that this client does not use.
    AuthMethodNotAllowed,
    /// An unknown or malformed scope, or one this client may not have.
    ScopeNotAllowed,
    /// A `resource` or `audience` that is not ours (RFC 8707).
    UnknownTarget,
    /// No such code.
    UnknownCode,
    /// A code whose time is over.
    CodeExpired,
    /// A code that was used before. What it gave has been revoked.
    CodeReplayed,
    /// A code that another client asked for.
    CodeOfAnotherClient,
    /// Another `redirect_uri` than in the authorize request, or none.
    RedirectUriMismatch,
    /// No `code_verifier` for a code that was asked for with PKCE.
    NoVerifier,
    /// A `code_verifier` that does not fit.
    VerifierMismatch,
    /// A `code_verifier` for a code that was asked for without PKCE.
    VerifierWithoutChallenge,
    /// No such refresh token.
    UnknownRefreshToken,
    /// A refresh token whose time is over.
    RefreshTokenExpired,
    /// A refresh token that was replaced before. Its whole family has been revoked.
    RefreshTokenReused,
    /// A refresh token of another client.
    RefreshTokenOfAnotherClient,
    /// What the user had granted was taken back.
    GrantRevoked,
    /// The user is gone or disabled.
    UserNotAllowed,
    /// The user has changed the password since.
    PasswordChanged,
}

impl TokenRefusal {
    /// The standard error.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotAForm
            | Self::RepeatedParameter(_)
            | Self::MalformedParameters
            | Self::TooManyParameters
            | Self::NoGrantType
            | Self::MissingParameter(_)
            | Self::TwoCredentials
            | Self::CredentialsOfTwoClients => ErrorCode::InvalidRequest,
            Self::UnknownGrantType => ErrorCode::UnsupportedGrantType,
            Self::GrantTypeNotAllowed => ErrorCode::UnauthorizedClient,
            Self::NoCredentials
            | Self::NoSecret
            | Self::UnknownClientNoSecret
            | Self::Assertion
            | Self::MalformedAuthorization
            | Self::UnknownClient
            | Self::WrongSecret
            | Self::SecretExpired(_)
            | Self::SecretDisabled
            | Self::ClientDisabled
            | Self::SecretOfPublicClient
            | Self::AuthMethodNotAllowed => ErrorCode::InvalidClient,
            Self::ScopeNotAllowed => ErrorCode::InvalidScope,
            Self::UnknownTarget => ErrorCode::InvalidTarget,
            Self::UnknownCode
            | Self::CodeExpired
            | Self::CodeReplayed
            | Self::CodeOfAnotherClient
            | Self::RedirectUriMismatch
            | Self::NoVerifier
            | Self::VerifierMismatch
            | Self::VerifierWithoutChallenge
            | Self::UnknownRefreshToken
            | Self::RefreshTokenExpired
            | Self::RefreshTokenReused
            | Self::RefreshTokenOfAnotherClient
            | Self::GrantRevoked
            | Self::UserNotAllowed
            | Self::PasswordChanged => ErrorCode::InvalidGrant,
        }
    }

    /// The stable reason. Unknown client and wrong secret share one: outside they must be the same.
    #[must_use]
    pub const fn reason(&self) -> ReasonCode {
        ReasonCode(match self {
            Self::ClientDisabled => 1102,
            Self::RepeatedParameter(_) | Self::MalformedParameters | Self::TooManyParameters => 1207,
            Self::NotAForm | Self::NoGrantType | Self::MissingParameter(_) => 2101,
            Self::UnknownGrantType | Self::GrantTypeNotAllowed => 2102,
            Self::ScopeNotAllowed => 2103,
            Self::UnknownTarget => 2104,
            Self::NoCredentials
            | Self::NoSecret
            | Self::UnknownClientNoSecret
            | Self::Assertion
            | Self::MalformedAuthorization => 2201,
            Self::UnknownClient | Self::WrongSecret => 2202,
            Self::SecretExpired(_) => 2203,
            Self::SecretDisabled => 2204,
            Self::TwoCredentials | Self::CredentialsOfTwoClients => 2205,
            Self::SecretOfPublicClient => 2206,
            Self::AuthMethodNotAllowed => 2215,
            Self::NoVerifier | Self::VerifierMismatch | Self::VerifierWithoutChallenge => 2207,
            Self::CodeExpired => 2208,
            Self::CodeReplayed => 2209,
            Self::RedirectUriMismatch => 2210,
            Self::CodeOfAnotherClient | Self::RefreshTokenOfAnotherClient => 2211,
            Self::RefreshTokenExpired | Self::GrantRevoked | Self::UserNotAllowed | Self::PasswordChanged => 2212,
            Self::RefreshTokenReused => 2213,
            Self::UnknownCode | Self::UnknownRefreshToken => 2214,
        })
    }

    /// A sentence for the client's developer, in the characters RFC 6749 5.2 allows. It says no more than the caller
    /// has proven to be entitled to.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::NotAForm => "Send the request as application/x-www-form-urlencoded by POST.".into(),
            Self::RepeatedParameter(Some(name)) => format!("The parameter {name} came more than once."),
            Self::RepeatedParameter(None) => "A parameter came more than once.".into(),
            Self::MalformedParameters => "The form is not percent-encoded UTF-8.".into(),
            Self::TooManyParameters => "The form has more than 100 parameters.".into(),
            Self::NoGrantType => "The parameter grant_type is missing from the form.".into(),
            Self::MissingParameter(name) => format!("The parameter {name} is missing from the form."),
            Self::UnknownGrantType => "This server does not know that grant type.".into(),
            Self::GrantTypeNotAllowed => "This type of client does not use that grant type.".into(),
            Self::NoCredentials => "No client credentials arrived: send client_id and client_secret.".into(),
            Self::NoSecret | Self::UnknownClientNoSecret => {
                "No client_secret arrived, or the client is not known here.".into()
            }
            Self::Assertion => "Client assertions are not supported: send client_id and client_secret.".into(),
            Self::MalformedAuthorization => "The Authorization header is not readable as HTTP Basic.".into(),
            Self::TwoCredentials => "Client credentials came in more than one way. Send them once.".into(),
            Self::CredentialsOfTwoClients => "The client_id in the form is not the one in the header.".into(),
            Self::UnknownClient | Self::WrongSecret => "Client authentication failed.".into(),
            Self::SecretExpired(end) => format!("The client secret expired on {}. Add a new one.", end.date()),
            Self::SecretDisabled => "The client secret is disabled.".into(),
            Self::ClientDisabled => "The client is disabled.".into(),
            Self::SecretOfPublicClient => "This type of client has no secret: leave client_secret out.".into(),
            Self::AuthMethodNotAllowed => {
                "This client must send its credentials the other way (form or HTTP Basic).".into()
            }
            Self::ScopeNotAllowed => "A requested scope is unknown or not allowed for this client.".into(),
            Self::UnknownTarget => "Tokens for that resource are not issued here.".into(),
            Self::UnknownCode => "The code is not known here.".into(),
            Self::CodeExpired => "The code has expired. Exchange it at once.".into(),
            Self::CodeReplayed => "The code was used before. What it gave is revoked.".into(),
            Self::CodeOfAnotherClient => "The code belongs to another client.".into(),
            Self::RedirectUriMismatch => "The redirect_uri is not the one of the authorization request.".into(),
            Self::NoVerifier => "The parameter code_verifier is missing from the form.".into(),
            Self::VerifierMismatch => "The code_verifier does not fit the code_challenge.".into(),
            Self::VerifierWithoutChallenge => "A code_verifier came, but no code_challenge before.".into(),
            Self::UnknownRefreshToken => "The refresh token is not known here.".into(),
            Self::RefreshTokenExpired => "The refresh token has expired.".into(),
            Self::RefreshTokenReused => "The refresh token was used before. All that came from it is revoked.".into(),
            Self::RefreshTokenOfAnotherClient => "The refresh token belongs to another client.".into(),
            Self::GrantRevoked => "What the user had granted was revoked.".into(),
            Self::UserNotAllowed => "The user may not sign in any more.".into(),
            Self::PasswordChanged => "The user has changed the password: sign in again.".into(),
        }
    }

    /// What was found, for whoever manages the client: they may know what the caller may not.
    #[must_use]
    pub fn finding(&self) -> String {
        match self {
            Self::UnknownClient | Self::UnknownClientNoSecret => "There is no such client.".into(),
            Self::NoSecret => "No client secret came.".into(),
            Self::WrongSecret => "The secret that came is none of this client's.".into(),
            other => other.description(),
        }
    }

    /// Whether the sentence may carry a reference. What a stranger can provoke must be the same bytes each time, so
    /// that an unknown client cannot be told from a wrong secret.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        matches!(self, Self::UnknownClient | Self::WrongSecret | Self::NoSecret | Self::UnknownClientNoSecret)
    }

    /// Whether only someone could provoke it who holds something of the client's or of its users: a secret, a code, a
    /// refresh token that is or was good.
    #[must_use]
    pub const fn shows_possession(&self) -> bool {
        matches!(
            self,
            Self::SecretExpired(_)
                | Self::SecretDisabled
                | Self::AuthMethodNotAllowed
                | Self::CodeExpired
                | Self::CodeReplayed
                | Self::CodeOfAnotherClient
                | Self::RedirectUriMismatch
                | Self::NoVerifier
                | Self::VerifierMismatch
                | Self::VerifierWithoutChallenge
                | Self::RefreshTokenExpired
                | Self::RefreshTokenReused
                | Self::RefreshTokenOfAnotherClient
                | Self::GrantRevoked
                | Self::UserNotAllowed
                | Self::PasswordChanged
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::REASONS;

    #[test]
    fn every_refusal_has_a_page_and_plain_ascii() {
        let all = [
            TokenRefusal::NotAForm,
            TokenRefusal::RepeatedParameter(Some("scope")),
            TokenRefusal::MalformedParameters,
            TokenRefusal::TooManyParameters,
            TokenRefusal::NoGrantType,
            TokenRefusal::MissingParameter("code"),
            TokenRefusal::UnknownGrantType,
            TokenRefusal::GrantTypeNotAllowed,
            TokenRefusal::NoCredentials,
            TokenRefusal::NoSecret,
            TokenRefusal::UnknownClientNoSecret,
            TokenRefusal::Assertion,
            TokenRefusal::MalformedAuthorization,
            TokenRefusal::TwoCredentials,
            TokenRefusal::CredentialsOfTwoClients,
            TokenRefusal::UnknownClient,
            TokenRefusal::WrongSecret,
            TokenRefusal::SecretExpired(UnixTime(0)),
            TokenRefusal::SecretDisabled,
            TokenRefusal::ClientDisabled,
            TokenRefusal::SecretOfPublicClient,
            TokenRefusal::AuthMethodNotAllowed,
            TokenRefusal::ScopeNotAllowed,
            TokenRefusal::UnknownTarget,
            TokenRefusal::UnknownCode,
            TokenRefusal::CodeExpired,
            TokenRefusal::CodeReplayed,
            TokenRefusal::CodeOfAnotherClient,
            TokenRefusal::RedirectUriMismatch,
            TokenRefusal::NoVerifier,
            TokenRefusal::VerifierMismatch,
            TokenRefusal::VerifierWithoutChallenge,
            TokenRefusal::UnknownRefreshToken,
            TokenRefusal::RefreshTokenExpired,
            TokenRefusal::RefreshTokenReused,
            TokenRefusal::RefreshTokenOfAnotherClient,
            TokenRefusal::GrantRevoked,
            TokenRefusal::UserNotAllowed,
            TokenRefusal::PasswordChanged,
        ];
        for refusal in all {
            assert!(REASONS.iter().any(|page| page.code == refusal.reason()), "{refusal:?} has no page");
            let text = refusal.description();
            assert!(text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
        }
    }

    #[test]
    fn an_unknown_client_cannot_be_told_from_a_known_one() {
        use TokenRefusal as R;
        for (unknown, known) in [(R::UnknownClient, R::WrongSecret), (R::UnknownClientNoSecret, R::NoSecret)] {
            assert_eq!(unknown.description(), known.description());
            assert_eq!((unknown.code(), unknown.reason()), (known.code(), known.reason()));
            assert!(unknown.is_anonymous() && known.is_anonymous());
        }
    }
}

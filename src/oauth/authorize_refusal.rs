//! Why an authorize request is refused: before the way back is proven there is only a page, after it only the way back.

use super::{ErrorCode, ReasonCode};

/// A refusal that ends on a page of this server: nothing proves where else to go (RFC 6749 4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageRefusal {
    /// No `client_id`.
    NoClientId,
    /// No such client.
    UnknownClient,
    /// A client that is switched off. Looks exactly like `UnknownClient` from outside.
    ClientDisabled,
    /// No `redirect_uri`.
    NoRedirectUri,
    /// A `redirect_uri` that is not the client's.
    RedirectUriNotAllowed,
    /// A `redirect_uri` of the client's that has a parameter of the answer in its query.
    RedirectUriWithAnswer,
    /// Broken encoding.
    MalformedParameters,
    /// More parameters than anyone needs.
    TooManyParameters,
    /// A parameter came twice that says where to go.
    RepeatedParameter(&'static str),
    /// Something of ours came back that is not as we made it.
    DamagedLink,
    /// An `id_token_hint` that is not an ID token of ours.
    HintUnreadable,
    /// A `post_logout_redirect_uri`, and neither an `id_token_hint` nor a `client_id` that says whose it is.
    LogoutClientUnknown,
    /// A `post_logout_redirect_uri` that is not the client's.
    LogoutUriNotAllowed,
    /// A `post_logout_redirect_uri` of the client's that has a `state` of its own.
    LogoutUriWithState,
    /// `client_id` is not the client of the `id_token_hint`.
    LogoutClientsDisagree,
}

impl PageRefusal {
    /// The stable reason, for logs.
    #[must_use]
    pub const fn reason(self) -> ReasonCode {
        ReasonCode(match self {
            Self::NoClientId | Self::UnknownClient => 1101,
            Self::ClientDisabled => 1102,
            Self::RedirectUriNotAllowed => 1103,
            Self::NoRedirectUri => 1104,
            Self::DamagedLink => 1105,
            Self::RedirectUriWithAnswer => 1106,
            Self::MalformedParameters | Self::TooManyParameters | Self::RepeatedParameter(_) => 1207,
            Self::HintUnreadable => 3101,
            Self::LogoutUriNotAllowed => 3102,
            Self::LogoutClientsDisagree => 3103,
            Self::LogoutClientUnknown => 3104,
            Self::LogoutUriWithState => 3105,
        })
    }

    /// The refusal that a stranger may see: a disabled client cannot be told from an unknown one.
    #[must_use]
    pub const fn shown(self) -> Self {
        match self {
            Self::ClientDisabled => Self::UnknownClient,
            other => other,
        }
    }

    /// A sentence for the app's developer.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self.shown() {
            Self::NoClientId => "The app did not send a client_id.",
            Self::UnknownClient | Self::ClientDisabled => "The client_id is not known here.",
            Self::NoRedirectUri => "The app did not send a redirect_uri.",
            Self::RedirectUriNotAllowed => {
                "The redirect_uri is not one of the client's Allowed Redirect URL(s). It must be the same character for character."
            }
            Self::RedirectUriWithAnswer => {
                "The query of the redirect_uri has a parameter that the answer has too, such as code or state."
            }
            Self::MalformedParameters => "The parameters are not percent-encoded UTF-8.",
            Self::TooManyParameters => "There are more than 100 parameters.",
            Self::RepeatedParameter(_) => "client_id and redirect_uri must come once each.",
            Self::DamagedLink => "The link is damaged. Go back to the app and start again.",
            Self::HintUnreadable => "The id_token_hint is not an ID token of this server.",
            Self::LogoutUriNotAllowed => {
                "The post_logout_redirect_uri is not one of the client's Allowed Logout Redirect URL(s). It must be the same character for character."
            }
            Self::LogoutClientUnknown => {
                "Nothing says which client asks: send id_token_hint, or a client_id that is known here."
            }
            Self::LogoutUriWithState => "The query of the post_logout_redirect_uri has a state of its own.",
            Self::LogoutClientsDisagree => "The client_id is not the one that the id_token_hint was made for.",
        }
    }
}

/// A refusal that travels back to the client (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizeRefusal {
    /// A parameter came twice; its name if it is a standard one.
    RepeatedParameter(Option<&'static str>),
    /// A parameter is longer than anyone needs.
    TooLong(&'static str),
    /// A request object.
    RequestObject,
    /// A reference to a request object. It is never fetched.
    RequestUri,
    /// A registration inside the request.
    Registration,
    /// No `response_type`.
    NoResponseType,
    /// A response type that this server does not have.
    UnknownResponseType,
    /// A response type that this client does not use.
    ResponseTypeNotAllowed,
    /// `response_mode=query` for tokens.
    QueryModeForTokens,
    /// A parameter whose value makes no sense.
    BadParameter(&'static str),
    /// A scope text that cannot be read, or is too long.
    MalformedScope,
    /// No scope that this server knows.
    NoKnownScope,
    /// An ID token without `openid`.
    NoOpenIdScope,
    /// PKCE is required.
    NoCodeChallenge,
    /// PKCE by another method than S256.
    ChallengeMethod,
    /// An ID token without a nonce.
    NoNonce,
    /// `acr_values` names another tenant.
    OtherTenant,
    /// A `resource` that is not ours (RFC 8707).
    UnknownTarget,
    /// An essential `acr` that is not reached.
    AcrNotReached,
    /// An `id_token_hint` that is not an ID token of ours.
    HintUnreadable,
    /// Nobody is signed in, or too long ago, and nobody may be asked.
    LoginRequired,
    /// Somebody else signed in than the one asked for.
    OtherUser,
    /// Consent is missing and nobody may be asked.
    ConsentRequired,
    /// The user pressed Cancel.
    Denied,
    /// The user is of another tenant than the client.
    UserOfAnotherTenant,
}

impl AuthorizeRefusal {
    /// The standard error.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::RepeatedParameter(_)
            | Self::TooLong(_)
            | Self::NoResponseType
            | Self::QueryModeForTokens
            | Self::BadParameter(_)
            | Self::NoCodeChallenge
            | Self::ChallengeMethod
            | Self::NoNonce
            | Self::OtherTenant
            | Self::HintUnreadable => ErrorCode::InvalidRequest,
            Self::RequestObject => ErrorCode::RequestNotSupported,
            Self::RequestUri => ErrorCode::RequestUriNotSupported,
            Self::Registration => ErrorCode::RegistrationNotSupported,
            Self::UnknownResponseType => ErrorCode::UnsupportedResponseType,
            Self::ResponseTypeNotAllowed => ErrorCode::UnauthorizedClient,
            Self::MalformedScope | Self::NoKnownScope | Self::NoOpenIdScope => ErrorCode::InvalidScope,
            Self::UnknownTarget => ErrorCode::InvalidTarget,
            Self::AcrNotReached => ErrorCode::UnmetAuthenticationRequirements,
            Self::LoginRequired | Self::OtherUser => ErrorCode::LoginRequired,
            Self::ConsentRequired => ErrorCode::ConsentRequired,
            Self::Denied | Self::UserOfAnotherTenant => ErrorCode::AccessDenied,
        }
    }

    /// The stable reason.
    #[must_use]
    pub const fn reason(&self) -> ReasonCode {
        ReasonCode(match self {
            Self::NoResponseType | Self::UnknownResponseType | Self::ResponseTypeNotAllowed => 1201,
            Self::NoCodeChallenge => 1202,
            Self::ChallengeMethod => 1203,
            Self::NoNonce => 1204,
            Self::MalformedScope | Self::NoKnownScope | Self::NoOpenIdScope => 1205,
            Self::RepeatedParameter(_) | Self::TooLong(_) => 1207,
            Self::QueryModeForTokens | Self::BadParameter(_) | Self::HintUnreadable => 1208,
            Self::RequestObject | Self::RequestUri | Self::Registration => 1209,
            Self::OtherTenant => 1210,
            Self::UnknownTarget => 2104,
            Self::LoginRequired | Self::OtherUser => 1301,
            Self::ConsentRequired => 1302,
            Self::Denied | Self::UserOfAnotherTenant => 1303,
            Self::AcrNotReached => 1304,
        })
    }

    /// A sentence for the client's developer, in the characters that RFC 6749 4.1.2.1 allows.
    #[must_use]
    pub fn description(&self) -> String {
        let text = match self {
            Self::RepeatedParameter(Some(name)) => return format!("The parameter {name} came more than once."),
            Self::TooLong(name) => return format!("The parameter {name} is too long."),
            Self::BadParameter(name) => return format!("The value of {name} is not understood."),
            Self::RepeatedParameter(None) => "A parameter came more than once.",
            Self::RequestObject => "Request objects are not supported: send each parameter by itself.",
            Self::RequestUri => "request_uri is not supported: send each parameter by itself.",
            Self::Registration => "Registration inside a request is not supported.",
            Self::NoResponseType => "The parameter response_type is missing.",
            Self::UnknownResponseType => "This server does not have that response_type. Use code.",
            Self::ResponseTypeNotAllowed => "This client may not use that response_type.",
            Self::QueryModeForTokens => "Tokens do not travel in a query: use response_mode fragment or form_post.",
            Self::MalformedScope => "The scope cannot be read, or has more than 50 words.",
            Self::NoKnownScope => "No requested scope is known here.",
            Self::NoOpenIdScope => "An id_token needs the scope openid.",
            Self::NoCodeChallenge => "PKCE is required: send code_challenge with code_challenge_method S256.",
            Self::ChallengeMethod => "Send code_challenge_method S256.",
            Self::NoNonce => "An id_token needs a nonce.",
            Self::OtherTenant => "acr_values names another tenant than the one of the client.",
            Self::UnknownTarget => "Tokens for that resource are not issued here.",
            Self::AcrNotReached => "The acr that was asked for as essential is not reached here.",
            Self::HintUnreadable => "The id_token_hint is not an ID token of this server.",
            Self::LoginRequired => "The user has to sign in.",
            Self::OtherUser => "The user who signed in is not the one asked for.",
            Self::ConsentRequired => "The user has to consent.",
            Self::Denied => "The user did not allow it.",
            Self::UserOfAnotherTenant => "The user may not use this client.",
        };
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::REASONS;

    #[test]
    fn every_refusal_has_a_page_and_plain_ascii() {
        use AuthorizeRefusal as R;
        let all = [
            R::RepeatedParameter(Some("scope")),
            R::RepeatedParameter(None),
            R::TooLong("state"),
            R::RequestObject,
            R::RequestUri,
            R::Registration,
            R::NoResponseType,
            R::UnknownResponseType,
            R::ResponseTypeNotAllowed,
            R::QueryModeForTokens,
            R::BadParameter("prompt"),
            R::MalformedScope,
            R::NoKnownScope,
            R::NoOpenIdScope,
            R::NoCodeChallenge,
            R::ChallengeMethod,
            R::NoNonce,
            R::OtherTenant,
            R::UnknownTarget,
            R::AcrNotReached,
            R::HintUnreadable,
            R::LoginRequired,
            R::OtherUser,
            R::ConsentRequired,
            R::Denied,
            R::UserOfAnotherTenant,
        ];
        for refusal in all {
            assert!(REASONS.iter().any(|page| page.code == refusal.reason()), "{refusal:?} has no page");
            let text = refusal.description();
            assert!(text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
        }
    }

    #[test]
    fn a_disabled_client_looks_like_an_unknown_one() {
        assert_eq!(PageRefusal::ClientDisabled.shown(), PageRefusal::UnknownClient);
        assert_eq!(PageRefusal::ClientDisabled.description(), PageRefusal::UnknownClient.description());
        assert_ne!(PageRefusal::ClientDisabled.reason(), PageRefusal::UnknownClient.reason());
    }
}

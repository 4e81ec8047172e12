//! What the authorize endpoint gives back, and how (OAuth 2.0 Multiple Response Type Encoding Practices).

use super::{AuthorizeRefusal, Client, ClientType};

/// What is given at the authorize endpoint. There is always a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResponseType {
    /// A code alone (RFC 6749 4.1).
    Code,
    /// A code and an ID token (OpenID Connect Core 3.3).
    CodeIdToken,
    /// A code and an access token.
    CodeToken,
    /// All three.
    CodeIdTokenToken,
}

impl ResponseType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Code, Self::CodeIdToken, Self::CodeToken, Self::CodeIdTokenToken];

    /// The words, in the order of the specification.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Reads the words, in any order.
    pub fn parse(text: Option<&str>) -> Result<Self, AuthorizeRefusal> {
        let text = text.ok_or(AuthorizeRefusal::NoResponseType)?;
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        match words.as_slice() {
            ["code"] => Ok(Self::Code),
            ["code", "id_token"] => Ok(Self::CodeIdToken),
            ["code", "token"] => Ok(Self::CodeToken),
            ["code", "id_token", "token"] => Ok(Self::CodeIdTokenToken),
            _ => Err(AuthorizeRefusal::UnknownResponseType),
        }
    }

    /// Whether an ID token comes with the code.
    #[must_use]
    pub const fn has_id_token(self) -> bool {
        matches!(self, Self::CodeIdToken | Self::CodeIdTokenToken)
    }

    /// Whether an access token comes with the code.
    #[must_use]
    pub const fn has_access_token(self) -> bool {
        matches!(self, Self::CodeToken | Self::CodeIdTokenToken)
    }

    /// Refuses a type that this client does not use (RFC 6749 4.1.2.1, `unauthorized_client`).
    pub fn require_allowed(self, client: &Client) -> Result<(), AuthorizeRefusal> {
        let allowed = match (client.client_type, self) {
            (ClientType::AuthorizationCode | ClientType::Hybrid, Self::Code)
            | (ClientType::Hybrid, Self::CodeIdToken) => true,
            (ClientType::Hybrid, Self::CodeToken | Self::CodeIdTokenToken) => client.allow_access_tokens_via_browser,
            _ => false,
        };
        if allowed { Ok(()) } else { Err(AuthorizeRefusal::ResponseTypeNotAllowed) }
    }
}

/// How the answer travels back through the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In its fragment.
    Fragment,
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of an answer to these two parameters, together with what is wrong with them. Even a wrong request has a
    /// mode: its error must arrive somewhere. Tokens never go into a query (Multiple Response Types 5).
    #[must_use]
    pub fn resolve(mode: Option<&str>, response_type: Option<&str>) -> (Self, Option<AuthorizeRefusal>) {
        let has_tokens =
            response_type.is_some_and(|text| text.split(' ').any(|word| matches!(word, "token" | "id_token")));
        let default = if has_tokens { Self::Fragment } else { Self::Query };
        let Some(text) = mode else { return (default, None) };
        match Self::ALL.into_iter().find(|mode| mode.as_str() == text) {
            Some(Self::Query) if has_tokens => (Self::Fragment, Some(AuthorizeRefusal::QueryModeForTokens)),
            Some(mode) => (mode, None),
            None => (default, Some(AuthorizeRefusal::BadParameter("response_mode"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::test_client::client;

    #[test]
    fn response_types_are_read_in_any_order_of_words() {
        let rows = [
            (Some("code"), Ok(ResponseType::Code)),
            (Some("code id_token"), Ok(ResponseType::CodeIdToken)),
            (Some("id_token code"), Ok(ResponseType::CodeIdToken)),
            (Some("token code"), Ok(ResponseType::CodeToken)),
            (Some("token id_token code"), Ok(ResponseType::CodeIdTokenToken)),
            (None, Err(AuthorizeRefusal::NoResponseType)),
            (Some("token"), Err(AuthorizeRefusal::UnknownResponseType)),
            (Some("id_token token"), Err(AuthorizeRefusal::UnknownResponseType)),
            (Some("code code"), Err(AuthorizeRefusal::UnknownResponseType)),
            (Some("code  id_token"), Err(AuthorizeRefusal::UnknownResponseType)),
            (Some("Code"), Err(AuthorizeRefusal::UnknownResponseType)),
            (Some("none"), Err(AuthorizeRefusal::UnknownResponseType)),
        ];
        for (text, expected) in rows {
            assert_eq!(ResponseType::parse(text), expected, "{text:?}");
        }
        for kind in ResponseType::ALL {
            assert_eq!(ResponseType::parse(Some(kind.as_str())), Ok(kind));
        }
    }

    #[test]
    fn each_type_of_client_has_its_response_types() {
        use ClientType::{AuthorizationCode, ClientCredentials, Hybrid};
        let rows = [
            (AuthorizationCode, true, [true, false, false, false]),
            (Hybrid, false, [true, true, false, false]),
            (Hybrid, true, [true, true, true, true]),
            (ClientCredentials, true, [false, false, false, false]),
        ];
        for (client_type, via_browser, expected) in rows {
            let client = crate::oauth::Client { allow_access_tokens_via_browser: via_browser, ..client(client_type) };
            let allowed = ResponseType::ALL.map(|kind| kind.require_allowed(&client).is_ok());
            assert_eq!(allowed, expected, "{client_type:?} {via_browser}");
        }
    }

    #[test]
    fn tokens_never_travel_in_a_query() {
        use ResponseMode::{FormPost, Fragment, Query};
        let refused = Some(AuthorizeRefusal::QueryModeForTokens);
        let unknown = Some(AuthorizeRefusal::BadParameter("response_mode"));
        let rows = [
            (None, Some("code"), (Query, None)),
            (None, Some("code id_token"), (Fragment, None)),
            (None, Some("token"), (Fragment, None)),
            (None, None, (Query, None)),
            (Some("form_post"), None, (FormPost, None)),
            (Some("fragment"), Some("code"), (Fragment, None)),
            (Some("query"), Some("code token"), (Fragment, refused)),
            (Some("form_post"), Some("code id_token"), (FormPost, None)),
            (Some("web_message"), Some("code"), (Query, unknown.clone())),
            (Some("Query"), Some("id_token code"), (Fragment, unknown)),
        ];
        for (mode, response_type, expected) in rows {
            assert_eq!(ResponseMode::resolve(mode, response_type), expected, "{mode:?} {response_type:?}");
        }
    }
}

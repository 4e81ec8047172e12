//! The public words for errors: what RFC 6749 and its kin register, and our own stable reasons.

/// An error code as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749 5.2, 4.1.2.1.
    InvalidRequest,
    /// RFC 6749 5.2.
    InvalidClient,
    /// RFC 6749 5.2.
    InvalidGrant,
    /// RFC 6749 5.2, 4.1.2.1.
    UnauthorizedClient,
    /// RFC 6749 5.2.
    UnsupportedGrantType,
    /// RFC 6749 5.2, 4.1.2.1.
    InvalidScope,
    /// RFC 8707 2.
    InvalidTarget,
    /// RFC 6749 4.1.2.1.
    ServerError,
    /// RFC 6749 4.1.2.1.
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// The text on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// A stable reason, `PC-nnnn`: it has a page of its own in the documentation and never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReasonCode(pub u16);

impl std::fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PC-{:04}", self.0)
    }
}

/// What the documentation says about a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonPage {
    /// The code.
    pub code: ReasonCode,
    /// The standard error that goes with it, or `page` or `429`.
    pub error: &'static str,
    /// What was found.
    pub cause: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

const fn page(code: u16, error: &'static str, cause: &'static str, remedy: &'static str) -> ReasonPage {
    ReasonPage { code: ReasonCode(code), error, cause, remedy }
}

/// Every reason this server gives, in order.
pub const REASONS: &[ReasonPage] = &[
    page(1102, "invalid_client", "The client is disabled.", "Enable it in the portal: Security, Clients, Enable."),
    page(
        1207,
        "invalid_request",
        "A parameter came twice, is malformed, or there are too many.",
        "Send each parameter once, percent-encoded as UTF-8.",
    ),
    page(
        2101,
        "invalid_request",
        "No grant_type, or the request is not a form sent by POST.",
        "Send application/x-www-form-urlencoded by POST, with grant_type in the body.",
    ),
    page(
        2102,
        "unsupported_grant_type",
        "This server, or this type of client, does not use that grant type.",
        "Client-Credentials clients use client_credentials; Authorization Code and Hybrid clients use authorization_code.",
    ),
    page(
        2103,
        "invalid_scope",
        "A scope is unknown, or not allowed for this client.",
        "Leave scope out to get all that is allowed, or ask for ocsapi.",
    ),
    page(
        2104,
        "invalid_target",
        "Tokens for that resource or audience are not issued here.",
        "Leave resource and audience out: tokens are for this server's API.",
    ),
    page(
        2201,
        "invalid_client",
        "No client credentials arrived, or the Authorization header could not be read.",
        "Send client_id and client_secret in the form, or as HTTP Basic. Proxies sometimes strip the header.",
    ),
    page(
        2202,
        "invalid_client",
        "Client authentication failed: the Client Id or the Client Secret is wrong.",
        "Compare the last four characters of the secret with the portal's list; look for spaces, newlines and + signs.",
    ),
    page(2203, "invalid_client", "The secret was right, but has expired.", "Add a secret and use it instead."),
    page(2204, "invalid_client", "The secret was right, but is disabled.", "Enable it, or use another secret."),
    page(
        2205,
        "invalid_request",
        "Credentials came in two ways at once.",
        "Send them in the form or in the Authorization header, not in both.",
    ),
    page(
        2206,
        "invalid_client",
        "An Authorization Code client sent a secret.",
        "Remove client_secret: these clients prove themselves with PKCE.",
    ),
    page(
        2215,
        "invalid_client",
        "The client is set to authenticate in one way, and the request used the other.",
        "Send the credentials the other way (form or HTTP Basic), or change the client: Edit Client, Advanced.",
    ),
    page(2301, "429", "Too many refused attempts.", "Wait as long as Retry-After says, and mend the cause first."),
    page(
        9001,
        "server_error",
        "Our fault: something failed inside.",
        "Nothing to change in the client. Give the reference to the operator.",
    ),
    page(
        9002,
        "temporarily_unavailable",
        "The server is starting, draining, busy, or cannot reach its database.",
        "Try again after the time that Retry-After says.",
    ),
];

#[cfg(test)]
mod tests {
    use super::REASONS;

    #[test]
    fn reasons_stand_in_order_and_each_once() {
        assert!(REASONS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}

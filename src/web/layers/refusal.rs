//! Why a request does not get as far as an endpoint.

use http::StatusCode;
use std::borrow::Cow;

/// A reason, with everything that may be said about it to a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The Host header is missing, doubled, unreadable or contradicted; the sentence that says which.
    BadHost(&'static str),
    /// The request is for another host; ours.
    OtherHost(String),
    /// TRACE or CONNECT.
    Method,
    /// Path and query are too long.
    Target,
    /// Too many headers.
    Headers,
    /// The body is compressed or encoded otherwise.
    Encoding,
    /// The body is encoded for the way, by more than chunks.
    Transfer,
    /// The body is longer than so many bytes.
    BodySize(usize),
    /// The body did not come in time.
    BodyTime,
    /// The answer did not come in time.
    Time,
    /// The handler panicked.
    Panic,
}

impl Refusal {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::BadHost(_) => StatusCode::BAD_REQUEST,
            Self::OtherHost(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Target => StatusCode::URI_TOO_LONG,
            Self::Headers => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Encoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Transfer => StatusCode::NOT_IMPLEMENTED,
            Self::BodySize(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTime => StatusCode::REQUEST_TIMEOUT,
            Self::Time => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panic => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error code of RFC 6749, for those who speak OAuth.
    pub(super) const fn oauth_error(&self) -> &'static str {
        match self {
            Self::Panic => "server_error",
            Self::Time => "temporarily_unavailable",
            _ => "invalid_request",
        }
    }

    /// A title of a few words.
    pub(super) const fn title(&self) -> &'static str {
        match self {
            Self::BadHost(_) => "Bad request",
            Self::OtherHost(_) => "Wrong address",
            Self::Method => "Method not allowed",
            Self::Target => "Address too long",
            Self::Headers => "Too many headers",
            Self::Encoding => "Unsupported content encoding",
            Self::Transfer => "Unsupported transfer encoding",
            Self::BodySize(_) => "Request too large",
            Self::BodyTime => "Request too slow",
            Self::Time => "Busy",
            Self::Panic => "Something went wrong",
        }
    }

    /// What happened, in a sentence.
    pub(super) fn reason(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::BadHost(why) => why,
            Self::OtherHost(home) => return format!("This server is {home}").into(),
            Self::Method => "TRACE and CONNECT are not served.",
            Self::Target => "The address is too long.",
            Self::Headers => "There are too many headers.",
            Self::Encoding => "Request bodies are taken as they are, not compressed.",
            Self::Transfer => "Request bodies are taken as they are or in chunks, and in no other coding.",
            Self::BodySize(most) => return format!("The body is longer than {most} bytes.").into(),
            Self::BodyTime => "The body did not come in time.",
            Self::Time => "The answer took too long.",
            Self::Panic => "Something went wrong on our side (PC-9001).",
        })
    }

    /// What to do about it, in a sentence.
    pub(super) const fn resolution(&self) -> &'static str {
        match self {
            Self::BadHost(_) => "Send exactly one Host header, with the host of the address.",
            Self::OtherHost(_) => "Use that address; a proxy must pass on the Host header unchanged.",
            Self::Method => "Use one of the methods in the Allow header.",
            Self::Target => "Send parameters in the body of a POST.",
            Self::Headers => "Send fewer headers.",
            Self::Encoding => "Send the body without Content-Encoding.",
            Self::Transfer => "Send the body with Content-Length, or with Transfer-Encoding: chunked alone.",
            Self::BodySize(_) => "Send less at once.",
            Self::BodyTime => "Try again.",
            Self::Time => "Try again in a moment.",
            Self::Panic => "Try again; if it stays, give the reference to the operator.",
        }
    }

    /// A header that belongs to the status.
    pub(super) const fn header(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Method => Some(("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")),
            Self::Encoding => Some(("accept-encoding", "identity")),
            Self::Time => Some(("retry-after", "5")),
            _ => None,
        }
    }
}

//! Refusals of the API: a status, and four sentences of which two help.

use crate::flows::admin::{AdminError, RoleError, Words};
use crate::flows::{BearerError, Denied, StorageError, Throttled};
use crate::oauth::{BearerRefusal, BuiltInRole, ErrorCode, ReasonCode, Scope};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// A refusal. The door writes it, in the words that the caller reads best: see [`super::door`].
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub status: StatusCode,
    pub words: Words,
    /// The documented reason, if it has one.
    pub code: Option<ReasonCode>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, reason: impl Into<String>, resolution: impl Into<String>) -> Self {
        Self { status, words: Words::new(reason, resolution), code: None, headers: Vec::new() }
    }

    pub(super) fn bad(reason: impl Into<String>, resolution: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason, resolution)
    }

    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    fn because(mut self, code: ReasonCode) -> Self {
        self.code = Some(code);
        self
    }

    /// A challenge (RFC 6750 3). `error` is left out where no token came.
    pub(super) fn unauthorized(error: Option<&str>, reason: &str) -> Self {
        let challenge = error.map_or_else(
            || "Bearer".to_owned(),
            |error| format!("Bearer error=\"{error}\", error_description=\"{reason}\""),
        );
        let resolution = "Send an access token of this server in the header Authorization: Bearer.";
        Self::new(StatusCode::UNAUTHORIZED, reason, resolution).with(header::WWW_AUTHENTICATE, &challenge)
    }

    pub(super) fn stale() -> Self {
        let words = AdminError::Stale.words();
        Self::new(StatusCode::PRECONDITION_FAILED, words.reason, words.resolution)
    }

    /// What the router refused by itself: no such route, or not this method.
    pub(super) fn of_router(status: StatusCode) -> Self {
        match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "This method is not served here.", "Use one of the methods in the Allow header.")
            }
            StatusCode::NOT_FOUND => Self::new(
                status,
                "There is nothing at this address.",
                "Compare the path with the documentation: /api/v1/Tenants/{tenantId}/…",
            ),
            _ => Self::new(status, "The request cannot be answered.", "Compare it with the documentation."),
        }
    }

    /// A title of a few words.
    pub(super) fn title(&self) -> &'static str {
        match self.status {
            StatusCode::BAD_REQUEST => "Missing or invalid inputs.",
            StatusCode::UNAUTHORIZED => "Unauthorized.",
            StatusCode::FORBIDDEN => "Forbidden.",
            StatusCode::NOT_FOUND => "Not found.",
            StatusCode::METHOD_NOT_ALLOWED => "Method not allowed.",
            StatusCode::CONFLICT => "Conflict.",
            StatusCode::PRECONDITION_FAILED => "Changed meanwhile.",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "Unsupported media type.",
            StatusCode::TOO_MANY_REQUESTS => "Too many requests.",
            StatusCode::SERVICE_UNAVAILABLE => "Try again in a moment.",
            status if status.is_server_error() => "Something went wrong.",
            _ => "Not possible.",
        }
    }
}

impl IntoResponse for Problem {
    /// Only status and headers: the door adds the body, which depends on the request.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.headers_mut().extend(self.headers.iter().cloned().collect::<HeaderMap>());
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        let Words { reason, resolution } = error.words();
        let status = match &error {
            AdminError::NotFound(_) => StatusCode::NOT_FOUND,
            AdminError::IdTaken | AdminError::Taken(_) | AdminError::Stale | AdminError::Repeated(_) => {
                StatusCode::CONFLICT
            }
            AdminError::Invalid(_) | AdminError::Limit(_) => StatusCode::BAD_REQUEST,
            AdminError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            AdminError::Storage(error) => return Self::from(error),
        };
        let problem = Self::new(status, reason, resolution);
        if status == StatusCode::SERVICE_UNAVAILABLE { problem.with(header::RETRY_AFTER, "2") } else { problem }
    }
}

impl From<&StorageError> for Problem {
    fn from(error: &StorageError) -> Self {
        if matches!(error, StorageError::Gone(_)) {
            return AdminError::Stale.into();
        }
        tracing::error!(event = "api.failed", %error);
        let Words { reason, resolution } = AdminError::Storage(error.clone()).words();
        match error {
            StorageError::Unavailable(_) | StorageError::Collision(_) => {
                let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, reason, resolution);
                problem.with(header::RETRY_AFTER, "2").because(ReasonCode(9002))
            }
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, reason, resolution).because(ReasonCode(9001)),
        }
    }
}

impl From<RoleError> for Problem {
    fn from(error: RoleError) -> Self {
        let Words { reason, resolution } = error.words();
        match error {
            RoleError::Admin(error) => error.into(),
            RoleError::Taken => Self::new(StatusCode::CONFLICT, reason, resolution),
            RoleError::BuiltIn => {
                Self::new(StatusCode::METHOD_NOT_ALLOWED, reason, resolution).with(header::ALLOW, "GET, HEAD")
            }
        }
    }
}

impl From<BearerError> for Problem {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::Storage(error) => Self::from(&error),
            BearerError::Refused(BearerRefusal::InsufficientScope) => {
                let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", Scope::API);
                let (reason, resolution) =
                    ("The access token is not for the API.", "Ask for the scope ocsapi when you get the token.");
                let problem = Self::new(StatusCode::FORBIDDEN, reason, resolution);
                problem.with(header::WWW_AUTHENTICATE, &challenge).because(BearerRefusal::InsufficientScope.reason())
            }
            BearerError::Refused(refusal) => {
                let error = refusal.code().map(ErrorCode::as_str);
                Self::unauthorized(error, refusal.description()).because(refusal.reason())
            }
        }
    }
}

impl From<Throttled> for Problem {
    fn from(throttled: Throttled) -> Self {
        let (reason, resolution) =
            ("This client or user calls more often than is allowed.", "Wait as long as Retry-After says, then go on.");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, reason, resolution);
        problem.with(header::RETRY_AFTER, &throttled.retry_after.to_string())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let (reason, resolution) = match denied {
            Denied::OtherTenant => (
                "The token is for another account than the one in the path.".to_owned(),
                "Use the account id that is in the token's claim tid.".to_owned(),
            ),
            Denied::Role(role) => {
                let role = role.unwrap_or(BuiltInRole::Administrator).name();
                (
                    format!("This needs the role {role}."),
                    format!("Ask an administrator of the account to give this client or user the role {role}."),
                )
            }
        };
        Self::new(StatusCode::FORBIDDEN, reason, resolution)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::admin_fields::{Field, FieldError};

    #[test]
    fn refusals_have_the_status_that_programs_expect() {
        let rows = [
            (Problem::from(AdminError::NotFound("client")), 404),
            (AdminError::IdTaken.into(), 409),
            (AdminError::from(FieldError::new(Field::Name, "No.")).into(), 400),
            (AdminError::Stale.into(), 409),
            (AdminError::Limit("Full.").into(), 400),
            (AdminError::Busy.into(), 503),
            (AdminError::Storage(StorageError::Unavailable(String::new())).into(), 503),
            (AdminError::Storage(StorageError::Corrupt(String::new())).into(), 500),
            (RoleError::BuiltIn.into(), 405),
            (RoleError::Taken.into(), 409),
            (BearerError::from(BearerRefusal::Expired).into(), 401),
            (BearerError::from(BearerRefusal::NoToken).into(), 401),
            (BearerError::from(BearerRefusal::InsufficientScope).into(), 403),
            (Denied::OtherTenant.into(), 403),
            (Denied::Role(Some(BuiltInRole::Administrator)).into(), 403),
            (Problem::stale(), 412),
            (Throttled { retry_after: 7 }.into(), 429),
        ];
        for (problem, status) in rows {
            assert_eq!(problem.status.as_u16(), status, "{problem:?}");
            assert!(!problem.words.reason.is_empty() && !problem.words.resolution.is_empty(), "{problem:?}");
        }
    }

    #[test]
    fn a_challenge_names_the_error_if_a_token_came() {
        let headers = Problem::unauthorized(None, "No access token came with the request.").headers;
        assert_eq!(headers, [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))]);
        let headers = Problem::unauthorized(Some("invalid_token"), "The token has expired.").headers;
        let challenge = "Bearer error=\"invalid_token\", error_description=\"The token has expired.\"";
        assert_eq!(headers, [(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))]);
    }
}

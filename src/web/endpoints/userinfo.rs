//! Userinfo (OpenID Connect Core 5.3): by GET, by POST with a header, by POST with the token in the form.

use crate::flows::{BearerError, Trace, UserInfo};
use crate::oauth::{BearerRefusal, Parameters};
use crate::web::cors::AskingClient;
use crate::web::errors::BearerChallenge;
use crate::web::extract::{is_form, user_agent};
use crate::web::layers::{ClientAddress, Reference};
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// With the token in the header.
pub(super) async fn get(
    State(app): State<AppState>,
    address: ClientAddress,
    reference: Reference,
    asking: Option<Extension<AskingClient>>,
    headers: HeaderMap,
) -> Response {
    answer(&app, address, reference, asking, &headers, presented(&headers, &[])).await
}

/// With the token in the header or in the form (RFC 6750 2.2).
pub(super) async fn post(
    State(app): State<AppState>,
    address: ClientAddress,
    reference: Reference,
    asking: Option<Extension<AskingClient>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&app, address, reference, asking, &headers, presented(&headers, &body)).await
}

async fn answer(
    app: &AppState,
    ClientAddress(address): ClientAddress,
    reference: Reference,
    asking: Option<Extension<AskingClient>>,
    headers: &HeaderMap,
    token: Result<String, BearerRefusal>,
) -> Response {
    let (address, agent) = (address.to_string(), user_agent(headers));
    let trace = Trace { address: &address, agent: &agent, reference: reference.as_str() };
    let told = match token {
        Ok(token) => app.provider.userinfo(&token, trace).await,
        Err(refusal) => Err(BearerError::Refused(refusal)),
    };
    match told {
        Ok(UserInfo { client_id, claims }) => {
            // What a token of one client tells is nothing for the pages of another.
            if let Some(Extension(asking)) = asking {
                asking.is(&client_id);
            }
            Json(claims).into_response()
        }
        Err(error) => {
            if let BearerError::Refused(refusal) = &error {
                app.provider.metrics().refused(refusal.reason());
            }
            BearerChallenge { error, reference, docs: app.docs_of_errors() }.into_response()
        }
    }
}

/// The one token that was sent, in the one way it was sent. One in the address is not looked at.
fn presented(headers: &HeaderMap, body: &[u8]) -> Result<String, BearerRefusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let header = match (values.next(), values.next()) {
        (None, _) => None,
        (Some(value), None) => Some(bearer(value)?),
        (Some(_), Some(_)) => return Err(BearerRefusal::Malformed),
    };
    let sent = if is_form(headers) && !body.is_empty() {
        let parameters = Parameters::parse(body).map_err(|_| BearerRefusal::Malformed)?;
        parameters.get("access_token").map(ToOwned::to_owned)
    } else {
        None
    };
    match (header, sent) {
        (Some(_), Some(_)) => Err(BearerRefusal::Malformed),
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(BearerRefusal::NoToken),
    }
}

fn bearer(value: &HeaderValue) -> Result<String, BearerRefusal> {
    let text = value.to_str().map_err(|_| BearerRefusal::Malformed)?;
    match text.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() && !token.trim().contains(' ') =>
        {
            Ok(token.trim().to_owned())
        }
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("bearer") => Err(BearerRefusal::Malformed),
        None if text.eq_ignore_ascii_case("bearer") => Err(BearerRefusal::Malformed),
        _ => Err(BearerRefusal::NoToken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::CONTENT_TYPE;

    #[test]
    fn a_token_comes_one_way() {
        let ok = |token: &str| Ok(token.to_owned());
        let rows: &[(&[&str], &str, Result<String, BearerRefusal>)] = &[
            (&["Bearer abc"], "", ok("abc")),
            (&["bearer abc"], "", ok("abc")),
            (&[], "access_token=abc", ok("abc")),
            (&["Bearer abc"], "access_token=abc", Err(BearerRefusal::Malformed)),
            (&["Bearer abc", "Bearer abc"], "", Err(BearerRefusal::Malformed)),
            (&["Bearer"], "", Err(BearerRefusal::Malformed)),
            (&["Bearer a b"], "", Err(BearerRefusal::Malformed)),
            (&["Basic abc"], "", Err(BearerRefusal::NoToken)),
            (&[], "", Err(BearerRefusal::NoToken)),
            (&[], "access_token=a&access_token=b", Err(BearerRefusal::Malformed)),
        ];
        for (authorization, body, expected) in rows {
            let mut headers = HeaderMap::new();
            for value in *authorization {
                headers.append(AUTHORIZATION, HeaderValue::from_str(value).expect("a header"));
            }
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            assert_eq!(presented(&headers, body.as_bytes()), *expected, "{authorization:?} {body}");
        }
    }
}

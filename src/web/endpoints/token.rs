//! The token endpoint (RFC 6749 3.2).

use crate::flows::{TokenCall, TokenError};
use crate::oauth::{Parameters, ParametersError, TokenRefusal};
use crate::web::errors::OAuthError;
use crate::web::layers::{ClientAddress, LoggedClient, Reference};
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

/// Answers with a token or a refusal, always JSON, whatever the client says it accepts.
pub(super) async fn post(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    reference: Reference,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization: Vec<&[u8]> = headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes).collect();
    let answer = async {
        let form = read_form(&headers, &body)?;
        let call = TokenCall { form: &form, authorization: &authorization, address: &address.to_string() };
        let response = app.provider.token(call).await?;
        Ok((form.get("client_id").map(ToOwned::to_owned), response))
    };
    match answer.await {
        Ok((client, response)) => {
            let mut answer = axum::Json(response).into_response();
            if let Some(client) = client {
                answer.extensions_mut().insert(LoggedClient(client));
            }
            answer
        }
        Err(error) => OAuthError { error, reference, docs: app.docs_of_errors(), basic: !authorization.is_empty() }
            .into_response(),
    }
}

fn read_form(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, TokenError> {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    if !kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        return Err(TokenRefusal::NotAForm.into());
    }
    Parameters::parse(body).map_err(|error| {
        TokenError::from(match error {
            ParametersError::Repeated(name) => TokenRefusal::RepeatedParameter(name),
            ParametersError::Malformed => TokenRefusal::MalformedParameters,
            ParametersError::TooMany => TokenRefusal::TooManyParameters,
        })
    })
}

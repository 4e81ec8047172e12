//! Requests that are forms, for programs.

use crate::flows::{TokenCall, TokenError, Trace};
use crate::oauth::{ClientId, Credentials, Parameters, ParametersError, TokenRefusal};
use crate::web::cors::AskingClient;
use crate::web::errors::OAuthError;
use crate::web::extract::{is_form, user_agent};
use crate::web::layers::{ClientAddress, LoggedClient, Reference};
use crate::web::state::AppState;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// What a request of a client is made of.
pub(super) struct ClientRequest {
    pub address: ClientAddress,
    pub reference: Reference,
    pub asking: AskingClient,
    pub headers: HeaderMap,
    pub body: axum::body::Bytes,
}

impl ClientRequest {
    /// Reads the form, lets `answer` answer it, and turns whatever comes of it into a response.
    pub(super) async fn answer<R: IntoResponse>(
        self,
        app: &AppState,
        answer: impl AsyncFnOnce(TokenCall<'_>) -> Result<R, TokenError>,
    ) -> Response {
        let authorization: Vec<&[u8]> = self.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes).collect();
        let address = self.address.0.to_string();
        let outcome = async {
            let form = read_form(&self.headers, &self.body)?;
            // In the form or in the header.
            let sent = Credentials::read(&authorization, &form).ok().map(|credentials| credentials.id().to_owned());
            let named = sent.or_else(|| form.get("client_id").map(ToOwned::to_owned));
            if let Some(client) = &named {
                self.asking.is(&ClientId::new(client.as_str()));
            }
            let agent = user_agent(&self.headers);
            let trace = Trace { address: &address, agent: &agent, reference: self.reference.as_str() };
            let answered = answer(TokenCall { form: &form, authorization: &authorization, trace }).await;
            answered.map(|response| (named, response))
        };
        match outcome.await {
            Ok((client, answered)) => {
                let mut response = answered.into_response();
                if let Some(client) = client {
                    response.extensions_mut().insert(LoggedClient(client));
                }
                response
            }
            Err(error) => {
                if let TokenError::Refused(refusal, _) = &error {
                    app.provider.metrics().refused(refusal.reason());
                }
                let (reference, docs) = (self.reference, app.docs_of_errors());
                OAuthError { error, reference, docs, basic: !authorization.is_empty() }.into_response()
            }
        }
    }
}

impl axum::extract::FromRequest<AppState> for ClientRequest {
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, app: &AppState) -> Result<Self, Response> {
        use axum::extract::FromRequestParts as _;
        let (mut parts, body) = request.into_parts();
        let Ok(address) = ClientAddress::from_request_parts(&mut parts, app).await;
        let Ok(reference) = Reference::from_request_parts(&mut parts, app).await;
        let asking = parts.extensions.get::<AskingClient>().cloned().unwrap_or_default();
        let headers = parts.headers.clone();
        let request = axum::extract::Request::from_parts(parts, body);
        let body = axum::body::Bytes::from_request(request, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { address, reference, asking, headers, body })
    }
}

fn read_form(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, TokenError> {
    if !is_form(headers) {
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

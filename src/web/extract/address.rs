//! What an address says: the ids of its path, and its query. What cannot be read is answered with a page of ours; axum's
//! own sentences name fields and Rust types to people who have nothing to do with either.

use super::PageContext;
use crate::oauth::{Parameters, ParametersError};
use crate::web::errors;
use crate::web::state::AppState;
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The ids of the path. What is no text, is the id of nothing: 404.
#[derive(Debug, Clone)]
pub(in crate::web) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        match axum::extract::Path::from_request_parts(parts, app).await {
            Ok(axum::extract::Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(errors::not_found(PageContext::from_request_parts(parts, app).await?).await),
        }
    }
}

/// The query. One that says the same thing twice, or says it in a way that cannot be read: 400.
#[derive(Debug, Clone)]
pub(in crate::web) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        if let Ok(axum::extract::Query(query)) = axum::extract::Query::try_from_uri(&parts.uri) {
            return Ok(Self(query));
        }
        let page = PageContext::from_request_parts(parts, app).await?;
        // A second reading says what is wrong in words for people.
        let error = Parameters::parse(parts.uri.query().unwrap_or_default().as_bytes()).err();
        Err(errors::malformed_page(&page, &error.unwrap_or(ParametersError::Malformed)))
    }
}

//! A form with a file in it (RFC 7578) that proves to be ours.

use super::form::{other_site, proves_to_be_ours};
use crate::web::errors;
use crate::web::state::AppState;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::Response;

/// The fields of a form, each as the bytes that were sent.
#[derive(Debug, Clone, Default)]
pub(in crate::web) struct ProtectedUpload(Vec<(String, Vec<u8>)>);

impl ProtectedUpload {
    /// A file, or the bytes of another field; empty if absent.
    pub(in crate::web) fn bytes(&self, name: &str) -> &[u8] {
        self.0.iter().find(|(known, _)| known == name).map_or(&[], |(_, bytes)| bytes)
    }
}

impl FromRequest<AppState> for ProtectedUpload {
    type Rejection = Response;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Response> {
        if let Some(refusal) = other_site(request.headers(), app) {
            return Err(refusal);
        }
        let (mut parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        let no_form = |_| errors::form_refused("it is no form with a file", None);
        let mut sent = Multipart::from_request(request, app).await.map_err(no_form)?;
        let mut form = Self::default();
        let unreadable = |error: MultipartError| errors::unreadable_form(error.status());
        while let Some(field) = sent.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            form.0.push((name, field.bytes().await.map_err(unreadable)?.to_vec()));
        }
        let token = String::from_utf8_lossy(form.bytes("csrf")).into_owned();
        proves_to_be_ours(&mut parts, app, &token).await?;
        Ok(form)
    }
}

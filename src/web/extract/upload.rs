//! A form with a file in it (RFC 7578) that proves to be ours.

use super::form::{other_site, proves_to_be_ours};
use crate::web::errors;
use crate::web::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

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
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let Some(boundary) = kind.and_then(boundary).map(ToOwned::to_owned) else {
            return Err(errors::form_refused("it is no form with a file"));
        };
        let (mut parts, body) = request.into_parts();
        let head = parts.clone();
        let body =
            Bytes::from_request(Request::from_parts(head, body), app).await.map_err(IntoResponse::into_response)?;
        let form = Self(fields(&body, &boundary));
        let token = String::from_utf8_lossy(form.bytes("csrf")).into_owned();
        proves_to_be_ours(&mut parts, app, &token).await?;
        Ok(form)
    }
}

/// What stands between the parts, by the header's word.
fn boundary(kind: &str) -> Option<&str> {
    let (kind, parameters) = kind.split_once(';')?;
    let named = parameters.split(';').filter_map(|one| one.trim().split_once('='));
    let mut found = named.filter(|(name, _)| name.eq_ignore_ascii_case("boundary"));
    let text = found.next().map(|(_, value)| value.trim_matches('"'))?;
    let fits = kind.trim().eq_ignore_ascii_case("multipart/form-data") && (1..=70).contains(&text.len());
    fits.then_some(text)
}

/// Name and content of each part; what is no part is passed over.
fn fields(body: &[u8], boundary: &str) -> Vec<(String, Vec<u8>)> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&body[at..], &delimiter) {
        let start = at + found;
        // A delimiter begins a line; the same bytes within a file do not.
        if start == 0 || body[..start].ends_with(b"\r\n") {
            starts.push(start);
        }
        at = start + delimiter.len();
    }
    let pairs = starts.iter().zip(starts.iter().skip(1));
    pairs.filter_map(|(start, end)| part(&body[start + delimiter.len()..*end])).collect()
}

fn part(text: &[u8]) -> Option<(String, Vec<u8>)> {
    let text = text.strip_prefix(b"\r\n")?.strip_suffix(b"\r\n")?;
    let head = find(text, b"\r\n\r\n")?;
    let headers = std::str::from_utf8(&text[..head]).ok()?;
    let line = headers.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let (_, rest) = line.split_once(" name=\"")?;
    Some((rest.split('"').next()?.to_owned(), text[head + 4..].to_vec()))
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_file_is_taken_apart() {
        let body = b"--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n\
            --xx\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\
            \x89PNG\r\n--x\n--xx in the file\r\n\r\n--xx--\r\n";
        let expected = [
            ("csrf".to_owned(), b"token".to_vec()),
            ("logo".to_owned(), b"\x89PNG\r\n--x\n--xx in the file\r\n".to_vec()),
        ];
        assert_eq!(fields(body, "xx"), expected);
        for broken in
            [&b""[..], b"--xx", b"--xx\r\n--xx", b"--xx\r\nno head\r\n--xx--", b"--xx--", b"\r\n--xx\r\n\r\n--xx"]
        {
            assert_eq!(fields(broken, "xx"), [], "{broken:?}");
        }
    }

    #[test]
    fn the_header_names_the_boundary() {
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary("Multipart/Form-Data; charset=x; Boundary=abc"), Some("abc"));
        for none in ["multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=x", ""] {
            assert_eq!(boundary(none), None, "{none}");
        }
    }
}

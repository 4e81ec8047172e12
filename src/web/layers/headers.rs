//! The headers that tell a browser what it must not do.

use axum::response::Response;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    RETRY_AFTER, SERVER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// A response extension: the one origin besides ours to which the page's form leads, such as `https://shop.example.com`
/// or `com.example.app:`. Browsers apply `form-action` to the redirect that follows a form as well, so the sign-in and
/// consent pages must name where their client lives. Take it from the registered redirect URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTarget(pub String);

/// A response extension: this answer may be shown in a frame (the authorization endpoint's redirects, for silent
/// renewal in an iframe).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowFraming;

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    clipboard-read=(self), clipboard-write=(self), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), \
    gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), \
    publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), \
    xr-spatial-tracking=()";

/// Puts on what is missing. What a handler has set stays, so a page may be stricter or cached, and says so itself.
pub(super) fn dress(response: &mut Response, https: bool) {
    let may_be_framed = response.extensions().get::<AllowFraming>().is_some();
    let form_target = response.extensions_mut().remove::<FormTarget>();
    let kind = Kind::of(response.headers());
    // Whoever hears it is told when to come again: proxies and clients go by that.
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.remove(SERVER);
    if unavailable {
        set(headers, RETRY_AFTER, "2");
    }
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, CACHE_CONTROL, "no-store");
    if https {
        set(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    match kind {
        Kind::Page => {
            set_value(headers, CONTENT_SECURITY_POLICY, page_policy(form_target.as_ref(), may_be_framed));
            // Not `no-referrer`: with it, browsers send `Origin: null` along with forms, and the Origin check fails.
            set(headers, REFERRER_POLICY, "same-origin");
            set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
            set(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
            set(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
            if !may_be_framed {
                set(headers, X_FRAME_OPTIONS, "DENY");
            }
        }
        Kind::Data if may_be_framed => set(headers, CONTENT_SECURITY_POLICY, "default-src 'none'"),
        Kind::Data => set(headers, CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        Kind::Other => {}
    }
}

enum Kind {
    Page,
    /// JSON and text: nothing in it is to be run, wherever it ends up.
    Data,
    /// Styles, scripts, pictures, and answers without content.
    Other,
}

impl Kind {
    fn of(headers: &HeaderMap) -> Self {
        let full = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "text/html" => Self::Page,
            "application/json" | "text/plain" | "application/jwt" => Self::Data,
            other if other.ends_with("+json") => Self::Data,
            _ => Self::Other,
        }
    }
}

fn page_policy(form_target: Option<&FormTarget>, may_be_framed: bool) -> HeaderValue {
    const OURS: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
                        connect-src 'self'; form-action 'self'";
    let target = form_target.and_then(source).map_or(String::new(), |source| format!(" {source}"));
    let ancestors = if may_be_framed { "" } else { "; frame-ancestors 'none'" };
    let policy = format!("{OURS}{target}{ancestors}; base-uri 'none'; object-src 'none'");
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

/// The target as a source of the policy; nothing if it could say more than one source.
fn source(target: &FormTarget) -> Option<&str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'/' | b'.' | b'-' | b'+' | b'_' | b'[' | b']');
    let text = target.0.as_str();
    if text.contains(':') && text.bytes().all(plain) {
        return Some(text);
    }
    tracing::warn!("a form's target is not an origin and was left out of the content security policy");
    None
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    set_value(headers, name, HeaderValue::from_static(value));
}

fn set_value(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod tests;

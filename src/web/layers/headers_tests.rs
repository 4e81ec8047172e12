use super::{AllowFraming, FormTarget, dress};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SERVER};

const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

fn dressed(response: impl IntoResponse, https: bool) -> Response {
    let mut response = response.into_response();
    dress(&mut response, https);
    response
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn a_page_can_load_only_from_us_and_be_framed_by_nobody() {
    let page = dressed(Html("x"), false);
    for (name, value) in [
        ("content-security-policy", PAGE_POLICY),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("strict-transport-security", ""),
    ] {
        assert_eq!(header(&page, name), value, "{name}");
    }
    let permissions = header(&page, "permissions-policy");
    assert!(permissions.contains("camera=()") && permissions.contains("clipboard-write=(self)"), "{permissions}");
}

#[test]
fn a_form_may_lead_to_the_one_origin_that_the_handler_names() {
    for (target, allowed) in [
        ("https://shop.example.com", " https://shop.example.com"),
        ("http://127.0.0.1:4711", " http://127.0.0.1:4711"),
        ("com.example.app:", " com.example.app:"),
        ("https://a.example; script-src *", ""),
        ("https://a.example https://b.example", ""),
        ("*", ""),
        ("'unsafe-inline'", ""),
        ("https://*.example", ""),
        ("", ""),
    ] {
        let mut page = Html("x").into_response();
        page.extensions_mut().insert(FormTarget(target.to_owned()));
        let policy = PAGE_POLICY.replace("form-action 'self'", &format!("form-action 'self'{allowed}"));
        assert_eq!(header(&dressed(page, true), "content-security-policy"), policy, "{target}");
    }
}

#[test]
fn tp_08_json_is_not_sniffed_not_kept_and_has_no_banner() {
    for kind in ["application/json", "application/problem+json; charset=utf-8", "text/plain"] {
        let json = dressed(([(CONTENT_TYPE, kind), (SERVER, "portcullis/1")], "{}"), false);
        assert_eq!(header(&json, "content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{kind}");
        assert_eq!(header(&json, "x-content-type-options"), "nosniff");
        assert_eq!(header(&json, "cache-control"), "no-store");
        assert_eq!(header(&json, "server"), "");
    }
}

#[test]
fn tp_09_https_is_for_a_year() {
    assert_eq!(header(&dressed("x", true), "strict-transport-security"), "max-age=31536000; includeSubDomains");
    assert_eq!(header(&dressed("x", false), "strict-transport-security"), "");
}

#[test]
fn what_a_handler_says_about_caching_stays() {
    let kept = dressed(([(CACHE_CONTROL, "public, max-age=300"), (CONTENT_TYPE, "application/json")], "{}"), false);
    assert_eq!(header(&kept, "cache-control"), "public, max-age=300");
    assert_eq!(header(&dressed(http::StatusCode::NO_CONTENT, false), "cache-control"), "no-store");
}

#[test]
fn a_redirect_of_the_authorization_endpoint_may_happen_in_a_frame() {
    let mut redirect = (http::StatusCode::SEE_OTHER, [(LOCATION, "https://shop.example.com/cb")]).into_response();
    redirect.extensions_mut().insert(AllowFraming);
    let mut page = Html("x").into_response();
    page.extensions_mut().insert(AllowFraming);
    for response in [dressed(redirect, true), dressed(page, true)] {
        assert_eq!(header(&response, "x-frame-options"), "");
        assert!(!header(&response, "content-security-policy").contains("frame-ancestors"));
    }
}

#[test]
fn whoever_hears_503_is_told_when_to_come_again() {
    let (mut bare, mut timed) = (().into_response(), ().into_response());
    *bare.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    *timed.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    timed.headers_mut().insert("retry-after", http::HeaderValue::from_static("30"));
    assert_eq!(header(&dressed(bare, false), "retry-after"), "2");
    assert_eq!(header(&dressed(timed, false), "retry-after"), "30");
    assert_eq!(header(&dressed("fine", false), "retry-after"), "");
}

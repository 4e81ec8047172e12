//! The stylesheet, the scripts and the icon: built into the binary, served under names that change with their content.

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, StatusCode};
use std::io::Write;
use std::sync::LazyLock;

/// A name with a hash in it never changes its content, so nobody has to ask again for a year.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

struct Asset {
    name: &'static str,
    /// `portcullis-1a2b3c4d5e6f.css`: what the browser asks for.
    file: String,
    url: String,
    content_type: &'static str,
    plain: &'static [u8],
    /// Made once; none if it would not be smaller.
    gzip: Option<Vec<u8>>,
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        Asset::new(
            "portcullis.css",
            "text/css; charset=utf-8",
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/portcullis.css")),
        ),
        Asset::new(
            "portcullis.js",
            "text/javascript; charset=utf-8",
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/portcullis.js")),
        ),
        Asset::new(
            "form-post.js",
            "text/javascript; charset=utf-8",
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/form-post.js")),
        ),
        Asset::new(
            "icon.svg",
            "image/svg+xml",
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/icon.svg")),
        ),
    ]
});

impl Asset {
    fn new(name: &'static str, content_type: &'static str, plain: &'static [u8]) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(&digest(&SHA256, plain).as_ref()[..9]);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let file = format!("{stem}-{hash}.{extension}");
        let gzip = compress(plain).filter(|small| small.len() < plain.len());
        Self { name, url: format!("/assets/{file}"), file, content_type, plain, gzip }
    }
}

fn compress(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

/// The path under which an asset is served, such as `/assets/portcullis-….css` for `portcullis.css`. An unknown name
/// gives a path that is answered with 404.
#[must_use]
pub fn asset_url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/unknown", |asset| asset.url.as_str())
}

/// `/assets/{file}`, and the icon that browsers ask for unasked.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve)).route("/favicon.ico", get(favicon))
}

async fn serve(file: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    match file.ok().and_then(|Path(file)| ASSETS.iter().find(|asset| asset.file == file)) {
        Some(asset) => answer(asset, &headers, FOR_EVER),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn favicon(headers: HeaderMap) -> Response {
    let [.., icon] = &*ASSETS;
    answer(icon, &headers, "public, max-age=86400")
}

fn answer(asset: &'static Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let common = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, cache), (VARY, "Accept-Encoding")];
    match asset.gzip.as_deref().filter(|_| takes_gzip(headers)) {
        Some(small) => (common, [(CONTENT_ENCODING, "gzip")], small).into_response(),
        None => (common, asset.plain).into_response(),
    }
}

/// Whether gzip is welcome: named, and not with a weight of zero (RFC 9110 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).any(
        |coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
                && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn get(path: &str, accept: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let request = Request::get(path).header(ACCEPT_ENCODING, accept).body(Body::empty()).expect("a request");
        let answer = routes::<()>().oneshot(request).await.expect("an answer");
        let (head, body) = answer.into_parts();
        (head.status, head.headers, body.collect().await.expect("a body").to_bytes().to_vec())
    }

    #[tokio::test]
    async fn assets_are_kept_for_ever_and_sent_small_to_who_takes_gzip() {
        let css = asset_url("portcullis.css");
        let (status, headers, plain) = get(css, "identity").await;
        assert_eq!((status, headers[CACHE_CONTROL].to_str().ok()), (StatusCode::OK, Some(FOR_EVER)));
        assert_eq!(headers.get(CONTENT_ENCODING), None);
        let (_, headers, small) = get(css, "br;q=1.0, GZIP;q=0.8").await;
        assert_eq!(headers[CONTENT_ENCODING], "gzip");
        assert!(small.len() * 2 < plain.len(), "{} of {} bytes", small.len(), plain.len());
        assert_eq!(get(css, "gzip;q=0").await.1.get(CONTENT_ENCODING), None);
    }

    #[tokio::test]
    async fn an_old_name_is_not_answered_with_new_content() {
        for path in ["/assets/portcullis.css", "/assets/portcullis-AAAAAAAAAAAA.css", "/assets/unknown"] {
            assert_eq!(get(path, "").await.0, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(get("/favicon.ico", "").await.1[CONTENT_TYPE], "image/svg+xml");
    }

    #[test]
    fn the_stylesheet_and_the_script_stay_light_and_ask_no_other_origin() {
        let [css, js, _, _] = &*ASSETS;
        assert!(css.gzip.as_ref().is_some_and(|small| small.len() < 14_000), "the stylesheet is too heavy");
        assert!(js.gzip.as_ref().is_some_and(|small| small.len() < 20_000), "the script is too heavy");
        for asset in [css, js] {
            let text = String::from_utf8_lossy(asset.plain).replace("http://www.w3.org/2000/svg", "");
            assert!(!text.contains("http://") && !text.contains("https://"), "{} names an origin", asset.name);
        }
    }

    #[test]
    fn the_script_that_sends_an_answer_runs_where_only_old_scripts_do() {
        let [_, _, script, _] = &*ASSETS;
        let text = String::from_utf8_lossy(script.plain);
        assert!(text.contains(".submit()"));
        let code = text.lines().filter(|line| !line.starts_with("//")).collect::<String>();
        for new in ["=>", "const ", "let ", "?.", "??", "`", "class ", "import ", "export ", "requestSubmit", "async "]
        {
            assert!(!code.contains(new), "{new} is not ES5");
        }
    }
}

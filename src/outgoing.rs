//! A small HTTP client: one request, one connection. For commands that ask a server from outside, and for the collector
//! of traces.

use axum::body::{Body, to_bytes};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

/// The longest answer that is read, in bytes.
const MOST: usize = 1 << 20;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer: the status as a number, and the body as text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: String,
}

/// What to ask.
pub(crate) struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The whole address; its host goes into `Host`.
    pub url: &'a Url,
    /// Connect here instead of where the address says: `host:port`, without TLS.
    pub connect_to: Option<String>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// What to send, and of which type it is.
    pub content: Option<(&'static str, String)>,
    /// More headers.
    pub headers: &'a [(String, String)],
}

/// Nobody there, no trust, or no answer in time.
#[derive(Debug, thiserror::Error)]
#[error("the server at {place} cannot be reached: {cause}")]
pub(crate) struct Unreachable {
    place: String,
    cause: String,
}

/// Sends the request and reads the answer.
pub(crate) async fn send(request: Request<'_>) -> Result<Answer, Unreachable> {
    let place = request.url.origin().ascii_serialization();
    let sent = tokio::time::timeout(PATIENCE, connect_and_send(request)).await;
    sent.unwrap_or_else(|_| Err(format!("no answer within {} seconds", PATIENCE.as_secs())))
        .map_err(|cause| Unreachable { place, cause })
}

async fn connect_and_send(request: Request<'_>) -> Result<Answer, String> {
    let host = request.url.host_str().unwrap_or_default();
    let port = request.url.port_or_known_default().unwrap_or(80);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let target = request.connect_to.clone().unwrap_or_else(|| format!("{host}:{port}"));
    let stream = TcpStream::connect(&target).await.map_err(|error| error.to_string())?;
    if request.url.scheme() == "https" && request.connect_to.is_none() {
        let name = ServerName::try_from(bare.to_owned()).map_err(|error| error.to_string())?;
        let stream = connector()?.connect(name, stream).await.map_err(|error| untrusted(&error))?;
        exchange(stream, request).await
    } else {
        exchange(stream, request).await
    }
}

/// Why a certificate is not trusted, in words: the library has some of them only as names in its code.
fn untrusted(error: &std::io::Error) -> String {
    let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(refused)) = refused else { return error.to_string() };
    match refused {
        CertificateError::UnknownIssuer => "the certificate's issuer is unknown to this machine".to_owned(),
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => OF_AUTHORITY.to_owned(),
        CertificateError::Other(other) => format!("the certificate cannot be used: {other}"),
        _ => error.to_string(),
    }
}

/// What is said of a certificate that may only sign others.
pub(crate) const OF_AUTHORITY: &str = "the certificate is an authority's own (CA:TRUE), which no server may show";

/// When the certificate ends that is served there. None if there is no connection that can be trusted.
pub(crate) async fn certificate_end(url: &Url) -> Option<crate::oauth::UnixTime> {
    let (name, stream) = tokio::time::timeout(PATIENCE, reach(url)).await.ok()??;
    let stream = connector().ok()?.connect(name, stream).await.ok()?;
    let (_, session) = stream.get_ref();
    crate::web::serve::end_of_certificate(session.peer_certificates()?.first()?)
}

/// Whether TLS is spoken there, trusted or not.
pub(crate) async fn speaks_tls(url: &Url) -> bool {
    let Some((name, stream)) = tokio::time::timeout(PATIENCE, reach(url)).await.ok().flatten() else { return false };
    let Ok(connector) = connector() else { return false };
    match tokio::time::timeout(PATIENCE, connector.connect(name, stream)).await {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => error.to_string().contains("certificate"),
        Err(_) => false,
    }
}

async fn reach(url: &Url) -> Option<(ServerName<'static>, TcpStream)> {
    let host = url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let stream = TcpStream::connect((bare.as_str(), url.port_or_known_default()?)).await.ok()?;
    Some((ServerName::try_from(bare).ok()?, stream))
}

async fn exchange<S>(stream: S, request: Request<'_>) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| error.to_string())?;
    // It drives the exchange and ends with it; what is wrong with it shows in the answer.
    let driver = tokio::spawn(connection);
    let answer = sender.send_request(written(request)?).await.map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let body = to_bytes(Body::new(answer.into_body()), MOST).await.map_err(|error| error.to_string())?;
    driver.abort();
    Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
}

fn written(request: Request<'_>) -> Result<http::Request<Body>, String> {
    let url = request.url;
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut builder = http::Request::builder()
        .method(request.method)
        .uri(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .header("host", host)
        .header("accept", "application/json")
        .header("user-agent", format!("portcullis/{}", crate::release::version()));
    if let Some(authorization) = request.authorization {
        builder = builder.header("authorization", authorization);
    }
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    let body = match request.content {
        Some((kind, content)) => {
            builder = builder.header("content-type", kind);
            Body::from(content)
        }
        None => Body::empty(),
    };
    builder.body(body).map_err(|error| error.to_string())
}

/// TLS with the machine's own roots, so that a company's own authority is believed as everywhere else on the machine.
fn connector() -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err("this machine has no root certificates: set SSL_CERT_FILE to a file with them".to_owned());
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

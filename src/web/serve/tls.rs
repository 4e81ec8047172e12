//! TLS in the process (RFC 8446), for those without a proxy in front.

use super::accept::Accept;
use crate::oauth::UnixTime;
use arc_swap::ArcSwap;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::future::Future as _;
use std::io::{IoSlice, Result};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::SystemTime;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read, or holds nothing of the kind.
    #[error("{0} holds no certificate or key in PEM that can be read: {1}")]
    Unreadable(PathBuf, String),
    /// Certificate and key do not belong together, or the key is of an unknown kind.
    #[error("the certificate in {0} cannot be served with the key in {1}: {2}")]
    Mismatch(PathBuf, PathBuf, String),
}

/// The certificate that is served, and the files it came from. Renewed while it is in use.
#[derive(Debug)]
pub struct Certificates {
    chain: PathBuf,
    key: PathBuf,
    current: ArcSwap<CertifiedKey>,
    seen: Mutex<[Option<SystemTime>; 2]>,
}

impl Certificates {
    /// Reads certificate and key.
    pub fn load(chain: &Path, key: &Path) -> std::result::Result<Self, CertificateError> {
        let seen = Mutex::new(changed_at(chain, key));
        let current = ArcSwap::from_pointee(read(chain, key)?);
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), current, seen })
    }

    /// Reads them again if their files have changed, or `always`; says whether there is a new certificate. After an error
    /// the old one is served on.
    pub fn reload(&self, always: bool) -> std::result::Result<bool, CertificateError> {
        let now = changed_at(&self.chain, &self.key);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !always && *seen == now {
            return Ok(false);
        }
        // Once, not every minute for as long as the files are wrong.
        *seen = now;
        let new = read(&self.chain, &self.key)?;
        let renewed = self.current.load().cert != new.cert;
        self.current.store(Arc::new(new));
        Ok(renewed)
    }

    /// When the certificate ends.
    #[must_use]
    pub fn end(&self) -> Option<UnixTime> {
        end_of_certificate(self.current.load().cert.first()?)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

fn changed_at(chain: &Path, key: &Path) -> [Option<SystemTime>; 2] {
    [chain, key].map(|path| std::fs::metadata(path).and_then(|found| found.modified()).ok())
}

fn read(chain: &Path, key: &Path) -> std::result::Result<CertifiedKey, CertificateError> {
    let unreadable = |path: &Path, why: String| CertificateError::Unreadable(path.to_owned(), why);
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| unreadable(chain, error.to_string()))?;
    if certificates.is_empty() {
        return Err(unreadable(chain, "there is none".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, error.to_string()))?;
    let mismatch =
        |error: rustls::Error| CertificateError::Mismatch(chain.to_owned(), key.to_owned(), error.to_string());
    CertifiedKey::from_der(certificates, private, &rustls::crypto::aws_lc_rs::default_provider()).map_err(mismatch)
}

/// When a certificate ends (X.509, RFC 5280 4.1.2.5). None if it cannot be read.
#[must_use]
pub fn end_of_certificate(der: &[u8]) -> Option<UnixTime> {
    let (_, certificate) = element(der)?.0;
    let (_, mut body) = element(certificate)?.0;
    // An explicit version comes first, if it comes; then serial number, algorithm, issuer, validity.
    if element(body)?.0.0 == 0xa0 {
        body = element(body)?.1;
    }
    for _ in 0..3 {
        body = element(body)?.1;
    }
    let (_, validity) = element(body)?.0;
    let (tag, text) = element(element(validity)?.1)?.0;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    // UTCTime has two digits for the year: 50 is 1950 (RFC 5280 4.1.2.5.1).
    let century = if tag != 0x17 {
        ""
    } else if text < "50" {
        "20"
    } else {
        "19"
    };
    let digits = format!("{century}{text}");
    let part = |from: usize, to: usize| digits.get(from..to);
    UnixTime::parse_rfc3339(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    ))
}

type Element<'d> = (u8, &'d [u8]);

/// The first element of DER, its tag and contents, and what follows it.
fn element(der: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(first) {
        short @ 0..0x80 => (short, rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(long - 0x80).filter(|(bytes, _)| bytes.len() <= 4)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some(((tag, contents), rest))
}

/// Accepts connections and lets each do its handshake by itself, within the time for its first head.
pub(super) struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl TlsListener {
    pub(super) fn new(listener: TcpListener, certificates: Arc<Certificates>) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("the provider knows the default versions").with_no_client_auth();
        let mut config = config.with_cert_resolver(certificates);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // TP-18: a request that arrives in 0-RTT can be replayed. There is none.
        config.max_early_data_size = 0;
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}

impl Accept for TlsListener {
    type Stream = Handshake;

    async fn accept(&mut self) -> Result<(Handshake, SocketAddr)> {
        let (stream, peer) = Accept::accept(&mut self.listener).await?;
        Ok((Handshake::Waiting(Box::new(self.acceptor.accept(stream))), peer))
    }
}

/// A stream whose handshake is done by whoever reads or writes first.
pub(super) enum Handshake {
    Waiting(Box<tokio_rustls::Accept<TcpStream>>),
    Done(Box<TlsStream<TcpStream>>),
    Failed,
}

impl Handshake {
    fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Result<Pin<&mut TlsStream<TcpStream>>>> {
        if let Self::Waiting(accept) = self {
            match ready!(Pin::new(accept.as_mut()).poll(context)) {
                Ok(stream) => *self = Self::Done(Box::new(stream)),
                Err(error) => {
                    *self = Self::Failed;
                    return Poll::Ready(Err(error));
                }
            }
        }
        match self {
            Self::Done(stream) => Poll::Ready(Ok(Pin::new(stream.as_mut()))),
            Self::Waiting(_) => Poll::Pending,
            Self::Failed => Poll::Ready(Err(std::io::ErrorKind::NotConnected.into())),
        }
    }
}

impl AsyncRead for Handshake {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        ready!(self.poll_done(context))?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Handshake {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        ready!(self.poll_done(context))?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        ready!(self.poll_done(context))?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.poll_done(context))?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        // A connection that ends before its handshake has nobody to say good-bye to.
        if !matches!(*self, Self::Done(_)) {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_done(context))?.poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{element, end_of_certificate};
    use crate::oauth::UnixTime;

    /// A certificate as far as its validity, with this end: tag and text.
    fn certificate(tag: u8, end: &str) -> Vec<u8> {
        let der = |tag: u8, contents: &[u8]| [&[tag, u8::try_from(contents.len()).unwrap()], contents].concat();
        let end = der(tag, end.as_bytes());
        let validity = der(0x30, &[der(0x17, b"200101000000Z"), end].concat());
        let parts = [der(0xa0, &[2, 1, 2]), der(2, &[1]), der(0x30, &[]), der(0x30, &[]), validity].concat();
        der(0x30, &der(0x30, &parts))
    }

    #[test]
    fn the_end_of_a_certificate_is_read() {
        for (tag, text, end) in [
            (0x17, "270201120000Z", Some("2027-02-01T12:00:00Z")),
            (0x17, "500101000000Z", Some("1950-01-01T00:00:00Z")),
            (0x18, "20991231235959Z", Some("2099-12-31T23:59:59Z")),
            (0x17, "2702011200Z", None),
            (0x17, "garbage", None),
        ] {
            assert_eq!(end_of_certificate(&certificate(tag, text)).map(UnixTime::rfc3339).as_deref(), end, "{text}");
        }
    }

    #[test]
    fn no_cut_of_a_certificate_is_read_beyond_its_end() {
        let whole = certificate(0x17, "270201120000Z");
        for length in 0..whole.len() {
            assert_eq!(end_of_certificate(&whole[..length]), None);
        }
        assert!(
            element(&[0x30, 0x85, 1, 1, 1, 1, 1]).is_none() && element(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).is_none()
        );
    }
}

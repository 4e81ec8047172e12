//! Discovery and JWKS: bytes prepared when keys change.

use super::{Provider, Settings};
use crate::keys::KeySet;
use crate::oauth::ProviderMetadata;
use std::sync::Arc;

/// A JSON document, ready to be sent.
#[derive(Debug, Clone)]
pub struct PublishedDocument {
    /// The bytes.
    pub body: Arc<[u8]>,
    /// Its entity tag, quoted.
    pub etag: Arc<str>,
}

impl PublishedDocument {
    fn new(body: Vec<u8>) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
        Self { etag: format!("\"{}\"", hex::encode(&digest.as_ref()[..12])).into(), body: body.into() }
    }
}

/// All published documents.
#[derive(Debug)]
pub(super) struct Documents {
    metadata: PublishedDocument,
    jwks: PublishedDocument,
}

impl Documents {
    pub(super) fn prepare(settings: &Settings, keys: &KeySet) -> Self {
        let metadata = ProviderMetadata::new(&settings.issuer(), &settings.public_url);
        Self {
            metadata: PublishedDocument::new(serde_json::to_vec(&metadata).unwrap_or_default()),
            jwks: PublishedDocument::new(keys.jwks().to_vec()),
        }
    }
}

impl Provider {
    /// The discovery document.
    pub fn metadata(&self) -> PublishedDocument {
        self.documents.load().metadata.clone()
    }

    /// The public keys (RFC 7517 5).
    pub fn jwks(&self) -> PublishedDocument {
        self.documents.load().jwks.clone()
    }
}

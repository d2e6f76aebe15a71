//! The bytes that an order names by their digests.
//!
//! Both sides of every path are at hand before anything is written, so that an application can go on or go back whatever
//! became of its staged files.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::domain::digest::Digest;

/// Contents by digest.
#[derive(Clone, Debug, Default)]
pub struct Contents(BTreeMap<Digest, Arc<[u8]>>);

impl Contents {
    /// Takes a content in.
    pub fn add(&mut self, content: impl Into<Arc<[u8]>>) -> Digest {
        let content = content.into();
        let digest = Digest::of(&content);
        self.0.entry(digest).or_insert(content);
        digest
    }

    /// Finds a content.
    pub fn get(&self, digest: Digest) -> Option<&Arc<[u8]>> {
        self.0.get(&digest)
    }
}

//! An anchor that asks a witness to cosign heads.
//!
//! The protocol is C2SP tlog-witness. A witness signs only a head that follows from the one it saw last, so it also
//! notices a rollback by itself.

use std::sync::Mutex;
use std::sync::PoisonError;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;

use crate::anchors::anchor::{Anchor, AnchorError, SignedHead};
use record::domain::text::Untrusted;

/// Longest answer that is read.
const MAX_ANSWER_BYTES: usize = 16_384;

/// A witness by the C2SP protocol tlog-witness: it cosigns a head only if it follows from what it has seen.
pub struct Witness {
    name: String,
    url: String,
    client: reqwest::Client,
    /// Entries that it has seen, as far as known.
    seen: Mutex<u64>,
}

impl Witness {
    /// A witness at this URL, under which `add-checkpoint` is.
    pub fn new(url: &str, client: reqwest::Client) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self { name: format!("witness:{url}"), url, client, seen: Mutex::default() }
    }

    fn unavailable(&self, detail: &dyn std::fmt::Display) -> AnchorError {
        AnchorError::Unavailable { anchor: self.name.clone(), detail: detail.to_string() }
    }

    fn refused(&self, detail: &dyn std::fmt::Display) -> AnchorError {
        AnchorError::Refused { anchor: self.name.clone(), detail: detail.to_string() }
    }

    /// Offers a head on top of what the witness has seen; `Err(seen)` where that is another size.
    async fn offer(&self, head: SignedHead<'_>, old: u64) -> Result<Result<(), u64>, AnchorError> {
        let proof = (head.consistency)(old)
            .ok_or_else(|| self.refused(&format!("there is no proof from {old} entries on")))?;
        let hashes: String =
            proof.iter().map(|hash| STANDARD.encode(hash.as_bytes()) + "\n").collect();
        let body = format!("old {old}\n{hashes}\n{}", head.note);
        let url = format!("{}/add-checkpoint", self.url);
        let answer = self.client.post(url).body(body).send().await;
        let mut answer = answer.map_err(|error| self.unavailable(&error.without_url()))?;
        let status = answer.status();
        let mut text = Vec::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| self.unavailable(&error.without_url()))?
        {
            text.extend_from_slice(&chunk);
            if text.len() > MAX_ANSWER_BYTES {
                return Err(self.refused(&"its answer is too long"));
            }
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        match status {
            StatusCode::OK => Ok(Ok(())),
            StatusCode::CONFLICT => {
                let seen = text.trim().parse().map_err(|_| self.refused(&"409 without a size"))?;
                Ok(Err(seen))
            }
            status => {
                let words = Untrusted(&text).line(200);
                Err(self.refused(&format!("{} {words}", status.as_u16())))
            }
        }
    }
}

#[async_trait]
impl Anchor for Witness {
    fn name(&self) -> &str {
        &self.name
    }

    fn can_be_asked(&self) -> bool {
        false
    }

    async fn keep(&self, head: SignedHead<'_>) -> Result<(), AnchorError> {
        let known = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut old = known.min(head.size);
        for _ in 0..2 {
            match self.offer(head, old).await? {
                Ok(()) => {
                    *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = head.size;
                    return Ok(());
                }
                Err(seen) if seen > head.size => {
                    let (anchor, size) = (self.name.clone(), head.size);
                    return Err(AnchorError::RolledBack { anchor, seen, size });
                }
                Err(seen) => old = seen,
            }
        }
        Err(self.refused(&"it keeps answering with another size"))
    }

    async fn kept(&self, _origin: &str) -> Result<Vec<String>, AnchorError> {
        Ok(Vec::new())
    }
}

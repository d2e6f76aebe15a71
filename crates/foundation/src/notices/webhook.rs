//! A channel that posts each event to a server, signed as Standard Webhooks says.
//!
//! The receiver holds the same secret and checks that body, name and moment are ours and new. The secret lies in a file that only its
//! user can read, and is read anew for each event, so that it can be changed. Redirects are not followed: they could lead anywhere.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::{Client, Url};
use ring::hmac;

use crate::config::checks::is_webhook;
use crate::config::short_file::{self, Links};
use crate::notices::channel::Channel;
use crate::notices::notice::Notice;
use record::domain::time::Timestamp;

/// Time a server has for one event.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Shortest secret, in bytes; Standard Webhooks asks for as many.
const LEAST_SECRET: usize = 24;
/// Longest file of a secret.
const MAX_SECRET_BYTES: u64 = 4_096;
/// What a secret in base64 begins with.
const PREFIX: &str = "whsec_";
/// Permissions of others than the file's user.
const OTHERS: u32 = 0o077;

/// A server that is told.
pub struct Webhook {
    url: Url,
    secret: PathBuf,
    client: Client,
}

impl Webhook {
    /// Makes the channel to an address, with the file of the secret; `client` follows no redirects.
    pub const fn new(url: Url, secret: PathBuf, client: Client) -> Self {
        Self { url, secret, client }
    }
}

#[async_trait]
impl Channel for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn target(&self) -> String {
        // Addresses of hooks often hold a secret of the receiver's in their path.
        self.url.origin().ascii_serialization()
    }

    fn lacks(&self) -> Option<String> {
        secret(&self.secret).err()
    }

    async fn tell(&self, notice: &Notice, now: Timestamp) -> Result<(), String> {
        if !is_webhook(self.url.as_str()) {
            return Err("the address is neither https nor on this machine".to_owned());
        }
        let secret = secret(&self.secret)?;
        let (seconds, body) = (now.millis() / 1_000, notice.json());
        let signature = signature(&secret, (&notice.id, seconds), &body);
        let request = self
            .client
            .post(self.url.clone())
            .timeout(TIME_LIMIT)
            .header("content-type", "application/json")
            .header("webhook-id", &notice.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body);
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else if status.is_redirection() {
            Err(format!("it answers {}, a redirect, which is not followed", status.as_u16()))
        } else {
            Err(format!("it answers {}", status.as_u16()))
        }
    }
}

fn unreachable(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("it did not answer within {} s", TIME_LIMIT.as_secs());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    format!("it cannot be reached: {cause}")
}

/// Reads the secret from a file that only its user can read.
fn secret(path: &Path) -> Result<Vec<u8>, String> {
    let refused = |why: &str| format!("the secret {} {why}", path.display());
    let file = short_file::open(path, Links::Followed)
        .map_err(|error| refused(&format!("cannot be read: {error}")))?;
    let mode = file.metadata().map_err(|error| refused(&error.to_string()))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(refused("can be read by others; give it mode 600"));
    }
    let text = short_file::text_within(&file, MAX_SECRET_BYTES)
        .map_err(|error| refused(&format!("cannot be read: {error}")))?;
    let text = text.trim();
    let bytes = match text.strip_prefix(PREFIX) {
        Some(encoded) => {
            BASE64.decode(encoded).map_err(|_| refused("is no base64 after whsec_"))?
        }
        None => text.as_bytes().to_vec(),
    };
    if bytes.len() < LEAST_SECRET {
        return Err(refused(&format!("is shorter than {LEAST_SECRET} bytes")));
    }
    Ok(bytes)
}

/// Signs name, moment and body of an event.
fn signature(secret: &[u8], (id, seconds): (&str, i64), body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", BASE64.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_published_example() {
        let secret = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = "{\"test\": 2432232314}";

        let signed = signature(&secret, ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330), body);

        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_read_only_where_nobody_else_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let kept = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            secret(&path)
        };

        assert_eq!(
            kept("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", 0o600).map(|key| key.len()),
            Ok(24)
        );
        assert_eq!(kept("0123456789012345678901234\n", 0o400).map(|key| key.len()), Ok(25));
        for (text, mode, word) in [
            ("0123456789012345678901234", 0o640, "others"),
            ("whsec_%%", 0o600, "base64"),
            ("tiny", 0o600, "shorter"),
        ] {
            let refused = kept(text, mode).unwrap_err();
            assert!(refused.contains(word) && !refused.contains(text), "{refused}");
        }
        assert!(secret(&folder.path().join("none")).unwrap_err().contains("cannot be read"));
    }
}

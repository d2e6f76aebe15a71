//! An anchor that commits heads to a git repository.
//!
//! Each head is a commit of one file, signed if the repository's own settings say so; pushing it elsewhere is left to
//! its owner. Hooks are not run, so nothing in the repository decides what is executed here.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::anchors::anchor::{Anchor, AnchorError, SignedHead};
use crate::launch;
use record::domain::text::Untrusted;

/// A repository with one file a log; each head is a commit, signed if the repository's own settings say so.
pub struct GitAnchor {
    name: String,
    folder: PathBuf,
}

impl GitAnchor {
    /// An anchor in this work tree.
    pub fn new(folder: &Path) -> Self {
        Self { name: format!("git:{}", folder.display()), folder: folder.to_owned() }
    }

    async fn git(&self, words: &[&str]) -> Result<String, AnchorError> {
        let unavailable =
            |detail: String| AnchorError::Unavailable { anchor: self.name.clone(), detail };
        let output = launch::git(&self.folder, words)
            .await
            .map_err(|error| unavailable(format!("git cannot be started: {error}")))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(unavailable(Untrusted(&String::from_utf8_lossy(&output.stderr)).line(300)))
    }
}

#[async_trait]
impl Anchor for GitAnchor {
    fn name(&self) -> &str {
        &self.name
    }

    async fn keep(&self, head: SignedHead<'_>) -> Result<(), AnchorError> {
        let file = file_of(head.origin);
        let written = tokio::fs::write(self.folder.join(&file), head.note).await;
        written.map_err(|error| AnchorError::Unavailable {
            anchor: self.name.clone(),
            detail: error.to_string(),
        })?;
        self.git(&["add", "--", &file]).await?;
        let message = format!("{} entries of {}", head.size, head.origin);
        // The same head twice is no change, which is no trouble.
        let words = ["commit", "--quiet", "--allow-empty", "-m", &message, "--", &file];
        self.git(&words).await.map(drop)
    }

    async fn kept(&self, origin: &str) -> Result<Vec<String>, AnchorError> {
        let file = file_of(origin);
        let log = self.git(&["log", "--format=%H", "-n", "1", "--", &file]).await?;
        let Some(commit) = log.lines().next() else { return Ok(Vec::new()) };
        Ok(vec![self.git(&["show", &format!("{commit}:{file}")]).await?])
    }
}

/// The file of a log: the last part of its origin.
fn file_of(origin: &str) -> String {
    let last = origin.rsplit('/').next().unwrap_or(origin);
    let plain: String =
        last.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    format!("{plain}.checkpoint")
}

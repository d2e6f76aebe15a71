//! An anchor that appends heads to a file.
//!
//! Meant for another disk or a mounted folder; only ever appended to, so the system can be told to refuse anything else
//! (`chattr +a`).

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::anchors::anchor::{Anchor, AnchorError, SignedHead};
use crate::config::short_file::{self, Links};

/// Longest line that is read: a note has a few hundred bytes.
const MAX_LINE_BYTES: u64 = 8_192;
/// Most of the newest heads that are compared.
const COMPARED: usize = 10_000;

/// A file on another disk; each line is one head as a JSON string. It is only ever appended to, so that the system can be
/// told to keep it so (`chattr +a`).
pub struct FileAnchor {
    name: String,
    path: PathBuf,
}

impl FileAnchor {
    /// An anchor in this file, which may not exist yet.
    pub fn new(path: &Path) -> Self {
        Self { name: format!("file:{}", path.display()), path: path.to_owned() }
    }

    fn unavailable(&self, detail: &dyn std::fmt::Display) -> AnchorError {
        AnchorError::Unavailable { anchor: self.name.clone(), detail: detail.to_string() }
    }
}

#[async_trait]
impl Anchor for FileAnchor {
    fn name(&self) -> &str {
        &self.name
    }

    async fn keep(&self, head: SignedHead<'_>) -> Result<(), AnchorError> {
        let line = serde_json::Value::from(head.note).to_string() + "\n";
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || append(&path, &line)).await;
        written
            .map_err(|failure| self.unavailable(&failure))?
            .map_err(|error| self.unavailable(&error))
    }

    async fn kept(&self, _origin: &str) -> Result<Vec<String>, AnchorError> {
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        read.map_err(|failure| self.unavailable(&failure))?
            .map_err(|error| self.unavailable(&error))
    }
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600).custom_flags(Links::Followed.flags());
    let mut file = options.open(path).and_then(short_file::regular)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// The newest heads; a line that is none is an error, because nothing else writes here.
fn read(path: &Path) -> io::Result<Vec<String>> {
    let mut file = match short_file::open(path, Links::Followed) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut notes = std::collections::VecDeque::new();
    let mut line = Vec::new();
    while file.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? > 0 {
        let Some(text) = line.strip_suffix(b"\n") else {
            let words = "a line is too long for a head, or was cut off";
            return Err(io::Error::new(io::ErrorKind::InvalidData, words));
        };
        notes.push_back(serde_json::from_slice(text)?);
        line.clear();
        if notes.len() > COMPARED {
            notes.pop_front();
        }
    }
    Ok(notes.into())
}

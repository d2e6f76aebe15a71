//! An anchor that appends heads to a file.
//!
//! Meant for another disk or a mounted folder; only ever appended to, so the system can be told to refuse anything else
//! (`chattr +a`).

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::anchors::anchor::{Anchor, AnchorError, SignedHead};

/// Longest line that is read: a note has a few hundred bytes.
const MAX_LINE_BYTES: usize = 8_192;
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
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// The newest heads; a line that is none is an error, because nothing else writes here.
fn read(path: &Path) -> io::Result<Vec<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut notes = std::collections::VecDeque::new();
    for line in BufReader::new(file).lines() {
        let line = line?;
        if line.len() > MAX_LINE_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a line is too long for a head",
            ));
        }
        notes.push_back(serde_json::from_str(&line)?);
        if notes.len() > COMPARED {
            notes.pop_front();
        }
    }
    Ok(notes.into())
}
